//! Miners, owners and deals for the tests.

mod by_hand;
mod closing;
mod delegate;
mod gate;
mod host;
mod impostor;
mod owner;
mod putting;
mod site;
mod worker;

use std::time::Duration;

use idlewild_chain_client::{coins::COIN, Call, Event, Keypair};
use idlewild_chain_memory::{MemoryChain, Pace, Running, Seen, Setup};
use idlewild_storage_primitives::{geometry::Geometry, ledger::FailureRule, view::Timing, DealId, MinerId};

pub(crate) use by_hand::ByHand;
pub(crate) use closing::{Closing, Word};
pub(crate) use delegate::{Delegate, CONTENTS};
pub(crate) use gate::Gate;
pub(crate) use host::{module, Does, Host, ECHO};
pub(crate) use impostor::{Impostor, Manner};
pub(crate) use owner::{options, Owner};
pub(crate) use putting::{created, sent, Putting};
pub(crate) use site::{free_port, operator, Site};
pub(crate) use worker::Worker;

/// How long anything may take that is no block.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How long a graceful stop may take.
pub(crate) const STOPS_WITHIN: Duration = Duration::from_secs(5);
/// Any two of four shards are the file.
pub(crate) const SMALL: Geometry = Geometry { data: 2, parity: 2 };
/// A term that no test sees the end of, unless it wants to.
pub(crate) const LONG: u32 = 50_000;
/// Miners that have coins from the start.
const MINERS: u8 = 12;

/// The keys behind a secret URI.
pub(crate) fn keys(uri: &str) -> Keypair {
    Keypair::from_uri(&uri.parse().unwrap()).unwrap()
}

/// Short periods; failure after two misses; time enough for everything on a slow machine.
pub(crate) fn timing() -> Timing {
    Timing {
        period: 40,
        failure: FailureRule { consecutive: 2, within: 6, window: 24 },
        append_deadline: 60,
        rank_window: 3,
        rank_windows: 4,
        claim: 80,
        probation: 1,
        epoch: 10,
        min_term: 80,
        max_term: 100_000,
    }
}

/// A chain on which the owner and the operators have coins.
pub(crate) fn setup() -> Setup {
    let miners = (0..MINERS).map(|number| (operator(number).public_key().0, 1_000 * COIN));
    let endowed = miners.chain([(owner::keys().public_key().0, 10_000 * COIN)]).collect();
    Setup { timing: timing(), endowed, ..Setup::default() }
}

/// A chain whose blocks come, miners, and an owner.
pub(crate) struct World {
    pub(crate) owner: Owner,
    pub(crate) workers: Vec<Worker>,
    pub(crate) running: Option<Running>,
    pub(crate) chain: MemoryChain,
}

impl World {
    /// With so many miners; number `i` is the chain's miner `i`.
    pub(crate) async fn new(miners: u8) -> Self {
        Self::with(setup(), (0..miners).map(Site::new)).await
    }

    pub(crate) async fn with(setup: Setup, sites: impl IntoIterator<Item = Site>) -> Self {
        let chain = MemoryChain::start(setup).await;
        let running = Some(chain.run(Pace::default()));
        let owner = Owner::new(&chain);
        let mut workers = Vec::new();
        for (number, site) in (0..).zip(sites) {
            let worker = Worker::start(&chain, site).await;
            assert_eq!(worker.id(), number, "miners are numbered in the order in which they register");
            workers.push(worker);
        }
        Self { owner, workers, running, chain }
    }

    /// No more blocks by themselves.
    pub(crate) fn pause(&mut self) {
        self.running = None;
    }

    /// Blocks by themselves again.
    pub(crate) fn go_on(&mut self) {
        self.running = Some(self.chain.run(Pace::default()));
    }

    /// Stops a miner as SIGKILL does. The others' numbers stay.
    pub(crate) async fn kill(&mut self, place: usize) -> Site {
        self.workers.remove(place).kill().await
    }

    /// The same for the miner of this number on chain.
    pub(crate) async fn kill_miner(&mut self, id: MinerId) -> Site {
        let place = self.workers.iter().position(|worker| worker.id() == id).expect("the miner runs");
        self.kill(place).await
    }

    /// Starts a miner again, as the last of the workers.
    pub(crate) async fn restart(&mut self, site: Site) {
        self.workers.push(Worker::start(&self.chain, site).await);
    }

    pub(crate) async fn until(&self, what: &str, is: impl FnMut(&Seen<'_>) -> bool + Send + 'static) {
        self.chain.until(what, is).await;
    }

    /// Waits until sound miners have all slots of a deal in their ranges.
    pub(crate) async fn until_healthy(&self, deal: DealId) {
        self.until(&format!("all slots of deal {deal} are healthy"), move |seen| seen.is_healthy(deal)).await;
    }

    /// Waits until a miner has proven so many periods more.
    pub(crate) async fn until_proven(&self, miner: MinerId, periods: usize) {
        let before = self.chain.look(move |seen| proofs(seen, miner).len()).await;
        let wanted = before + periods;
        self.until(&format!("miner {miner} proves {periods} periods more"), move |seen| proofs(seen, miner).len() >= wanted)
            .await;
    }
}

/// The periods that a miner has proven, in order.
pub(crate) fn proofs(seen: &Seen<'_>, miner: MinerId) -> Vec<u32> {
    let proven = |event: &Event| match *event {
        Event::Proven { miner: of, period } if of == miner => Some(period),
        _ => None,
    };
    seen.events().filter_map(|(_, event)| proven(event)).collect()
}

/// Who holds which slot of a deal.
pub(crate) fn holders(seen: &Seen<'_>, deal: DealId) -> Vec<Option<MinerId>> {
    seen.deal(deal).map(|deal| deal.slots.iter().map(|view| view.slot.holder()).collect()).unwrap_or_default()
}

pub(crate) fn is_append(call: &Call) -> bool {
    matches!(call, Call::Append { .. })
}

pub(crate) fn is_create(call: &Call) -> bool {
    matches!(call, Call::CreateDeals { .. })
}

pub(crate) fn is_prove(call: &Call) -> bool {
    matches!(call, Call::Prove { .. })
}

pub(crate) fn is_register(call: &Call) -> bool {
    matches!(call, Call::Register { .. })
}

/// Bytes that no other seed gives.
pub(crate) fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}
