//! Waking with each final block, and sending what it asks for: what the compute role and the tracker's have in common.

use std::{future::Future, time::Duration};

use futures::{Stream, StreamExt};
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
        let followed = match chain.finalized_heads().await {
            Ok(heads) => follow(name, heads, stop, &step, &mut failures).await,
            Err(error) => Err(error),
        };
        match followed {
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

/// Makes a step with each head. Pauses begin anew once one has come: what was lost long ago says nothing of what is lost now.
async fn follow<T, S, F, Fut>(
    name: &'static str,
    mut heads: S,
    stop: &CancellationToken,
    step: &F,
    failures: &mut u32,
) -> Result<(), ReadError>
where
    S: Stream<Item = Result<T, ReadError>> + Unpin,
    F: Fn() -> Fut + Sync,
    Fut: Future<Output = Result<(), StepError>> + Send,
{
    loop {
        let head = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            head = tokio::time::timeout(AT_LEAST, heads.next()) => head,
        };
        match head {
            Ok(None) => return Err(ReadError::Rpc("the node ended its subscription".into())),
            Ok(Some(Err(error))) => return Err(error),
            Ok(Some(Ok(_))) => *failures = 0,
            Err(_) => {},
        }
        if let Err(error) = step().await {
            tracing::warn!(part = name, %error, "a step was not made; it is tried again with the next block");
        }
    }
}

/// What became of a call, as far as it matters to who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It did what it was to do.
    Done,
    /// The chain refused it: somebody else was first, or the moment has passed.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// Sends a call that is compared with the chain again with the next block, whatever becomes of it.
pub(crate) async fn send(submitter: &Submitter, stop: &CancellationToken, call: ComputeCall) -> Sent {
    let sent = tokio::select! {
        () = stop.cancelled() => return Sent::Unknown,
        sent = submitter.submit_again(call.clone().into()) => sent,
    };
    match sent {
        Ok(_) => {
            tracing::debug!(?call, "sent");
            Sent::Done
        },
        Err(SubmitError::Refused { name, .. }) => {
            tracing::debug!(?call, name, "refused");
            Sent::Refused
        },
        Err(error) => {
            tracing::warn!(%error, "a call was not made; it is tried again with the next block");
            Sent::Unknown
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::stream;

    use super::*;

    /// Follows these heads after so many failures: how many there are then, and how many steps were made.
    async fn followed(heads: Vec<Result<(), ReadError>>, mut failures: u32) -> (u32, u32) {
        let steps = AtomicU32::new(0);
        let step = || async {
            steps.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        let ended = follow("test", stream::iter(heads), &CancellationToken::new(), &step, &mut failures).await;
        assert!(ended.is_err(), "a subscription that ends is followed anew");
        (failures, steps.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn failures_are_forgotten_with_the_first_block_and_not_before() {
        let lost = || Err(ReadError::Rpc("connection closed".into()));
        assert_eq!(followed(vec![], 5).await, (5, 0));
        assert_eq!(followed(vec![lost()], 5).await, (5, 0));
        assert_eq!(followed(vec![Ok(()), Ok(())], 5).await, (0, 2));
        assert_eq!(followed(vec![Ok(()), lost(), Ok(())], 5).await, (0, 1));
    }
}
