//! What keeps a store and the network in step: buckets get their place on chain, what is written goes to miners and then into the bucket's
//! history, and what other gateways wrote comes back.
//!
//! | module | concern |
//! | --- | --- |
//! | [`buckets`] | local buckets go on chain, and those of the chain come here |
//! | [`label`] | a bucket's name, sealed under its key |
//! | [`lease`] | the right to write |
//! | [`holders`], [`grants`] | other gateways of the owner, as the chain has them |
//! | [`send`] | segments to miners, and heads to the chain |
//! | [`follow`] | what others wrote |
//! | [`depot`] | where segments are |
//! | [`source`] | bytes that are no longer on this disk |
//! | [`late`], [`standing`] | a start without the chain |
//! | [`pulse`], [`recall`] | whether the chain answers, and what it said of deals where it does not |
//! | [`keep`] | deals, looked after |
//! | [`carry`] | deals of old commits, let go |
//! | [`keys`] | access keys, as the chain has them |
//! | [`names`] | names, as the chain has them |
//! | [`start`] | all of this for the chain at a node |
//!
//! Nothing that is done here is needed to answer a client: where the chain is silent, reads go on and writes wait.

pub mod buckets;
pub mod carry;
mod delegate;
pub mod depot;
pub mod follow;
pub mod grants;
pub mod holders;
pub mod keep;
pub mod keys;
pub mod label;
pub mod late;
pub mod lease;
pub mod names;
pub mod pulse;
pub mod recall;
pub mod send;
pub mod source;
pub mod standing;
pub mod start;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use idlewild_buckets_primitives::view::GatewayView;
use idlewild_chain_client::{GatewayChain, ReadError, SubmitError};
use idlewild_client::{market::Wish, PutError, Session};
use idlewild_objects::{Bucket, BucketKey, Store};
use idlewild_storage::keys::StorageSecret;
use idlewild_storage_primitives::Clock;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::depot::{Depot, Market};
use crate::{
    key_file::GatewaySecret,
    status::{Flushed, NetworkStatus, OthersStatus},
    unread::Unread,
};

/// How long to rest where nothing is to be done.
const REST: Duration = Duration::from_secs(3);
/// How long to rest after something failed; it doubles up to [`LONGEST_REST`].
const FIRST_REST: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_secs(60);
/// How long one round may take before it is given up: uploads are bounded by themselves, and reads of the chain are.
const ROUND: Duration = Duration::from_secs(3_600);

/// Why something between store and network was not done. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused a transaction, or did not say what became of it.
    #[error("{what}: {source}")]
    Submit {
        /// What was to be done.
        what: &'static str,
        /// Why not.
        source: SubmitError,
    },
    /// Segments did not get to miners.
    #[error(transparent)]
    Put(#[from] Box<PutError>),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] idlewild_objects::StoreError),
    /// A bucket cannot be made, or not be taken over.
    #[error(transparent)]
    Bucket(#[from] idlewild_objects::BucketError),
    /// A segment of another gateway could not be read.
    #[error(transparent)]
    Segment(#[from] idlewild_client::stored::SegmentError),
    /// What another gateway wrote cannot be read.
    #[error("deal {deal} of this bucket holds no commit that this program can read: {reason}")]
    Commit {
        /// The deal.
        deal: u64,
        /// Why.
        reason: String,
    },
    /// A key does not open.
    #[error(transparent)]
    Seal(#[from] idlewild_client::seal::SealError),
    /// A bucket's label is no name.
    #[error("the name of bucket {0} on chain cannot be read: it was sealed under another key")]
    Label(u64),
    /// Another gateway writes the bucket.
    #[error("another gateway writes this bucket until block {until} of the clock: what is written here waits")]
    Held {
        /// Until when, unless it goes on.
        until: Clock,
    },
    /// Another gateway has waited for its turn, and gets it first.
    #[error("another gateway has waited to write this bucket and goes first: what is written here waits for it")]
    GaveWay,
    /// Deals would end that are needed.
    #[error("deal {deal} and {others} others of this bucket will end: {reason}")]
    Unkept {
        /// One of them.
        deal: u64,
        /// How many besides.
        others: usize,
        /// Why that one does.
        reason: String,
    },
    /// The owner has not registered this gateway, or took that back.
    #[error("the chain knows no gateway with this account: its owner registers it with `idlewild gateway init`")]
    Unregistered,
}

/// What is known of how things are.
#[derive(Default)]
struct State {
    /// What keeps each bucket from the network.
    troubles: BTreeMap<String, String>,
    /// What keeps all of them.
    trouble: Option<String>,
    /// Since when the chain is silent.
    silent: Option<Instant>,
    record: Option<GatewayView>,
    fees: Option<u128>,
    /// Buckets, all where the name is empty, that somebody wants to be on the network now.
    hurried: HashSet<String>,
    /// When the right to write each bucket was last had.
    held: BTreeMap<String, Instant>,
    /// Buckets by their numbers that another gateway writes, though something waits here.
    wanted: BTreeSet<u64>,
    /// Those that another gateway waits for, though this one writes them.
    asked: BTreeSet<u64>,
    /// When this one let others write, who had waited.
    gave: BTreeMap<u64, Instant>,
    /// Those whose keys everybody may know.
    public: BTreeSet<u64>,
    /// Deals whose commits were applied, or have none.
    seen: HashSet<u64>,
    /// What of buckets could not be read.
    unread: Unread,
    /// When deals were looked after.
    kept: Option<Instant>,
    /// Why deals of buckets could not be.
    unkept: BTreeMap<String, String>,
    /// How deals of other gateways do, by bucket.
    others: BTreeMap<String, OthersStatus>,
    /// Since when changes of buckets are seen that are in no commit.
    waits: BTreeMap<String, Instant>,
    /// Segments that went to miners since the start.
    sent: u64,
}

/// How a link behaves.
#[derive(Clone, Debug)]
pub struct LinkOptions {
    /// What is asked of deals.
    pub wish: Wish,
    /// After so much time what was written goes to the miners, though its segment is not full.
    pub flush_after: Duration,
    /// The node's address, to be told.
    pub node: String,
}

/// A store's link with the network.
pub struct Link {
    store: Store,
    chain: Arc<dyn GatewayChain>,
    session: Arc<Session>,
    depot: Arc<dyn Depot>,
    secret: Arc<GatewaySecret>,
    owner: [u8; 32],
    options: LinkOptions,
    state: Mutex<State>,
    wake: Notify,
    done: Notify,
}

impl Link {
    /// Links a store. `session` acts on behalf of the owner.
    pub fn new(
        store: Store,
        chain: Arc<dyn GatewayChain>,
        session: Arc<Session>,
        secret: Arc<GatewaySecret>,
        options: LinkOptions,
    ) -> Arc<Self> {
        let depot = Market::new(session.clone());
        Self::with_depot(store, chain, session, depot, secret, options)
    }

    /// The same with segments somewhere else than at the miners that the session knows.
    pub fn with_depot(
        store: Store,
        chain: Arc<dyn GatewayChain>,
        session: Arc<Session>,
        depot: Arc<dyn Depot>,
        secret: Arc<GatewaySecret>,
        options: LinkOptions,
    ) -> Arc<Self> {
        let owner = session.owner();
        Arc::new(Self {
            store,
            chain,
            session,
            depot,
            secret,
            owner,
            options,
            state: Mutex::default(),
            wake: Notify::new(),
            done: Notify::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of what is encrypted under a bucket's key.
    fn session_of(&self, key: &BucketKey) -> Arc<Session> {
        self.session.under(StorageSecret::new(key.0))
    }

    /// Somebody wants what is in a bucket, or in all where none is named, to be on the network now.
    pub fn hurry(&self, bucket: Option<&str>) {
        self.state().hurried.insert(bucket.unwrap_or_default().to_owned());
        self.wake.notify_one();
    }

    /// There may be something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    fn is_hurried(&self, bucket: &str) -> bool {
        let state = self.state();
        state.hurried.contains(bucket) || state.hurried.contains("")
    }

    /// Keeps store and network in step until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut changed = self.store.changed();
        let mut failures = 0u32;
        while !stop.is_cancelled() {
            let round = tokio::select! {
                () = stop.cancelled() => break,
                round = tokio::time::timeout(ROUND, self.round()) => round,
            };
            let failed = match round {
                Ok(well) => !well,
                Err(_) => {
                    self.state().trouble =
                        Some(format!("a round took longer than {} seconds and was given up", ROUND.as_secs()));
                    true
                },
            };
            self.done.notify_waiters();
            failures = if failed { failures.saturating_add(1) } else { 0 };
            let rest = match failures {
                0 => REST,
                _ => FIRST_REST.saturating_mul(1 << failures.min(5)).min(LONGEST_REST),
            };
            // Apart from hurries, a change does not cut a rest after failures short: it would be tried in vain again and again.
            tokio::select! {
                () = stop.cancelled() => {},
                () = self.wake.notified() => {},
                () = tokio::time::sleep(idlewild_chain_client::pause::jittered(rest)) => {},
                _ = changed.changed(), if failures == 0 => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Goes once through everything that may be to do. Says whether all went well.
    async fn round(&self) -> bool {
        let hurried = self.state().hurried.clone();
        let met = self.meet().await;
        // What is wrong with one bucket is no reason to let the others be.
        let is_there = !matches!(met, Err(LinkError::Read(_) | LinkError::Unregistered));
        let has_met = self.note(None, met);
        let mut well = has_met;
        if is_there {
            for bucket in self.store.buckets() {
                let tended = self.tend(&bucket).await;
                well &= self.note(Some(&bucket.name), tended);
            }
            let kept = self.keep().await;
            if has_met || kept.is_err() {
                well &= self.note(None, kept);
            }
        }
        // What was asked for while this went on stays asked for.
        if well {
            let mut state = self.state();
            for name in hurried {
                if self.is_clear(&name) {
                    state.hurried.remove(&name);
                }
            }
        }
        well
    }

    /// Asks the chain what it knows of this gateway, and brings buckets here and there.
    async fn meet(&self) -> Result<(), LinkError> {
        let record = self.chain.gateway(self.secret.account()).await?;
        let fees = self.chain.balance(self.secret.account()).await?.free;
        let registered = record.is_some();
        {
            let mut state = self.state();
            state.record = record;
            state.fees = Some(fees);
            state.silent = None;
        }
        if !registered {
            return Err(LinkError::Unregistered);
        }
        self.meet_buckets().await
    }

    /// Does for a bucket what there is to do.
    async fn tend(&self, bucket: &Bucket) -> Result<(), LinkError> {
        let (Some(id), Some(key)) = (bucket.id, &bucket.key) else { return Ok(()) };
        let Some(view) = self.chain.bucket(id).await? else { return Ok(()) };
        if view.public.is_some() {
            self.state().public.insert(id);
        }
        self.follow(bucket, key, &view).await?;
        self.note_told(&bucket.name, &view).await?;
        let asked = self.is_asked_for(id, &view);
        let is_apart = view.lease.as_ref().is_some_and(|lease| lease.holder != self.secret.account());
        if is_apart && self.waiting(&bucket.name) > 0 {
            // The longer this waits, the longer two gateways show two trees.
            self.state().hurried.insert(bucket.name.clone());
        }
        let sends = !self.store.outbox(&bucket.name).is_empty()
            || self.is_due(&bucket.name)?
            || self.is_untold(&bucket.name)?
            || self.is_unheard(&bucket.name, &view)?;
        let sent = if sends { self.send(bucket, id, key).await } else { Ok(()) };
        self.note_wanted(id, matches!(sent, Err(LinkError::Held { .. })));
        sent?;
        match asked {
            true => self.give_way(bucket, id).await,
            false => Ok(()),
        }
    }

    /// Whether what is in no commit yet is to go: somebody wants it, it fills a segment, or it waited long enough.
    fn is_due(&self, bucket: &str) -> Result<bool, LinkError> {
        let unsealed = self.store.unsealed(bucket)?;
        if unsealed.changes == 0 {
            self.state().waits.remove(bucket);
            return Ok(false);
        }
        // Where nothing but removals waits the store knows no time; it counts from when it was first seen here.
        let seen = self.state().waits.entry(bucket.to_owned()).or_insert_with(Instant::now).elapsed();
        let old = unsealed.since.map_or(Duration::ZERO, |since| Duration::from_secs(seconds_since(since))).max(seen);
        Ok(self.is_hurried(bucket) || self.store.is_due(bucket)? || old >= self.options.flush_after)
    }

    /// Whether a commit is on the network of which the chain does not know.
    fn is_untold(&self, bucket: &str) -> Result<bool, LinkError> {
        Ok(self.store.untold_head(bucket)?.is_some())
    }

    /// Changes, segments and commits of a bucket that wait.
    fn waiting(&self, bucket: &str) -> u64 {
        let unsealed = self.store.unsealed(bucket).is_ok_and(|unsealed| unsealed.changes > 0);
        let untold = self.is_untold(bucket).unwrap_or(true);
        (self.store.outbox(bucket).len() as u64).saturating_add(u64::from(unsealed)).saturating_add(u64::from(untold))
    }

    /// Notes how something went, for a bucket or for all.
    fn note(&self, bucket: Option<&str>, outcome: Result<(), LinkError>) -> bool {
        let mut state = self.state();
        let error = outcome.err();
        if let Some(error) = &error {
            if matches!(error, LinkError::Read(_)) && state.silent.is_none() {
                state.silent = Some(Instant::now());
            }
            tracing::warn!(bucket, %error, "the store and the network are not in step; it is tried again");
        }
        let (well, words) = (error.is_none(), error.map(|error| error.to_string()));
        match (bucket, words) {
            (None, words) => state.trouble = words,
            (Some(bucket), Some(words)) => {
                state.troubles.insert(bucket.to_owned(), words);
            },
            (Some(bucket), None) => {
                state.troubles.remove(bucket);
            },
        }
        well
    }

    /// Whether nothing of a bucket, or of any where none is named, waits for the network.
    fn is_clear(&self, bucket: &str) -> bool {
        let all = self.store.buckets();
        all.iter()
            .filter(|one| bucket.is_empty() || one.name == bucket)
            .all(|one| one.id.is_some() && self.waiting(&one.name) == 0)
    }

    /// Sends what was written, and waits until it is on the network.
    pub async fn flush(&self, bucket: Option<&str>, patience: Duration) -> Result<Flushed, String> {
        if let Some(name) = bucket {
            if self.store.bucket(name).is_none() {
                return Err(format!("there is no bucket {name}"));
            }
        }
        let before = self.state().sent;
        let name = bucket.unwrap_or_default();
        let waiting = || -> u64 {
            let all = self.store.buckets();
            let of = all.iter().filter(|one| name.is_empty() || one.name == name);
            of.map(|one| self.waiting(&one.name)).sum()
        };
        let until = tokio::time::Instant::now() + patience;
        self.hurry(bucket);
        while !self.is_clear(name) {
            // Listened for before it is looked at again, so that nothing is missed; and looked at now and then all the same.
            let done = self.done.notified();
            let pause = tokio::time::sleep(Duration::from_secs(1));
            tokio::select! {
                () = done => {},
                () = pause => {},
                () = tokio::time::sleep_until(until) => {},
            }
            if tokio::time::Instant::now() >= until {
                let trouble = {
                    let state = self.state();
                    state
                        .trouble
                        .clone()
                        .or_else(|| state.troubles.get(name).cloned())
                        .or_else(|| state.troubles.values().next().cloned())
                };
                if patience.is_zero() {
                    return Ok(Flushed { segments: self.state().sent.saturating_sub(before), waiting: waiting() });
                }
                return Err(trouble.unwrap_or_else(|| {
                    format!(
                        "{} segments were not on the network after {} seconds; they go on being sent, and `idlewild gateway status` tells how far they are",
                        waiting(),
                        patience.as_secs()
                    )
                }));
            }
        }
        Ok(Flushed { segments: self.state().sent.saturating_sub(before), waiting: 0 })
    }

    /// Whether this gateway wrote a bucket a while ago, so that nobody else did since.
    pub fn holds(&self, bucket: &str) -> bool {
        self.state().held.get(bucket).is_some_and(|since| since.elapsed() < lease::SURE)
    }

    /// Whether a bucket's key is on chain, so that everybody may read it.
    pub fn is_public(&self, id: u64) -> bool {
        self.state().public.contains(&id)
    }

    /// What keeps a bucket from the network, or its deals from going on.
    pub fn trouble_of(&self, bucket: &str) -> Option<String> {
        let state = self.state();
        state.troubles.get(bucket).or_else(|| state.unkept.get(bucket)).cloned()
    }

    /// How the link does.
    pub fn status(&self) -> NetworkStatus {
        let state = self.state();
        NetworkStatus {
            node: self.options.node.clone(),
            owner: Some(idlewild_chain_client::AccountId32(self.owner).to_string()),
            allowance: state.record.as_ref().map(|record| record.allowance.to_string()),
            fees: state.fees.map(|fees| fees.to_string()),
            silent_seconds: state.silent.map(|since| since.elapsed().as_secs()),
            trouble: state.trouble.clone(),
            others: state.others.values().fold(OthersStatus::default(), |sum, one| sum.plus(one)),
        }
    }
}

/// Seconds since a time in milliseconds since 1970.
pub(crate) fn seconds_since(then: i64) -> u64 {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    u64::try_from(now.saturating_sub(then.div_euclid(1_000))).unwrap_or(0)
}
