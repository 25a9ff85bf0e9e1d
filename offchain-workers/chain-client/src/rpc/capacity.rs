//! [`CapacityClient`] by way of a node.

use async_trait::async_trait;
use futures::StreamExt;
use idlewild_capacity_primitives::{
    view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView},
    Balance,
};

use super::RpcClient;
use crate::{
    capacity::{CapacityClient, Tip, Tips},
    error::ReadError,
};

#[async_trait]
impl CapacityClient for RpcClient {
    async fn tips(&self) -> Result<Tips, ReadError> {
        let rpc = |error: String| ReadError::Rpc(error);
        let blocks = self.client.stream_best_blocks().await.map_err(|error| rpc(error.to_string()))?;
        Ok(Box::pin(blocks.map(move |block| {
            let block = block.map_err(|error| rpc(error.to_string()))?;
            Ok(Tip { number: u32::try_from(block.number()).unwrap_or(u32::MAX), hash: block.hash().0 })
        })))
    }

    async fn is_syncing(&self) -> Result<bool, ReadError> {
        let health = self.methods.system_health().await;
        health.map(|health| health.is_syncing).map_err(|error| ReadError::Rpc(error.to_string()))
    }

    async fn rounds(&self, block: [u8; 32]) -> Result<RoundsView, ReadError> {
        self.ask_at("CapacityApi_rounds", (), Some(block.into())).await
    }

    async fn final_rounds(&self) -> Result<RoundsView, ReadError> {
        self.ask("CapacityApi_rounds", ()).await
    }

    async fn round_rules(&self) -> Result<RoundRules, ReadError> {
        self.ask("CapacityApi_rules", ()).await
    }

    async fn capacity_bond(&self, account: [u8; 32]) -> Result<Option<(Balance, u32)>, ReadError> {
        self.ask("CapacityApi_bond_of", (account,)).await
    }

    async fn may_claim_for(&self, account: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError> {
        self.ask("CapacityApi_may_claim_for", (account, signer)).await
    }

    async fn estimate(&self) -> Result<EstimateView, ReadError> {
        self.ask("CapacityApi_estimate", ()).await
    }

    async fn records(&self, from: Option<u32>) -> Result<RecordPage, ReadError> {
        self.ask("CapacityApi_history", (from,)).await
    }

    async fn emission(&self) -> Result<Option<EmissionView>, ReadError> {
        self.ask("CapacityApi_emission", ()).await
    }
}
