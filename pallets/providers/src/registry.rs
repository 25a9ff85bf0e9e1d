//! Who the miners are and what they offer: the logic behind the calls.

use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_storage_primitives::{receipt::registration_message, terms::Load, Balance, MinerId, PeerKey};
use sp_io::crypto::ed25519_verify;

use crate::{
    types::{Miner, Snapshots, Status, TOP_SCORE},
    ActiveOf, ActiveOperators, ByPeerKey, Config, Endpoint, Endpoints, Error, Event, Miners, NextMiner, OnRemoved, Pallet,
    TotalWeight,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        operator: T::AccountId,
        peer_key: PeerKey,
        peer_signature: [u8; 64],
        endpoint: Endpoint,
        capacity: u64,
        price: Balance,
        bond: Balance,
    ) -> DispatchResult {
        ensure!(!ByPeerKey::<T>::contains_key(peer_key), Error::<T>::PeerKeyTaken);
        ensure!(is_multiaddress(&endpoint), Error::<T>::BadEndpoint);
        ensure!(capacity > 0, Error::<T>::NoCapacity);
        ensure!(bond >= T::LeastBond::get(), Error::<T>::BondTooLow);
        let message = registration_message(&Self::genesis(), &operator.clone().into(), &peer_key);
        ensure!(ed25519_verify(&peer_signature.into(), &message, &peer_key.into()), Error::<T>::BadPeerSignature);
        let miner = NextMiner::<T>::get();
        let next = miner.checked_add(1).ok_or(Error::<T>::TooManyMiners)?;
        Self::hold(&operator, bond)?;
        let mut record = Miner {
            operator: operator.clone(),
            peer_key,
            capacity,
            used: 0,
            price,
            bond,
            load: Load::default(),
            pot: 0,
            score: TOP_SCORE,
            status: Status::Active,
            weight: Snapshots::default(),
        };
        // A first weight counts at once: a network whose miners all came in this epoch can still take deals.
        record.weight = Snapshots::starting_at(Self::epoch(), record.live_weight());
        Self::shift_total(0, record.weight.live());
        NextMiner::<T>::put(next);
        ByPeerKey::<T>::insert(peer_key, miner);
        Endpoints::<T>::insert(miner, endpoint);
        Miners::<T>::insert(miner, record);
        Self::activate(&operator);
        Self::deposit_event(Event::Registered { miner, operator, peer_key, capacity, price });
        Ok(())
    }

    pub(crate) fn do_set_capacity(operator: T::AccountId, miner: MinerId, capacity: u64) -> DispatchResult {
        ensure!(capacity > 0, Error::<T>::NoCapacity);
        Self::mutate_owned(&operator, miner, |record| {
            ensure!(!record.is_leaving(), Error::<T>::Leaving);
            ensure!(capacity >= record.used, Error::<T>::CapacityInUse);
            record.capacity = capacity;
            Ok(())
        })?;
        Self::deposit_event(Event::CapacityChanged { miner, capacity });
        Ok(())
    }

    pub(crate) fn do_set_endpoint(operator: T::AccountId, miner: MinerId, endpoint: Endpoint) -> DispatchResult {
        ensure!(is_multiaddress(&endpoint), Error::<T>::BadEndpoint);
        Self::owned(&operator, miner)?;
        Endpoints::<T>::insert(miner, endpoint.clone());
        Self::deposit_event(Event::EndpointChanged { miner, endpoint });
        Ok(())
    }

    pub(crate) fn do_set_price(operator: T::AccountId, miner: MinerId, price: Balance) -> DispatchResult {
        Self::mutate_owned(&operator, miner, |record| {
            record.price = price;
            Ok(())
        })?;
        Self::deposit_event(Event::PriceChanged { miner, price });
        Ok(())
    }

    pub(crate) fn do_set_status(operator: T::AccountId, miner: MinerId, status: Status) -> DispatchResult {
        let was = Self::mutate_owned(&operator, miner, |record| {
            ensure!(!record.is_leaving(), Error::<T>::Leaving);
            ensure!(record.status != status, Error::<T>::SameStatus);
            Ok(core::mem::replace(&mut record.status, status))
        })?;
        Self::note_status(&operator, miner, was, status);
        Ok(())
    }

    pub(crate) fn do_remove(operator: T::AccountId, miner: MinerId) -> DispatchResult {
        let record = Self::owned(&operator, miner)?;
        ensure!(record.is_leaving(), Error::<T>::NotExiting);
        ensure!(record.load == Load::default() && record.pot == 0 && record.used == 0, Error::<T>::StillInUse);
        Self::release_held(&operator, record.bond)?;
        Self::shift_total(record.weight.live(), 0);
        Miners::<T>::remove(miner);
        Endpoints::<T>::remove(miner);
        ByPeerKey::<T>::remove(record.peer_key);
        T::OnRemoved::on_removed(miner);
        Self::deposit_event(Event::Removed { miner });
        Ok(())
    }

    /// The miner, if `operator` is behind it.
    pub fn owned(operator: &T::AccountId, miner: MinerId) -> Result<Miner<T::AccountId>, Error<T>> {
        let record = Miners::<T>::get(miner).ok_or(Error::<T>::NoSuchMiner)?;
        ensure!(record.operator == *operator, Error::<T>::NotOperator);
        Ok(record)
    }

    /// Changes a miner that `operator` is behind, and its weight with it.
    pub(crate) fn mutate_owned<R>(
        operator: &T::AccountId,
        miner: MinerId,
        change: impl FnOnce(&mut Miner<T::AccountId>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Self::owned(operator, miner)?;
        Self::mutate(miner, change)
    }

    /// Changes a miner, and its weight with it. Nothing is changed on an error.
    pub(crate) fn mutate<R>(
        miner: MinerId,
        change: impl FnOnce(&mut Miner<T::AccountId>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Miners::<T>::try_mutate(miner, |slot| {
            let record = slot.as_mut().ok_or(Error::<T>::NoSuchMiner)?;
            let result = change(record)?;
            let before = record.weight.live();
            let after = record.live_weight();
            if before != after {
                record.weight.set(Self::epoch(), after);
                Self::shift_total(before, after);
            }
            Ok(result)
        })
    }

    /// Says that a status changed, and keeps the count of active operators.
    pub(crate) fn note_status(operator: &T::AccountId, miner: MinerId, was: Status, status: Status) {
        match (was == Status::Active, status == Status::Active) {
            (true, false) => Self::deactivate(operator),
            (false, true) => Self::activate(operator),
            _ => {},
        }
        Self::deposit_event(Event::StatusChanged { miner, status });
    }

    fn activate(operator: &T::AccountId) {
        ActiveOf::<T>::mutate(operator, |miners| {
            if *miners == 0 {
                ActiveOperators::<T>::mutate(|operators| *operators = operators.saturating_add(1));
            }
            *miners = miners.saturating_add(1);
        });
    }

    fn deactivate(operator: &T::AccountId) {
        let left = ActiveOf::<T>::get(operator).saturating_sub(1);
        if left == 0 {
            ActiveOf::<T>::remove(operator);
            ActiveOperators::<T>::mutate(|operators| *operators = operators.saturating_sub(1));
        } else {
            ActiveOf::<T>::insert(operator, left);
        }
    }

    fn shift_total(before: u64, after: u64) {
        TotalWeight::<T>::mutate(|total| {
            let live = total.live().saturating_sub(before).saturating_add(after);
            total.set(Self::epoch(), live);
        });
    }

    /// The admission epoch now.
    pub fn epoch() -> u32 {
        let length = pallet_idlewild_clock::Pallet::<T>::timing().epoch;
        pallet_idlewild_clock::Pallet::<T>::now().checked_div(length).unwrap_or(0)
    }

    /// The genesis hash, which every signature outside of extrinsics names.
    pub fn genesis() -> [u8; 32] {
        let hash = frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::default());
        // A hash of 32 bytes stays as it is; a runtime with longer ones would still get a fixed name for its chain.
        hash.using_encoded(|bytes| bytes.try_into().unwrap_or_else(|_| idlewild_storage_primitives::hash::hash(bytes)))
    }
}

impl<AccountId> Miner<AccountId> {
    /// Whether it is exiting or has failed.
    pub fn is_leaving(&self) -> bool {
        matches!(self.status, Status::Exiting | Status::Failed)
    }
}

fn is_multiaddress(endpoint: &[u8]) -> bool {
    endpoint.first() == Some(&b'/') && core::str::from_utf8(endpoint).is_ok()
}
