//! How `market` is configured in tests: with services that are nothing but what tests say they need.

// What the macro makes beside each alias has no documentation of its own.
#![allow(missing_docs)]

use frame_support::{dispatch::DispatchResult, parameter_types, storage_alias, Identity};
use idlewild_compute_primitives::{resources::Resources, Balance, ProviderId, ServiceId};
use pallet_idlewild_market::{Demand, Need};
use sp_runtime::DispatchError;

use crate::runtime::{AccountId, Test, COIN};

parameter_types! {
    /// What stands of a bond for an ask: less than a probe costs.
    pub const Stake: Balance = COIN / 5;
}

/// What services need, as tests say. In the chain's state and not beside it, so that a call that is refused changes nothing of it.
#[storage_alias]
pub type Needs = StorageMap<TestDemand, Identity, ServiceId, Need<AccountId>>;

/// What was matched: service, provider, rate and resources, the latest last.
#[storage_alias]
pub type Matches = StorageValue<TestDemand, Vec<(ServiceId, ProviderId, Balance, Resources)>>;

/// A service that cannot pay for what it needs: every match of it is refused.
#[storage_alias]
pub type Broke = StorageMap<TestDemand, Identity, ServiceId, ()>;

/// Services of which only the need is known.
pub struct TestServices;

impl Demand<AccountId> for TestServices {
    fn need(service: ServiceId) -> Result<Need<AccountId>, DispatchError> {
        Needs::get(service).ok_or(DispatchError::Other("there is no such service, or it was stopped"))
    }

    fn matched(
        service: ServiceId,
        provider: ProviderId,
        rate: Balance,
        resources: &Resources,
        _stake: Balance,
    ) -> DispatchResult {
        let mut need = Self::need(service)?;
        // Written first, so that a refusal that left it behind would be seen.
        need.instances = need.instances.checked_sub(1).ok_or(DispatchError::Other("the service has all of its instances"))?;
        Needs::insert(service, need);
        Matches::append((service, provider, rate, *resources));
        if Broke::contains_key(service) {
            return Err(DispatchError::Other("the service cannot pay"));
        }
        Ok(())
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn deploy(need: &Need<AccountId>) -> Result<ServiceId, DispatchError> {
        let service = Needs::iter_keys().max().map_or(0, |last| last.saturating_add(1));
        Needs::insert(service, need);
        Ok(service)
    }
}

impl pallet_idlewild_market::Config for Test {
    type WeightInfo = ();
    type Stake = Stake;
    type Demand = super::services::EitherDemand;
}
