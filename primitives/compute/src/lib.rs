//! The rules of the compute market that the chain and the daemons must agree on.
//!
//! Everything here is `no_std`, free of I/O and free of panics, so that the runtime, the worker and the command line compile the very
//! same rule. Each module is one:
//!
//! | module | rule |
//! | --- | --- |
//! | [`project`] | what a requester asks for |
//! | [`resources`] | what a machine has, what a job needs, whether the one fits the other and what it costs |
//! | [`program`] | what is run, where its bytes are, and how far its results can be trusted to repeat |
//! | [`task`] | what a task is told, and the root by which all tasks of a project stand on chain |
//! | [`outcome`] | what became of a task, and the root by which a chunk's results are compared |
//! | [`commitment`] | how a result is bound before it is shown, so that there is nothing to copy |
//! | [`chunk`] | how tasks are cut into chunks, and the states of a chunk |
//! | [`trust`] | scores, how often results are checked, and the bonds that make lying a loss |
//! | [`money`] | what a chunk's escrow holds, what work is billed, and how it is paid, kept and slashed |
//! | [`race`] | whose claims are kept when too many want a chunk |
//! | [`draw`] | every draw: who gets a chunk, whether it is checked, who sits on a panel |
//! | [`panel`] | how many trackers judge what, and when they agree |
//! | [`lot`] | standard lots and the geometric ladder of prices |
//! | [`lease`] | a service's lease: vouchers, probes and the bill |
//! | [`view`] | what the runtime API answers |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

extern crate alloc;

pub mod chunk;
pub mod commitment;
pub mod draw;
pub mod lease;
pub mod lot;
pub mod money;
pub mod outcome;
pub mod panel;
pub mod program;
pub mod project;
pub mod race;
pub mod resources;
pub mod task;
pub mod trust;
pub mod view;

pub use idlewild_storage_primitives::{hash::hash, Balance, Clock, DealId, PeerKey};

/// A compute provider, numbered in the order of registration and never reused.
pub type ProviderId = u32;
/// A project, numbered in the order of creation and never reused.
pub type ProjectId = u64;
/// A chunk's place among those of its project.
pub type ChunkIndex = u32;
/// An escrow, numbered in the order of opening and never reused.
pub type EscrowId = u64;
/// A service, numbered in the order of deployment and never reused.
pub type ServiceId = u64;
/// A lease of a service, numbered in the order of matching and never reused.
pub type LeaseId = u64;
/// A request for custom resources, numbered in the order of posting and never reused.
pub type RequestId = u64;
/// An order in the book: the page that it stands on and its place there, never reused.
pub type OrderId = u64;
/// A tracker's seat.
pub type SeatId = u32;
/// A panel of trackers, numbered in the order of opening and never reused.
pub type PanelId = u64;
/// A published app, numbered in the order of publication and never reused.
pub type AppId = u32;
/// A virtual organisation, numbered in the order of founding and never reused.
pub type OrganisationId = u32;
/// A 256-bit hash: BLAKE2b of what stands on chain, BLAKE3 of bytes off it, SHA-256 of what OCI names so.
pub type Digest = [u8; 32];
