//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod add_member;
mod book;
mod dissolve;
mod found;
mod hand_over;
mod remove_member;
mod set_quota;
mod views;
mod withdraw;

use frame_support::{
    traits::{
        fungible::{Inspect, InspectHold, Mutate},
        tokens::Preservation,
    },
    BoundedVec,
};
use idlewild_compute_primitives::{view::MemberView, Balance, EscrowId, OrganisationId};
use pallet_idlewild_organisations::{Call, HoldReason};
use pallet_idlewild_test_runtime::{
    AccountId, Balances, Chain, Escrow, ExistentialDeposit, Organisations, RuntimeCall, Test, ALICE, BOB, COIN,
};
use sp_runtime::DispatchError;

type Error = pallet_idlewild_organisations::Error<Test>;
type Event = pallet_idlewild_organisations::Event<Test>;

/// What is on hold for an organisation here.
const FOUNDED: Balance = 10 * COIN;
/// What is on hold for a member here.
const MEMBER: Balance = COIN;
/// The least that an account lives with.
const LEAST: Balance = ExistentialDeposit::get();
/// An account without coins.
const NOBODY: AccountId = AccountId::new([77; 32]);

fn found(name: &[u8]) -> RuntimeCall {
    Call::found { name: BoundedVec::truncate_from(name.to_vec()) }.into()
}

fn add_member(organisation: OrganisationId, member: &AccountId, quota: Balance) -> RuntimeCall {
    Call::add_member { organisation, member: member.clone(), quota }.into()
}

fn set_quota(organisation: OrganisationId, member: &AccountId, quota: Balance) -> RuntimeCall {
    Call::set_quota { organisation, member: member.clone(), quota }.into()
}

fn remove_member(organisation: OrganisationId, member: &AccountId) -> RuntimeCall {
    Call::remove_member { organisation, member: member.clone() }.into()
}

fn hand_over(organisation: OrganisationId, to: &AccountId) -> RuntimeCall {
    Call::hand_over { organisation, to: to.clone() }.into()
}

fn withdraw(organisation: OrganisationId, to: &AccountId, amount: Balance) -> RuntimeCall {
    Call::withdraw { organisation, to: to.clone(), amount }.into()
}

fn dissolve(organisation: OrganisationId) -> RuntimeCall {
    Call::dissolve { organisation }.into()
}

/// Alice's organisation with `coins` on its account, and Bob in it with this quota.
fn with_bob(coins: Balance, quota: Balance) -> AccountId {
    Chain::does(&ALICE, found(b"lab"));
    Chain::does(&ALICE, add_member(0, &BOB, quota));
    let account = Organisations::account_of(0);
    if coins > 0 {
        give(&account, coins);
    }
    account
}

/// Transfers coins to an account, as anybody can.
fn give(to: &AccountId, amount: Balance) {
    Balances::transfer(&pallet_idlewild_test_runtime::CAROL, to, amount, Preservation::Preserve).unwrap();
    Chain::assert_sound();
}

/// What pallets do where a member orders work: all of it or nothing.
fn order(who: &AccountId, amount: Balance) -> Result<EscrowId, DispatchError> {
    frame_support::storage::with_storage_layer(|| {
        let payer = Organisations::book(Some(0), who, amount)?;
        Escrow::open(&payer, amount)
    })
}

/// What they do with what was not needed.
fn give_back(escrow: EscrowId, who: &AccountId, amount: Balance) {
    Escrow::refund(escrow, amount).unwrap();
    Organisations::unbook(Some(0), who, amount);
    Chain::assert_sound();
}

/// What a member used.
fn used(who: &AccountId) -> Option<Balance> {
    member(who).map(|member| member.used)
}

fn member(who: &AccountId) -> Option<MemberView> {
    Organisations::member(0, who.clone().into())
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
