//! What gateways wrote to a bucket, as the network has it: an owner's own buckets and those of others are taken over alike.

use std::collections::{HashMap, HashSet};

use idlewild_buckets_primitives::{
    salt::{number_of, tag_of, Tag},
    view::BucketView,
};
use idlewild_objects::{Commit, Place, Store, StoreError};
use idlewild_storage_primitives::Salt;

/// Whether all heads of a bucket are in the store.
pub(crate) fn has_heads(store: &Store, name: &str, view: &BucketView) -> Result<bool, StoreError> {
    view.heads.iter().try_fold(true, |all, head| Ok(all && store.commit(name, &head.hash)?.is_some()))
}

/// Commits that are to be taken over, and who wrote the bucket's segments.
pub(crate) struct Written {
    /// By their deals, the earliest first.
    pub(crate) commits: Vec<(u64, Commit)>,
    origins: HashMap<Tag, [u8; 32]>,
}

impl Written {
    /// Of a bucket that `gateways` may write now.
    pub(crate) fn new(bucket: u64, gateways: impl IntoIterator<Item = [u8; 32]>, mut commits: Vec<(u64, Commit)>) -> Self {
        commits.sort_by_key(|(_, commit)| (commit.epoch, commit.sequence));
        let mut origins: HashSet<[u8; 32]> = gateways.into_iter().collect();
        // Also gateways that the bucket was taken from since: what they wrote is told by commits, their own and those of others.
        for (_, commit) in &commits {
            origins.insert(commit.origin);
            origins.extend(commit.segments.iter().map(|place| place.origin));
        }
        Self { commits, origins: origins.into_iter().map(|origin| (tag_of(bucket, &origin), origin)).collect() }
    }

    /// Which segment a deal with this salt holds, where it is known who wrote it. `length` is that of its objects.
    pub(crate) fn place(&self, salt: &Salt, length: u32) -> Option<Place> {
        let tag = salt.first_chunk()?;
        Some(Place { origin: *self.origins.get(tag)?, number: number_of(*tag, salt)?, length })
    }
}
