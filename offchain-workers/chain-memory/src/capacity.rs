//! What plotters ask a node.

use async_trait::async_trait;
use futures::stream;
use idlewild_capacity_primitives::{
    view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView},
    Balance,
};
use idlewild_chain_client::{capacity::Tips, CapacityClient, ReadError};
use pallet_idlewild_test_runtime::Capacity;
use tokio::sync::mpsc;

use crate::node::MemoryNode;

#[async_trait]
impl CapacityClient for MemoryNode {
    async fn tips(&self) -> Result<Tips, ReadError> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let id = self.id;
        self.asked(move |ledger| {
            let tip = ledger.tip();
            ledger.node(id).watch(sender, tip);
        })
        .await?;
        Ok(Box::pin(stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|tip| (tip, receiver)) })))
    }

    async fn is_syncing(&self) -> Result<bool, ReadError> {
        let id = self.id;
        self.asked(move |ledger| ledger.node(id).behind.is_some()).await
    }

    async fn rounds(&self, block: [u8; 32]) -> Result<RoundsView, ReadError> {
        let known = self.asked(move |ledger| ledger.at(&block, Capacity::rounds)).await?;
        known.ok_or_else(|| ReadError::Rpc("UnknownBlock: the chain has left this block, or forgotten it".into()))
    }

    async fn final_rounds(&self) -> Result<RoundsView, ReadError> {
        self.read(Capacity::rounds).await
    }

    async fn round_rules(&self) -> Result<RoundRules, ReadError> {
        self.read(Capacity::rules).await
    }

    async fn capacity_bond(&self, account: [u8; 32]) -> Result<Option<(Balance, u32)>, ReadError> {
        self.read(move || Capacity::bond_of(account)).await
    }

    async fn may_claim_for(&self, account: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError> {
        self.read(move || Capacity::may_claim_for(account, signer)).await
    }

    async fn estimate(&self) -> Result<EstimateView, ReadError> {
        self.read(Capacity::estimate).await
    }

    async fn records(&self, from: Option<u32>) -> Result<RecordPage, ReadError> {
        self.read(move || Capacity::history(from)).await
    }

    async fn emission(&self) -> Result<Option<EmissionView>, ReadError> {
        self.read(Capacity::emission).await
    }
}
