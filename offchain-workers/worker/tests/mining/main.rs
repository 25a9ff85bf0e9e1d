//! What miners do, and owners with them, against a chain in memory, with real networking on the loopback interface and real folders.
//!
//! One file for each behaviour. Blocks come when everybody has done what the last one moved it to do, and every wait is for
//! something that happens on chain or at a miner, and fails with what was waited for.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod away;
mod bundles;
mod closed;
mod containers;
mod damaged;
mod delegated;
mod disputes;
mod ending;
mod filling;
mod getting;
mod grades;
mod hedging;
mod holding;
mod jobs;
mod jobs_compared;
mod jobs_faults;
mod jobs_killed;
mod jobs_owner;
mod jobs_private;
mod killed;
mod lost;
#[path = "../../examples/liar/lying.rs"]
mod lying;
mod pruned;
mod putting;
mod recovering;
mod refusing;
mod registering;
mod reorganised;
mod repairing;
mod reporting;
mod resuming;
mod services;
mod settling;
mod shares;
mod stopping;
mod support;
mod telling;
mod twins;
mod unfinished;
mod watching;
