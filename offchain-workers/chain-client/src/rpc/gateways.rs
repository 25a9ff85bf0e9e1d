//! [`GatewayClient`], [`BucketClient`] and [`NameClient`] by way of a node.

use async_trait::async_trait;
use idlewild_buckets_primitives::{
    view::{BucketView, CredentialView, GatewayView, GrantView, HolderView},
    BucketId, KeyNumber,
};
use idlewild_names_primitives::{
    view::{ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable},
    Clock, NodeId,
};

use super::RpcClient;
use crate::{buckets::BucketClient, error::ReadError, gateways::GatewayClient, names::NameClient};

#[async_trait]
impl GatewayClient for RpcClient {
    async fn gateway(&self, account: [u8; 32]) -> Result<Option<GatewayView>, ReadError> {
        self.ask("GatewaysApi_gateway", account).await
    }

    async fn gateways_of(&self, owner: [u8; 32]) -> Result<Vec<GatewayView>, ReadError> {
        self.ask("GatewaysApi_gateways_of", owner).await
    }

    async fn credential(&self, gateway: [u8; 32], key: KeyNumber) -> Result<Option<CredentialView>, ReadError> {
        self.ask("GatewaysApi_credential", (gateway, key)).await
    }

    async fn credentials(
        &self,
        gateway: [u8; 32],
        after: Option<KeyNumber>,
        limit: u32,
    ) -> Result<Vec<CredentialView>, ReadError> {
        self.ask("GatewaysApi_credentials", (gateway, after, limit)).await
    }
}

#[async_trait]
impl BucketClient for RpcClient {
    async fn bucket(&self, id: BucketId) -> Result<Option<BucketView>, ReadError> {
        self.ask("BucketsApi_bucket", id).await
    }

    async fn buckets_of(&self, owner: [u8; 32], after: Option<BucketId>, limit: u32) -> Result<Vec<BucketView>, ReadError> {
        self.ask("BucketsApi_buckets_of", (owner, after, limit)).await
    }

    async fn granted(&self, gateway: [u8; 32], after: Option<BucketId>, limit: u32) -> Result<Vec<GrantView>, ReadError> {
        self.ask("BucketsApi_granted", (gateway, after, limit)).await
    }

    async fn grants(&self, id: BucketId) -> Result<Vec<HolderView>, ReadError> {
        self.ask("BucketsApi_grants", id).await
    }
}

#[async_trait]
impl NameClient for RpcClient {
    async fn resolve(&self, path: &str) -> Result<Option<Resolved>, ReadError> {
        self.ask("NamesApi_resolve", path).await
    }

    async fn name(&self, path: &str) -> Result<Option<NameView>, ReadError> {
        self.ask("NamesApi_name", path).await
    }

    async fn names_of(&self, owner: [u8; 32], after: Option<NodeId>, limit: u32) -> Result<NamesPage, ReadError> {
        self.ask("NamesApi_names_of", (owner, after, limit)).await
    }

    async fn price_of_name(&self, name: &str, periods: u32) -> Result<Result<Quote, Unavailable>, ReadError> {
        self.ask("NamesApi_price", (name, periods)).await
    }

    async fn renewal_of_name(&self, name: &str, periods: u32) -> Result<Result<Quote, Unavailable>, ReadError> {
        self.ask("NamesApi_renewal", (name, periods)).await
    }

    async fn children(&self, path: &str, after: Option<Vec<u8>>, limit: u32) -> Result<ChildrenPage, ReadError> {
        self.ask("NamesApi_children", (path, after, limit)).await
    }

    async fn reverse(&self, account: [u8; 32]) -> Result<Option<ReverseView>, ReadError> {
        self.ask("NamesApi_reverse", account).await
    }

    async fn commitment(&self, who: [u8; 32], hash: [u8; 32]) -> Result<Option<Clock>, ReadError> {
        self.ask("NamesApi_commitment", (who, hash)).await
    }

    async fn name_terms(&self) -> Result<NameTerms, ReadError> {
        self.ask("NamesApi_terms", ()).await
    }
}
