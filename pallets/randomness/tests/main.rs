//! Seeds: one for each moment of the clock, from the first randomness at or after it, and none that anybody could choose.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod parent_hash;
mod relay;
