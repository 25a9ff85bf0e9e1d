//! Services and leases for the benchmarks of this pallet and of those that it is told to.

use alloc::vec::Vec;
use frame_benchmarking::{account, BenchmarkError};
use frame_support::{
    traits::{fungible::Mutate, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    lot::{Lot, LotClass},
    program::{Bundle, Class, Form, Program},
    project::{ServiceSpec, MAX_INSTANCES},
    resources::{Arch, Resources, Runtimes, Tier, Wishes},
    Balance, LeaseId, OrganisationId, ProviderId, ServiceId,
};
use pallet_idlewild_market::{types::MAX_BARRED, Demand, Need, Pallet as Market};
use pallet_idlewild_offers::{benchmark_setup as offers, Pallet as Offers};
use pallet_idlewild_organisations::Pallet as Organisations;
use sp_io::crypto::{sr25519_generate, sr25519_sign};
use sp_runtime::{DispatchError, KeyTypeId};

use crate::{types::Endpoint, Config, CurrencyOf, NextLease, NextService, Pallet, Rules, Services};

/// Under which the keystore of a benchmark keeps owners' keys.
const OWNERS: KeyTypeId = KeyTypeId(*b"ownr");
/// What an instance costs at most.
pub const RATE: Balance = 1_000_000_000;

/// Gives an account or an organisation more coins than any benchmark moves.
fn enrich<T: Config>(who: &T::AccountId, amount: Balance) -> Result<(), DispatchError> {
    CurrencyOf::<T>::mint_into(who, amount.saturating_mul(2).saturating_add(RATE.saturating_mul(100_000_000))).map(|_| ())
}

/// An owner whose secret is in the keystore, with coins.
pub fn owner<T: Config>() -> Result<T::AccountId, BenchmarkError> {
    let key: [u8; 32] = sr25519_generate(OWNERS, None).into();
    let who = T::AccountId::from(key);
    enrich::<T>(&who, 0)?;
    Ok(who)
}

/// An owner's signature.
pub fn sign<T: Config>(owner: &T::AccountId, message: &[u8]) -> Result<[u8; 64], BenchmarkError> {
    let key: [u8; 32] = owner.clone().into();
    let signature = sr25519_sign(OWNERS, &key.into(), message);
    Ok(signature.ok_or(BenchmarkError::Stop("an owner's key is not in the keystore"))?.into())
}

/// An organisation that an owner is a member of, and that pays whatever it deploys.
pub fn organisation<T: Config>(member: &T::AccountId) -> Result<OrganisationId, BenchmarkError> {
    let admin: T::AccountId = account("admin", 0, 0);
    enrich::<T>(&admin, 0)?;
    let organisation = pallet_idlewild_organisations::NextOrganisation::<T>::get();
    let origin = || RawOrigin::Signed(admin.clone()).into();
    Organisations::<T>::found(origin(), BoundedVec::truncate_from(b"organisation".to_vec()))?;
    Organisations::<T>::add_member(origin(), organisation, member.clone(), Balance::MAX)?;
    enrich::<T>(&Organisations::<T>::account_of(organisation), 0)?;
    Ok(organisation)
}

/// A service of so many instances, for a term of a period.
pub fn spec<T: Config>(instances: u8) -> ServiceSpec {
    let bundle = Bundle { root: 1, key: [1; 32] };
    ServiceSpec {
        program: Program { form: Form::Image, digest: [3; 32], bundle, class: Class::Metered },
        settings: bundle,
        resources: Resources { cpu_milli: 250, ram_mib: 512, ..Default::default() },
        wishes: Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Default::default() },
        instances,
        max_rate: RATE,
        term: Rules::<T>::get().period.saturating_mul(4),
        organisation: None,
    }
}

/// Deploys a service of an organisation's member. Returns its number and its owner.
pub fn deploy<T: Config>(instances: u8) -> Result<(ServiceId, T::AccountId), BenchmarkError> {
    let owner = owner::<T>()?;
    let organisation = Some(organisation::<T>(&owner)?);
    let service = NextService::<T>::get();
    Pallet::<T>::do_deploy(owner.clone(), ServiceSpec { organisation, ..spec::<T>(instances) })?;
    Ok((service, owner))
}

/// Deploys a service with this need, which an organisation pays for that its owner is a member of: more is to be read and written then.
pub(crate) fn deploy_for<T: Config>(need: &Need<T::AccountId>) -> Result<ServiceId, DispatchError> {
    let failed = |_| DispatchError::Other("no organisation could be founded");
    let organisation = organisation::<T>(&need.owner).map_err(failed)?;
    let spec = ServiceSpec {
        organisation: Some(organisation),
        resources: need.resources,
        wishes: need.wishes,
        max_rate: need.max_rate,
        term: Rules::<T>::get().period,
        ..spec::<T>(need.instances)
    };
    let payer = Organisations::<T>::account_of(organisation);
    enrich::<T>(&payer, Pallet::<T>::ahead(&spec).saturating_mul(need.instances.into()))?;
    let service = NextService::<T>::get();
    Pallet::<T>::do_deploy(need.owner.clone(), spec)?;
    Ok(service)
}

/// A provider with as long a record as there can be.
pub fn provider<T: Config>(index: u32) -> Result<offers::Peer<T::AccountId>, BenchmarkError> {
    let peer = offers::register::<T>(index)?;
    enrich::<T>(&peer.operator, 0)?;
    offers::agree::<T>(peer.id, u32::MAX);
    Ok(peer)
}

/// What stands for each lease of these benchmarks: as if its provider had asked for it.
fn stake<T: Config>() -> Balance {
    <T as pallet_idlewild_market::Config>::Stake::get()
}

/// Matches a provider with a service.
pub fn matched<T: Config>(service: ServiceId, provider: ProviderId) -> Result<LeaseId, BenchmarkError> {
    let resources = spec::<T>(1).resources;
    let lease = NextLease::<T>::get();
    Offers::<T>::take_work(provider, &resources, stake::<T>())?;
    <Pallet<T> as Demand<T::AccountId>>::matched(service, provider, RATE, &resources, stake::<T>())?;
    Ok(lease)
}

/// Lets as many providers be barred from a service as may be.
pub fn bar<T: Config>(service: ServiceId) {
    Services::<T>::mutate_extant(service, |record| {
        (0..MAX_BARRED).for_each(|index| record.bar(ProviderId::MAX.saturating_sub(index)));
    });
}

/// Lets as many bids of a service wait as it may have, each alone at its price, and a request.
pub fn order<T: Config>(service: ServiceId, owner: &T::AccountId) -> Result<(), BenchmarkError> {
    let class = LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true };
    let origin = || RawOrigin::Signed(owner.clone()).into();
    // Before the last bid: a request is for what is not bid for.
    Market::<T>::request(origin(), service)?;
    for index in 0..u16::from(MAX_INSTANCES) {
        Market::<T>::bid(origin(), service, Lot { class, size: 0 }, index.saturating_mul(100))
            .map_err(|refused| refused.error)?;
    }
    Ok(())
}

/// The longest endpoint that is an address.
pub fn endpoint() -> Endpoint {
    let text: Vec<u8> = b"[2001:0db8:ffff:ffff:ffff:ffff:255.255.255.255]:65535".to_vec();
    Endpoint::truncate_from(text)
}

/// Matches a provider with a service, and has it accept.
pub fn accepted<T: Config>(service: ServiceId, peer: &offers::Peer<T::AccountId>) -> Result<LeaseId, BenchmarkError> {
    let lease = matched::<T>(service, peer.id)?;
    Pallet::<T>::do_accept(peer.operator.clone(), lease, [7; 32], endpoint())?;
    Ok(lease)
}

/// Matches a provider with a service, and lets the lease be live.
pub fn live<T: Config>(service: ServiceId, peer: &offers::Peer<T::AccountId>) -> Result<LeaseId, BenchmarkError> {
    let lease = accepted::<T>(service, peer)?;
    Pallet::<T>::judge(lease, Some(true))?;
    Ok(lease)
}
