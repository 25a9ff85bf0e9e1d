//! Panels: asked for, drawn, and what their trackers bind and show.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, Weight},
    sp_runtime::ArithmeticError,
    traits::Get,
    BoundedVec,
};
use idlewild_compute_primitives::{
    commitment::{of_verdict, Salt},
    draw::{self, SEED_AFTER},
    panel::Question,
    Balance, Clock, Digest, EscrowId, PanelId, ProviderId, SeatId,
};

use crate::{
    types::{ordered, Answer, GradeTarget, OnVerdict, Panel, Phase, Place},
    Config, Error, Event, Grading, NextPanel, Open, Pallet, Panels, Rules, SeatCount, Seats, Sits, WeightInfo,
};

impl<T: Config> Pallet<T> {
    /// Asks a panel of trackers, each of which gets `pay_each` from `escrow` if it is of the majority.
    ///
    /// Never fails for lack of seats: then the panel ends without a verdict. [`OnVerdict::decided`] is called once, at the latest after two
    /// rounds of three draws each, if anybody closes them. The escrow has to be there until then. On a dispute that ends without a verdict
    /// it may have paid [something](idlewild_compute_primitives::panel::pay_for_trying) all the same, and on nothing else.
    pub fn ask(question: Question, escrow: EscrowId, pay_each: Balance) -> Result<PanelId, DispatchError> {
        Self::open(question, None, escrow, pay_each)
    }

    /// What to convene a panel takes that looks at so many seats.
    pub(crate) fn weight_to_convene(looks: u32) -> Weight {
        let parties = T::OnVerdict::is_party_weight().saturating_mul(looks.into());
        <T as Config>::WeightInfo::convene(looks).saturating_add(parties).saturating_add(T::OnVerdict::decided_weight())
    }

    /// What to close a panel takes that has to do with so many seats.
    pub(crate) fn weight_to_close(seats: u32) -> Weight {
        let closing = <T as Config>::WeightInfo::close(seats).max(<T as Config>::WeightInfo::close_silent(seats));
        closing.saturating_add(T::OnVerdict::decided_weight())
    }

    pub(crate) fn now() -> Clock {
        pallet_idlewild_clock::Pallet::<T>::now()
    }

    pub(crate) fn open(
        question: Question,
        asker: Option<T::AccountId>,
        escrow: EscrowId,
        pay: Balance,
    ) -> Result<PanelId, DispatchError> {
        let id = NextPanel::<T>::get();
        NextPanel::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
        let panel = Panel {
            question,
            asker,
            escrow,
            pay,
            opened: Self::now(),
            round: 0,
            redraws: 0,
            phase: Self::drawing(),
            places: BoundedVec::new(),
            earlier: BoundedVec::new(),
            silent: BoundedVec::new(),
        };
        Panels::<T>::insert(id, panel);
        Open::<T>::insert(ordered(id), ());
        Self::deposit_event(Event::Asked { panel: id, question });
        Ok(id)
    }

    pub(crate) fn do_ask_grade(who: T::AccountId, provider: ProviderId) -> Result<(), DispatchError> {
        let operator = T::Providers::operator_of(provider).ok_or(Error::<T>::NoSuchProvider)?;
        ensure!(operator == who, Error::<T>::NotOperator);
        ensure!(!Grading::<T>::contains_key(provider), Error::<T>::AlreadyGrading);
        let question = Question::Grade { provider };
        let (seats, _) = question.size();
        let fee = T::GradeFee::get();
        let escrow = pallet_idlewild_escrow::Pallet::<T>::open(&who, fee.saturating_mul(seats.into()))?;
        // The operator may be gone by the time of the draw, so it is kept here.
        let panel = Self::open(question, Some(who), escrow, fee)?;
        Grading::<T>::insert(provider, panel);
        Ok(())
    }

    /// That a draw is asked for now.
    pub(crate) fn drawing() -> Phase {
        Phase::Drawing { asked: Self::now(), seats: SeatCount::<T>::get() }
    }

    /// How long after it was asked for a draw can be made.
    pub(crate) fn draw_within() -> Clock {
        SEED_AFTER.saturating_add(Rules::<T>::get().commit)
    }

    /// The seed of a draw, while it can be made.
    pub(crate) fn seed_to_convene(asked: Clock) -> Result<[u8; 32], Error<T>> {
        ensure!(Self::now() <= asked.saturating_add(Self::draw_within()), Error::<T>::TooLate);
        pallet_idlewild_randomness::Pallet::<T>::seed_of(asked.saturating_add(SEED_AFTER)).ok_or(Error::<T>::NoSeedYet)
    }

    /// Returns how many seats were looked at.
    pub(crate) fn do_convene(id: PanelId) -> Result<u32, DispatchError> {
        let mut panel = Panels::<T>::get(id).ok_or(Error::<T>::NoSuchPanel)?;
        let Phase::Drawing { asked, seats } = panel.phase else { return Err(Error::<T>::NotDrawing.into()) };
        let seed = Self::seed_to_convene(asked)?;
        let (size, agree) = panel.size();
        let there = panel.places.len() as u32;
        let mut looks = 0u32;
        let drawn = draw::panel(&seed, id, panel.round, seats, size.saturating_sub(there), |seat| {
            looks = looks.saturating_add(1);
            Self::may_sit(&panel, seat, asked)
        });
        if there.saturating_add(drawn.len() as u32) < agree {
            // Work on which there cannot be an agreement is not asked of anybody.
            Self::conclude(id, panel, None);
            return Ok(looks);
        }
        let drawn = BoundedVec::truncate_from(drawn);
        for seat in &drawn {
            Seats::<T>::mutate_extant(seat, |record| record.busy = record.busy.saturating_add(1));
            Sits::<T>::insert(seat, ordered(id), ());
        }
        let placed = drawn.iter().map(|seat| Place { seat: *seat, answer: Answer::Awaited });
        panel.places = BoundedVec::truncate_from(panel.places.iter().copied().chain(placed).collect());
        let rules = Rules::<T>::get();
        // Where nobody new was found, those that are there need not wait.
        let commit_until = if panel.is_bound() { Self::now() } else { Self::now().saturating_add(rules.commit) };
        let reveal_until = commit_until.saturating_add(rules.reveal);
        panel.phase = Phase::Sitting { commit_until, reveal_until };
        Self::deposit_event(Event::Convened { panel: id, round: panel.round, seats: drawn, commit_until, reveal_until });
        Panels::<T>::insert(id, panel);
        Ok(looks)
    }

    /// Whether a seat may get a place in a draw that was asked for at `asked`: nothing that happened since matters.
    fn may_sit(panel: &Panel<T::AccountId>, seat: SeatId, asked: Clock) -> bool {
        Seats::<T>::get(seat).is_some_and(|record| {
            record.counts_at(asked)
                && !panel.knows(seat)
                && panel.asker.as_ref() != Some(&record.tracker)
                && !T::OnVerdict::is_party(&panel.question, &record.tracker)
        })
    }

    pub(crate) fn do_commit(who: T::AccountId, id: PanelId, seat: SeatId, commitment: Digest) -> Result<(), DispatchError> {
        Self::answer(&who, id, seat, |place, _, (commit_until, _)| {
            ensure!(place.answer == Answer::Awaited, Error::<T>::AlreadyCommitted);
            ensure!(Self::now() <= commit_until, Error::<T>::TooLate);
            Ok(Answer::Bound { commitment })
        })?;
        Self::deposit_event(Event::Committed { panel: id, seat });
        Ok(())
    }

    pub(crate) fn do_reveal(
        who: T::AccountId,
        id: PanelId,
        seat: SeatId,
        verdict: Digest,
        salt: Salt,
    ) -> Result<(), DispatchError> {
        let account: [u8; 32] = who.clone().into();
        Self::answer(&who, id, seat, |place, all_bound, (_, reveal_until)| {
            let commitment = match place.answer {
                Answer::Awaited => return Err(Error::<T>::NotCommitted),
                Answer::Bound { commitment } => commitment,
                Answer::Shown { .. } => return Err(Error::<T>::AlreadyRevealed),
            };
            ensure!(all_bound, Error::<T>::NotAllCommitted);
            ensure!(Self::now() <= reveal_until, Error::<T>::TooLate);
            ensure!(of_verdict(id, &verdict, &salt, &account) == commitment, Error::<T>::OtherCommitment);
            Ok(Answer::Shown { verdict })
        })?;
        Self::deposit_event(Event::Revealed { panel: id, seat, verdict });
        Ok(())
    }

    /// Changes what a tracker said on a panel that sits: `answer` is told its place, whether all are bound, and the two deadlines.
    fn answer(
        who: &T::AccountId,
        id: PanelId,
        seat: SeatId,
        answer: impl FnOnce(&Place, bool, (Clock, Clock)) -> Result<Answer, Error<T>>,
    ) -> Result<(), DispatchError> {
        Panels::<T>::try_mutate_exists(id, |panel| {
            let panel = panel.as_mut().ok_or(Error::<T>::NoSuchPanel)?;
            let Phase::Sitting { commit_until, reveal_until } = panel.phase else {
                return Err(Error::<T>::NotConvened.into());
            };
            let all_bound = panel.is_bound();
            let place = panel.places.iter_mut().find(|place| place.seat == seat).ok_or(Error::<T>::NotOnPanel)?;
            let record = Seats::<T>::get(seat).ok_or(Error::<T>::NoSuchSeat)?;
            ensure!(record.tracker == *who, Error::<T>::NotTracker);
            place.answer = answer(place, all_bound, (commit_until, reveal_until))?;
            Ok(())
        })
    }
}
