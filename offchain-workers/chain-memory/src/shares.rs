//! What those who share and publish ask a node, and those whom it is for.

use async_trait::async_trait;
use idlewild_chain_client::{ReadError, ShareClient};
use idlewild_shares_primitives::{
    view::{PublicationView, ShareView},
    PublicationId, SealingKey, ShareId,
};
use pallet_idlewild_test_runtime::Shares;

use crate::node::MemoryNode;

#[async_trait]
impl ShareClient for MemoryNode {
    async fn receiver(&self, account: [u8; 32]) -> Result<Option<SealingKey>, ReadError> {
        self.read(move || Shares::receiver(account)).await
    }

    async fn share(&self, id: ShareId) -> Result<Option<ShareView>, ReadError> {
        self.read(move || Shares::shared(id)).await
    }

    async fn shares_of(&self, owner: [u8; 32], after: Option<ShareId>, limit: u32) -> Result<Vec<ShareView>, ReadError> {
        self.read(move || Shares::shares_of(owner, after, limit)).await
    }

    async fn shares_with(&self, account: [u8; 32], after: Option<ShareId>, limit: u32) -> Result<Vec<ShareView>, ReadError> {
        self.read(move || Shares::shares_with(account, after, limit)).await
    }

    async fn publication(&self, id: PublicationId) -> Result<Option<PublicationView>, ReadError> {
        self.read(move || Shares::publication(id)).await
    }

    async fn publications_of(
        &self,
        owner: [u8; 32],
        after: Option<PublicationId>,
        limit: u32,
    ) -> Result<Vec<PublicationView>, ReadError> {
        self.read(move || Shares::publications_of(owner, after, limit)).await
    }
}
