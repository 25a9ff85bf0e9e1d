//! What must hold after every call.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::ensure;
use idlewild_compute_primitives::Balance;
use sp_runtime::TryRuntimeError;

use crate::{types::TOP_SCORE, ByPeerKey, Config, Endpoints, GivenBy, NextProvider, Pallet, Providers};

impl<T: Config> Pallet<T> {
    /// Checks that coins on hold are what the records say, that nothing is promised twice, that scores consist of points, and that
    /// indexes agree.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let most = Self::trust().most_of_requester;
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        for (id, record) in Providers::<T>::iter() {
            ensure!(id < NextProvider::<T>::get(), "a provider has a number that was not given yet");
            ensure!(ByPeerKey::<T>::get(record.peer_key) == Some(id), "a provider is not found by its peer key");
            ensure!(Endpoints::<T>::contains_key(id), "a provider has no endpoint");
            ensure!(record.offered.covers(&record.free), "a provider has more free than it offers");
            ensure!(record.offered.vram_mib == record.free.vram_mib, "memory of graphics processors is shared out");
            ensure!(record.locked <= record.bond, "more stands for a provider's work than it has put up");
            let is_idle = record.free == record.offered && record.locked == 0;
            ensure!(record.busy > 0 || is_idle, "something is in use of a provider that has no work");
            ensure!(
                record.last_lost.is_some() == (record.lost > 0),
                "a provider lost something at no time, or nothing at some"
            );
            ensure!(record.score <= TOP_SCORE, "a score is too high");
            let givers = GivenBy::<T>::get(id);
            let points = givers.iter().fold(0u16, |sum, given| sum.saturating_add(given.points));
            ensure!(points == record.score, "a score is not the sum of its points");
            ensure!(givers.iter().all(|given| (1..=most).contains(&given.points)), "a requester gave too many points, or none");
            let requesters: BTreeSet<_> = givers.iter().map(|given| given.requester.clone()).collect();
            ensure!(requesters.len() == givers.len(), "a requester is remembered twice");
            let sum = held.entry(record.operator).or_default();
            *sum = sum.saturating_add(record.bond);
        }
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(Self::held_for(&who) == records, "what is on hold is not the sum of bonds");
        }
        ensure!(held.values().all(|bonds| *bonds == 0), "an operator with a bond has no account");
        ensure!(ByPeerKey::<T>::iter().count() == Providers::<T>::iter().count(), "a peer key leads to no provider");
        ensure!(
            Endpoints::<T>::iter_keys().all(Providers::<T>::contains_key),
            "an endpoint is kept of a provider that is gone"
        );
        for (id, givers) in GivenBy::<T>::iter() {
            ensure!(Providers::<T>::contains_key(id), "points are kept of a provider that is gone");
            ensure!(!givers.is_empty(), "points are kept of a provider that has none");
        }
        Ok(())
    }
}
