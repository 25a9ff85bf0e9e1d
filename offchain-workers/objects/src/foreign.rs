//! What other gateways stored of a bucket: their segments live as long as somebody prolongs their deals, and their makers may be gone.

use std::time::Duration;

use crate::{error::StoreError, evict::seen_empty, lines, meta::Records, records::SegmentNumber, store::Store, told::Told};

/// A segment of another gateway without which something of the bucket would be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The gateway that made it.
    pub origin: [u8; 32],
    /// Its number there: that in the salt of its deal.
    pub number: SegmentNumber,
    /// Whether bytes of versions are in it. Else it is needed for its commit, by whoever rebuilds the bucket; whether its maker has carried
    /// that on and let the segment go is not known here.
    pub has_bytes: bool,
}

impl Store {
    /// The segments of other gateways that the bucket needs: those with bytes of versions, those with commits, and those that held bytes
    /// until `grace` ago or until a removal that nobody else can know of yet.
    pub async fn needed_of_others(&self, bucket: &str, grace: Duration) -> Result<Vec<Needed>, StoreError> {
        let name = bucket.to_owned();
        let number = self.inner.bucket_number(bucket)?;
        let own = self.inner.options.origin;
        let foreign: Vec<(SegmentNumber, Needed)> = {
            let table = self.inner.segments.lock();
            let of_bucket = table.known.iter().filter(|((of, _), _)| *of == number);
            of_bucket
                .filter_map(|((_, segment), known)| {
                    let (origin, number) = known.record.origin.filter(|(origin, _)| *origin != own)?;
                    Some((*segment, Needed { origin, number, has_bytes: known.record.live > 0 }))
                })
                .collect()
        };
        if foreign.is_empty() {
            return Ok(Vec::new());
        }
        let grace = i64::try_from(grace.as_millis()).unwrap_or(i64::MAX);
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let known = Told::of(tx, bucket)?.change;
                let mut needed = Vec::new();
                for (segment, of) in foreign {
                    let commit = lines::key(bucket, b's', &segment.to_be_bytes());
                    if of.has_bytes || tx.get(Records::Lines, &commit)?.is_some() {
                        needed.push(of);
                        continue;
                    }
                    let (last, since) = seen_empty(tx, bucket, segment)?;
                    if last > known || tx.now().saturating_sub(since) < grace {
                        needed.push(of);
                    }
                }
                needed.sort_unstable_by_key(|of| (of.origin, of.number));
                Ok::<_, StoreError>(needed)
            })
            .await
    }
}
