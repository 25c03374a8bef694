//! Bodies of answers, read in pieces: none may hold us up for ever, and none may fill the memory.

use std::time::Duration;

use reqwest::Response;

use super::{Patience, unless_cancelled};
use crate::job::{CancelToken, Cancelled};

/// A body that did not come whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The connection ended first.
    #[error("the connection was lost")]
    Lost(#[source] reqwest::Error),
    /// Nothing came any more, or only a trickle.
    #[error("almost nothing came for {} seconds", limit.as_secs())]
    Stalled {
        /// How long it was waited for.
        limit: Duration,
    },
    /// It is longer than it may be.
    #[error("it is longer than {longest} bytes")]
    TooLong {
        /// How long it may be.
        longest: u64,
    },
}

/// The next piece of a body; `None` at its end. Fails where nothing comes for [`Patience::stall`].
pub async fn piece(
    response: &mut Response,
    patience: &Patience,
    cancel: &CancelToken,
) -> Result<Option<bytes::Bytes>, BodyError> {
    let chunk = unless_cancelled(cancel, tokio::time::timeout(patience.stall, response.chunk())).await?;
    match chunk {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(source)) => Err(BodyError::Lost(source.without_url())),
        Err(_late) => Err(BodyError::Stalled { limit: patience.stall }),
    }
}

/// A whole body of at most `longest` bytes.
pub async fn whole(
    mut response: Response,
    longest: u64,
    patience: &Patience,
    cancel: &CancelToken,
) -> Result<Vec<u8>, BodyError> {
    let (mut bytes, begun) = (Vec::new(), tokio::time::Instant::now());
    while let Some(piece) = piece(&mut response, patience, cancel).await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > longest {
            return Err(BodyError::TooLong { longest });
        }
        // A trickle never ends; a small answer does.
        if begun.elapsed() > 4 * patience.stall {
            return Err(BodyError::Stalled { limit: begun.elapsed() });
        }
    }
    Ok(bytes)
}
