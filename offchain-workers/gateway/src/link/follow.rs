//! What other gateways wrote to a bucket, and what this one wrote before it lost its disk.

use std::sync::PoisonError;

use idlewild_buckets_primitives::{salt::tag_of, view::BucketView};
use idlewild_objects::{Bucket, BucketKey, Commit, Place};

use super::{Link, LinkError};

impl Link {
    /// Takes over what is on the network of a bucket and not here. What was taken over once is not asked for again.
    pub(super) async fn follow(&self, bucket: &Bucket, key: &BucketKey, view: &BucketView) -> Result<(), LinkError> {
        let mut known = true;
        for head in &view.heads {
            known &= self.store.commit(&bucket.name, &head.hash)?.is_some();
        }
        if known {
            return Ok(());
        }
        let session = self.session_of(key);
        let mut commits: Vec<(u64, Commit)> = Vec::new();
        for holder in self.chain.grants(view.id).await? {
            let origin = holder.gateway;
            for (number, deal) in session.deals_under(self.owner, tag_of(view.id, &origin)).await? {
                let id = deal.id;
                if self.was_seen(id) {
                    continue;
                }
                let segment = session.open_deal(deal)?;
                let length = segment.manifest.index_offset;
                self.store.placed(&bucket.name, Place { origin, number, length }, id).await?;
                // A segment of bytes alone: the commit that names them is in a later one.
                if length >= segment.manifest.length {
                    self.note_seen(id);
                    continue;
                }
                let bytes = session.read_index_bytes(&segment).await?;
                let commit =
                    Commit::decode(&bytes).map_err(|error| LinkError::Commit { deal: id, reason: error.to_string() })?;
                commits.push((id, commit));
            }
        }
        commits.sort_by_key(|(_, commit)| (commit.epoch, commit.sequence));
        for (deal, commit) in commits {
            let applied = self.store.apply(&bucket.name, &commit, deal).await;
            let applied = applied.map_err(|error| LinkError::Commit { deal, reason: error.to_string() })?;
            if applied.is_new {
                tracing::info!(
                    deal,
                    bucket = bucket.name,
                    changes = commit.changes.len(),
                    "what is on the network is here too"
                );
            }
            self.note_seen(deal);
        }
        Ok(())
    }

    fn was_seen(&self, deal: u64) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).contains(&deal)
    }

    fn note_seen(&self, deal: u64) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(deal);
    }
}
