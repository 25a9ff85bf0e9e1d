//! `relocate`: the same file is in other deals.

use super::*;

#[test]
fn where_it_is_changes_and_what_it_is_stays() {
    Chain::run(|| {
        let [root, other, _] = deals();
        Chain::does(&ALICE, publish(root));
        let before = Pallet::publication(0).unwrap();
        Chain::next_block();
        Chain::does(&ALICE, relocate(0, other, [9; 32]));
        assert!(saw(Event::Relocated { publication: 0, root: other }));
        let mut expected = before;
        (expected.root, expected.key) = (other, [9; 32]);
        assert_eq!((Pallet::publication(0), held(&ALICE)), (Some(expected), PUBLICATION));
    });
}

#[test]
fn both_must_be_the_callers() {
    Chain::run(|| {
        let [root, other, of_bob] = deals();
        Chain::does(&ALICE, publish(root));
        Chain::refuses(&BOB, relocate(0, of_bob, [9; 32]), Error::NotOwner);
        Chain::refuses(&ALICE, relocate(0, of_bob, [9; 32]), Error::NotOwner);
        Chain::refuses(&ALICE, relocate(0, 99, [9; 32]), Error::NoSuchDeal);
        Chain::refuses(&ALICE, relocate(1, other, [9; 32]), Error::NoSuchPublication);
        Chain::does(&ALICE, withdraw(0));
        Chain::refuses(&ALICE, relocate(0, other, [9; 32]), Error::NoSuchPublication);
    });
}

#[test]
fn it_saves_one_whose_deal_is_over() {
    Chain::run(|| {
        let [root, other, _] = deals();
        Chain::does(&ALICE, publish(root));
        Chain::pass(Chain::timing().min_term);
        Chain::does(&ALICE, call::cancel(root));
        Chain::refuses(&ALICE, relocate(0, root, [9; 32]), Error::NoSuchDeal);
        Chain::does(&ALICE, relocate(0, other, [9; 32]));
    });
}
