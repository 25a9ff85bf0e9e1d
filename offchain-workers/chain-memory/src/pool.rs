//! Transactions: those that wait, and what became of all others.

use codec::Encode;
use idlewild_chain_client::{Call, Event, Outcome, SubmitError};
use sp_core::H256;
use tokio::sync::oneshot;

use crate::Orphans;

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It waits for a block.
    Waiting,
    /// It is kept back.
    Held,
    /// It was lost, and its sender does not know.
    Lost,
    /// It will never be in a block, and its sender waits for it no more.
    Dead,
    /// It is in this block.
    In(u32),
}

/// What a transaction did in its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it should, and this happened.
    Done(Vec<Event>),
    /// The chain refused it: the pallet and the error's name.
    Refused(String, String),
}

pub(crate) type Watcher = oneshot::Sender<Result<Outcome, SubmitError>>;

/// A transaction that was sent.
#[derive(Debug)]
pub struct Transaction {
    /// The account that signed it.
    pub account: [u8; 32],
    /// Its number.
    pub nonce: u64,
    /// What it asks for.
    pub call: Call,
    /// The block without which no chain takes it, if there is one.
    pub since: Option<[u8; 32]>,
    /// The newest block when it was sent.
    pub born: u32,
    /// Where it stands.
    pub stand: Stand,
    /// What it did, once it is in a block.
    pub verdict: Option<Verdict>,
    /// As what its block refuses it, whatever it says: the pallet and the error's name.
    pub(crate) denied: Option<(&'static str, &'static str)>,
    pub(crate) node: Option<usize>,
    pub(crate) watcher: Option<Watcher>,
}

impl Transaction {
    /// Whether it is in a block and did what it should.
    pub fn is_done(&self) -> bool {
        matches!((self.stand, &self.verdict), (Stand::In(_), Some(Verdict::Done(_))))
    }

    /// Whether it is in a block, which refused it with this error of this pallet.
    pub fn is_refused(&self, pallet: &str, name: &str) -> bool {
        matches!(&self.verdict, Some(Verdict::Refused(of, error)) if of == pallet && error == name)
    }

    fn is_in_pool(&self) -> bool {
        matches!(self.stand, Stand::Waiting | Stand::Held)
    }

    /// What a node calls it.
    fn hash(&self) -> String {
        format!("{:?}", H256(sp_io::hashing::blake2_256(&(self.account, self.nonce, self.born).encode())))
    }

    /// Leaves its sender without knowledge of what becomes of it.
    pub(crate) fn doubt(&mut self, reason: &str) {
        let hash = self.hash();
        self.tell(Err(SubmitError::Unknown { hash, reason: reason.to_owned() }));
    }

    /// Tells its sender that its time is over, and that nothing was done where `next`, what the account's next transaction must be
    /// numbered, leaves no doubt.
    fn give_up(&mut self, next: u64) {
        if next > self.nonce {
            return self.doubt("its time is over, but a transaction with its number went through");
        }
        let hash = self.hash();
        self.tell(Err(SubmitError::Expired { hash }));
    }

    fn tell(&mut self, what: Result<Outcome, SubmitError>) {
        if let Some(watcher) = self.watcher.take() {
            // Whoever sent it may be gone.
            let _ = watcher.send(what);
        }
    }
}

/// All transactions ever sent, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    all: Vec<Transaction>,
}

impl Pool {
    pub(crate) fn all(&self) -> &[Transaction] {
        &self.all
    }

    pub(crate) fn add(&mut self, transaction: Transaction) {
        self.all.push(transaction);
    }

    pub(crate) fn get_mut(&mut self, id: usize) -> Option<&mut Transaction> {
        self.all.get_mut(id)
    }

    /// The first transaction whose turn it is, where `nonce` tells what each account's next must be numbered.
    pub(crate) fn next(&self, nonce: impl Fn(&[u8; 32]) -> u64) -> Option<usize> {
        let due = |one: &Transaction| one.stand == Stand::Waiting && one.nonce == nonce(&one.account);
        self.all.iter().position(due)
    }

    pub(crate) fn has(&self, account: &[u8; 32], nonce: u64) -> bool {
        self.all.iter().any(|one| one.is_in_pool() && one.account == *account && one.nonce == nonce)
    }

    /// What an account's next transaction must be numbered after those that wait without a gap from `nonce` on.
    pub(crate) fn nonce_after(&self, account: &[u8; 32], nonce: u64) -> u64 {
        (nonce..).find(|nonce| !self.has(account, *nonce)).unwrap_or(u64::MAX)
    }

    /// What becomes of transactions in blocks that the chain has left, those above `last`.
    pub(crate) fn orphan(&mut self, last: u32, orphans: Orphans) {
        for one in self.all.iter_mut().filter(|one| matches!(one.stand, Stand::In(block) if block > last)) {
            one.verdict = None;
            one.stand = match orphans {
                Orphans::Return => Stand::Waiting,
                Orphans::Lose => Stand::Lost,
            };
        }
    }

    /// Ends transactions that wait and that no chain without a certain block takes, where the chain has left that block.
    pub(crate) fn uproot(&mut self, stays: impl Fn(&[u8; 32]) -> bool) {
        for one in self.all.iter_mut().filter(|one| one.is_in_pool() && one.since.is_some_and(|block| !stays(&block))) {
            one.stand = Stand::Dead;
            one.tell(Err(SubmitError::Invalid("Transaction has a bad signature".to_owned())));
        }
    }

    /// Tells the senders of a block's transactions what these did: once it is final, or where they are urgent as soon as it is there.
    pub(crate) fn settle(&mut self, block: u32, hash: [u8; 32], is_final: bool) {
        for one in self.all.iter_mut().filter(|one| one.stand == Stand::In(block) && (is_final || one.since.is_some())) {
            let outcome = match one.verdict.clone() {
                Some(Verdict::Done(events)) => Ok(Outcome { block, block_hash: hash, events }),
                Some(Verdict::Refused(pallet, name)) => Err(SubmitError::Refused { pallet, name, docs: String::new() }),
                None => continue,
            };
            one.tell(outcome);
        }
    }

    /// Ends transactions that were sent more than `mortal` blocks ago and are in none. `nonce` tells what each account's next must
    /// be numbered by the blocks alone.
    pub(crate) fn expire(&mut self, best: u32, mortal: u32, nonce: impl Fn(&[u8; 32]) -> u64) {
        let is_over = |one: &Transaction| {
            best > one.born.saturating_add(mortal) && matches!(one.stand, Stand::Waiting | Stand::Held | Stand::Lost)
        };
        let over: Vec<usize> = self.all.iter().enumerate().filter(|(_, one)| is_over(one)).map(|(id, _)| id).collect();
        // None of them counts as one that waits.
        self.all.iter_mut().filter(|one| is_over(one)).for_each(|one| one.stand = Stand::Dead);
        for id in over {
            let next = self.all.get(id).map(|one| self.nonce_after(&one.account, nonce(&one.account)));
            if let (Some(one), Some(next)) = (self.all.get_mut(id), next) {
                one.give_up(next);
            }
        }
    }

    /// Breaks what a node's clients wait for.
    pub(crate) fn cut(&mut self, node: usize) {
        for one in self.all.iter_mut().filter(|one| one.node == Some(node)) {
            one.doubt("the connection to the node is gone");
        }
    }

    pub(crate) fn release(&mut self) {
        self.all.iter_mut().filter(|one| one.stand == Stand::Held).for_each(|one| one.stand = Stand::Waiting);
    }

    pub(crate) fn lose_held(&mut self) {
        self.all.iter_mut().filter(|one| one.stand == Stand::Held).for_each(|one| one.stand = Stand::Lost);
    }
}
