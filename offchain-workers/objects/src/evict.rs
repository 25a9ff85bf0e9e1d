//! What the disk need not keep: copies of what the network has, and what nothing is in any more.

use codec::Encode;

use crate::{
    error::StoreError,
    lines,
    meta::Records,
    outbox::waits,
    records::{SegmentNumber, SegmentState},
    segments::SegmentKey,
    store::Store,
    told::Told,
    tx::Tx,
};

/// A deal that holds nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadDeal {
    /// The segment.
    pub segment: SegmentNumber,
    /// The deal, which may be cancelled; tell [`Store::cancelled`] then.
    pub deal: u64,
    /// Since when it is known, in milliseconds since 1970. Another gateway may have copied a version before it heard that it was
    /// removed: leave it time to say so.
    pub since: i64,
}

/// When a segment was first seen without bytes of any version, which is now if it was not before: the bucket's change then, and the
/// milliseconds since 1970.
pub(crate) fn seen_empty(tx: &mut Tx<'_>, bucket: u32, segment: SegmentNumber) -> Result<(u64, i64), StoreError> {
    let seen = lines::key(bucket, b'z', &segment.to_be_bytes());
    if let Some(before) = tx.read(Records::Lines, &seen)? {
        return Ok(before);
    }
    let first = (tx.inner.clocks.get(bucket).change, tx.now());
    tx.put(Records::Lines, seen, first.encode());
    Ok(first)
}

impl Store {
    /// Removes copies of segments that the network has, those first that were not read for the longest time, until no more than
    /// `keep_bytes` are left.
    pub(crate) async fn evict(&self) -> Result<(), StoreError> {
        let mut kept: Vec<(i64, SegmentKey, u64)> = {
            let table = self.inner.segments.lock();
            let stored = table
                .known
                .iter()
                .filter(|(_, known)| known.record.local && matches!(known.record.state, SegmentState::Stored { .. }));
            stored.map(|(key, known)| (known.used.max(known.record.opened), *key, u64::from(known.record.length))).collect()
        };
        let mut bytes: u64 = kept.iter().map(|(_, _, length)| *length).sum();
        kept.sort_unstable();
        let gone: Vec<SegmentKey> = kept
            .into_iter()
            .take_while(|(_, _, length)| {
                let over = bytes > self.inner.options.keep_bytes;
                bytes = bytes.saturating_sub(*length);
                over
            })
            .map(|(_, key, _)| key)
            .collect();
        self.drop_copies(gone).await
    }

    /// Removes the files of segments that are on the network, and of those that nothing is in.
    pub async fn reclaim(&self) -> Result<(), StoreError> {
        let gone: Vec<SegmentKey> = {
            let table = self.inner.segments.lock();
            let dead = table.known.iter().filter(|(_, known)| {
                known.record.local && known.record.live == 0 && matches!(known.record.state, SegmentState::Stored { .. })
            });
            dead.map(|(key, _)| *key).collect()
        };
        self.drop_copies(gone).await?;
        self.evict().await
    }

    async fn drop_copies(&self, gone: Vec<SegmentKey>) -> Result<(), StoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        // The records first: a file without one is removed when the store is opened, a record without a file were a loss.
        let removed = self
            .inner
            .write(move |tx| {
                let mut removed = Vec::with_capacity(gone.len());
                for (bucket, number) in gone {
                    let Some(mut record) = tx.segment(bucket, number) else { continue };
                    if record.local && matches!(record.state, SegmentState::Stored { .. }) {
                        record.local = false;
                        tx.set_segment(bucket, number, record);
                        removed.push((bucket, number));
                    }
                }
                Ok::<_, StoreError>(removed)
            })
            .await?;
        self.unlink(removed).await
    }

    pub(crate) async fn unlink(&self, keys: Vec<SegmentKey>) -> Result<(), StoreError> {
        let inner = self.inner.clone();
        let removing = tokio::task::spawn_blocking(move || keys.into_iter().try_for_each(|key| inner.segments.remove(key)));
        Ok(removing.await.map_err(|_| StoreError::Closed)??)
    }

    /// Deals of this gateway whose segments have no bytes of any version and no commit that was not carried on, where the network knows
    /// so: whoever rebuilds the bucket will not miss them.
    pub async fn dead_deals(&self, bucket: &str) -> Result<Vec<DeadDeal>, StoreError> {
        let name = bucket.to_owned();
        let number = self.inner.bucket_number(bucket)?;
        let emptied = self.inner.segments.lock().emptied(number);
        if emptied.is_empty() {
            return Ok(Vec::new());
        }
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let known = Told::of(tx, bucket)?.change;
                let mut dead = Vec::new();
                for (segment, deal) in emptied {
                    let has_commit = tx.get(Records::Lines, &lines::key(bucket, b's', &segment.to_be_bytes()))?.is_some();
                    let carried: Option<(u64, i64)> =
                        tx.read(Records::Lines, &lines::key(bucket, b'r', &segment.to_be_bytes()))?;
                    let is_needed = has_commit && carried.is_none();
                    if is_needed || tx.segment(bucket, segment).is_none_or(|record| record.live > 0) {
                        continue;
                    }
                    let (told, carried_at) = carried.unwrap_or_default();
                    // What emptied it was no later than when it was first seen empty; that must be on the network.
                    let (change, since) = seen_empty(tx, bucket, segment)?;
                    if change.max(told) <= known {
                        dead.push(DeadDeal { segment, deal, since: since.max(carried_at) });
                    }
                }
                Ok::<_, StoreError>(dead)
            })
            .await
    }

    /// The deal of a segment without bytes of any version was cancelled, or is over: the segment is no more.
    pub async fn cancelled(&self, bucket: &str, segment: SegmentNumber) -> Result<(), StoreError> {
        let name = bucket.to_owned();
        let key = self
            .inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let Some(record) = tx.segment(bucket, segment) else { return Ok(None) };
                if record.live > 0 || waits(&record.state) {
                    return Err(StoreError::NotAllowed(
                        "there are bytes of versions in the segment, or it waits for the network",
                    ));
                }
                for kind in [b'z', b's', b'r'] {
                    tx.remove(Records::Lines, lines::key(bucket, kind, &segment.to_be_bytes()));
                }
                tx.forget_segment(bucket, segment);
                Ok::<_, StoreError>(Some((bucket, segment)))
            })
            .await?;
        self.unlink(key.into_iter().collect()).await
    }
}
