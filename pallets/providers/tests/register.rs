//! `register`: a miner enters with a key that is its own and a bond.

use pallet_idlewild_providers::{
    types::{Status, TOP_SCORE},
    ActiveOperators, ByPeerKey, Endpoints, Event, NextMiner, TotalWeight,
};
use pallet_idlewild_test_runtime::{
    account, call, Balances, Chain, Miner, Providers, RuntimeCall, RuntimeEvent, Test, ALICE, BOB, COIN,
};
use sp_core::{ed25519, Pair};

use crate::Error;

const ENDPOINT: &str = "/ip4/127.0.0.1/tcp/4000";

fn key() -> ed25519::Pair {
    ed25519::Pair::from_seed(&[77; 32])
}

fn good() -> RuntimeCall {
    call::register(&ALICE, &key(), ENDPOINT, 1 << 30, 5, 10 * COIN)
}

#[test]
fn a_miner_is_active_at_once_with_its_bond_on_hold() {
    Chain::run(|| {
        let wealth = Chain::wealth(&ALICE);
        Chain::does(&ALICE, good());
        let record = Chain::miner(0);
        assert_eq!((record.operator.clone(), record.peer_key), (ALICE, key().public().0));
        assert_eq!((record.capacity, record.price, record.bond, record.score), (1 << 30, 5, 10 * COIN, TOP_SCORE));
        assert_eq!(record.status, Status::Active);
        assert_eq!(ByPeerKey::<Test>::get(key().public().0), Some(0));
        assert_eq!(Endpoints::<Test>::get(0).unwrap().into_inner(), ENDPOINT.as_bytes());
        // Ten coins cover 66 MiB in slots of four, whatever the capacity; that is too little to count as an operator.
        assert_eq!(TotalWeight::<Test>::get().live(), 66 * 100);
        assert_eq!(ActiveOperators::<Test>::get(), 0);
        assert_eq!((Providers::held_for(&ALICE), Chain::wealth(&ALICE)), (10 * COIN, wealth));
        assert_eq!(Balances::free_balance(&ALICE), wealth - 10 * COIN);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Providers(Event::Registered { miner: 0, capacity, price: 5, .. }) if *capacity == 1 << 30
        )));
    });
}

#[test]
fn an_operator_runs_several_and_counts_once() {
    Chain::run(|| {
        for key in 0..3 {
            Miner::register_for(&ALICE, key);
        }
        Miner::register_for(&BOB, 3);
        Chain::assert_sound();
        assert_eq!(ActiveOperators::<Test>::get(), 2);
        assert_eq!(Providers::held_for(&ALICE), 3_000 * COIN);
    });
}

#[test]
fn a_key_names_one_miner() {
    Chain::run(|| {
        Chain::does(&ALICE, good());
        Chain::refuses(&ALICE, good(), Error::PeerKeyTaken);
        let his = call::register(&BOB, &key(), ENDPOINT, 1 << 30, 5, 10 * COIN);
        Chain::refuses(&BOB, his.clone(), Error::PeerKeyTaken);
        // Once the miner is gone its key may be used again, under another number.
        Chain::does(&ALICE, call::exit(0));
        Chain::age_bonds();
        Chain::does(&ALICE, call::remove(0));
        Chain::does(&BOB, his);
        assert_eq!(ByPeerKey::<Test>::get(key().public().0), Some(1));
    });
}

#[test]
fn nobody_registers_a_key_that_is_not_theirs() {
    Chain::run(|| {
        // Alice's registration in Bob's hands.
        Chain::refuses(&BOB, good(), Error::BadPeerSignature);
        let change = |change: &dyn Fn(&mut [u8; 32], &mut [u8; 64])| {
            let RuntimeCall::Providers(pallet_idlewild_providers::Call::register {
                mut peer_key,
                mut peer_signature,
                endpoint,
                capacity,
                price,
                bond,
            }) = good()
            else {
                panic!("not a registration")
            };
            change(&mut peer_key, &mut peer_signature);
            let call = pallet_idlewild_providers::Call::register { peer_key, peer_signature, endpoint, capacity, price, bond };
            Chain::refuses(&ALICE, call.into(), Error::BadPeerSignature);
        };
        change(&|key, _| key[0] ^= 1);
        change(&|_, signature| signature[10] ^= 1);
        change(&|_, signature| *signature = [0; 64]);
        // Another chain's.
        let foreign = good();
        frame_system::BlockHash::<Test>::insert(0, sp_core::H256([9; 32]));
        Chain::refuses(&ALICE, foreign, Error::BadPeerSignature);
    });
}

#[test]
fn an_endpoint_looks_like_a_multiaddress() {
    Chain::run(|| {
        for endpoint in ["", "localhost:80", " /ip4/1.2.3.4"] {
            Chain::refuses(&ALICE, call::register(&ALICE, &key(), endpoint, 1, 1, 10 * COIN), Error::BadEndpoint);
        }
    });
}

#[test]
fn capacity_bond_and_coins_are_enough() {
    Chain::run(|| {
        let register = |capacity, bond| call::register(&ALICE, &key(), ENDPOINT, capacity, 0, bond);
        Chain::refuses(&ALICE, register(0, 10 * COIN), Error::NoCapacity);
        Chain::refuses(&ALICE, register(1, 10 * COIN - 1), Error::BondTooLow);
        Chain::refuses(&ALICE, register(1, 0), Error::BondTooLow);
        Chain::refuses(&ALICE, register(1, Chain::wealth(&ALICE) + 1), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, register(1, u128::MAX), Error::NotEnoughCoins);
        Chain::does(&ALICE, register(1, 10 * COIN));
    });
}

#[test]
fn numbers_are_never_reused_and_run_out_with_an_error() {
    Chain::run(|| {
        NextMiner::<Test>::put(u32::MAX - 1);
        Chain::does(&ALICE, good());
        assert_eq!(Chain::miner(u32::MAX - 1).operator, ALICE);
        let other = ed25519::Pair::from_seed(&[78; 32]);
        Chain::refuses(&account(0), call::register(&account(0), &other, ENDPOINT, 1, 1, 10 * COIN), Error::TooManyMiners);
    });
}
