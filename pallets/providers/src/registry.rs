//! Who the miners are and what they offer: the logic behind the calls.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_storage_primitives::{
    receipt::{is_multiaddress, registration_message},
    terms::Load,
    Balance, MinerId, PeerKey,
};
use pallet_idlewild_clock::Pallet as Clock;
use sp_io::crypto::ed25519_verify;

use crate::{
    types::{Fresh, Miner, Snapshots, Status, COUNTED_WEIGHT, TOP_SCORE},
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
        let message = registration_message(&Clock::<T>::genesis(), &operator.clone().into(), &peer_key);
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
            answers: Load::default(),
            pot: 0,
            lost: Load::default(),
            score: TOP_SCORE,
            status: Status::Active,
            weight: Snapshots::default(),
            fresh: Fresh::default(),
        };
        record.fresh.add(Self::epoch(), bond);
        // A first weight counts at once: a network whose miners all came in this epoch can still take deals.
        let weight = record.live_weight(&T::Rates::get());
        record.weight = Snapshots::starting_at(Self::epoch(), weight);
        Self::shift_total(&operator, 0, weight);
        NextMiner::<T>::put(next);
        ByPeerKey::<T>::insert(peer_key, miner);
        Endpoints::<T>::insert(miner, endpoint);
        Miners::<T>::insert(miner, record);
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
        Self::mutate_owned(&operator, miner, |record| {
            ensure!(!record.is_leaving(), Error::<T>::Leaving);
            ensure!(record.status != status, Error::<T>::SameStatus);
            record.status = status;
            Ok(())
        })?;
        Self::deposit_event(Event::StatusChanged { miner, status });
        Ok(())
    }

    pub(crate) fn do_remove(operator: T::AccountId, miner: MinerId) -> DispatchResult {
        let record = Self::owned(&operator, miner)?;
        ensure!(record.is_leaving(), Error::<T>::NotExiting);
        let idle = record.load == Load::default() && record.lost == Load::default() && record.used == 0;
        ensure!(idle, Error::<T>::StillInUse);
        ensure!(record.bond == 0 || record.fresh.of(Self::epoch()) == 0, Error::<T>::BondTooFresh);
        Self::release_held(&operator, record.bond)?;
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
            let after = record.live_weight(&T::Rates::get());
            if before != after {
                record.weight.set(Self::epoch(), after);
                Self::shift_total(&record.operator, before, after);
            }
            Ok(result)
        })
    }

    /// Notes that the weight of one of an operator's miners changed: in the sum, and in the number of operators that count.
    fn shift_total(operator: &T::AccountId, before: u64, after: u64) {
        TotalWeight::<T>::mutate(|total| {
            let live = total.live().saturating_sub(before).saturating_add(after);
            total.set(Self::epoch(), live);
        });
        let counts = after >= COUNTED_WEIGHT;
        if counts == (before >= COUNTED_WEIGHT) {
            return;
        }
        let was = ActiveOf::<T>::get(operator);
        let miners = if counts { was.saturating_add(1) } else { was.saturating_sub(1) };
        match miners {
            0 => ActiveOf::<T>::remove(operator),
            _ => ActiveOf::<T>::insert(operator, miners),
        }
        ActiveOperators::<T>::mutate(|operators| match (was, miners) {
            (0, _) => *operators = operators.saturating_add(1),
            (_, 0) => *operators = operators.saturating_sub(1),
            _ => {},
        });
    }

    /// The admission epoch now.
    pub fn epoch() -> u32 {
        let length = Clock::<T>::timing().epoch;
        Clock::<T>::now().checked_div(length).unwrap_or(0)
    }
}

impl<AccountId> Miner<AccountId> {
    /// Whether it is exiting or has failed.
    pub fn is_leaving(&self) -> bool {
        matches!(self.status, Status::Exiting | Status::Failed)
    }
}
