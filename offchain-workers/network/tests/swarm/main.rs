//! Real swarms on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dialling;
mod fetching;
mod finding;
mod hedging;
mod hostile;
mod limits;
mod storing;
mod support;
