//! How many trackers judge what, and when they agree.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{chunk::majority, resources::Grade, Balance, ChunkIndex, Clock, Digest, LeaseId, ProjectId, ProviderId};

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
/// What a tracker says of what it cannot judge: a chunk that does not run, or not in time, input that is not there. No hash is this, and
/// it is never what a panel decides.
pub const UNKNOWN: Digest = [0xff; 32];
/// Of what a verdict would have been worth to a tracker, it gets so small a part for having tried what turned out to be impossible: one
/// in so many. So whoever asks the impossible pays for it, and nobody lives on saying so.
const TRIED: Balance = 10;

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

/// What enough of a panel say, if they do. Who says [`UNKNOWN`] agrees with nobody, and of a probe nothing counts but [`ANSWERS`] and
/// [`SILENT`]. No two measurements are equal: of grades it is the middle one in each dimension, the lower one of two.
pub fn verdict(question: &Question, votes: &[Digest], agree: u32) -> Option<Digest> {
    let votes: Vec<Digest> = votes.iter().copied().filter(|vote| counts(question, vote)).collect();
    match question {
        Question::Grade { .. } if votes.len() >= agree as usize => middle(&votes),
        Question::Grade { .. } => None,
        _ => majority(&votes).filter(|(_, count)| *count >= agree as usize).map(|(verdict, _)| verdict),
    }
}

/// Whether something can be the answer to a question.
fn counts(question: &Question, vote: &Digest) -> bool {
    match question {
        Question::Probe { .. } => [ANSWERS, SILENT].contains(vote),
        _ => *vote != UNKNOWN,
    }
}

/// Whether a panel of so many seats found that its question cannot be judged: more than half of them say [`UNKNOWN`].
///
/// Not fewer, though a few of them can keep the others from agreeing: for those who lied it must not be easier to keep a panel from
/// judging than to bring it to a wrong verdict.
pub fn is_unknowable(votes: &[Digest], seats: u32) -> bool {
    let unknown = votes.iter().filter(|vote| **vote == UNKNOWN).count();
    unknown.saturating_mul(2) > seats as usize
}

/// What a tracker gets for having tried to judge what cannot be judged, where a verdict would have been worth `pay`.
pub fn pay_for_trying(pay: Balance) -> Balance {
    pay / TRIED
}

fn middle(votes: &[Digest]) -> Option<Digest> {
    let grades: Vec<Grade> = votes.iter().map(grade_of).collect();
    let of = |dimension: fn(&Grade) -> u32| {
        let mut all: Vec<u32> = grades.iter().map(dimension).collect();
        all.sort_unstable();
        // Of two the lower one: nobody is to be graded better by one tracker alone.
        all.get(all.len().saturating_sub(1) / 2).copied()
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
        assert_eq!(verdict(&question, &[grade(900), grade(1_000_000)], 2), Some(grade(900)), "one alone makes nobody faster");
        assert_eq!(verdict(&question, &[grade(900), UNKNOWN, grade(800)], 2), Some(grade(800)));
        assert_eq!(verdict(&question, &[UNKNOWN, UNKNOWN, grade(800)], 2), None);
    }

    #[test]
    fn what_is_no_answer_is_no_verdict() {
        let [dispute, probe] = [Question::Dispute { project: 1, chunk: 2 }, Question::Probe { lease: 1 }];
        assert_eq!(verdict(&dispute, &[UNKNOWN; 5], 4), None);
        assert_eq!(verdict(&dispute, &[[3; 32], [3; 32], UNKNOWN, [3; 32], [3; 32]], 4), Some([3; 32]));
        assert_eq!(verdict(&Question::Sample { project: 1, chunk: 2 }, &[UNKNOWN], 1), None);
        assert_eq!(verdict(&probe, &[[7; 32]; 3], 2), None, "an endpoint answers, or it does not");
        assert_eq!(verdict(&probe, &[[7; 32], SILENT, SILENT], 2), Some(SILENT));
        assert_eq!(verdict(&probe, &[ANSWERS, UNKNOWN, ANSWERS], 2), Some(ANSWERS));
    }

    #[test]
    fn more_than_half_find_that_it_cannot_be_judged() {
        let votes = |unknown: usize| [vec![UNKNOWN; unknown], vec![[3; 32]; 5 - unknown]].concat();
        assert!(!is_unknowable(&votes(2), 5));
        assert!(is_unknowable(&votes(3), 5));
        assert!(!is_unknowable(&[UNKNOWN; 2], 5), "the silent say nothing");
        assert!(!is_unknowable(&[UNKNOWN; 5], 10));
        assert!(is_unknowable(&[UNKNOWN; 6], 10));
        assert_eq!((pay_for_trying(1_009), pay_for_trying(9)), (100, 0));
    }
}
