//! The chain's state: blocks, what is final, and how the next block is made. Lives on one thread.

use std::collections::BTreeMap;

use codec::Encode;
use frame_support::{
    storage::with_storage_layer,
    traits::{OnFinalize, OnInitialize},
};
use idlewild_chain_client::{AccountBalance, Call, Event, Head, HoldReason, Outcome, SubmitError, Tip};
use idlewild_storage_primitives::{Balance, DealId};
use pallet_idlewild_test_runtime::{
    AccountId, Capacity, Chain, Clock, Plotters, Randomness, RelayBlock, RuntimeEvent, System, Test, CAROL,
};
use sp_core::H256;
use sp_io::TestExternalities;
use tokio::sync::{oneshot, watch};

use crate::{
    fault::Fault,
    nodes::Node,
    pool::{Pool, Stand, Transaction, Verdict},
    translate, Orphans, Seen, Setup,
};

/// What becomes of a transaction that a node took.
pub(crate) type Answer = oneshot::Receiver<Result<Outcome, SubmitError>>;

/// Blocks after which invariants are checked where nothing was done to them.
const CHECK_EVERY: u32 = 16;

/// A block that the chain may still leave, or its newest final one: those whose state is kept.
struct Block {
    head: Head,
    state: TestExternalities,
}

pub(crate) struct Ledger {
    /// From the newest final block to the best one.
    blocks: Vec<Block>,
    /// All final blocks, by number from 1.
    heads: Vec<Head>,
    pub(crate) pool: Pool,
    pub(crate) nodes: BTreeMap<usize, Node>,
    genesis: [u8; 32],
    lag: u32,
    mortal: u32,
    fee: Balance,
    /// How often the chain has left a fork: blocks of different forks must differ.
    forks: u32,
    ticks: watch::Sender<u64>,
    broken: Option<String>,
}

impl Ledger {
    pub(crate) fn new(setup: Setup, ticks: watch::Sender<u64>) -> Self {
        let mut state = Chain::start_with(setup.timing);
        let genesis = state.execute_with(|| {
            pallet_idlewild_services::Rules::<Test>::put(setup.leases);
            pallet_idlewild_projects::Sampled::<Test>::put(setup.sampled);
            for (account, amount) in &setup.endowed {
                let call = translate::runtime_call(Call::TransferCoins { to: *account, amount: *amount });
                let paid = call.map(|call| Chain::call(&CAROL, call));
                assert!(matches!(paid, Ok(Ok(()))), "an account cannot be endowed with {amount}: {paid:?}");
            }
            end_block(1);
            Clock::genesis()
        });
        commit(&mut state);
        let head = Head { number: 1, hash: hash(1, genesis, 0), finalized: true, clock: 0, events: Vec::new() };
        let mut ledger = Self {
            heads: vec![head.clone()],
            blocks: vec![Block { head, state }],
            pool: Pool::default(),
            nodes: BTreeMap::new(),
            genesis,
            lag: setup.lag,
            mortal: setup.mortal,
            fee: setup.fee,
            forks: 0,
            ticks,
            broken: None,
        };
        let clock = ledger.at_final(Clock::now);
        ledger.heads.iter_mut().for_each(|head| head.clock = clock);
        ledger
    }

    pub(crate) fn genesis(&self) -> [u8; 32] {
        self.genesis
    }

    /// What a call is said to cost.
    pub(crate) fn fee(&self) -> Balance {
        self.fee
    }

    pub(crate) fn best(&self) -> u32 {
        self.blocks.last().map_or(0, |block| block.head.number)
    }

    /// The newest block.
    pub(crate) fn tip(&self) -> Tip {
        self.blocks.last().map_or(Tip { number: 0, hash: self.genesis }, |block| Tip::of(&block.head))
    }

    /// Whether a block is the chain's, final or not.
    fn has(&self, hash: &[u8; 32]) -> bool {
        is_in(&self.blocks, &self.heads, hash)
    }

    /// Looks at the state after a block, unless the chain has left it, or it is not the newest final one any more.
    pub(crate) fn at<R>(&mut self, hash: &[u8; 32], look: impl FnOnce() -> R) -> Option<R> {
        let block = self.blocks.iter_mut().find(|block| block.head.hash == *hash)?;
        Some(block.state.execute_with(look))
    }

    pub(crate) fn newest_final(&self) -> &Head {
        match self.heads.last() {
            Some(head) => head,
            None => panic!("the first block is final from the start"),
        }
    }

    pub(crate) fn final_head(&self, number: u32) -> Option<Head> {
        self.heads.iter().find(|head| head.number == number).cloned()
    }

    /// The number of a final block.
    pub(crate) fn number_of(&self, hash: &[u8; 32]) -> Option<u32> {
        self.heads.iter().find(|head| head.hash == *hash).map(|head| head.number)
    }

    /// Whether a deal was made in a final block after this one.
    pub(crate) fn made_after(&self, deal: DealId, number: u32) -> bool {
        let later = self.heads.iter().filter(|head| head.number > number);
        later.flat_map(|head| &head.events).any(|event| matches!(event, Event::Created { deal: made, .. } if *made == deal))
    }

    /// Why no trust can be put in the chain any more: a block broke an invariant.
    pub(crate) fn broken(&self) -> Option<String> {
        self.broken.clone()
    }

    pub(crate) fn node(&mut self, node: usize) -> &mut Node {
        self.nodes.entry(node).or_default()
    }

    /// Looks at the state after the newest final block.
    pub(crate) fn at_final<R>(&mut self, look: impl FnOnce() -> R) -> R {
        match self.blocks.first_mut() {
            Some(block) => block.state.execute_with(look),
            None => panic!("the chain has lost its final block"),
        }
    }

    /// Looks at everything at once.
    pub(crate) fn look<R>(&mut self, look: impl FnOnce(&Seen<'_>) -> R) -> R {
        let best = self.best();
        let Self { blocks, heads, pool, .. } = self;
        match blocks.first_mut() {
            Some(block) => block.state.execute_with(|| look(&Seen::new(pool.all(), heads, best))),
            None => panic!("the chain has lost its final block"),
        }
    }

    fn at_best<R>(&mut self, look: impl FnOnce() -> R) -> R {
        match self.blocks.last_mut() {
            Some(block) => block.state.execute_with(look),
            None => panic!("the chain has lost its best block"),
        }
    }

    /// Takes coins from an account in the best block, and gives them to another.
    pub(crate) fn take(&mut self, from: [u8; 32], amount: Balance) {
        let call = translate::runtime_call(Call::TransferCoins { to: CAROL.into(), amount });
        let taken = self.at_best(|| call.map(|call| Chain::call(&account_of(&from), call)));
        assert!(matches!(taken, Ok(Ok(()))), "coins cannot be taken: {taken:?}");
        if let Some(best) = self.blocks.last_mut() {
            commit(&mut best.state);
        }
        self.tick();
    }

    pub(crate) fn next_nonce(&mut self, account: [u8; 32]) -> u64 {
        let next = self.at_best(|| nonce_of(&account));
        self.pool.nonce_after(&account, next)
    }

    /// Takes a transaction as a node does.
    pub(crate) fn send(
        &mut self,
        node: Option<usize>,
        account: [u8; 32],
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Answer, SubmitError> {
        let gone = || SubmitError::Rpc("the connection to the node is gone".into());
        let at = node.map(|node| self.node(node));
        if at.as_ref().is_some_and(|node| node.cut) {
            return Err(gone());
        }
        let fault = at.and_then(|node| node.fault(&call));
        if fault == Some(Fault::Refuse) {
            let (born, stand) = (self.best(), Stand::Dead);
            let denied = None;
            self.pool.add(Transaction { account, nonce, call, since, born, stand, verdict: None, denied, node, watcher: None });
            self.tick();
            return Err(SubmitError::Invalid("the test says that it is invalid".into()));
        }
        // What is signed names a block that this chain has not.
        if since.is_some_and(|block| !self.has(&block)) {
            return Err(SubmitError::Invalid("Transaction has a bad signature".into()));
        }
        // Stale, or not better than what waits under the same number.
        if nonce < self.at_best(|| nonce_of(&account)) || self.pool.has(&account, nonce) {
            return Err(SubmitError::Nonce);
        }
        let (watcher, answer) = oneshot::channel();
        let stand = match fault {
            Some(Fault::Lose) => Stand::Lost,
            Some(Fault::Hold) => Stand::Held,
            Some(Fault::Drop) => Stand::Dead,
            _ => Stand::Waiting,
        };
        let (born, watcher) = (self.best(), Some(watcher));
        let denied = match fault {
            Some(Fault::Deny) => Some(("the test", "Denied")),
            Some(Fault::Crowd) => Some(("Capacity", "TooManyInBlock")),
            _ => None,
        };
        let mut transaction = Transaction { account, nonce, call, since, born, stand, verdict: None, denied, node, watcher };
        if fault == Some(Fault::Drop) {
            transaction.doubt("the pool threw the transaction out");
        }
        self.pool.add(transaction);
        self.tick();
        match fault {
            Some(Fault::LoseAnswer) => Err(gone()),
            _ => Ok(answer),
        }
    }

    /// Makes the next block, with what waits in the pool or without.
    pub(crate) fn build(&mut self, with_transactions: bool) {
        let Some(parent) = self.blocks.last() else { return };
        let number = parent.head.number.saturating_add(1);
        let parent_hash = parent.head.hash;
        let mut state = TestExternalities::new_empty();
        state.backend = parent.state.backend.clone();
        let pool = &mut self.pool;
        let (clock, events, checked) = state.execute_with(|| {
            begin_block(number, parent_hash);
            let mut applied = 0u32;
            while let Some(id) = pool.next(nonce_of).filter(|_| with_transactions) {
                let Some(transaction) = pool.get_mut(id) else { break };
                apply(transaction, number);
                applied = applied.saturating_add(1);
            }
            end_block(number);
            let events = Chain::events().into_iter().filter_map(translate::event).collect();
            // Without transactions only the clock moves, and checking costs more than all else.
            let is_due = applied > 0 || number % CHECK_EVERY == 0;
            (Clock::now(), events, if is_due { Chain::check() } else { Ok(()) })
        });
        commit(&mut state);
        if let Err(error) = checked {
            self.broken = Some(format!("block {number} broke an invariant: {error:?}"));
        }
        let hash = hash(number, parent_hash, self.forks);
        self.blocks.push(Block { head: Head { number, hash, finalized: true, clock, events }, state });
        let Self { blocks, pool, mortal, .. } = self;
        if let Some(best) = blocks.last_mut() {
            best.state.execute_with(|| pool.expire(number, *mortal, nonce_of));
        }
        pool.settle(number, hash, false);
        self.finalize();
        let tip = self.tip();
        self.nodes.values_mut().for_each(|node| node.show(tip));
        self.tick();
    }

    /// Leaves the last `depth` blocks for a fork that is longer by one and whose blocks are empty.
    pub(crate) fn reorganise(&mut self, depth: u32, orphans: Orphans) {
        let last = self.best().saturating_sub(depth);
        let newest = self.newest_final().number;
        assert!(last >= newest, "block {newest} is final, so that the chain cannot go back to block {last}");
        self.blocks.retain(|block| block.head.number <= last);
        self.pool.orphan(last, orphans);
        let Self { blocks, heads, pool, .. } = self;
        pool.uproot(|block| is_in(blocks, heads, block));
        self.forks = self.forks.saturating_add(1);
        for _ in 0..=depth {
            self.build(false);
        }
    }

    pub(crate) fn tick(&self) {
        self.ticks.send_modify(|ticks| *ticks = ticks.wrapping_add(1));
    }

    fn finalize(&mut self) {
        let last = self.best().saturating_sub(self.lag);
        while let Some(next) = self.blocks.get(1).filter(|next| next.head.number <= last) {
            let head = next.head.clone();
            self.blocks.remove(0);
            self.pool.settle(head.number, head.hash, true);
            self.nodes.values_mut().for_each(|node| node.announce(&head));
            self.heads.push(head);
        }
    }
}

/// Whether a block is among those that the chain may still leave, or is final.
fn is_in(blocks: &[Block], heads: &[Head], hash: &[u8; 32]) -> bool {
    blocks.iter().map(|block| &block.head).chain(heads).any(|head| head.hash == *hash)
}

fn hash(number: u32, parent: [u8; 32], forks: u32) -> [u8; 32] {
    sp_io::hashing::blake2_256(&(number, parent, forks).encode())
}

fn account_of(account: &[u8; 32]) -> AccountId {
    AccountId::new(*account)
}

fn nonce_of(account: &[u8; 32]) -> u64 {
    u64::from(System::account_nonce(account_of(account)))
}

fn commit(state: &mut TestExternalities) {
    if let Err(error) = state.commit_all() {
        panic!("a block's state cannot be kept: {error}");
    }
}

fn begin_block(number: u32, parent: [u8; 32]) {
    RelayBlock::set(number);
    System::reset_events();
    System::initialize(&number, &H256(parent), &Default::default());
    Clock::on_initialize(number);
    Randomness::on_initialize(number);
    Capacity::on_initialize(number);
}

fn end_block(number: u32) {
    Clock::on_finalize(number);
    Capacity::on_finalize(number);
}

fn apply(transaction: &mut Transaction, block: u32) {
    let account = account_of(&transaction.account);
    System::inc_account_nonce(&account);
    let before = Chain::events().len();
    // Whoever claims for another is taken for its proxy.
    if let Call::ClaimRound { of: Some(of), .. } = transaction.call {
        Plotters::set(vec![(account_of(&of), account.clone())]);
    }
    let outcome = match (transaction.denied, translate::runtime_calls(transaction.call.clone())) {
        (Some((pallet, name)), _) => Err((pallet.to_owned(), name.to_owned())),
        (None, Ok(calls)) => {
            let all = || calls.into_iter().try_for_each(|call| Chain::call(&account, call));
            with_storage_layer(all).map_err(translate::refusal)
        },
        (None, Err(reason)) => Err(("the runtime".to_owned(), reason)),
    };
    let events: Vec<RuntimeEvent> = Chain::events().into_iter().skip(before).collect();
    transaction.stand = Stand::In(block);
    transaction.verdict = Some(match outcome {
        Ok(()) => Verdict::Done(events.into_iter().filter_map(translate::event).collect()),
        Err((pallet, name)) => Verdict::Refused(pallet, name),
    });
}

/// The coins of an account as a node's client counts them: what can be spent, and what is on hold.
pub(crate) fn balance(account: [u8; 32]) -> AccountBalance {
    let data = System::account(account_of(&account)).data;
    let locked = data.frozen.saturating_sub(data.reserved);
    AccountBalance { free: data.free.saturating_sub(locked), held: data.reserved }
}

/// What coins of an account are on hold for.
pub(crate) fn holds(account: [u8; 32]) -> Vec<(HoldReason, Balance)> {
    let holds = pallet_balances::Holds::<Test>::get(account_of(&account));
    holds.into_iter().map(|hold| (translate::hold_reason(hold.id), hold.amount)).collect()
}
