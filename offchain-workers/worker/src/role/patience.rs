//! Asking a node again.

use std::{future::Future, time::Duration};

use idlewild_chain_client::{pause::jittered, ReadError};

/// What a node says of the state of a block that it has forgotten.
const DISCARDED: &str = "State already discarded";
/// Times that an old block is asked for.
const TRIES: u32 = 5;

/// Whether a node says that it has forgotten the state that it was asked for.
pub(crate) fn is_forgotten(error: &ReadError) -> bool {
    matches!(error, ReadError::Rpc(reason) if reason.contains(DISCARDED))
}

/// Asks again where an answer got lost, after pauses of `first` and more: what reads years of blocks does not begin anew for one of
/// them. What a node has forgotten, or answers in another shape, is not asked for twice.
pub(crate) async fn patiently<T, Answer>(first: Duration, ask: impl Fn() -> Answer) -> Result<T, ReadError>
where
    Answer: Future<Output = Result<T, ReadError>>,
{
    let mut pause = first;
    for _ in 1..TRIES {
        match ask().await {
            Err(error @ (ReadError::Rpc(_) | ReadError::TimedOut { .. })) if !is_forgotten(&error) => {
                tracing::debug!(%error, "asking again");
                tokio::time::sleep(jittered(pause)).await;
                pause = pause.saturating_mul(2);
            },
            answer => return answer,
        }
    }
    ask().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Answers after so many failures; returns what came of it and how often it was asked.
    async fn asked(failures: u32, error: impl Fn() -> ReadError) -> (Result<u32, ReadError>, u32) {
        let asked = AtomicU32::new(0);
        let answer = patiently(Duration::from_millis(1), || {
            let time = asked.fetch_add(1, Ordering::SeqCst);
            let answer = if time < failures { Err(error()) } else { Ok(7) };
            async move { answer }
        });
        (answer.await, asked.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_answer_that_got_lost_is_asked_for_again_and_not_for_ever() {
        let lost = || ReadError::Rpc("connection closed".into());
        let (answer, times) = asked(3, lost).await;
        assert_eq!((answer.unwrap(), times), (7, 4));
        let (answer, times) = asked(100, lost).await;
        assert!(matches!(answer, Err(ReadError::Rpc(_))));
        assert_eq!(times, TRIES);
    }

    #[tokio::test]
    async fn what_is_forgotten_is_not_asked_for_twice() {
        let (answer, times) = asked(1, || ReadError::Rpc("4003: State already discarded for 0x12".into())).await;
        assert!(is_forgotten(&answer.unwrap_err()));
        assert_eq!(times, 1);
    }
}
