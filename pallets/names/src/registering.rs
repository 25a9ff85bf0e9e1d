//! Names: from the commitment to the end of the term.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use idlewild_names_primitives::{
    commitment::commitment,
    name::{is_name, is_reserved, skeleton},
    price::{premium, rent},
    rules::{Status, Term, MAX_PERIODS},
    view::{Quote, Unavailable},
    Balance, Clock as Moment, NodeId, Salt,
};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{
    types::{Commit, Label, Node, Registration, Skeleton},
    Commits, Config, Error, Event, NextNode, Nodes, OfOwner, Pallet, Registrations, Rules,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit(who: T::AccountId, hash: [u8; 32]) -> DispatchResult {
        let now = Clock::<T>::now();
        if let Some(former) = Commits::<T>::get(&who, hash) {
            let age = now.saturating_sub(former.at);
            ensure!(age > Rules::<T>::get().max_age, Error::<T>::AlreadyCommitted);
            Self::let_go(&who, former.deposit)?;
        }
        let deposit = T::ItemDeposit::get();
        Self::hold(&who, deposit)?;
        Commits::<T>::insert(&who, hash, Commit { at: now, deposit });
        Self::deposit_event(Event::Committed { who, hash });
        Ok(())
    }

    pub(crate) fn do_uncommit(who: T::AccountId, hash: [u8; 32]) -> DispatchResult {
        let commit = Commits::<T>::take(&who, hash).ok_or(Error::<T>::NoCommitment)?;
        Self::let_go(&who, commit.deposit)?;
        Self::deposit_event(Event::Uncommitted { who, hash });
        Ok(())
    }

    pub(crate) fn do_register(who: T::AccountId, name: Label, salt: Salt, periods: u32, max_price: Balance) -> DispatchResult {
        ensure!(is_name(&name), Error::<T>::BadName);
        Self::use_commitment(&who, &name, &salt)?;
        let quote = Self::price_view(&name, periods).map_err(Self::refusal)?;
        let paid = quote.rent.checked_add(quote.premium).ok_or(Error::<T>::PriceTooHigh)?;
        ensure!(paid <= max_price, Error::<T>::PriceTooHigh);
        let key = Skeleton::try_from(skeleton(&name)).map_err(|_| Error::<T>::BadName)?;
        Self::pay(&who, paid)?;
        let node = Self::add_node(None, name.clone(), who.clone(), who.clone())?;
        let term = Term::until(quote.until, &Rules::<T>::get());
        Registrations::<T>::insert(key, Registration { name: name.clone(), node, term });
        Self::deposit_event(Event::Registered { node, name, owner: who, paid, until: term.ends });
        Ok(())
    }

    /// Takes a commitment of the right age, and gives its deposit back.
    fn use_commitment(who: &T::AccountId, name: &[u8], salt: &Salt) -> DispatchResult {
        let hash = commitment(&Clock::<T>::genesis(), name, &who.clone().into(), salt);
        let commit = Commits::<T>::take(who, hash).ok_or(Error::<T>::NoCommitment)?;
        let age = Clock::<T>::now().saturating_sub(commit.at);
        let rules = Rules::<T>::get();
        ensure!(age >= rules.min_age, Error::<T>::TooFresh);
        ensure!(age <= rules.max_age, Error::<T>::TooOld);
        Self::let_go(who, commit.deposit)
    }

    /// A new node, with a deposit for it on the payer's account.
    pub(crate) fn add_node(
        parent: Option<NodeId>,
        label: Label,
        owner: T::AccountId,
        payer: T::AccountId,
    ) -> Result<NodeId, sp_runtime::DispatchError> {
        let id = NextNode::<T>::get();
        NextNode::<T>::put(id.checked_add(1).ok_or(Error::<T>::TooMany)?);
        let deposit = T::NodeDeposit::get();
        Self::hold(&payer, deposit)?;
        OfOwner::<T>::insert(&owner, id, ());
        let operators = Default::default();
        Nodes::<T>::insert(id, Node { parent, label, owner, operators, payer, deposit, kept: 0, records: 0 });
        Ok(id)
    }

    pub(crate) fn do_renew(who: T::AccountId, name: Label, periods: u32, max_price: Balance) -> DispatchResult {
        let quote = Self::renewal_view(&name, periods).map_err(Self::refusal)?;
        ensure!(quote.rent <= max_price, Error::<T>::PriceTooHigh);
        Self::pay(&who, quote.rent)?;
        let term = Term::until(quote.until, &Rules::<T>::get());
        let node = Self::set_term(&name, term)?;
        Self::deposit_event(Event::Renewed { node, name, by: who, paid: quote.rent, until: term.ends });
        Ok(())
    }

    pub(crate) fn do_release(who: T::AccountId, name: Label) -> DispatchResult {
        let registration = Self::registered(&name).ok_or(Error::<T>::NoSuchName)?;
        let node = Nodes::<T>::get(registration.node).ok_or(Error::<T>::NoSuchName)?;
        ensure!(node.owner == who, Error::<T>::NotOwner);
        let now = Clock::<T>::now();
        let node = Self::set_term(&name, Term { ends: registration.term.ends.min(now), free: now })?;
        Self::deposit_event(Event::Released { node, name });
        Ok(())
    }

    fn set_term(name: &[u8], term: Term) -> Result<NodeId, sp_runtime::DispatchError> {
        let key = Skeleton::try_from(skeleton(name)).map_err(|_| Error::<T>::BadName)?;
        Registrations::<T>::try_mutate(key, |registration| {
            let registration = registration.as_mut().ok_or(Error::<T>::NoSuchName)?;
            registration.term = term;
            Ok(registration.node)
        })
    }

    /// What it costs to register a name now.
    pub(crate) fn price_view(name: &[u8], periods: u32) -> Result<Quote, Unavailable> {
        if !is_name(name) {
            return Err(Unavailable::BadName);
        }
        if is_reserved(name) {
            return Err(Unavailable::Reserved);
        }
        let (now, rules) = (Clock::<T>::now(), Rules::<T>::get());
        let mut premium_now = 0;
        if let Some(latest) = Self::latest(name) {
            let free = latest.term.free;
            if latest.term.status(now) != Status::Gone {
                let same = latest.name.as_slice() == name;
                let looks_like = Unavailable::LooksLike { name: Vec::from(latest.name), free };
                return Err(if same { Unavailable::Taken { free } } else { looks_like });
            }
            premium_now = premium(free, now, T::Premium::get(), &rules);
        }
        let until = Self::end_after(now, now, periods)?;
        let rent = rent(name.len(), periods, T::BaseRate::get());
        Ok(Quote { rent, premium: premium_now, deposit: T::NodeDeposit::get(), until })
    }

    /// What it costs to renew a name now.
    pub(crate) fn renewal_view(name: &[u8], periods: u32) -> Result<Quote, Unavailable> {
        let registration = Self::registered(name).ok_or(Unavailable::NoSuchName)?;
        let until = Self::end_after(registration.term.ends, Clock::<T>::now(), periods)?;
        Ok(Quote { rent: rent(name.len(), periods, T::BaseRate::get()), premium: 0, deposit: 0, until })
    }

    /// When a term ends that is so much longer, and no further ahead than a name can be paid for.
    fn end_after(ends: Moment, now: Moment, periods: u32) -> Result<Moment, Unavailable> {
        let period = Rules::<T>::get().period;
        let longer = |from: Moment, periods: u32| period.checked_mul(periods).and_then(|blocks| from.checked_add(blocks));
        let until = longer(ends, periods).filter(|_| (1..=MAX_PERIODS).contains(&periods));
        let furthest = longer(now, MAX_PERIODS).unwrap_or(Moment::MAX);
        until.filter(|until| *until <= furthest).ok_or(Unavailable::BadPeriods)
    }

    /// Why a call is refused that would have no price.
    fn refusal(why: Unavailable) -> Error<T> {
        match why {
            Unavailable::BadName => Error::BadName,
            Unavailable::Reserved => Error::Reserved,
            Unavailable::BadPeriods => Error::BadPeriods,
            Unavailable::Taken { .. } => Error::NameTaken,
            Unavailable::LooksLike { .. } => Error::LooksTaken,
            Unavailable::NoSuchName => Error::NoSuchName,
        }
    }
}
