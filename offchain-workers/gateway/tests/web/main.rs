//! The HTTP front from outside: raw HTTP over a listener, and decoders that share no code with it.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

mod car_reader;
mod conditions;
mod elsewhere;
mod exports;
mod fuzz;
mod hosts;
mod names;
mod objects;
mod public_buckets;
mod publications;
mod ranges;
mod security;
mod sites;
mod support;
