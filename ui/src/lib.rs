//! The egui wizard.
