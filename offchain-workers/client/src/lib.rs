//! Puts files into deals and gets them back.
//!
//! | module | concern |
//! | --- | --- |
//! | [`session`] | an account, its keys, a chain and a network |
//! | [`market`] | which miners a segment may go to, and what it costs |
//! | [`put`] | files → segments → shards at miners → deals |
//! | [`objects`] | an account's deals → manifests → indexes → the tree of its files |
//! | [`get`] | deals → any k shards of a copy → the bytes asked for |
//!
//! Data is encrypted and encoded before it leaves this process, and everything fetched is checked against what stands on chain.

pub mod get;
pub mod market;
pub mod objects;
pub mod put;
pub mod session;

pub use get::GetError;
pub use market::{Market, MarketError, Offer};
pub use objects::{ListError, Listing, StoredSegment};
pub use put::{PutError, PutEvent, PutOptions, PutReport};
pub use session::Session;
