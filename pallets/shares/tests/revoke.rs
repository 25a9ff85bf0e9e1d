//! `revoke`: a share ends.

use super::*;

#[test]
fn the_owner_ends_it_at_any_time() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&BOB, announce([1; 32]));
        let before = Balances::balance(&ALICE);
        Chain::does(&ALICE, share(root, with(&BOB), Some(Clock::now() + 100)));
        Chain::does(&ALICE, share(root, Audience::Link, None));
        for id in [0, 1] {
            Chain::does(&ALICE, revoke(id));
            assert!(saw(Event::Revoked { share: id, owner: ALICE }));
            Chain::refuses(&ALICE, revoke(id), Error::NoSuchShare);
        }
        assert_eq!((held(&ALICE), Balances::balance(&ALICE)), (0, before));
        assert_eq!(Pallet::shares_with(BOB.into(), None, 10), []);
        assert_eq!(Pallet::shares_of(ALICE.into(), None, 10), []);
    });
}

#[test]
fn anybody_ends_one_whose_time_is_over_and_the_owner_has_the_deposit_back() {
    Chain::run(|| {
        let [root, ..] = deals();
        let (owner, other) = (Balances::balance(&ALICE), Balances::balance(&CAROL));
        Chain::does(&ALICE, share(root, Audience::Link, Some(Clock::now() + 2)));
        Chain::does(&ALICE, share(root, Audience::Link, None));
        Chain::refuses(&CAROL, revoke(0), Error::NotOwner);
        Chain::next_block();
        Chain::refuses(&CAROL, revoke(0), Error::NotOwner);
        Chain::next_block();
        Chain::does(&CAROL, revoke(0));
        assert!(saw(Event::Revoked { share: 0, owner: ALICE }));
        assert_eq!((Balances::balance(&ALICE), Balances::balance(&CAROL)), (owner - SHARE, other));
        Chain::pass(1_000);
        Chain::refuses(&CAROL, revoke(1), Error::NotOwner);
    });
}

#[test]
fn it_ends_where_its_deal_is_gone_or_anothers() {
    Chain::run(|| {
        let [root, given, _] = deals();
        Chain::does(&ALICE, share(root, Audience::Link, None));
        Chain::does(&ALICE, share(given, Audience::Link, None));
        Chain::does(&ALICE, call::transfer(given, &BOB, b"list"));
        Chain::pass(Chain::timing().min_term);
        Chain::does(&ALICE, call::cancel(root));
        Chain::refuses(&BOB, revoke(1), Error::NotOwner);
        Chain::does(&ALICE, revoke(0));
        Chain::does(&ALICE, revoke(1));
        assert_eq!(held(&ALICE), 0);
    });
}
