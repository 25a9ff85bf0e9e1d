//! What a miner brings to the protocol.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_storage_primitives::{
    receipt::{SlotReceipt, StoreRequest},
    Root,
};
use libp2p::PeerId;

use super::message::{Quote, Refusal};

/// The miner behind the server.
///
/// The server speaks the protocol, keeps the limits, checks the signature and the shard's root; the service
/// decides, stores and signs.
#[async_trait]
pub trait ShardService: Send + Sync + 'static {
    /// Room that [`admit`](Self::admit) set aside. Dropping one gives the room back.
    type Ticket: Send + 'static;

    /// Decides about a request, whose signature by `signer` has been checked, before any byte is sent. Where `signer` is not the owner,
    /// whether it may store for the owner is for the service to find out.
    async fn admit(&self, peer: PeerId, request: &StoreRequest, signer: &[u8; 32]) -> Result<Self::Ticket, Refusal>;

    /// Writes a shard, whose root has been checked, to durable storage and only then signs for it.
    async fn store(&self, ticket: Self::Ticket, bytes: Bytes) -> Result<SlotReceipt, Refusal>;

    /// Bytes of a shard, or [`Reason::NotFound`](super::Reason::NotFound).
    async fn length(&self, root: &Root) -> Result<u64, Refusal>;

    /// Exactly the bytes of `range` of a shard. The server asks for nothing beyond [`length`](Self::length).
    async fn read(&self, root: &Root, range: Range<u64>) -> Result<Bytes, Refusal>;

    /// For each root, whether its shard is here.
    async fn has(&self, roots: &[Root]) -> Result<Vec<bool>, Refusal>;

    /// What storing costs now, and how much room there is.
    async fn quote(&self) -> Result<Quote, Refusal>;
}
