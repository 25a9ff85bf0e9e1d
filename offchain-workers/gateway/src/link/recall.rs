//! What the chain said of deals and miners, for when it does not answer: all that is needed to read what miners have.
//!
//! It is kept for a day, on this disk too. What is wrong of it harms nobody: shards are checked with the roots of their deal, and those
//! are checked with the hash that is sealed with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use codec::{DecodeAll, Encode};
use idlewild_chain_client::{pause::jittered, ChainClient, Pages, ReadError};
use idlewild_files::whole_file::{self, PRIVATE};
use idlewild_storage_primitives::{
    view::{DealView, MinerView},
    DealId, MinerId,
};
use tokio_util::sync::CancellationToken;

use super::{delegate::chain_client, pulse::Pulse};

/// The file's name in a gateway's folder.
pub const FILE: &str = "seen-deals";
/// Says what is in the file.
const MARK: &[u8; 8] = b"IWseen01";
/// Seconds for which what the chain said counts where it does not answer.
pub(super) const COUNTS: u64 = 86_400;
/// Most deals that are kept in mind.
const DEALS: usize = 16_384;
/// Most miners.
const MINERS: usize = 4_096;
/// Seconds for which a miner is taken to be where it was when all are looked for.
const FRESH: u64 = 3_600;
/// How often all deals of an owner are looked at.
const GATHER: Duration = Duration::from_secs(300);
/// How often what is new goes to the disk.
const KEEP: Duration = Duration::from_secs(30);
const PAGE: u32 = 64;

/// Seconds since 1970.
pub(super) type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// That of this machine.
pub(super) fn wall_clock() -> Clock {
    Arc::new(|| u64::try_from(time::OffsetDateTime::now_utc().unix_timestamp()).unwrap_or(0))
}

/// What was seen, and when.
type Seen<K, V> = BTreeMap<K, (u64, V)>;

#[derive(Default)]
struct Known {
    deals: Seen<DealId, DealView>,
    miners: Seen<MinerId, MinerView>,
    /// Whether the disk has less.
    changed: bool,
}

/// A chain that remembers, for those who read.
pub struct Recall {
    chain: Arc<dyn ChainClient>,
    pulse: Arc<Pulse>,
    file: PathBuf,
    clock: Clock,
    known: Mutex<Known>,
}

impl Recall {
    /// Remembers what `chain` says, in this folder.
    pub fn new(chain: Arc<dyn ChainClient>, pulse: Arc<Pulse>, folder: &std::path::Path) -> Arc<Self> {
        Self::at(chain, pulse, folder, wall_clock())
    }

    fn at(chain: Arc<dyn ChainClient>, pulse: Arc<Pulse>, folder: &std::path::Path, clock: Clock) -> Arc<Self> {
        let file = folder.join(FILE);
        let known = Mutex::new(load(&file, chain.genesis()));
        Arc::new(Self { chain, pulse, file, clock, known })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_deal(&self, deal: &DealView) {
        let now = (self.clock)();
        let mut known = self.known();
        note(&mut known.deals, deal.id, deal.clone(), now, DEALS);
        known.changed = true;
    }

    fn note_miner(&self, id: MinerId, miner: Option<&MinerView>) {
        let now = (self.clock)();
        let mut known = self.known();
        match miner {
            Some(miner) => note(&mut known.miners, id, miner.clone(), now, MINERS),
            None => {
                known.miners.remove(&id);
            },
        }
        known.changed = true;
    }

    /// Looks at all deals that an owner made, and where their miners are.
    async fn gather(&self, owner: [u8; 32]) -> Result<(), ReadError> {
        let mut holders = BTreeSet::new();
        let mut left = DEALS;
        // A page takes longer than a deal: that it does says nothing of the chain.
        let mut pages = Pages::new(PAGE, |deal: &DealView| deal.id, |after, limit| self.chain.deals_of(owner, after, limit));
        while let Some(page) = pages.next_page().await? {
            // Anybody can give an owner deals, as many as they like.
            for deal in page.iter().filter(|deal| deal.creator == owner).take(left) {
                holders.extend(deal.slots.iter().filter_map(|slot| slot.slot.holder()));
                self.note_deal(deal);
                left = left.saturating_sub(1);
            }
            if left == 0 {
                break;
            }
        }
        for id in holders.into_iter().take(MINERS) {
            let seen = self.known().miners.get(&id).map(|(seen, _)| *seen);
            if seen.is_none_or(|seen| (self.clock)().saturating_sub(seen) >= FRESH) {
                self.note_miner(id, self.chain.miner(id).await?.as_ref());
            }
        }
        Ok(())
    }

    /// Writes what is new to the disk.
    async fn keep(&self) {
        let now = (self.clock)();
        let bytes = {
            let mut known = self.known();
            if !std::mem::take(&mut known.changed) {
                return;
            }
            known.deals.retain(|_, (seen, _)| counts(*seen, now));
            known.miners.retain(|_, (seen, _)| counts(*seen, now));
            (MARK, self.chain.genesis(), &known.deals, &known.miners).encode()
        };
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || whole_file::replace(&file, &bytes, PRIVATE)).await;
        if !matches!(written, Ok(Ok(()))) {
            self.known().changed = true;
            tracing::warn!(file = %self.file.display(), "what is known of deals cannot be written; it is tried again");
        }
    }

    /// Keeps in mind what is needed to read all that `owner` has, until `stop`.
    pub async fn watch(self: Arc<Self>, owner: [u8; 32], stop: CancellationToken) {
        let mut gathered: Option<tokio::time::Instant> = None;
        while !stop.is_cancelled() {
            if !self.pulse.is_silent() && gathered.is_none_or(|then| then.elapsed() >= GATHER) {
                tokio::select! {
                    () = stop.cancelled() => {},
                    all = self.gather(owner) => match all {
                        Ok(()) => gathered = Some(tokio::time::Instant::now()),
                        Err(error) => tracing::debug!(%error, "not all deals could be looked at; it is tried again"),
                    },
                }
            }
            self.keep().await;
            tokio::select! {
                () = stop.cancelled() => {},
                () = tokio::time::sleep(jittered(KEEP)) => {},
            }
        }
        self.keep().await;
    }

    fn chain(&self) -> Result<&dyn ChainClient, ReadError> {
        Ok(&*self.chain)
    }
}

/// Whether what was seen then still counts where the chain does not answer. A clock that went back makes nothing old.
fn counts(seen: u64, now: u64) -> bool {
    now.saturating_sub(seen) < COUNTS
}

fn note<K: Ord + Copy, V>(all: &mut Seen<K, V>, id: K, view: V, now: u64, most: usize) {
    if all.len() >= most && !all.contains_key(&id) {
        let oldest = all.iter().min_by_key(|(_, (seen, _))| *seen).map(|(id, _)| *id);
        if let Some(oldest) = oldest {
            all.remove(&oldest);
        }
    }
    all.insert(id, (now, view));
}

/// What was written before, if it was on this chain.
fn load(file: &std::path::Path, genesis: [u8; 32]) -> Known {
    let Ok(bytes) = std::fs::read(file) else { return Known::default() };
    type Contents = ([u8; 8], [u8; 32], Seen<DealId, DealView>, Seen<MinerId, MinerView>);
    match Contents::decode_all(&mut bytes.as_slice()) {
        Ok((mark, of, deals, miners)) if mark == *MARK && of == genesis => Known { deals, miners, changed: false },
        _ => {
            tracing::info!(file = %file.display(), "what was known of deals is of another chain or program, and is not used");
            Known::default()
        },
    }
}

chain_client!(Recall, {
    fn genesis(&self) -> [u8; 32] {
        self.chain.genesis()
    }

    async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError> {
        match self.pulse.ask("a deal", self.chain.deal(id)).await {
            Ok(deal) => {
                match &deal {
                    Some(deal) => self.note_deal(deal),
                    None => {
                        self.known().deals.remove(&id);
                    },
                }
                Ok(deal)
            },
            Err(error) => {
                let now = (self.clock)();
                let known = self.known().deals.get(&id).filter(|(seen, _)| counts(*seen, now)).cloned();
                known.map(|(_, deal)| Some(deal)).ok_or(error)
            },
        }
    }

    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
        self.chain.deals_of(owner, after, limit).await
    }

    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
        match self.pulse.ask("a miner", self.chain.miner(id)).await {
            Ok(miner) => {
                self.note_miner(id, miner.as_ref());
                Ok(miner)
            },
            Err(error) => {
                let now = (self.clock)();
                let known = self.known().miners.get(&id).filter(|(seen, _)| counts(*seen, now)).cloned();
                known.map(|(_, miner)| Some(miner)).ok_or(error)
            },
        }
    }
});

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use idlewild_storage_primitives::{
        deal::Slot,
        geometry::Geometry,
        view::{MinerStatus, SlotView, Weights},
    };

    use super::*;
    use crate::link::pulse::tests::Line;

    const OWNER: [u8; 32] = [1; 32];
    const GENESIS: [u8; 32] = [9; 32];

    /// A chain over a line that may be cut.
    #[derive(Default)]
    struct Sham {
        line: Arc<Line>,
        deals: Mutex<Vec<DealView>>,
    }

    impl Sham {
        fn chain(&self) -> Result<&dyn ChainClient, ReadError> {
            Err(ReadError::Rpc("nobody asks for it here".into()))
        }
    }

    chain_client!(Sham, {
        fn genesis(&self) -> [u8; 32] {
            GENESIS
        }

        async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError> {
            let found = self.deals.lock().unwrap().iter().find(|deal| deal.id == id).cloned();
            self.line.answer(found).await
        }

        async fn deals_of(&self, _: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
            let all = self.deals.lock().unwrap().clone();
            self.line.answer(all.into_iter().filter(|deal| Some(deal.id) > after).take(limit as usize).collect()).await
        }

        async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
            self.line.answer((id < 100).then(|| miner(id))).await
        }
    });

    fn miner(id: MinerId) -> MinerView {
        MinerView {
            id,
            operator: [2; 32],
            peer_key: [id as u8; 32],
            endpoint: b"/ip4/127.0.0.1/tcp/1".to_vec(),
            capacity: 0,
            used: 0,
            price: 0,
            bond: 0,
            required: 0,
            pot: 0,
            score: 0,
            status: MinerStatus::Active,
            slots: 0,
            proven: 0,
            overdue: false,
            weight: Weights::default(),
        }
    }

    fn deal(id: DealId, creator: [u8; 32]) -> DealView {
        let slot = |miner| SlotView { slot: Slot::Assigned { miner, since: 0 }, failed: false };
        DealView {
            id,
            owner: OWNER,
            creator,
            salt: [3; 16],
            geometry: Geometry { data: 1, parity: 1 },
            copies: 1,
            shard_len: 64,
            created: 0,
            end: 100,
            extension: None,
            price: 1,
            funds: 1,
            reserve: 1,
            slots: vec![slot(id as u32), slot(7)],
            roots: vec![[4; 32]; 2],
            manifest: vec![5; 80],
        }
    }

    struct Case {
        sham: Arc<Sham>,
        pulse: Arc<Pulse>,
        now: Arc<AtomicU64>,
        folder: tempfile::TempDir,
    }

    impl Case {
        fn new() -> Self {
            let sham = Arc::new(Sham::default());
            *sham.deals.lock().unwrap() = vec![deal(1, OWNER), deal(2, OWNER), deal(3, [8; 32])];
            sham.line.up.store(true, Ordering::SeqCst);
            let pulse = sham.line.pulse();
            Self { sham, pulse, now: Arc::new(AtomicU64::new(1_000_000)), folder: tempfile::tempdir().unwrap() }
        }

        fn recall(&self) -> Arc<Recall> {
            let now = self.now.clone();
            let clock: Clock = Arc::new(move || now.load(Ordering::SeqCst));
            Recall::at(self.sham.clone(), self.pulse.clone(), self.folder.path(), clock)
        }

        fn cut(&self) {
            self.sham.line.up.store(false, Ordering::SeqCst);
        }
    }

    #[tokio::test]
    async fn what_was_known_of_a_deal_counts_for_a_day_without_the_chain() {
        let case = Case::new();
        let recall = case.recall();
        assert_eq!(recall.deal(1).await.unwrap(), Some(deal(1, OWNER)));
        assert_eq!(recall.miner(7).await.unwrap(), Some(miner(7)));
        case.cut();
        for _ in 0..100 {
            assert_eq!(recall.deal(1).await.unwrap(), Some(deal(1, OWNER)));
            assert_eq!(recall.miner(7).await.unwrap(), Some(miner(7)));
        }
        recall.deal(2).await.expect_err("nobody ever asked for it");
        recall.miner(8).await.expect_err("nobody ever asked for it");
        case.now.fetch_add(COUNTS - 1, Ordering::SeqCst);
        assert!(recall.deal(1).await.is_ok() && recall.miner(7).await.is_ok());
        case.now.fetch_add(1, Ordering::SeqCst);
        assert!(recall.deal(1).await.is_err() && recall.miner(7).await.is_err());
    }

    #[tokio::test]
    async fn what_the_chain_says_counts_wherever_it_answers() {
        let case = Case::new();
        let recall = case.recall();
        assert!(recall.deal(1).await.unwrap().is_some() && recall.deal(2).await.unwrap().is_some());
        let later = DealView { end: 700, ..deal(2, OWNER) };
        *case.sham.deals.lock().unwrap() = vec![later.clone()];
        assert_eq!(recall.deal(1).await.unwrap(), None);
        assert_eq!(recall.deal(2).await.unwrap(), Some(later.clone()));
        case.cut();
        assert_eq!(recall.deal(2).await.unwrap(), Some(later));
        recall.deal(1).await.expect_err("a deal that is gone does not come back");
        case.sham.line.mend(&case.pulse).await;
        assert_eq!(recall.deal(1).await.unwrap(), None);
    }

    #[tokio::test]
    async fn all_that_an_owner_made_is_known_after_a_start_without_the_chain() {
        let case = Case::new();
        let recall = case.recall();
        recall.gather(OWNER).await.unwrap();
        recall.keep().await;
        assert!(!recall.known().changed);
        drop(recall);
        case.cut();
        let again = case.recall();
        for id in [1, 2] {
            assert_eq!(again.deal(id).await.unwrap(), Some(deal(id, OWNER)));
            assert_eq!(again.miner(id as u32).await.unwrap(), Some(miner(id as u32)));
        }
        again.deal(3).await.expect_err("somebody else made it");
        // What another chain said means nothing here, and a file that is cut off neither.
        let file = case.folder.path().join(FILE);
        assert!(load(&file, [0; 32]).deals.is_empty());
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
        assert!(load(&file, GENESIS).deals.is_empty());
    }

    #[test]
    fn the_oldest_goes_where_there_is_no_room() {
        let mut all: Seen<u64, ()> = BTreeMap::new();
        for id in 0..5 {
            note(&mut all, id, (), 100 - id, 3);
        }
        assert_eq!(all.keys().copied().collect::<Vec<_>>(), [0, 1, 4]);
        note(&mut all, 4, (), 200, 3);
        assert_eq!(all.len(), 3);
    }
}
