//! Runs tasks and services on a machine that has time to spare.
//!
//! | module | concern |
//! | --- | --- |
//! | [`executor`] | the trait that everything that runs something implements |
//! | [`comparator`] | what of an output counts when results are compared |
//! | [`output`] | what tasks write |
//! | [`chunk`] | all tasks of a chunk, to be gone on with after a kill |
//! | [`wasi`] | WASI modules, in this process, deterministically |
//! | [`oci`] | containers, by a Docker Engine |
//! | [`benchmark`] | how fast this machine is |
//! | [`owner`] | when and how much of the machine its owner lends out |
//!
//! No chain and no network is known here: the worker's roles bring tasks and take results.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod benchmark;
pub mod chunk;
pub mod comparator;
pub mod executor;
pub mod oci;
pub mod output;
pub mod owner;
pub mod wasi;
