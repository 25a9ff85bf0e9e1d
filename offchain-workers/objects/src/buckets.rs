//! Buckets and their configuration.

use std::sync::{atomic::Ordering, PoisonError};

use bytes::Bytes;
use codec::Encode;

use crate::{
    bucket::{Bucket, BucketInit, BucketKey, ConfigKind, Versioning},
    error::{BucketError, StoreError},
    layout,
    meta::Records,
    records::{decode, BucketRecord, Change, ConfigRecord},
    store::Store,
    tx::Tx,
};

/// Whether S3 has buckets of such names.
fn is_name(name: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| letter(byte) || matches!(byte, b'-' | b'.'))
        && bytes.first().is_some_and(letter)
        && bytes.last().is_some_and(letter)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

impl Tx<'_> {
    /// Removes all records that begin so.
    fn remove_all(&mut self, kind: Records, prefix: &[u8]) -> Result<(), StoreError> {
        let mut from = prefix.to_vec();
        while let Some((key, _)) = self.first(kind, &from, prefix)? {
            self.remove(kind, key.clone());
            from = key;
            from.push(0);
        }
        Ok(())
    }

    /// Removes a bucket of which no version and no upload is left, with everything that stands beside these.
    pub(crate) fn end_bucket(&mut self, name: &str, bucket: u32) -> Result<(), StoreError> {
        let prefix = bucket.to_be_bytes();
        for kind in [Records::Configs, Records::Changes, Records::Uploads, Records::Lines, Records::Orphans] {
            self.remove_all(kind, &prefix)?;
        }
        self.remove(Records::Meta, layout::clock(bucket));
        let closed = self.close_open(bucket)?;
        let mut numbers = self.segments_of(bucket);
        numbers.extend(closed);
        for number in &numbers {
            self.forget_segment(bucket, *number);
        }
        self.set_bucket(name, None);
        self.after(move |inner| {
            for number in numbers {
                if let Err(error) = inner.segments.remove((bucket, number)) {
                    tracing::warn!(bucket, segment = number, %error, "a segment of a removed bucket stays until the store is opened anew");
                }
            }
            inner.clocks.forget(bucket);
        });
        Ok(())
    }
}

impl Store {
    /// Makes a bucket.
    pub async fn create_bucket(&self, name: &str, init: BucketInit) -> Result<Bucket, BucketError> {
        if !is_name(name) {
            return Err(BucketError::BadName);
        }
        self.inner.room_for(0)?;
        let name = name.to_owned();
        self.inner
            .write(move |tx| {
                if tx.bucket(&name).is_ok() {
                    return Err(BucketError::AlreadyExists);
                }
                let number = tx.inner.next_bucket.fetch_add(1, Ordering::AcqRel);
                tx.put(Records::Meta, layout::NEXT_BUCKET, (number + 1).to_be_bytes());
                let mut record = BucketRecord {
                    number: u32::try_from(number)
                        .map_err(|_| StoreError::NotAllowed("the store has no more numbers for buckets"))?,
                    id: init.id,
                    key: init.key,
                    // Older than all that anybody says.
                    versioning_order: [0xFF; 20],
                    versioning: if init.object_lock { Versioning::Enabled } else { init.versioning },
                    object_lock: init.object_lock,
                    created: init.created.unwrap_or_else(|| tx.now()),
                };
                if record.versioning != Versioning::Off {
                    record.versioning_order = tx.next_order(record.number);
                    let (versioning, order) = (record.versioning, record.versioning_order);
                    tx.change(record.number, &Change::Versioning { versioning, order });
                }
                let bucket = record.to_bucket(&name);
                tx.set_bucket(&name, Some(record));
                Ok(bucket)
            })
            .await
    }

    /// Removes a bucket that has nothing in it.
    pub async fn delete_bucket(&self, name: &str) -> Result<(), BucketError> {
        let name = name.to_owned();
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&name)?;
                let prefix = record.number.to_be_bytes();
                for kind in [Records::Current, Records::Versions, Records::Uploading] {
                    if tx.first(kind, &prefix, &prefix)?.is_some() {
                        return Err(BucketError::NotEmpty);
                    }
                }
                tx.end_bucket(&name, record.number)?;
                Ok(())
            })
            .await
    }

    /// The bucket of a name.
    pub fn bucket(&self, name: &str) -> Option<Bucket> {
        let buckets = self.inner.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(name).map(|record| record.to_bucket(name))
    }

    /// All buckets, by name.
    pub fn buckets(&self) -> Vec<Bucket> {
        let buckets = self.inner.buckets.read().unwrap_or_else(PoisonError::into_inner);
        buckets.iter().map(|(name, record)| record.to_bucket(name)).collect()
    }

    /// The chain gave a bucket an id, and it has this key from now on.
    pub async fn adopt(&self, name: &str, id: u64, key: BucketKey) -> Result<(), BucketError> {
        let name = name.to_owned();
        self.inner
            .write(move |tx| {
                let mut record = tx.bucket(&name)?;
                let other = record.id.is_some_and(|known| known != id);
                if other || record.key.as_ref().is_some_and(|known| *known != key) {
                    return Err(BucketError::OtherId);
                }
                (record.id, record.key) = (Some(id), Some(key));
                tx.set_bucket(&name, Some(record));
                Ok(())
            })
            .await
    }

    /// Sets or removes a configuration document. It is durable when this returns, and part of the bucket's next commit.
    pub async fn set_config(&self, bucket: &str, kind: ConfigKind, document: Option<Bytes>) -> Result<(), BucketError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let record = tx.bucket(&name)?;
                let order = tx.next_order(record.number);
                let document = document.map(|document| document.to_vec());
                let kept: ConfigRecord = (order, document);
                tx.put(Records::Configs, layout::config(record.number, kind), kept.encode());
                tx.change(record.number, &Change::Config { kind, document: kept.1, order });
                Ok(())
            })
            .await
    }

    /// A configuration document.
    pub fn config(&self, bucket: &str, kind: ConfigKind) -> Result<Option<Bytes>, BucketError> {
        let number = self.inner.bucket_number(bucket)?;
        let document = self.inner.meta()?.get(Records::Configs, &layout::config(number, kind))?;
        let kept = document.map(|kept| decode::<ConfigRecord>(&kept)).transpose()?;
        Ok(kept.and_then(|(_, document)| document).map(Bytes::from))
    }

    /// Sets whether a bucket keeps versions. One that did once is only suspended by `Off`.
    pub async fn set_versioning(&self, bucket: &str, versioning: Versioning) -> Result<(), BucketError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let mut record = tx.bucket(&name)?;
                let versioning = match versioning {
                    Versioning::Off if record.versioning != Versioning::Off => Versioning::Suspended,
                    versioning => versioning,
                };
                if record.object_lock && versioning != Versioning::Enabled {
                    return Err(BucketError::Locks);
                }
                if record.versioning != versioning {
                    let order = tx.next_order(record.number);
                    (record.versioning, record.versioning_order) = (versioning, order);
                    tx.change(record.number, &Change::Versioning { versioning, order });
                    tx.set_bucket(&name, Some(record));
                }
                Ok(())
            })
            .await
    }

    /// Lets the versions of a versioned bucket be locked from now on.
    pub async fn enable_object_lock(&self, bucket: &str) -> Result<(), BucketError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let mut record = tx.bucket(&name)?;
                if record.versioning != Versioning::Enabled {
                    return Err(StoreError::NotAllowed(
                        "only a versioned bucket can have an object lock; switch versioning on first",
                    )
                    .into());
                }
                record.object_lock = true;
                tx.set_bucket(&name, Some(record));
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_those_of_s3() {
        for good in ["abc", "a-b.c1", &"a".repeat(63)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["ab", "-abc", "abc-", "a..b", "Abc", "a_b", "1.2.3.4", &"a".repeat(64), "äbc"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
