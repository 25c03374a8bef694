//! The six methods: [`RECIPES`] says what comes after what, [`Standing`] where a project is on its way, [`run`] goes on
//! with it as far as people are not needed, and [`Sitting`] is where people come in. [`demo`] is the whole road on the
//! example.

mod actions;
pub mod advisor;
mod coach_report;
mod demo;
mod error;
mod forecast;
mod gather;
mod import;
mod import_adapter;
mod judge_of_result;
mod labelling;
mod leaving;
mod library;
mod read;
mod recipe;
mod report;
mod route;
mod run;
mod settings;
mod sharing;
mod shown;
mod simulate;
mod stages;
mod standing;
mod work;
mod write;

pub use actions::act;
pub(crate) use actions::agreement_figures;
pub use coach_report::{CoachReport, REPORT_FILES, coach_report, leaving_of_report, report_files, report_of};
pub use demo::demo;
pub use error::MethodError;
pub use forecast::forecast;
pub(crate) use gather::{pairs_in, training_comparisons, verdicts_in};
pub use import::import;
pub use import_adapter::import_adapter;
pub(crate) use labelling::waiting_reviews;
pub use labelling::{Asked, Sitting};
pub use leaving::{leaving, leaving_of_next_stage};
pub use library::general_rules;
pub use read::standing_of;
pub use recipe::{RECIPES, Recipe, Stage, StageKind, find_recipe};
pub use run::{Progressed, position_of, run};
pub(crate) use settings::{drawn, make, set, set_all, share_of};
pub(crate) use sharing::{approve, merge_all, write_archive, write_pack, write_pairs};
pub use shown::shown_by;
pub use standing::{Position, RoundStanding, StagePosition, Standing, waits_for};
pub(crate) use work::begin_round;
pub use work::{STARTER, model_folder, with_folder};
pub use write::{leaving_of_writing, write};
