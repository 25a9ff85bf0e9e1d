//! The gateway: S3 and HTTP over Idlewild, on its owner's own machine.
//!
//! | module | concern |
//! | --- | --- |
//! | [`daemon`] | the gateway at work, from start to stop |
//! | [`config`], [`key_file`], [`local_keys`] | what is in its folder |
//! | [`credentials`] | access keys of S3 clients |
//! | [`s3`] | the front for S3 clients |
//! | [`web`] | the front for browsers |
//! | [`names`] | what a name leads to |
//! | [`public`] | what other owners made public |
//! | [`peers`] | other gateways of the same owner |
//! | [`owned`] | buckets as their owner opens them |
//! | `written`, `unread` | what gateways wrote to a bucket, and what of it cannot be read |
//! | [`link`] | what keeps the store and the network in step |
//! | [`serve`] | connections, within limits |
//! | [`control`], [`status`] | how a gateway that runs is asked, and what it tells |
//! | [`metrics`] | figures for Prometheus |
//!
//! Whoever reaches the S3 front with an access key sees plaintext, and so does the machine that it runs on.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod config;
pub mod control;
pub mod credentials;
pub mod daemon;
pub mod key_file;
pub mod link;
pub mod local_keys;
pub mod metrics;
pub mod names;
pub mod owned;
pub mod peers;
pub mod public;
pub mod s3;
pub mod serve;
pub mod status;
mod unread;
pub mod web;
mod written;

/// The file of a gateway's secret in its folder.
pub const KEY_FILE: &str = "gateway.key";
