//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod announce_key;
mod conceal_key;
mod invariants;
mod publish;
mod relocate;
mod revoke;
mod share;
mod views;
mod withdraw;

use frame_support::{
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        tokens::Preservation,
    },
    BoundedVec,
};
use idlewild_shares_primitives::{limits::MAX_PAGE, Balance, Clock as Moment, DealId, PublicationId, SealingKey, ShareId};
use idlewild_storage_primitives::geometry::Geometry;
use pallet_idlewild_shares::{
    types::{Audience as AudienceOf, Sealed},
    Call, HoldReason, NextPublication, NextShare, Publications, Shares, SharesWith,
};
use pallet_idlewild_test_runtime::{
    call, miner, AccountId, Balances, Chain, Clock, ExistentialDeposit, Miner, RuntimeCall, Shares as Pallet, Test, ALICE, BOB,
    CAROL, COIN,
};

type Audience = AudienceOf<AccountId>;
type Error = pallet_idlewild_shares::Error<Test>;
type Event = pallet_idlewild_shares::Event<Test>;

/// What is on hold for a key here.
const KEY: Balance = COIN;
/// What is on hold for a share here.
const SHARE: Balance = 3 * COIN;
/// What is on hold for a publication here.
const PUBLICATION: Balance = 5 * COIN;
/// The least that an account lives with.
const LEAST: Balance = ExistentialDeposit::get();
/// The term of these deals.
const TERM: Moment = 400;

/// Two deals of Alice's and one of Bob's.
fn deals() -> [DealId; 3] {
    let mut miners = Miner::register_many(2);
    [ALICE, ALICE, BOB].map(|owner| miner::deal(&owner, &mut miners, Geometry { data: 1, parity: 1 }, TERM).0)
}

/// A key that is sealed, as far as anybody can tell.
fn sealed(byte: u8) -> Sealed {
    BoundedVec::truncate_from(vec![byte; 80])
}

fn with(account: &AccountId) -> Audience {
    Audience::Account { account: account.clone(), sealed: sealed(7) }
}

fn announce(key: SealingKey) -> RuntimeCall {
    Call::announce_key { key }.into()
}

fn conceal() -> RuntimeCall {
    Call::conceal_key {}.into()
}

fn share(root: DealId, audience: Audience, until: Option<Moment>) -> RuntimeCall {
    Call::share { root, audience, until }.into()
}

fn revoke(share: ShareId) -> RuntimeCall {
    Call::revoke { share }.into()
}

fn publish_as(root: DealId, name: &[u8]) -> RuntimeCall {
    Call::publish { root, key: [1; 32], hash: [2; 32], length: 3, name: name.to_vec().try_into().unwrap() }.into()
}

fn publish(root: DealId) -> RuntimeCall {
    publish_as(root, "grüße.txt".as_bytes())
}

fn relocate(publication: PublicationId, root: DealId, key: [u8; 32]) -> RuntimeCall {
    Call::relocate { publication, root, key }.into()
}

fn withdraw(publication: PublicationId) -> RuntimeCall {
    Call::withdraw { publication }.into()
}

/// Gives away all that an account has but for so much.
fn leave(who: &AccountId, coins: Balance) {
    let rest = Balances::balance(who) - coins;
    Balances::transfer(who, &CAROL, rest, Preservation::Preserve).unwrap();
}

/// What an account has on hold as deposits.
fn held(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Deposit.into(), who)
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}
