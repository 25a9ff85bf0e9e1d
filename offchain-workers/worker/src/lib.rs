//! The miner's daemon.
//!
//! | module | concern |
//! | --- | --- |
//! | [`args`], [`commands`] | the command line |
//! | [`config`] | the one TOML file |
//! | [`daemon`] | the storage role at work, from start to stop |
//! | [`role`] | the storage role: what a miner does, one file each |
//! | [`capacity`] | the capacity role: plots on idle space, and rounds won with them |
//! | [`lease`] | leases of services: containers that the world can reach, beside the compute role |
//! | [`compute`] | the compute role: chunks of others' projects, run while the machine has time |
//! | [`tracker`] | the tracker role: judging what others found |
//! | [`sharing`] | what roles that share a disk tell each other |
//! | `pause` | waiting before something is tried again |
//! | `signals` | being asked to end |
//! | `sizes` | sizes as people read them |
//! | [`status`] | what the worker tells about itself: JSON-RPC and metrics |
//! | [`logs`] | log lines for people or for machines |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod args;
pub mod capacity;
pub mod commands;
pub mod compute;
pub mod config;
pub mod daemon;
pub mod lease;
pub mod logs;
mod pause;
pub mod role;
pub mod sharing;
mod signals;
mod sizes;
pub mod status;
pub mod tracker;
