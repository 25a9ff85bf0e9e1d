//! How many trackers judge what, and when they agree.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{chunk::majority, resources::Grade, ChunkIndex, Clock, Digest, LeaseId, ProjectId, ProviderId};

/// Most seats of a panel, after it was doubled.
pub const MAX_PANEL: u32 = 10;

/// Waits of panels, in blocks of the clock; fixed at genesis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PanelRules {
    /// How long a panel may take until its verdicts are bound.
    pub commit: Clock,
    /// How long it may then take until they are shown.
    pub reveal: Clock,
    /// How long who leaves can still be drawn and charged: longer than a panel with its second round takes.
    pub leave: Clock,
}

impl Default for PanelRules {
    /// Those of a live chain.
    fn default() -> Self {
        Self { commit: 150, reveal: 50, leave: 600 }
    }
}

/// What a panel is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase", tag = "what")]
pub enum Question {
    /// What the result of a chunk is: the root that running it again gives.
    Dispute {
        /// The project.
        project: ProjectId,
        /// The chunk.
        chunk: ChunkIndex,
    },
    /// The same of a result that nobody doubts, by chance.
    Sample {
        /// The project.
        project: ProjectId,
        /// The chunk.
        chunk: ChunkIndex,
    },
    /// Whether a service's endpoint answers with its lease's key: [`ANSWERS`] or [`SILENT`].
    Probe {
        /// The lease.
        lease: LeaseId,
    },
    /// How fast a provider's machine is: the grade's encoding in a digest.
    Grade {
        /// The provider.
        provider: ProviderId,
    },
}

/// The verdict on an endpoint that answers.
pub const ANSWERS: Digest = [1; 32];
/// The verdict on one that does not.
pub const SILENT: Digest = [0; 32];

impl Question {
    /// Seats that are asked at first, and how many of them have to agree.
    pub fn size(&self) -> (u32, u32) {
        match self {
            Self::Dispute { .. } => (5, 4),
            Self::Sample { .. } => (1, 1),
            Self::Probe { .. } | Self::Grade { .. } => (3, 2),
        }
    }

    /// The same in a later round: a dispute's panel doubles.
    pub fn size_in(&self, round: u8) -> (u32, u32) {
        let (seats, agree) = self.size();
        match (self, round) {
            (Self::Dispute { .. }, 1..) => (seats.saturating_mul(2), agree.saturating_mul(2)),
            _ => (seats, agree),
        }
    }
}

/// What enough of a panel say, if they do. No two measurements are equal: of grades it is the middle one in each dimension.
pub fn verdict(question: &Question, votes: &[Digest], agree: u32) -> Option<Digest> {
    match question {
        Question::Grade { .. } if votes.len() >= agree as usize => middle(votes),
        Question::Grade { .. } => None,
        _ => majority(votes).filter(|(_, count)| *count >= agree as usize).map(|(verdict, _)| verdict),
    }
}

fn middle(votes: &[Digest]) -> Option<Digest> {
    let grades: Vec<Grade> = votes.iter().map(grade_of).collect();
    let of = |dimension: fn(&Grade) -> u32| {
        let mut all: Vec<u32> = grades.iter().map(dimension).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied()
    };
    let grade = Grade {
        core: of(|grade| grade.core)?,
        memory: of(|grade| grade.memory)?,
        disk: of(|grade| grade.disk)?,
        gpu: of(|grade| grade.gpu)?,
    };
    Some(digest_of(&grade))
}

/// A grade as a verdict: its four numbers, little-endian, and zeros.
pub fn digest_of(grade: &Grade) -> Digest {
    let mut digest = Digest::default();
    let numbers = [grade.core, grade.memory, grade.disk, grade.gpu];
    for (place, number) in digest.chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
    digest
}

/// The grade that a verdict is.
pub fn grade_of(digest: &Digest) -> Grade {
    let mut numbers = digest.chunks_exact(4).map(|place| match place {
        [a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    });
    let mut next = || numbers.next().unwrap_or(0);
    Grade { core: next(), memory: next(), disk: next(), gpu: next() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_of_five_and_eight_of_ten() {
        let dispute = Question::Dispute { project: 1, chunk: 2 };
        assert_eq!(dispute.size_in(0), (5, 4));
        assert_eq!(dispute.size_in(1), (10, 8));
        assert_eq!(Question::Probe { lease: 1 }.size_in(1), (3, 2));
        let [a, b] = [[1; 32], [2; 32]];
        assert_eq!(verdict(&dispute, &[a, a, a, b, a], 4), Some(a));
        assert_eq!(verdict(&dispute, &[a, a, a, b, b], 4), None);
        assert_eq!(verdict(&dispute, &[a, a, a], 4), None);
    }

    #[test]
    fn a_grade_is_the_middle_one() {
        let question = Question::Grade { provider: 1 };
        let grade = |core| digest_of(&Grade { core, memory: 10 * core, disk: 5, gpu: 0 });
        assert_eq!(grade_of(&grade(77)), Grade { core: 77, memory: 770, disk: 5, gpu: 0 });
        assert_eq!(verdict(&question, &[grade(900), grade(1_000_000), grade(1_000)], 2), Some(grade(1_000)));
        assert_eq!(verdict(&question, &[grade(900)], 2), None);
    }
}
