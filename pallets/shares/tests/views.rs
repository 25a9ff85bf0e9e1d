//! What clients are told.

use std::collections::BTreeSet;

use idlewild_shares_primitives::{
    audience::Audience as Shown,
    view::{PublicationView, ShareView},
};

use super::*;

/// All pages of this many, one after the other; each but the last is full.
fn all<R>(limit: u32, id: impl Fn(&R) -> u64, ask: impl Fn(Option<u64>, u32) -> Vec<R>) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    let mut after = None;
    loop {
        let page = ask(after, limit);
        let full = page.len() == limit as usize;
        after = page.last().map(&id);
        for entry in page {
            assert!(found.insert(id(&entry)), "one is on two pages");
        }
        if !full {
            return found;
        }
    }
}

#[test]
fn a_share_says_whom_it_is_for_and_whether_it_still_is() {
    Chain::run(|| {
        let [root, ..] = deals();
        Chain::does(&BOB, announce([1; 32]));
        let until = Clock::now() + 1;
        Chain::does(&ALICE, share(root, with(&BOB), Some(until)));
        Chain::does(&ALICE, share(root, Audience::Link, None));
        let (one, other) = (Pallet::shared(0).unwrap(), Pallet::shared(1).unwrap());
        assert_eq!((one.id, one.owner, one.root, one.deposit), (0, ALICE.into(), root, SHARE));
        assert_eq!(one.audience, Shown::Account { account: BOB.into(), sealed: vec![7; 80] });
        assert_eq!((one.until, one.is_live, other.audience, other.until), (Some(until), true, Shown::Link, None));
        Chain::next_block();
        let [one, other] = [0, 1].map(|id| Pallet::shared(id).unwrap());
        assert_eq!((one.is_live, other.is_live), (false, true));
        assert_eq!(Pallet::shares_with(BOB.into(), None, 10), [one], "also those that are over, to be revoked");
        assert_eq!(Pallet::shared(2), None);
    });
}

#[test]
fn pages_have_each_once() {
    Chain::run(|| {
        let [root, _, of_bob] = deals();
        [ALICE, BOB, CAROL].iter().for_each(|who| Chain::does(who, announce([1; 32])));
        for index in 0..9 {
            let audience = if index % 3 == 0 { Audience::Link } else { with(&CAROL) };
            Chain::does(&ALICE, share(root, audience, None));
        }
        Chain::does(&BOB, share(of_bob, with(&ALICE), None));
        Chain::does(&BOB, share(of_bob, with(&CAROL), None));
        (0..5).for_each(|_| Chain::does(&ALICE, publish(root)));
        Chain::does(&BOB, publish(of_bob));
        for limit in [1, 2, 3, 50] {
            let shared = |who: AccountId| {
                all(limit, |view: &ShareView| view.id, |after, limit| Pallet::shares_of(who.clone().into(), after, limit))
            };
            assert_eq!(shared(ALICE), (0..9).collect());
            assert_eq!(shared(BOB), BTreeSet::from([9, 10]));
            assert_eq!(shared(CAROL), BTreeSet::new());
            let received = |who: AccountId| {
                let ask = |after, limit| Pallet::shares_with(who.clone().into(), after, limit);
                all(limit, |view: &ShareView| view.id, ask)
            };
            assert_eq!(received(CAROL), BTreeSet::from([1, 2, 4, 5, 7, 8, 10]));
            assert_eq!(received(ALICE), BTreeSet::from([9]));
            assert_eq!(received(BOB), BTreeSet::new());
            let published = |who: AccountId| {
                let ask = |after, limit| Pallet::publications_of(who.clone().into(), after, limit);
                all(limit, |view: &PublicationView| view.id, ask)
            };
            assert_eq!(published(ALICE), (0..5).collect());
            assert_eq!(published(BOB), BTreeSet::from([5]));
        }
    });
}

#[test]
fn a_page_has_no_more_than_it_may_and_begins_behind_one_that_is_gone() {
    Chain::run(|| {
        let [root, ..] = deals();
        for _ in 0..MAX_PAGE + 3 {
            Chain::call(&ALICE, share(root, Audience::Link, None)).unwrap();
        }
        let page = |after, limit| -> Vec<ShareId> {
            Pallet::shares_of(ALICE.into(), after, limit).into_iter().map(|view| view.id).collect()
        };
        let whole = page(None, u32::MAX);
        assert_eq!((whole.len(), page(None, 0).len()), (MAX_PAGE as usize, 1));
        Chain::does(&ALICE, revoke(whole[4]));
        assert_eq!(page(Some(whole[4]), 5), &whole[5..10]);
        assert_eq!(page(whole.last().copied(), MAX_PAGE).len(), 3);
    });
}
