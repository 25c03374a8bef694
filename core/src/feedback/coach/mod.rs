//! A model that judges by a rubric.
