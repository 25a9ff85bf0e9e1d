//! New versions, copies, and changes of what may change.

use futures::TryStreamExt;

use crate::{
    bucket::Versioning,
    error::{PutError, StoreError},
    records::{Change, Etag, Kept, VersionRecord},
    store::{Inner, Store},
    tx::Tx,
    version::{Amendment, Conditions, NewVersion, RetentionMode, Version, VersionId},
    writer::Staged,
};

/// The longest key in bytes.
const KEY_BYTES: usize = 1024;

pub(crate) fn check_key(key: &str) -> Result<(), StoreError> {
    if key.is_empty() || key.len() > KEY_BYTES {
        return Err(StoreError::BadKey);
    }
    Ok(())
}

impl Inner {
    /// As a caller sees it.
    pub(crate) fn show(&self, bucket: u32, key: String, kept: Kept, is_current: bool) -> Version {
        let durability = self.durability(bucket, kept.change, &kept.version.extents);
        kept.into_version(bucket, key, is_current, durability)
    }
}

impl Tx<'_> {
    /// Whether a new version goes with the bucket.
    pub(crate) fn check_new(&self, bucket: &str, new: &NewVersion) -> Result<(), StoreError> {
        let record = self.bucket(bucket)?;
        if (new.retention.is_some() || new.legal_hold) && !record.object_lock {
            return Err(StoreError::NotAllowed("the bucket has no object lock; switch it on first"));
        }
        Ok(())
    }

    /// Makes a version the newest of its key, as the bucket's versioning says, and journals it.
    pub(crate) fn put_version(
        &mut self,
        bucket: (u32, Versioning),
        key: String,
        mut version: VersionRecord,
    ) -> Result<Version, StoreError> {
        let (bucket, versioning) = bucket;
        version.null = versioning != Versioning::Enabled;
        let replaces = match version.null {
            true => self.null_version(bucket, &key)?.map(|null| null.version.order),
            false => None,
        };
        let change = self.next_change(bucket);
        let kept = Kept { change, version };
        self.insert_version(bucket, &key, &kept)?;
        let put = Change::Put { key, version: kept.version, replaces };
        self.put_change(bucket, change, &put);
        let Change::Put { key, version, .. } = put else { return Err(StoreError::Closed) };
        // It is in no commit yet, so nothing has to be looked up.
        Ok(Kept { change, version }.into_version(bucket, key, true, crate::version::Durability::Local))
    }

    /// Whether the conditions hold of the current version.
    pub(crate) fn check<E: From<crate::conditions::Unmet> + From<StoreError>>(
        &self,
        bucket: u32,
        key: &str,
        conditions: &Conditions,
    ) -> Result<(), E> {
        if conditions.is_empty() {
            return Ok(());
        }
        let current = self.current(bucket, key)?;
        Ok(conditions.check(current.as_ref())?)
    }
}

impl Store {
    /// Makes a new current version of staged bytes. It is durable when this returns.
    pub async fn put(&self, bucket: &str, key: &str, staged: Staged, new: NewVersion) -> Result<Version, PutError> {
        check_key(key)?;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&bucket)?;
                tx.check_new(&bucket, &new)?;
                tx.check::<PutError>(record.number, &key, &new.conditions)?;
                let extents = tx.place(record.number, staged.bytes, staged.bucket)?;
                let order = tx.next_order(record.number);
                let modified = new.modified.unwrap_or_else(|| tx.now());
                let etag = Etag::Whole(staged.md5);
                let version = VersionRecord::of(new, order, modified, staged.size, etag, Some(staged.blake3), extents);
                Ok(tx.put_version((record.number, record.versioning), key, version)?)
            })
            .await
    }

    /// Makes a new current version of the bytes of another: within a bucket they are shared, from another one they are copied.
    pub async fn copy(&self, from: &Version, bucket: &str, key: &str, new: NewVersion) -> Result<Version, PutError> {
        check_key(key)?;
        if from.is_delete_marker {
            return Err(StoreError::NotAllowed("a delete marker has no bytes to copy").into());
        }
        if self.inner.bucket_number(bucket)? != from.bucket {
            let mut writer = self.writer(bucket, Some(from.size)).await?;
            let mut bytes = self.read(from, 0..from.size);
            while let Some(piece) = bytes.try_next().await.map_err(|error| StoreError::Io(error.to_string()))? {
                writer.write(piece).await?;
            }
            let staged = writer.finish().await?;
            return self.put(bucket, key, staged, new).await;
        }
        let (bucket, key, from) = (bucket.to_owned(), key.to_owned(), from.clone());
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&bucket)?;
                tx.check_new(&bucket, &new)?;
                tx.check::<PutError>(record.number, &key, &new.conditions)?;
                tx.inner.room_for(0)?;
                // Its bytes are sure to be there only while it is.
                let source = tx.find_version(record.number, &from.key, &from.order)?.ok_or(StoreError::NoSuchVersion)?.version;
                let order = tx.next_order(record.number);
                let modified = new.modified.unwrap_or_else(|| tx.now());
                let mut version =
                    VersionRecord::of(new, order, modified, source.size, source.etag, source.blake3, source.extents);
                version.part_sizes = source.part_sizes;
                version.part_checksums = source.part_checksums;
                Ok(tx.put_version((record.number, record.versioning), key, version)?)
            })
            .await
    }

    /// Changes what may change of a version, of the current one if none is named.
    pub async fn amend(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&VersionId>,
        change: Amendment,
    ) -> Result<Version, StoreError> {
        let (bucket, key, id) = (bucket.to_owned(), key.to_owned(), version.cloned());
        let inner = self.inner.clone();
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&bucket)?;
                let number = record.number;
                let current = tx.current(number, &key)?;
                let mut kept = match &id {
                    None => current.clone().ok_or(StoreError::NoSuchKey)?,
                    Some(id) => tx.version_of(number, &key, id)?.ok_or(StoreError::NoSuchVersion)?,
                };
                if kept.version.marker {
                    return Err(StoreError::NotAllowed("a delete marker has nothing that may change"));
                }
                let at = tx.next_order(number);
                let version = &mut kept.version;
                match change {
                    Amendment::Tags(tags) => (version.tags, version.amended.tags) = (tags, Some(at)),
                    Amendment::Acl(acl) => (version.acl, version.amended.acl) = (acl, Some(at)),
                    Amendment::LegalHold(hold) => {
                        check_lock(record.object_lock)?;
                        (version.legal_hold, version.amended.legal_hold) = (hold, Some(at));
                    },
                    Amendment::Retention { retention, bypass_governance } => {
                        check_lock(record.object_lock)?;
                        let before = version.retention.filter(|before| before.until > tx.now());
                        if let Some(before) = before {
                            let compliant = before.mode == RetentionMode::Compliance;
                            let longer = retention.is_some_and(|after| {
                                after.until >= before.until && (!compliant || after.mode == RetentionMode::Compliance)
                            });
                            if !longer && (compliant || !bypass_governance) {
                                return Err(StoreError::ObjectLocked);
                            }
                        }
                        (version.retention, version.amended.retention) = (retention, Some(at));
                    },
                }
                kept.change = tx.next_change(number);
                tx.rewrite_version(number, &key, &kept)?;
                tx.put_change(
                    number,
                    kept.change,
                    &Change::Put { key: key.clone(), version: kept.version.clone(), replaces: None },
                );
                let is_current = current.is_some_and(|current| current.version.order == kept.version.order);
                Ok(inner.show(number, key, kept, is_current))
            })
            .await
    }
}

fn check_lock(object_lock: bool) -> Result<(), StoreError> {
    if object_lock {
        return Ok(());
    }
    Err(StoreError::NotAllowed("the bucket has no object lock; switch it on first"))
}
