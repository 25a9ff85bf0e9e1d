//! What other gateways wrote to a bucket, and what this one wrote before it lost its disk. What can be read is taken over, and what cannot
//! keeps nothing back: the tree is right as far as it is known, and the rest is merged when it comes.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use futures::{stream, StreamExt};
use idlewild_buckets_primitives::view::BucketView;
use idlewild_client::{objects::StoredSegment, stored::SegmentError};
use idlewild_objects::{ApplyError, Bucket, BucketKey, Commit};
use idlewild_storage::manifest::Manifest;

use super::{Link, LinkError};
use crate::written::{has_heads, Written};

/// Commits that are read at a time: one whose miners are gone takes a while.
const AT_ONCE: usize = 8;
/// How long one may take. Its shards are hedged; this is for when nobody answers.
const COMMIT: Duration = Duration::from_secs(120);

/// Whether there is a commit at the end of a segment. One of bytes alone has none: the commit that names them is in a later one.
fn has_commit(segment: &StoredSegment) -> bool {
    let Manifest { index_offset, length, .. } = segment.manifest;
    index_offset < length
}

impl Link {
    /// Takes over what is on the network of a bucket and not here. What was taken over once is not asked for again.
    pub(super) async fn follow(&self, bucket: &Bucket, key: &BucketKey, view: &BucketView) -> Result<(), LinkError> {
        let heads: Vec<_> = view.heads.iter().map(|head| head.hash).collect();
        let whole = has_heads(&self.store, &bucket.name, view)?;
        let is_first = self.state().unread.is_first(view.id);
        // What a gateway could not read before it was stopped is noticed by the gap that it left.
        if is_first && whole && !self.store.has_gaps(&bucket.name)? {
            self.state().unread.looked(view.id, heads, &HashSet::new(), Instant::now());
            return Ok(());
        }
        if !self.state().unread.is_due(view.id, &heads, whole, Instant::now()) {
            return Ok(());
        }
        let segments = self.depot.segments(key).await?;
        let deals = segments.iter().map(|segment| segment.deal.id).collect();
        let known = self.store.deals(&bucket.name)?;
        let new: Vec<StoredSegment> = segments.into_iter().filter(|segment| self.is_new(segment, &known)).collect();
        let commits = self.commits(bucket, key, view.id, &new).await?;
        let holders = self.chain.grants(view.id).await?.into_iter().map(|holder| holder.gateway);
        let gateways = holders.chain(self.store.origins(&bucket.name)?);
        let written = Written::new(view.id, gateways, commits);
        for segment in &new {
            let StoredSegment { deal, manifest } = segment;
            let Some(place) = written.place(&deal.salt, manifest.index_offset) else { continue };
            self.store.placed(&bucket.name, place, deal.id).await?;
            if !has_commit(segment) {
                self.note_seen(deal.id);
            }
        }
        for (deal, commit) in written.commits {
            match self.store.apply(&bucket.name, &commit, deal).await {
                Ok(applied) => {
                    if applied.is_new {
                        let changes = commit.changes.len();
                        tracing::info!(deal, bucket = bucket.name, changes, "what is on the network is here too");
                    }
                    self.state().unread.came(view.id, deal);
                    self.note_seen(deal);
                },
                Err(ApplyError::Commit(error)) => self.note_unread(bucket, view.id, deal, error.to_string()),
                Err(ApplyError::Store(error)) => return Err(error.into()),
            }
        }
        self.state().unread.looked(view.id, heads, &deals, Instant::now());
        Ok(())
    }

    /// Whether a segment is none that is known with all that it says.
    fn is_new(&self, segment: &StoredSegment, known: &HashMap<u64, bool>) -> bool {
        let deal = segment.deal.id;
        !self.was_seen(deal) && known.get(&deal).is_none_or(|is_applied| has_commit(segment) && !is_applied)
    }

    /// The commits at the ends of segments, as far as they can be read now.
    async fn commits(
        &self,
        bucket: &Bucket,
        key: &BucketKey,
        id: u64,
        segments: &[StoredSegment],
    ) -> Result<Vec<(u64, Commit)>, LinkError> {
        let now = Instant::now();
        let wanted: Vec<StoredSegment> = {
            let state = self.state();
            let due = |segment: &&StoredSegment| has_commit(segment) && state.unread.may_try(id, segment.deal.id, now);
            segments.iter().filter(due).cloned().collect()
        };
        let reads = stream::iter(wanted).map(|segment| async move {
            let read = tokio::time::timeout(COMMIT, self.depot.commit(key, &segment)).await;
            (segment.deal.id, read)
        });
        let mut reads = reads.buffer_unordered(AT_ONCE);
        let mut commits = Vec::new();
        while let Some((deal, read)) = reads.next().await {
            let reason = match read {
                Err(_) => format!("its miners gave no answer in {} seconds", COMMIT.as_secs()),
                Ok(Ok(bytes)) => match Commit::decode(&bytes) {
                    Ok(commit) => {
                        commits.push((deal, commit));
                        continue;
                    },
                    Err(error) => LinkError::Commit { deal, reason: error.to_string() }.to_string(),
                },
                // Where the chain is silent nothing is known of the deal.
                Ok(Err(SegmentError::Read(error))) => return Err(error.into()),
                Ok(Err(error)) => error.to_string(),
            };
            self.note_unread(bucket, id, deal, reason);
        }
        Ok(commits)
    }

    fn note_unread(&self, bucket: &Bucket, id: u64, deal: u64, reason: String) {
        if self.state().unread.failed(id, deal, reason.clone(), Instant::now()) {
            tracing::warn!(
                deal,
                bucket = bucket.name,
                reason,
                "what a deal says of the bucket cannot be read; the rest goes on without it, and it is tried again"
            );
        }
    }

    /// What is on the network of a bucket and cannot be read, in words.
    pub fn missing_of(&self, id: u64) -> Option<String> {
        self.state().unread.of(id)
    }

    fn was_seen(&self, deal: u64) -> bool {
        self.state().seen.contains(&deal)
    }

    fn note_seen(&self, deal: u64) {
        self.state().seen.insert(deal);
    }
}
