//! The right to write a bucket.

use std::time::{Duration, Instant};

use idlewild_buckets_primitives::{view::BucketView, Epoch};
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
        match &view.lease {
            Some(lease) if lease.holder != account => return Err(LinkError::Held { until: lease.until }),
            None if self.state().gave.get(&id).is_some_and(|since| since.elapsed() < COURTESY) => {
                return Err(LinkError::GaveWay);
            },
            Some(lease) if lease.until.saturating_sub(now) >= LEFT => return Ok((lease.epoch, view)),
            _ => {},
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
}
