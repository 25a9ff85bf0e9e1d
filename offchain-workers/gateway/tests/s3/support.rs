//! What the tests have in common.

pub(crate) mod chunks;
pub(crate) mod client;
pub(crate) mod request;
pub(crate) mod server;
pub(crate) mod signer;

pub(crate) use client::{Answer, Client};
pub(crate) use request::{Payload, Request};
pub(crate) use server::Server;
pub(crate) use signer::Key;
