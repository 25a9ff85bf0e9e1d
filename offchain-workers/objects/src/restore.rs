//! All versions of a key, and how an earlier one becomes the newest again.

use codec::Compact;

use crate::{
    bucket::Versioning,
    error::StoreError,
    objects::check_key,
    query::{Listed, VersionsQuery},
    records::{Change, Kept, VersionRecord},
    store::Store,
    tx::Tx,
    version::{Durability, NewVersion, Version, VersionId},
};

/// Versions that are read from the lists at a time.
const PAGE: usize = 256;

impl Store {
    /// The versions of a key, delete markers among them, the newest first. In a bucket without versions those too that lines of commits
    /// left beside one another: each has an id of its own.
    pub fn versions_of(&self, bucket: &str, key: &str, limit: usize) -> Result<Vec<Version>, StoreError> {
        let mut query = VersionsQuery { prefix: key.to_owned(), limit: PAGE, ..VersionsQuery::default() };
        let mut versions = Vec::new();
        loop {
            let listing = self.list_versions(bucket, &query)?;
            for entry in listing.entries {
                match entry {
                    // A key comes before all that it is the beginning of.
                    Listed::Object(version) if version.key == key && versions.len() < limit => versions.push(version),
                    _ => return Ok(versions),
                }
            }
            let Some((after, version)) = listing.next else { return Ok(versions) };
            (query.after_key, query.after_version) = (Some(after), version);
        }
    }

    /// Makes a version the current one by writing it again, as the newest. All others stay as they are, also in a bucket that keeps no
    /// versions of what is overwritten: what was current gets an id of its own. Locks are of the version that had them.
    pub async fn restore(&self, bucket: &str, key: &str, id: &VersionId) -> Result<Version, StoreError> {
        check_key(key)?;
        let (bucket, key, id) = (bucket.to_owned(), key.to_owned(), id.clone());
        let inner = self.inner.clone();
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&bucket)?;
                tx.inner.room_for(0)?;
                let kept = tx.version_of(record.number, &key, &id)?.ok_or(StoreError::NoSuchVersion)?;
                if kept.version.marker {
                    return Err(StoreError::NotAllowed("a delete marker has nothing to restore; delete the object instead"));
                }
                let current = tx.current(record.number, &key)?;
                if current.is_some_and(|current| current.version.order == kept.version.order) {
                    return Ok(inner.show(record.number, key, kept, true));
                }
                tx.write_again((record.number, record.versioning), key, kept.version)
            })
            .await
    }
}

impl Tx<'_> {
    fn write_again(&mut self, bucket: (u32, Versioning), key: String, from: VersionRecord) -> Result<Version, StoreError> {
        let (bucket, versioning) = bucket;
        let null = versioning != Versioning::Enabled;
        if null {
            // Else it would be replaced. Other gateways do the same when they see a later "null" that replaces none.
            if let Some(mut named) = self.null_version(bucket, &key)? {
                (named.version.null, named.version.hidden_null) = (false, true);
                self.insert_version(bucket, &key, &named)?;
            }
        }
        let new = NewVersion {
            content_type: from.content_type,
            headers: from.headers,
            user: from.user,
            checksums: from.checksums,
            tags: from.tags,
            acl: from.acl,
            ..NewVersion::default()
        };
        let (order, modified) = (self.next_order(bucket), self.now());
        let mut version = VersionRecord::of(new, order, modified, from.size, from.etag, from.blake3, from.extents);
        let sizes: Vec<Compact<u64>> = from.part_sizes;
        (version.part_sizes, version.part_checksums, version.null) = (sizes, from.part_checksums, null);
        let change = self.next_change(bucket);
        let kept = Kept { change, version };
        self.insert_version(bucket, &key, &kept)?;
        self.put_change(bucket, change, &Change::Put { key: key.clone(), version: kept.version.clone(), replaces: None });
        Ok(kept.into_version(bucket, key, true, Durability::Local))
    }
}
