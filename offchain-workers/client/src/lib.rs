//! Puts files into deals and gets them back.
//!
//! | module | concern |
//! | --- | --- |
//! | [`session`] | an account, its keys, a chain and a network |
//! | [`market`] | which miners a segment may go to, and what it costs |
//! | [`put`] | files → segments → shards at miners → deals; `encoding`, `upload`, `deals` and `put_id` are its stages and its resumption |
//! | [`segments`] | the same of segments that are ready made, with what is to be done on chain once they stand |
//! | [`stored`] | such segments back, and which of an owner's deals are theirs |
//! | [`upkeep`] | their deals as they should be: extended in time, filled, ended where nobody needs them |
//! | [`quantities`] | classes and terms of deals, as people write them |
//! | [`fill`] | slots that no miner took at first |
//! | [`objects`] | an account's deals → manifests → indexes → the tree of its files |
//! | [`bundle`] | files under a key of their own, for others to read: what a job reads and writes |
//! | [`share`] | bundles of one file for another account, for whoever has a link, or for everybody |
//! | [`seal`] | the key of a bundle, for one account alone |
//! | [`service`] | what a service's owner, its provider and trackers have to agree on |
//! | [`get`] | deals → any k shards of a copy → the bytes asked for; `ranges` hedges slow miners, `shortfall` says what did not come |
//!
//! Data is encrypted and encoded before it leaves this process, and everything fetched is checked against what stands on chain.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod bundle;
mod deals;
mod encoding;
pub mod fill;
pub mod get;
pub mod market;
pub mod objects;
pub mod put;
mod put_id;
pub mod quantities;
mod ranges;
pub mod seal;
pub mod segments;
pub mod service;
pub mod session;
pub mod share;
mod shortfall;
pub mod stored;
pub mod upkeep;
mod upload;

pub use bundle::{Bundle, BundleError, OpenBundle};
pub use fill::FillError;
pub use get::GetError;
pub use market::{Market, MarketError, Offer};
pub use objects::{Doubts, ListError, Listing, StoredSegment};
pub use put::{PutError, PutEvent, PutId, PutOptions, PutReport};
pub use segments::{Content, ReadySegment, SegmentOptions};
pub use session::Session;
pub use stored::SegmentError;
pub use upkeep::{ProlongReport, Upkeep, UpkeepError, UpkeepReport};
