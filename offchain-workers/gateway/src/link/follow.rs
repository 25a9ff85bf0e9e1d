//! What other gateways wrote to a bucket, and what this one wrote before it lost its disk.

use std::collections::{HashMap, HashSet};

use idlewild_buckets_primitives::{
    salt::{number_of, tag_of},
    view::BucketView,
};
use idlewild_client::objects::StoredSegment;
use idlewild_objects::{Bucket, BucketKey, Commit, Place};
use idlewild_storage::manifest::Manifest;

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
        let segments = session.segments_of(self.owner).await?;
        let mut commits: Vec<(u64, Commit)> = Vec::new();
        for segment in &segments {
            let Manifest { index_offset, length, .. } = segment.manifest;
            // A segment of bytes alone has none: the commit that names them is in a later one.
            if index_offset >= length || self.was_seen(segment.deal.id) {
                continue;
            }
            let bytes = session.read_index_bytes(segment).await?;
            let deal = segment.deal.id;
            let commit = Commit::decode(&bytes).map_err(|error| LinkError::Commit { deal, reason: error.to_string() })?;
            commits.push((deal, commit));
        }
        // Also gateways that the bucket was taken from since: what they wrote is told by commits, their own and those of others.
        let holders = self.chain.grants(view.id).await?.into_iter().map(|holder| holder.gateway);
        let mut origins: HashSet<[u8; 32]> = holders.collect();
        for (_, commit) in &commits {
            origins.insert(commit.origin);
            origins.extend(commit.segments.iter().map(|place| place.origin));
        }
        let tags: HashMap<_, _> = origins.into_iter().map(|origin| (tag_of(view.id, &origin), origin)).collect();
        for StoredSegment { deal, manifest } in segments.iter().filter(|segment| !self.was_seen(segment.deal.id)) {
            let Some(tag) = deal.salt.first_chunk() else { continue };
            let (Some(origin), Some(number)) = (tags.get(tag), number_of(*tag, &deal.salt)) else { continue };
            let place = Place { origin: *origin, number, length: manifest.index_offset };
            self.store.placed(&bucket.name, place, deal.id).await?;
            if manifest.index_offset >= manifest.length {
                self.note_seen(deal.id);
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
        self.state().seen.contains(&deal)
    }

    fn note_seen(&self, deal: u64) {
        self.state().seen.insert(deal);
    }
}
