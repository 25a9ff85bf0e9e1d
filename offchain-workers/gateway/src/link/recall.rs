//! What the chain said of deals and miners, for when it does not answer: all that is needed to read what miners have.
//!
//! It is kept for a day, on this disk too. What is wrong of it harms nobody: shards are checked with the roots of their deal, and those
//! are checked with the hash that is sealed with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
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
/// How long whoever made deals waits until they are known.
const LEARN: Duration = Duration::from_secs(20);
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
    /// Deals that were just made, and that nothing is known of yet.
    awaited: BTreeSet<DealId>,
    /// Whether the disk has less.
    changed: bool,
}

/// What is remembered of one kind.
trait Recalled: Clone {
    type Id: Ord + Copy;
    const WHAT: &'static str;
    /// How many are kept in mind.
    const MOST: usize;

    fn all(known: &mut Known) -> &mut Seen<Self::Id, Self>;
}

impl Recalled for DealView {
    type Id = DealId;
    const WHAT: &'static str = "a deal";
    const MOST: usize = DEALS;

    fn all(known: &mut Known) -> &mut Seen<DealId, Self> {
        &mut known.deals
    }
}

impl Recalled for MinerView {
    type Id = MinerId;
    const WHAT: &'static str = "a miner";
    const MOST: usize = MINERS;

    fn all(known: &mut Known) -> &mut Seen<MinerId, Self> {
        &mut known.miners
    }
}

/// A chain that remembers, for those who read.
pub struct Recall {
    chain: Arc<dyn ChainClient>,
    pulse: Arc<Pulse>,
    file: PathBuf,
    clock: Clock,
    known: Mutex<Known>,
    /// Held while the file is written.
    keeping: tokio::sync::Mutex<()>,
}

impl Recall {
    /// Remembers what `chain` says, in this folder.
    pub fn new(chain: Arc<dyn ChainClient>, pulse: Arc<Pulse>, folder: &std::path::Path) -> Arc<Self> {
        Self::at(chain, pulse, folder, wall_clock())
    }

    fn at(chain: Arc<dyn ChainClient>, pulse: Arc<Pulse>, folder: &std::path::Path, clock: Clock) -> Arc<Self> {
        let file = folder.join(FILE);
        let known = Mutex::new(load(&file, chain.genesis()));
        Arc::new(Self { chain, pulse, file, clock, known, keeping: tokio::sync::Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<T: Recalled>(&self, id: T::Id, view: Option<&T>) {
        let now = (self.clock)();
        let mut known = self.known();
        let all = T::all(&mut known);
        match view {
            Some(view) => note(all, id, view.clone(), now, T::MOST),
            None => drop(all.remove(&id)),
        }
        known.changed = true;
    }

    /// What the chain says, or said where it does not answer.
    async fn recalled<T: Recalled>(
        &self,
        id: T::Id,
        question: impl Future<Output = Result<Option<T>, ReadError>>,
    ) -> Result<Option<T>, ReadError> {
        match self.pulse.ask(T::WHAT, question).await {
            Ok(view) => {
                self.note(id, view.as_ref());
                Ok(view)
            },
            Err(error) => {
                let now = (self.clock)();
                let mut known = self.known();
                let seen = T::all(&mut known).get(&id).filter(|(seen, _)| counts(*seen, now));
                seen.map(|(_, view)| Some(view.clone())).ok_or(error)
            },
        }
    }

    /// Deals were made: who has what of them is on this disk when this returns, so that it can be read after a kill and without the
    /// chain. What does not come in time is looked at again soon.
    pub async fn learn(&self, deals: &[DealId]) {
        self.known().awaited.extend(deals.iter().copied().take(DEALS));
        let _ = tokio::time::timeout(LEARN, self.catch_up()).await;
    }

    /// Looks at deals that were made and are not known.
    async fn catch_up(&self) {
        let awaited = self.known().awaited.clone();
        let mut holders = BTreeSet::new();
        for id in awaited {
            match self.chain.deal(id).await {
                Ok(deal) => {
                    holders.extend(deal.iter().flat_map(|deal| &deal.slots).filter_map(|slot| slot.slot.holder()));
                    self.note(id, deal.as_ref());
                },
                Err(error) => {
                    tracing::debug!(%error, deal = id, "a new deal could not be looked at; it is tried again");
                    return;
                },
            }
            if let Err(error) = self.find(std::mem::take(&mut holders)).await {
                tracing::debug!(%error, deal = id, "miners of a new deal could not be looked at; it is tried again");
                return;
            }
            self.known().awaited.remove(&id);
        }
        self.keep().await;
    }

    /// Looks at where miners are, unless that is known.
    async fn find(&self, holders: BTreeSet<MinerId>) -> Result<(), ReadError> {
        for id in holders.into_iter().take(MINERS) {
            let seen = self.known().miners.get(&id).map(|(seen, _)| *seen);
            if seen.is_none_or(|seen| (self.clock)().saturating_sub(seen) >= FRESH) {
                self.note(id, self.chain.miner(id).await?.as_ref());
            }
        }
        Ok(())
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
                self.note(deal.id, Some(deal));
                left = left.saturating_sub(1);
            }
            if left == 0 {
                break;
            }
        }
        self.find(holders).await
    }

    /// Writes what is new to the disk.
    async fn keep(&self) {
        // One at a time, so that the last to write has the newest.
        let _turn = self.keeping.lock().await;
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
            let is_behind = !self.known().awaited.is_empty();
            if is_behind && !self.pulse.is_silent() {
                tokio::select! {
                    () = stop.cancelled() => {},
                    _ = tokio::time::timeout(LEARN, self.catch_up()) => {},
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
        Ok((mark, of, deals, miners)) if mark == *MARK && of == genesis => Known { deals, miners, ..Known::default() },
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
        self.recalled(id, self.chain.deal(id)).await
    }

    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
        self.chain.deals_of(owner, after, limit).await
    }

    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
        self.recalled(id, self.chain.miner(id)).await
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

    use idlewild_client::{market::Wish, objects::StoredSegment, segments::ReadySegment, stored::SegmentError, PutError};
    use idlewild_objects::BucketKey;

    use super::*;
    use crate::link::{
        depot::{Depot, Remembered},
        pulse::tests::Line,
    };

    /// Makes this deal of whatever it is given.
    struct Made(DealId);

    #[async_trait::async_trait]
    impl Depot for Made {
        async fn put(&self, _: &str, _: &BucketKey, _: Vec<ReadySegment>, _: &Wish) -> Result<Vec<u64>, Box<PutError>> {
            Ok(vec![self.0])
        }

        async fn segments(&self, _: &BucketKey) -> Result<Vec<StoredSegment>, ReadError> {
            Ok(Vec::new())
        }

        async fn commit(&self, _: &BucketKey, segment: &StoredSegment) -> Result<Vec<u8>, SegmentError> {
            Err(SegmentError::Gone(segment.deal.id))
        }
    }

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

    #[tokio::test]
    async fn a_deal_is_known_from_when_it_was_made_whatever_becomes_of_the_gateway() {
        let case = Case::new();
        let recall = case.recall();
        let depot = Remembered::new(Arc::new(Made(2)), recall.clone());
        let wish = Wish { geometry: Geometry { data: 1, parity: 1 }, copies: 1, term: 1, max_price: None };
        assert_eq!(depot.put("bucket", &BucketKey([1; 32]), Vec::new(), &wish).await.unwrap(), [2]);
        // It is killed: nothing is written any more.
        case.cut();
        let again = case.recall();
        assert_eq!(again.deal(2).await.unwrap(), Some(deal(2, OWNER)));
        assert_eq!(again.miner(2).await.unwrap(), Some(miner(2)));
        assert_eq!(again.miner(7).await.unwrap(), Some(miner(7)));
        // One that the chain could not be asked about is looked at later.
        tokio::time::timeout(Duration::from_millis(20), recall.learn(&[1])).await.unwrap_err();
        case.sham.line.up.store(true, Ordering::SeqCst);
        recall.catch_up().await;
        assert!(recall.known().awaited.is_empty());
        case.cut();
        assert_eq!(case.recall().deal(1).await.unwrap(), Some(deal(1, OWNER)));
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
