//! Every operation of a store on this machine, alone and after a crash.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod buckets;
mod common;
mod crash;
mod deletes;
mod full;
mod listing;
mod model;
mod objects;
mod reopen;
mod uploads;
