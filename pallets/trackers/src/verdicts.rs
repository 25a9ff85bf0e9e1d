//! What follows when a panel spoke, or its time is over.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchError, BoundedVec};
use idlewild_compute_primitives::{
    panel::{grade_of, pay_for_trying, verdict, Question, UNKNOWN},
    Balance, Digest, EscrowId, PanelId, SeatId,
};
use pallet_idlewild_escrow::Pallet as Escrow;

use crate::{
    types::{ordered, GradeTarget, OnVerdict, Panel, Phase, Place, MAX_REDRAWS, MAX_SEATS},
    Config, Error, Event, Grading, Open, Pallet, Panels, Rules, Seats,
};

impl<T: Config> Pallet<T> {
    /// Returns how many seats it had to do with.
    pub(crate) fn do_close(id: PanelId) -> Result<u32, DispatchError> {
        let panel = Panels::<T>::get(id).ok_or(Error::<T>::NoSuchPanel)?;
        let seats = match panel.question {
            // To pay its escrow back and to keep a grade is more than other panels of its size take.
            Question::Grade { .. } => MAX_SEATS,
            _ => panel.busy().count() as u32,
        };
        Self::ensure_closable(&panel)?;
        match panel.phase {
            Phase::Drawing { .. } => Self::go_on_without_draw(id, panel),
            Phase::Sitting { .. } if !panel.is_bound() => Self::end_commits(id, panel),
            Phase::Sitting { .. } => Self::end_reveals(id, panel),
        }
        Ok(seats)
    }

    /// That nobody whom the panel waits for still has time.
    pub(crate) fn ensure_closable(panel: &Panel<T::AccountId>) -> Result<(), Error<T>> {
        let is_over = match panel.phase {
            Phase::Drawing { asked, .. } => Self::now() > asked.saturating_add(Self::draw_within()),
            Phase::Sitting { commit_until, .. } if !panel.is_bound() => Self::now() > commit_until,
            Phase::Sitting { reveal_until, .. } => {
                let all_spoke = panel.places.iter().all(|place| place.verdict().is_some());
                all_spoke || Self::now() > reveal_until
            },
        };
        ensure!(is_over, Error::<T>::TooEarly);
        Ok(())
    }

    /// Nobody made a draw in time.
    fn go_on_without_draw(id: PanelId, panel: Panel<T::AccountId>) {
        if (panel.places.len() as u32) < panel.size().1 {
            Self::conclude(id, panel, None);
        } else {
            Self::go_on(id, panel);
        }
    }

    /// Not everybody bound a verdict in time.
    ///
    /// Those are charged only where so many others did as have to agree. Else it may be that nobody could: if the silence of most cost
    /// them something, whoever pays for questions without an answer would have their bonds.
    fn end_commits(id: PanelId, mut panel: Panel<T::AccountId>) {
        let bound = panel.places.iter().filter(|place| place.is_bound()).count();
        let is_charged = bound >= panel.size().1 as usize;
        Self::dismiss(id, &mut panel, |place| !place.is_bound(), is_charged);
        if panel.redraws < MAX_REDRAWS {
            Self::redraw(id, panel);
        } else if panel.places.is_empty() {
            Self::judge(id, panel);
        } else {
            Self::go_on(id, panel);
        }
    }

    /// Everybody showed a verdict, or time is over. Who has bound one has no reason not to show it.
    fn end_reveals(id: PanelId, mut panel: Panel<T::AccountId>) {
        let silent = Self::dismiss(id, &mut panel, |place| place.verdict().is_none(), true);
        let is_open = Self::agreed(&panel).is_none() && !panel.is_unknowable();
        if silent > 0 && panel.redraws < MAX_REDRAWS && is_open {
            Self::redraw(id, panel);
        } else {
            Self::judge(id, panel);
        }
    }

    /// Takes the places of those away that were silent, and charges them where that is said. Returns how many they were.
    fn dismiss(id: PanelId, panel: &mut Panel<T::AccountId>, is_silent: impl Fn(&Place) -> bool, is_charged: bool) -> usize {
        let (silent, stay): (Vec<Place>, Vec<Place>) = panel.places.iter().copied().partition(is_silent);
        let silent: Vec<SeatId> = silent.iter().map(|place| place.seat).collect();
        for seat in &silent {
            if is_charged {
                Self::charge(id, *seat);
            }
            Self::let_go(id, *seat);
        }
        panel.places = BoundedVec::truncate_from(stay);
        panel.silent = BoundedVec::truncate_from(panel.silent.iter().chain(&silent).copied().collect());
        silent.len()
    }

    /// Asks for a draw for the places that are missing.
    fn redraw(id: PanelId, mut panel: Panel<T::AccountId>) {
        panel.redraws = panel.redraws.saturating_add(1);
        panel.phase = Self::drawing();
        let places = panel.size().0.saturating_sub(panel.places.len() as u32);
        Panels::<T>::insert(id, panel);
        Self::deposit_event(Event::Redrawing { panel: id, places });
    }

    /// Lets those that are there, all of which have bound their verdicts, show them.
    fn go_on(id: PanelId, mut panel: Panel<T::AccountId>) {
        let now = Self::now();
        let reveal_until = now.saturating_add(Rules::<T>::get().reveal);
        panel.phase = Phase::Sitting { commit_until: now, reveal_until };
        Panels::<T>::insert(id, panel);
        Self::deposit_event(Event::Continued { panel: id, reveal_until });
    }

    /// What enough of those that spoke in this round say.
    fn agreed(panel: &Panel<T::AccountId>) -> Option<Digest> {
        let votes: Vec<Digest> = panel.spoken().into_iter().map(|(_, verdict)| verdict).collect();
        verdict(&panel.question, &votes, panel.size().1)
    }

    /// Decides by those that spoke.
    fn judge(id: PanelId, panel: Panel<T::AccountId>) {
        let agreed = Self::agreed(&panel);
        // Others would find no more in what most of these could not judge.
        let doubles = panel.question.size_in(panel.round.saturating_add(1)) != panel.size() && !panel.is_unknowable();
        if agreed.is_none() && doubles {
            Self::double(id, panel);
        } else {
            Self::conclude(id, panel, agreed);
        }
    }

    /// Asks for a panel of twice the size, of others. Those that spoke wait for what it says.
    fn double(id: PanelId, mut panel: Panel<T::AccountId>) {
        panel.earlier = BoundedVec::truncate_from(panel.spoken());
        panel.places = BoundedVec::new();
        panel.round = panel.round.saturating_add(1);
        panel.redraws = 0;
        panel.phase = Self::drawing();
        Panels::<T>::insert(id, panel);
        Self::deposit_event(Event::Doubled { panel: id });
    }

    /// Ends a panel: pays and charges by its verdict, if it has one, and tells.
    ///
    /// What is told may ask for another panel, so that everything of this one is over before.
    pub(crate) fn conclude(id: PanelId, panel: Panel<T::AccountId>, verdict: Option<Digest>) {
        let question = panel.question;
        match verdict {
            Some(verdict) => Self::reward(id, &panel, &verdict),
            None => Self::reward_trying(id, &panel),
        }
        for seat in panel.busy() {
            Self::let_go(id, seat);
        }
        Panels::<T>::remove(id);
        Open::<T>::remove(ordered(id));
        Self::deposit_event(Event::Decided { panel: id, question, verdict });
        if let Question::Grade { provider } = question {
            Grading::<T>::remove(provider);
            // It was opened for this panel alone. Where it is gone, nothing is left to pay back.
            let _rest = Escrow::<T>::close(panel.escrow);
            if let Some(verdict) = verdict {
                T::Providers::graded(provider, grade_of(&verdict));
            }
        }
        T::OnVerdict::decided(question, verdict);
    }

    /// Pays those that said what the verdict is, and charges those of a dispute that said something else.
    fn reward(id: PanelId, panel: &Panel<T::AccountId>, verdict: &Digest) {
        let is_grade = matches!(panel.question, Question::Grade { .. });
        let is_dispute = matches!(panel.question, Question::Dispute { .. });
        let is_right = |said: &Digest| if is_grade { *said != UNKNOWN } else { said == verdict };
        let (right, wrong): (Vec<_>, Vec<_>) = Self::all_spoken(panel).partition(|(_, said)| is_right(said));
        Self::pay_each(id, panel.escrow, right, panel.pay);
        for (seat, _) in wrong.into_iter().filter(|_| is_dispute) {
            Self::charge(id, seat);
        }
    }

    /// Pays those a little that found that a dispute cannot be judged, where that is why it ends. Whoever asks something else pays nobody
    /// for what was not found.
    fn reward_trying(id: PanelId, panel: &Panel<T::AccountId>) {
        if matches!(panel.question, Question::Dispute { .. }) && panel.is_unknowable() {
            let tried = Self::all_spoken(panel).filter(|(_, said)| *said == UNKNOWN).collect();
            Self::pay_each(id, panel.escrow, tried, pay_for_trying(panel.pay));
        }
    }

    /// Everything that was said, in the round before as well.
    fn all_spoken(panel: &Panel<T::AccountId>) -> impl Iterator<Item = (SeatId, Digest)> + '_ {
        panel.spoken().into_iter().chain(panel.earlier.iter().copied())
    }

    /// Pays trackers from an escrow: an equal share of it where that is less than `most`.
    fn pay_each(id: PanelId, escrow: EscrowId, trackers: Vec<(SeatId, Digest)>, most: Balance) {
        let share = Escrow::<T>::held(escrow).checked_div(trackers.len() as Balance).unwrap_or(0);
        let amount = most.min(share);
        for (seat, _) in trackers {
            let Some(record) = Seats::<T>::get(seat) else { continue };
            // A panel's end must not hang on money: who cannot be paid is not.
            if amount > 0 && Escrow::<T>::pay(escrow, &record.tracker, amount).is_ok() {
                Self::deposit_event(Event::Paid { panel: id, seat, amount });
            }
        }
    }
}
