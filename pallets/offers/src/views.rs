//! Answers to the runtime API.

use core::ops::Range;
use frame_support::traits::Get;
use idlewild_compute_primitives::{
    resources::{Resources, Wishes},
    view::{FitView, FitsPage, ProviderView, ProvidersPage},
    Balance, OrganisationId, ProviderId,
};
use idlewild_storage_primitives::page::page;

use crate::{types::Provider, Config, Endpoints, NextProvider, Pallet, Providers};

impl<T: Config> Pallet<T> {
    pub(crate) fn provider_view(id: ProviderId) -> Option<ProviderView> {
        Some(Self::show(id, Providers::<T>::get(id)?))
    }

    pub(crate) fn providers_page(operator: Option<T::AccountId>, after: Option<ProviderId>, limit: u32) -> ProvidersPage {
        let (providers, next) = page(Self::numbers(after), limit, |id, found| {
            let record = Providers::<T>::get(id).filter(|record| operator.as_ref().is_none_or(|who| record.operator == *who));
            found.extend(record.map(|record| Self::show(id, record)));
        });
        ProvidersPage { providers, next }
    }

    pub(crate) fn fits_page(
        resources: &Resources,
        wishes: &Wishes,
        organisation: Option<OrganisationId>,
        max_rate: Balance,
        after: Option<ProviderId>,
        limit: u32,
    ) -> FitsPage {
        let least = T::LeastBond::get();
        let (providers, next) = page(Self::numbers(after), limit, |id, found| {
            let Some(record) = Providers::<T>::get(id) else { return };
            let rate = record.prices.rate(resources);
            found.push(FitView {
                provider: id,
                standing: record.standing,
                lacks: record.free.lacks(resources),
                is_large_enough: record.offered.covers(resources),
                mismatches: record.attributes.misses(wishes, organisation),
                rate,
                too_dear: rate > max_rate,
                under_bonded: record.bond < least,
            });
        });
        FitsPage { providers, next }
    }

    fn numbers(after: Option<ProviderId>) -> Range<ProviderId> {
        let end = NextProvider::<T>::get();
        after.map_or(0, |after| after.saturating_add(1)).min(end)..end
    }

    fn show(id: ProviderId, record: Provider<T::AccountId>) -> ProviderView {
        ProviderView {
            id,
            operator: record.operator.into(),
            peer_key: record.peer_key,
            endpoint: Endpoints::<T>::get(id).unwrap_or_default().into_inner(),
            offered: record.offered,
            free: record.free,
            attributes: record.attributes,
            prices: record.prices,
            grade: record.grade,
            bond: record.bond,
            locked: record.locked,
            score: record.score,
            lost: record.lost,
            late: record.late,
            busy: record.busy,
            standing: record.standing,
        }
    }
}
