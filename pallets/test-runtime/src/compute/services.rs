//! How `services` is configured in tests, and the hands to play with it: services that are deployed, machines that are matched with
//! them, and trackers that find what tests say.

use frame_support::{parameter_types, traits::tokens::imbalance::ResolveTo, BoundedVec};
use idlewild_compute_primitives::{
    lease::{LeaseRules, Voucher},
    panel::{ANSWERS, SILENT},
    program::{Bundle, Class, Form, Program},
    project::ServiceSpec,
    resources::{Resources, Runtimes, Wishes},
    Balance, LeaseId, PanelId, ProviderId, ServiceId,
};
use pallet_idlewild_market::{Demand, Need};
use pallet_idlewild_services::{
    types::{Endpoint, Lease, Service},
    Call, Config, Leases, NextLease, NextService, Rules, Services as Records,
};
use pallet_idlewild_trackers::Panels;
use sp_core::{sr25519, Pair};
use sp_runtime::{DispatchError, DispatchResult};

use super::{
    market::{Needs, TestServices},
    offers, trackers,
};
use crate::{
    account,
    runtime::{AccountId, Balances, Clock, Offers, RuntimeCall, Services, Test, COIN},
    Chain,
};

parameter_types! {
    /// What each tracker gets for a probe.
    pub const ProbePay: Balance = COIN / 10;
    /// Where stakes go that are lost.
    pub const ServicesTreasury: AccountId = AccountId::new([0xfb; 32]);
}

impl Config for Test {
    type WeightInfo = ();
    type Treasury = ResolveTo<ServicesTreasury, Balances>;
    type ProbePay = ProbePay;
}

/// What the market of the test runtime finds machines for: services of which tests only say the need, and real ones.
pub struct EitherDemand;

/// Whether the market is to look at a real service. A number that there is none of is left to what tests say.
fn is_real(service: ServiceId) -> bool {
    !Needs::contains_key(service) && Records::<Test>::contains_key(service)
}

impl Demand<AccountId> for EitherDemand {
    fn need(service: ServiceId) -> Result<Need<AccountId>, DispatchError> {
        if is_real(service) {
            Services::need(service)
        } else {
            TestServices::need(service)
        }
    }

    fn matched(
        service: ServiceId,
        provider: ProviderId,
        rate: Balance,
        resources: &Resources,
        stake: Balance,
    ) -> DispatchResult {
        if is_real(service) {
            Services::matched(service, provider, rate, resources, stake)
        } else {
            TestServices::matched(service, provider, rate, resources, stake)
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn deploy(need: &Need<AccountId>) -> Result<ServiceId, DispatchError> {
        TestServices::deploy(need)
    }
}

/// Rules short enough for tests.
pub const RULES: LeaseRules = LeaseRules { period: 50, start: 20, close: 10, silent: 2 };
/// The most that an instance of a test's service costs in a block.
pub const RATE: Balance = COIN / 100;
/// How long one is paid for ahead.
pub const TERM: u32 = 400;
/// What an instance takes.
pub const INSTANCE: Resources =
    Resources { cpu_milli: 250, ram_mib: 512, disk_mib: 1_024, gpus: 0, vram_mib: 0, up_kbps: 1_000, down_kbps: 1_000 };
/// Where leases of tests are reached.
pub const AT: &str = "203.0.113.7:8080";
/// The key that answers there.
pub const LEASE_KEY: [u8; 32] = [7; 32];

/// The key pair of owner number `index`, whose account signs vouchers.
pub fn owner_key(index: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[index; 32])
}

/// The account of owner number `index`: it has no coins at first.
pub fn owner(index: u8) -> AccountId {
    owner_key(index).public().into()
}

/// A service of so many instances.
pub fn spec(instances: u8) -> ServiceSpec {
    let bundle = Bundle { root: 1, key: [1; 32] };
    ServiceSpec {
        program: Program { form: Form::Image, digest: [3; 32], bundle, class: Class::Metered },
        settings: bundle,
        resources: INSTANCE,
        wishes: Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Wishes::default() },
        instances,
        max_rate: RATE,
        term: TERM,
        organisation: None,
    }
}

/// Makes waits of leases and of panels short.
pub fn quick_leases() {
    Rules::<Test>::put(RULES);
    trackers::quick_panels();
}

/// Gives six accounts seats among the trackers: those of [`account`] 40 to 45.
#[track_caller]
pub fn seat_trackers() {
    trackers::take_seats(&(40..46).map(account).collect::<Vec<_>>());
    // Who is seated in a block counts in the draws of the next.
    Chain::next_block();
}

/// Deploys a service.
#[track_caller]
pub fn deploy(owner: &AccountId, spec: ServiceSpec) -> ServiceId {
    let id = NextService::<Test>::get();
    Chain::does(owner, Call::deploy { spec }.into());
    id
}

/// Matches a provider with a service, as the market does where somebody proposes that.
#[track_caller]
pub fn matched(service: ServiceId, provider: ProviderId, rate: Balance) -> LeaseId {
    matched_for(service, provider, rate, 0)
}

/// The same where the provider asked for it, so that `stake` stands for the lease.
#[track_caller]
pub fn matched_for(service: ServiceId, provider: ProviderId, rate: Balance, stake: Balance) -> LeaseId {
    let id = NextLease::<Test>::get();
    assert_eq!(try_match(service, provider, rate, stake), Ok(()), "a provider of the tests cannot be matched");
    Chain::assert_sound();
    id
}

/// The same, if it can be.
pub fn try_match(service: ServiceId, provider: ProviderId, rate: Balance, stake: Balance) -> DispatchResult {
    frame_support::storage::with_storage_layer(|| {
        Offers::take_work(provider, &INSTANCE, stake)?;
        <Services as Demand<AccountId>>::matched(service, provider, rate, &INSTANCE, stake)
    })
}

/// The call by which a provider accepts a lease.
pub fn accept(lease: LeaseId) -> RuntimeCall {
    Call::accept { lease, key: LEASE_KEY, endpoint: at(AT) }.into()
}

/// An endpoint.
pub fn at(endpoint: &str) -> Endpoint {
    BoundedVec::truncate_from(endpoint.as_bytes().to_vec())
}

/// A service's record.
#[track_caller]
pub fn service(id: ServiceId) -> Service<AccountId> {
    match Records::<Test>::get(id) {
        Some(service) => service,
        None => panic!("there is no service {id}"),
    }
}

/// A lease's record.
#[track_caller]
pub fn lease(id: LeaseId) -> Lease<AccountId> {
    match Leases::<Test>::get(id) {
        Some(lease) => lease,
        None => panic!("there is no lease {id}"),
    }
}

/// The panel that probes a lease.
#[track_caller]
pub fn panel_of(id: LeaseId) -> PanelId {
    match lease(id).probing {
        Some(probing) => probing.panel,
        None => panic!("lease {id} is not being probed"),
    }
}

/// The operator of a lease's provider.
#[track_caller]
pub fn operator(id: LeaseId) -> AccountId {
    offers::record(lease(id).provider).operator
}

/// Has trackers find that a lease's endpoint answers, or that it is silent.
#[track_caller]
pub fn probe(id: LeaseId, answers: bool) {
    trackers::decide(&account(39), panel_of(id), if answers { ANSWERS } else { SILENT });
}

/// Lets a lease's panel end without a verdict: nobody draws it.
#[track_caller]
pub fn probe_undecided(id: LeaseId) {
    let panel = panel_of(id);
    while Panels::<Test>::contains_key(panel) {
        trackers::close_late(&account(39), panel);
    }
}

/// Matches a provider with a service, and lets the lease go live.
#[track_caller]
pub fn live(service: ServiceId, provider: ProviderId, rate: Balance) -> LeaseId {
    let id = matched(service, provider, rate);
    Chain::does(&operator(id), accept(id));
    probe(id, true);
    id
}

/// What an owner signs for a lease of this chain.
pub fn voucher(key: &sr25519::Pair, lease: LeaseId, amount: Balance) -> RuntimeCall {
    let signature = key.sign(&Voucher { lease, amount }.message(&Clock::genesis())).0;
    Call::redeem { lease, amount, signature }.into()
}
