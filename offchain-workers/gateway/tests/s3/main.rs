//! The S3 front from outside: raw HTTP, with a signer that shares no code with the server's.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

mod acknowledging;
mod bodies;
mod buckets;
mod chunked;
mod config_access;
mod config_bucket;
mod config_lifecycle;
mod config_lock;
mod connections;
mod copying;
mod crash;
mod fuzz;
mod keys;
mod listing;
mod multipart;
mod mutations;
mod objects;
mod passing;
mod scopes;
mod seeds;
mod signing;
mod support;
mod targets;
mod versions;
