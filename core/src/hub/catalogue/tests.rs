use std::collections::BTreeSet;

use super::*;
use crate::domain::Permission;
use crate::hub::names::{RepositoryName, file_below};
use crate::job::CancelToken;

#[test]
fn every_row_is_a_model_that_this_program_computes() {
    let file: File = toml::from_str(TEXT).expect("the catalogue can be read");
    assert!(file.model.len() > 20 && rows() == file.model, "{}", file.model.len());
    for row in rows() {
        let name = &row.repository;
        let config = row.config().unwrap_or_else(|error| panic!("{name}: {error}"));
        let counted = config.parameter_count() as f64;
        assert!((counted / row.parameters as f64 - 1.0).abs() < 0.02, "{name}: {counted} of {}", row.parameters);
        assert!(FAMILIES.iter().any(|family| family.id == config.family), "{name}");
        assert!(config.max_positions >= 2048 && config.max_positions <= 1 << 18, "{name}");
    }
}

#[test]
fn the_sizes_of_files_are_those_of_the_numbers_in_them() {
    for row in rows() {
        let config = row.config().expect("it is computed");
        let head = if row.stored_head { config.vocabulary_size * config.hidden_size } else { 0 };
        assert!(!row.stored_head || config.tied_embeddings, "{}", row.repository);
        let values = (row.parameters + head as u64) as f64;
        let bytes_a_value = row.weight_bytes as f64 / values;
        if let Some(file) = &row.file {
            assert!((4.5 / 8.0..5.3 / 8.0).contains(&bytes_a_value), "{}: {bytes_a_value}", row.repository);
            assert!(file_below(Path::new("cache"), file).is_ok() && file.contains("-Q4_K_M.gguf"), "{file}");
            assert_eq!((row.role, row.tokenizer_bytes), (ModelRole::Coach, 0), "{}", row.repository);
        } else {
            assert!((bytes_a_value - 2.0).abs() < 0.002, "{}: {bytes_a_value}", row.repository);
            assert!((1_000_000..40_000_000).contains(&row.tokenizer_bytes), "{}", row.repository);
        }
    }
}

#[test]
fn every_row_says_what_people_want_to_know() {
    let (mut seen, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for row in rows() {
        let name = RepositoryName::new(&row.repository).expect("a name");
        assert_eq!(name.as_str(), row.repository);
        assert!(seen.insert((&row.repository, &row.file)), "{name} stands twice");
        assert!(titles.insert(&row.title), "{} stands twice", row.title);
        let licence = licence_of(&row.licence);
        assert_ne!(licence.may_sell, Permission::Unknown, "{name}: {}", row.licence);
        assert!(licence.must_ask || row.gate != Gate::Ask, "{name}: a gate without a reason");
        assert!(row.good_at.ends_with('.') && row.good_at.len() > 30, "{name}: {}", row.good_at);
        assert!(!row.languages.is_empty() && row.languages.iter().all(|code| code.len() == 2), "{name}");
    }
    let licence = |name: &str| find(name).map(|row| licence_of(&row.licence).may_sell);
    assert_eq!(licence("Qwen/Qwen2.5-3B-Instruct"), Some(Permission::No));
    assert_eq!(licence("meta-llama/Llama-3.2-1B-Instruct"), Some(Permission::WithConditions));
    assert_eq!(licence("HuggingFaceTB/SmolLM3-3B"), Some(Permission::Yes));
    assert_eq!(licence("nobody/nothing"), None);
}

#[test]
fn rows_stand_by_their_roles_and_sizes() {
    let places: Vec<(bool, u64)> = rows().iter().map(|row| (row.role == ModelRole::Coach, row.parameters)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_is_offered_has_a_fit_and_the_best_comes_first() {
    let cancel = CancelToken::default();
    let offered = offered(&ComputeSettings::default(), &JobContext::new(&|_| {}, &cancel)).expect("it can be offered");
    assert_eq!(offered.len(), rows().len());
    assert!(offered.iter().map(order).is_sorted());
    for model in &offered {
        let fit = model.fit.as_ref().expect("a fit");
        assert!(!fit.said.is_empty() && fit.training_bytes > 0, "{model:?}");
        let trains = model.role == ModelRole::Train;
        assert_eq!(fit.methods.len(), if trains { 3 } else { 0 }, "{}", model.title);
        assert!(model.refused.is_none(), "{}", model.title);
        assert_eq!(model.gate_page.is_some(), model.gate != Gate::Open, "{}", model.title);
        assert!(model.family.is_some() && model.licence.is_some() && model.download_bytes > Some(200_000_000));
    }
    let timed = offered.iter().filter_map(|model| model.fit.as_ref()?.methods.first()?.seconds);
    assert!(timed.count() > 0, "no time is said of any model");
}
