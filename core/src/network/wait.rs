//! Waiting that ends when somebody wants to stop.

use std::future::Future;
use std::time::Duration;

use crate::job::{CancelToken, Cancelled};

/// How often a wish to stop is looked for while something is waited for.
const TICK: Duration = Duration::from_millis(100);

/// What `work` comes to, unless a stop is asked for first.
pub async fn unless_cancelled<T>(cancel: &CancelToken, work: impl Future<Output = T>) -> Result<T, Cancelled> {
    let mut work = std::pin::pin!(work);
    loop {
        cancel.check()?;
        if let Ok(done) = tokio::time::timeout(TICK, work.as_mut()).await {
            return Ok(done);
        }
    }
}
