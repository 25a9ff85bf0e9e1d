//! What a requester asks for: a project of tasks, or a service.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
    program::{Bundle, Program},
    resources::{Resources, Wishes, BLOCKS_PER_HOUR},
    AppId, Balance, Clock, Digest, OrganisationId,
};

/// Most bytes of a bundle's list that a task may write.
pub const MAX_OUTPUT: u64 = 1 << 30;
/// How far ahead a project's deadline may be, in blocks of the clock: thirty days. Coins and records of a project that nobody works on
/// stay no longer than that.
pub const LONGEST_OPEN: Clock = 30 * 24 * BLOCKS_PER_HOUR;
/// How long an output stays stored at least after it was revealed, in blocks of the clock: time to doubt it, to judge it and to fetch it.
pub const OUTPUT_STAYS: Clock = BLOCKS_PER_HOUR;
/// Most instances of a service.
pub const MAX_INSTANCES: u8 = 16;

/// Whether the deal with an output is one of a run that began at `since`, and leaves time to doubt it and to fetch it: an old one may hold
/// anything, and one that is about to end holds nothing soon.
pub fn is_output_kept(created: Clock, end: Clock, since: Clock, now: Clock) -> bool {
    created >= since && end >= now.saturating_add(OUTPUT_STAYS)
}

/// What one task may take.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Fuel of a deterministic module; of anything else milliseconds of processor time.
    pub work: u64,
    /// Milliseconds that may pass: no more than a chunk is declared to run.
    pub time_ms: u64,
    /// Mebibytes of memory.
    pub memory_mib: u32,
    /// Bytes that it may write.
    pub output: u64,
}

/// Who may be told a project's input key.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Input {
    /// Everybody: the key stands on chain, and anybody can run the tasks again.
    Public(Bundle),
    /// Only who was drawn: the requester wraps the key for each. Nobody else can run the tasks again, so such a project is metered.
    Wrapped {
        /// The deal with the list.
        root: u64,
    },
}

/// A project that is asked for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct ProjectSpec {
    /// What is run.
    pub program: Program,
    /// The app that it is a version of, if it is one.
    pub app: Option<AppId>,
    /// Tasks in all.
    pub tasks: u64,
    /// Tasks of a chunk.
    pub per_chunk: u32,
    /// The [root](crate::task::root) over the tasks of all chunks.
    pub root: Digest,
    /// The bundle with the tasks and what they read.
    pub input: Input,
    /// What one task may take.
    pub limits: Limits,
    /// What a chunk takes of a machine while it runs.
    pub resources: Resources,
    /// What else a machine must be.
    pub wishes: Wishes,
    /// How long a chunk may take on the reference machine, in blocks of the clock.
    pub run: Clock,
    /// Plancks for a chunk that uses all of its limits: at least [`least_price`](crate::money::least_price).
    pub price: Balance,
    /// Replicas of each chunk; 1 leaves it to the provider's score how often there is a second one.
    pub replicas: u8,
    /// The block of the clock by which every chunk has to be assigned, at most [`LONGEST_OPEN`] ahead.
    pub deadline: Clock,
    /// The X25519 key that outputs' keys are sealed to.
    #[serde(with = "const_hex::serde")]
    pub reply_to: [u8; 32],
    /// The organisation that pays, if it is not the requester.
    pub organisation: Option<OrganisationId>,
}

/// A service that is asked for. How it is run (arguments, environment, ports, the path that is asked for its health) is in a file of
/// its bundle; the chain knows what it needs, what it may cost, and how many of it there are to be.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSpec {
    /// The image.
    pub program: Program,
    /// The bundle with how it is run; its key is public.
    pub settings: Bundle,
    /// What an instance takes of a machine.
    pub resources: Resources,
    /// What else a machine must be.
    pub wishes: Wishes,
    /// Instances.
    pub instances: u8,
    /// The most that an instance may cost, in plancks a block.
    pub max_rate: Balance,
    /// How long each instance is paid for ahead, in blocks of the clock.
    pub term: Clock,
    /// The organisation that pays, if it is not the requester.
    pub organisation: Option<OrganisationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_of_its_run_and_outlasts_it() {
        let end = 500 + OUTPUT_STAYS;
        assert!(is_output_kept(100, end, 100, 500));
        assert!(!is_output_kept(99, end, 100, 500), "it was there before");
        assert!(!is_output_kept(100, end - 1, 100, 500), "it ends too soon");
        assert!(!is_output_kept(100, Clock::MAX - 1, 100, Clock::MAX), "nothing overflows");
    }
}
