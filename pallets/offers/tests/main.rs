//! Every call of the offers pallet and all that other pallets do to a provider: what it does, what it refuses, and that what is
//! refused changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod add_bond;
mod any_order;
mod register;
mod remove;
mod reputation;
mod set_endpoint;
mod set_offer;
mod slash;
mod standing;
mod take_work;
mod views;
mod withdraw_bond;

use idlewild_compute_primitives::{
    resources::{Attributes, Prices, Resources},
    Balance, ProviderId,
};
use pallet_idlewild_offers::{Call, Pallet};
use pallet_idlewild_test_runtime::{Balances, Chain, RuntimeCall, Test};
use sp_runtime::DispatchError;

type Offers = Pallet<Test>;
type Error = pallet_idlewild_offers::Error<Test>;
type Event = pallet_idlewild_offers::Event<Test>;

/// A part of [`MACHINE`](pallet_idlewild_test_runtime::compute::offers::MACHINE) with a graphics processor.
const PART: Resources = Resources {
    cpu_milli: 4_000,
    ram_mib: 8_192,
    disk_mib: 20_000,
    gpus: 1,
    vram_mib: 8_000,
    up_kbps: 1_000,
    down_kbps: 2_000,
};

fn add_bond(provider: ProviderId, amount: Balance) -> RuntimeCall {
    Call::add_bond { provider, amount }.into()
}

fn withdraw_bond(provider: ProviderId, amount: Balance) -> RuntimeCall {
    Call::withdraw_bond { provider, amount }.into()
}

fn set_offer(provider: ProviderId, offered: Resources, attributes: Attributes, prices: Prices) -> RuntimeCall {
    Call::set_offer { provider, offered, attributes, prices }.into()
}

fn pause(provider: ProviderId) -> RuntimeCall {
    Call::pause { provider }.into()
}

fn resume(provider: ProviderId) -> RuntimeCall {
    Call::resume { provider }.into()
}

fn exit(provider: ProviderId) -> RuntimeCall {
    Call::exit { provider }.into()
}

fn remove(provider: ProviderId) -> RuntimeCall {
    Call::remove { provider }.into()
}

/// Lets bonds stand for as long as they must.
fn age_bonds() {
    Chain::pass(pallet_idlewild_test_runtime::compute::offers::BondStays::get());
}

/// Gives a provider work, as other pallets do.
#[track_caller]
fn takes(id: ProviderId, resources: &Resources, bond: Balance) {
    assert_eq!(Offers::take_work(id, resources, bond), Ok(()));
    Chain::assert_sound();
}

/// A provider does not get work, for this reason, and nothing is changed.
#[track_caller]
fn takes_not(id: ProviderId, resources: &Resources, bond: Balance, error: Error) {
    let before = Chain::state();
    assert_eq!(Offers::take_work(id, resources, bond), Err(DispatchError::from(error)));
    assert_eq!(before, Chain::state(), "work that was not taken changed something");
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}

fn free(who: &pallet_idlewild_test_runtime::AccountId) -> Balance {
    Balances::free_balance(who)
}
