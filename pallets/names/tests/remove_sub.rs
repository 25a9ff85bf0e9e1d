//! `remove_sub`: a subname, and all under it.

use crate::*;

/// A name of Alice's, a subname of Bob's, one of Carol's under it, and each with a bucket.
fn tree() {
    take("abcdef", &ALICE);
    Chain::does(&ALICE, create_sub("abcdef", "b", &BOB));
    Chain::does(&BOB, create_sub("abcdef/b", "c", &CAROL));
    for (who, at, bucket) in [(&ALICE, "abcdef", 1), (&BOB, "abcdef/b", 2), (&CAROL, "abcdef/b/c", 3)] {
        Chain::does(who, set_bucket(at, bucket));
    }
}

fn buckets() -> [Option<u64>; 3] {
    ["abcdef", "abcdef/b", "abcdef/b/c"].map(bucket)
}

#[test]
fn nothing_under_it_leads_anywhere_any_more() {
    for who in [&ALICE, &BOB] {
        Chain::run(|| {
            tree();
            assert_eq!(buckets(), [Some(1), Some(2), Some(3)]);
            Chain::does(who, remove_sub("abcdef/b"));
            assert!(saw(Event::SubRemoved { node: 1, parent: 0, label: label("b") }));
            // What was a subname is an object's path.
            assert_eq!(buckets(), [Some(1), Some(1), Some(1)]);
            assert_eq!(resolve("abcdef/b/c").unwrap().rest, 7);
            Chain::refuses(&CAROL, set_bucket("abcdef/b/c", 4), Error::NoSuchName);
        });
    }
}

#[test]
fn one_of_the_same_label_has_nothing_of_the_former() {
    Chain::run(|| {
        tree();
        Chain::does(&ALICE, remove_sub("abcdef/b"));
        Chain::does(&ALICE, create_sub("abcdef", "b", &ALICE));
        assert_eq!(buckets(), [Some(1), None, None]);
        assert_eq!(resolve("abcdef/b/c").unwrap().path, b"abcdef/b");
        // And what is left of the former is found by its number.
        Chain::does(&ALICE, reclaim(1, 32));
        Chain::does(&ALICE, reclaim(2, 32));
        assert_eq!((coins(&BOB).1, coins(&CAROL).1), (0, 0));
        assert_eq!(coins(&ALICE).1, 2 * NODE + BUCKET);
        assert_eq!(resolve("abcdef/b").unwrap().node, 3);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        tree();
        Chain::refuses(&ALICE, remove_sub("abcdef"), Error::NotSubname);
        Chain::refuses(&ALICE, remove_sub("abcdef/d"), Error::NoSuchName);
        // Who owns the name owns not what is under another's subname.
        Chain::refuses(&ALICE, remove_sub("abcdef/b/c"), Error::NotOwner);
        Chain::refuses(&CAROL, remove_sub("abcdef/b"), Error::NotOwner);
        Chain::does(&CAROL, remove_sub("abcdef/b/c"));
        Chain::refuses(&BOB, remove_sub("abcdef/b/c"), Error::NoSuchName);
        Chain::pass_to(rules().period + 2);
        Chain::refuses(&BOB, remove_sub("abcdef/b"), Error::Lapsed);
    });
}
