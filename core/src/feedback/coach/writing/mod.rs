//! Coaches that write: answers for the model to learn from, and prompts of the kind that a project has.
//!
//! What a coach writes is data of a stranger: it is cut to a length, freed of what is no text ([`clean`]), and never taken for
//! an instruction.

mod answers;
mod clean;
mod prompts;
#[cfg(test)]
pub(crate) mod scribe;
#[cfg(test)]
mod tests;

pub use answers::{ToAnswer, WrittenAnswer, write_answers};
pub use clean::{MOST_CHARACTERS, clean, list_of};
pub use prompts::{PromptWriting, asking, questions, write_prompts};
