//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod classes;
mod publish;
mod release;
mod retire;
mod set_category;
mod transfer;
mod views;
mod yank;

use frame_support::{
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        tokens::Preservation,
    },
    BoundedVec,
};
use idlewild_compute_primitives::{
    program::{Bundle, Category, Class, Form, Program},
    AppId, Balance,
};
use pallet_idlewild_apps::{types::Name, Call, HoldReason};
use pallet_idlewild_test_runtime::{
    AccountId, Apps, Balances, Chain, ExistentialDeposit, RuntimeCall, Test, ALICE, BOB, CAROL, COIN,
};

type Error = pallet_idlewild_apps::Error<Test>;
type Event = pallet_idlewild_apps::Event<Test>;

/// What is on hold for an app here.
const APP: Balance = 10 * COIN;
/// What is on hold for a version here.
const VERSION: Balance = COIN;
/// The least that an account lives with.
const LEAST: Balance = ExistentialDeposit::get();
/// An account without coins.
const NOBODY: AccountId = AccountId::new([77; 32]);

fn name(of: &str) -> Name {
    BoundedVec::truncate_from(of.as_bytes().to_vec())
}

/// A program whose digest is this byte all over.
fn program(digest: u8, form: Form, class: Class) -> Program {
    Program { form, digest: [digest; 32], bundle: Bundle { root: 5, key: [6; 32] }, class }
}

/// A deterministic module.
fn module(digest: u8) -> Program {
    program(digest, Form::Module, Class::Deterministic)
}

/// A pinned container.
fn image(digest: u8) -> Program {
    program(digest, Form::Image, Class::Pinned)
}

fn compared(digest: u8, comparator: u8) -> Program {
    let bundle = Bundle { root: 7, key: [8; 32] };
    program(digest, Form::Image, Class::Compared { comparator: [comparator; 32], bundle })
}

fn publish(of: &str, program: Program) -> RuntimeCall {
    Call::publish { name: name(of), category: Category::Rendering, program }.into()
}

fn release(app: AppId, program: Program) -> RuntimeCall {
    Call::release { app, program }.into()
}

fn yank(app: AppId, version: u32) -> RuntimeCall {
    Call::yank { app, version }.into()
}

fn set_category(app: AppId, category: Category) -> RuntimeCall {
    Call::set_category { app, category }.into()
}

fn transfer(app: AppId, to: &AccountId) -> RuntimeCall {
    Call::transfer { app, to: to.clone() }.into()
}

fn retire(app: AppId, limit: u32) -> RuntimeCall {
    Call::retire { app, limit }.into()
}

/// Transfers coins to an account.
fn give(to: &AccountId, amount: Balance) {
    Balances::transfer(&CAROL, to, amount, Preservation::Preserve).unwrap();
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

/// An app's versions as they are told of: numbers, and whether they are withdrawn.
fn versions(app: AppId) -> Vec<(u32, bool)> {
    Apps::app(app).unwrap().versions.into_iter().map(|version| (version.version, version.yanked)).collect()
}
