//! The chain as a test sees it and moves it.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::Duration,
};

use idlewild_chain_client::{Call, Event, Head, Outcome, SubmitError};
use idlewild_compute_primitives::{lease::LeaseRules, trust::Chance};
use idlewild_storage_primitives::{
    view::{DealView, MinerView, OwedView, Timing},
    Balance, Clock, DealId, MinerId,
};
use pallet_idlewild_test_runtime::{Chain, Deals, Proofs, ALICE};
use tokio::sync::watch;

use crate::{
    ledger::Ledger,
    node::{pending, MemoryNode},
    pace::{Pace, Running},
    pool::Transaction,
    thread::{Gone, Thread},
};

/// How long a test waits for the chain before it fails.
const PATIENCE: Duration = Duration::from_secs(90);
/// Transactions and events that a failed wait shows.
const SHOWN: usize = 24;

/// What a chain begins with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Periods and deadlines.
    pub timing: Timing,
    /// Periods and waits of leases.
    pub leases: LeaseRules,
    /// How often a result that was agreed to is run again by a tracker.
    pub sampled: Chance,
    /// Blocks between the best one and the newest final one.
    pub lag: u32,
    /// Blocks for which a transaction is worth anything.
    pub mortal: u32,
    /// Accounts that have coins from the start.
    pub endowed: Vec<([u8; 32], Balance)>,
    /// What nodes say that a call costs at most. Nothing is ever taken.
    pub fee: Balance,
}

impl Default for Setup {
    fn default() -> Self {
        let (timing, leases) = (Chain::timing(), LeaseRules::default());
        Self { timing, leases, sampled: 0, lag: 1, mortal: 64, endowed: Vec::new(), fee: 0 }
    }
}

/// What becomes of transactions whose blocks the chain leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orphans {
    /// They wait in the pool again.
    Return,
    /// They are lost, and their senders are told nothing.
    Lose,
}

/// A chain in memory. Clones are handles to the same chain.
#[derive(Clone)]
pub struct MemoryChain {
    thread: Thread,
    ticks: watch::Receiver<u64>,
    nodes: Arc<AtomicUsize>,
    genesis: [u8; 32],
}

impl std::fmt::Debug for MemoryChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryChain").finish_non_exhaustive()
    }
}

/// The chain at one moment: everything that was sent, every final block, and the state after the newest of these.
#[derive(Debug)]
pub struct Seen<'a> {
    transactions: &'a [Transaction],
    heads: &'a [Head],
    best: u32,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(transactions: &'a [Transaction], heads: &'a [Head], best: u32) -> Self {
        Self { transactions, heads, best }
    }

    /// Everything that was ever sent, in order.
    pub fn transactions(&self) -> &'a [Transaction] {
        self.transactions
    }

    /// Transactions that ask for something.
    pub fn sent(&self, what: impl Fn(&Call) -> bool + 'a) -> impl Iterator<Item = &'a Transaction> {
        self.transactions.iter().filter(move |transaction| what(&transaction.call))
    }

    /// Final blocks, from the first one on.
    pub fn heads(&self) -> &'a [Head] {
        self.heads
    }

    /// What happened in final blocks, with their numbers.
    pub fn events(&self) -> impl Iterator<Item = (u32, &'a Event)> {
        self.heads.iter().flat_map(|head| head.events.iter().map(move |event| (head.number, event)))
    }

    /// How often something happened in final blocks.
    pub fn count(&self, what: impl Fn(&Event) -> bool) -> usize {
        self.events().filter(|(_, event)| what(event)).count()
    }

    /// The best block.
    pub fn best(&self) -> u32 {
        self.best
    }

    /// The clock after the newest final block.
    pub fn clock(&self) -> Clock {
        self.heads.last().map_or(0, |head| head.clock)
    }

    /// A deal after the newest final block.
    pub fn deal(&self, id: DealId) -> Option<DealView> {
        Deals::view(id)
    }

    /// A miner after the newest final block.
    pub fn miner(&self, id: MinerId) -> Option<MinerView> {
        Proofs::miner_view(id)
    }

    /// What a miner owes after the newest final block.
    pub fn owed(&self, id: MinerId) -> Option<OwedView> {
        Proofs::view(id)
    }

    /// Whether sound miners have all slots of a deal in their ranges.
    pub fn is_healthy(&self, id: DealId) -> bool {
        self.deal(id).is_some_and(|deal| !deal.slots.is_empty() && deal.slots.iter().all(|slot| slot.is_healthy()))
    }
}

impl MemoryChain {
    /// Starts a chain at its first block.
    pub async fn start(setup: Setup) -> Self {
        let (sender, ticks) = watch::channel(0);
        let thread = Thread::start(move || Ledger::new(setup, sender));
        let genesis = match thread.ask(|ledger| ledger.genesis()).await {
            Ok(genesis) => genesis,
            Err(Gone) => panic!("the chain in memory does not start: see above why"),
        };
        Self { thread, ticks, nodes: Arc::default(), genesis }
    }

    /// The genesis hash.
    pub fn genesis(&self) -> [u8; 32] {
        self.genesis
    }

    /// Another node of the chain, in good order.
    pub fn node(&self) -> MemoryNode {
        MemoryNode::new(self.thread.clone(), self.nodes.fetch_add(1, Ordering::Relaxed), self.genesis)
    }

    /// Makes `count` blocks.
    pub async fn blocks(&self, count: u32) {
        self.ask(move |ledger| (0..count).for_each(|_| ledger.build(true))).await
    }

    /// Makes blocks until what is returned is dropped.
    pub fn run(&self, pace: Pace) -> Running {
        Running::start(self.thread.clone(), pace)
    }

    /// Leaves the last `depth` blocks for another fork, which is longer by one and whose blocks are empty.
    pub async fn reorganise(&self, depth: u32, orphans: Orphans) {
        self.ask(move |ledger| ledger.reorganise(depth, orphans)).await
    }

    /// Acts for an account, whoever has its keys, and waits until that is final.
    pub async fn act(&self, account: [u8; 32], call: Call) -> Result<Outcome, SubmitError> {
        let sent = self.ask(move |ledger| {
            let nonce = ledger.next_nonce(account);
            ledger.send(None, account, nonce, call, None)
        });
        pending(sent.await?).await
    }

    /// Gives an account coins, and waits until that is final.
    pub async fn give(&self, to: [u8; 32], amount: Balance) -> Result<Outcome, SubmitError> {
        self.act(ALICE.into(), Call::TransferCoins { to, amount }).await
    }

    /// Takes coins from an account at once, as something else that it pays for would.
    pub async fn take(&self, from: [u8; 32], amount: Balance) {
        self.ask(move |ledger| ledger.take(from, amount)).await
    }

    /// Lets go of transactions that a fault holds.
    pub async fn release(&self) {
        self.ask(|ledger| ledger.pool.release()).await
    }

    /// Loses transactions that a fault holds.
    pub async fn lose_held(&self) {
        self.ask(|ledger| ledger.pool.lose_held()).await
    }

    /// Looks at the chain.
    pub async fn look<R: Send + 'static>(&self, look: impl FnOnce(&Seen<'_>) -> R + Send + 'static) -> R {
        self.ask(|ledger| ledger.look(look)).await
    }

    /// Waits until something is so.
    ///
    /// # Panics
    /// Where it is not within a minute and a half, with what was waited for and what happened last.
    pub async fn until(&self, what: &str, mut is: impl FnMut(&Seen<'_>) -> bool + Send + 'static) {
        self.until_some(what, move |seen| is(seen).then_some(())).await
    }

    /// Waits until something can be had.
    ///
    /// # Panics
    /// As [`until`](Self::until).
    pub async fn until_some<R: Send + 'static>(
        &self,
        what: &str,
        mut find: impl FnMut(&Seen<'_>) -> Option<R> + Send + 'static,
    ) -> R {
        let mut ticks = self.ticks.clone();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            ticks.mark_unchanged();
            let (found, back, broken) = self
                .ask(move |ledger| {
                    let found = ledger.look(|seen| find(seen));
                    (found, find, ledger.broken())
                })
                .await;
            if let Some(broken) = broken {
                panic!("{broken}");
            }
            if let Some(found) = found {
                return found;
            }
            find = back;
            if tokio::time::timeout_at(deadline, ticks.changed()).await.is_err() {
                let story = self.look(story).await;
                panic!("this did not happen within {} seconds: {what}.\n{story}", PATIENCE.as_secs());
            }
        }
    }

    async fn ask<R: Send + 'static>(&self, work: impl FnOnce(&mut Ledger) -> R + Send + 'static) -> R {
        match self.thread.ask(work).await {
            Ok(outcome) => outcome,
            Err(Gone) => panic!("the chain in memory has stopped: see above why"),
        }
    }
}

/// What happened last, for whoever has to find out why something did not.
fn story(seen: &Seen<'_>) -> String {
    let mut text = format!("Best block {}, clock {}. The last transactions:\n", seen.best(), seen.clock());
    let skipped = seen.transactions.len().saturating_sub(SHOWN);
    for transaction in seen.transactions.iter().skip(skipped) {
        let mut call = format!("{:?}", transaction.call);
        call.truncate((0..=160).rev().find(|end| call.is_char_boundary(*end)).unwrap_or(0));
        let by = u16::from_le_bytes([transaction.account[0], transaction.account[1]]);
        let (nonce, stand) = (transaction.nonce, transaction.stand);
        let refused = match &transaction.verdict {
            Some(crate::Verdict::Refused(pallet, name)) => format!(", refused: {pallet}.{name}"),
            _ => String::new(),
        };
        text.push_str(&format!("  {by:04x}/{nonce} {stand:?}{refused}: {call}\n"));
    }
    text.push_str("The last events:\n");
    let events: Vec<_> = seen.events().collect();
    for (block, event) in events.iter().skip(events.len().saturating_sub(SHOWN)) {
        text.push_str(&format!("  block {block}: {event:?}\n"));
    }
    text
}
