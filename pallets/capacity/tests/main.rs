//! Every call of the capacity pallet and every way that a round can go.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bond;
mod rounds;
mod submit;
mod unbond;

use frame_support::traits::fungible::{Inspect, InspectHold};
use idlewild_capacity_primitives::{
    format::{payload, PlotFormat, PocX, Seed, X1},
    round::{asked_scoop, quality, tag},
    Balance, Challenge, RoundIndex,
};
use pallet_idlewild_capacity::{Call, Current, HoldReason, Previous};
use pallet_idlewild_test_runtime::{AccountId, Balances, Chain, RelayBlock, RuntimeCall, Test, COIN};

type Capacity = pallet_idlewild_capacity::Pallet<Test>;
type Error = pallet_idlewild_capacity::Error<Test>;
type Event = pallet_idlewild_capacity::Event<Test>;

/// Relay-chain blocks of a round here.
const LENGTH: u32 = 10;
/// Enough for any claim.
const BOND: Balance = 10 * COIN;
const SEED: Seed = [5; 32];

fn bond(amount: Balance) -> RuntimeCall {
    Call::bond { amount }.into()
}

fn unbond(amount: Balance) -> RuntimeCall {
    Call::unbond { amount }.into()
}

/// A claim by whoever signs it, of what the chain asks in the round.
fn submit(round: RoundIndex, nonce: u64, quality: u64) -> RuntimeCall {
    submit_for(None, round, nonce, quality)
}

fn submit_for(miner: Option<AccountId>, round: RoundIndex, nonce: u64, quality: u64) -> RuntimeCall {
    let open = [Current::<Test>::get(), Previous::<Test>::get()].into_iter().flatten().find(|open| open.index == round);
    let asked = open.and_then(|open| open.challenge).unwrap_or_default();
    Call::submit { miner, round, tag: tag(&asked), seed: SEED, nonce, quality }.into()
}

/// What a nonce of an account's plot answers.
fn answer(miner: &AccountId, round: RoundIndex, challenge: &Challenge, nonce: u64) -> u64 {
    let plot = X1(PocX { seed: SEED, payload: payload(miner.as_ref()) });
    quality(challenge, &plot.scoop(nonce, asked_scoop(challenge, round)).unwrap())
}

/// Lets blocks pass until the round that is on has a challenge, and returns both.
fn opened() -> (RoundIndex, Challenge) {
    loop {
        if let Some((round, challenge)) = Current::<Test>::get().and_then(|round| Some((round.index, round.challenge?))) {
            return (round, challenge);
        }
        Chain::next_block();
    }
}

/// Lets blocks pass until another round is on and has a challenge.
fn next_round() -> (RoundIndex, Challenge) {
    let (before, _) = opened();
    while Current::<Test>::get().unwrap().index == before {
        Chain::next_block();
    }
    opened()
}

/// Lets blocks pass until a round is closed.
fn pass_round(round: RoundIndex) {
    while Current::<Test>::get().unwrap().index <= round || Previous::<Test>::exists() {
        Chain::next_block();
    }
}

/// An account whose bond is old enough, in a round that takes claims.
fn ready(miners: &[&AccountId]) -> (RoundIndex, Challenge) {
    for miner in miners {
        Chain::does(miner, bond(BOND));
    }
    let since = opened().0;
    while Current::<Test>::get().unwrap().index < since + 3 {
        Chain::next_block();
    }
    opened()
}

fn held(miner: &AccountId) -> (Balance, Balance) {
    let of = |reason: HoldReason| Balances::balance_on_hold(&reason.into(), miner);
    (of(HoldReason::Bond), of(HoldReason::Fee))
}

fn free(miner: &AccountId) -> Balance {
    Balances::balance(miner)
}

/// Whether the block had this event.
fn saw(event: Event) -> bool {
    let event = event.into();
    Chain::saw(|seen| *seen == event)
}

/// What a false claim costs at least.
fn slash() -> Balance {
    <<Test as pallet_idlewild_capacity::Config>::FalseClaimSlash as frame_support::traits::Get<Balance>>::get()
}
