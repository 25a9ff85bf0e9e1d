//! `found`: an organisation begins.

use std::collections::BTreeSet;

use pallet_idlewild_organisations::NextOrganisation;

use crate::*;

#[test]
fn it_has_an_owner_an_account_and_a_deposit() {
    Chain::run(|| {
        let (supply, free) = (Chain::supply(), coins(&ALICE).0);
        Chain::does(&ALICE, found("Institut für Wetter".as_bytes()));
        assert_eq!((coins(&ALICE), Chain::supply()), ((free - FOUNDED, FOUNDED), supply));
        let account = Organisations::account_of(0);
        let name = BoundedVec::truncate_from("Institut für Wetter".as_bytes().to_vec());
        assert!(saw(Event::Founded { organisation: 0, owner: ALICE, account: account.clone(), name: name.clone() }));
        let view = Organisations::organisation(0).unwrap();
        assert_eq!((view.id, view.owner, view.account, view.members), (0, ALICE.into(), account.into(), 0));
        assert_eq!(view.name, name.into_inner());
        // Its owner is not a member.
        assert!(!Organisations::is_member(0, &ALICE));
    });
}

#[test]
fn names_need_not_differ_and_accounts_do() {
    Chain::run(|| {
        Chain::does(&ALICE, found(b"lab"));
        Chain::does(&BOB, found(b"lab"));
        Chain::does(&ALICE, found(&[b'x'; 64]));
        assert_eq!(coins(&ALICE).1, 2 * FOUNDED);
        let accounts: BTreeSet<_> = (0..3).map(Organisations::account_of).collect();
        assert_eq!(accounts.len(), 3);
        assert_eq!(Organisations::organisation(3), None);
    });
}

#[test]
fn an_account_is_the_hash_of_a_domain_and_a_number() {
    // No length stands before the domain: whoever derives the account elsewhere hashes just these bytes.
    let expected = idlewild_compute_primitives::hash(b"idlewild/organisation/1\x07\0\0\0");
    assert_eq!(<[u8; 32]>::from(Organisations::account_of(7)), expected);
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        for bad in [&b""[..], b"   ", b"a\nb", b"\x1b[2J", b"\xff\xfe", "a\u{85}b".as_bytes()] {
            Chain::refuses(&ALICE, found(bad), Error::BadName);
        }
        Chain::refuses(&NOBODY, found(b"lab"), Error::NotEnoughCoins);
        give(&NOBODY, FOUNDED + LEAST - 1);
        Chain::refuses(&NOBODY, found(b"lab"), Error::NotEnoughCoins);
        give(&NOBODY, 1);
        Chain::does(&NOBODY, found(b"lab"));
        assert_eq!(coins(&NOBODY), (LEAST, FOUNDED));
        NextOrganisation::<Test>::put(u32::MAX);
        Chain::refuses(&ALICE, found(b"lab"), Error::TooMany);
    });
}
