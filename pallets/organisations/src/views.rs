//! Answers to the runtime API.

use alloc::vec::Vec;
use idlewild_compute_primitives::{
    view::{MemberView, MembersPage, OrganisationView},
    OrganisationId,
};

use crate::{
    types::{Member, Organisation},
    Config, Members, NextOrganisation, Organisations, Pallet,
};

/// Most members or organisations of a page.
const PAGE: u32 = 100;
/// Organisations that are looked at for one page of those of an account.
const LOOKED_AT: u32 = 1_000;

impl<T: Config> Pallet<T> {
    /// An organisation.
    pub fn organisation_view(id: OrganisationId) -> Option<OrganisationView> {
        Organisations::<T>::get(id).map(|record| Self::show(id, record))
    }

    /// What a member may spend, and what it used of that.
    pub fn member_view(id: OrganisationId, who: [u8; 32]) -> Option<MemberView> {
        Members::<T>::get(id, T::AccountId::from(who)).filter(|member| !member.left).map(show_member)
    }

    /// Some members of an organisation, and the one after which the next page begins.
    pub fn members_view(id: OrganisationId, after: Option<[u8; 32]>, limit: u32) -> MembersPage {
        let mut rest = match after {
            Some(after) => Members::<T>::iter_prefix_from(id, Members::<T>::hashed_key_for(id, T::AccountId::from(after))),
            None => Members::<T>::iter_prefix(id),
        };
        let mut page = Vec::new();
        let mut last = None;
        // Those that left take room too, or a page could look at any number of them.
        for (who, member) in rest.by_ref().take(limit.clamp(1, PAGE) as usize) {
            let who: [u8; 32] = who.into();
            last = Some(who);
            if !member.left {
                page.push((who, show_member(member)));
            }
        }
        (page, last.filter(|_| rest.next().is_some()))
    }

    /// Some of the organisations that an account administers or is a member of, and the number after which the next page begins.
    pub fn organisations_of_view(
        who: [u8; 32],
        after: Option<OrganisationId>,
        limit: u32,
    ) -> (Vec<OrganisationView>, Option<OrganisationId>) {
        let who = T::AccountId::from(who);
        let limit = limit.clamp(1, PAGE) as usize;
        let end = NextOrganisation::<T>::get();
        let first = after.map_or(0, |after| after.saturating_add(1));
        let mut page = Vec::new();
        for id in (first..end).take(LOOKED_AT as usize) {
            let Some(record) = Organisations::<T>::get(id) else { continue };
            if record.owner == who || Self::is_member(id, &who) {
                page.push(Self::show(id, record));
            }
            if page.len() >= limit {
                return (page, Some(id).filter(|id| id.saturating_add(1) < end));
            }
        }
        let seen = first.saturating_add(LOOKED_AT);
        (page, seen.checked_sub(1).filter(|_| seen < end))
    }

    fn show(id: OrganisationId, record: Organisation<T::AccountId>) -> OrganisationView {
        OrganisationView {
            id,
            owner: record.owner.into(),
            account: Self::account_of(id).into(),
            name: record.name.into_inner(),
            members: record.members,
        }
    }
}

fn show_member(member: Member) -> MemberView {
    MemberView { quota: member.quota, used: member.used }
}
