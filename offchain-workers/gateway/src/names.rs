//! What a name points to, as the HTTP front asks for it. Where the answer comes from (the chain, a fixed list) is behind [`Names`].

mod cache;
mod fixed;
mod kept;
mod local;

use std::time::Duration;

use async_trait::async_trait;
use idlewild_storage_primitives::Clock;
use serde::{Deserialize, Serialize};

pub use self::{
    cache::{CacheOptions, CachedNames},
    fixed::FixedNames,
    local::LocalNames,
};

/// A bucket as a name can refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BucketRef {
    /// By its id on chain.
    Id(u64),
    /// By its name in this gateway's store, for buckets that are not on chain.
    Local(String),
}

/// What a name points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// Everything of a bucket whose key begins with `prefix`.
    Bucket {
        /// Which bucket.
        bucket: BucketRef,
        /// What comes before the path in each key; empty for the whole bucket.
        prefix: String,
    },
    /// One object.
    Object {
        /// Which bucket.
        bucket: BucketRef,
        /// The object's key.
        key: String,
    },
    /// One file that was published by itself.
    Publication(u64),
    /// A registered name that has nothing which HTTP could show: what it has instead, in words.
    Other(String),
}

/// An answer about a path of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// How many labels of the path are registered; those after them are the path of an object.
    pub labels: usize,
    /// What the last registered label points to.
    pub target: Target,
    /// The height of the clock until which the registration holds.
    pub until: Clock,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamesError {
    /// Whoever knows names cannot be asked now.
    #[error("names cannot be looked up now ({0}); try again soon")]
    Unavailable(String),
    /// No answer in time.
    #[error("the look-up of a name took longer than {0} seconds; try again soon")]
    TimedOut(u64),
}

/// Who knows names.
#[async_trait]
pub trait Names: Send + Sync {
    /// The longest registered prefix of `path` (the top name first: `name/sub/rest`) and what it points to; `None` if not even the
    /// first label is registered.
    async fn resolve(&self, path: &str) -> Result<Option<Resolution>, NamesError>;

    /// The height of the clock, as far as is known: `None` without a chain.
    fn height(&self) -> Option<Clock>;

    /// How long ago what was last answered about `path` was so, where whoever knows could not be asked.
    fn stale(&self, _path: &str) -> Option<Duration> {
        None
    }
}
