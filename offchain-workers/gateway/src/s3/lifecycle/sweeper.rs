//! Carries out the lifecycles of a store's buckets, a little at a time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::{future::BoxFuture, FutureExt};
use idlewild_objects::{
    Bucket, BucketError, ConfigKind, DeleteError, Listed, Store, StoreError, Upload, UploadId, VersionId, VersionsQuery,
};
use rand::Rng;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::walk::{End, Walk};
use super::Lifecycle;
use crate::s3::document;

/// What time it is.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// Whether a bucket is this gateway's to change now. Asked only where something is to be changed, as it may take the right to do so.
pub type MayWrite = Arc<dyn Fn(&Bucket) -> BoxFuture<'static, bool> + Send + Sync>;

/// How a sweeper works.
#[derive(Clone)]
pub struct SweepOptions {
    /// Versions and uploads that a round looks at, at most.
    pub entries: usize,
    /// Between two rounds, while there is more to look at.
    pub step: Duration,
    /// Between two passes over everything.
    pub pause: Duration,
    /// Whether a bucket is this gateway's to change now.
    pub may_write: MayWrite,
}

impl Default for SweepOptions {
    fn default() -> Self {
        let may_write: MayWrite = Arc::new(|_| std::future::ready(true).boxed());
        Self { entries: 1000, step: Duration::from_secs(1), pause: Duration::from_secs(60 * 60), may_write }
    }
}

impl fmt::Debug for SweepOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entries, step, pause, .. } = self;
        f.debug_struct("SweepOptions")
            .field("entries", entries)
            .field("step", step)
            .field("pause", pause)
            .finish_non_exhaustive()
    }
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Versions and uploads that it looked at.
    pub seen: usize,
    /// Current versions that expired.
    pub expired: usize,
    /// Versions and delete markers that went for good.
    pub removed: usize,
    /// Uploads that were given up.
    pub aborted: usize,
    /// What a lock holds, or was changed meanwhile, or failed. The next pass looks at it again.
    pub left: usize,
    /// Whether everything was looked at since the pass began.
    pub complete: bool,
}

/// Where a pass is. It is nowhere but here: a pass that is begun again finds only what is still to be done.
#[derive(Clone, Debug, Default)]
struct Cursor {
    /// Buckets that are still to be swept, the next one last.
    buckets: Vec<String>,
    stage: Stage,
    begun: bool,
}

#[derive(Clone, Debug)]
enum Stage {
    Versions { walk: Box<Walk>, after: Option<(String, Option<VersionId>)> },
    Uploads { after: Option<(String, UploadId)> },
}

impl Default for Stage {
    fn default() -> Self {
        Self::Versions { walk: Box::default(), after: None }
    }
}

/// Carries out lifecycles.
pub struct Sweeper {
    store: Store,
    clock: Clock,
    options: SweepOptions,
    cursor: Cursor,
}

impl fmt::Debug for Sweeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sweeper").field("options", &self.options).field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

impl Sweeper {
    /// Of `store`, with the time from `clock`.
    #[must_use]
    pub fn new(store: Store, clock: Clock, options: SweepOptions) -> Self {
        Self { store, clock, options, cursor: Cursor::default() }
    }

    /// Rounds until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let swept = tokio::select! {
                () = stop.cancelled() => return,
                swept = self.round() => swept,
            };
            let Swept { seen, expired, removed, aborted, left, complete } = swept;
            if expired + removed + aborted + left > 0 {
                tracing::info!(seen, expired, removed, aborted, left, "carried out lifecycles");
            }
            let wait = if complete { self.options.pause } else { self.options.step };
            // Gateways of one owner that were started together need not sweep together.
            let wait = wait.mul_f64(rand::thread_rng().gen_range(0.8..1.2));
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {},
            }
        }
    }

    /// Goes on from where the last round ended, over so many versions and uploads at most.
    pub async fn round(&mut self) -> Swept {
        let mut swept = Swept::default();
        let now = milliseconds((self.clock)());
        if !self.cursor.begun {
            let buckets = self.store.buckets().into_iter().rev().map(|bucket| bucket.name).collect();
            self.cursor = Cursor { buckets, begun: true, stage: Stage::default() };
        }
        // A bucket without rules is some work too.
        let mut work = 0;
        while work < self.options.entries {
            let Some(name) = self.cursor.buckets.last().cloned() else {
                self.cursor = Cursor::default();
                swept.complete = true;
                break;
            };
            let seen = swept.seen;
            let left = self.options.entries.saturating_sub(work);
            let done = match self.rules(&name) {
                Ok(Some(rules)) => self.sweep(&name, &rules, now, left, &mut swept).await,
                Ok(None) => Ok(true),
                Err(error) => Err(error),
            };
            work += (swept.seen - seen).max(1);
            let done = done.unwrap_or_else(|error| {
                // One bucket that cannot be swept must not keep the others from it.
                tracing::warn!(bucket = name, %error, "the lifecycle of a bucket waits for the next pass");
                swept.left += 1;
                true
            });
            if done {
                self.cursor.buckets.pop();
                self.cursor.stage = Stage::default();
            }
        }
        swept
    }

    /// The rules of a bucket that is still there.
    fn rules(&self, bucket: &str) -> Result<Option<Lifecycle>, SweepError> {
        if self.store.bucket(bucket).is_none() {
            return Ok(None);
        }
        let Some(document) = self.store.config(bucket, ConfigKind::Lifecycle)? else { return Ok(None) };
        Ok(Some(document::decode(&document)?))
    }

    async fn may_write(&self, bucket: &str) -> bool {
        match self.store.bucket(bucket) {
            Some(bucket) => (self.options.may_write)(&bucket).await,
            None => false,
        }
    }

    /// A page of a bucket. Whether it was the last.
    async fn sweep(
        &mut self,
        bucket: &str,
        rules: &Lifecycle,
        now: i64,
        limit: usize,
        swept: &mut Swept,
    ) -> Result<bool, SweepError> {
        match &mut self.cursor.stage {
            Stage::Versions { walk, after } => {
                let (key, version) = after.clone().unzip();
                let query =
                    VersionsQuery { after_key: key, after_version: version.flatten(), limit, ..VersionsQuery::default() };
                let page = self.store.list_versions(bucket, &query)?;
                swept.seen += page.entries.len();
                let mut ends = Vec::new();
                for entry in page.entries {
                    if let Listed::Object(version) = entry {
                        ends.extend(walk.step(rules, now, version));
                    }
                }
                let mut last = page.next.is_none();
                if last {
                    ends.extend(walk.finish(rules, now));
                }
                *after = page.next;
                if !ends.is_empty() && !self.may_write(bucket).await {
                    // Two gateways that sweep one bucket would make two histories of it. Uploads are this one's in any case.
                    (ends, last) = (Vec::new(), true);
                }
                if last {
                    self.cursor.stage = Stage::Uploads { after: None };
                }
                for end in ends {
                    end_version(&self.store, bucket, end, swept).await?;
                }
                Ok(last && !rules.aborts())
            },
            Stage::Uploads { after } => {
                let page = self.store.uploads(bucket, "", after.clone(), limit)?;
                swept.seen += page.len();
                let last = page.len() < limit;
                *after = page.last().map(|upload| (upload.key.clone(), upload.id.clone()));
                for Upload { id, key, begun, .. } in page {
                    if rules.end_of_upload(&key, begun).is_some_and(|at| at <= now) {
                        match self.store.abort_upload(&id).await {
                            Ok(()) => swept.aborted += 1,
                            // Completed or aborted meanwhile.
                            Err(StoreError::NoSuchUpload) => swept.left += 1,
                            Err(error) => return Err(error.into()),
                        }
                    }
                }
                Ok(last)
            },
        }
    }
}

async fn end_version(store: &Store, bucket: &str, end: End, swept: &mut Swept) -> Result<(), SweepError> {
    let End { key, version, conditions } = end;
    match (store.delete(bucket, &key, version.as_ref(), &conditions, false).await, version) {
        (Ok(_), None) => swept.expired += 1,
        (Ok(deleted), Some(_)) => swept.removed += usize::from(deleted.version.is_some()),
        (Err(DeleteError::PreconditionFailed | DeleteError::ObjectLocked | DeleteError::Store(StoreError::NoSuchKey)), _) => {
            swept.left += 1;
        },
        (Err(DeleteError::Store(error)), _) => return Err(error.into()),
    }
    Ok(())
}

/// Why a bucket was not swept.
#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("its lifecycle cannot be read, set it again: {0}")]
    Document(#[from] document::DocumentError),
}

fn milliseconds(time: OffsetDateTime) -> i64 {
    time.unix_timestamp().saturating_mul(1000).saturating_add(i64::from(time.millisecond()))
}

#[cfg(test)]
mod tests;
