//! Datasets in the forms that other tools write and read, in and out.
//!
//! The way in: a file's format is found by its beginning and name ([`Format`]), its form by its first records
//! ([`FORMS`]), and each record becomes rows ([`RowKind`]) or is left out with its reason ([`DropReason`]).
//! [`preview`] tells what was understood, [`import`] keeps the rows, [`read_rows`] hands them on one by one.
//!
//! The way out: [`write_dataset`] writes rows in a form of [`DATASET_TARGETS`].
//!
//! Invariants: no more of a file is in memory than the record at hand, and no size that a file declares is believed; all
//! that a target writes, the way in reads back.

mod drop;
mod error;
mod fields;
mod forms;
mod import;
mod near;
mod reading;
mod row;
mod source;
mod targets;
mod texts;

pub use drop::DropReason;
pub use error::ExchangeError;
pub use fields::Role;
pub use forms::{FORMS, Form, find_form};
pub use import::{ImportOptions, Imported, import, preview, read_rows};
pub use near::{DuplicateGroup, DuplicateOptions, Overlap, find_duplicates, overlap};
pub use reading::{ColumnUse, Dropped, Preview};
pub use row::{ExportRow, ImportedRow, Place, RowKind, RowShape};
pub use source::Format;
pub use targets::{DATASET_TARGETS, DatasetTarget, Written, dataset_target, write_dataset};

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod target_tests;
#[cfg(test)]
mod tests;
