//! Moving shards: `/idlewild/shard/1`; and pieces of images in the same way: `/idlewild/piece/1`.
//!
//! One request a stream. Messages are SCALE behind a little-endian u32 length; bytes follow bare.
//!
//! ```text
//! client                                   server
//! Store { request, signature }      ->      or StoreFor { request, signer, signature }
//!                                   <-     Proceed | Refused
//! shard bytes                       ->
//!                                   <-     Stored | Refused
//!
//! Fetch { root, range }             ->
//!                                   <-     Content { length, body } + body bytes | Refused
//! Have { roots }                    ->
//!                                   <-     Held | Refused
//! Quote                             ->
//!                                   <-     Quote | Refused
//! ```
//!
//! A miner says no before a byte is sent. The body of a whole shard is the shard; the body of a range is a BLAKE3 slice
//! ([`mod@slice`]), so both are checked against the root on chain and neither side needs to trust the other.

mod buffers;
mod client;
mod fetch;
mod gate;
mod hedge;
pub mod limits;
pub mod message;
mod outboards;
mod owner;
mod pauses;
mod progress;
mod receipt;
mod server;
mod service;
pub mod slice;
mod store;
pub mod wire;

pub use client::{AskError, ExchangeError, ShardClient};
pub use fetch::{FetchError, ShardRef};
pub use hedge::{Candidate, FetchAnyError};
pub use limits::{Limits, TransferCounts};
pub use message::{Quote, Reason, Refusal};
pub use owner::signed_by;
pub use progress::Progress;
pub use receipt::{check_receipt, sign_receipt, ReceiptError};
pub use server::{serve, serve_as, ShardServer};
pub use service::ShardService;
pub use store::{StoreError, StoreOrder};

use idlewild_storage_primitives::geometry;
use libp2p::StreamProtocol;

/// The protocol's name.
pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/idlewild/shard/1");
/// What providers give each other pieces of images by. Everything is as with shards, but that nothing is stored: a node may do both.
pub const PIECES: StreamProtocol = StreamProtocol::new("/idlewild/piece/1");

/// Bytes of the largest shard: a whole segment in one.
pub fn max_shard_bytes() -> u64 {
    let sealed = geometry::sealed_len(geometry::MAX_SEGMENT_BYTES);
    u64::from(sealed.next_multiple_of(geometry::SHARD_ALIGN))
}
