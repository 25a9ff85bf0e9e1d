//! What an owner does: members, quotas, and the organisation's coins.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{Inspect, InspectHold, Mutate, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get,
    },
};
use idlewild_compute_primitives::{Balance, OrganisationId};
use pallet_idlewild_escrow::Pallet as Escrow;

use crate::{
    types::{Member, Name, Organisation},
    Config, Error, Event, HoldReason, Members, NextOrganisation, Organisations, Pallet,
};

/// The coin: what escrows hold.
pub(crate) type Coins<T> = <T as pallet_idlewild_escrow::Config>::Currency;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_found(owner: T::AccountId, name: Name) -> DispatchResult {
        ensure!(is_name(&name), Error::<T>::BadName);
        let organisation = NextOrganisation::<T>::get();
        let next = organisation.checked_add(1).ok_or(Error::<T>::TooMany)?;
        let deposit = T::OrganisationDeposit::get();
        Self::hold(&owner, deposit)?;
        NextOrganisation::<T>::put(next);
        let record = Organisation { owner: owner.clone(), name: name.clone(), members: 0, joined: 0, deposit };
        Organisations::<T>::insert(organisation, record);
        let account = Self::account_of(organisation);
        Self::deposit_event(Event::Founded { organisation, owner, account, name });
        Ok(())
    }

    pub(crate) fn do_add_member(
        owner: T::AccountId,
        organisation: OrganisationId,
        who: T::AccountId,
        quota: Balance,
    ) -> DispatchResult {
        Self::mutate_owned(&owner, organisation, |record| {
            let member = match Members::<T>::get(organisation, &who) {
                Some(member) if member.left => Member { quota, left: false, ..member },
                Some(_) => return Err(Error::<T>::AlreadyMember.into()),
                None => {
                    let deposit = T::MemberDeposit::get();
                    record.joined = record.joined.checked_add(1).ok_or(Error::<T>::TooMany)?;
                    record.members = record.members.checked_add(1).ok_or(Error::<T>::TooMany)?;
                    record.deposit = record.deposit.checked_add(deposit).ok_or(Error::<T>::TooMany)?;
                    Self::hold(&owner, deposit)?;
                    Member { number: record.joined, quota, used: 0, deposit, left: false }
                },
            };
            Members::<T>::insert(organisation, &who, member);
            Ok(())
        })?;
        Self::deposit_event(Event::MemberAdded { organisation, member: who, quota });
        Ok(())
    }

    pub(crate) fn do_set_quota(
        owner: T::AccountId,
        organisation: OrganisationId,
        who: T::AccountId,
        quota: Balance,
    ) -> DispatchResult {
        Self::owned(&owner, organisation)?;
        Members::<T>::try_mutate(organisation, &who, |record| {
            let member = record.as_mut().filter(|member| !member.left).ok_or(Error::<T>::NotMember)?;
            member.quota = quota;
            Ok::<_, DispatchError>(())
        })?;
        Self::deposit_event(Event::QuotaSet { organisation, member: who, quota });
        Ok(())
    }

    pub(crate) fn do_remove_member(owner: T::AccountId, organisation: OrganisationId, who: T::AccountId) -> DispatchResult {
        Self::owned(&owner, organisation)?;
        let member = Members::<T>::get(organisation, &who).ok_or(Error::<T>::NotMember)?;
        if !member.left {
            Self::deposit_event(Event::MemberRemoved { organisation, member: who.clone(), used: member.used });
        }
        if member.left || member.used == 0 {
            return Self::forget(organisation, &who, &member);
        }
        Members::<T>::insert(organisation, &who, Member { left: true, ..member });
        Ok(())
    }

    pub(crate) fn do_hand_over(owner: T::AccountId, organisation: OrganisationId, to: T::AccountId) -> DispatchResult {
        Self::mutate_owned(&owner, organisation, |record| {
            ensure!(to != owner, Error::<T>::SameOwner);
            ensure!(Coins::<T>::balance(&to) >= Coins::<T>::minimum_balance(), Error::<T>::NoSuchAccount);
            let (exact, on_hold, force) = (Precision::Exact, Restriction::OnHold, Fortitude::Force);
            Coins::<T>::transfer_on_hold(&Self::reason(), &owner, &to, record.deposit, exact, on_hold, force)?;
            record.owner = to.clone();
            Ok(())
        })?;
        Self::deposit_event(Event::HandedOver { organisation, from: owner, to });
        Ok(())
    }

    pub(crate) fn do_withdraw(
        owner: T::AccountId,
        organisation: OrganisationId,
        to: T::AccountId,
        amount: Balance,
    ) -> DispatchResult {
        Self::owned(&owner, organisation)?;
        let account = Self::account_of(organisation);
        let spendable = |preservation| Coins::<T>::reducible_balance(&account, preservation, Fortitude::Polite);
        // Anything between would leave less than an account needs, and that would be lost.
        let preservation = if amount == spendable(Preservation::Expendable) {
            Preservation::Expendable
        } else {
            ensure!(amount <= spendable(Preservation::Preserve), Error::<T>::NotEnoughCoins);
            Preservation::Preserve
        };
        Coins::<T>::transfer(&account, &to, amount, preservation)?;
        Self::deposit_event(Event::Withdrawn { organisation, to, amount });
        Ok(())
    }

    pub(crate) fn do_dissolve(owner: T::AccountId, organisation: OrganisationId) -> DispatchResult {
        let record = Self::owned(&owner, organisation)?;
        ensure!(record.members == 0, Error::<T>::HasMembers);
        let account = Self::account_of(organisation);
        // One that holds nothing counts as well: what a liar lost may still come to it.
        let idle = Escrow::<T>::open_of(&account) == 0 && Coins::<T>::total_balance_on_hold(&account) == 0;
        ensure!(idle, Error::<T>::HasEscrows);
        // The owner's first, so that its account can take whatever the organisation's has.
        Self::release(&owner, record.deposit)?;
        let amount = Coins::<T>::balance(&account);
        if amount > 0 {
            Coins::<T>::transfer(&account, &owner, amount, Preservation::Expendable)?;
        }
        Organisations::<T>::remove(organisation);
        Self::deposit_event(Event::Dissolved { organisation, amount });
        Ok(())
    }

    /// The organisation, if `who` administers it.
    fn owned(who: &T::AccountId, organisation: OrganisationId) -> Result<Organisation<T::AccountId>, Error<T>> {
        let record = Organisations::<T>::get(organisation).ok_or(Error::<T>::NoSuchOrganisation)?;
        ensure!(record.owner == *who, Error::<T>::NotOwner);
        Ok(record)
    }

    /// Changes an organisation that `who` administers. Nothing is changed on an error.
    fn mutate_owned(
        who: &T::AccountId,
        organisation: OrganisationId,
        change: impl FnOnce(&mut Organisation<T::AccountId>) -> DispatchResult,
    ) -> DispatchResult {
        let mut record = Self::owned(who, organisation)?;
        change(&mut record)?;
        Organisations::<T>::insert(organisation, record);
        Ok(())
    }

    fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = Coins::<T>::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        Coins::<T>::hold(&Self::reason(), who, amount)
    }

    pub(crate) fn release(who: &T::AccountId, amount: Balance) -> DispatchResult {
        Coins::<T>::release(&Self::reason(), who, amount, Precision::Exact).map(|_| ())
    }

    pub(crate) fn reason() -> T::RuntimeHoldReason {
        HoldReason::Deposit.into()
    }
}

/// Whether a name can be shown: it is not empty, and no terminal does anything but print it.
fn is_name(name: &[u8]) -> bool {
    core::str::from_utf8(name).is_ok_and(|name| !name.trim().is_empty() && !name.chars().any(char::is_control))
}
