//! What is asked of the chain about capacity.

use std::pin::Pin;

use async_trait::async_trait;
use futures::Stream;
use idlewild_capacity_primitives::{
    view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView},
    Balance,
};

use crate::{client::Head, error::ReadError};

/// A block that the chain builds on at the moment; it may still be dropped for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its number.
    pub number: u32,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Tip {
    /// The block of a head.
    pub fn of(head: &Head) -> Self {
        Self { number: head.number, hash: head.hash }
    }
}

/// Tips as they come.
pub type Tips = Pin<Box<dyn Stream<Item = Result<Tip, ReadError>> + Send>>;

/// Everything that a plotter asks of the chain.
///
/// A round does not wait until its blocks are final, so rounds are read at the newest block. What is sent because of one is sent such
/// that only chains with that block take it: [`crate::ChainClient::send_since`].
#[async_trait]
pub trait CapacityClient: Send + Sync + 'static {
    /// The newest block, each time that it is another, from the present one on. Blocks in between may be left out.
    async fn tips(&self) -> Result<Tips, ReadError>;

    /// Whether the node is still fetching blocks that others have: what it tells of is long over then.
    async fn is_syncing(&self) -> Result<bool, ReadError>;

    /// The rounds that take claims, or will soon, after a block.
    async fn rounds(&self, block: [u8; 32]) -> Result<RoundsView, ReadError>;

    /// The same after the newest final block.
    async fn final_rounds(&self) -> Result<RoundsView, ReadError>;

    /// How rounds run.
    async fn round_rules(&self) -> Result<RoundRules, ReadError>;

    /// What stands for an account's claims, and the rounds that are left until they are taken.
    async fn capacity_bond(&self, account: [u8; 32]) -> Result<Option<(Balance, u32)>, ReadError>;

    /// Whether an account may claim for another one, or for itself.
    async fn may_claim_for(&self, account: [u8; 32], signer: [u8; 32]) -> Result<bool, ReadError>;

    /// What is known of the network's space.
    async fn estimate(&self) -> Result<EstimateView, ReadError>;

    /// Some rounds that closed, the latest first: from number `from` on back, or from the latest.
    async fn records(&self, from: Option<u32>) -> Result<RecordPage, ReadError>;

    /// What is left of the coins from space, if there is a pool.
    async fn emission(&self) -> Result<Option<EmissionView>, ReadError>;
}
