//! `create_sub`: subnames, with owners of their own.

use crate::*;

#[test]
fn the_parents_owner_pays_whosever_it_is() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "s", &NOBODY));
        assert!(saw(Event::SubCreated { node: 1, parent: 0, label: label("s"), owner: NOBODY }));
        assert_eq!((coins(&ALICE).1, coins(&NOBODY)), (2 * NODE, (0, 0)));
        let resolved = resolve("abcdef/s").unwrap();
        assert_eq!((resolved.node, resolved.owner), (1, bytes(&NOBODY)));
        // Its records are its owner's to set, and to pay for.
        Chain::refuses(&ALICE, set_bucket("abcdef/s", 1), Error::NotAllowed);
        Chain::refuses(&NOBODY, set_bucket("abcdef/s", 1), Error::NotEnoughCoins);
        give(&NOBODY, BUCKET + LEAST);
        Chain::does(&NOBODY, set_bucket("abcdef/s", 1));
        assert_eq!(bucket("abcdef/s"), Some(1));
    });
}

#[test]
fn labels_of_different_names_are_different_subnames() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        take("ghijkl", &BOB);
        Chain::does(&ALICE, create_sub("abcdef", "www", &ALICE));
        Chain::does(&BOB, create_sub("ghijkl", "www", &BOB));
        Chain::does(&ALICE, create_sub("abcdef/www", "www", &ALICE));
        let nodes = ["abcdef/www", "ghijkl/www", "abcdef/www/www"].map(node);
        assert_eq!(nodes, [2, 3, 4]);
    });
}

#[test]
fn they_are_so_deep_and_no_deeper() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let mut at = "abcdef".to_string();
        for depth in 2..=8 {
            Chain::does(&ALICE, create_sub(&at, "x", &ALICE));
            at.push_str("/x");
            assert_eq!(resolve(&at).unwrap().path.len(), at.len(), "{depth}");
        }
        Chain::refuses(&ALICE, create_sub(&at, "x", &ALICE), Error::TooDeep);
        Chain::does(&ALICE, set_bucket(&at, 1));
        assert_eq!(bucket(&format!("{at}/x/y")), Some(1));
    });
}

#[test]
fn the_other_form_of_a_path_does_as_well() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("idlewild/content_abcdef", "sub", &ALICE));
        Chain::does(&ALICE, set_bucket("idlewild/content_abcdef/sub", 1));
        assert_eq!(bucket("abcdef/sub"), Some(1));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, create_sub("abcdef", "sub", &ALICE), Error::NoSuchName);
        take("abcdef", &ALICE);
        Chain::refuses(&BOB, create_sub("abcdef", "sub", &BOB), Error::NotOwner);
        for bad in ["", "-", "Sub", "a/b", "a--b", "a.b"] {
            Chain::refuses(&ALICE, create_sub("abcdef", bad, &ALICE), Error::BadLabel);
        }
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        Chain::refuses(&ALICE, create_sub("abcdef", "sub", &ALICE), Error::LabelTaken);
        Chain::refuses(&ALICE, create_sub("abcdef/sub", "sub", &ALICE), Error::NotOwner);
        give(&NOBODY, NODE + LEAST - 1);
        Chain::does(&ALICE, create_sub("abcdef", "nobody", &NOBODY));
        Chain::refuses(&NOBODY, create_sub("abcdef/nobody", "sub", &NOBODY), Error::NotEnoughCoins);
        Chain::pass_to(rules().period + 2);
        Chain::refuses(&ALICE, create_sub("abcdef", "late", &ALICE), Error::Lapsed);
    });
}
