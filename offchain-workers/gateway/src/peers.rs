//! Other gateways of the same owner. One at a time writes a bucket; the others pass on to it what their clients ask.
//!
//! | module | concern |
//! | --- | --- |
//! | [`key`] | what gateways sign with before each other |
//! | [`keyring`] | how such a signature is checked |
//! | `sign` | the signature |
//! | [`wire`] | a connection with another gateway |
//! | `body` | what goes over it |

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use idlewild_objects::Bucket;

pub(crate) mod body;
pub mod key;
pub mod keyring;
pub(crate) mod sign;
pub mod wire;

use key::PeerId;
use wire::{PeerError, Wire};

/// A gateway that writes a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its account.
    pub account: [u8; 32],
    /// Where its S3 front is, as it announced it.
    pub endpoint: String,
}

/// What knows who writes buckets. It is asked at each request, so it answers from what it was told before.
pub trait Holders: Send + Sync + 'static {
    /// The other gateway that writes a bucket now. None where that is this one, or nobody, or nothing is known.
    fn holder(&self, bucket: u64) -> Option<Holder>;
}

/// How long is waited for another gateway.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until it is connected and has shown who it is.
    pub connect: Duration,
    /// Until it takes or sends the next bytes.
    pub stall: Duration,
    /// Until it answers a request that it has whole.
    pub answer: Duration,
    /// How long one that did not answer is left alone.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            stall: Duration::from_secs(30),
            answer: Duration::from_secs(60),
            pause: Duration::from_secs(10),
        }
    }
}

/// A gateway that did not answer.
struct Silence {
    account: [u8; 32],
    since: Instant,
    reason: String,
}

/// The other gateways, as this one asks them.
pub struct Peers {
    account: [u8; 32],
    holders: Arc<dyn Holders>,
    patience: Patience,
    /// By bucket.
    silent: Mutex<HashMap<u64, Silence>>,
}

impl fmt::Debug for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peers").field("account", &hex::encode(self.account)).finish_non_exhaustive()
    }
}

impl Peers {
    /// Those of the gateway `account`.
    pub fn new(account: [u8; 32], holders: Arc<dyn Holders>, patience: Patience) -> Arc<Self> {
        Arc::new(Self { account, holders, patience, silent: Mutex::default() })
    }

    fn silent(&self) -> MutexGuard<'_, HashMap<u64, Silence>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The other gateway that writes a bucket.
    pub fn holder(&self, bucket: u64) -> Option<Holder> {
        self.holders.holder(bucket)
    }

    /// The same, unless it did not answer a moment ago.
    pub(crate) fn asked(&self, bucket: u64) -> Option<Holder> {
        let holder = self.holders.holder(bucket)?;
        let silent = self.silent();
        let rests = |silence: &&Silence| silence.account == holder.account && silence.since.elapsed() < self.patience.pause;
        silent.get(&bucket).filter(rests).is_none().then_some(holder)
    }

    /// What is wrong between this gateway and the one that writes a bucket.
    pub fn trouble(&self, bucket: u64) -> Option<String> {
        let holder = self.holders.holder(bucket)?;
        let silent = self.silent();
        let silence = silent.get(&bucket).filter(|silence| silence.account == holder.account)?;
        Some(format!(
            "another gateway writes this bucket and did not answer {} s ago ({}): what is written here waits",
            silence.since.elapsed().as_secs(),
            silence.reason
        ))
    }

    pub(crate) fn patience(&self) -> &Patience {
        &self.patience
    }

    /// Connects with the gateway that writes a bucket.
    pub(crate) async fn reach(&self, bucket: &Bucket, holder: &Holder) -> Result<Wire, PeerError> {
        self.open(bucket, holder, false).await
    }

    /// Tells the gateway that writes a bucket that this one waits for its turn.
    pub async fn ask_for(&self, bucket: &Bucket) -> Result<(), PeerError> {
        let Some(holder) = bucket.id.and_then(|id| self.asked(id)) else { return Ok(()) };
        let asked = self.open(bucket, &holder, true).await.map(|_| ());
        self.note(bucket, &holder, asked.as_ref().err());
        asked
    }

    async fn open(&self, bucket: &Bucket, holder: &Holder, wanted: bool) -> Result<Wire, PeerError> {
        let (Some(id), Some(key)) = (bucket.id, &bucket.key) else {
            return Err(PeerError::NoBucket(holder.endpoint.clone()));
        };
        Wire::open(holder, key, PeerId { bucket: id, from: self.account }, self.patience, wanted).await
    }

    /// Notes how it went with the gateway that writes a bucket.
    pub(crate) fn note(&self, bucket: &Bucket, holder: &Holder, error: Option<&PeerError>) {
        let Some(id) = bucket.id else { return };
        match error {
            None => {
                self.silent().remove(&id);
            },
            Some(error) => {
                tracing::warn!(bucket = bucket.name, %error, "the gateway that writes this bucket does not answer");
                let silence = Silence { account: holder.account, since: Instant::now(), reason: error.to_string() };
                self.silent().insert(id, silence);
            },
        }
    }
}
