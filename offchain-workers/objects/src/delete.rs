//! Removing: a delete marker or the version itself.

use codec::Encode;

use crate::{
    bucket::Versioning,
    error::{DeleteError, StoreError},
    layout,
    meta::Records,
    objects::check_key,
    records::{order_of, Change, Kept, VersionRecord},
    store::Store,
    tx::Tx,
    version::{Conditions, Deleted, VersionId},
};

impl Tx<'_> {
    /// The version of an id.
    pub(crate) fn version_of(&self, bucket: u32, key: &str, id: &VersionId) -> Result<Option<Kept>, StoreError> {
        if id.is_null() {
            return self.null_version(bucket, key);
        }
        let Some(order) = order_of(id) else { return Ok(None) };
        // What has the name "null" goes by that alone.
        Ok(self.find_version(bucket, key, &order)?.filter(|kept| !kept.version.null))
    }

    fn remove_and_tell(&mut self, bucket: u32, key: &str, kept: &Kept) -> Result<(), StoreError> {
        let order = kept.version.order;
        self.remove_version(bucket, key, &order)?;
        self.change(bucket, &Change::Remove { key: key.into(), order });
        Ok(())
    }

    /// The newest that lost the name "null" to the one that is gone gets it back.
    fn unhide_null(&mut self, bucket: u32, key: &str) -> Result<(), StoreError> {
        let current = self.current(bucket, key)?;
        let all = current.into_iter().chain(self.versions_beside(bucket, key)?);
        let Some(mut hidden) = all.into_iter().find(|kept| kept.version.hidden_null) else { return Ok(()) };
        (hidden.version.null, hidden.version.hidden_null) = (true, false);
        self.rewrite_version(bucket, key, &hidden)
    }

    fn mark_deleted(&mut self, bucket: u32, key: &str, null: bool) -> Result<Deleted, StoreError> {
        let order = self.next_order(bucket);
        let version = VersionRecord::marker(order, null, self.now());
        let replaces = match null {
            true => self.null_version(bucket, key)?.map(|null| null.version.order),
            false => None,
        };
        let change = self.next_change(bucket);
        let kept = Kept { change, version };
        self.insert_version(bucket, key, &kept)?;
        let id = kept.version.id();
        let put = Change::Put { key: key.into(), version: kept.version, replaces };
        self.put(Records::Changes, layout::numbered(bucket, change), put.encode());
        Ok(Deleted { version: Some(id), marker: true })
    }
}

impl Store {
    /// Removes an object: without a version by a delete marker, where the bucket keeps versions; else that version for good.
    /// Where there is nothing to remove, that is no error.
    pub async fn delete(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&VersionId>,
        conditions: &Conditions,
        bypass_governance: bool,
    ) -> Result<Deleted, DeleteError> {
        check_key(key)?;
        let (bucket, key, id, conditions) = (bucket.to_owned(), key.to_owned(), version.cloned(), conditions.clone());
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&bucket)?;
                let number = record.number;
                if let Some(id) = id {
                    let Some(kept) = tx.version_of(number, &key, &id)? else { return Ok(Deleted::default()) };
                    conditions.check(Some(&kept).filter(|kept| !kept.version.marker))?;
                    if kept.version.is_locked(tx.now(), bypass_governance) {
                        return Err(DeleteError::ObjectLocked);
                    }
                    tx.remove_and_tell(number, &key, &kept)?;
                    if kept.version.null {
                        tx.unhide_null(number, &key)?;
                    }
                    return Ok(Deleted { version: Some(id), marker: kept.version.marker });
                }
                tx.check::<DeleteError>(number, &key, &conditions)?;
                match record.versioning {
                    Versioning::Enabled => Ok(tx.mark_deleted(number, &key, false)?),
                    Versioning::Suspended => Ok(tx.mark_deleted(number, &key, true)?),
                    Versioning::Off => {
                        let shown = tx.null_version(number, &key)?;
                        let hidden = tx.versions_beside(number, &key)?.into_iter().filter(|kept| kept.version.hidden_null);
                        for kept in shown.into_iter().chain(hidden) {
                            tx.remove_and_tell(number, &key, &kept)?;
                        }
                        Ok(Deleted::default())
                    },
                }
            })
            .await
    }
}
