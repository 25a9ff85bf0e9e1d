//! Requests for machines that are not standard lots: put up, proposed for, settled.
//!
//! Whoever wants looks for machines that fit, off the chain, and proposes them; the chain only checks. The first proposal opens a
//! window of [`WINDOW`] blocks of the clock, in which cheaper ones come before it. Of several of the same price one is drawn, by a
//! seed that nobody could know while they were made. Some that are dearer are kept as well: where a cheaper one fails, the next is settled
//! without another window, so that who proposes what it does not mean holds nobody up.
//!
//! A proposer gets nothing, and what a provider gets is what it asks at the moment of settlement and never more than was proposed. So
//! nobody gains by proposing dearer machines than there are: they lose to any cheaper ones, and win only where nobody proposes those, of
//! whom the cheaper providers themselves have most reason to. A provider whose proposal fails when it is to be settled
//! (because it took other work, paused, or raised its prices) is kept from that request from then on, so that it cannot hold it up again;
//! and one that turned away from a lease is kept from all requests of that service.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*, storage::with_storage_layer};
use idlewild_compute_primitives::{draw::SEED_AFTER, hash, Balance, Clock as Moment, ProviderId, RequestId, ServiceId};
use idlewild_storage_primitives::challenge::first_u64;
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_randomness::{Pallet as Randomness, RING};

use crate::{
    types::{total, Part, Proposal, Proposed, Request, WINDOW},
    Config, Demand, Error, Event, Need, NextRequest, Pallet, RequestOf, Requests,
};

/// Why machines cannot be had, and by which of their providers, if by one.
struct Failed {
    by: Option<ProviderId>,
    reason: DispatchError,
}

impl From<DispatchError> for Failed {
    fn from(reason: DispatchError) -> Self {
        Self { by: None, reason }
    }
}

impl<T: Config> From<Error<T>> for Failed {
    fn from(reason: Error<T>) -> Self {
        DispatchError::from(reason).into()
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_request(who: T::AccountId, service: ServiceId) -> DispatchResult {
        let need = T::Demand::need(service)?;
        ensure!(need.owner == who, Error::<T>::NotOwner);
        ensure!(!RequestOf::<T>::contains_key(service), Error::<T>::AlreadyRequested);
        ensure!(Self::open_instances(service, &need) > 0, Error::<T>::NothingWanted);
        let request = NextRequest::<T>::get();
        NextRequest::<T>::put(request.checked_add(1).ok_or(Error::<T>::OutOfNumbers)?);
        let record = Request { service, closes: None, proposals: Default::default(), barred: Default::default() };
        Requests::<T>::insert(request, record);
        RequestOf::<T>::insert(service, request);
        Self::deposit_event(Event::Requested { request, service });
        Ok(())
    }

    pub(crate) fn do_propose(request: RequestId, providers: Proposed) -> DispatchResult {
        let mut record = Requests::<T>::get(request).ok_or(Error::<T>::NoSuchRequest)?;
        let now = Clock::<T>::now();
        let closes = record.closes.unwrap_or(now.saturating_add(WINDOW));
        ensure!(now < closes, Error::<T>::WindowOver);
        ensure!(providers.is_sorted(), Error::<T>::NotInOrder);
        ensure!(!providers.iter().any(|provider| record.barred.contains(provider)), Error::<T>::Barred);
        let need = T::Demand::need(record.service)?;
        let proposal = Self::checked(record.service, &need, &providers).map_err(|failed| failed.reason)?;
        let rate = total(&proposal);
        Self::insert(&mut record, proposal, &providers, rate)?;
        Requests::<T>::insert(request, Request { closes: Some(closes), ..record });
        Self::deposit_event(Event::Proposed { request, providers, rate, closes });
        Ok(())
    }

    /// Puts a proposal among those of a request, by its price.
    fn insert(record: &mut Request, proposal: Proposal, providers: &Proposed, rate: Balance) -> DispatchResult {
        let proposals = &mut record.proposals;
        let same = |other: &Proposal| other.iter().map(|part| part.provider).eq(providers.iter().copied());
        if let Some(at) = proposals.iter().position(same) {
            let was = proposals.remove(at);
            ensure!(rate < total(&was), Error::<T>::AlreadyProposed);
        }
        if proposals.is_full() {
            ensure!(proposals.first().is_none_or(|best| rate != total(best)), Error::<T>::TooManyTied);
            ensure!(proposals.last().is_none_or(|dearest| rate < total(dearest)), Error::<T>::NotCheaper);
            proposals.pop();
        }
        let at = proposals.iter().position(|other| total(other) > rate).unwrap_or(proposals.len());
        proposals.try_insert(at, proposal).map_err(|_| Error::<T>::Inconsistent)?;
        Ok(())
    }

    /// Returns how many machines were looked at.
    pub(crate) fn do_settle(request: RequestId) -> Result<u32, DispatchError> {
        let mut record = Requests::<T>::get(request).ok_or(Error::<T>::NoSuchRequest)?;
        let closes = record.closes.ok_or(Error::<T>::NothingProposed)?;
        ensure!(Clock::<T>::now() >= closes, Error::<T>::WindowOpen);
        let need = T::Demand::need(record.service)?;
        let Some(drawn) = Self::drawn(request, closes, record.tied())? else {
            Self::reopen(request, record);
            return Ok(0);
        };
        ensure!(drawn < record.proposals.len(), Error::<T>::Inconsistent);
        let proposal = record.proposals.remove(drawn);
        match with_storage_layer(|| Self::match_all(record.service, &need, &proposal)) {
            Ok(rate) => {
                Self::forget(request, record.service);
                let providers = named(&proposal);
                Self::deposit_event(Event::Settled { request, service: record.service, providers, rate });
            },
            Err(Failed { by, reason }) => {
                match by {
                    Some(provider) => Self::bar(&mut record, provider),
                    // It is the service that fails, and would with every one of them.
                    None => record.proposals = Default::default(),
                }
                Self::deposit_event(Event::ProposalDropped { request, providers: named(&proposal), reason });
                if record.proposals.is_empty() {
                    Self::reopen(request, record);
                } else {
                    Requests::<T>::insert(request, record);
                }
            },
        }
        Ok(proposal.len() as u32)
    }

    pub(crate) fn do_withdraw(who: T::AccountId, request: RequestId) -> DispatchResult {
        let service = Requests::<T>::get(request).ok_or(Error::<T>::NoSuchRequest)?.service;
        if let Ok(need) = T::Demand::need(service) {
            ensure!(need.owner == who || Self::open_instances(service, &need) == 0, Error::<T>::NotYours);
        }
        Self::forget(request, service);
        Self::deposit_event(Event::Withdrawn { request, service });
        Ok(())
    }

    /// Which of a request's proposals wins, once that is known. `None` where nobody settled it until its seed was gone: then the window
    /// opens once more, for what is there and for what is cheaper.
    fn drawn(request: RequestId, closes: Moment, tied: usize) -> Result<Option<usize>, DispatchError> {
        if tied <= 1 {
            return Ok(Some(0));
        }
        let decides = closes.saturating_add(SEED_AFTER);
        match Randomness::<T>::seed_of(decides) {
            Some(seed) => {
                let number = first_u64(&hash(&(b"idlewild/proposal/1", seed, request).encode()));
                let place = u128::from(number).saturating_mul(tied as u128) >> 64;
                Ok(usize::try_from(place).ok())
            },
            None => {
                ensure!(Clock::<T>::now() >= decides.saturating_add(RING), Error::<T>::NotDrawn);
                Ok(None)
            },
        }
    }

    /// Checks machines for a service, each for one instance: that there are as many as are wanted, that they fit, have room and are not
    /// too dear. Says what each costs.
    fn checked(service: ServiceId, need: &Need<T::AccountId>, providers: &[ProviderId]) -> Result<Proposal, Failed> {
        ensure!(!providers.is_empty(), Error::<T>::NothingProposed);
        ensure!(providers.len() == usize::from(Self::open_instances(service, need)), Error::<T>::WrongNumber);
        let mut proposal = Proposal::new();
        let mut last = None;
        for provider in providers.iter().copied() {
            // One that is there again has what it would have left.
            let mut record = match last.take() {
                Some((other, record)) if other == provider => record,
                _ => Offers::<T>::get(provider).map_err(|reason| Failed { by: Some(provider), reason })?,
            };
            let rate = record.prices.rate(&need.resources);
            let misses = record.attributes.misses(&need.wishes, need.organisation);
            let fits = [
                (record.operator != need.owner, Error::<T>::SelfMatch),
                (Self::takes_work(&record), Error::<T>::TakesNoWork),
                (!need.barred.contains(&provider), Error::<T>::Barred),
                (misses.is_empty(), Error::<T>::NotSuchMachine),
                (rate <= need.max_rate, Error::<T>::TooDear),
                (record.free.covers(&need.resources), Error::<T>::NoRoom),
            ];
            if let Some((_, reason)) = fits.into_iter().find(|(met, _)| !met) {
                return Err(Failed { by: Some(provider), reason: reason.into() });
            }
            record.free = record.free.less(&need.resources).unwrap_or_default();
            proposal.try_push(Part { provider, rate }).map_err(|_| Error::<T>::WrongNumber)?;
            last = Some((provider, record));
        }
        Ok(proposal)
    }

    /// Matches all machines of a proposal with a service, if they are still what they were and no dearer. Says what they cost.
    fn match_all(service: ServiceId, need: &Need<T::AccountId>, proposal: &Proposal) -> Result<Balance, Failed> {
        if proposal.iter().any(|part| part.rate > need.max_rate) {
            // Nobody asks for more than before: the service has less.
            return Err(Error::<T>::TooDear.into());
        }
        let now = Self::checked(service, need, &named(proposal))?;
        for (part, was) in now.iter().zip(proposal.iter()) {
            let Part { provider, rate } = *part;
            if rate > was.rate {
                return Err(Failed { by: Some(provider), reason: Error::<T>::Dearer.into() });
            }
            Offers::<T>::take_work(provider, &need.resources, 0).map_err(|reason| Failed { by: Some(provider), reason })?;
            T::Demand::matched(service, provider, rate, &need.resources, 0)?;
        }
        Ok(total(&now))
    }

    /// Lets proposals be made once more: of those that are left the window begins anew, and where there are none with the next one.
    fn reopen(request: RequestId, record: Request) {
        let closes = (!record.proposals.is_empty()).then(|| Clock::<T>::now().saturating_add(WINDOW));
        Requests::<T>::insert(request, Request { closes, ..record });
        Self::deposit_event(Event::WindowReopened { request, closes });
    }

    /// Keeps a provider from a request, and with it all that is proposed of it.
    fn bar(record: &mut Request, provider: ProviderId) {
        record.proposals.retain(|proposal| proposal.iter().all(|part| part.provider != provider));
        if record.barred.is_full() {
            // The oldest may try again: it costs the others no more than before.
            record.barred.remove(0);
        }
        let _ = record.barred.try_push(provider);
    }

    pub(crate) fn forget(request: RequestId, service: ServiceId) {
        Requests::<T>::remove(request);
        RequestOf::<T>::remove(service);
    }
}

/// Whose machines a proposal is of.
pub(crate) fn named(proposal: &Proposal) -> Proposed {
    let providers: Vec<ProviderId> = proposal.iter().map(|part| part.provider).collect();
    Proposed::truncate_from(providers)
}
