//! Miners with plots in memory.

use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc, Arc, Mutex,
    },
    time::Duration,
};

use idlewild_capacity::scan::Question;
use idlewild_capacity_primitives::{
    format::{payload, PlotFormat, PocX, X1},
    round::{asked_scoop, quality},
    Quality,
};
use idlewild_chain_client::{coins::COIN, Call, Keypair, Submitter};
use idlewild_chain_memory::{MemoryChain, MemoryNode, Pace, Running, Setup};
use idlewild_worker::capacity::{
    bond,
    disk::{Answered, Answers, Find},
    progress::{CapacityReport, Progress},
    rounds,
};
use tokio_util::sync::CancellationToken;

/// A disk in memory takes a tenth of a second to make its nonces, and a round should be several times as long.
const PACE: Pace = Pace { quiet: Duration::from_millis(120), longest: Duration::from_millis(500) };
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);

fn keys(number: u8) -> Keypair {
    Keypair::from_uri(&format!("//Plotter//{number}").parse().unwrap()).unwrap()
}

pub(crate) fn account(number: u8) -> [u8; 32] {
    keys(number).public_key().0
}

pub(crate) fn is_claim(call: &Call) -> bool {
    matches!(call, Call::ClaimRound { .. })
}

pub(crate) fn round_of(call: &Call) -> u32 {
    match call {
        Call::ClaimRound { round, .. } => *round,
        _ => panic!("{call:?} is no claim"),
    }
}

/// A chain on which two plotters have coins.
pub(crate) fn setup() -> Setup {
    Setup { endowed: [0, 1].map(|number| (account(number), 1_000 * COIN)).to_vec(), ..Setup::default() }
}

/// A chain whose blocks come.
pub(crate) struct World {
    running: Option<Running>,
    pub(crate) chain: MemoryChain,
}

impl World {
    pub(crate) async fn new(setup: Setup) -> Self {
        let chain = MemoryChain::start(setup).await;
        Self { running: Some(chain.run(PACE)), chain }
    }

    pub(crate) fn pause(&mut self) {
        self.running = None;
    }

    pub(crate) fn go_on(&mut self) {
        self.running = Some(self.chain.run(PACE));
    }
}

/// A miner's role, until it is dropped.
pub(crate) struct Miner {
    pub(crate) node: MemoryNode,
    progress: Arc<Progress>,
    stop: CancellationToken,
}

impl Miner {
    pub(crate) async fn start(world: &World, number: u8, disks: Vec<Disk>) -> Self {
        Self::start_for(world, number, number, disks).await
    }

    /// One whose key is only the proxy of whose plots they are.
    pub(crate) async fn start_for(world: &World, owner: u8, number: u8, disks: Vec<Disk>) -> Self {
        let (node, stop) = (world.chain.node(), CancellationToken::new());
        let chain = Arc::new(node.clone());
        let submitter = Arc::new(Submitter::new(chain.clone(), keys(number)));
        let progress = Arc::<Progress>::default();
        let owners = Arc::new(Submitter::new(chain.clone(), keys(owner)));
        tokio::spawn(bond::ensure(chain.clone(), owners, 10 * COIN, stop.clone()));
        let of = (owner != number).then(|| account(owner));
        let disks = disks.into_iter().map(|disk| Arc::new(disk) as Arc<dyn Answers>).collect();
        let parts = rounds::Parts { chain, submitter, of, disks, progress: progress.clone() };
        tokio::spawn(rounds::run(parts, stop.clone()));
        Self { node, progress, stop }
    }

    pub(crate) fn report(&self) -> CapacityReport {
        self.progress.report()
    }

    /// Waits until something is so at the miner, looking after each block.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&CapacityReport) -> bool) {
        use futures::StreamExt;
        use idlewild_chain_client::CapacityClient;
        let waiting = async {
            let mut tips = self.node.tips().await.unwrap();
            while !is(&self.report()) {
                tips.next().await.expect("the chain goes on").unwrap();
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| panic!("this did not come to be: {what}; {:?}", self.report()));
    }
}

impl Drop for Miner {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A disk with some nonces. Clones are of the same disk.
#[derive(Clone)]
pub(crate) struct Disk(Arc<Inner>);

struct Inner {
    plot: PocX,
    nonces: Vec<u64>,
    asked: AtomicUsize,
    answered: Mutex<BTreeMap<u32, Quality>>,
    hangs: Option<Mutex<mpsc::Receiver<()>>>,
    boasts: Quality,
}

impl Disk {
    pub(crate) fn new(owner: u8, nonces: impl Into<Vec<u64>>) -> Self {
        Self::with(owner, nonces.into(), None, 0)
    }

    /// One that answers nothing until it is told to.
    pub(crate) fn hanging(owner: u8, nonces: impl Into<Vec<u64>>, until: mpsc::Receiver<()>) -> Self {
        Self::with(owner, nonces.into(), Some(Mutex::new(until)), 0)
    }

    /// One that finds its answers a little better than they are.
    pub(crate) fn boasting(owner: u8, nonces: impl Into<Vec<u64>>) -> Self {
        Self::with(owner, nonces.into(), None, 1)
    }

    fn with(owner: u8, nonces: Vec<u64>, hangs: Option<Mutex<mpsc::Receiver<()>>>, boasts: Quality) -> Self {
        let plot = PocX { seed: [owner; 32], payload: payload(&account(owner)) };
        Self(Arc::new(Inner { plot, nonces, asked: AtomicUsize::new(0), answered: Mutex::default(), hangs, boasts }))
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// The rounds that it has answered.
    pub(crate) fn rounds(&self) -> usize {
        self.0.answered.lock().unwrap().len()
    }

    /// The quality that it last answered a round with.
    pub(crate) fn answered(&self, round: u32) -> Option<Quality> {
        self.0.answered.lock().unwrap().get(&round).copied()
    }
}

impl Answers for Disk {
    fn name(&self) -> String {
        "memory".into()
    }

    fn answer(&self, question: &Question, _: &(dyn Fn() -> bool + Sync)) -> Answered {
        let Inner { plot, nonces, asked, answered, hangs, boasts } = &*self.0;
        asked.fetch_add(1, Ordering::Relaxed);
        if let Some(hangs) = hangs {
            // Whoever held it up is gone in the end.
            let _ = hangs.lock().unwrap().recv();
        }
        let scoop = asked_scoop(&question.challenge, question.round);
        let finds = nonces.iter().map(|nonce| {
            let made = X1(*plot).scoop(*nonce, scoop).unwrap();
            Find { quality: quality(&question.challenge, &made) - boasts, seed: plot.seed, nonce: *nonce }
        });
        let best = finds.min();
        if let Some(best) = best {
            answered.lock().unwrap().insert(question.round, best.quality);
        }
        Answered { best, bytes: 64 * nonces.len() as u64, abandoned: false }
    }
}
