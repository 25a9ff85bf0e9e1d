//! The right to write a bucket.

use std::time::{Duration, Instant};

use idlewild_buckets_primitives::{
    view::{BucketView, LeaseView},
    Epoch,
};
use idlewild_chain_client::BucketCall;
use idlewild_client::quantities::BLOCK_SECONDS;
use idlewild_objects::Bucket;
use idlewild_storage_primitives::Clock;

use super::{Link, LinkError};

/// How long a lease is asked for, in blocks of the clock: so long others wait where this gateway is gone.
const LEASE: Clock = 300;
/// Blocks that must be left of it when something is sent: uploads take their time.
const LEFT: Clock = 100;
/// How long after it was seen a lease is surely had: its least, where blocks come twice as fast as they should.
pub(super) const SURE: Duration = Duration::from_secs(LEFT as u64 * BLOCK_SECONDS / 2);

/// How long it may take to have a turn for what could as well be done later.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long this gateway does not ask for a bucket that it let another one write, who may rest for a while after failures.
const COURTESY: Duration = Duration::from_secs(90);

impl Link {
    /// Another gateway waits to write a bucket. What waits here is sent first.
    pub fn ask_for(&self, id: u64) {
        let Some(bucket) = self.store.buckets().into_iter().find(|bucket| bucket.id == Some(id)) else { return };
        if self.state().asked.insert(id) {
            tracing::info!(bucket = bucket.name, "another gateway waits to write this bucket");
            self.hurry(Some(&bucket.name));
        }
    }

    /// Whether another gateway waits for a bucket that this one writes.
    pub(super) fn is_asked_for(&self, id: u64, view: &BucketView) -> bool {
        let account = self.secret.account();
        let mut state = self.state();
        let holder = view.lease.as_ref().map(|lease| lease.holder);
        if holder != Some(account) {
            // There is nothing to give.
            state.asked.remove(&id);
        }
        if holder.is_some_and(|holder| holder != account) {
            // Whoever waited has had its turn.
            state.gave.remove(&id);
        }
        state.asked.contains(&id)
    }

    /// Lets others write a bucket, one of whom has waited.
    pub(super) async fn give_way(&self, bucket: &Bucket, id: u64) -> Result<(), LinkError> {
        let submitted = self.session.submitter().submit(BucketCall::Release { bucket: id }.into()).await;
        submitted.map_err(|source| LinkError::Submit { what: "the right to write the bucket was not given back", source })?;
        let mut state = self.state();
        state.held.remove(&bucket.name);
        state.asked.remove(&id);
        state.gave.insert(id, Instant::now());
        Ok(())
    }

    /// Notes whether something of a bucket waits for another gateway.
    pub(super) fn note_wanted(&self, id: u64, wanted: bool) {
        let mut state = self.state();
        match wanted {
            true => state.wanted.insert(id),
            false => state.wanted.remove(&id),
        };
    }

    /// The buckets that another gateway writes, though something waits here.
    pub(super) fn wanted(&self) -> Vec<u64> {
        self.state().wanted.iter().copied().collect()
    }

    /// Has the right to write a bucket, in the epoch that is returned. The bucket as the chain has it then comes along: whoever wrote
    /// before may have written until a moment ago.
    pub(super) async fn lease(&self, id: u64) -> Result<(Epoch, BucketView), LinkError> {
        let account = self.secret.account();
        let now = self.chain.terms().await?.clock;
        let view = self.chain.bucket(id).await?.ok_or(LinkError::Label(id))?;
        let gave = self.state().gave.get(&id).is_some_and(|since| since.elapsed() < COURTESY);
        match turn(view.lease.as_ref(), &account, now, gave) {
            Turn::Had(epoch) => return Ok((epoch, view)),
            Turn::Held(until) => return Err(LinkError::Held { until }),
            Turn::GaveWay => return Err(LinkError::GaveWay),
            Turn::Open => {},
        }
        let call = BucketCall::Acquire { bucket: id, blocks: LEASE };
        let acquired = self.session.submitter().submit(call.into()).await;
        acquired.map_err(|source| LinkError::Submit { what: "the right to write the bucket was not had", source })?;
        let view = self.chain.bucket(id).await?.ok_or(LinkError::Label(id))?;
        match &view.lease {
            Some(lease) if lease.holder == account => Ok((lease.epoch, view)),
            Some(lease) => Err(LinkError::Held { until: lease.until }),
            None => Err(LinkError::Held { until: now }),
        }
    }

    /// Whether this gateway may change a bucket of its own accord now, as lifecycles do: a bucket that is not on chain is nobody else's;
    /// of another one it has the right to write, or takes it where nobody has it, and knows what was written before. Where another
    /// gateway has it, that one does what there is to do.
    pub async fn may_change(&self, bucket: &Bucket) -> bool {
        let outcome = match tokio::time::timeout(PATIENCE, self.take_turn(bucket)).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it took longer than {} seconds", PATIENCE.as_secs()),
        };
        tracing::info!(bucket = bucket.name, reason = outcome, "this gateway does not change the bucket of its own accord now");
        false
    }

    async fn take_turn(&self, bucket: &Bucket) -> Result<(), LinkError> {
        let (Some(id), Some(key)) = (bucket.id, &bucket.key) else { return Ok(()) };
        if self.holds(&bucket.name) {
            return Ok(());
        }
        let since = Instant::now();
        let (_, view) = self.lease(id).await?;
        self.follow(bucket, key, &view).await?;
        self.state().held.insert(bucket.name.clone(), since);
        Ok(())
    }
}

/// Whose turn it is to write a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// This gateway's, in that epoch and for long enough.
    Had(Epoch),
    /// Nobody's, or this one's for a short while only: it may acquire it.
    Open,
    /// Another one's, until then.
    Held(Clock),
    /// Nobody's, and another one has waited longer.
    GaveWay,
}

/// What a lease says at a time to the gateway `account`, which let others go first a moment ago if it `gave` way.
fn turn(lease: Option<&LeaseView>, account: &[u8; 32], now: Clock, gave: bool) -> Turn {
    match lease {
        Some(lease) if lease.holder != *account => Turn::Held(lease.until),
        Some(lease) if lease.until.saturating_sub(now) >= LEFT => Turn::Had(lease.epoch),
        None if gave => Turn::GaveWay,
        _ => Turn::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_had_or_taken_and_never_that_of_another() {
        let (own, other) = ([1; 32], [2; 32]);
        let lease = |holder, until| LeaseView { holder, epoch: 7, until };
        let of = |lease: Option<LeaseView>, gave| turn(lease.as_ref(), &own, 1_000, gave);
        assert_eq!(of(None, false), Turn::Open, "a bucket that nobody writes is written by whoever has something to do");
        assert_eq!(of(None, true), Turn::GaveWay);
        assert_eq!(of(Some(lease(own, 1_000 + LEFT)), false), Turn::Had(7));
        assert_eq!(of(Some(lease(own, 1_000 + LEFT)), true), Turn::Had(7));
        assert_eq!(of(Some(lease(own, 999 + LEFT)), false), Turn::Open, "it is renewed");
        for until in [1_001, 1_000 + LEFT, 9_000] {
            assert_eq!(of(Some(lease(other, until)), false), Turn::Held(until));
        }
    }
}
