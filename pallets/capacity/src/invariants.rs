//! What must be true of rounds, bonds and fees at all times.

use alloc::collections::BTreeMap;
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use idlewild_capacity_primitives::{
    estimate::{Seen, Sums, RING},
    Balance,
};

use crate::{
    types::{MAX_CLAIMS_IN_BLOCK, MAX_CLAIMS_OF_ACCOUNT},
    Bonds, Config, Current, Day, History, HoldReason, InBlock, Pallet, Previous, Recorded, Rules, Waiting,
};

impl<T: Config> Pallet<T> {
    /// Checks that what is on hold is what the records say, and that the day is the sum of its rounds.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        ensure!(T::FalseClaimSlash::get() <= T::LeastCapacityBond::get(), "a false claim could cost more than there is");
        ensure!(InBlock::<T>::get() <= MAX_CLAIMS_IN_BLOCK, "a block verified more claims than it may");
        for bond in Bonds::<T>::iter_values() {
            ensure!(bond.amount > 0, "a bond of nothing is kept");
            ensure!(bond.since <= Self::round(), "a bond is from a round to come");
        }
        let (current, previous) = (Current::<T>::get(), Previous::<T>::get());
        if let (Some(current), Some(previous)) = (&current, &previous) {
            ensure!(previous.index < current.index, "rounds are out of order");
        }
        let waits = current.as_ref().is_some_and(|round| round.challenge.is_none());
        ensure!(waits == Waiting::<T>::exists(), "a round waits for a challenge that it has, or for none");
        let mut fees = BTreeMap::<T::AccountId, Balance>::new();
        for round in current.into_iter().chain(previous) {
            ensure!(round.slash >= T::FalseClaimSlash::get(), "a false claim costs less than the least");
            ensure!(round.challenge.is_some() || round.open == 0, "a round took claims before it asked anything");
            for miner in &round.verified {
                let times = round.verified.iter().filter(|other| *other == miner).count() as u32;
                ensure!(times <= MAX_CLAIMS_OF_ACCOUNT, "an account had more claims verified than it may");
            }
            if let Some(claim) = round.best {
                ensure!(claim.quality <= round.bound, "a claim is worse than it may be");
                ensure!(round.verified.contains(&claim.miner), "a claim that was never verified is the best");
                let fee = fees.entry(claim.miner).or_default();
                *fee = fee.saturating_add(claim.fee);
            }
        }
        Self::check_holds(fees)?;
        Self::check_day()
    }

    /// Every coin that is on hold, of whatever account, is told of in a bond or a claim.
    fn check_holds(mut fees: BTreeMap<T::AccountId, Balance>) -> Result<(), sp_runtime::TryRuntimeError> {
        let mut bonds: BTreeMap<_, _> = Bonds::<T>::iter().map(|(miner, bond)| (miner, bond.amount)).collect();
        for account in frame_system::Account::<T>::iter_keys() {
            let on_hold = |reason: HoldReason| T::Coins::balance_on_hold(&reason.into(), &account);
            ensure!(on_hold(HoldReason::Bond) == bonds.remove(&account).unwrap_or(0), "what is on hold is not the bond");
            ensure!(on_hold(HoldReason::Fee) == fees.remove(&account).unwrap_or(0), "what is on hold is not the fee");
        }
        ensure!(bonds.is_empty() && fees.is_empty(), "an account that is no more has a bond, or a claim");
        Ok(())
    }

    fn check_day() -> Result<(), sp_runtime::TryRuntimeError> {
        let recorded = Recorded::<T>::get();
        let unseen = Seen::of(Rules::<T>::get().nonces);
        let mut day = Sums::default();
        for place in 0..RING {
            let record = History::<T>::get(place);
            ensure!(record.is_some() == (place < recorded), "a round is missing, or is there before it was");
            day.add(record.map_or(unseen, |record| record.seen));
        }
        ensure!(day == Day::<T>::get(), "the day is not the sum of its rounds");
        Ok(())
    }
}
