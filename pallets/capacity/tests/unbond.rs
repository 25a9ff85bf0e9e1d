use pallet_idlewild_capacity::Bonds;
use pallet_idlewild_test_runtime::ALICE;

use super::*;

#[test]
fn all_of_a_bond_comes_back() {
    Chain::run(|| {
        let before = free(&ALICE);
        Chain::does(&ALICE, bond(BOND));
        Chain::does(&ALICE, unbond(BOND));
        assert_eq!((held(&ALICE), free(&ALICE)), ((0, 0), before));
        assert_eq!(Bonds::<Test>::get(ALICE), None);
        assert!(saw(Event::Unbonded { miner: ALICE, amount: BOND, bond: 0 }));
        Chain::refuses(&ALICE, unbond(1), Error::NotBonded);
    });
}

#[test]
fn a_part_comes_back_where_the_least_is_left() {
    Chain::run(|| {
        Chain::does(&ALICE, bond(BOND + 5));
        Chain::refuses(&ALICE, unbond(6), Error::BondTooLow);
        Chain::refuses(&ALICE, unbond(BOND + 6), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, unbond(0), Error::Nothing);
        Chain::does(&ALICE, unbond(5));
        assert_eq!(held(&ALICE), (BOND, 0));
    });
}

#[test]
fn who_comes_back_waits_again() {
    Chain::run(|| {
        ready(&[&ALICE]);
        Chain::does(&ALICE, unbond(BOND));
        Chain::does(&ALICE, bond(BOND));
        let (round, challenge) = opened();
        Chain::refuses(&ALICE, submit(round, 0, answer(&ALICE, round, &challenge, 0)), Error::BondTooYoung);
    });
}
