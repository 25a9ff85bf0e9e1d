//! Letting go of deals that stand for old commits alone.

use std::collections::HashSet;

use idlewild_buckets_primitives::{
    salt::{number_of, tag_of},
    view::BucketView,
};
use idlewild_objects::{Bucket, BucketKey, Commit};

use super::{Link, LinkError};

/// Deals of commits alone that a bucket may have: telling of them again costs as much as keeping a few.
const MOST: usize = 16;
/// Commits that are carried on at a time; the rest have their turn later.
const AT_ONCE: usize = 64;

impl Link {
    /// Segments of this gateway by which the chain tells where a bucket stands. Their deals stay, whatever is in them.
    pub(super) fn told(&self, id: u64, view: &BucketView) -> HashSet<u64> {
        let tag = tag_of(id, &self.secret.account());
        view.heads.iter().filter_map(|head| number_of(tag, &head.salt)).collect()
    }

    /// Has the next commit say what old ones say, where these keep many deals that hold nothing else. Only where this gateway writes the
    /// bucket anyway: what nobody writes gets no more of them.
    pub(super) async fn carry(&self, bucket: &Bucket, id: u64, key: &BucketKey, view: &BucketView) -> Result<(), LinkError> {
        if !self.holds(&bucket.name) {
            return Ok(());
        }
        let told = self.told(id, view);
        let mut burdens = self.store.burdens(&bucket.name)?;
        burdens.retain(|burden| !told.contains(&burden.segment));
        if burdens.len() < MOST {
            return Ok(());
        }
        let session = self.session_of(key);
        for burden in burdens.iter().take(AT_ONCE) {
            let segment = session.open_segment(burden.deal).await?;
            let bytes = session.read_index_bytes(&segment).await?;
            let unreadable = |reason: String| LinkError::Commit { deal: burden.deal, reason };
            let commit = Commit::decode(&bytes).map_err(|error| unreadable(error.to_string()))?;
            let carried = self.store.carry(&bucket.name, burden.segment, &commit).await;
            carried.map_err(|error| unreadable(error.to_string()))?;
        }
        tracing::info!(
            bucket = bucket.name,
            commits = burdens.len().min(AT_ONCE),
            "old commits are told again, so that their deals can end"
        );
        Ok(())
    }
}
