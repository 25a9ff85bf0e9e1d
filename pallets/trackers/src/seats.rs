//! Seats: taken, charged, left.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    sp_runtime::ArithmeticError,
    traits::{
        fungible::{BalancedHold, Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
        Get, Imbalance, OnUnbalanced,
    },
};
use idlewild_compute_primitives::{Balance, PanelId, SeatId};

use crate::{
    types::{ordered, Seat},
    Config, Error, Event, HoldReason, HoleCount, Holes, Pallet, Rules, SeatCount, SeatOf, Seats, Sits,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_take_seat(tracker: T::AccountId) -> DispatchResult {
        ensure!(!SeatOf::<T>::contains_key(&tracker), Error::<T>::AlreadySeated);
        let bond = T::SeatBond::get();
        Self::hold(&tracker, bond)?;
        let seat = Self::vacant()?;
        SeatOf::<T>::insert(&tracker, seat);
        let record = Seat { tracker: tracker.clone(), bond, since: Self::now(), leaving: None, short: None, busy: 0 };
        Seats::<T>::insert(seat, record);
        Self::deposit_event(Event::SeatTaken { seat, tracker });
        Ok(())
    }

    /// A seat that nobody has.
    fn vacant() -> Result<SeatId, DispatchError> {
        if let Some(last) = HoleCount::<T>::get().checked_sub(1) {
            if let Some(hole) = Holes::<T>::take(last) {
                HoleCount::<T>::put(last);
                return Ok(hole);
            }
        }
        let seat = SeatCount::<T>::get();
        SeatCount::<T>::put(seat.checked_add(1).ok_or(ArithmeticError::Overflow)?);
        Ok(seat)
    }

    pub(crate) fn do_top_up(who: T::AccountId, seat: SeatId) -> DispatchResult {
        let mut record = Self::owned(&who, seat)?;
        ensure!(record.leaving.is_none(), Error::<T>::AlreadyLeaving);
        let amount = T::SeatBond::get().saturating_sub(record.bond);
        ensure!(amount > 0, Error::<T>::BondWhole);
        if let Some(short) = record.short.take() {
            // To count anew forgets that the seat counted before it ran short, so nothing may ask for that any more.
            ensure!(Self::now() >= short.saturating_add(Self::draw_within()), Error::<T>::DrawsPending);
            record.since = Self::now();
        }
        Self::hold(&who, amount)?;
        record.bond = record.bond.saturating_add(amount);
        Seats::<T>::insert(seat, record);
        Self::deposit_event(Event::ToppedUp { seat, amount });
        Ok(())
    }

    pub(crate) fn do_leave(who: T::AccountId, seat: SeatId) -> DispatchResult {
        let mut record = Self::owned(&who, seat)?;
        ensure!(record.leaving.is_none(), Error::<T>::AlreadyLeaving);
        let now = Self::now();
        record.leaving = Some(now);
        Seats::<T>::insert(seat, record);
        Self::deposit_event(Event::Leaving { seat, from: now.saturating_add(Rules::<T>::get().leave) });
        Ok(())
    }

    pub(crate) fn do_vacate(seat: SeatId) -> DispatchResult {
        let record = Seats::<T>::get(seat).ok_or(Error::<T>::NoSuchSeat)?;
        let used_up = record.short.filter(|_| record.bond == 0);
        let since = record.leaving.or(used_up).ok_or(Error::<T>::NotLeaving)?;
        ensure!(Self::now() >= since.saturating_add(Rules::<T>::get().leave), Error::<T>::DrawsPending);
        ensure!(record.busy == 0, Error::<T>::SeatBusy);
        let Seat { tracker, bond, .. } = record;
        <T as Config>::Currency::release(&HoldReason::Seat.into(), &tracker, bond, Precision::Exact)?;
        Seats::<T>::remove(seat);
        SeatOf::<T>::remove(&tracker);
        let holes = HoleCount::<T>::get();
        Holes::<T>::insert(holes, seat);
        HoleCount::<T>::put(holes.saturating_add(1));
        Self::deposit_event(Event::Vacated { seat, tracker, bond });
        Ok(())
    }

    fn owned(who: &T::AccountId, seat: SeatId) -> Result<Seat<T::AccountId>, Error<T>> {
        let record = Seats::<T>::get(seat).ok_or(Error::<T>::NoSuchSeat)?;
        ensure!(record.tracker == *who, Error::<T>::NotTracker);
        Ok(record)
    }

    /// Puts coins on hold. What is free is asked first, because the currency's own errors do not tell a user what to do.
    fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        let free = <T as Config>::Currency::reducible_balance(who, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        <T as Config>::Currency::hold(&HoldReason::Seat.into(), who, amount)
    }

    /// Whether so little of a bond is left that its seat is in no draws.
    pub(crate) fn is_short(bond: Balance) -> bool {
        bond.saturating_mul(2) < T::SeatBond::get()
    }

    /// Takes what silence costs of a seat's bond, as far as that reaches.
    pub(crate) fn charge(panel: PanelId, seat: SeatId) {
        let Some(mut record) = Seats::<T>::get(seat) else { return };
        let most = T::SilenceCharge::get().min(record.bond);
        let (credit, _) = <T as Config>::Currency::slash(&HoldReason::Seat.into(), &record.tracker, most);
        let amount = credit.peek();
        T::Treasury::on_unbalanced(credit);
        record.bond = record.bond.saturating_sub(amount);
        if record.short.is_none() && Self::is_short(record.bond) {
            record.short = Some(Self::now());
        }
        Seats::<T>::insert(seat, record);
        Self::deposit_event(Event::Charged { seat, panel, amount });
    }

    /// A seat has nothing more to do with a panel.
    pub(crate) fn let_go(panel: PanelId, seat: SeatId) {
        Seats::<T>::mutate_extant(seat, |record| record.busy = record.busy.saturating_sub(1));
        Sits::<T>::remove(seat, ordered(panel));
    }
}
