//! Bonds: what stands for which slots, and what is taken from them.
//!
//! | event | of the bond is taken | of that goes to bounties |
//! | --- | --- | --- |
//! | a miss | a share of what is required, never below two bounties a slot | at most half, to who reported it |
//! | a slot lost or never appended | the slot's part | at most half, for repair and for the report |
//! | a probation not passed | two bounties of the slot | nothing: the first loser's bounty is still there |
//! | failure | all that is required | one bounty for each slot that it answers for, at most half |
//!
//! The rest is destroyed, so that an operator who is also the reporter or the repairer still loses half.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{Inspect, InspectHold, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get,
    },
};
use idlewild_storage_primitives::{terms::Load, Balance, MinerId};

use crate::{
    types::{Status, TOP_SCORE},
    Config, Error, Event, HoldReason, Miners, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_add_bond(operator: T::AccountId, miner: MinerId, amount: Balance) -> DispatchResult {
        Self::mutate_owned(&operator, miner, |record| {
            ensure!(!record.is_leaving(), Error::<T>::Leaving);
            Self::hold(&operator, amount)?;
            record.bond = record.bond.saturating_add(amount);
            record.fresh.add(Self::epoch(), amount);
            Ok(())
        })?;
        Self::deposit_event(Event::BondAdded { miner, amount });
        Ok(())
    }

    pub(crate) fn do_withdraw_bond(operator: T::AccountId, miner: MinerId, amount: Balance) -> DispatchResult {
        Self::mutate_owned(&operator, miner, |record| {
            let left = record.bond.checked_sub(amount).ok_or(Error::<T>::BondInUse)?;
            ensure!(left >= T::Rates::get().bond(record.load), Error::<T>::BondInUse);
            ensure!(record.is_leaving() || left >= T::LeastBond::get(), Error::<T>::BondTooLow);
            ensure!(left >= record.fresh.of(Self::epoch()), Error::<T>::BondTooFresh);
            Self::release_held(&operator, amount)?;
            record.bond = left;
            Ok(())
        })?;
        Self::deposit_event(Event::BondWithdrawn { miner, amount });
        Ok(())
    }

    /// Whether an active miner has the capacity and the bond for `load` more, `bytes` long.
    pub fn has_room(miner: MinerId, load: Load, bytes: u64) -> bool {
        Miners::<T>::get(miner)
            .is_some_and(|record| record.free() >= bytes && record.bond >= T::Rates::get().bond(record.load.plus(load)))
    }

    /// Gives an active miner with room `load` to answer for.
    pub fn assign(miner: MinerId, load: Load, bytes: u64) -> DispatchResult {
        ensure!(Self::has_room(miner, load, bytes), Error::<T>::NoRoom);
        Self::mutate(miner, |record| {
            record.used = record.used.saturating_add(bytes);
            record.load = record.load.plus(load);
            record.answers = record.answers.plus(load);
            Ok(())
        })
    }

    /// Lets a miner off `load`, on which no deal counts any more. Its bytes and its part of the bond are free once it is
    /// [released](Self::release).
    pub fn let_off(miner: MinerId, load: Load) -> DispatchResult {
        Self::mutate(miner, |record| {
            record.answers = record.answers.minus(load);
            Ok(())
        })
    }

    /// Takes `load`, which the miner was let off, from what its bond stands for: its bytes and its part of the bond are free again.
    pub fn release(miner: MinerId, load: Load, bytes: u64) -> DispatchResult {
        Self::mutate(miner, |record| {
            record.used = record.used.saturating_sub(bytes);
            record.load = record.load.minus(load);
            Ok(())
        })
    }

    /// Keeps `bytes` of an active miner's capacity free for a repair that it claimed.
    pub fn reserve_bytes(miner: MinerId, bytes: u64) -> DispatchResult {
        Self::mutate(miner, |record| {
            ensure!(record.free() >= bytes, Error::<T>::NoRoom);
            record.used = record.used.saturating_add(bytes);
            Ok(())
        })
    }

    /// Gives back what [`reserve_bytes`](Self::reserve_bytes) kept.
    pub fn free_bytes(miner: MinerId, bytes: u64) -> DispatchResult {
        Self::mutate(miner, |record| {
            record.used = record.used.saturating_sub(bytes);
            Ok(())
        })
    }

    /// Charges `misses` missed periods and returns what was taken, all of which is still on hold.
    ///
    /// Up to half of it may be paid to whoever reported it, by [`settle_slash`](Self::settle_slash), which must follow.
    pub fn slash_misses(miner: MinerId, misses: u32) -> Result<Balance, DispatchError> {
        let rates = T::Rates::get();
        Self::mutate(miner, |record| {
            let required = rates.bond(record.load);
            let most = record.bond.min(required).saturating_sub(rates.floor(record.answers));
            let share = T::MissSlash::get().mul_floor(required).saturating_mul(Balance::from(misses));
            let taken = share.min(most);
            record.bond = record.bond.saturating_sub(taken);
            Ok(taken)
        })
    }

    /// Pays up to `bounty`, and at most half, of what was taken from a miner to `reporter`, and destroys the rest.
    pub fn settle_slash(
        miner: MinerId,
        taken: Balance,
        reporter: Option<(&T::AccountId, Balance)>,
    ) -> Result<Balance, DispatchError> {
        let record = Miners::<T>::get(miner).ok_or(Error::<T>::NoSuchMiner)?;
        let paid = match reporter {
            Some((who, bounty)) => Self::pay_out(&record.operator, who, bounty.min(taken / 2))?,
            None => 0,
        };
        let burned = taken.saturating_sub(paid);
        Self::burn_held(&record.operator, burned)?;
        if taken > 0 {
            Self::deposit_event(Event::Slashed { miner, amount: taken, burned });
        }
        Ok(paid)
    }

    /// Takes all that a failed miner's slots required: a bounty for each that a deal counts on into its pot, the rest destroyed,
    /// but for a reporter's bounty where at most half is spent on bounties together.
    ///
    /// Returns what the reporter was paid.
    pub fn fail(miner: MinerId, reporter: Option<(&T::AccountId, Balance)>) -> Result<Balance, DispatchError> {
        let rates = T::Rates::get();
        let (taken, potted, operator) = Self::mutate(miner, |record| {
            let taken = record.bond.min(rates.bond(record.load));
            let potted = rates.bounty(record.answers).min(taken / 2);
            record.bond = record.bond.saturating_sub(taken);
            record.pot = record.pot.saturating_add(potted);
            record.lost = record.lost.plus(record.answers);
            // Nothing that it holds counts against it any more.
            record.load = Load::default();
            record.answers = Load::default();
            record.used = 0;
            record.score = 0;
            record.status = Status::Failed;
            Ok((taken, potted, record.operator.clone()))
        })?;
        let paid = match reporter {
            Some((who, bounty)) => {
                let spare = (taken / 2).saturating_sub(potted);
                Self::pay_out(&operator, who, bounty.min(spare))?
            },
            None => 0,
        };
        let burned = taken.saturating_sub(potted).saturating_sub(paid);
        Self::burn_held(&operator, burned)?;
        Self::deposit_event(Event::StatusChanged { miner, status: Status::Failed });
        if taken > 0 {
            Self::deposit_event(Event::Slashed { miner, amount: taken, burned });
        }
        Ok(paid)
    }

    /// Lets a miner off a slot of `load` that it lost, for `amount` of its bond: of that one bounty goes into the pot where
    /// `potted`, one to `reporter`, at most half in all, and the rest is destroyed.
    ///
    /// What the other slots need for their repair is never touched.
    pub fn lose_slot(
        miner: MinerId,
        load: Load,
        amount: Balance,
        potted: bool,
        reporter: Option<&T::AccountId>,
    ) -> DispatchResult {
        let rates = T::Rates::get();
        let bounty = rates.bounty(load);
        let (taken, kept, operator) = Self::mutate(miner, |record| {
            record.answers = record.answers.minus(load);
            let most = record.bond.saturating_sub(rates.floor(record.answers));
            let taken = amount.min(most);
            let kept = if potted { bounty.min(taken / 2) } else { 0 };
            record.bond = record.bond.saturating_sub(taken);
            record.pot = record.pot.saturating_add(kept);
            if potted {
                record.lost = record.lost.plus(load);
            }
            Ok((taken, kept, record.operator.clone()))
        })?;
        let spare = (taken / 2).saturating_sub(kept);
        let paid = match reporter {
            Some(who) => Self::pay_out(&operator, who, bounty.min(spare))?,
            None => 0,
        };
        let burned = taken.saturating_sub(kept).saturating_sub(paid);
        Self::burn_held(&operator, burned)?;
        Self::deposit_event(Event::Slashed { miner, amount: taken, burned });
        Ok(())
    }

    /// Pays `amount` of a miner's pot, as far as that reaches, to who repaired a slot of `load`. Returns what arrived.
    pub fn pay_bounty(miner: MinerId, load: Load, amount: Balance, repairer: &T::AccountId) -> Result<Balance, DispatchError> {
        let (operator, taken, left) = Self::drain_pot(miner, load, amount)?;
        let paid = Self::pay_out(&operator, repairer, taken)?;
        Self::burn_held(&operator, taken.saturating_sub(paid).saturating_add(left))?;
        Ok(paid)
    }

    /// Destroys `amount` of a miner's pot, as far as that reaches: the slot of `load` that it was for needs no repair any more.
    pub fn burn_bounty(miner: MinerId, load: Load, amount: Balance) -> DispatchResult {
        let (operator, taken, left) = Self::drain_pot(miner, load, amount)?;
        Self::burn_held(&operator, taken.saturating_add(left))
    }

    /// Bounties kept for what a miner lost.
    pub fn pot(miner: MinerId) -> Balance {
        Miners::<T>::get(miner).map_or(0, |record| record.pot)
    }

    /// Takes `amount` out of a pot, or what there is, and then what is left where nothing more is to be repaired: bounties may
    /// have become smaller since they were set aside.
    fn drain_pot(miner: MinerId, load: Load, amount: Balance) -> Result<(T::AccountId, Balance, Balance), DispatchError> {
        Self::mutate(miner, |record| {
            let taken = record.pot.min(amount);
            record.pot = record.pot.saturating_sub(taken);
            record.lost = record.lost.minus(load);
            let left = if record.lost.slots == 0 { core::mem::take(&mut record.pot) } else { 0 };
            Ok((record.operator.clone(), taken, left))
        })
    }

    /// Moves a miner's score after a period: towards the top when it was proven, towards zero when it was missed.
    pub fn rate_period(miner: MinerId, proven: bool, misses: u32) -> DispatchResult {
        Self::mutate(miner, |record| {
            // An exponential average over about sixteen periods; misses weigh each on their own, and come after the proof.
            if proven {
                let missing = TOP_SCORE.saturating_sub(record.score);
                record.score = record.score.saturating_add(missing.div_ceil(16));
            }
            for _ in 0..misses.min(64) {
                record.score = record.score.saturating_sub(record.score.div_ceil(16));
            }
            Ok(())
        })
    }

    pub(crate) fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = T::Currency::reducible_balance(who, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        T::Currency::hold(&Self::reason(), who, amount)
    }

    pub(crate) fn release_held(who: &T::AccountId, amount: Balance) -> DispatchResult {
        T::Currency::release(&Self::reason(), who, amount, Precision::Exact).map(|_| ())
    }

    fn burn_held(who: &T::AccountId, amount: Balance) -> DispatchResult {
        if amount == 0 {
            return Ok(());
        }
        T::Currency::burn_held(&Self::reason(), who, amount, Precision::Exact, Fortitude::Force).map(|_| ())
    }

    fn pay_out(from: &T::AccountId, to: &T::AccountId, amount: Balance) -> Result<Balance, DispatchError> {
        if amount == 0 {
            return Ok(0);
        }
        if from == to {
            Self::release_held(from, amount)?;
            return Ok(amount);
        }
        // A reward too small to open an account is destroyed with the rest. Coins on hold do not count for it: an account needs
        // the least free balance, whatever else it has.
        if T::Currency::balance(to).saturating_add(amount) < T::Currency::minimum_balance() {
            return Ok(0);
        }
        T::Currency::transfer_on_hold(&Self::reason(), from, to, amount, Precision::Exact, Restriction::Free, Fortitude::Force)
    }

    pub(crate) fn reason() -> T::RuntimeHoldReason {
        HoldReason::Bond.into()
    }

    /// What is on hold for an account's miners.
    pub fn held_for(who: &T::AccountId) -> Balance {
        T::Currency::balance_on_hold(&Self::reason(), who)
    }
}
