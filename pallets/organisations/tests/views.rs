//! What is told of organisations and members.

use pallet_idlewild_organisations::NextOrganisation;
use pallet_idlewild_test_runtime::account;

use crate::*;

/// All pages of an account's organisations.
fn pages_of(who: &AccountId, limit: u32) -> Vec<Vec<OrganisationId>> {
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = Organisations::organisations_of(who.clone().into(), after, limit);
        pages.push(page.into_iter().map(|view| view.id).collect());
        match next {
            Some(next) => after = Some(next),
            None => return pages,
        }
    }
}

#[test]
fn an_accounts_organisations_are_those_it_owns_or_is_in() {
    Chain::run(|| {
        for owner in [&ALICE, &BOB, &ALICE, &BOB, &ALICE] {
            Chain::does(owner, found(b"lab"));
        }
        Chain::does(&ALICE, add_member(2, &BOB, 1));
        assert_eq!(pages_of(&ALICE, 100), [[0, 2, 4]]);
        assert_eq!(pages_of(&BOB, 100), [[1, 2, 3]]);
        assert_eq!(pages_of(&NOBODY, 100), [[]; 1] as [[u32; 0]; 1]);
        assert_eq!(pages_of(&BOB, 2), vec![vec![1, 2], vec![3]]);
        // No page has less than one, whatever is asked for.
        assert_eq!(pages_of(&BOB, 0), vec![vec![1], vec![2], vec![3], vec![]]);
        Chain::does(&BOB, dissolve(3));
        assert_eq!(pages_of(&BOB, 100), [[1, 2]]);
    });
}

#[test]
fn a_page_looks_at_no_more_than_a_thousand() {
    Chain::run(|| {
        Chain::does(&ALICE, found(b"first"));
        NextOrganisation::<Test>::put(1_500);
        Chain::does(&ALICE, found(b"last"));
        assert_eq!(Organisations::organisations_of(ALICE.into(), None, 100).1, Some(999));
        assert_eq!(pages_of(&ALICE, 100), [[0], [1_500]]);
        assert_eq!(Organisations::organisations_of(ALICE.into(), Some(u32::MAX), 100), (Vec::new(), None));
    });
}

#[test]
fn members_are_told_in_pages() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        (0..6).for_each(|index| Chain::does(&ALICE, add_member(0, &account(index), index.into())));
        order(&BOB, COIN).unwrap();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = Organisations::members(0, after, 2);
            assert!(page.len() <= 2);
            seen.extend(page);
            after = match next {
                Some(next) => Some(next),
                None => break,
            };
        }
        let mut expected: Vec<_> =
            (0..6).map(|index| (account(index).into(), MemberView { quota: index.into(), used: 0 })).collect();
        expected.push((BOB.into(), MemberView { quota: 5 * COIN, used: COIN }));
        seen.sort_by_key(|(who, _)| *who);
        expected.sort_by_key(|(who, _)| *who);
        assert_eq!(seen, expected);
        // One that left is not told of.
        Chain::does(&ALICE, remove_member(0, &BOB));
        assert!(Organisations::members(0, None, 100).0.iter().all(|(who, _)| *who != <[u8; 32]>::from(BOB)));
        assert_eq!(Organisations::members(1, None, 100), (Vec::new(), None));
    });
}
