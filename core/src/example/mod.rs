//! The example: a small shop's help desk, its prompts, its rubric, and the program that writes and checks its sentences.
//!
//! Every sentence is a template with slots (an order's number, a product, a day). [`request`] and [`reply`] write texts
//! of them, the [oracle] says from a text alone what is true of it, and the starter model was trained on nothing else.

pub mod oracle;
mod phrases;
mod prompts;
mod reply;
mod request;
mod rules;
mod slots;
mod topics;

pub use prompts::{ExamplePrompt, prompts};
pub use reply::{Traits, reply};
pub use request::{Request, request};
pub use rules::{EXAMPLE_RUBRIC, RuleName, example_rubric, rule_library, simulated_choice};
pub use slots::Slots;
pub use topics::Topic;
