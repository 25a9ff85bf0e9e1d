//! The right to write a bucket.

use std::time::Duration;

use idlewild_buckets_primitives::{view::BucketView, Epoch};
use idlewild_chain_client::BucketCall;
use idlewild_client::quantities::BLOCK_SECONDS;
use idlewild_storage_primitives::Clock;

use super::{Link, LinkError};

/// How long a lease is asked for, in blocks of the clock: so long others wait where this gateway is gone.
const LEASE: Clock = 300;
/// Blocks that must be left of it when something is sent: uploads take their time.
const LEFT: Clock = 100;
/// How long after it was seen a lease is surely had: its least, where blocks come twice as fast as they should.
pub(super) const SURE: Duration = Duration::from_secs(LEFT as u64 * BLOCK_SECONDS / 2);

impl Link {
    /// Has the right to write a bucket, in the epoch that is returned. The bucket as the chain has it then comes along: whoever wrote
    /// before may have written until a moment ago.
    pub(super) async fn lease(&self, id: u64) -> Result<(Epoch, BucketView), LinkError> {
        let account = self.secret.account();
        let now = self.chain.terms().await?.clock;
        let view = self.chain.bucket(id).await?.ok_or(LinkError::Label(id))?;
        match &view.lease {
            Some(lease) if lease.holder != account => return Err(LinkError::Held { until: lease.until }),
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
