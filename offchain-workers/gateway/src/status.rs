//! What a gateway tells of how it does.

use serde::{Deserialize, Serialize};

/// How a gateway does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Its account, as an address.
    pub account: String,
    /// Where S3 clients connect.
    pub s3: String,
    /// Where browsers connect.
    pub web: Option<String>,
    /// Seconds since it started.
    pub running_seconds: u64,
    /// What it has of each bucket.
    pub buckets: Vec<BucketStatus>,
    /// Buckets of other owners that are shown, and of which something is missing.
    #[serde(default)]
    pub public: Vec<PublicStatus>,
    /// The store.
    pub store: StoreStatus,
    /// The chain; none where everything stays on this machine.
    pub network: Option<NetworkStatus>,
}

/// A bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BucketStatus {
    /// Its name here.
    pub name: String,
    /// Its number on chain, once it is there.
    pub id: Option<u64>,
    /// Whether its key is on chain, so that everybody may read all of it.
    #[serde(default)]
    pub is_public: bool,
    /// Segments that wait for miners.
    pub segments_waiting: u64,
    /// The other gateway that writes it now, as an address; none where that is this one or nobody.
    #[serde(default)]
    pub writer: Option<String>,
    /// What keeps it from going to the network or its deals from going on, where something does.
    pub trouble: Option<String>,
    /// What is on the network of it and cannot be read now, where there is something.
    #[serde(default)]
    pub missing: Option<String>,
}

/// A bucket of another owner, of which something is on the network and cannot be read now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicStatus {
    /// Its number on chain.
    pub bucket: u64,
    /// What is missing.
    pub missing: String,
}

/// The store.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoreStatus {
    /// Bytes of objects that only this machine has.
    pub waiting_bytes: u64,
    /// Seconds since the oldest of them was written.
    pub waiting_seconds: Option<u64>,
    /// Bytes of segments on this disk.
    pub local_bytes: u64,
}

/// The chain and the miners.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkStatus {
    /// The node.
    pub node: String,
    /// The account that pays, as an address.
    pub owner: Option<String>,
    /// What may still be spent of the owner's coins, in plancks.
    pub allowance: Option<String>,
    /// What the gateway has for fees, in plancks.
    pub fees: Option<String>,
    /// Seconds since the chain last answered, where it does not now.
    pub silent_seconds: Option<u64>,
    /// What is wrong, in words.
    pub trouble: Option<String>,
    /// Deals that other gateways made.
    #[serde(default)]
    pub others: OthersStatus,
}

/// Deals that other gateways of the owner made, and that the buckets of this one need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OthersStatus {
    /// How many there are.
    pub deals: u64,
    /// How many this gateway prolonged since it started, as those who made them did not.
    pub prolonged: u64,
    /// How many should be and could not be, when they were last looked at.
    pub failed: u64,
    /// How many are over though objects were in them.
    pub lost: u64,
}

impl OthersStatus {
    /// Those of two buckets.
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            deals: self.deals.saturating_add(other.deals),
            prolonged: self.prolonged.saturating_add(other.prolonged),
            failed: self.failed.saturating_add(other.failed),
            lost: self.lost.saturating_add(other.lost),
        }
    }
}

/// What a flush did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flushed {
    /// Segments that went to miners meanwhile.
    pub segments: u64,
    /// Segments that wait still.
    pub waiting: u64,
}
