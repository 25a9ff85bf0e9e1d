//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acquire;
mod commit;
mod create;
mod drop_deal;
mod grant;
mod invariants;
mod prolong_deal;
mod publish;
mod release;
mod remove;
mod stored;
mod views;
mod withdraw;

use frame_support::{
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        tokens::Preservation,
    },
    BoundedVec,
};
use idlewild_buckets_primitives::{
    head::Head,
    limits::{MAX_GRANTS, MAX_HEADS, MAX_LEASE, MIN_LEASE},
    Balance, BucketId, Clock as Moment, Epoch,
};
use pallet_idlewild_buckets::{
    types::{Bucket, Label, Sealed},
    Buckets, Call, Grants, HoldReason, OfGateway, OfOwner,
};
use pallet_idlewild_test_runtime::{
    buckets::{act, gateway, serve},
    AccountId, Balances, Buckets as Pallet, Chain, Clock, ExistentialDeposit, RuntimeCall, Test, ALICE, BOB, CAROL, COIN,
};

type Error = pallet_idlewild_buckets::Error<Test>;
type Event = pallet_idlewild_buckets::Event<Test>;

/// What is on hold for a bucket here.
const BUCKET: Balance = 10 * COIN;
/// What is on hold for a grant here.
const GRANT: Balance = 2 * COIN;
/// The least that an account lives with.
const LEAST: Balance = ExistentialDeposit::get();

fn label(of: &str) -> Label {
    BoundedVec::truncate_from(of.as_bytes().to_vec())
}

/// A key that is sealed, as far as anybody can tell.
fn sealed(byte: u8) -> Sealed {
    BoundedVec::truncate_from(vec![byte; 80])
}

fn create(grant: Option<(&AccountId, u8)>) -> RuntimeCall {
    let grant = grant.map(|(gateway, key)| (gateway.clone(), sealed(key)));
    Call::create { label: label("photos"), sealed: sealed(1), grant }.into()
}

fn grant(bucket: BucketId, gateway: &AccountId, key: u8) -> RuntimeCall {
    Call::grant { bucket, gateway: gateway.clone(), sealed: sealed(key) }.into()
}

fn withdraw(bucket: BucketId, gateway: &AccountId) -> RuntimeCall {
    Call::withdraw { bucket, gateway: gateway.clone() }.into()
}

fn acquire(bucket: BucketId, blocks: Moment) -> RuntimeCall {
    Call::acquire { bucket, blocks }.into()
}

fn release(bucket: BucketId) -> RuntimeCall {
    Call::release { bucket }.into()
}

/// A head whose hash and salt are this byte all over.
fn head(epoch: Epoch, sequence: u64, byte: u8) -> Head {
    Head { epoch, sequence, hash: [byte; 32], salt: [byte; 16] }
}

/// A commit of a head that takes the place of those with such hashes.
fn commit(bucket: BucketId, head: Head, replaces: &[u8]) -> RuntimeCall {
    let replaces = BoundedVec::truncate_from(replaces.iter().map(|byte| [*byte; 32]).collect());
    let Head { epoch, sequence, hash, salt } = head;
    Call::commit { bucket, epoch, sequence, hash, salt, replaces }.into()
}

fn remove(bucket: BucketId) -> RuntimeCall {
    Call::remove { bucket }.into()
}

fn set_label(bucket: BucketId, of: &str) -> RuntimeCall {
    Call::set_label { bucket, label: label(of) }.into()
}

fn publish(bucket: BucketId, key: [u8; 32]) -> RuntimeCall {
    Call::publish { bucket, key }.into()
}

fn retire(gateway: &AccountId) -> RuntimeCall {
    pallet_idlewild_gateways::Call::retire { account: gateway.clone() }.into()
}

/// A bucket of Alice's, and two gateways of hers that have its key.
fn shared() -> (BucketId, [AccountId; 2]) {
    let gateways = [0, 1].map(|index| serve(&ALICE, index, 0));
    let id = pallet_idlewild_buckets::NextBucket::<Test>::get();
    Chain::does(&ALICE, create(Some((&gateways[0], 2))));
    Chain::does(&ALICE, grant(id, &gateways[1], 3));
    (id, gateways)
}

#[track_caller]
fn record(id: BucketId) -> Bucket<AccountId> {
    Buckets::<Test>::get(id).unwrap()
}

fn heads(id: BucketId) -> Vec<Head> {
    record(id).heads.into_inner()
}

/// The holder of a live lease and its epoch, as it is told.
fn holder(id: BucketId) -> Option<(AccountId, Epoch)> {
    Pallet::bucket(id).unwrap().lease.map(|lease| (lease.holder.into(), lease.epoch))
}

/// Gives away all that an account has but for so much.
fn leave(who: &AccountId, coins: Balance) {
    let rest = Balances::balance(who) - coins;
    Balances::transfer(who, &CAROL, rest, Preservation::Preserve).unwrap();
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
