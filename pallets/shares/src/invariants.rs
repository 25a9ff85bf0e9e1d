//! What must be true of shares and publications at all times.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_shares_primitives::{name::is_file_name, Balance};
use sp_runtime::TryRuntimeError;

use crate::{
    Config, CurrencyOf, Keys, NextPublication, NextShare, Pallet, Publications, PublicationsOf, Shares, SharesOf, SharesWith,
};

/// What is to be on hold for each account.
type Deposits<T> = BTreeMap<<T as frame_system::Config>::AccountId, Balance>;

impl<T: Config> Pallet<T> {
    /// Checks that indexes agree, and that every coin on hold, of whatever account, is a deposit.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held = Deposits::<T>::new();
        Keys::<T>::iter().for_each(|(account, announced)| add::<T>(&mut held, account, announced.deposit));
        Self::check_shares(&mut held)?;
        Self::check_publications(&mut held)?;
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&Self::reason(), &who) == records,
                "what is on hold is not the sum of deposits"
            );
        }
        ensure!(held.values().all(|held| *held == 0), "an account with deposits does not exist");
        Ok(())
    }

    fn check_shares(held: &mut Deposits<T>) -> Result<(), TryRuntimeError> {
        let (mut all, mut to_accounts) = (0usize, 0usize);
        for (id, share) in Shares::<T>::iter() {
            ensure!(id < NextShare::<T>::get(), "a share has a number that was not given yet");
            ensure!(SharesOf::<T>::contains_key(&share.owner, id), "a share is not among those of its owner");
            if let Some(account) = share.audience.account() {
                ensure!(SharesWith::<T>::contains_key(account, id), "a share is not among those with its account");
                to_accounts = to_accounts.saturating_add(1);
            }
            all = all.saturating_add(1);
            add::<T>(held, share.owner, share.deposit);
        }
        ensure!(SharesOf::<T>::iter_keys().count() == all, "an owner has a share that is gone");
        ensure!(SharesWith::<T>::iter_keys().count() == to_accounts, "a share that is gone is with an account");
        Ok(())
    }

    fn check_publications(held: &mut Deposits<T>) -> Result<(), TryRuntimeError> {
        let mut all = 0usize;
        for (id, record) in Publications::<T>::iter() {
            ensure!(id < NextPublication::<T>::get(), "a publication has a number that was not given yet");
            ensure!(PublicationsOf::<T>::contains_key(&record.owner, id), "a publication is not among those of its owner");
            ensure!(is_file_name(&record.name), "a publication has a name that no file may have");
            all = all.saturating_add(1);
            add::<T>(held, record.owner, record.deposit);
        }
        ensure!(PublicationsOf::<T>::iter_keys().count() == all, "an owner has a publication that is gone");
        Ok(())
    }
}

fn add<T: Config>(held: &mut Deposits<T>, who: T::AccountId, deposit: Balance) {
    let sum = held.entry(who).or_default();
    *sum = sum.saturating_add(deposit);
}
