//! What must be true of buckets at all times.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_buckets_primitives::{limits::MAX_GRANTS, Balance, BucketId};
use sp_runtime::TryRuntimeError;

use crate::{types::Bucket, Buckets, Config, CurrencyOf, Grants, NextBucket, OfGateway, OfOwner, Pallet};

impl<T: Config> Pallet<T> {
    /// Checks that indexes agree, that heads, leases and grants go together, and that every coin on hold, of whatever account, is a
    /// deposit.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let (mut buckets, mut grants) = (0usize, 0usize);
        for (id, record) in Buckets::<T>::iter() {
            ensure!(id < NextBucket::<T>::get(), "a bucket has a number that was not given yet");
            ensure!(OfOwner::<T>::contains_key(&record.owner, id), "a bucket is not among those of its owner");
            Self::check_heads(&record)?;
            Self::check_grants(id, &record)?;
            buckets = buckets.saturating_add(1);
            grants = grants.saturating_add(record.grants as usize);
            let sum = held.entry(record.owner).or_default();
            *sum = sum.saturating_add(record.deposit);
        }
        ensure!(OfOwner::<T>::iter_keys().count() == buckets, "an owner has a bucket that is gone");
        ensure!(Grants::<T>::iter_keys().count() == grants, "a gateway has the key of a bucket that is gone");
        ensure!(OfGateway::<T>::iter_keys().count() == grants, "a gateway has a bucket that it has no key of");
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&Self::reason(), &who) == records,
                "what is on hold is not the sum of deposits"
            );
        }
        ensure!(held.values().all(|held| *held == 0), "an owner with deposits has no account");
        Ok(())
    }

    fn check_heads(record: &Bucket<T::AccountId>) -> Result<(), TryRuntimeError> {
        let hashes: BTreeSet<_> = record.heads.iter().map(|head| head.hash).collect();
        ensure!(hashes.len() == record.heads.len(), "a bucket has a head twice");
        ensure!(record.heads.is_sorted(), "heads are out of order");
        let is_of_epoch = |epoch: u32| epoch > 0 && epoch <= record.epoch;
        ensure!(record.heads.iter().all(|head| is_of_epoch(head.epoch)), "a head is of an epoch that has not begun");
        Ok(())
    }

    fn check_grants(id: BucketId, record: &Bucket<T::AccountId>) -> Result<(), TryRuntimeError> {
        let (mut count, mut deposits): (u32, Balance) = (0, 0);
        let mut epochs = BTreeSet::new();
        for (gateway, grant) in Grants::<T>::iter_prefix(id) {
            ensure!(OfGateway::<T>::contains_key(&gateway, id), "a bucket is not among those of a gateway with its key");
            ensure!(grant.epoch.is_none_or(|epoch| epoch <= record.epoch), "a gateway held an epoch that has not begun");
            ensure!(grant.epoch.is_none_or(|epoch| epochs.insert(epoch)), "two gateways held one epoch");
            count = count.saturating_add(1);
            deposits = deposits.saturating_add(grant.deposit);
        }
        ensure!(count == record.grants && count <= MAX_GRANTS, "grants are miscounted, or too many");
        ensure!(record.deposit >= deposits, "a bucket's deposit is less than those of its grants");
        if let Some(lease) = &record.lease {
            let grant = Grants::<T>::get(id, &lease.holder).ok_or("a gateway has a lease and no key")?;
            ensure!(lease.epoch == record.epoch, "a lease is of an epoch that is over");
            ensure!(grant.epoch == Some(lease.epoch), "a holder does not know its epoch");
        }
        Ok(())
    }
}
