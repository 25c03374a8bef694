//! Installers, update feed, icons and desktop entries.
