//! [`ChainClient`] by way of a node.

use async_trait::async_trait;
use idlewild_storage_primitives::{
    view::{
        CandidatesView, ClaimView, DealView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage, SlotsPage,
        TermsView,
    },
    Balance, DealId, MinerId, PeerKey,
};

use super::RpcClient;
use crate::{
    call::Call,
    client::{ChainClient, Head, Heads, Pending},
    error::{ReadError, SubmitError},
    holdings::{AccountBalance, Holdings},
    Keypair,
};

#[async_trait]
impl ChainClient for RpcClient {
    fn genesis(&self) -> [u8; 32] {
        self.client.genesis_hash().0
    }

    async fn is_development(&self) -> Result<bool, ReadError> {
        self.says_development().await
    }

    async fn finalized_heads(&self) -> Result<Heads, ReadError> {
        self.follow_finalized().await
    }

    async fn finalized_head(&self, number: u32) -> Result<Option<Head>, ReadError> {
        self.final_head(number).await
    }

    async fn best_number(&self) -> Result<u32, ReadError> {
        self.best_block_number().await
    }

    async fn balance(&self, account: [u8; 32]) -> Result<AccountBalance, ReadError> {
        self.account_balance(account, None).await
    }

    async fn holdings(&self, account: [u8; 32]) -> Result<Holdings, ReadError> {
        self.account_holdings(account).await
    }

    async fn next_nonce(&self, account: [u8; 32]) -> Result<u64, ReadError> {
        self.account_nonce(account).await
    }

    async fn fee(&self, signer: &Keypair, call: Call) -> Result<Balance, ReadError> {
        self.highest_fee(signer, call).await
    }

    async fn send_since(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Pending, SubmitError> {
        self.sign_and_send(signer, nonce, call, since).await
    }

    async fn terms(&self) -> Result<TermsView, ReadError> {
        self.ask("StorageApi_terms", ()).await
    }

    async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError> {
        self.ask("StorageApi_deal", (id,)).await
    }

    async fn deal_at(&self, id: DealId, block: [u8; 32]) -> Result<Option<DealView>, ReadError> {
        self.ask_at("StorageApi_deal", (id,), Some(block.into())).await
    }

    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
        self.ask("StorageApi_deals_of", (owner, after, limit)).await
    }

    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
        self.ask("StorageApi_miner", (id,)).await
    }

    async fn miner_at(&self, id: MinerId, number: u32) -> Result<Option<MinerView>, ReadError> {
        let hash = self.methods.chain_get_block_hash(Some(number.into())).await;
        match hash.map_err(|error| ReadError::Rpc(error.to_string()))? {
            Some(hash) => self.ask_at("StorageApi_miner", (id,), Some(hash)).await,
            None => Ok(None),
        }
    }

    async fn miner_of_peer(&self, peer_key: PeerKey) -> Result<Option<MinerView>, ReadError> {
        self.ask("StorageApi_miner_of_peer", (peer_key,)).await
    }

    async fn miners(&self, after: Option<MinerId>, limit: u32) -> Result<MinersPage, ReadError> {
        self.ask("StorageApi_miners", (after, limit)).await
    }

    async fn candidates(&self, bytes: u64, after: Option<MinerId>, limit: u32) -> Result<CandidatesView, ReadError> {
        self.ask("StorageApi_candidates", (bytes, after, limit)).await
    }

    async fn slots_of(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<SlotsPage, ReadError> {
        self.ask("StorageApi_slots_of", (miner, after, limit)).await
    }

    async fn earnings(&self, miner: MinerId, after: Option<DealId>, limit: u32) -> Result<EarningsPage, ReadError> {
        self.ask("StorageApi_earnings", (miner, after, limit)).await
    }

    async fn owed(&self, miner: MinerId) -> Result<Option<OwedView>, ReadError> {
        self.ask("StorageApi_owed", (miner,)).await
    }

    async fn repairable(&self, after: Option<DealId>, limit: u32) -> Result<RepairablePage, ReadError> {
        self.ask("StorageApi_repairable", (after, limit)).await
    }

    async fn may_store_for(&self, owner: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError> {
        self.ask("StorageApi_may_store_for", (owner, signer)).await
    }

    async fn claims_of(&self, miner: MinerId) -> Result<Vec<ClaimView>, ReadError> {
        self.ask("StorageApi_claims_of", (miner,)).await
    }
}
