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
    types::{ordered, Seat, MAX_FORGOTTEN},
    Config, Error, Event, HoldReason, HoleAt, HoleCount, Holes, Pallet, Rules, SeatCount, SeatOf, Seats, Sits,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_take_seat(tracker: T::AccountId) -> DispatchResult {
        ensure!(!SeatOf::<T>::contains_key(&tracker), Error::<T>::AlreadySeated);
        let bond = T::SeatBond::get();
        let seat = match Self::vacant() {
            Some(seat) => {
                Self::hold(&tracker, bond)?;
                seat
            },
            None => {
                let fee = T::SeatFee::get();
                Self::hold(&tracker, bond.saturating_add(fee))?;
                let (exact, force) = (Precision::Exact, Fortitude::Force);
                <T as Config>::Currency::burn_held(&HoldReason::Seat.into(), &tracker, fee, exact, force)?;
                Self::one_more()?
            },
        };
        SeatOf::<T>::insert(&tracker, seat);
        let record = Seat { tracker: tracker.clone(), bond, since: Self::now(), leaving: None, short: None, busy: 0 };
        Seats::<T>::insert(seat, record);
        Self::deposit_event(Event::SeatTaken { seat, tracker });
        Ok(())
    }

    /// Takes a vacant seat, if there is one.
    fn vacant() -> Option<SeatId> {
        let top = HoleCount::<T>::get().checked_sub(1)?;
        let hole = Holes::<T>::get(top)?;
        HoleAt::<T>::remove(hole);
        Self::drop_hole(top);
        Some(hole)
    }

    /// A seat of the next number.
    fn one_more() -> Result<SeatId, DispatchError> {
        let seat = SeatCount::<T>::get();
        SeatCount::<T>::put(seat.checked_add(1).ok_or(ArithmeticError::Overflow)?);
        Ok(seat)
    }

    /// Takes a vacant seat out of the stack of them, from wherever it is.
    fn drop_hole(place: u32) {
        let Some(top) = HoleCount::<T>::get().checked_sub(1) else { return };
        HoleCount::<T>::put(top);
        let Some(moved) = Holes::<T>::take(top) else { return };
        if place != top {
            Holes::<T>::insert(place, moved);
            HoleAt::<T>::insert(moved, place);
        }
    }

    /// Notes that a seat is vacant, and forgets vacant ones of the highest numbers, at which draws would look in vain.
    fn keep_hole(seat: SeatId) {
        let top = HoleCount::<T>::get();
        Holes::<T>::insert(top, seat);
        HoleAt::<T>::insert(seat, top);
        HoleCount::<T>::put(top.saturating_add(1));
        for _ in 0..MAX_FORGOTTEN {
            let Some(last) = SeatCount::<T>::get().checked_sub(1) else { return };
            let Some(place) = HoleAt::<T>::take(last) else { return };
            Self::drop_hole(place);
            SeatCount::<T>::put(last);
        }
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
        Self::keep_hole(seat);
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
