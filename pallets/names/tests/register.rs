//! `register`: a name that was committed to.

use crate::*;

#[test]
fn rent_is_paid_and_a_deposit_held() {
    Chain::run(|| {
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::pass(2);
        let until = now() + 3 * rules().period;
        Chain::does(&ALICE, register_for("abcdef", 3, 3 * RENT));
        assert!(saw(Event::Registered { node: 0, name: label("abcdef"), owner: ALICE, paid: 3 * RENT, until }));
        assert_eq!(coins(&ALICE), (1_000_000 * COIN - 3 * RENT - NODE, NODE));
        assert_eq!(brought(), 3 * RENT);
        let resolved = resolve("abcdef").unwrap();
        assert_eq!((resolved.owner, resolved.until, resolved.records.len()), (bytes(&ALICE), until, 0));
    });
}

#[test]
fn short_names_are_dear() {
    Chain::run(|| {
        for (name, rates) in [("abc", 640), ("abcd", 160), ("abcde", 40), ("abcdef", 5), ("abcdefg", 5)] {
            let before = brought();
            take(name, &ALICE);
            assert_eq!(brought() - before, rates * COIN, "{name}");
        }
    });
}

#[test]
fn a_commitment_has_to_be_of_the_right_age() {
    Chain::run(|| {
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::refuses(&ALICE, register("abcdef"), Error::TooFresh);
        Chain::next_block();
        Chain::refuses(&ALICE, register("abcdef"), Error::TooFresh);
        Chain::pass(rules().max_age - 1);
        // The last block in which it can be used.
        Chain::does(&ALICE, register("abcdef"));
        Chain::refuses(&ALICE, register("abcdef"), Error::NoCommitment);
    });
}

#[test]
fn nobody_but_the_committer_gets_the_name() {
    Chain::run(|| {
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::pass(2);
        // The name and the salt are seen in a registration that waits: too late to commit.
        Chain::refuses(&BOB, register("abcdef"), Error::NoCommitment);
        Chain::does(&BOB, commit("abcdef", &BOB));
        Chain::refuses(&BOB, register("abcdef"), Error::TooFresh);
        Chain::does(&ALICE, register("abcdef"));
        Chain::pass(2);
        Chain::refuses(&BOB, register("abcdef"), Error::NameTaken);
    });
}

#[test]
fn a_name_that_looks_like_anothers_is_refused() {
    Chain::run(|| {
        take("google", &ALICE);
        for (index, name) in ["g00gle", "goog1e", "googie"].into_iter().enumerate() {
            Chain::does(&BOB, commit(name, &BOB));
            Chain::pass(2);
            Chain::refuses(&BOB, register(name), Error::LooksTaken);
            assert_eq!(coins(&BOB).1, ITEM * (index as Balance + 1), "the commitment is left, and can be taken back");
        }
        // By the owner as well: there is one of them.
        Chain::does(&ALICE, commit("g00gle", &ALICE));
        Chain::pass(2);
        Chain::refuses(&ALICE, register("g00gle"), Error::LooksTaken);
        // When it is gone, whoever comes first has the only one.
        lapse("google");
        Chain::pass(rules().premium_lasts());
        take("goog1e", &CAROL);
        assert!(resolve("google").is_none());
        Chain::does(&BOB, uncommit("g00gle", &BOB));
        Chain::does(&BOB, commit("google", &BOB));
        Chain::pass(2);
        Chain::refuses(&BOB, register("google"), Error::LooksTaken);
    });
}

#[test]
fn a_name_that_lapsed_costs_a_premium_which_falls() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let before = brought();
        lapse("abcdef");
        // In the first block in which it is free, nobody wants to pay for it.
        let first = Names::price(b"abcdef".to_vec(), 1).unwrap();
        assert_eq!((first.rent, first.premium), (RENT, PREMIUM));
        Chain::does(&BOB, commit("abcdef", &BOB));
        Chain::pass(2);
        let quote = Names::price(b"abcdef".to_vec(), 1).unwrap();
        assert_eq!(quote.premium, (COIN << 11) - (COIN >> 9), "a day has passed");
        Chain::refuses(&BOB, register_for("abcdef", 1, RENT + quote.premium - 1), Error::PriceTooHigh);
        // One that looks like it costs as much.
        assert_eq!(Names::price(b"abcde-f".to_vec(), 1).unwrap().premium, 0);
        take("g00gle", &CAROL);
        lapse("g00gle");
        assert_eq!(Names::price(b"google".to_vec(), 1).unwrap().premium, PREMIUM);
        Chain::does(&BOB, uncommit("abcdef", &BOB));
        // By now nothing is asked for the first one.
        let rest = brought();
        take("abcdef", &BOB);
        assert_eq!((rest - before, brought() - rest), (RENT, RENT));
    });
}

#[test]
fn the_premium_is_paid_like_the_rent() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        lapse("abcdef");
        Chain::does(&BOB, commit("abcdef", &BOB));
        Chain::pass(2);
        let (quote, before) = (Names::price(b"abcdef".to_vec(), 1).unwrap(), brought());
        Chain::does(&BOB, register_for("abcdef", 1, quote.rent + quote.premium));
        assert_eq!(brought() - before, quote.rent + quote.premium);
        // What its former owner had on hold is its own.
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (NODE, NODE));
        Chain::does(&CAROL, reclaim(0, 1));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (0, NODE));
    });
}

#[test]
fn a_new_registration_has_nothing_of_the_former() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_bucket("abcdef", 1));
        Chain::does(&ALICE, set_operator("abcdef", &CAROL, true));
        Chain::does(&ALICE, create_sub("abcdef", "sub", &ALICE));
        Chain::does(&ALICE, set_bucket("abcdef/sub", 2));
        lapse("abcdef");
        take("abcdef", &BOB);
        let resolved = resolve("abcdef/sub").unwrap();
        assert_eq!((resolved.path.as_slice(), resolved.rest), (&b"abcdef"[..], 7), "the subname is an object's path by now");
        assert!(resolved.records.is_empty());
        Chain::refuses(&CAROL, set_bucket("abcdef", 3), Error::NotAllowed);
        Chain::refuses(&ALICE, set_bucket("abcdef/sub", 3), Error::NoSuchName);
        // One of the same label is another.
        Chain::does(&BOB, create_sub("abcdef", "sub", &BOB));
        assert_eq!(resolve("abcdef/sub").unwrap().records, []);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        for (name, error) in
            [("ab", Error::BadName), ("a--b", Error::BadName), ("-abc", Error::BadName), ("ABC", Error::BadName)]
        {
            Chain::does(&ALICE, commit(name, &ALICE));
            Chain::pass(2);
            Chain::refuses(&ALICE, register(name), error);
        }
        for name in ["idlewild", "idiewi1d"] {
            Chain::does(&ALICE, commit(name, &ALICE));
            Chain::pass(2);
            Chain::refuses(&ALICE, register(name), Error::Reserved);
        }
        Chain::refuses(&ALICE, register("abcdef"), Error::NoCommitment);
        Chain::does(&ALICE, commit("abcdef", &ALICE));
        Chain::pass(2);
        for periods in [0, 11, u32::MAX] {
            Chain::refuses(&ALICE, register_for("abcdef", periods, Balance::MAX), Error::BadPeriods);
        }
        Chain::refuses(&ALICE, register_for("abcdef", 1, RENT - 1), Error::PriceTooHigh);
        give(&NOBODY, RENT + NODE + LEAST - 1);
        Chain::does(&NOBODY, commit("nobodys", &NOBODY));
        Chain::pass(2);
        Chain::refuses(&NOBODY, register("nobodys"), Error::NotEnoughCoins);
        give(&NOBODY, 1);
        Chain::does(&NOBODY, register("nobodys"));
        assert_eq!(coins(&NOBODY), (LEAST, NODE));
    });
}
