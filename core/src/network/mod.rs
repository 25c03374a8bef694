//! What every conversation over the network needs: patience and its end, a stop within a moment, bodies that cannot be
//! without end, and the keyring that secrets are kept in.

mod body;
mod headers;
pub mod keyring;
mod patience;
mod wait;

pub use body::{BodyError, piece, whole};
pub use headers::{host_of, is_same_origin, retry_after, text_header};
pub use patience::{Patience, Tries};
pub use wait::unless_cancelled;
