//! Segments to miners, and heads to the chain.

use std::{collections::HashSet, time::Instant};

use idlewild_buckets_primitives::{
    head::Head,
    salt::{salt, tag_of},
};
use idlewild_chain_client::BucketCall;
use idlewild_client::{
    segments::{Content, ReadySegment, SegmentOptions},
    PutEvent,
};
use idlewild_objects::{Bucket, BucketKey, CommitInfo, Line, Sealed};
use idlewild_storage_primitives::Balance;

use super::{Link, LinkError};

/// Commits that are looked through for a head of the chain.
const MOST_ANCESTORS: usize = 10_000;

impl Link {
    /// Closes what is open of a bucket, and sends what waits. Every step can be done twice: the salt of a deal follows from the segment.
    pub(super) async fn send(&self, bucket: &Bucket, id: u64, key: &BucketKey) -> Result<(), LinkError> {
        let (epoch, view) = self.lease(id).await?;
        self.state().held.insert(bucket.name.clone(), Instant::now());
        // Between two writers: what the one before wrote last is to be a parent of what is written now.
        self.follow(bucket, key, &view).await?;
        self.store.hold(&bucket.name, Line { epoch }).await?;
        if self.is_due(&bucket.name)? {
            self.store.seal(&bucket.name, Line { epoch }).await?;
        }
        let sealed = self.store.outbox(&bucket.name);
        let tag = tag_of(id, &self.secret.account());
        let mut ready = Vec::with_capacity(sealed.len());
        for segment in &sealed {
            let file = self.store.sealed_bytes(&bucket.name, segment.segment)?;
            let (salt, content) = (salt(tag, segment.segment), Content::File(file.path));
            ready.push(ReadySegment { salt, content, index_offset: file.index_offset });
        }
        if !ready.is_empty() {
            self.store_segments(bucket, key, ready, &sealed).await?;
        }
        self.tell(bucket, id).await
    }

    /// Sends sealed segments to miners.
    async fn store_segments(
        &self,
        bucket: &Bucket,
        key: &BucketKey,
        ready: Vec<ReadySegment>,
        sealed: &[Sealed],
    ) -> Result<(), LinkError> {
        let options = SegmentOptions { wish: self.options.wish, agreed: Balance::MAX, again: true };
        let name = bucket.name.clone();
        let told = move |event: PutEvent| match event {
            PutEvent::Refused { miner, reason } => {
                tracing::debug!(miner, reason, bucket = name, "a miner did not take a shard")
            },
            PutEvent::Stored { deal, filled, slots, .. } => {
                tracing::info!(deal, filled, slots, bucket = name, "a segment is stored")
            },
            _ => {},
        };
        let stored = self.session_of(key).put_segments(ready, &options, Vec::new(), told).await;
        let report = stored.map_err(Box::new)?;
        for (segment, deal) in sealed.iter().zip(report.deals) {
            self.store.stored(&bucket.name, segment.segment, deal).await?;
            let mut state = self.state();
            state.sent = state.sent.saturating_add(1);
        }
        Ok(())
    }

    /// Tells the chain of the newest commit that is on the network with all that it names. Until then nobody else knows of it; an answer
    /// that was lost is noticed the next time, when the head is there.
    async fn tell(&self, bucket: &Bucket, id: u64) -> Result<(), LinkError> {
        let Some(head) = self.store.stored_head(&bucket.name)?.filter(|head| head.origin == self.secret.account()) else {
            return Ok(());
        };
        let view = self.chain.bucket(id).await?.ok_or(LinkError::Label(id))?;
        if super::is_told(&head, &view) {
            return Ok(());
        }
        let mut replaces = Vec::new();
        for told in &view.heads {
            if self.follows(&bucket.name, &head, told)? {
                replaces.push(told.hash);
            }
        }
        let salt = salt(tag_of(id, &self.secret.account()), head.segment);
        let (epoch, sequence, hash) = (head.epoch, head.sequence, head.hash);
        let call = BucketCall::Commit { bucket: id, epoch, sequence, hash, salt, replaces };
        let submitted = self.session.submitter().submit(call.into()).await;
        submitted.map_err(|source| LinkError::Submit { what: "the chain was not told of what was written", source })?;
        Ok(())
    }

    /// Whether a commit has a head of the chain among those that it follows, near or far.
    fn follows(&self, bucket: &str, commit: &CommitInfo, head: &Head) -> Result<bool, LinkError> {
        let mut open = commit.parents.clone();
        let mut seen = HashSet::new();
        while let Some(hash) = open.pop() {
            if hash == head.hash {
                return Ok(true);
            }
            if !seen.insert(hash) || seen.len() > MOST_ANCESTORS {
                continue;
            }
            let parent = self.store.commit(bucket, &hash)?;
            // What comes before the head cannot have it among those before.
            if let Some(parent) = parent.filter(|parent| (parent.epoch, parent.sequence) > (head.epoch, head.sequence)) {
                open.extend(parent.parents);
            }
        }
        Ok(false)
    }
}
