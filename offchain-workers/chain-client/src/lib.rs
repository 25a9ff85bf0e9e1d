//! The chain as daemons and the command line see it.
//!
//! [`ChainClient`] is everything that they ask of the chain, in the project's own words, [`CapacityClient`] what plotters do, and
//! [`ComputeClient`] what those do who have jobs run or run them; [`GatewayClient`], [`BucketClient`], [`NameClient`] and [`ShareClient`] are for those
//! who serve objects, and for whom they serve them. [`RpcClient`] speaks to a node
//! through its JSON-RPC port, with an interface generated from the committed metadata; tests put a chain in memory in its place.
//! [`Pages`] goes through a listing of any of them.
//! [`Submitter`] sends one account's extrinsics in order, with sound nonces, retries and an answer for each.

pub mod buckets;
pub mod call;
pub mod capacity;
pub mod client;
pub mod coins;
pub mod compute;
pub mod compute_call;
pub mod compute_event;
pub mod error;
pub mod event;
pub mod gateways;
pub mod holdings;
mod metadata;
pub mod names;
pub mod pages;
pub mod pause;
mod rpc;
pub mod shares;
pub mod submit;

pub use buckets::{BucketCall, BucketClient, BucketEvent};
pub use call::Call;
pub use call::{Clearing, DealRequest};
pub use capacity::{CapacityClient, Tip, Tips};
pub use client::{ChainClient, Head, Heads, Pending};
pub use compute::ComputeClient;
pub use compute_call::ComputeCall;
pub use compute_event::ComputeEvent;
pub use error::{ConnectError, ReadError, SubmitError};
pub use event::Event;
pub use gateways::{GatewayCall, GatewayChain, GatewayClient, GatewayEvent};
pub use holdings::{AccountBalance, Hold, HoldReason, Holdings};
pub use names::{NameCall, NameClient, NameEvent};
pub use pages::Pages;
pub use rpc::RpcClient;
pub use shares::{ShareCall, ShareClient, ShareEvent};
pub use submit::{Outcome, Submitter};
pub use subxt::utils::AccountId32;
pub use subxt_signer::sr25519::Keypair;
