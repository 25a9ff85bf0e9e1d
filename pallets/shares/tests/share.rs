//! `share`: a bundle is told to an account, or to whoever has a link.

use super::*;

#[test]
fn an_account_that_announced_a_key_has_it() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&BOB, announce([1; 32]));
        let until = Clock::now() + 50;
        Chain::does(&ALICE, share(root, with(&BOB), Some(until)));
        assert!(saw(Event::Shared { share: 0, owner: ALICE, root, to: Some(BOB), until: Some(until) }));
        assert_eq!(held(&ALICE), SHARE);
        let record = Shares::<Test>::get(0).unwrap();
        assert_eq!((record.owner, record.root, record.audience), (ALICE, root, with(&BOB)));
        assert_eq!((record.until, record.deposit), (Some(until), SHARE));
        assert!(SharesWith::<Test>::contains_key(BOB, 0));
    });
}

#[test]
fn a_link_is_of_no_account() {
    Chain::run(|| {
        let [root, other, _] = deals();
        Chain::does(&ALICE, share(root, Audience::Link, None));
        assert!(saw(Event::Shared { share: 0, owner: ALICE, root, to: None, until: None }));
        assert_eq!(SharesWith::<Test>::iter_keys().count(), 0);
        // The same bundle again, and another.
        Chain::does(&ALICE, share(root, Audience::Link, None));
        Chain::does(&ALICE, share(other, Audience::Link, None));
        assert_eq!((held(&ALICE), NextShare::<Test>::get()), (3 * SHARE, 3));
    });
}

#[test]
fn only_the_owner_of_a_deal_that_goes_on_shares_it() {
    Chain::run(|| {
        let [root, given, _] = deals();
        Chain::refuses(&BOB, share(root, Audience::Link, None), Error::NotOwner);
        Chain::refuses(&ALICE, share(99, Audience::Link, None), Error::NoSuchDeal);
        Chain::does(&ALICE, call::transfer(given, &BOB, b"list"));
        Chain::refuses(&ALICE, share(given, Audience::Link, None), Error::NotOwner);
        Chain::does(&BOB, share(given, Audience::Link, None));
        Chain::pass(Chain::timing().min_term);
        Chain::does(&ALICE, call::cancel(root));
        assert!(Chain::deal(root).is_closed(), "its record lingers");
        Chain::refuses(&ALICE, share(root, Audience::Link, None), Error::NoSuchDeal);
    });
}

#[test]
fn an_account_without_a_key_cannot_be_shared_with() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::refuses(&ALICE, share(root, with(&BOB), None), Error::NotAnnounced);
    });
}

#[test]
fn the_end_is_after_now() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::next_block();
        let now = Clock::now();
        for past in [0, now - 1, now] {
            Chain::refuses(&ALICE, share(root, Audience::Link, Some(past)), Error::Past);
        }
        Chain::does(&ALICE, share(root, Audience::Link, Some(now + 1)));
        assert!(Pallet::shared(0).unwrap().is_live);
        Chain::next_block();
        assert!(!Pallet::shared(0).unwrap().is_live, "from that moment on it is not");
    });
}

#[test]
fn the_deposit_must_leave_the_account_alive() {
    Chain::run(|| {
        let [root, ..] = deals();
        leave(&ALICE, SHARE + LEAST - 1);
        Chain::refuses(&ALICE, share(root, Audience::Link, None), Error::NotEnoughCoins);
        Balances::transfer(&CAROL, &ALICE, 1, Preservation::Preserve).unwrap();
        Chain::does(&ALICE, share(root, Audience::Link, None));
    });
}

#[test]
fn no_number_is_given_twice() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&ALICE, share(root, Audience::Link, None));
        Chain::does(&ALICE, revoke(0));
        Chain::does(&ALICE, share(root, Audience::Link, None));
        assert!(Shares::<Test>::contains_key(1) && !Shares::<Test>::contains_key(0));
        NextShare::<Test>::put(ShareId::MAX);
        Chain::refuses(&ALICE, share(root, Audience::Link, None), Error::TooMany);
    });
}
