//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod act;
mod allow;
mod credentials;
mod invariants;
mod register;
mod retire;
mod set_endpoint;
mod views;

use frame_support::{
    traits::{
        fungible::{Inspect, InspectHold},
        tokens::Preservation,
    },
    BoundedVec,
};
use idlewild_buckets_primitives::{scopes::Rights, Balance, BucketId, KeyNumber};
use pallet_idlewild_gateways::{
    types::{Endpoint, Gateway, Scopes},
    Call, Gateways, HoldReason,
};
use pallet_idlewild_test_runtime::{
    buckets::{act, gateway, register, serve},
    AccountId, Balances, Chain, RuntimeCall, Test, ALICE, BOB, CAROL, COIN,
};

type Error = pallet_idlewild_gateways::Error<Test>;
type Event = pallet_idlewild_gateways::Event<Test>;

/// What is on hold for a gateway here.
const GATEWAY: Balance = 5 * COIN;
/// What is on hold for a credential here.
const CREDENTIAL: Balance = COIN;
/// An account without coins.
const NOBODY: AccountId = AccountId::new([77; 32]);

fn record(gateway: &AccountId) -> Gateway<AccountId> {
    Gateways::<Test>::get(gateway).unwrap()
}

fn text(endpoint: &str) -> Endpoint {
    BoundedVec::truncate_from(endpoint.as_bytes().to_vec())
}

fn scopes(rights: Rights, buckets: Option<&[BucketId]>) -> Scopes {
    Scopes { rights, buckets: buckets.map(|buckets| BoundedVec::truncate_from(buckets.to_vec())) }
}

fn allow(account: &AccountId, allowance: Balance) -> RuntimeCall {
    Call::allow { account: account.clone(), allowance }.into()
}

fn set_endpoint(account: &AccountId, endpoint: Endpoint) -> RuntimeCall {
    Call::set_endpoint { account: account.clone(), endpoint }.into()
}

fn retire(account: &AccountId) -> RuntimeCall {
    Call::retire { account: account.clone() }.into()
}

fn issue(account: &AccountId, user: &AccountId, scopes: Scopes) -> RuntimeCall {
    Call::issue { account: account.clone(), user: user.clone(), scopes }.into()
}

fn rotate(account: &AccountId, key: KeyNumber) -> RuntimeCall {
    Call::rotate { account: account.clone(), key }.into()
}

fn set_scopes(account: &AccountId, key: KeyNumber, scopes: Scopes) -> RuntimeCall {
    Call::set_scopes { account: account.clone(), key, scopes }.into()
}

fn revoke(account: &AccountId, key: KeyNumber) -> RuntimeCall {
    Call::revoke { account: account.clone(), key }.into()
}

/// Gives away all that an account has but for so much.
fn leave(who: &AccountId, coins: Balance) {
    let rest = Balances::balance(who) - coins;
    <Balances as frame_support::traits::fungible::Mutate<_>>::transfer(who, &CAROL, rest, Preservation::Preserve).unwrap();
}

/// An account's coins: those that are free, and those that are a deposit.
fn coins(who: &AccountId) -> (Balance, Balance) {
    (Balances::balance(who), Balances::balance_on_hold(&HoldReason::Deposit.into(), who))
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}
