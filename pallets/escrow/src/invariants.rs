//! What must be true of escrows at all times.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_compute_primitives::Balance;
use sp_runtime::TryRuntimeError;

use crate::{Config, Escrows, HoldReason, NextEscrow, OpenOf, Pallet};

impl<T: Config> Pallet<T> {
    /// Checks that no escrow gave more than came, and that every coin on hold, of whatever account, is told of in one.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let mut open: BTreeMap<T::AccountId, u32> = BTreeMap::new();
        for (id, escrow) in Escrows::<T>::iter() {
            ensure!(id < NextEscrow::<T>::get(), "an escrow has a number that was not given yet");
            let gone = escrow.paid.checked_add(escrow.burned).and_then(|gone| gone.checked_add(escrow.refunded));
            ensure!(gone.is_some_and(|gone| gone <= escrow.came), "an escrow gave more than came");
            let sum = held.entry(escrow.payer.clone()).or_default();
            *sum = sum.saturating_add(escrow.held());
            let count = open.entry(escrow.payer).or_default();
            *count = count.saturating_add(1);
        }
        ensure!(open == OpenOf::<T>::iter().collect(), "a payer's open escrows are miscounted");
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            let on_hold = T::Currency::balance_on_hold(&HoldReason::Escrow.into(), &who);
            ensure!(on_hold == records, "what is on hold is not the sum of what escrows hold");
        }
        // An escrow that was used up may outlive its payer's account.
        ensure!(held.values().all(|held| *held == 0), "an account that is no more has coins in escrow");
        Ok(())
    }
}
