//! How tasks are cut into chunks, and the states of a chunk.
//!
//! ```text
//! Open ─► Working ─► Agreed ─► Final
//!            ▲  │       │        ▲
//!            └──┴───────┴► Disputed
//! ```
//!
//! A chunk that nobody touched is [`Stage::Open`] and has no record. Each of its replicas goes through [`Step`]s of its own. Who
//! calls what never matters: every step that time alone allows is open to anyone.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{commitment::Finding, Balance, ChunkIndex, Clock, Digest, PanelId, ProviderId};

/// Most tasks of a chunk.
pub const MAX_TASKS_OF_CHUNK: u32 = 1_024;
/// Most chunks of a project.
pub const MAX_CHUNKS: u32 = 65_536;
/// Most providers that are in the draw for one chunk at a time.
pub const MAX_CLAIMS: u32 = 16;
/// Most providers that were tried in vain for one chunk and may not claim it again.
pub const MAX_TRIED: u32 = 16;
/// Most chunks in one call.
pub const MAX_BATCH: u32 = 16;

/// Deadlines of a chunk, in blocks of the clock; fixed at genesis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deadlines {
    /// How long providers race for a chunk after the first claim.
    pub race: Clock,
    /// How long who was drawn may take to acknowledge.
    pub acknowledge: Clock,
    /// How long a result may take to be revealed once every replica has committed.
    pub reveal: Clock,
    /// How long an agreed result can be challenged.
    pub challenge: Clock,
    /// How long a panel may take.
    pub adjudicate: Clock,
}

impl Default for Deadlines {
    /// Those of a live chain.
    fn default() -> Self {
        Self { race: 2, acknowledge: 10, reveal: 20, challenge: 100, adjudicate: 200 }
    }
}

impl Deadlines {
    /// The longest that a chunk may be declared to run: trackers have to get it done within their own time.
    pub fn longest_run(&self) -> Clock {
        self.adjudicate / 4
    }

    /// By when who begins at `now` has to have committed: as long as declared on the reference machine, longer on a slower one, and
    /// never longer than trackers could wait.
    pub fn run_until(&self, now: Clock, declared: Clock, core_grade: u32) -> Clock {
        let scaled = u64::from(declared).saturating_mul(1_000).div_ceil(u64::from(core_grade.clamp(1, 1_000)));
        let scaled = Clock::try_from(scaled).unwrap_or(Clock::MAX);
        now.saturating_add(scaled.clamp(1, self.longest_run().max(1)))
    }
}

/// How many chunks so many tasks make, `None` where there are none, too many, or a chunk would have too many.
pub fn count(tasks: u64, per_chunk: u32) -> Option<u32> {
    if tasks == 0 || per_chunk == 0 || per_chunk > MAX_TASKS_OF_CHUNK {
        return None;
    }
    u32::try_from(tasks.div_ceil(per_chunk.into())).ok().filter(|count| *count <= MAX_CHUNKS)
}

/// The tasks of a chunk.
pub fn tasks_of(chunk: ChunkIndex, tasks: u64, per_chunk: u32) -> core::ops::Range<u64> {
    let first = u64::from(chunk).saturating_mul(per_chunk.into()).min(tasks);
    first..first.saturating_add(per_chunk.into()).min(tasks)
}

/// Where a replica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Step {
    /// It runs, and has to commit by then.
    Running {
        /// When.
        until: Clock,
    },
    /// Its result is bound.
    Committed {
        /// To what.
        commitment: Digest,
        /// When.
        at: Clock,
    },
    /// Its result is known.
    Revealed {
        /// What it found.
        finding: Finding,
        /// What it is paid for that: never more than the time that it had would have cost.
        bill: Balance,
    },
}

/// One run of a chunk by one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Replica {
    /// Whose.
    pub provider: ProviderId,
    /// What of its bond stands for this chunk.
    pub bond: Balance,
    /// When it began.
    pub since: Clock,
    /// Where it stands.
    pub step: Step,
    /// Whether it was paid the first part.
    pub is_paid: bool,
}

impl Replica {
    /// What it found, once that is known.
    pub fn finding(&self) -> Option<&Finding> {
        match &self.step {
            Step::Revealed { finding, .. } => Some(finding),
            _ => None,
        }
    }
}

/// Where a chunk stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stage {
    /// Nobody runs it, and no result is known.
    #[default]
    Open,
    /// Replicas run, commit and reveal. `since` is when the last one committed, once all of them have.
    Working {
        /// Since when reveals are due.
        since: Option<Clock>,
    },
    /// As many replicas as were wanted found the same.
    Agreed {
        /// What they found.
        root: Digest,
        /// When.
        at: Clock,
    },
    /// Trackers judge.
    Disputed {
        /// The panel.
        panel: PanelId,
        /// What was agreed to before, where somebody challenged that.
        agreed: Option<Digest>,
    },
    /// It is over: paid, and the rest is refunded.
    Final {
        /// What stands as the result, if anything does.
        root: Option<Digest>,
    },
}

/// How many of `findings` are equal to the one that most are equal to, and which that is; `None` where there is no single one.
pub fn majority(roots: &[Digest]) -> Option<(Digest, usize)> {
    let counts: Vec<(Digest, usize)> =
        roots.iter().map(|root| (*root, roots.iter().filter(|other| *other == root).count())).collect();
    let best = counts.iter().max_by_key(|(_, count)| *count).copied()?;
    let rivals = counts.iter().any(|(root, count)| *root != best.0 && *count == best.1);
    (!rivals).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_every_task_once() {
        for (tasks, per_chunk) in [(1, 1), (64, 4), (65, 4), (100_000, 1_024), (1_024, 1_024), (1_025, 1_024)] {
            let chunks = count(tasks, per_chunk).unwrap();
            let all: Vec<u64> = (0..chunks).flat_map(|chunk| tasks_of(chunk, tasks, per_chunk)).collect();
            assert_eq!(all, (0..tasks).collect::<Vec<_>>());
            assert!(tasks_of(chunks, tasks, per_chunk).is_empty());
        }
        assert_eq!(count(100_000, 1_024), Some(98));
        for (tasks, per_chunk) in [(0, 1), (1, 0), (1, 1_025), (65_537, 1)] {
            assert_eq!(count(tasks, per_chunk), None);
        }
    }

    #[test]
    fn a_slow_machine_has_more_time_and_nobody_more_than_trackers_can_wait() {
        let rules = Deadlines::default();
        assert_eq!(rules.run_until(100, 10, 1_000), 110);
        assert_eq!(rules.run_until(100, 10, 500), 120);
        assert_eq!(rules.run_until(100, 10, 5_000), 110, "a fast one has what was declared");
        assert_eq!(rules.run_until(100, 10, 0), 150);
        assert_eq!(rules.run_until(100, 0, 1_000), 101);
        assert_eq!(rules.run_until(Clock::MAX, 10, 1_000), Clock::MAX);
    }

    #[test]
    fn a_majority_is_one_alone() {
        let [a, b] = [[1; 32], [2; 32]];
        assert_eq!(majority(&[]), None);
        assert_eq!(majority(&[a]), Some((a, 1)));
        assert_eq!(majority(&[a, b]), None);
        assert_eq!(majority(&[a, b, a]), Some((a, 2)));
        assert_eq!(majority(&[b, a, a, b]), None);
    }
}
