//! What each function does with coins, refuses and leaves as it was. There are no calls: other pallets are in between.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod add;
mod burn;
mod close;
mod law;
mod open;
mod pay;
mod put_in;
mod refund;

use std::fmt::Debug;

use frame_support::traits::{
    fungible::{Balanced, Inspect, InspectHold, Mutate},
    tokens::{Fortitude, Precision, Preservation},
};
use idlewild_compute_primitives::{view::EscrowView, Balance, EscrowId};
use pallet_idlewild_escrow::{CreditOf, HoldReason};
use pallet_idlewild_test_runtime::{AccountId, Balances, Chain, ExistentialDeposit, System, Test, COIN};
use sp_runtime::DispatchError;

type Escrow = pallet_idlewild_escrow::Pallet<Test>;
type Error = pallet_idlewild_escrow::Error<Test>;
type Event = pallet_idlewild_escrow::Event<Test>;

/// The least that an account lives with.
const LEAST: Balance = ExistentialDeposit::get();
/// An account without coins.
const NOBODY: AccountId = AccountId::new([77; 32]);

/// Does what must succeed and leave every invariant whole.
#[track_caller]
fn does<R: Debug>(what: impl FnOnce() -> Result<R, DispatchError>) -> R {
    let result = what().unwrap();
    Chain::assert_sound();
    result
}

/// Does what must be refused for this reason and change nothing: not even what a call that fails would roll back.
#[track_caller]
fn refuses<R: Debug + PartialEq>(what: impl FnOnce() -> Result<R, DispatchError>, error: Error) {
    let before = Chain::state();
    assert_eq!(what(), Err(error.into()));
    assert_eq!(before, Chain::state(), "what was refused changed something");
    Chain::assert_sound();
}

/// An account's coins: those that are free, and those that are in escrow.
fn coins(who: &AccountId) -> (Balance, Balance) {
    (Balances::balance(who), Balances::balance_on_hold(&HoldReason::Escrow.into(), who))
}

/// Moves free coins, so that an account ends if none are left.
fn transfer(from: &AccountId, to: &AccountId, amount: Balance) {
    Balances::transfer(from, to, amount, Preservation::Expendable).unwrap();
}

/// What somebody lost.
fn taken(from: &AccountId, amount: Balance) -> CreditOf<Test> {
    Balances::withdraw(from, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite).unwrap()
}

/// An account that another pallet keeps alive as well, so that it may spend the last of its coins though some are on hold.
fn kept_alive(who: &AccountId, amount: Balance) {
    Balances::mint_into(who, amount).unwrap();
    System::inc_providers(who);
}

/// What is told of an escrow: what came, was paid, burned, refunded, and is held.
fn ledger(id: EscrowId) -> (Balance, Balance, Balance, Balance, Balance) {
    let EscrowView { came, paid, burned, refunded, held, .. } = Escrow::escrow(id).unwrap();
    (came, paid, burned, refunded, held)
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}
