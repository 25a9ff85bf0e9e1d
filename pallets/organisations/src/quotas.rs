//! Who pays for what a member orders, and how much of its quota that takes: what other pallets ask.

use codec::Encode;
use frame_support::{ensure, pallet_prelude::DispatchError};
use idlewild_compute_primitives::{hash, Balance, OrganisationId};

use crate::{Config, Error, Event, Members, Organisations, Pallet};

impl<T: Config> Pallet<T> {
    /// The account that an organisation pays from. Nobody has a key of it.
    pub fn account_of(organisation: OrganisationId) -> T::AccountId {
        hash(&(b"idlewild/organisation/1", organisation).encode()).into()
    }

    /// Notes that `who` puts `amount` in escrow, and says whose coins that takes: its own, or the organisation's, if its quota there
    /// has room for it.
    ///
    /// Refused with [`Error::NotMember`] or [`Error::OverQuota`].
    pub fn book(
        organisation: Option<OrganisationId>,
        who: &T::AccountId,
        amount: Balance,
    ) -> Result<T::AccountId, DispatchError> {
        let Some(organisation) = organisation else { return Ok(who.clone()) };
        Members::<T>::try_mutate(organisation, who, |record| {
            let member = record.as_mut().filter(|member| !member.left).ok_or(Error::<T>::NotMember)?;
            let used = member.used.checked_add(amount).ok_or(Error::<T>::OverQuota)?;
            ensure!(used <= member.quota, Error::<T>::OverQuota);
            member.used = used;
            Ok(Self::account_of(organisation))
        })
    }

    /// Notes that `amount` of what `who` booked came back. Nothing is to be noted of accounts that paid for themselves, or are
    /// forgotten.
    pub fn unbook(organisation: Option<OrganisationId>, who: &T::AccountId, amount: Balance) {
        let Some(organisation) = organisation else { return };
        let Some(mut member) = Members::<T>::get(organisation, who) else { return };
        // More can come back than was booked: an escrow may get what a liar lost. A quota does not grow by that.
        member.used = member.used.saturating_sub(amount);
        if member.left && member.used == 0 && Self::forget(organisation, who, &member).is_ok() {
            return;
        }
        Members::<T>::insert(organisation, who, member);
    }

    /// Whether an account is a member of an organisation.
    pub fn is_member(organisation: OrganisationId, who: &T::AccountId) -> bool {
        Members::<T>::get(organisation, who).is_some_and(|member| !member.left)
    }

    /// The number of a member that is recorded.
    pub fn number_of(organisation: OrganisationId, who: &T::AccountId) -> Option<u32> {
        Members::<T>::get(organisation, who).map(|member| member.number)
    }

    /// Whether an account administers an organisation.
    pub fn is_owner(organisation: OrganisationId, who: &T::AccountId) -> bool {
        Organisations::<T>::get(organisation).is_some_and(|record| record.owner == *who)
    }

    /// Drops what is recorded of a member, and gives its deposit back to the owner.
    pub(crate) fn forget(
        organisation: OrganisationId,
        who: &T::AccountId,
        member: &crate::types::Member,
    ) -> Result<(), DispatchError> {
        Organisations::<T>::try_mutate(organisation, |record| {
            let record = record.as_mut().ok_or(Error::<T>::NoSuchOrganisation)?;
            Self::release(&record.owner, member.deposit)?;
            record.deposit = record.deposit.saturating_sub(member.deposit);
            record.members = record.members.saturating_sub(1);
            Ok::<_, DispatchError>(())
        })?;
        Members::<T>::remove(organisation, who);
        Self::deposit_event(Event::MemberForgotten { organisation, member: who.clone() });
        Ok(())
    }
}
