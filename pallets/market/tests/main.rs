//! Every call of the market, what the book does with many orders, and what that costs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod ask;
mod bid;
mod cancel;
mod cost;
mod propose;
mod reference;
mod request;
mod settle;
mod stake;
mod stale;
mod views;
mod withdraw;

use frame_support::BoundedVec;
use idlewild_compute_primitives::{
    lot::{price_at, Lot, LotClass},
    resources::{Arch, Resources, Runtimes, Tier, Wishes},
    view::{LevelView, OrderOf},
    Balance, OrderId, ProviderId, RequestId, ServiceId,
};
use pallet_idlewild_market::{Call, Need};
use pallet_idlewild_test_runtime::{
    account,
    compute::{
        market::{Matches, Needs, Stake},
        offers::{any_provider, record, MACHINE},
    },
    AccountId, Chain, RuntimeCall, RuntimeEvent, Test, ALICE, BOB, CAROL, COIN,
};

type Market = pallet_idlewild_market::Pallet<Test>;
type Error = pallet_idlewild_market::Error<Test>;
type Event = pallet_idlewild_market::Event<Test>;

/// A book of containers anywhere, and lots of one core.
const LOT: Lot = Lot {
    class: LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true },
    size: 2,
};

/// What one such lot takes.
fn one_lot() -> Resources {
    LOT.resources().unwrap()
}

/// What fits into such a lot.
fn need(owner: &AccountId, instances: u8) -> Need<AccountId> {
    Need {
        owner: owner.clone(),
        organisation: None,
        resources: Resources { cpu_milli: 800, ram_mib: 1_000, ..Default::default() },
        wishes: Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Default::default() },
        max_rate: price_at(3_000).unwrap(),
        instances,
        barred: Default::default(),
    }
}

/// A service that needs this.
fn needing(need: Need<AccountId>) -> ServiceId {
    let id = Needs::iter_keys().max().map_or(0, |last| last + 1);
    Needs::insert(id, need);
    id
}

/// A service that wants so many instances.
fn service(owner: &AccountId, instances: u8) -> ServiceId {
    needing(need(owner, instances))
}

/// Changes what a service needs.
fn change(service: ServiceId, change: impl FnOnce(&mut Need<AccountId>)) {
    let mut need = Needs::get(service).unwrap();
    change(&mut need);
    Needs::insert(service, need);
}

fn ask(provider: ProviderId, tick: u16) -> RuntimeCall {
    Call::ask { provider, lot: LOT, tick }.into()
}

fn bid(service: ServiceId, tick: u16) -> RuntimeCall {
    Call::bid { service, lot: LOT, tick }.into()
}

fn cancel(order: OrderId) -> RuntimeCall {
    Call::cancel { order }.into()
}

fn request(service: ServiceId) -> RuntimeCall {
    Call::request { service }.into()
}

fn propose(request: RequestId, providers: &[ProviderId]) -> RuntimeCall {
    Call::propose { request, providers: BoundedVec::truncate_from(providers.to_vec()) }.into()
}

fn settle(request: RequestId) -> RuntimeCall {
    Call::settle { request }.into()
}

fn withdraw(request: RequestId) -> RuntimeCall {
    Call::withdraw { request }.into()
}

/// Makes a call that must succeed, and returns what the market said of it.
#[track_caller]
fn told(who: &AccountId, call: RuntimeCall) -> Vec<Event> {
    let before = Chain::events().len();
    Chain::does(who, call);
    let new = Chain::events().into_iter().skip(before);
    new.filter_map(|event| match event {
        RuntimeEvent::Market(event) => Some(event),
        _ => None,
    })
    .collect()
}

/// Places an order that meets nothing, and returns its number.
#[track_caller]
fn placed(who: &AccountId, call: RuntimeCall) -> OrderId {
    match told(who, call).as_slice() {
        [Event::Placed { order, .. }] => *order,
        other => panic!("the order was not just placed: {other:?}"),
    }
}

/// The latest match.
fn last_match() -> (ServiceId, ProviderId, Balance, Resources) {
    *Matches::get().unwrap_or_default().last().expect("nothing was matched")
}

fn matches() -> usize {
    Matches::get().unwrap_or_default().len()
}

/// What a provider has free less than all.
fn in_use(provider: ProviderId) -> Resources {
    record(provider).in_use()
}

/// Steps of a side, each with its number of orders.
type Levels = Vec<(u16, u32)>;

/// Levels of the book, asks first.
fn levels() -> (Levels, Levels) {
    let book = Market::book(LOT);
    let of = |side: Vec<LevelView>| side.iter().map(|at| (at.tick, at.orders)).collect();
    (of(book.asks), of(book.bids))
}

fn set_standing(provider: ProviderId, pause: bool) {
    let call: RuntimeCall = match pause {
        true => pallet_idlewild_offers::Call::pause { provider }.into(),
        false => pallet_idlewild_offers::Call::resume { provider }.into(),
    };
    let operator = record(provider).operator;
    Chain::does(&operator, call);
}
