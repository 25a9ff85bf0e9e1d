//! A node that says of every deal that there is none any more, as of deals that were closed, or of deals that are gone that
//! they are still to be closed.

use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use idlewild_chain_client::{
    AccountBalance, Call, ChainClient, Head, Heads, Holdings, Keypair, Pending, ReadError, SubmitError,
};
use idlewild_chain_memory::MemoryNode;
use idlewild_storage_primitives::{
    limits,
    view::{
        CandidatesView, ClaimView, DealView, EarningView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage,
        SlotsPage, TermsView,
    },
    Balance, DealId, MinerId, PeerKey,
};

/// Which question it answers too late.
const TOO_LATE: u32 = 3;
/// A number that no test's deal comes up to.
const GONE: DealId = 1_000_000;

/// What it says of deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// What is so.
    True,
    /// That they are closed; what they were comes too late the third time that it is asked for, and in time every other time.
    Late,
    /// That they are closed, and that it has forgotten what they were.
    Forgotten,
    /// What is so, but for some more deals that it says are over and wait to be closed: they are gone.
    Stale,
}

/// A node of the chain in memory whose word on deals is not always good.
pub(crate) struct Closing {
    pub(crate) node: MemoryNode,
    word: Mutex<Word>,
    asked: Mutex<u32>,
}

impl Closing {
    pub(crate) fn new(node: MemoryNode) -> Self {
        Self { node, word: Mutex::new(Word::True), asked: Mutex::new(0) }
    }

    /// Says something else from now on.
    pub(crate) fn say(&self, word: Word) {
        *self.word.lock().unwrap() = word;
    }

    /// Whether it answered too late.
    pub(crate) fn was_late(&self) -> bool {
        *self.asked.lock().unwrap() >= TOO_LATE
    }

    fn word(&self) -> Word {
        *self.word.lock().unwrap()
    }

    /// Whether the question that comes now is the one that is answered too late.
    fn is_late_now(&self) -> bool {
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        *asked == TOO_LATE
    }
}

#[async_trait]
impl ChainClient for Closing {
    fn genesis(&self) -> [u8; 32] {
        self.node.genesis()
    }

    async fn finalized_heads(&self) -> Result<Heads, ReadError> {
        self.node.finalized_heads().await
    }

    async fn finalized_head(&self, number: u32) -> Result<Option<Head>, ReadError> {
        self.node.finalized_head(number).await
    }

    async fn best_number(&self) -> Result<u32, ReadError> {
        self.node.best_number().await
    }

    async fn terms(&self) -> Result<TermsView, ReadError> {
        self.node.terms().await
    }

    async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError> {
        match self.word() {
            Word::True | Word::Stale => self.node.deal(id).await,
            Word::Late | Word::Forgotten => Ok(None),
        }
    }

    async fn deal_at(&self, id: DealId, block: [u8; 32]) -> Result<Option<DealView>, ReadError> {
        match self.word() {
            Word::Forgotten => return Err(ReadError::Rpc("UnknownBlock: State already discarded for that block".into())),
            Word::Late if self.is_late_now() => {
                return Err(ReadError::TimedOut { what: "a deal", after: Duration::from_secs(30) });
            },
            Word::Late | Word::True | Word::Stale => {},
        }
        self.node.deal_at(id, block).await
    }

    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
        self.node.deals_of(owner, after, limit).await
    }

    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
        self.node.miner(id).await
    }

    async fn miner_at(&self, id: MinerId, number: u32) -> Result<Option<MinerView>, ReadError> {
        self.node.miner_at(id, number).await
    }

    async fn miner_of_peer(&self, peer_key: PeerKey) -> Result<Option<MinerView>, ReadError> {
        self.node.miner_of_peer(peer_key).await
    }

    async fn miners(&self, after: Option<MinerId>, limit: u32) -> Result<MinersPage, ReadError> {
        self.node.miners(after, limit).await
    }

    async fn candidates(&self, bytes: u64, after: Option<MinerId>, limit: u32) -> Result<CandidatesView, ReadError> {
        self.node.candidates(bytes, after, limit).await
    }

    async fn slots_of(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<SlotsPage, ReadError> {
        self.node.slots_of(miner, after, limit).await
    }

    async fn earnings(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<EarningsPage, ReadError> {
        let mut page = self.node.earnings(miner, after, limit).await?;
        if self.word() == Word::Stale {
            // As many as one settlement takes, and before all others.
            let gone = (GONE..).take(limits::MAX_SETTLED as usize);
            let gone = gone.map(|deal| EarningView { deal, slots: 2, due: 0, passed: Vec::new(), begins: false, over: true });
            page.deals = gone.chain(page.deals).collect();
        }
        Ok(page)
    }

    async fn owed(&self, miner: MinerId) -> Result<Option<OwedView>, ReadError> {
        self.node.owed(miner).await
    }

    async fn repairable(&self, after: Option<DealId>, limit: u32) -> Result<RepairablePage, ReadError> {
        self.node.repairable(after, limit).await
    }

    async fn claims_of(&self, miner: MinerId) -> Result<Vec<ClaimView>, ReadError> {
        self.node.claims_of(miner).await
    }

    async fn may_store_for(&self, owner: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError> {
        self.node.may_store_for(owner, signer).await
    }

    async fn balance(&self, account: [u8; 32]) -> Result<AccountBalance, ReadError> {
        self.node.balance(account).await
    }

    async fn holdings(&self, account: [u8; 32]) -> Result<Holdings, ReadError> {
        self.node.holdings(account).await
    }

    async fn next_nonce(&self, account: [u8; 32]) -> Result<u64, ReadError> {
        self.node.next_nonce(account).await
    }

    async fn fee(&self, signer: &Keypair, call: Call) -> Result<Balance, ReadError> {
        self.node.fee(signer, call).await
    }

    async fn send_since(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Pending, SubmitError> {
        self.node.send_since(signer, nonce, call, since).await
    }
}
