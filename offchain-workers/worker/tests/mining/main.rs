//! What miners do, and owners with them, against a chain in memory, with real networking on the loopback interface and real folders.
//!
//! One file for each behaviour. Blocks come when everybody has done what the last one moved it to do, and every wait is for
//! something that happens on chain or at a miner, and fails with what was waited for.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod away;
mod bundles;
mod closed;
mod damaged;
mod ending;
mod filling;
mod getting;
mod hedging;
mod holding;
mod jobs;
mod killed;
mod lost;
mod pruned;
mod putting;
mod recovering;
mod refusing;
mod registering;
mod reorganised;
mod repairing;
mod reporting;
mod resuming;
mod settling;
mod stopping;
mod support;
mod telling;
mod twins;
mod unfinished;
mod watching;
