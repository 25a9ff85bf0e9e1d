//! The names of a gateway without a chain: each bucket goes by its own.

use async_trait::async_trait;
use idlewild_objects::Store;
use idlewild_storage_primitives::Clock;

use super::{BucketRef, Names, NamesError, Resolution, Target};

/// A store's buckets as names.
#[derive(Clone)]
pub struct LocalNames(Store);

impl LocalNames {
    /// Those of this store.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

#[async_trait]
impl Names for LocalNames {
    async fn resolve(&self, path: &str) -> Result<Option<Resolution>, NamesError> {
        let name = path.split('/').next().unwrap_or_default();
        let target =
            self.0.bucket(name).map(|bucket| Target::Bucket { bucket: BucketRef::Local(bucket.name), prefix: String::new() });
        // A bucket can be made or deleted at any time.
        Ok(target.map(|target| Resolution { labels: 1, target, until: 0 }))
    }

    fn height(&self) -> Option<Clock> {
        None
    }
}
