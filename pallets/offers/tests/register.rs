//! `register`: a provider enters with a key that is its own and a bond.

use frame_support::BoundedVec;
use idlewild_compute_primitives::{
    resources::{Attributes, Resources},
    trust::TrustRules,
    view::Standing,
    Balance,
};
use pallet_idlewild_offers::{types::Offer, ByPeerKey, Call, Endpoints, GenesisConfig, NextProvider};
use pallet_idlewild_test_runtime::{
    compute::offers::{attributes, peer_key, record, register_call, ENDPOINT, MACHINE, PRICES},
    Chain, RuntimeCall, Test, ALICE, BOB, COIN,
};
use sp_core::Pair;
use sp_runtime::BuildStorage;

use crate::{age_bonds, exit, free, remove, saw, Error, Event, Offers};

/// What is done to a key and its signature.
type Forgery = fn(&mut [u8; 32], &mut [u8; 64]);

fn good() -> RuntimeCall {
    register_call(&ALICE, &peer_key(0), (MACHINE, attributes(), PRICES), 10 * COIN)
}

fn changed(change: impl FnOnce(&mut Call<Test>)) -> RuntimeCall {
    let RuntimeCall::Offers(mut call) = good() else { panic!("not a registration") };
    change(&mut call);
    call.into()
}

#[test]
fn a_provider_is_active_at_once_with_its_bond_on_hold() {
    Chain::run(|| {
        let (wealth, supply) = (Chain::wealth(&ALICE), Chain::supply());
        Chain::pass(3);
        Chain::does(&ALICE, good());
        let key = peer_key(0).public().0;
        let of = record(0);
        assert_eq!((of.operator.clone(), of.peer_key), (ALICE, key));
        assert_eq!((of.offered, of.free, of.attributes, of.prices), (MACHINE, MACHINE, attributes(), PRICES));
        assert_eq!((of.bond, of.locked, of.spare(), of.raised), (10 * COIN, 0, 10 * COIN, 3));
        assert_eq!((of.score, of.lost, of.late, of.busy), (0, 0, 0, 0));
        assert_eq!((of.standing, of.grade, of.last_lost), (Standing::Active, None, None));
        assert_eq!(ByPeerKey::<Test>::get(key), Some(0));
        assert_eq!(Endpoints::<Test>::get(0).unwrap().into_inner(), ENDPOINT.as_bytes());
        assert_eq!((Offers::held_for(&ALICE), free(&ALICE)), (10 * COIN, wealth - 10 * COIN));
        assert_eq!((Chain::wealth(&ALICE), Chain::supply()), (wealth, supply));
        let offer = Offer { offered: MACHINE, attributes: attributes(), prices: PRICES };
        assert!(saw(Event::Registered { provider: 0, operator: ALICE, peer_key: key, offer, bond: 10 * COIN }));
    });
}

#[test]
fn an_operator_runs_several() {
    Chain::run(|| {
        for index in 0..3 {
            let bond = 10 * COIN + Balance::from(index);
            Chain::does(&ALICE, register_call(&ALICE, &peer_key(index), (MACHINE, attributes(), PRICES), bond));
        }
        assert_eq!(Offers::held_for(&ALICE), 30 * COIN + 3);
        assert!(!Offers::are_distinct(0, 2));
    });
}

#[test]
fn a_key_names_one_provider() {
    Chain::run(|| {
        Chain::does(&ALICE, good());
        Chain::refuses(&ALICE, good(), Error::PeerKeyTaken);
        let his = register_call(&BOB, &peer_key(0), (MACHINE, attributes(), PRICES), 10 * COIN);
        Chain::refuses(&BOB, his.clone(), Error::PeerKeyTaken);
        // Once the provider is gone its key may be used again, under another number.
        Chain::does(&ALICE, exit(0));
        age_bonds();
        Chain::does(&ALICE, remove(0));
        Chain::does(&BOB, his);
        assert_eq!(ByPeerKey::<Test>::get(peer_key(0).public().0), Some(1));
    });
}

#[test]
fn nobody_registers_a_key_that_is_not_theirs() {
    Chain::run(|| {
        // Alice's registration in Bob's hands.
        Chain::refuses(&BOB, good(), Error::BadPeerSignature);
        let changes: [Forgery; 3] =
            [|key, _| key[0] ^= 1, |_, signature| signature[10] ^= 1, |_, signature| *signature = [0; 64]];
        for change in changes {
            let call = changed(|call| {
                let Call::register { peer_key, peer_signature, .. } = call else { panic!("not a registration") };
                change(peer_key, peer_signature);
            });
            Chain::refuses(&ALICE, call, Error::BadPeerSignature);
        }
        // Another chain's.
        let foreign = good();
        frame_system::BlockHash::<Test>::insert(0, sp_core::H256([9; 32]));
        Chain::refuses(&ALICE, foreign, Error::BadPeerSignature);
    });
}

#[test]
fn an_endpoint_looks_like_a_multiaddress() {
    Chain::run(|| {
        for bad in [&b""[..], b"localhost:80", b" /ip4/1.2.3.4", b"/\xff"] {
            let call = changed(|call| {
                let Call::register { endpoint, .. } = call else { panic!("not a registration") };
                *endpoint = BoundedVec::truncate_from(bad.to_vec());
            });
            Chain::refuses(&ALICE, call, Error::BadEndpoint);
        }
    });
}

#[test]
fn an_offer_is_one() {
    Chain::run(|| {
        let offering = |offered, attributes| register_call(&ALICE, &peer_key(0), (offered, attributes, PRICES), 10 * COIN);
        for nothing in [Resources { cpu_milli: 0, ..MACHINE }, Resources { ram_mib: 0, ..MACHINE }] {
            Chain::refuses(&ALICE, offering(nothing, attributes()), Error::NothingOffered);
        }
        for region in [*b"no", *b"N0", [0, b'N'], [b'N', 0], [0xc3, 0x98]] {
            Chain::refuses(&ALICE, offering(MACHINE, Attributes { region, ..attributes() }), Error::BadRegion);
        }
        // The rest may be nothing, and a region may be told.
        let little = Resources { cpu_milli: 1, ram_mib: 1, ..Resources::default() };
        Chain::does(&ALICE, offering(little, Attributes { region: *b"NO", ..Attributes::default() }));
    });
}

#[test]
fn bond_and_coins_are_enough() {
    Chain::run(|| {
        let bonded = |bond| register_call(&ALICE, &peer_key(0), (MACHINE, attributes(), PRICES), bond);
        Chain::refuses(&ALICE, bonded(10 * COIN - 1), Error::BondTooLow);
        Chain::refuses(&ALICE, bonded(0), Error::BondTooLow);
        Chain::refuses(&ALICE, bonded(Chain::wealth(&ALICE) + 1), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, bonded(Balance::MAX), Error::NotEnoughCoins);
        Chain::does(&ALICE, bonded(10 * COIN));
    });
}

#[test]
fn numbers_are_never_reused_and_run_out_with_an_error() {
    Chain::run(|| {
        NextProvider::<Test>::put(u32::MAX - 1);
        Chain::does(&ALICE, good());
        assert_eq!(record(u32::MAX - 1).operator, ALICE);
        let other = register_call(&BOB, &peer_key(1), (MACHINE, attributes(), PRICES), 10 * COIN);
        Chain::refuses(&BOB, other, Error::TooManyProviders);
    });
}

#[test]
fn genesis_says_who_is_trusted() {
    let build = |trust| GenesisConfig::<Test> { trust, ..Default::default() }.build_storage();
    let rules = TrustRules { trusted_from: 3, most_of_requester: 2 };
    let trust = |trust| sp_io::TestExternalities::new(build(trust).unwrap()).execute_with(Offers::trust);
    assert_eq!((trust(Some(rules)), trust(None)), (rules, TrustRules::default()));
    let fails = |rules| std::panic::catch_unwind(|| drop(build(Some(rules)))).is_err();
    assert!(fails(TrustRules { trusted_from: 65, ..rules }), "no score is so high");
    assert!(!fails(TrustRules { trusted_from: 64, ..rules }));
    assert!(fails(TrustRules { most_of_requester: 0, ..rules }), "nobody could ever have one");
}
