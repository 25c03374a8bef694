//! A project's records in one database.
//!
//! A project is a folder: `project.db` (`SQLite`), `runs/<id>/` with what each run writes, `exports/`, and `backups/` from
//! before a newer program changed the database's form. One window or command owns it at a time; engines write beside it.
//!
//! What holds here:
//! - A function that changes something returns after the change is on the disk: what was acknowledged is there after a
//!   kill or a power cut.
//! - Records are added, marked and never deleted. An annotator's verdict is never overwritten.
//! - The order of verdicts is that of their sequence numbers. Times stand there for people to read and order nothing.
//! - Every change leaves a line in the audit trail, in the same transaction.
//! - A database that this program did not make, that is damaged, or that a newer program made is refused before anything
//!   is written into it.

mod archive;
mod audit;
mod check;
mod annotators;
mod comparisons;
mod completions;
mod connection;
mod counts;
mod error;
mod lock;
mod migrate;
mod open_comparisons;
mod open;
mod outcomes;
mod progress;
mod prompts;
mod provenance;
mod rounds;
mod rows;
mod rubrics;
mod runs;
mod schema;
mod settings;
mod tables;
mod verdicts;
mod votes;
mod written;

#[cfg(test)]
mod tests;

pub use archive::{pack, unpack};
pub use audit::{AuditEntry, Written};
pub use comparisons::NewComparison;
pub use completions::{CompletionFilter, NewCompletion};
pub use counts::Counts;
pub use error::StoreError;
pub use lock::LockOwner;
pub use open::{Access, Store};
pub use outcomes::{Approval, Evaluation, Export, NewEvaluation, NewExport};
pub use progress::RoundProgress;
pub use prompts::{AddedPrompts, NewPrompt};
pub use provenance::{AnnotatorShare, Lineage};
pub use runs::{NewRun, Run, RunKind, RunState, judge_of_run};
pub use settings::ProjectSettings;
pub use verdicts::{NewEdit, Recorded, RecordedEdit, VerdictFilter};
pub use votes::Vote;
pub use written::{NewWritten, RecordedWritten};
