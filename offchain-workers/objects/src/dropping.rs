//! Buckets that go with all that is in them.

use crate::{error::BucketError, meta::Records, store::Store, tx::Tx};

/// Records that one write removes: others write between two of them.
const AT_ONCE: usize = 1000;
/// What there may be many of in a bucket; the rest goes with the bucket itself.
const MANY: [Records; 9] = [
    Records::Current,
    Records::Versions,
    Records::Nulls,
    Records::Uploading,
    Records::Parts,
    Records::Uploads,
    Records::Changes,
    Records::Orphans,
    Records::Lines,
];

impl Store {
    /// Removes a bucket with everything in it, also what the network does not have: for copies of what others can give again.
    ///
    /// Broken off by a crash it leaves a bucket of which some is missing: whoever calls this has a mark of its own that it began, as a
    /// configuration document, which goes last, and calls it again.
    pub async fn drop_bucket(&self, name: &str) -> Result<(), BucketError> {
        for kind in MANY {
            let mut left = true;
            while left {
                let of = name.to_owned();
                left = self
                    .inner
                    .write(move |tx| {
                        let bucket = tx.bucket(&of)?.number;
                        Ok::<_, BucketError>(tx.remove_some(kind, bucket)?)
                    })
                    .await?;
            }
        }
        let name = name.to_owned();
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                Ok(tx.end_bucket(&name, bucket)?)
            })
            .await
    }
}

impl Tx<'_> {
    /// Removes the first records of a bucket. Whether there may be more.
    fn remove_some(&mut self, kind: Records, bucket: u32) -> Result<bool, crate::StoreError> {
        let prefix = bucket.to_be_bytes();
        let mut from = prefix.to_vec();
        for _ in 0..AT_ONCE {
            let Some((key, _)) = self.first(kind, &from, &prefix)? else { return Ok(false) };
            self.remove(kind, key.clone());
            from = key;
            from.push(0);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use crate::{BucketError, BucketInit, ListQuery, NewVersion, Options, Store, Versioning};

    async fn put(store: &Store, bucket: &str, key: &str, bytes: usize) {
        let mut writer = store.writer(bucket, None).await.unwrap();
        writer.write(Bytes::from(vec![1; bytes])).await.unwrap();
        let staged = writer.finish().await.unwrap();
        store.put(bucket, key, staged, NewVersion::default()).await.unwrap();
    }

    #[tokio::test]
    async fn a_bucket_goes_with_all_that_is_in_it_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 4 << 20, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options.clone()).await.unwrap();
        let versioned = BucketInit { versioning: Versioning::Enabled, ..BucketInit::default() };
        for name in ["going", "staying"] {
            store.create_bucket(name, versioned.clone()).await.unwrap();
        }
        // Two versions of each key: more than one write removes.
        for bytes in [1, 2] {
            let keys: Vec<String> = (0..super::AT_ONCE / 2 + 1).map(|number| format!("key {number}")).collect();
            futures::future::join_all(keys.iter().map(|key| put(&store, "going", key, bytes))).await;
        }
        put(&store, "going", "large", 1_500_000).await;
        put(&store, "staying", "kept", 1_500_000).await;
        store.begin_upload("going", "upload", NewVersion::default()).await.unwrap();
        store.drop_bucket("going").await.unwrap();
        assert!(matches!(store.drop_bucket("going").await, Err(BucketError::NoSuchBucket)));
        assert!(store.bucket("going").is_none());
        let folders = || std::fs::read_dir(folder.path().join("segments")).unwrap().map(|entry| entry.unwrap().path());
        let bytes = || -> u64 {
            folders().flat_map(|of| std::fs::read_dir(of).unwrap()).map(|file| file.unwrap().metadata().unwrap().len()).sum()
        };
        assert_eq!(bytes(), 1_500_000, "the disk is free of it at once");
        store.close().await;
        drop(store);
        let store = Store::open(folder.path(), options).await.unwrap();
        assert_eq!(store.buckets().len(), 1);
        assert!(store.head("staying", "kept", None).unwrap().is_some());
        // One that is made anew under the name has nothing of the old.
        store.create_bucket("going", BucketInit::default()).await.unwrap();
        let query = ListQuery { prefix: String::new(), delimiter: None, after: None, limit: 10 };
        assert!(store.list("going", &query).unwrap().entries.is_empty());
        put(&store, "going", "new", 10).await;
    }
}
