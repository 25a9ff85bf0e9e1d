//! What gateways, their owners and owners of names ask a node.

use async_trait::async_trait;
use idlewild_buckets_primitives::{
    view::{BucketView, CredentialView, GatewayView, GrantView, HolderView},
    BucketId, KeyNumber,
};
use idlewild_chain_client::{BucketClient, GatewayClient, NameClient, ReadError};
use idlewild_names_primitives::{
    view::{ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable},
    Clock, NodeId,
};
use pallet_idlewild_test_runtime::{Buckets, Gateways, Names};

use crate::node::MemoryNode;

#[async_trait]
impl GatewayClient for MemoryNode {
    async fn gateway(&self, account: [u8; 32]) -> Result<Option<GatewayView>, ReadError> {
        self.read(move || Gateways::gateway(account)).await
    }

    async fn gateways_of(&self, owner: [u8; 32]) -> Result<Vec<GatewayView>, ReadError> {
        self.read(move || Gateways::gateways_of(owner)).await
    }

    async fn credential(&self, gateway: [u8; 32], key: KeyNumber) -> Result<Option<CredentialView>, ReadError> {
        self.read(move || Gateways::credential(gateway, key)).await
    }

    async fn credentials(
        &self,
        gateway: [u8; 32],
        after: Option<KeyNumber>,
        limit: u32,
    ) -> Result<Vec<CredentialView>, ReadError> {
        self.read(move || Gateways::credentials(gateway, after, limit)).await
    }
}

#[async_trait]
impl BucketClient for MemoryNode {
    async fn bucket(&self, id: BucketId) -> Result<Option<BucketView>, ReadError> {
        self.read(move || Buckets::bucket(id)).await
    }

    async fn buckets_of(&self, owner: [u8; 32], after: Option<BucketId>, limit: u32) -> Result<Vec<BucketView>, ReadError> {
        self.read(move || Buckets::buckets_of(owner, after, limit)).await
    }

    async fn granted(&self, gateway: [u8; 32], after: Option<BucketId>, limit: u32) -> Result<Vec<GrantView>, ReadError> {
        self.read(move || Buckets::granted(gateway, after, limit)).await
    }

    async fn grants(&self, id: BucketId) -> Result<Vec<HolderView>, ReadError> {
        self.read(move || Buckets::grants(id)).await
    }
}

#[async_trait]
impl NameClient for MemoryNode {
    async fn resolve(&self, path: &str) -> Result<Option<Resolved>, ReadError> {
        let path = path.as_bytes().to_vec();
        self.read(move || Names::resolve(path)).await
    }

    async fn name(&self, path: &str) -> Result<Option<NameView>, ReadError> {
        let path = path.as_bytes().to_vec();
        self.read(move || Names::named(path)).await
    }

    async fn names_of(&self, owner: [u8; 32], after: Option<NodeId>, limit: u32) -> Result<NamesPage, ReadError> {
        self.read(move || Names::names_of(owner, after, limit)).await
    }

    async fn price_of_name(&self, name: &str, periods: u32) -> Result<Result<Quote, Unavailable>, ReadError> {
        let name = name.as_bytes().to_vec();
        self.read(move || Names::price(name, periods)).await
    }

    async fn renewal_of_name(&self, name: &str, periods: u32) -> Result<Result<Quote, Unavailable>, ReadError> {
        let name = name.as_bytes().to_vec();
        self.read(move || Names::renewal(name, periods)).await
    }

    async fn children(&self, path: &str, after: Option<Vec<u8>>, limit: u32) -> Result<ChildrenPage, ReadError> {
        let path = path.as_bytes().to_vec();
        self.read(move || Names::children(path, after, limit)).await
    }

    async fn reverse(&self, account: [u8; 32]) -> Result<Option<ReverseView>, ReadError> {
        self.read(move || Names::reverse(account)).await
    }

    async fn commitment(&self, who: [u8; 32], hash: [u8; 32]) -> Result<Option<Clock>, ReadError> {
        self.read(move || Names::commitment(who, hash)).await
    }

    async fn name_terms(&self) -> Result<NameTerms, ReadError> {
        self.read(Names::terms).await
    }
}
