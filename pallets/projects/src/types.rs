//! What is recorded of a project and of its chunks.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use idlewild_compute_primitives::{
    chunk::{tasks_of, Replica, Stage, Step, MAX_BATCH, MAX_CLAIMS, MAX_TRIED},
    commitment::{Finding, Salt},
    money::{escrow_of_chunk, MAX_REPLICAS},
    panel::Question,
    program::Class,
    project::{Input, ProjectSpec},
    trust::{Chance, CERTAIN},
    Balance, ChunkIndex, Clock, Digest, EscrowId, ProjectId, ProviderId,
};
use scale_info::TypeInfo;

/// Seats that a chunk's escrow pays for.
pub const PANEL: u32 = 5;
/// Most accounts that may not judge a chunk: its owner, who runs it, and a challenger.
pub const MAX_PARTIES: u32 = MAX_REPLICAS as u32 + 2;
/// Most replicas of a chunk.
pub const MOST_REPLICAS: u32 = MAX_REPLICAS as u32;

/// Chunks that one call names.
pub type Batch<Item> = BoundedVec<Item, ConstU32<MAX_BATCH>>;
/// A commitment to what was found of a chunk.
pub type Commitment = (ChunkIndex, Digest);
/// What was found of a chunk, and the salt that it was committed to with.
pub type Reveal = (ChunkIndex, Finding, Salt);
/// A chunk's place as a key, such that keys are in the order of projects and of their chunks.
pub type Place = [u8; 12];

/// The key of a chunk.
pub fn place(project: ProjectId, chunk: ChunkIndex) -> Place {
    let mut place = Place::default();
    let bytes = project.to_be_bytes().into_iter().chain(chunk.to_be_bytes());
    place.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    place
}

/// The chunk of a key.
pub fn chunk_of(place: &Place) -> (ProjectId, ChunkIndex) {
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, byte| sum.wrapping_shl(8) | u64::from(*byte));
    let (project, chunk) = place.split_at(8);
    (number(project), number(chunk) as ChunkIndex)
}

/// What is done about a result, whatever it is called: fixed for a chunk when its first replica begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Kind {
    /// D0: whoever runs it again finds the same, and a wrong result is slashed.
    #[default]
    Proven,
    /// D1, D2: results are compared, and the majority is right.
    Compared,
    /// D3: it is paid for the time that it took.
    Metered,
}

impl From<Class> for Kind {
    fn from(class: Class) -> Self {
        match class {
            Class::Deterministic => Self::Proven,
            Class::Pinned | Class::Compared { .. } => Self::Compared,
            Class::Metered => Self::Metered,
        }
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Project<AccountId> {
    /// Whose it is.
    pub owner: AccountId,
    /// What was asked for.
    pub spec: ProjectSpec,
    /// Its escrow, in which every chunk has a share of its own.
    pub escrow: EscrowId,
    /// Chunks in all.
    pub chunks: u32,
    /// Chunks that there is a record of.
    pub touched: u32,
    /// Chunks that are over.
    pub finished: u32,
    /// Panels that were asked about its chunks and have not decided.
    pub panels: u32,
    /// What of its owner's quota is taken for it by now, where an organisation pays.
    pub booked: Balance,
    /// As which member of the organisation its owner booked that.
    pub member: Option<u32>,
    /// What its owner has on hold for its record.
    pub deposit: Balance,
    /// Whether chunks that nobody works on are no longer given out.
    pub closed: bool,
    /// The clock when it was created.
    pub created: Clock,
    /// The clock when its last chunk was over, and with it its escrow.
    pub ended: Option<Clock>,
}

impl<AccountId> Project<AccountId> {
    /// What of the escrow each chunk begins with.
    pub fn share(&self) -> Balance {
        escrow_of_chunk(self.spec.price, PANEL)
    }

    /// Chunks of which there is no record, and whose share is whole.
    pub fn untouched(&self) -> u32 {
        if self.closed {
            return 0;
        }
        self.chunks.saturating_sub(self.touched)
    }

    /// What a chunk may use of what is billed: all limits of all of its tasks.
    pub fn declared(&self, chunk: ChunkIndex) -> u64 {
        let tasks = tasks_of(chunk, self.spec.tasks, self.spec.per_chunk);
        self.spec.limits.work.saturating_mul(tasks.end.saturating_sub(tasks.start))
    }

    /// Whether only who is told a key can read what the tasks need.
    pub fn is_wrapped(&self) -> bool {
        matches!(self.spec.input, Input::Wrapped { .. })
    }
}

/// A provider that wants a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claim<AccountId> {
    /// The provider.
    pub provider: ProviderId,
    /// Whose it is: two of one operator are never in one draw.
    pub operator: AccountId,
    /// Its bond, which it is drawn by.
    pub bond: Balance,
    /// What it can be compared with.
    pub host_class: [u8; 8],
    /// How likely a result that it alone found is checked, by its score when it claimed.
    pub chance: Chance,
    /// What of its bond has to stand for the chunk, by the same: what is asked of it is what it claimed for, whatever becomes of its
    /// score until it begins.
    pub stands: Balance,
}

/// A provider that was drawn and has not acknowledged yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Winner {
    /// The provider.
    pub provider: ProviderId,
    /// The bond that it was drawn by: it must still be there, or the same coins could be in one draw for one provider after the other.
    pub bond: Balance,
    /// What it claimed to be comparable with: were it something else by the time it begins, all others that were drawn would not be.
    pub host_class: [u8; 8],
    /// As in its [claim](Claim::chance).
    pub chance: Chance,
    /// As in its [claim](Claim::stands).
    pub stands: Balance,
}

impl<AccountId> From<&Claim<AccountId>> for Winner {
    fn from(claim: &Claim<AccountId>) -> Self {
        let Claim { provider, bond, host_class, chance, stands, .. } = *claim;
        Self { provider, bond, host_class, chance, stands }
    }
}

/// How the places of a chunk are given out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Race<AccountId> {
    /// Not at the moment.
    Idle,
    /// Whoever claims in time is in the draw.
    Open {
        /// When the first one claimed.
        since: Clock,
        /// The latest seed that was known then: it decides who is kept where there are too many.
        seed: [u8; 32],
        /// The highest rank of those that were not.
        passed: Balance,
        /// Who claimed, and was kept.
        claims: BoundedVec<Claim<AccountId>, ConstU32<MAX_CLAIMS>>,
    },
    /// Who was drawn has to acknowledge.
    Drawn {
        /// Until then.
        until: Clock,
        /// Replicas that a chunk without any begins with.
        wanted: u8,
        /// Who has not acknowledged yet.
        left: BoundedVec<Winner, ConstU32<MOST_REPLICAS>>,
    },
}

/// Whether a tracker runs a result again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Sample {
    /// It is not drawn yet.
    #[default]
    Undrawn,
    /// It was drawn, and none does.
    Not,
    /// One has to, and was not asked yet.
    Due,
    /// One was asked.
    Asked,
    /// One found the same.
    Passed,
    /// One was asked and did not answer.
    Unanswered,
}

/// Who says that an agreed result is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Challenger<AccountId> {
    /// The account.
    pub who: AccountId,
    /// What it has on hold for that.
    pub deposit: Balance,
}

/// A chunk that somebody claimed once.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Chunk<AccountId> {
    /// Where it stands.
    pub stage: Stage,
    /// What is done about its result.
    pub kind: Kind,
    /// Its replicas.
    pub replicas: BoundedVec<Replica, ConstU32<MOST_REPLICAS>>,
    /// Replicas that are wanted by now; 0 while there is none.
    pub wanted: u8,
    /// How likely a lone replica gets a second one, by the score that its provider had when it began.
    pub chance: Chance,
    /// Whether that is decided.
    pub decided: bool,
    /// Whether the result stands without the check that it should have had: it is no reason to trust anybody.
    pub unchecked: bool,
    /// Whether everybody lied about it once: it begins with two replicas at least from then on.
    pub again: bool,
    /// What its replicas can be compared with.
    pub host_class: [u8; 8],
    /// Since when somebody who is done waits for the replicas that are missing.
    pub waits: Option<Clock>,
    /// How its places are given out.
    pub race: Race<AccountId>,
    /// Whose providers had it in vain, and may not claim it again: those of longest ago are forgotten. Accounts, as one may have many
    /// providers.
    pub tried: BoundedVec<AccountId, ConstU32<MAX_TRIED>>,
    /// Whether a tracker runs it again.
    pub sample: Sample,
    /// Who says that its result is wrong.
    pub challenger: Option<Challenger<AccountId>>,
    /// What of the escrow is left for it.
    pub left: Balance,
}

impl<AccountId> Chunk<AccountId> {
    /// A chunk that nobody has touched.
    pub fn fresh(left: Balance) -> Self {
        Self {
            stage: Stage::Open,
            kind: Kind::default(),
            replicas: BoundedVec::new(),
            wanted: 0,
            chance: CERTAIN,
            decided: false,
            unchecked: false,
            again: false,
            host_class: [0; 8],
            waits: None,
            race: Race::Idle,
            tried: BoundedVec::new(),
            sample: Sample::default(),
            challenger: None,
            left,
        }
    }

    /// Whether it is over.
    pub fn is_final(&self) -> bool {
        matches!(self.stage, Stage::Final { .. })
    }

    /// A provider's replica.
    pub fn replica(&self, provider: ProviderId) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.provider == provider)
    }

    /// The same, to change it.
    pub fn replica_mut(&mut self, provider: ProviderId) -> Option<&mut Replica> {
        self.replicas.iter_mut().find(|replica| replica.provider == provider)
    }

    /// Replicas that are wanted and not there.
    pub fn missing(&self) -> u8 {
        self.wanted.saturating_sub(self.replicas.len() as u8)
    }

    /// Whether one of its replicas runs.
    pub fn is_running(&self) -> bool {
        self.replicas.iter().any(|replica| matches!(replica.step, Step::Running { .. }))
    }

    /// Whether the result of each of its replicas is known.
    pub fn is_revealed(&self) -> bool {
        self.replicas.iter().all(|replica| replica.finding().is_some())
    }

    /// What its replicas found, of those of which it is known.
    pub fn roots(&self) -> Vec<Digest> {
        self.replicas.iter().filter_map(|replica| replica.finding().map(|finding| finding.root)).collect()
    }

    /// Everybody who claimed it and is still in a draw, or was drawn and has not acknowledged.
    pub fn racing(&self) -> Vec<ProviderId> {
        match &self.race {
            Race::Idle => Vec::new(),
            Race::Open { claims, .. } => claims.iter().map(|claim| claim.provider).collect(),
            Race::Drawn { left, .. } => left.iter().map(|winner| winner.provider).collect(),
        }
    }

    /// Whether somebody is done with it, so that its tasks can be run.
    pub fn is_done_by_any(&self) -> bool {
        self.replicas.iter().any(|replica| !matches!(replica.step, Step::Running { .. }))
    }

    /// Whether a lone replica was to be left alone or checked, and that is not decided.
    pub fn waits_for_check(&self) -> bool {
        self.wanted == 1 && !self.decided && self.kind != Kind::Metered
    }
}

impl<AccountId: PartialEq> Chunk<AccountId> {
    /// Notes that a provider of this account had it in vain.
    pub fn note_tried(&mut self, operator: AccountId) {
        if self.tried.contains(&operator) {
            return;
        }
        if self.tried.is_full() {
            self.tried.remove(0);
        }
        let _there_is_room = self.tried.try_push(operator);
    }
}

/// What trackers are asked about a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Subject {
    /// The project.
    pub project: ProjectId,
    /// The chunk.
    pub chunk: ChunkIndex,
    /// Whether it is by chance, and not because somebody doubts a result.
    pub is_sample: bool,
}

impl Subject {
    /// Of a question, if it is about a chunk.
    pub fn of(question: &Question) -> Option<Self> {
        match *question {
            Question::Dispute { project, chunk } => Some(Self { project, chunk, is_sample: false }),
            Question::Sample { project, chunk } => Some(Self { project, chunk, is_sample: true }),
            Question::Probe { .. } | Question::Grade { .. } => None,
        }
    }

    /// The question.
    pub fn question(&self) -> Question {
        let Self { project, chunk, is_sample } = *self;
        if is_sample {
            Question::Sample { project, chunk }
        } else {
            Question::Dispute { project, chunk }
        }
    }
}

/// A panel that has not decided.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Asked<AccountId> {
    /// An escrow of its own, so that trackers are never paid from the share of another chunk.
    pub escrow: EscrowId,
    /// What was put into it.
    pub amount: Balance,
    /// Who may not judge: fixed when it was asked, so that nobody gets onto a panel or off it by what happens later.
    pub parties: BoundedVec<AccountId, ConstU32<MAX_PARTIES>>,
}

/// Why a provider has a chunk no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Dropped {
    /// It was drawn and did not acknowledge.
    NotAcknowledged,
    /// It did not commit in time.
    Late,
    /// It did not reveal in time.
    Silent,
    /// Its result was wrong, or of the minority.
    Wrong,
    /// The requester kept the input's key from it: nothing is held against it.
    WithoutKey,
    /// Nobody of its class of hosts came to check its result: nothing is held against it, and nothing is paid.
    Unchecked,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_place_and_keys_are_in_order() {
        let all = [(0, 0), (0, 1), (0, u32::MAX), (1, 0), (256, 7), (u64::MAX, u32::MAX)];
        assert!(all.iter().all(|(project, chunk)| chunk_of(&place(*project, *chunk)) == (*project, *chunk)));
        let keys = all.map(|(project, chunk)| place(project, chunk));
        assert!(keys.is_sorted());
    }

    #[test]
    fn those_of_longest_ago_are_forgotten() {
        let mut chunk = Chunk::<u64>::fresh(0);
        (0..=MAX_TRIED).for_each(|operator| chunk.note_tried(operator.into()));
        chunk.note_tried(MAX_TRIED.into());
        assert_eq!(chunk.tried.to_vec(), (1..=MAX_TRIED.into()).collect::<Vec<_>>());
    }
}
