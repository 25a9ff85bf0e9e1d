//! What is asked of the chain.

use std::{future::Future, pin::Pin};

use async_trait::async_trait;
use futures::Stream;
use idlewild_storage_primitives::{
    view::{
        CandidatesView, ClaimView, DealView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage, SlotsPage,
        TermsView,
    },
    Balance, Clock, DealId, MinerId, PeerKey,
};

use crate::{
    call::Call,
    error::{ReadError, SubmitError},
    event::Event,
    holdings::{AccountBalance, Holdings},
    submit::Outcome,
    Keypair,
};

/// A block that the chain now builds on.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its number.
    pub number: u32,
    /// Its hash.
    pub hash: [u8; 32],
    /// Whether it is final.
    pub finalized: bool,
    /// The clock after it.
    pub clock: Clock,
    /// What happened in it that concerns storage.
    pub events: Vec<Event>,
}

/// Heads as they come.
pub type Heads = Pin<Box<dyn Stream<Item = Result<Head, ReadError>> + Send>>;

/// What becomes of an extrinsic that the node took: resolves when it is in a final block, or known to have failed.
pub type Pending = Pin<Box<dyn Future<Output = Result<Outcome, SubmitError>> + Send>>;

/// Everything that daemons and the command line ask of the chain.
#[async_trait]
pub trait ChainClient: Send + Sync + 'static {
    /// The genesis hash, which names the chain.
    fn genesis(&self) -> [u8; 32];

    /// Whether the chain is one for development, as its node says: then everything may be on one machine. Where that is not known it is
    /// not.
    async fn is_development(&self) -> Result<bool, ReadError> {
        Ok(false)
    }

    /// New finalized blocks, each once and in order, from the present one on.
    async fn finalized_heads(&self) -> Result<Heads, ReadError>;

    /// The final block of this number, or `None` where there is none yet.
    ///
    /// A node that prunes its state has no events of old blocks: this is an error then.
    async fn finalized_head(&self, number: u32) -> Result<Option<Head>, ReadError>;

    /// The newest block that the node knows.
    async fn best_number(&self) -> Result<u32, ReadError>;

    /// Rules, bounds and amounts, and the clock.
    async fn terms(&self) -> Result<TermsView, ReadError>;

    /// A deal with its slots, roots and manifest.
    async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError>;

    /// A deal as it was after a block. A node that has forgotten that says what is now, or that it cannot tell.
    async fn deal_at(&self, id: DealId, _block: [u8; 32]) -> Result<Option<DealView>, ReadError> {
        self.deal(id).await
    }

    /// The open deals of an account after `after`, in the order in which the state has them. A page with less than `limit` is the
    /// last.
    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError>;

    /// A miner.
    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError>;

    /// A miner as it was after the final block of this number. A node that has forgotten that says what is now, or that it
    /// cannot tell.
    async fn miner_at(&self, id: MinerId, _number: u32) -> Result<Option<MinerView>, ReadError> {
        self.miner(id).await
    }

    /// The miner that a peer key belongs to.
    async fn miner_of_peer(&self, peer_key: PeerKey) -> Result<Option<MinerView>, ReadError>;

    /// Miners after `after`.
    async fn miners(&self, after: Option<MinerId>, limit: u32) -> Result<MinersPage, ReadError>;

    /// Miners after `after` that can take a shard of `bytes` bytes. A page may be empty and not the last.
    async fn candidates(&self, bytes: u64, after: Option<MinerId>, limit: u32) -> Result<CandidatesView, ReadError>;

    /// Slots that a miner answers for, in deals after `after`. A page may be empty and not the last.
    async fn slots_of(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<SlotsPage, ReadError>;

    /// Deals after `after` in which a settlement would pay a miner something, and those of its deals that are over. A page may
    /// be empty and not the last.
    async fn earnings(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<EarningsPage, ReadError>;

    /// What a miner owes in its current period.
    async fn owed(&self, miner: MinerId) -> Result<Option<OwedView>, ReadError>;

    /// Slots of deals after `after` that wait for a repairer. A page may be empty and not the last.
    async fn repairable(&self, after: Option<DealId>, limit: u32) -> Result<RepairablePage, ReadError>;

    /// The slots that a miner claimed and has not repaired yet.
    async fn claims_of(&self, miner: MinerId) -> Result<Vec<ClaimView>, ReadError>;

    /// Whether an account may store for an owner: it is the owner itself, or a gateway of the owner's with something left to spend.
    async fn may_store_for(&self, owner: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError>;

    /// The coins of an account.
    async fn balance(&self, account: [u8; 32]) -> Result<AccountBalance, ReadError>;

    /// The same, with what those on hold are for.
    async fn holdings(&self, account: [u8; 32]) -> Result<Holdings, ReadError>;

    /// What an account's next extrinsic must be numbered, counting those that wait in the node's pool.
    async fn next_nonce(&self, account: [u8; 32]) -> Result<u64, ReadError>;

    /// What a call of this account costs at most now, in plancks. Nothing is sent.
    async fn fee(&self, signer: &Keypair, call: Call) -> Result<Balance, ReadError>;

    /// Signs a call and hands it to the node with this nonce. The future that comes back tells what became of it.
    async fn send(&self, signer: &Keypair, nonce: u64, call: Call) -> Result<Pending, SubmitError> {
        self.send_since(signer, nonce, call, None).await
    }

    /// The same, where a block is given, such that only chains with that block take the call: it was made because of what that block
    /// says, and must come to nothing where another takes its place. Such a call is urgent: what became of it is told as soon as a block
    /// has it, which may still be dropped for another.
    async fn send_since(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Pending, SubmitError>;
}
