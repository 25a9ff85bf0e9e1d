//! The storage role: what a miner does, one concern a file.
//!
//! [`follow`] takes in final blocks, in order, and is the only one that changes the index's range. All others wake with each
//! block, compare what is with what should be, and send what is missing: each is idempotent, so a worker that was killed anywhere
//! simply begins again.

pub mod append;
pub(crate) mod asked;
pub mod clear;
pub mod context;
pub(crate) mod delegates;
pub mod follow;
pub(crate) mod meet;
pub(crate) mod mend;
mod patience;
pub mod prove;
pub mod rebuild;
pub mod recover;
pub mod register;
pub mod repair;
pub mod report;
pub mod room;
pub(crate) mod search;
pub mod service;
pub mod settle;
pub(crate) mod shards;
pub mod walk;

use std::{future::Future, sync::Arc, time::Duration};

pub use context::{Miner, Moment, RoleError};
use tokio_util::sync::CancellationToken;

use crate::pause::rest;

/// Longest time that a part of the role waits for a block before it looks around anyway.
const AT_LEAST: Duration = Duration::from_secs(60);

/// Runs one part of the role each time a block came, until `stop`. Failures are logged and tried again with the next block, but for
/// those that last: they are told once, and the part rests until this miner stands otherwise on chain.
pub(crate) async fn with_each_block<F, Fut>(name: &'static str, miner: Arc<Miner>, stop: CancellationToken, mut step: F)
where
    F: FnMut(Arc<Miner>, Moment) -> Fut,
    Fut: Future<Output = Result<(), RoleError>>,
{
    let mut moments = miner.moments();
    let mut failures = 0u32;
    let mut refused = None;
    loop {
        let woken = tokio::select! {
            () = stop.cancelled() => return,
            woken = tokio::time::timeout(AT_LEAST, moments.changed()) => woken,
        };
        if matches!(woken, Ok(Err(_))) {
            return;
        }
        let moment = *moments.borrow_and_update();
        if refused.is_some_and(|standing| standing == miner.record().status) {
            continue;
        }
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = step(miner.clone(), moment) => outcome,
        };
        match outcome {
            Ok(()) => (failures, refused) = (0, None),
            Err(error) if error.is_lasting() => {
                tracing::error!(part = name, %error, "this is not tried again");
                refused = Some(miner.record().status);
            },
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(part = name, %error, "this will be tried again");
                // A node that is away is not hammered: up to half a minute.
                if !rest(Duration::from_secs(1 << failures.min(5)), &stop).await {
                    return;
                }
            },
        }
    }
}
