//! Every call of the services pallet and every way that a lease can go.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accept;
mod ask_probe;
mod attacks;
mod close;
mod deploy;
mod finish;
mod invariants;
mod market;
mod redeem;
mod report_down;
mod scale;
mod set_endpoint;
mod stop;
mod top_up;
mod turned_away;
mod views;

use frame_support::traits::fungible::{Inspect, InspectHold, Mutate};
use idlewild_compute_primitives::{lease, project::ServiceSpec, Balance, Clock as Moment, LeaseId, ProviderId, ServiceId};
use pallet_idlewild_services::{types::Why, Call, HoldReason, Leases, Services as Records};
use pallet_idlewild_test_runtime::{
    account,
    compute::{
        market::Stake,
        offers::any_provider,
        services::{
            accept, at, deploy, lease as lease_record, live, matched, matched_for, operator, owner, owner_key, panel_of, probe,
            probe_undecided, quick_leases, seat_trackers, service as service_record, spec, try_match, voucher, ProbePay,
            ServicesTreasury, AT, INSTANCE, LEASE_KEY, RATE, RULES, TERM,
        },
    },
    AccountId, Balances, Chain, Clock, Escrow, Offers, RuntimeCall, Services, Test, ALICE, BOB, CAROL, COIN,
};

type Error = pallet_idlewild_services::Error<Test>;
type Event = pallet_idlewild_services::Event<Test>;
type OffersError = pallet_idlewild_offers::Error<Test>;

/// What a probe costs.
fn probe_cost() -> Balance {
    lease::probe_cost(ProbePay::get())
}

/// What is put in for an instance that waits.
fn ahead() -> Balance {
    lease::ahead(RATE, TERM, probe_cost())
}

/// Runs a test with short waits, trackers, and an owner that has coins. Checks at its end that no coin came or went.
fn run(test: impl FnOnce(AccountId)) {
    run_burning(|who| {
        test(who);
        0
    });
}

/// The same of a test in which so many are burned as it says.
fn run_burning(test: impl FnOnce(AccountId) -> Balance) {
    Chain::run(|| {
        quick_leases();
        seat_trackers();
        let who = owner(1);
        Balances::mint_into(&who, 10_000 * COIN).unwrap();
        let supply = Chain::supply();
        let burned = test(who);
        assert_eq!(Chain::supply(), supply - burned, "coins came or went");
    });
}

/// A service of one instance that is live at the highest rate.
fn one(who: &AccountId) -> (ServiceId, LeaseId) {
    let service = deploy(who, spec(1));
    let id = live(service, any_provider(0), RATE);
    (service, id)
}

fn now() -> Moment {
    Clock::now()
}

/// Lets so many blocks pass since a lease went live.
fn pass_since_live(id: LeaseId, blocks: Moment) {
    let live = lease_record(id).live.unwrap();
    Chain::pass_to(live + blocks);
}

/// Has an owner ask once a period, until no more than so many probes are paid for.
fn spend_on_probes(who: &AccountId, id: LeaseId, left: Balance) {
    while lease_record(id).for_probes > left * probe_cost() {
        let record = lease_record(id);
        let periods = (record.asked - record.live.unwrap()) / RULES.period + 1;
        pass_since_live(id, periods * RULES.period);
        Chain::does(who, ask_probe(id));
        probe(id, true);
    }
}

/// What a service's escrow holds.
fn held(id: ServiceId) -> Balance {
    Escrow::held(service_record(id).escrow)
}

/// What of that waits for instances.
fn pool(id: ServiceId) -> Balance {
    held(id) - service_record(id).allotted
}

fn free(who: &AccountId) -> Balance {
    Balances::balance(who)
}

/// What is on hold for somebody's words.
fn word(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Word.into(), who)
}

fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}

/// Whether the machine of a lease that is over is free again.
#[track_caller]
fn assert_gone(id: LeaseId, provider: ProviderId) {
    assert!(Leases::<Test>::get(id).is_none());
    let record = Offers::get(provider).unwrap();
    assert_eq!((record.free, record.busy), (record.offered, 0));
}

fn deploy_call(spec: ServiceSpec) -> RuntimeCall {
    Call::deploy { spec }.into()
}

fn top_up(service: ServiceId, amount: Balance) -> RuntimeCall {
    Call::top_up { service, amount }.into()
}

fn scale(service: ServiceId, instances: u8) -> RuntimeCall {
    Call::scale { service, instances }.into()
}

fn stop(service: ServiceId) -> RuntimeCall {
    Call::stop { service }.into()
}

fn set_endpoint(lease: LeaseId, endpoint: &str) -> RuntimeCall {
    Call::set_endpoint { lease, endpoint: at(endpoint) }.into()
}

fn ask_probe(lease: LeaseId) -> RuntimeCall {
    Call::ask_probe { lease }.into()
}

fn report_down(lease: LeaseId) -> RuntimeCall {
    Call::report_down { lease }.into()
}

fn close(lease: LeaseId) -> RuntimeCall {
    Call::close { lease }.into()
}

fn finish(lease: LeaseId) -> RuntimeCall {
    Call::finish { lease }.into()
}
