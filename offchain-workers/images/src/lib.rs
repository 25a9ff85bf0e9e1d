//! Container images over our own network.
//!
//! An image is pinned on chain by the digest of its manifest, and stored blob by blob: a layer that two images share is stored and
//! fetched once. Each blob is cut into pieces whose BLAKE3 roots its image lists, so that every piece is checked as it comes, whoever
//! it comes from; and whoever has pieces gives them to others.
//!
//! | module | concern |
//! | --- | --- |
//! | [`blob`] | pieces of a blob, and their roots |
//! | [`index`] | what an image is made of, and that it is what its digest says |
//! | [`import`] | images as engines and tools write them, made into blobs |
//! | [`inspect`] | that a layer holds nothing that could harm who unpacks it |
//! | [`fit`] | that all of an image can be given to an engine |
//! | [`store`] | blobs on this machine's disk, whole or in part |
//! | [`pull`] | blobs from peers and from where they are stored |
//! | [`exchange`] | pieces between providers, over the network |
//! | [`registry`] | blobs for an engine on this machine: the OCI distribution interface on loopback |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod blob;
pub mod exchange;
pub mod fit;
pub mod import;
pub mod index;
pub mod inspect;
pub mod pull;
pub mod registry;
pub mod store;
