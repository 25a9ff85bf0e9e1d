//! Access keys, as the chain has them, or had them where it does not answer: a key that was good within the last day is good until the
//! chain can be asked again.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use idlewild_buckets_primitives::view::CredentialView;
use idlewild_chain_client::GatewayClient;
use idlewild_files::whole_file::{self, PRIVATE};
use serde::{Deserialize, Serialize};

use super::{
    pulse::Pulse,
    recall::{wall_clock, Clock, COUNTS},
    standing::hexed,
};
use crate::{
    credentials::{secret, Credential, KeyId, Keyring, KeyringError},
    key_file::GatewaySecret,
};

/// The file's name in a gateway's folder. It has what the chain has of keys, and no secret.
pub const FILE: &str = "seen-keys.json";
/// How long a key is taken to be as it was: a block, on a live chain.
const FRESH: Duration = Duration::from_secs(6);
/// Keys that are kept in mind, those that do not exist included.
const MOST: usize = 4_096;
/// Seconds after which the disk is told that a key was seen again.
const RENEW: u64 = 600;

struct Known {
    /// None where a file told it.
    asked: Option<Instant>,
    /// When the chain said it, in seconds since 1970.
    seen: u64,
    view: Option<CredentialView>,
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.asked.is_some_and(|asked| asked.elapsed() < FRESH)
    }

    /// Whether it counts where the chain does not answer. A clock that went back makes nothing old.
    fn counts(&self, now: u64) -> bool {
        now.saturating_sub(self.seen) < COUNTS
    }
}

/// A key as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    seen: u64,
    key: CredentialView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Contents {
    #[serde(with = "hexed")]
    genesis: [u8; 32],
    #[serde(with = "hexed")]
    gateway: [u8; 32],
    keys: Vec<Seen>,
}

/// The keys of a gateway.
pub struct ChainKeys {
    chain: Arc<dyn GatewayClient>,
    genesis: [u8; 32],
    pulse: Arc<Pulse>,
    secret: Arc<GatewaySecret>,
    file: Arc<PathBuf>,
    clock: Clock,
    known: Arc<Mutex<HashMap<u32, Known>>>,
    /// What the file has, by number. Held while it is written, so that the last to write has the newest.
    kept: Arc<Mutex<HashMap<u32, Seen>>>,
}

impl ChainKeys {
    /// Those of this gateway, which has this folder, on the chain that begins with the block `genesis`.
    pub fn new(
        chain: Arc<dyn GatewayClient>,
        genesis: [u8; 32],
        pulse: Arc<Pulse>,
        secret: Arc<GatewaySecret>,
        folder: &Path,
    ) -> Self {
        Self::at(chain, genesis, pulse, secret, folder, wall_clock())
    }

    fn at(
        chain: Arc<dyn GatewayClient>,
        genesis: [u8; 32],
        pulse: Arc<Pulse>,
        secret: Arc<GatewaySecret>,
        folder: &Path,
        clock: Clock,
    ) -> Self {
        let file = folder.join(FILE);
        let kept = load(&file, genesis, secret.account());
        let known = kept
            .iter()
            .map(|(number, Seen { seen, key })| (*number, Known { asked: None, seen: *seen, view: Some(key.clone()) }));
        let known = Arc::new(Mutex::new(known.collect()));
        Self { chain, genesis, pulse, secret, file: Arc::new(file), clock, known, kept: Arc::new(Mutex::new(kept)) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u32, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key as the chain has it, or had it where the chain is silent: whoever could read before can go on.
    async fn view(&self, number: u32) -> Result<Option<CredentialView>, KeyringError> {
        if let Some(known) = self.known().get(&number).filter(|known| known.is_fresh()) {
            return Ok(known.view.clone());
        }
        match self.pulse.ask("an access key", self.chain.credential(self.secret.account(), number)).await {
            Ok(view) => {
                self.note(number, view.clone()).await;
                Ok(view)
            },
            Err(error) => {
                let now = (self.clock)();
                let known = self.known();
                let known = known.get(&number).filter(|known| known.counts(now));
                known.map(|known| known.view.clone()).ok_or_else(|| KeyringError::Unavailable(error.to_string()))
            },
        }
    }

    async fn note(&self, number: u32, view: Option<CredentialView>) {
        let now = (self.clock)();
        {
            let mut known = self.known();
            if known.len() >= MOST {
                // Numbers that are no keys' can be asked for without end, and put no key out of mind.
                known.retain(|_, known| known.is_fresh() || (known.view.is_some() && known.counts(now)));
            }
            if known.len() >= MOST {
                known.retain(|_, known| known.view.is_some());
            }
            known.insert(number, Known { asked: Some(Instant::now()), seen: now, view: view.clone() });
        }
        let is_kept = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            match (kept.get(&number), &view) {
                (None, None) => true,
                (Some(kept), Some(view)) => kept.key == *view && now.saturating_sub(kept.seen) < RENEW,
                _ => false,
            }
        };
        if !is_kept {
            self.keep(now).await;
        }
    }

    /// Writes which keys are good to the disk.
    async fn keep(&self, now: u64) {
        let (known, kept, file) = (self.known.clone(), self.kept.clone(), self.file.clone());
        let (genesis, gateway) = (self.genesis, self.secret.account());
        let writing = move || {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let keys: HashMap<u32, Seen> = {
                let known = known.lock().unwrap_or_else(PoisonError::into_inner);
                let good = known.iter().filter(|(_, known)| known.counts(now));
                good.filter_map(|(number, known)| Some((*number, Seen { seen: known.seen, key: known.view.clone()? })))
                    .collect()
            };
            let contents = Contents { genesis, gateway, keys: keys.values().cloned().collect() };
            let text = serde_json::to_vec_pretty(&contents).map_err(std::io::Error::from)?;
            whole_file::replace(&file, &text, PRIVATE)?;
            *kept = keys;
            Ok::<_, std::io::Error>(())
        };
        if !matches!(tokio::task::spawn_blocking(writing).await, Ok(Ok(()))) {
            tracing::warn!(file = %self.file.display(), "which access keys are good cannot be written; it is tried again");
        }
    }
}

/// What was written before, if it was for this gateway and on this chain.
fn load(file: &Path, genesis: [u8; 32], gateway: [u8; 32]) -> HashMap<u32, Seen> {
    let Ok(text) = std::fs::read(file) else { return HashMap::new() };
    match serde_json::from_slice::<Contents>(&text) {
        Ok(contents) if (contents.genesis, contents.gateway) == (genesis, gateway) => {
            contents.keys.into_iter().map(|seen| (seen.key.key, seen)).collect()
        },
        _ => HashMap::new(),
    }
}

#[async_trait]
impl Keyring for ChainKeys {
    async fn credential(&self, access_key: &str) -> Result<Option<Credential>, KeyringError> {
        let account = self.secret.account();
        let Some(id) = KeyId::parse(access_key).ok().filter(|id| id.is_of(&account)) else { return Ok(None) };
        let Some(view) = self.view(id.number).await? else { return Ok(None) };
        let secret = secret(self.secret.seed(), &account, &id, view.generation);
        let secret = secret.map_err(|error| KeyringError::Unavailable(error.to_string()))?;
        Ok(Some(Credential { secret, user: view.user, scopes: view.scopes }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use idlewild_buckets_primitives::{
        scopes::{Rights, Scopes},
        view::GatewayView,
    };
    use idlewild_chain_client::ReadError;

    use super::*;
    use crate::link::pulse::tests::Line;

    const GENESIS: [u8; 32] = [9; 32];

    #[derive(Default)]
    struct Sham {
        line: Arc<Line>,
        keys: Mutex<HashMap<u32, u32>>,
        asked: AtomicUsize,
    }

    #[async_trait]
    impl GatewayClient for Sham {
        async fn gateway(&self, _: [u8; 32]) -> Result<Option<GatewayView>, ReadError> {
            Ok(None)
        }

        async fn gateways_of(&self, _: [u8; 32]) -> Result<Vec<GatewayView>, ReadError> {
            Ok(Vec::new())
        }

        async fn credential(&self, _: [u8; 32], key: u32) -> Result<Option<CredentialView>, ReadError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let generation = self.keys.lock().unwrap().get(&key).copied();
            let scopes = Scopes { rights: Rights::READ, buckets: Some(vec![4]) };
            let view = generation.map(|generation| CredentialView { key, user: [3; 32], generation, scopes });
            self.line.answer(view).await
        }

        async fn credentials(&self, _: [u8; 32], _: Option<u32>, _: u32) -> Result<Vec<CredentialView>, ReadError> {
            Ok(Vec::new())
        }
    }

    struct Case {
        sham: Arc<Sham>,
        pulse: Arc<Pulse>,
        now: Arc<AtomicU64>,
        folder: tempfile::TempDir,
        secret: Arc<GatewaySecret>,
    }

    impl Case {
        fn new() -> Self {
            let sham = Arc::new(Sham::default());
            sham.line.up.store(true, Ordering::SeqCst);
            sham.keys.lock().unwrap().extend([(1, 0), (2, 0)]);
            let (pulse, folder) = (sham.line.pulse(), tempfile::tempdir().unwrap());
            let (secret, _) = GatewaySecret::create(&folder.path().join("gateway.key")).unwrap();
            Self { sham, pulse, now: Arc::new(AtomicU64::new(1_000_000)), folder, secret: Arc::new(secret) }
        }

        /// As after a start.
        fn keys(&self) -> ChainKeys {
            let now = self.now.clone();
            let clock: Clock = Arc::new(move || now.load(Ordering::SeqCst));
            ChainKeys::at(self.sham.clone(), GENESIS, self.pulse.clone(), self.secret.clone(), self.folder.path(), clock)
        }

        fn id(&self, number: u32) -> String {
            KeyId::new(&self.secret.account(), number).to_string()
        }

        fn cut(&self) {
            self.sham.line.up.store(false, Ordering::SeqCst);
        }
    }

    /// Takes a key to be no longer fresh.
    fn age(keys: &ChainKeys) {
        keys.known().values_mut().for_each(|known| known.asked = None);
    }

    #[tokio::test]
    async fn a_good_key_stays_good_for_a_day_without_the_chain_and_no_request_waits() {
        let case = Case::new();
        let keys = case.keys();
        let good = keys.credential(&case.id(1)).await.unwrap().unwrap();
        case.cut();
        for _ in 0..100 {
            age(&keys);
            let still = keys.credential(&case.id(1)).await.unwrap().unwrap();
            assert_eq!((still.secret, still.user, still.scopes), (good.secret.clone(), good.user, good.scopes.clone()));
        }
        assert!(matches!(keys.credential(&case.id(2)).await, Err(KeyringError::Unavailable(_))), "it was never seen");
        assert_eq!(case.sham.asked.load(Ordering::SeqCst), 2, "one asked in vain, and no other");
        case.now.fetch_add(COUNTS - 1, Ordering::SeqCst);
        assert!(keys.credential(&case.id(1)).await.unwrap().is_some());
        case.now.fetch_add(1, Ordering::SeqCst);
        assert!(matches!(keys.credential(&case.id(1)).await, Err(KeyringError::Unavailable(_))));
    }

    #[tokio::test]
    async fn a_key_that_was_taken_away_opens_nothing_once_the_chain_can_be_asked() {
        let case = Case::new();
        let keys = case.keys();
        let first = keys.credential(&case.id(2)).await.unwrap().unwrap();
        assert!(keys.credential(&case.id(1)).await.unwrap().is_some());
        case.cut();
        age(&keys);
        assert!(keys.credential(&case.id(1)).await.unwrap().is_some());
        case.sham.keys.lock().unwrap().clear();
        case.sham.keys.lock().unwrap().insert(2, 1);
        case.sham.line.mend(&case.pulse).await;
        assert!(keys.credential(&case.id(1)).await.unwrap().is_none());
        assert_ne!(keys.credential(&case.id(2)).await.unwrap().unwrap().secret, first.secret);
        // Nor after a start without it.
        case.cut();
        let keys = case.keys();
        assert!(matches!(keys.credential(&case.id(1)).await, Err(KeyringError::Unavailable(_))));
        assert_ne!(keys.credential(&case.id(2)).await.unwrap().unwrap().secret, first.secret);
    }

    #[tokio::test]
    async fn keys_are_good_after_a_start_without_the_chain_and_no_secret_is_on_the_disk() {
        let case = Case::new();
        let good = case.keys().credential(&case.id(1)).await.unwrap().unwrap();
        case.cut();
        let again = case.keys().credential(&case.id(1)).await.unwrap().unwrap();
        assert_eq!((again.secret.clone(), again.scopes), (good.secret, good.scopes));
        let file = case.folder.path().join(FILE);
        assert!(!std::fs::read_to_string(&file).unwrap().contains(again.secret.as_str()));
        // What was so on another chain, or for another gateway, is so there alone.
        assert!(load(&file, [0; 32], case.secret.account()).is_empty());
        assert!(load(&file, GENESIS, [0; 32]).is_empty());
        assert_eq!(load(&file, GENESIS, case.secret.account()).len(), 1);
    }

    #[tokio::test]
    async fn the_disk_hears_of_a_key_now_and_then_and_not_each_time() {
        let case = Case::new();
        let (keys, file) = (case.keys(), case.folder.path().join(FILE));
        let seen = || load(&file, GENESIS, case.secret.account())[&1].seen;
        keys.credential(&case.id(1)).await.unwrap();
        case.now.fetch_add(RENEW - 1, Ordering::SeqCst);
        age(&keys);
        keys.credential(&case.id(1)).await.unwrap();
        assert_eq!(seen(), 1_000_000);
        case.now.fetch_add(1, Ordering::SeqCst);
        age(&keys);
        keys.credential(&case.id(1)).await.unwrap();
        assert_eq!(seen(), 1_000_000 + RENEW);
    }

    #[tokio::test]
    async fn numbers_without_keys_put_no_key_out_of_mind() {
        let case = Case::new();
        let keys = case.keys();
        assert!(keys.credential(&case.id(1)).await.unwrap().is_some());
        for number in 10..10 + MOST as u32 + 10 {
            keys.note(number, None).await;
        }
        assert!(keys.known().len() <= MOST);
        case.cut();
        age(&keys);
        assert!(keys.credential(&case.id(1)).await.unwrap().is_some());
    }
}
