//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod commit;
mod create_sub;
mod invariants;
mod reclaim;
mod register;
mod release;
mod remove_sub;
mod renew;
mod resolve;
mod set_operator;
mod set_record;
mod set_reverse;
mod transfer;
mod uncommit;
mod views;

use frame_support::{
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        tokens::Preservation,
    },
    BoundedVec,
};
use idlewild_names_primitives::{
    commitment::commitment,
    record::{Record, RecordKey},
    rules::NameRules,
    view::Resolved,
    Balance, Clock as Moment, NodeId,
};
use pallet_idlewild_names::{
    types::{Label, NodePath},
    Call, HoldReason,
};
use pallet_idlewild_test_runtime::{
    names::NamesTreasury, AccountId, Balances, Chain, Clock, ExistentialDeposit, Names, RuntimeCall, Test, ALICE, BOB, CAROL,
    COIN,
};

type Error = pallet_idlewild_names::Error<Test>;
type Event = pallet_idlewild_names::Event<Test>;

/// What a name of six letters or more costs here for a period.
const RENT: Balance = 5 * COIN;
/// The premium on a name that was free for no block yet, and what is taken off it, so that it ends.
const PREMIUM: Balance = (COIN << 12) - (COIN >> 9);
/// What is on hold for a name or a subname.
const NODE: Balance = 10 * COIN;
/// What is on hold for a commitment or a reverse record.
const ITEM: Balance = COIN;
/// The least that an account lives with.
const LEAST: Balance = ExistentialDeposit::get();
/// An account without coins.
const NOBODY: AccountId = AccountId::new([77; 32]);
/// What makes a commitment unguessable, except here.
const SALT: [u8; 32] = [9; 32];

fn label(of: &str) -> Label {
    BoundedVec::truncate_from(of.as_bytes().to_vec())
}

fn path(of: &str) -> NodePath {
    BoundedVec::truncate_from(of.as_bytes().to_vec())
}

fn bytes(of: &AccountId) -> [u8; 32] {
    of.clone().into()
}

fn hash(name: &str, owner: &AccountId) -> [u8; 32] {
    commitment(&Clock::genesis(), name.as_bytes(), owner.as_ref(), &SALT)
}

fn commit(name: &str, owner: &AccountId) -> RuntimeCall {
    Call::commit { hash: hash(name, owner) }.into()
}

fn uncommit(name: &str, owner: &AccountId) -> RuntimeCall {
    Call::uncommit { hash: hash(name, owner) }.into()
}

fn register_for(name: &str, periods: u32, max_price: Balance) -> RuntimeCall {
    Call::register { name: label(name), salt: SALT, periods, max_price }.into()
}

fn register(name: &str) -> RuntimeCall {
    register_for(name, 1, Balance::MAX)
}

fn renew(name: &str, periods: u32) -> RuntimeCall {
    Call::renew { name: label(name), periods, max_price: Balance::MAX }.into()
}

fn transfer(of: &str, to: &AccountId) -> RuntimeCall {
    Call::transfer { path: path(of), to: to.clone() }.into()
}

fn set_operator(of: &str, who: &AccountId, allowed: bool) -> RuntimeCall {
    Call::set_operator { path: path(of), who: who.clone(), allowed }.into()
}

fn set_record(of: &str, key: RecordKey, value: Option<Record>) -> RuntimeCall {
    Call::set_record { path: path(of), key, value }.into()
}

/// Says that a name has this bucket.
fn set_bucket(of: &str, bucket: u64) -> RuntimeCall {
    set_record(of, RecordKey::Bucket, Some(Record::Bucket(bucket)))
}

fn create_sub(parent: &str, of: &str, owner: &AccountId) -> RuntimeCall {
    Call::create_sub { parent: path(parent), label: label(of), owner: owner.clone() }.into()
}

fn remove_sub(of: &str) -> RuntimeCall {
    Call::remove_sub { path: path(of) }.into()
}

fn set_reverse(of: Option<&str>) -> RuntimeCall {
    Call::set_reverse { path: of.map(path) }.into()
}

fn release(name: &str) -> RuntimeCall {
    Call::release { name: label(name) }.into()
}

fn reclaim(node: NodeId, limit: u32) -> RuntimeCall {
    Call::reclaim { node, limit }.into()
}

/// Commits to a name and registers it, whatever it costs.
#[track_caller]
fn take(name: &str, owner: &AccountId) -> NodeId {
    Chain::does(owner, commit(name, owner));
    Chain::pass(rules().min_age);
    Chain::does(owner, register(name));
    node(name)
}

/// Terms and waits here.
fn rules() -> NameRules {
    Names::terms().rules
}

fn now() -> Moment {
    Clock::now()
}

/// The number of a name or a subname that stands.
#[track_caller]
fn node(of: &str) -> NodeId {
    Names::named(of.as_bytes().to_vec()).unwrap().node
}

fn resolve(of: &str) -> Option<Resolved> {
    Names::resolve(of.as_bytes().to_vec())
}

/// The bucket that a path leads to, if it leads to just that.
fn bucket(of: &str) -> Option<u64> {
    match &resolve(of)?.records[..] {
        [one] => match one.record {
            Record::Bucket(bucket) => Some(bucket),
            _ => None,
        },
        _ => None,
    }
}

/// What is on hold for such a record: the key is one byte, the record nine.
const BUCKET: Balance = ITEM + 10 * COIN / 100;

/// Lets a name's term end, and its grace.
fn lapse(name: &str) {
    let term = Names::named(name.as_bytes().to_vec()).unwrap().term.unwrap();
    Chain::pass_to(term.free);
}

/// Transfers coins to an account.
fn give(to: &AccountId, amount: Balance) {
    Balances::transfer(&CAROL, to, amount, Preservation::Preserve).unwrap();
}

/// An account's coins: those that are free, and those that are a deposit.
fn coins(who: &AccountId) -> (Balance, Balance) {
    (Balances::balance(who), Balances::balance_on_hold(&HoldReason::Deposit.into(), who))
}

/// What names brought so far.
fn brought() -> Balance {
    Balances::balance(&NamesTreasury::get())
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}
