//! The chain as a daemon sees it: through a node, which may fail it.

use async_trait::async_trait;
use futures::stream;
use idlewild_chain_client::{
    AccountBalance, Call, ChainClient, Head, Heads, Holdings, Keypair, Pending, ReadError, SubmitError,
};
use idlewild_storage_primitives::{
    view::{
        CandidatesView, ClaimView, DealView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage, SlotsPage,
        TermsView,
    },
    Balance, DealId, MinerId, PeerKey,
};
use pallet_idlewild_test_runtime::{AccountId, Deals, Gateways, Proofs, Repair};
use tokio::sync::mpsc;

use crate::{
    fault::{Fault, Rule},
    ledger::{self, Answer, Ledger},
    nodes::Node,
    thread::{Gone, Thread},
};

/// A node of the chain in memory. Clones are connections to the same node.
#[derive(Clone)]
pub struct MemoryNode {
    thread: Thread,
    pub(crate) id: usize,
    genesis: [u8; 32],
}

impl std::fmt::Debug for MemoryNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("MemoryNode").field(&self.id).finish()
    }
}

fn stopped(_: Gone) -> ReadError {
    ReadError::Rpc("the chain in memory has stopped".into())
}

impl MemoryNode {
    pub(crate) fn new(thread: Thread, id: usize, genesis: [u8; 32]) -> Self {
        Self { thread, id, genesis }
    }

    /// Breaks all connections and lets nobody connect: a node that is gone.
    pub async fn cut(&self) {
        self.change(|ledger, id| {
            ledger.node(id).cut();
            ledger.pool.cut(id);
        })
        .await;
    }

    /// The node is back.
    pub async fn mend(&self) {
        self.change(|ledger, id| ledger.node(id).cut = false).await;
    }

    /// Tells of no more blocks, as where a subscription hangs. Everything else works.
    pub async fn stall(&self) {
        self.change(|ledger, id| ledger.node(id).stalled = true).await;
    }

    /// Tells of blocks again, beginning with the newest: those in between are left out.
    pub async fn resume(&self) {
        self.change(|ledger, id| {
            let newest = ledger.newest_final().clone();
            let node = ledger.node(id);
            node.stalled = false;
            node.announce(&newest);
        })
        .await;
    }

    /// Forgets the state, and the events, of all blocks before the newest final one, as a node that prunes does in time.
    pub async fn prune(&self) {
        self.change(|ledger, id| ledger.node(id).remembers = ledger.newest_final().number).await;
    }

    /// Remembers everything again, as if another node had taken its place.
    pub async fn remember(&self) {
        self.change(|ledger, id| ledger.node(id).remembers = 0).await;
    }

    /// Answers from now on as one that knows of no block after `newest`, and of no deal made in one, though it tells of blocks as
    /// they come: an address with several nodes behind it, of which not all keep up.
    pub async fn fall_behind(&self, newest: u32) {
        self.change(move |ledger, id| ledger.node(id).behind = Some(newest)).await;
    }

    /// Is up to date again.
    pub async fn catch_up(&self) {
        self.change(|ledger, id| ledger.node(id).behind = None).await;
    }

    /// Lets a fault befall the next `count` transactions that are `meant`.
    pub async fn fail_next(&self, count: u32, fault: Fault, meant: impl Fn(&Call) -> bool + Send + 'static) {
        let rule = Rule { fault, left: count, meant: Box::new(meant) };
        self.change(|ledger, id| ledger.node(id).rules.push(rule)).await;
    }

    /// Lets no more faults befall transactions.
    pub async fn forgive(&self) {
        self.change(|ledger, id| ledger.node(id).rules.clear()).await;
    }

    async fn change(&self, change: impl FnOnce(&mut Ledger, usize) + Send + 'static) {
        let id = self.id;
        // A chain that has stopped needs no faults.
        let _ = self.thread.ask(move |ledger| change(ledger, id)).await;
    }

    /// Asks the node something, unless it is gone.
    pub(crate) async fn asked<R: Send + 'static>(
        &self,
        answer: impl FnOnce(&mut Ledger) -> R + Send + 'static,
    ) -> Result<R, ReadError> {
        let id = self.id;
        self.thread.touch();
        let outcome = self
            .thread
            .ask(move |ledger| match ledger.node(id).cut {
                true => Err(Node::gone()),
                false => Ok(answer(ledger)),
            })
            .await
            .map_err(stopped)?;
        self.thread.touch();
        outcome
    }

    pub(crate) async fn read<R: Send + 'static>(&self, look: impl FnOnce() -> R + Send + 'static) -> Result<R, ReadError> {
        self.asked(|ledger| ledger.at_final(look)).await
    }
}

#[async_trait]
impl ChainClient for MemoryNode {
    async fn is_development(&self) -> Result<bool, ReadError> {
        Ok(true)
    }

    fn genesis(&self) -> [u8; 32] {
        self.genesis
    }

    async fn finalized_heads(&self) -> Result<Heads, ReadError> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let id = self.id;
        self.asked(move |ledger| {
            let newest = ledger.newest_final().clone();
            ledger.node(id).listen(sender, &newest);
        })
        .await?;
        let heads = stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|head| (head, receiver)) });
        Ok(Box::pin(heads))
    }

    async fn finalized_head(&self, number: u32) -> Result<Option<Head>, ReadError> {
        let id = self.id;
        let known = self.asked(move |ledger| {
            let node = ledger.node(id);
            if node.behind.is_some_and(|newest| newest < number) {
                return Ok(None);
            }
            node.recall(number).map(|()| ledger.final_head(number))
        });
        known.await?
    }

    async fn best_number(&self) -> Result<u32, ReadError> {
        self.asked(|ledger| ledger.best()).await
    }

    async fn terms(&self) -> Result<TermsView, ReadError> {
        self.read(Deals::terms).await
    }

    async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError> {
        let node = self.id;
        self.asked(move |ledger| match ledger.node(node).behind.is_some_and(|newest| ledger.made_after(id, newest)) {
            true => None,
            false => ledger.at_final(|| Deals::view(id)),
        })
        .await
    }

    async fn deal_at(&self, id: DealId, block: [u8; 32]) -> Result<Option<DealView>, ReadError> {
        let node = self.id;
        let recalled = self.asked(move |ledger| match ledger.number_of(&block) {
            Some(number) => ledger.node(node).recall(number),
            None => Ok(()),
        });
        recalled.await??;
        self.deal(id).await
    }

    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
        self.read(move || Deals::deals_of(AccountId::new(owner), after, limit)).await
    }

    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
        self.read(move || Proofs::miner_view(id)).await
    }

    async fn miner_at(&self, id: MinerId, number: u32) -> Result<Option<MinerView>, ReadError> {
        let node = self.id;
        self.asked(move |ledger| ledger.node(node).recall(number)).await??;
        self.miner(id).await
    }

    async fn miner_of_peer(&self, peer_key: PeerKey) -> Result<Option<MinerView>, ReadError> {
        self.read(move || Proofs::miner_of_peer(peer_key)).await
    }

    async fn miners(&self, after: Option<MinerId>, limit: u32) -> Result<MinersPage, ReadError> {
        self.read(move || Proofs::miners(after, limit)).await
    }

    async fn candidates(&self, bytes: u64, after: Option<MinerId>, limit: u32) -> Result<CandidatesView, ReadError> {
        self.read(move || Proofs::candidates(bytes, after, limit)).await
    }

    async fn slots_of(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<SlotsPage, ReadError> {
        self.read(move || Deals::slots_of(miner, after, limit)).await
    }

    async fn earnings(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<EarningsPage, ReadError> {
        self.read(move || Deals::earnings(miner, after, limit)).await
    }

    async fn owed(&self, miner: MinerId) -> Result<Option<OwedView>, ReadError> {
        self.read(move || Proofs::view(miner)).await
    }

    async fn repairable(&self, after: Option<DealId>, limit: u32) -> Result<RepairablePage, ReadError> {
        self.read(move || Deals::repairable(after, limit)).await
    }

    async fn claims_of(&self, miner: MinerId) -> Result<Vec<ClaimView>, ReadError> {
        self.read(move || Repair::claims_of(miner)).await
    }

    async fn may_store_for(&self, owner: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError> {
        self.read(move || Gateways::may_store_for(owner, signer)).await
    }

    async fn balance(&self, account: [u8; 32]) -> Result<AccountBalance, ReadError> {
        self.read(move || ledger::balance(account)).await
    }

    async fn holdings(&self, account: [u8; 32]) -> Result<Holdings, ReadError> {
        self.read(move || Holdings::new(ledger::balance(account), ledger::holds(account))).await
    }

    async fn next_nonce(&self, account: [u8; 32]) -> Result<u64, ReadError> {
        self.asked(move |ledger| ledger.next_nonce(account)).await
    }

    async fn fee(&self, _signer: &Keypair, _call: Call) -> Result<Balance, ReadError> {
        self.asked(|ledger| ledger.fee()).await
    }

    async fn send_since(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Pending, SubmitError> {
        let (id, account) = (self.id, signer.public_key().0);
        self.thread.touch();
        let taken = self.thread.ask(move |ledger| ledger.send(Some(id), account, nonce, call, since)).await;
        self.thread.touch();
        let answer = taken.map_err(|gone| SubmitError::Rpc(stopped(gone).to_string()))??;
        Ok(pending(answer))
    }
}

/// What became of a transaction, as soon as that is known.
pub(crate) fn pending(answer: Answer) -> Pending {
    Box::pin(async move { answer.await.unwrap_or_else(|_| Err(SubmitError::Rpc("the chain in memory has stopped".into()))) })
}
