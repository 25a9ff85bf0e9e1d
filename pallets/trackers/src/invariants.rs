//! What must be true of seats, bonds and panels at all times.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use idlewild_compute_primitives::{
    draw::SEED_AFTER,
    panel::{PanelRules, Question},
    PanelId, SeatId,
};
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_randomness::RING;
use sp_runtime::TryRuntimeError;

use crate::{
    types::{ordered, Panel, Phase, MAX_REDRAWS},
    Config, Grading, HoldReason, HoleAt, HoleCount, Holes, NextPanel, Open, Pallet, Panels, Rules, SeatCount, SeatOf, Seats,
    Sits,
};

/// Whether panels can run by these rules: see the assertion at genesis.
pub(crate) fn is_sound(rules: &PanelRules) -> bool {
    let draw_within = SEED_AFTER.saturating_add(rules.commit);
    rules.commit > 0 && rules.reveal > 0 && draw_within < RING && rules.leave > draw_within
}

impl<T: Config> Pallet<T> {
    /// Checks that bonds are what is on hold, that seats are as busy as panels say, and that every panel can go on.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(is_sound(&Rules::<T>::get()), "panels cannot run by these rules");
        Self::check_seats()?;
        Self::check_holds()?;
        Self::check_panels()
    }

    fn check_seats() -> Result<(), TryRuntimeError> {
        let now = Self::now();
        let mut holes = BTreeSet::<SeatId>::new();
        for (place, hole) in Holes::<T>::iter() {
            ensure!(place < HoleCount::<T>::get(), "a vacant seat is not on the stack of them");
            ensure!(holes.insert(hole) && !Seats::<T>::contains_key(hole), "a seat is vacant twice, or taken as well");
            ensure!(HoleAt::<T>::get(hole) == Some(place), "a vacant seat is elsewhere on the stack than it says");
        }
        ensure!(HoleAt::<T>::iter_keys().count() == holes.len(), "a seat says that it is vacant, and is not");
        ensure!(holes.len() == HoleCount::<T>::get() as usize, "a vacant seat is missing");
        let mut taken = 0u32;
        for (seat, record) in Seats::<T>::iter() {
            taken = taken.saturating_add(1);
            ensure!(seat < SeatCount::<T>::get(), "a seat is of a number that was not given yet");
            ensure!(SeatOf::<T>::get(&record.tracker) == Some(seat), "a tracker does not know of its seat");
            ensure!(record.bond <= T::SeatBond::get(), "a seat has too much bond");
            ensure!(record.short.is_some() == Self::is_short(record.bond), "a seat counts by a bond that it does not have");
            let moments = [Some(record.since), record.leaving, record.short];
            ensure!(moments.into_iter().flatten().all(|moment| moment <= now), "a seat is from a moment to come");
            let panels = Sits::<T>::iter_key_prefix(seat).count();
            ensure!(record.busy as usize == panels, "a seat is not as busy as it says");
        }
        ensure!(taken.saturating_add(holes.len() as u32) == SeatCount::<T>::get(), "a seat is neither taken nor vacant");
        ensure!(SeatOf::<T>::iter().count() == taken as usize, "an account has a seat that there is not");
        Ok(())
    }

    /// Every coin that is on hold, of whatever account, is told of in a seat.
    fn check_holds() -> Result<(), TryRuntimeError> {
        let mut bonds: BTreeMap<_, _> = Seats::<T>::iter_values().map(|record| (record.tracker, record.bond)).collect();
        for account in frame_system::Account::<T>::iter_keys() {
            let on_hold = <T as Config>::Currency::balance_on_hold(&HoldReason::Seat.into(), &account);
            ensure!(on_hold == bonds.remove(&account).unwrap_or(0), "what is on hold is not the bond");
        }
        ensure!(bonds.values().all(|bond| *bond == 0), "an account that is no more has a bond");
        Ok(())
    }

    fn check_panels() -> Result<(), TryRuntimeError> {
        let mut sits = 0usize;
        let mut grading = 0usize;
        for (id, panel) in Panels::<T>::iter() {
            ensure!(id < NextPanel::<T>::get(), "a panel is of a number that was not given yet");
            ensure!(Open::<T>::contains_key(ordered(id)), "a panel is not among those that are not over");
            ensure!(Escrow::<T>::payer_of(panel.escrow).is_some(), "a panel is paid from an escrow that there is not");
            sits = sits.saturating_add(Self::check_panel(id, &panel)?);
            if let Question::Grade { provider } = panel.question {
                grading = grading.saturating_add(1);
                ensure!(Grading::<T>::get(provider) == Some(id), "a provider does not know that it is being graded");
                let (seats, _) = panel.question.size();
                let held = Escrow::<T>::held(panel.escrow);
                ensure!(held == panel.pay.saturating_mul(seats.into()), "a grade's escrow is not what its trackers get");
            }
        }
        ensure!(Open::<T>::iter().count() == Panels::<T>::iter().count(), "a panel that is over is among those that are not");
        ensure!(Grading::<T>::iter().count() == grading, "a provider is graded by a panel that there is not");
        ensure!(Sits::<T>::iter().count() == sits, "a seat is busy with a panel that does not know of it");
        Ok(())
    }

    /// Returns how many seats the panel keeps busy.
    fn check_panel(id: PanelId, panel: &Panel<T::AccountId>) -> Result<usize, TryRuntimeError> {
        let (size, _) = panel.size();
        ensure!(panel.places.len() <= size as usize, "a panel has too many places");
        ensure!(panel.redraws <= MAX_REDRAWS, "a panel was drawn too often");
        let is_dispute = matches!(panel.question, Question::Dispute { .. });
        ensure!(panel.round == 0 || (panel.round == 1 && is_dispute), "a panel is in a round that there is not");
        ensure!(panel.round == 1 || panel.earlier.is_empty(), "a panel of the first round had one before");
        let mut known = BTreeSet::<SeatId>::new();
        for seat in panel.busy() {
            ensure!(known.insert(seat), "a seat is on a panel twice");
            ensure!(Seats::<T>::contains_key(seat), "a vacant seat is on a panel");
            ensure!(Sits::<T>::contains_key(seat, ordered(id)), "a seat does not know that it is on a panel");
        }
        ensure!(panel.silent.iter().all(|seat| known.insert(*seat)), "a silent seat is on the panel again");
        match panel.phase {
            Phase::Drawing { asked, .. } => {
                ensure!(asked <= Self::now() && asked >= panel.opened, "a draw is asked for at no time of its panel");
                ensure!(panel.is_bound(), "a panel waits for a tracker and for a draw");
            },
            Phase::Sitting { commit_until, reveal_until } => {
                ensure!(commit_until < reveal_until, "a panel has no time to reveal");
                ensure!(!panel.places.is_empty(), "a panel waits for nobody");
            },
        }
        Ok(panel.busy().count())
    }
}
