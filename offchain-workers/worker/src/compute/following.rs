//! Waking with each final block, and sending what it asks for: what the compute role and the tracker's have in common.

use std::{future::Future, time::Duration};

use futures::StreamExt;
use idlewild_chain_client::{ChainClient, ComputeCall, ReadError, SubmitError, Submitter};
use tokio_util::sync::CancellationToken;

use super::journal::JournalError;
use crate::pause::{after, rest};

/// Longest time without a block after which is looked around anyway.
const AT_LEAST: Duration = Duration::from_secs(60);

/// Why a step was not made. It is tried again with a later block.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Makes a step with each final block until `stop`. What goes wrong is told and tried again.
pub(crate) async fn each_block<F, Fut>(name: &'static str, chain: &dyn ChainClient, stop: &CancellationToken, step: F)
where
    F: Fn() -> Fut + Sync,
    Fut: Future<Output = Result<(), StepError>> + Send,
{
    let mut failures = 0u32;
    loop {
        match follow(name, chain, stop, &step).await {
            Ok(()) => return,
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(%error, "the chain cannot be followed; this will be tried again");
            },
        }
        if !rest(after(failures), stop).await {
            return;
        }
    }
}

async fn follow<F, Fut>(
    name: &'static str,
    chain: &dyn ChainClient,
    stop: &CancellationToken,
    step: &F,
) -> Result<(), ReadError>
where
    F: Fn() -> Fut + Sync,
    Fut: Future<Output = Result<(), StepError>> + Send,
{
    let mut heads = chain.finalized_heads().await?;
    loop {
        let head = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            head = tokio::time::timeout(AT_LEAST, heads.next()) => head,
        };
        match head {
            Ok(None) => return Err(ReadError::Rpc("the node ended its subscription".into())),
            Ok(Some(Err(error))) => return Err(error),
            Ok(Some(Ok(_))) | Err(_) => {},
        }
        if let Err(error) = step().await {
            tracing::warn!(part = name, %error, "a step was not made; it is tried again with the next block");
        }
    }
}

/// Sends a call that is compared with the chain again with the next block, whatever becomes of it.
pub(crate) async fn send(submitter: &Submitter, stop: &CancellationToken, call: ComputeCall) {
    let sent = tokio::select! {
        () = stop.cancelled() => return,
        sent = submitter.submit_again(call.clone().into()) => sent,
    };
    match sent {
        Ok(_) => tracing::debug!(?call, "sent"),
        // Somebody else was first, or the moment has passed.
        Err(SubmitError::Refused { name, .. }) => tracing::debug!(?call, name, "refused"),
        Err(error) => tracing::warn!(%error, "a call was not made; it is tried again with the next block"),
    }
}
