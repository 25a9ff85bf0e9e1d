//! `publish`: everybody is told a file.

use super::*;

#[test]
fn a_file_is_told_with_its_hash_and_its_name() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&ALICE, publish(root));
        assert!(saw(Event::Published { publication: 0, owner: ALICE, root, hash: [2; 32], length: 3 }));
        assert_eq!(held(&ALICE), PUBLICATION);
        let view = Pallet::publication(0).unwrap();
        assert_eq!((view.owner, view.root, view.key, view.hash), (ALICE.into(), root, [1; 32], [2; 32]));
        assert_eq!((view.length, view.name, view.published), (3, "grüße.txt".as_bytes().to_vec(), Clock::now()));
        assert_eq!(view.deposit, PUBLICATION);
    });
}

#[test]
fn only_the_owner_of_a_deal_that_goes_on_publishes_it() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::refuses(&BOB, publish(root), Error::NotOwner);
        Chain::refuses(&ALICE, publish(99), Error::NoSuchDeal);
        Chain::pass(Chain::timing().min_term);
        Chain::does(&ALICE, call::cancel(root));
        Chain::refuses(&ALICE, publish(root), Error::NoSuchDeal);
    });
}

#[test]
fn a_name_is_of_a_file() {
    Chain::run(|| {
        let [root, ..] = deals();
        for bad in [b"".as_slice(), b".", b"..", b"a/b", b"a\\b", b"a\nb", b"\xff"] {
            Chain::refuses(&ALICE, publish_as(root, bad), Error::BadName);
        }
        Chain::does(&ALICE, publish_as(root, &[b'x'; 128]));
    });
}

#[test]
fn the_deposit_must_leave_the_account_alive() {
    Chain::run(|| {
        let [root, ..] = deals();
        leave(&ALICE, PUBLICATION + LEAST - 1);
        Chain::refuses(&ALICE, publish(root), Error::NotEnoughCoins);
        Balances::transfer(&CAROL, &ALICE, 1, Preservation::Preserve).unwrap();
        Chain::does(&ALICE, publish(root));
    });
}

#[test]
fn no_number_is_given_twice() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&ALICE, publish(root));
        Chain::does(&ALICE, withdraw(0));
        Chain::does(&ALICE, publish(root));
        assert!(Publications::<Test>::contains_key(1) && !Publications::<Test>::contains_key(0));
        NextPublication::<Test>::put(PublicationId::MAX);
        Chain::refuses(&ALICE, publish(root), Error::TooMany);
    });
}
