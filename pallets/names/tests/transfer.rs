//! `transfer`: another owner, and its deposits with it.

use crate::*;

#[test]
fn deposits_of_the_owner_go_along() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_bucket("abcdef", 1));
        give(&NOBODY, LEAST);
        Chain::does(&ALICE, transfer("abcdef", &NOBODY));
        assert!(saw(Event::Transferred { node: 0, from: ALICE, to: NOBODY }));
        assert_eq!((coins(&ALICE).1, coins(&NOBODY)), (0, (LEAST, NODE + BUCKET)));
        assert_eq!(resolve("abcdef").unwrap().owner, bytes(&NOBODY));
        assert_eq!(bucket("abcdef"), Some(1), "records stay");
        // They are the new owner's from now on.
        Chain::does(&NOBODY, set_record("abcdef", RecordKey::Bucket, None));
        assert_eq!(coins(&NOBODY), (LEAST + BUCKET, NODE));
        Chain::refuses(&ALICE, set_bucket("abcdef", 2), Error::NotAllowed);
    });
}

#[test]
fn deposits_of_others_stay_theirs() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        Chain::does(&BOB, set_operator("abcdef/sub", &CAROL, true));
        Chain::does(&CAROL, set_bucket("abcdef/sub", 1));
        Chain::does(&BOB, set_record("abcdef/sub", RecordKey::Table, Some(Record::Table(1))));
        let (alice, carol) = (coins(&ALICE), coins(&CAROL));
        Chain::does(&BOB, transfer("abcdef/sub", &CAROL));
        // The subname is Alice's to pay for, and the bucket Carol's already: only the table's deposit moves.
        assert_eq!((coins(&ALICE), coins(&BOB).1, coins(&CAROL)), (alice, 0, (carol.0, carol.1 + BUCKET)));
        Chain::does(&CAROL, set_record("abcdef/sub", RecordKey::Bucket, None));
        Chain::does(&CAROL, set_record("abcdef/sub", RecordKey::Table, None));
        assert_eq!((coins(&ALICE).1, coins(&CAROL).1), (2 * NODE, 0));
    });
}

#[test]
fn the_former_owners_operators_are_none_any_more() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_operator("abcdef", &CAROL, true));
        Chain::does(&ALICE, transfer("abcdef", &BOB));
        Chain::refuses(&CAROL, set_bucket("abcdef", 1), Error::NotAllowed);
        Chain::does(&BOB, transfer("abcdef", &ALICE));
        Chain::refuses(&CAROL, set_bucket("abcdef", 1), Error::NotAllowed);
    });
}

#[test]
fn subnames_have_owners_of_their_own() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        Chain::does(&BOB, set_bucket("abcdef/sub", 1));
        Chain::does(&ALICE, transfer("abcdef", &CAROL));
        assert_eq!((resolve("abcdef/sub").unwrap().owner, bucket("abcdef/sub")), (bytes(&BOB), Some(1)));
        Chain::refuses(&ALICE, remove_sub("abcdef/sub"), Error::NotOwner);
        Chain::does(&CAROL, remove_sub("abcdef/sub"));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, transfer("abcdef", &BOB), Error::NoSuchName);
        take("abcdef", &ALICE);
        Chain::refuses(&BOB, transfer("abcdef", &CAROL), Error::NotOwner);
        Chain::does(&ALICE, set_operator("abcdef", &BOB, true));
        Chain::refuses(&BOB, transfer("abcdef", &CAROL), Error::NotOwner);
        Chain::refuses(&ALICE, transfer("abcdef", &ALICE), Error::SameOwner);
        Chain::refuses(&ALICE, transfer("abcdef", &NOBODY), Error::NoSuchAccount);
        Chain::refuses(&ALICE, transfer("abcdef/rest", &BOB), Error::NoSuchName);
        Chain::refuses(&ALICE, transfer("abcdef/", &BOB), Error::NoSuchName);
        Chain::pass_to(Names::named(b"abcdef".to_vec()).unwrap().term.unwrap().ends);
        Chain::refuses(&ALICE, transfer("abcdef", &BOB), Error::Lapsed);
    });
}
