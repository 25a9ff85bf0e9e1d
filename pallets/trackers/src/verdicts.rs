//! What follows when a panel spoke, or its time is over.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchError, BoundedVec};
use idlewild_compute_primitives::{
    panel::{grade_of, verdict, Question},
    Balance, Digest, PanelId, SeatId,
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
        match panel.phase {
            Phase::Drawing { asked, .. } => {
                ensure!(Self::now() > asked.saturating_add(Self::draw_within()), Error::<T>::TooEarly);
                Self::go_on_without_draw(id, panel);
            },
            Phase::Sitting { commit_until, reveal_until } => {
                if !panel.is_bound() {
                    ensure!(Self::now() > commit_until, Error::<T>::TooEarly);
                    Self::end_commits(id, panel);
                } else {
                    let all_spoke = panel.places.iter().all(|place| place.verdict().is_some());
                    ensure!(all_spoke || Self::now() > reveal_until, Error::<T>::TooEarly);
                    Self::end_reveals(id, panel);
                }
            },
        }
        Ok(seats)
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
    fn end_commits(id: PanelId, mut panel: Panel<T::AccountId>) {
        Self::dismiss(id, &mut panel, |place| !place.is_bound());
        if panel.redraws < MAX_REDRAWS {
            Self::redraw(id, panel);
        } else if panel.places.is_empty() {
            Self::judge(id, panel);
        } else {
            Self::go_on(id, panel);
        }
    }

    /// Everybody showed a verdict, or time is over.
    fn end_reveals(id: PanelId, mut panel: Panel<T::AccountId>) {
        let silent = Self::dismiss(id, &mut panel, |place| place.verdict().is_none());
        if silent > 0 && panel.redraws < MAX_REDRAWS && Self::agreed(&panel).is_none() {
            Self::redraw(id, panel);
        } else {
            Self::judge(id, panel);
        }
    }

    /// Charges those of a panel that were silent and takes their places away. Returns how many they were.
    fn dismiss(id: PanelId, panel: &mut Panel<T::AccountId>, is_silent: impl Fn(&Place) -> bool) -> usize {
        let (silent, stay): (Vec<Place>, Vec<Place>) = panel.places.iter().copied().partition(is_silent);
        let silent: Vec<SeatId> = silent.iter().map(|place| place.seat).collect();
        for seat in &silent {
            Self::charge(id, *seat);
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
        let doubles = panel.question.size_in(panel.round.saturating_add(1)) != panel.size();
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
        if let Some(verdict) = verdict {
            Self::reward(id, &panel, &verdict);
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
        let spoken = panel.spoken().into_iter().chain(panel.earlier.iter().copied());
        let (right, wrong): (Vec<_>, Vec<_>) = spoken.partition(|(_, said)| is_grade || said == verdict);
        let share = Escrow::<T>::held(panel.escrow).checked_div(right.len() as Balance).unwrap_or(0);
        let amount = panel.pay.min(share);
        for (seat, _) in right {
            let Some(record) = Seats::<T>::get(seat) else { continue };
            // A panel's end must not hang on money: who cannot be paid is not.
            if amount > 0 && Escrow::<T>::pay(panel.escrow, &record.tracker, amount).is_ok() {
                Self::deposit_event(Event::Paid { panel: id, seat, amount });
            }
        }
        for (seat, _) in wrong.into_iter().filter(|_| is_dispute) {
            Self::charge(id, seat);
        }
    }
}
