//! People as annotators: which comparison is asked next, what their verdicts come to, and how far they agree.
//!
//! Nothing here keeps or reads a project: every function goes from plain values to plain values. The road through it:
//! [`choose_pairs`] makes comparisons of the answers to each prompt; [`plan`] says in which order one annotator is
//! asked, blind; a [`Session`] takes the answers of one sitting, key by key, and a [`Pack`] carries a sitting to
//! another machine and back; [`verdicts_of_grades`] turns points and thumbs into verdicts; [`resolve`] makes
//! preference pairs of verdicts; [`review_queue`] is what is left for a person to settle; [`figures`] says how far the
//! verdicts can be relied on.

pub mod agreement;
mod error;
mod key;
mod pack;
mod pairing;
mod queue;
mod ratings;
mod resolution;
mod review;
mod session;
mod standing;
#[cfg(test)]
mod test_support;

pub use agreement::{FIGURES, Figure, FigureKind, Judged, figures, too_fast};
pub use error::{PackError, PackItemProblem, ReviewError};
pub use key::derived_key;
pub use pack::{
    Conflict, Correction, ItemLabel, Merge, PACK_ENDING, Pack, PackContents, PackItem, PackLabel, PackProject,
    PackSource, Withdrawal, edit_verdict, labels_of, make_pack, merge_pack,
};
pub use pairing::{NewComparison, PairingSettings, choose_pairs};
pub use queue::{Ask, QueueSettings, QueueState, next_ask, plan, shown_swapped};
pub use ratings::{Grade, GradePairing, Graded, Grading, choice_of_grades, pairs_of_grades, verdicts_of_grades};
pub use resolution::{Resolution, ReviewItem, ReviewReason, resolve};
pub use review::{
    DEFAULT_LOW_CONFIDENCE, ReviewAction, ReviewEntry, ReviewFilter, Reviewed, Reviewer, confidence_of, review_queue,
    review_verdict,
};
pub use session::{Edit, Effect, Key, Session, SessionItem, Shown, ShownChoice, Side};
