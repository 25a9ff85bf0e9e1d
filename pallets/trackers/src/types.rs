//! Seats, panels, and who is told of what they say.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, weights::Weight, BoundedVec};
use idlewild_compute_primitives::{
    panel::{self, Question, MAX_PANEL},
    resources::Grade,
    Balance, Clock, Digest, EscrowId, PanelId, ProviderId, SeatId,
};
use scale_info::TypeInfo;

/// Most draws in a round for the places of trackers that were silent.
pub const MAX_REDRAWS: u8 = 2;
/// Most trackers that spoke in a round after which the panel doubled.
pub const MAX_EARLIER: u32 = MAX_PANEL / 2;
/// Most trackers that are kept in mind as silent: in each round those of the first draw and of every further one.
pub const MAX_SILENT: u32 = (MAX_PANEL + MAX_EARLIER) * (MAX_REDRAWS as u32 + 1);
/// Most vacant seats of the highest numbers that are forgotten by one call.
pub const MAX_FORGOTTEN: u32 = 8;
/// Most seats that one call has to do with: those of a doubled panel, and of the round before.
pub const MAX_SEATS: u32 = MAX_PANEL + MAX_EARLIER;

/// Told what panels decide, and asked whom they are about.
pub trait OnVerdict<AccountId> {
    /// A panel is over: with a verdict, or without where there was no agreement.
    fn decided(question: Question, verdict: Option<Digest>);
    /// Whether an account is one of those whom the question is about, and so may not judge it.
    ///
    /// For a question that is open this may only depend on what was fixed when it was asked: randomness is known by the time at which
    /// this is called.
    fn is_party(question: &Question, who: &AccountId) -> bool;
    /// Most that [`decided`](Self::decided) takes.
    fn decided_weight() -> Weight {
        Weight::zero()
    }
    /// Most that [`is_party`](Self::is_party) takes.
    fn is_party_weight() -> Weight {
        Weight::zero()
    }
}

macro_rules! for_all_of {
    ($($one:ident),*) => {
        impl<AccountId, $($one: OnVerdict<AccountId>),*> OnVerdict<AccountId> for ($($one,)*) {
            fn decided(_question: Question, _verdict: Option<Digest>) {
                $($one::decided(_question, _verdict);)*
            }

            fn is_party(_question: &Question, _who: &AccountId) -> bool {
                false $(|| $one::is_party(_question, _who))*
            }

            fn decided_weight() -> Weight {
                Weight::zero()$(.saturating_add($one::decided_weight()))*
            }

            fn is_party_weight() -> Weight {
                Weight::zero()$(.saturating_add($one::is_party_weight()))*
            }
        }
    };
}

for_all_of!();
for_all_of!(A);
for_all_of!(A, B);
for_all_of!(A, B, C);
for_all_of!(A, B, C, D);

/// Where providers are, and what trackers find of them is kept.
pub trait GradeTarget<AccountId> {
    /// Whose a provider is, if there is one.
    fn operator_of(provider: ProviderId) -> Option<AccountId>;
    /// Trackers found how fast a provider's machine is.
    fn graded(provider: ProviderId, grade: Grade);
    /// A provider of this operator's, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn provider_of(operator: &AccountId) -> Result<ProviderId, sp_runtime::DispatchError>;
}

/// A tracker's seat.
///
/// It counts in the draws that were asked for from `since` on, until its tracker asked to leave or its bond ran short.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
    /// Whose it is.
    pub tracker: AccountId,
    /// What stands for it.
    pub bond: Balance,
    /// The clock from which on it counts.
    pub since: Clock,
    /// The clock at which its tracker asked to leave.
    pub leaving: Option<Clock>,
    /// The clock at which its bond came to be too little.
    pub short: Option<Clock>,
    /// Panels that it sits on, or spoke on in a round that is over.
    pub busy: u32,
}

impl<AccountId> Seat<AccountId> {
    /// Whether it counts in a draw that was asked for at `asked`. What happens to the seat later changes nothing of that.
    pub fn counts_at(&self, asked: Clock) -> bool {
        let later = |at: Clock| at > asked;
        self.since <= asked && self.leaving.is_none_or(later) && self.short.is_none_or(later)
    }
}

/// What a tracker said so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Answer {
    /// Nothing.
    Awaited,
    /// Its verdict is bound.
    Bound {
        /// To what.
        commitment: Digest,
    },
    /// Its verdict is known.
    Shown {
        /// What it is.
        verdict: Digest,
    },
}

/// A seat's place on a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Place {
    /// The seat.
    pub seat: SeatId,
    /// What its tracker said.
    pub answer: Answer,
}

impl Place {
    /// Whether its verdict is bound, and perhaps known.
    pub fn is_bound(&self) -> bool {
        self.answer != Answer::Awaited
    }

    /// Its verdict, once that is known.
    pub fn verdict(&self) -> Option<Digest> {
        match self.answer {
            Answer::Shown { verdict } => Some(verdict),
            _ => None,
        }
    }
}

/// What a panel waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Phase {
    /// The draw of those that are missing.
    Drawing {
        /// The clock at which it was asked for: what decides who is drawn was fixed then.
        asked: Clock,
        /// How many seats there were then. Those of the highest numbers may be forgotten by now.
        seats: SeatId,
    },
    /// Its trackers.
    Sitting {
        /// The block of the clock until which verdicts can be bound.
        commit_until: Clock,
        /// The block of the clock until which they can be shown.
        reveal_until: Clock,
    },
}

/// A panel that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Panel<AccountId> {
    /// What it is asked.
    pub question: Question,
    /// Who asked, where that was an account: it may not judge.
    pub asker: Option<AccountId>,
    /// The escrow that it is paid from.
    pub escrow: EscrowId,
    /// What each tracker of the majority gets.
    pub pay: Balance,
    /// The clock when it was asked for.
    pub opened: Clock,
    /// Its round: 1 once it doubled.
    pub round: u8,
    /// Draws for the places of silent trackers in this round.
    pub redraws: u8,
    /// What it waits for.
    pub phase: Phase,
    /// Who sits on it.
    pub places: BoundedVec<Place, ConstU32<MAX_PANEL>>,
    /// Who spoke in the round before, and what: paid or charged when the panel is over.
    pub earlier: BoundedVec<(SeatId, Digest), ConstU32<MAX_EARLIER>>,
    /// Who was silent and does not get onto it again.
    pub silent: BoundedVec<SeatId, ConstU32<MAX_SILENT>>,
}

impl<AccountId> Panel<AccountId> {
    /// Seats that it has in this round, and how many of them have to agree.
    pub fn size(&self) -> (u32, u32) {
        self.question.size_in(self.round)
    }

    /// Whether a seat has or had anything to do with it.
    pub fn knows(&self, seat: SeatId) -> bool {
        self.places.iter().any(|place| place.seat == seat)
            || self.earlier.iter().any(|(other, _)| *other == seat)
            || self.silent.contains(&seat)
    }

    /// Whether everybody's verdict is bound, so that there is nothing left to copy.
    pub fn is_bound(&self) -> bool {
        self.places.iter().all(Place::is_bound)
    }

    /// Every verdict of this round that is known.
    pub fn spoken(&self) -> alloc::vec::Vec<(SeatId, Digest)> {
        self.places.iter().filter_map(|place| Some((place.seat, place.verdict()?))).collect()
    }

    /// Whether those that spoke found that the question cannot be judged.
    pub fn is_unknowable(&self) -> bool {
        let votes: alloc::vec::Vec<Digest> = self.places.iter().filter_map(Place::verdict).collect();
        panel::is_unknowable(&votes, self.size().0)
    }

    /// Seats that it keeps busy.
    pub fn busy(&self) -> impl Iterator<Item = SeatId> + '_ {
        self.places.iter().map(|place| place.seat).chain(self.earlier.iter().map(|(seat, _)| *seat))
    }
}

/// A panel's number as a key, such that keys are in the order of the numbers.
pub type Ordered = [u8; 8];

/// The key of a panel.
pub fn ordered(panel: PanelId) -> Ordered {
    panel.to_be_bytes()
}
