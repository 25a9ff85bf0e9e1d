//! What became of a task, and the root by which a chunk's results are compared.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{hash, Digest, ProviderId};

/// How a run ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", tag = "how")]
pub enum Ending {
    /// By itself, with this code; 0 is success.
    Exited {
        /// The code.
        code: i32,
    },
    /// The program did what no program may: unreachable code, memory out of bounds, a signal.
    Trapped,
    /// It had used all the fuel that it may.
    OutOfFuel,
    /// It had run for as long as it may.
    OutOfTime,
    /// It wanted more memory than it may.
    OutOfMemory,
    /// It wrote more than it may.
    TooMuchOutput,
    /// It never began: its input or the program itself cannot be used, whoever tries.
    Unusable,
}

impl Ending {
    /// Whether the task did what it was to do.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Exited { code: 0 })
    }
}

/// What became of one task.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// BLAKE3 of what it wrote.
    #[serde(with = "const_hex::serde")]
    pub output: Digest,
    /// Bytes of that.
    pub length: u64,
    /// Fuel of a deterministic module, milliseconds of processor time of anything else.
    pub used: u64,
}

/// The root by which results of a chunk are compared.
///
/// Of a deterministic program the fuel counts as well, so that a bill is as certain as a result: what all tasks [used](used) stands in
/// the root's last eight bytes, where the chain can [read it](used_in), and whoever runs the same finds the same there. Of other programs
/// it differs from run to run, and is left out.
pub fn root(outcomes: &[Outcome], is_deterministic: bool) -> Digest {
    let mut leaves = alloc::vec::Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        let used = if is_deterministic { outcome.used } else { 0 };
        leaves.push(Outcome { used, ..*outcome });
    }
    let mut root = hash(&(b"idlewild/outcomes/1", leaves).encode());
    if is_deterministic {
        if let Some(end) = root.last_chunk_mut() {
            *end = used(outcomes).to_le_bytes();
        }
    }
    root
}

/// What the tasks behind a root of a deterministic program used together.
pub fn used_in(root: &Digest) -> u64 {
    root.last_chunk().map_or(0, |end| u64::from_le_bytes(*end))
}

/// What all tasks of a chunk used together.
pub fn used(outcomes: &[Outcome]) -> u64 {
    outcomes.iter().fold(0, |sum, outcome| sum.saturating_add(outcome.used))
}

/// A provider's word for one task that it ran, signed with its peer key: what a requester holds before the chain has settled.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TaskReceipt {
    /// The chain.
    pub genesis: Digest,
    /// The project's number and the task's place in it.
    pub task: (u64, u64),
    /// Who ran it.
    pub provider: ProviderId,
    /// What became of it.
    pub outcome: Outcome,
}

impl TaskReceipt {
    /// The bytes that the provider signs.
    pub fn message(&self) -> alloc::vec::Vec<u8> {
        (b"idlewild/task-receipt/1", self).encode()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: Outcome = Outcome { ending: Ending::Exited { code: 0 }, output: [1; 32], length: 5, used: 7 };

    #[test]
    fn everything_counts_but_the_time_of_what_is_not_deterministic() {
        let other = Outcome { used: 8, ..DONE };
        assert_ne!(root(&[DONE], true), root(&[other], true));
        assert_eq!(root(&[DONE], false), root(&[other], false));
        for other in
            [Outcome { ending: Ending::Trapped, ..DONE }, Outcome { output: [2; 32], ..DONE }, Outcome { length: 6, ..DONE }]
        {
            assert_ne!(root(&[DONE], false), root(&[other], false));
        }
        assert_ne!(root(&[DONE, other], true), root(&[other, DONE], true), "order counts");
        assert_eq!(used(&[DONE, Outcome { used: u64::MAX, ..DONE }]), u64::MAX);
    }

    #[test]
    fn what_was_used_is_in_the_root() {
        let other = Outcome { used: 8, ..DONE };
        assert_eq!(used_in(&root(&[DONE, other], true)), 15);
        assert_eq!(used_in(&root(&[Outcome { used: u64::MAX, ..DONE }, DONE], true)), u64::MAX);
        assert_ne!(root(&[DONE, other], true), root(&[other, DONE], true), "and is not all that is");
    }
}
