//! The models that are suggested, with what is known of them: `assets/catalog.toml`.
