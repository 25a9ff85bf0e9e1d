//! Following a bucket of another owner whose key is on chain.

use std::time::Instant;

use futures::{stream, StreamExt};
use idlewild_buckets_primitives::view::BucketView;
use idlewild_objects::{BucketInit, BucketKey, Commit};

use super::{
    remote::{RemoteError, Segment},
    shelf::{self, Item},
    Public, PublicError, What,
};
use crate::written::{has_heads, Written};

/// Commits that are on their way at a time.
const AT_ONCE: usize = 4;

impl Public {
    /// Brings a bucket here, as it is on the network now.
    pub(super) async fn follow(&self, id: u64) -> Result<(), PublicError> {
        let what = What::Bucket(id);
        let Some(view) = self.remote.bucket(id).await? else {
            self.shelf.remove(&self.store, what).await;
            return Err(PublicError::NoBucket(id));
        };
        let key = view.public.ok_or(PublicError::NotPublic(id))?;
        let name = match self.shelf.look(what, |item| item.name.clone()) {
            Some(name) => name,
            None => self.begin(id, key).await?,
        };
        // Nothing that is being brought here makes room for others.
        let _held = self.shelf.look(what, |item| item.held.clone());
        let brought = self.in_time(self.bring(&name, &view, &key)).await;
        match &brought {
            Ok(()) => {
                self.shelf.look(what, |item| item.checked = Some(Instant::now()));
            },
            // What never was here takes no room.
            Err(_) if !self.shelf.is_checked(what) => self.shelf.remove(&self.store, what).await,
            Err(_) => {},
        }
        brought
    }

    async fn begin(&self, id: u64, key: [u8; 32]) -> Result<String, PublicError> {
        let what = What::Bucket(id);
        self.shelf.room_for_bucket(&self.store, self.options.buckets).await?;
        let name = shelf::new_name(what);
        let init = BucketInit { id: Some(id), key: Some(BucketKey(key)), ..BucketInit::default() };
        self.store.create_bucket(&name, init).await?;
        self.shelf.insert(what, Item::new(&name, 0, None, None));
        Ok(name)
    }

    /// Takes over what is on the network and not here.
    async fn bring(&self, name: &str, view: &BucketView, key: &[u8; 32]) -> Result<(), PublicError> {
        if has_heads(&self.store, name, view)? {
            return Ok(());
        }
        let segments = self.remote.segments(view, key).await?;
        let gateways = self.remote.gateways(view.id).await?;
        let (commits, failure) = self.commits(view.id, key, &segments).await?;
        let written = Written::new(view.id, gateways, commits);
        for segment in &segments {
            let Some(place) = written.place(&segment.salt, segment.objects) else { continue };
            self.store.placed(name, place, segment.deal).await?;
        }
        for (deal, commit) in &written.commits {
            let applied = self.store.apply(name, commit, *deal).await;
            applied.map_err(|error| PublicError::of_commit(view.id, error))?;
            self.shelf.look(What::Bucket(view.id), |item| item.seen.insert(*deal));
        }
        if has_heads(&self.store, name, view)? {
            return Ok(());
        }
        match failure {
            Some(error) => Err(error.into()),
            None if segments.is_empty() => Err(PublicError::WrongKey(view.id)),
            // Their deals may be over; what is left of the bucket is shown.
            None => Ok(()),
        }
    }

    /// The commits that are not here yet, and why some of them did not come.
    async fn commits(
        &self,
        bucket: u64,
        key: &[u8; 32],
        segments: &[Segment],
    ) -> Result<(Vec<(u64, Commit)>, Option<RemoteError>), PublicError> {
        let what = What::Bucket(bucket);
        let (seen, known) = self.shelf.look(what, |item| (item.seen.clone(), item.bytes)).unwrap_or_default();
        let new = segments.iter().filter(|one| one.length > one.objects && !seen.contains(&one.deal));
        let new: Vec<Segment> = new.cloned().collect();
        let bytes: u64 = new.iter().map(|one| u64::from(one.length.saturating_sub(one.objects))).sum();
        if known.saturating_add(bytes) > self.options.history {
            return Err(PublicError::History { bucket, most: self.options.history });
        }
        let reads = stream::iter(new).map(|segment| async move {
            let read = self.remote.commit(key, &segment).await;
            (segment.deal, read)
        });
        let mut reads = reads.buffer_unordered(AT_ONCE);
        let (mut commits, mut failure) = (Vec::new(), None);
        while let Some((deal, read)) = reads.next().await {
            let bytes = match read {
                Ok(bytes) => bytes,
                Err(error) => {
                    failure = Some(error);
                    continue;
                },
            };
            let commit = Commit::decode(&bytes)
                .map_err(|error| PublicError::Commit { bucket, reason: format!("deal {deal}: {error}") })?;
            self.shelf.look(what, |item| item.bytes = item.bytes.saturating_add(bytes.len() as u64));
            commits.push((deal, commit));
        }
        Ok((commits, failure))
    }
}
