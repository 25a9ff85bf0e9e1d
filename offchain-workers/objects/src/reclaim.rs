//! Open segments in which nothing is left: they go before they cost a deal.

use crate::{
    error::StoreError,
    records::{SegmentRecord, SegmentState},
    segments::{has_room, SegmentKey},
    tx::Tx,
};

/// How long a segment stays after the last of it was removed or read: who reads a version that is overwritten meanwhile reads on.
pub(crate) const GRACE: i64 = 60_000;

/// Whether it may go.
pub(crate) fn is_dead(record: &SegmentRecord) -> bool {
    record.state == SegmentState::Open && record.live == 0 && record.length > 0
}

impl Tx<'_> {
    /// Removes those that were dead and not read since `before`. What is written on stays, and what is being sealed.
    pub(crate) fn reclaim(&mut self, before: i64) -> Result<Vec<SegmentKey>, StoreError> {
        let mut gone = Vec::new();
        {
            let mut table = self.inner.segments.lock();
            let table = &mut *table;
            let (open, segment_bytes) = (&self.shared.open, self.inner.options.segment_bytes);
            self.shared.dead.retain(|key, since| {
                let Some(known) = table.known.get(key) else { return false };
                let touched = self.segments.contains_key(key);
                if touched || !is_dead(&known.record) || *since > before || known.used > before {
                    return is_dead(&known.record);
                }
                // A full one is in no pool. Whoever filled it is done: only its bytes of a write that ended count as its length.
                let is_full = !has_room(known.record.length, segment_bytes);
                let is_left =
                    is_full && !table.closed.contains(key) && open.get(&key.0).is_none_or(|open| open.number != key.1);
                if !is_left && !table.take_one(*key) {
                    return true;
                }
                gone.push(*key);
                false
            });
        }
        for (bucket, number) in &gone {
            self.forget_segment(*bucket, *number);
        }
        let files = gone.clone();
        self.after(move |inner| {
            for key in files {
                if let Err(error) = inner.segments.remove(key) {
                    tracing::warn!(bucket = key.0, segment = key.1, %error, "a segment without bytes stays until the store is opened anew");
                }
            }
        });
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use crate::{BucketInit, Conditions, NewVersion, Options, Store, StoreError};

    async fn put(store: &Store, key: &str, bytes: usize) {
        let mut writer = store.writer("bucket", None).await.unwrap();
        writer.write(Bytes::from(vec![1; bytes])).await.unwrap();
        let staged = writer.finish().await.unwrap();
        store.put("bucket", key, staged, NewVersion::default()).await.unwrap();
    }

    async fn reclaim(store: &Store, before: i64) -> usize {
        store.inner.write(move |tx| Ok::<_, StoreError>(tx.reclaim(before)?.len())).await.unwrap()
    }

    #[tokio::test]
    async fn full_ones_go_too() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 1 << 20, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        store.create_bucket("bucket", BucketInit::default()).await.unwrap();
        let files = || std::fs::read_dir(folder.path().join("segments/1")).unwrap().count();
        // Small ones, which share segments, and one that streams into its own.
        for key in 0..20 {
            put(&store, &format!("small {key}"), 100_000).await;
        }
        put(&store, "large", 3_500_000).await;
        let before = files();
        assert!(before >= 5);
        assert_eq!(reclaim(&store, i64::MAX).await, 0, "all of it is in use");
        for key in 0..19 {
            store.delete("bucket", &format!("small {key}"), None, &Conditions::default(), false).await.unwrap();
        }
        store.delete("bucket", "large", None, &Conditions::default(), false).await.unwrap();
        assert_eq!(reclaim(&store, 0).await, 0, "it was in use just now");
        let gone = reclaim(&store, i64::MAX).await;
        assert_eq!(files(), before - gone);
        assert!(files() <= 2, "those that are written on and the last small one: {}", files());
        assert!(store.head("bucket", "small 19", None).unwrap().is_some());
        put(&store, "large", 3_500_000).await;
        assert!(store.head("bucket", "large", None).unwrap().is_some());
    }

    #[tokio::test]
    async fn one_that_is_being_sealed_stays() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 1 << 20, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        store.create_bucket("bucket", BucketInit::default()).await.unwrap();
        put(&store, "large", 3_500_000).await;
        store.inner.write(|tx| tx.close_open(1)).await.unwrap();
        store.delete("bucket", "large", None, &Conditions::default(), false).await.unwrap();
        assert_eq!(reclaim(&store, i64::MAX).await, 0);
    }

    #[tokio::test]
    async fn what_is_removed_or_aborted_leaves_no_segments() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { segment_bytes: 4 << 20, reserve_bytes: 0, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        store.create_bucket("bucket", BucketInit::default()).await.unwrap();
        put(&store, "small", 10).await;
        put(&store, "large", 1_500_000).await;
        let upload = store.begin_upload("bucket", "upload", NewVersion::default()).await.unwrap();
        let mut writer = store.writer("bucket", None).await.unwrap();
        writer.write(Bytes::from(vec![2; 1_500_000])).await.unwrap();
        let staged = writer.finish().await.unwrap();
        store.put_part(&upload, 1, staged).await.unwrap();
        assert_eq!(reclaim(&store, i64::MAX).await, 0, "all of it is in use");
        store.abort_upload(&upload).await.unwrap();
        store.delete("bucket", "large", None, &Conditions::default(), false).await.unwrap();
        assert_eq!(reclaim(&store, 0).await, 0, "it was in use just now");
        assert!(reclaim(&store, i64::MAX).await > 0);
        let files = std::fs::read_dir(folder.path().join("segments/1")).unwrap();
        let bytes: u64 = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert_eq!(bytes, 10);
        put(&store, "large", 1_500_000).await;
        assert!(store.head("bucket", "large", None).unwrap().is_some());
    }
}
