use pallet_idlewild_capacity::Bonds;
use pallet_idlewild_test_runtime::ALICE;

use super::*;

#[test]
fn a_bond_is_put_on_hold() {
    Chain::run(|| {
        let before = free(&ALICE);
        Chain::does(&ALICE, bond(BOND));
        Chain::does(&ALICE, bond(1));
        assert_eq!(held(&ALICE), (BOND + 1, 0));
        assert_eq!(free(&ALICE), before - BOND - 1);
        assert_eq!(Bonds::<Test>::get(ALICE).unwrap().amount, BOND + 1);
        assert!(saw(Event::Bonded { miner: ALICE, amount: 1, bond: BOND + 1 }));
    });
}

#[test]
fn more_of_a_bond_makes_it_no_younger() {
    Chain::run(|| {
        Chain::does(&ALICE, bond(BOND));
        let since = Bonds::<Test>::get(ALICE).unwrap().since;
        next_round();
        Chain::does(&ALICE, bond(1));
        assert_eq!(Bonds::<Test>::get(ALICE).unwrap().since, since);
    });
}

#[test]
fn what_is_no_bond_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, bond(0), Error::Nothing);
        Chain::refuses(&ALICE, bond(BOND - 1), Error::BondTooLow);
        Chain::refuses(&ALICE, bond(Balance::MAX / 2), Error::NotEnoughCoins);
    });
}
