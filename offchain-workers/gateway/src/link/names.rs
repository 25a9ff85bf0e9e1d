//! Names, as the chain has them.

use std::sync::{
    atomic::{AtomicU32, Ordering},
    Arc,
};

use async_trait::async_trait;
use idlewild_chain_client::{NameClient, ReadError};
use idlewild_names_primitives::{
    record::{ObjectRef, Record, RecordKey},
    view::RecordView,
};
use idlewild_storage_primitives::Clock;

use super::pulse::Pulse;
use crate::names::{BucketRef, Names, NamesError, Resolution, Target};

/// Names of a chain. One call answers a path.
pub struct ChainNames {
    chain: Arc<dyn NameClient>,
    pulse: Arc<Pulse>,
    /// The clock, as it was last seen; 0 where it was not yet.
    height: AtomicU32,
}

impl ChainNames {
    /// Those of this chain.
    pub fn new(chain: Arc<dyn NameClient>, pulse: Arc<Pulse>) -> Self {
        Self { chain, pulse, height: AtomicU32::new(0) }
    }

    /// Notes what the clock is.
    pub fn note_height(&self, height: Clock) {
        self.height.fetch_max(height, Ordering::Relaxed);
    }
}

#[async_trait]
impl Names for ChainNames {
    async fn resolve(&self, path: &str) -> Result<Option<Resolution>, NamesError> {
        let resolved = self.pulse.ask("a name", self.chain.resolve(path)).await.map_err(|error| match error {
            ReadError::TimedOut { after, .. } => NamesError::TimedOut(after.as_secs()),
            error => NamesError::Unavailable(error.to_string()),
        })?;
        let Some(resolved) = resolved else { return Ok(None) };
        let labels = resolved.path.split(|byte| *byte == b'/').count();
        Ok(Some(Resolution { labels, target: target(&resolved.records), until: resolved.until }))
    }

    fn height(&self) -> Option<Clock> {
        Some(self.height.load(Ordering::Relaxed)).filter(|height| *height > 0)
    }
}

/// What a browser is shown of records: a bucket before an object.
fn target(records: &[RecordView]) -> Target {
    let find = |key: &RecordKey| records.iter().find(|view| view.key == *key).map(|view| &view.record);
    if let Some(Record::Bucket(bucket)) = find(&RecordKey::Bucket) {
        return Target::Bucket { bucket: BucketRef::Id(*bucket), prefix: String::new() };
    }
    if let Some(Record::Object(ObjectRef::Publication(id))) = find(&RecordKey::Object) {
        return Target::Publication(*id);
    }
    if let Some(Record::Object(ObjectRef::Bucket { bucket, path })) = find(&RecordKey::Object) {
        if let Ok(path) = std::str::from_utf8(path) {
            let bucket = BucketRef::Id(*bucket);
            // A path that ends in a slash is a folder.
            return match path.ends_with('/') || path.is_empty() {
                true => Target::Bucket { bucket, prefix: path.to_owned() },
                false => Target::Object { bucket, key: path.to_owned() },
            };
        }
    }
    match records.len() {
        0 => Target::Other("it has no records yet".into()),
        count => Target::Other(format!("it has {count} records, and none of a bucket, an object or a publication")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(key: RecordKey, record: Record) -> RecordView {
        RecordView { key, record }
    }

    #[test]
    fn a_bucket_comes_before_an_object_and_a_folder_is_told_by_its_slash() {
        let object = |path: &str| {
            let record = Record::Object(ObjectRef::Bucket { bucket: 4, path: path.as_bytes().to_vec() });
            view(RecordKey::Object, record)
        };
        let bucket = view(RecordKey::Bucket, Record::Bucket(3));
        let of = |id, prefix: &str| Target::Bucket { bucket: BucketRef::Id(id), prefix: prefix.into() };
        assert_eq!(target(&[object("a"), bucket]), of(3, ""));
        assert_eq!(target(&[object("site/")]), of(4, "site/"));
        assert_eq!(target(&[object("a.html")]), Target::Object { bucket: BucketRef::Id(4), key: "a.html".into() });
        let published = view(RecordKey::Object, Record::Object(ObjectRef::Publication(5)));
        assert_eq!(target(&[published]), Target::Publication(5));
        assert!(matches!(target(&[]), Target::Other(_)));
        assert!(matches!(target(&[view(RecordKey::Table, Record::Table(1))]), Target::Other(_)));
    }
}
