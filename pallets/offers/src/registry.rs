//! Who the providers are and what they offer: the logic behind the calls.

use frame_support::{ensure, pallet_prelude::*, traits::Get};
use idlewild_compute_primitives::{
    resources::{Attributes, Resources},
    view::Standing,
    Balance, PeerKey, ProviderId,
};
use idlewild_storage_primitives::receipt::{is_multiaddress, registration_message};
use pallet_idlewild_clock::Pallet as Clock;
use sp_io::crypto::ed25519_verify;

use crate::{
    types::{Offer, Provider},
    ByPeerKey, Config, Endpoint, Endpoints, Error, Event, GivenBy, NextProvider, Pallet, Providers,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        operator: T::AccountId,
        (peer_key, peer_signature): (PeerKey, [u8; 64]),
        endpoint: Endpoint,
        offer: Offer,
        bond: Balance,
    ) -> DispatchResult {
        ensure!(!ByPeerKey::<T>::contains_key(peer_key), Error::<T>::PeerKeyTaken);
        ensure!(is_multiaddress(&endpoint), Error::<T>::BadEndpoint);
        Self::ensure_offer(&offer)?;
        ensure!(bond >= T::LeastBond::get(), Error::<T>::BondTooLow);
        let message = registration_message(&Clock::<T>::genesis(), &operator.clone().into(), &peer_key);
        ensure!(ed25519_verify(&peer_signature.into(), &message, &peer_key.into()), Error::<T>::BadPeerSignature);
        let id = NextProvider::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::TooManyProviders)?;
        Self::hold(&operator, bond)?;
        let Offer { offered, attributes, prices } = offer;
        let record = Provider {
            operator: operator.clone(),
            peer_key,
            offered,
            free: offered,
            attributes,
            prices,
            grade: None,
            bond,
            locked: 0,
            raised: Clock::<T>::now(),
            score: 0,
            lost: 0,
            late: 0,
            busy: 0,
            standing: Standing::Active,
            last_lost: None,
        };
        NextProvider::<T>::put(next);
        ByPeerKey::<T>::insert(peer_key, id);
        Endpoints::<T>::insert(id, endpoint);
        Providers::<T>::insert(id, record);
        Self::deposit_event(Event::Registered { provider: id, operator, peer_key, offer, bond });
        Ok(())
    }

    pub(crate) fn do_set_offer(operator: T::AccountId, id: ProviderId, offer: Offer) -> DispatchResult {
        let record = Self::operated(id, &operator)?;
        ensure!(record.standing != Standing::Exiting, Error::<T>::Leaving);
        Self::ensure_offer(&offer)?;
        let free = offer.offered.less(&record.in_use()).ok_or(Error::<T>::InUse)?;
        // Work was given to the machine that it was. Whom it works for is its owner's wish, and is of work to come.
        let is_same = Attributes { only_for: offer.attributes.only_for, ..record.attributes } == offer.attributes;
        ensure!(is_same || record.busy == 0, Error::<T>::Busy);
        let grade = record.grade.filter(|_| is_machine(&record.attributes, &offer.attributes));
        let Offer { offered, attributes, prices } = offer;
        Providers::<T>::insert(id, Provider { offered, free, attributes, prices, grade, ..record });
        Self::deposit_event(Event::OfferChanged { provider: id, offer });
        Ok(())
    }

    pub(crate) fn do_set_endpoint(operator: T::AccountId, id: ProviderId, endpoint: Endpoint) -> DispatchResult {
        Self::operated(id, &operator)?;
        ensure!(is_multiaddress(&endpoint), Error::<T>::BadEndpoint);
        Endpoints::<T>::insert(id, endpoint.clone());
        Self::deposit_event(Event::EndpointChanged { provider: id, endpoint });
        Ok(())
    }

    pub(crate) fn do_set_standing(operator: T::AccountId, id: ProviderId, standing: Standing) -> DispatchResult {
        let record = Self::operated(id, &operator)?;
        ensure!(record.standing != Standing::Exiting, Error::<T>::Leaving);
        ensure!(record.standing != standing, Error::<T>::SameStanding);
        Providers::<T>::insert(id, Provider { standing, ..record });
        Self::deposit_event(Event::StandingChanged { provider: id, standing });
        Ok(())
    }

    pub(crate) fn do_remove(operator: T::AccountId, id: ProviderId) -> DispatchResult {
        let record = Self::operated(id, &operator)?;
        ensure!(record.standing == Standing::Exiting, Error::<T>::NotExiting);
        ensure!(record.busy == 0 && record.locked == 0, Error::<T>::Busy);
        if record.bond > 0 {
            Self::ensure_stayed(&record)?;
        }
        Self::release(&operator, record.bond)?;
        Providers::<T>::remove(id);
        Endpoints::<T>::remove(id);
        GivenBy::<T>::remove(id);
        ByPeerKey::<T>::remove(record.peer_key);
        Self::deposit_event(Event::Removed { provider: id });
        Ok(())
    }

    fn ensure_offer(offer: &Offer) -> DispatchResult {
        let Resources { cpu_milli, ram_mib, .. } = offer.offered;
        ensure!(cpu_milli > 0 && ram_mib > 0, Error::<T>::NothingOffered);
        let region = offer.attributes.region;
        ensure!(region == [0; 2] || region.iter().all(u8::is_ascii_uppercase), Error::<T>::BadRegion);
        Ok(())
    }
}

/// Whether what trackers measured can still be the machine that these are of.
fn is_machine(before: &Attributes, after: &Attributes) -> bool {
    let of = |attributes: &Attributes| (attributes.arch, attributes.gpu_model, attributes.host_class);
    of(before) == of(after)
}
