//! [`ShareClient`] by way of a node.

use async_trait::async_trait;
use idlewild_shares_primitives::{
    view::{PublicationView, ShareView},
    PublicationId, SealingKey, ShareId,
};

use super::RpcClient;
use crate::{error::ReadError, shares::ShareClient};

#[async_trait]
impl ShareClient for RpcClient {
    async fn receiver(&self, account: [u8; 32]) -> Result<Option<SealingKey>, ReadError> {
        self.ask("SharesApi_receiver", account).await
    }

    async fn share(&self, id: ShareId) -> Result<Option<ShareView>, ReadError> {
        self.ask("SharesApi_share", id).await
    }

    async fn shares_of(&self, owner: [u8; 32], after: Option<ShareId>, limit: u32) -> Result<Vec<ShareView>, ReadError> {
        self.ask("SharesApi_shares_of", (owner, after, limit)).await
    }

    async fn shares_with(&self, account: [u8; 32], after: Option<ShareId>, limit: u32) -> Result<Vec<ShareView>, ReadError> {
        self.ask("SharesApi_shares_with", (account, after, limit)).await
    }

    async fn publication(&self, id: PublicationId) -> Result<Option<PublicationView>, ReadError> {
        self.ask("SharesApi_publication", id).await
    }

    async fn publications_of(
        &self,
        owner: [u8; 32],
        after: Option<PublicationId>,
        limit: u32,
    ) -> Result<Vec<PublicationView>, ReadError> {
        self.ask("SharesApi_publications_of", (owner, after, limit)).await
    }
}
