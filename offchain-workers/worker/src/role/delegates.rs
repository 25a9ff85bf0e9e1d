//! Which accounts may store for which owners, as the chain says, remembered for a moment: a segment's shards come one after the other.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use idlewild_chain_client::{ChainClient, ReadError};

/// How long a yes is good for. What is stored on one that is out of date waits for a deal that never comes, and is dropped in its time.
const YES_FOR: Duration = Duration::from_secs(30);
/// How long a no is good for: an owner may just have said yes.
const NO_FOR: Duration = Duration::from_secs(6);
/// Answers that are remembered. Keys cost nothing, so that strangers could ask for any number of them.
const REMEMBERED: usize = 1_024;

/// An owner, and who says that it may store for it.
type Pair = ([u8; 32], [u8; 32]);

/// What the chain said lately.
#[derive(Debug, Default)]
pub(crate) struct Delegates(Mutex<HashMap<Pair, (bool, Instant)>>);

impl Delegates {
    /// Whether `signer` may store for `owner`.
    pub(crate) async fn may_store_for(
        &self,
        chain: &dyn ChainClient,
        owner: [u8; 32],
        signer: [u8; 32],
    ) -> Result<bool, ReadError> {
        if owner == signer {
            return Ok(true);
        }
        if let Some(known) = self.known(&(owner, signer), Instant::now()) {
            return Ok(known);
        }
        let may = chain.may_store_for(owner, signer).await?;
        self.note((owner, signer), may, Instant::now());
        Ok(may)
    }

    fn known(&self, pair: &Pair, now: Instant) -> Option<bool> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(pair).filter(|(may, since)| is_good(*may, *since, now)).map(|(may, _)| *may)
    }

    fn note(&self, pair: Pair, may: bool, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, (may, since)| is_good(*may, *since, now));
        }
        // Where all are good still, one of them is asked for again.
        if known.len() >= REMEMBERED {
            let oldest = known.iter().min_by_key(|(_, (_, since))| *since).map(|(pair, _)| *pair);
            if let Some(oldest) = oldest {
                known.remove(&oldest);
            }
        }
        known.insert(pair, (may, now));
    }
}

fn is_good(may: bool, since: Instant, now: Instant) -> bool {
    now.saturating_duration_since(since) < if may { YES_FOR } else { NO_FOR }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(number: usize) -> Pair {
        let mut owner = [0; 32];
        owner[..8].copy_from_slice(&(number as u64).to_le_bytes());
        (owner, [1; 32])
    }

    #[test]
    fn answers_are_good_for_a_moment_and_a_no_for_less() {
        let (delegates, now) = (Delegates::default(), Instant::now());
        delegates.note(pair(1), true, now);
        delegates.note(pair(2), false, now);
        assert_eq!((delegates.known(&pair(1), now), delegates.known(&pair(2), now)), (Some(true), Some(false)));
        assert_eq!(delegates.known(&pair(3), now), None);
        let later = now + NO_FOR;
        assert_eq!((delegates.known(&pair(1), later), delegates.known(&pair(2), later)), (Some(true), None));
        assert_eq!(delegates.known(&pair(1), now + YES_FOR), None);
    }

    #[test]
    fn strangers_take_no_more_memory_than_there_is() {
        let (delegates, now) = (Delegates::default(), Instant::now());
        for number in 0..2 * REMEMBERED {
            delegates.note(pair(number), true, now + Duration::from_millis(number as u64));
        }
        let known = delegates.0.lock().unwrap().len();
        assert_eq!(known, REMEMBERED);
        assert_eq!(delegates.known(&pair(2 * REMEMBERED - 1), now), Some(true), "the newest is known");
        assert_eq!(delegates.known(&pair(0), now), None, "the oldest made room");
    }
}
