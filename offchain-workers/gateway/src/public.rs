//! What other owners made public, for browsers: buckets whose key is on chain, and single files whose hash is.
//!
//! It is kept in a store of its own, which S3 clients never see, and which can go at any time: all of it comes back from the chain and
//! the miners. Every byte is checked against the chain: those of a bucket with the roots of its deals, as they are read, and a published
//! file as a whole with its hash, before any of it is shown.
//!
//! | module | concern |
//! | --- | --- |
//! | [`remote`] | what is asked of the chain and the miners |
//! | [`network`] | these, at a node |
//! | [`start`] | all of this for a gateway's folder |
//! | [`error`] | why something is not shown |
//! | `bucket` | following a bucket |
//! | `publication` | fetching and checking a file |
//! | `shelf` | what is here, and what goes when there is too much |

mod bucket;
pub mod error;
pub mod network;
mod publication;
pub mod remote;
mod shelf;
pub mod start;

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::{
    future::{BoxFuture, Shared},
    FutureExt,
};
use idlewild_objects::{Bucket, OpenError, Options as StoreOptions, Store};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::error::PublicError;
use self::{remote::Remote, shelf::Shelf};
use crate::{status::PublicStatus, unread::Unread};

/// Buckets that are followed at a time, and files that are fetched; others wait for their turn.
const AT_ONCE: usize = 4;
/// How long a visitor waits for news of what is here already.
const NEWS: Duration = Duration::from_secs(3);
/// Refusals that are kept in mind.
const REFUSALS: usize = 256;
/// How long what is under way may take to end with the gateway.
const CLOSE: Duration = Duration::from_secs(5);

/// Something that others made public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Bucket(u64),
    Publication(u64),
}

/// How much is kept, and how long things may take.
#[derive(Clone, Debug)]
pub struct PublicOptions {
    /// Buckets that are followed. None at all are shown where it is 0.
    pub buckets: usize,
    /// Bytes of published files on this disk.
    pub bytes: u64,
    /// Bytes of the largest published file that is shown.
    pub largest: u64,
    /// Bytes of commits of one bucket, at most.
    pub history: u64,
    /// The chain is asked for news of what is visited no more often.
    pub refresh: Duration,
    /// How long a visitor waits for what is not here yet.
    pub patience: Duration,
    /// How long fetching it may take.
    pub longest: Duration,
    /// Commits that come are waited for; where none does for so long, the rest is left for later.
    pub silence: Duration,
}

impl Default for PublicOptions {
    fn default() -> Self {
        Self {
            buckets: 16,
            bytes: 2 << 30,
            largest: 1 << 30,
            history: 256 << 20,
            refresh: Duration::from_secs(10),
            patience: Duration::from_secs(30),
            longest: Duration::from_secs(3_600),
            silence: Duration::from_secs(60),
        }
    }
}

/// A published file that was checked.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name on chain, and its key in the bucket.
    pub key: String,
    /// Its hash on chain.
    pub hash: [u8; 32],
}

/// Where something public is in the store.
#[derive(Clone, Debug)]
pub struct Found {
    /// The bucket of the store.
    pub bucket: Bucket,
    /// The one file that it is of, if it is a publication.
    pub file: Option<File>,
    /// It stays as long as this lives.
    pub held: Arc<()>,
}

/// A fetch that is under way, which others that want the same wait for as well.
type Flight = Shared<BoxFuture<'static, Result<(), PublicError>>>;

#[derive(Default)]
struct State {
    flights: HashMap<What, Flight>,
    refused: HashMap<What, (Instant, PublicError)>,
    /// What of buckets could not be read.
    unread: Unread,
}

/// What others made public.
pub struct Public {
    store: Store,
    remote: Arc<dyn Remote>,
    options: PublicOptions,
    shelf: Shelf,
    state: Mutex<State>,
    following: Semaphore,
    fetching: Semaphore,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Public {
    /// Opens the store in a folder. Who reads from it needs a source of bytes: [`Store::set_source`].
    pub async fn open(
        folder: &std::path::Path,
        store: StoreOptions,
        remote: Arc<dyn Remote>,
        options: PublicOptions,
    ) -> Result<Arc<Self>, OpenError> {
        let store = Store::open(folder, store).await?;
        let shelf = Shelf::of(&store).await?;
        Ok(Arc::new(Self {
            store,
            remote,
            options,
            shelf,
            state: Mutex::default(),
            following: Semaphore::new(AT_ONCE),
            fetching: Semaphore::new(AT_ONCE),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }))
    }

    /// The store of it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where a bucket of another owner is.
    pub async fn bucket(self: &Arc<Self>, id: u64) -> Result<Found, PublicError> {
        self.visit(What::Bucket(id)).await
    }

    /// Where a published file is.
    pub async fn publication(self: &Arc<Self>, id: u64) -> Result<Found, PublicError> {
        self.visit(What::Publication(id)).await
    }

    /// The buckets of which something on the network cannot be read.
    pub fn missing(&self) -> Vec<PublicStatus> {
        let state = self.state();
        let missing = state.unread.all().into_iter();
        missing.map(|(bucket, missing)| PublicStatus { bucket, missing }).collect()
    }

    /// Takes no more, gives up what is under way, and closes the store.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(CLOSE, self.tasks.wait()).await.is_err() {
            tracing::warn!("fetching what is public did not end in time, and is given up");
        }
        self.store.close().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something, as fresh as a visitor waits for.
    async fn visit(self: &Arc<Self>, what: What) -> Result<Found, PublicError> {
        if let Some(found) = self.shelf.take(&self.store, what, Some(self.options.refresh)) {
            return Ok(found);
        }
        // What is here is shown where there is no news of it: it was public, and that it is no more is learnt soon enough.
        let is_here = self.shelf.is_checked(what);
        let patience = if is_here { NEWS.min(self.options.patience) } else { self.options.patience };
        let fetched = match self.flight(what) {
            Ok(flight) => tokio::time::timeout(patience, flight).await.unwrap_or(Err(PublicError::Pending)),
            Err(error) => Err(error),
        };
        let found = self.shelf.take(&self.store, what, None);
        match (fetched, found) {
            (Ok(()), Some(found)) => Ok(found),
            (Err(error), Some(found)) if error.passes() => {
                tracing::debug!(?what, %error, "no news of what is public, so what is known of it is shown");
                Ok(found)
            },
            (Ok(()), None) => Err(PublicError::NoRoom),
            (Err(error), _) => Err(error),
        }
    }

    /// The fetch that is under way, or a new one, unless it was refused a moment ago.
    fn flight(self: &Arc<Self>, what: What) -> Result<Flight, PublicError> {
        let mut state = self.state();
        if let Some((since, error)) = state.refused.get(&what) {
            if since.elapsed() < self.options.refresh {
                return Err(error.clone());
            }
        }
        if let Some(flight) = state.flights.get(&what) {
            return Ok(flight.clone());
        }
        if self.stop.is_cancelled() {
            return Err(PublicError::Broken);
        }
        let this = self.clone();
        // A task of its own: who comes back later finds more than if it ended with who asked first.
        let task = self.tasks.spawn(async move {
            let fetched = tokio::select! {
                () = this.stop.cancelled() => Err(PublicError::Broken),
                fetched = this.fetch(what) => fetched,
            };
            this.land(what, &fetched);
            fetched
        });
        let flight = task.map(|joined| joined.unwrap_or(Err(PublicError::Broken))).boxed().shared();
        state.flights.insert(what, flight.clone());
        Ok(flight)
    }

    async fn fetch(&self, what: What) -> Result<(), PublicError> {
        let turns = match what {
            What::Bucket(_) => &self.following,
            What::Publication(_) => &self.fetching,
        };
        let _turn = turns.acquire().await.map_err(|_| PublicError::Broken)?;
        match what {
            What::Bucket(id) => self.follow(id).await,
            What::Publication(id) => self.obtain(id).await,
        }
    }

    /// Bounds what goes on with the miners.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T, PublicError>>) -> Result<T, PublicError> {
        let late = Err(PublicError::TooSlow(self.options.longest.as_secs()));
        tokio::time::timeout(self.options.longest, work).await.unwrap_or(late)
    }

    fn land(&self, what: What, fetched: &Result<(), PublicError>) {
        let mut state = self.state();
        state.flights.remove(&what);
        let now = Instant::now();
        if state.refused.len() >= REFUSALS {
            state.refused.retain(|_, (since, _)| now.saturating_duration_since(*since) < self.options.refresh);
        }
        match fetched {
            Ok(()) => {
                state.refused.remove(&what);
            },
            Err(error) => {
                tracing::info!(?what, %error, "something public is not shown");
                if state.refused.len() < REFUSALS {
                    state.refused.insert(what, (now, error.clone()));
                }
            },
        }
    }
}
