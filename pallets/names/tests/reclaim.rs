//! `reclaim`: deposits for what is gone.

use pallet_idlewild_names::{Children, Nodes, OfOwner, Records, Registrations};

use crate::*;

fn text(of: &str, index: u8) -> RuntimeCall {
    set_record(of, RecordKey::Text(vec![b'a' + index]), Some(Record::Text(vec![b'x'; 10])))
}

/// What is on hold for such a record: three bytes of key, and twelve.
const TEXT: Balance = ITEM + 15 * COIN / 100;

#[test]
fn everybody_gets_what_it_paid() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_operator("abcdef", &BOB, true));
        Chain::does(&ALICE, create_sub("abcdef", "sub", &CAROL));
        Chain::does(&CAROL, set_bucket("abcdef/sub", 1));
        Chain::does(&BOB, set_bucket("abcdef", 1));
        Chain::does(&ALICE, text("abcdef", 0));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1, coins(&CAROL).1), (2 * NODE + TEXT, BUCKET, BUCKET));
        lapse("abcdef");
        Chain::pass(rules().premium_lasts());
        // In whatever order: what is under it first or last.
        Chain::does(&BOB, reclaim(0, 32));
        assert!(saw(Event::Reclaimed { node: 0, records: 2, ended: true }));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1, coins(&CAROL).1), (NODE, 0, BUCKET));
        Chain::does(&BOB, reclaim(1, 32));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1, coins(&CAROL).1), (0, 0, 0));
        let left = Nodes::<Test>::iter().count()
            + Children::<Test>::iter().count()
            + Records::<Test>::iter().count()
            + OfOwner::<Test>::iter().count()
            + Registrations::<Test>::iter().count();
        assert_eq!(left, 0);
    });
}

#[test]
fn some_records_at_a_time() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        (0..5).for_each(|index| Chain::does(&ALICE, text("abcdef", index)));
        lapse("abcdef");
        Chain::pass(rules().premium_lasts());
        for (limit, left, ended) in [(2, 3, false), (2, 1, false), (2, 0, true)] {
            Chain::does(&BOB, reclaim(0, limit));
            let records = if ended { 1 } else { limit };
            assert!(saw(Event::Reclaimed { node: 0, records, ended }));
            assert_eq!(coins(&ALICE).1, TEXT * left + if ended { 0 } else { NODE });
        }
        Chain::refuses(&BOB, reclaim(0, 1), Error::NoSuchNode);
    });
}

#[test]
fn a_name_is_on_record_while_a_premium_is_asked_for_it() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, text("abcdef", 0));
        Chain::does(&ALICE, release("abcdef"));
        // Its records need not wait.
        Chain::does(&ALICE, reclaim(0, 32));
        assert!(saw(Event::Reclaimed { node: 0, records: 1, ended: false }));
        assert_eq!(coins(&ALICE).1, NODE);
        Chain::pass(rules().premium_lasts() - 1);
        Chain::refuses(&ALICE, reclaim(0, 32), Error::PremiumRuns);
        assert!(Names::price(b"abcdef".to_vec(), 1).unwrap().premium > 0);
        Chain::next_block();
        Chain::does(&ALICE, reclaim(0, 32));
        assert_eq!(coins(&ALICE).1, 0);
    });
}

#[test]
fn when_somebody_registered_the_name_anew_nothing_has_to_wait() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, text("abcdef", 0));
        Chain::does(&ALICE, release("abcdef"));
        take("abcdef", &BOB);
        Chain::does(&BOB, text("abcdef", 0));
        Chain::does(&CAROL, reclaim(0, 32));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (0, NODE + TEXT));
        assert_eq!((resolve("abcdef").unwrap().records.len(), node("abcdef")), (1, 1));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, reclaim(0, 1), Error::NoSuchNode);
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        for node in [0, 1] {
            Chain::refuses(&ALICE, reclaim(node, 1), Error::StillStands);
        }
        Chain::pass_to(Names::named(b"abcdef".to_vec()).unwrap().term.unwrap().free - 1);
        for node in [0, 1] {
            // It may be renewed.
            Chain::refuses(&ALICE, reclaim(node, 1), Error::StillStands);
        }
        Chain::next_block();
        for limit in [0, 33, u32::MAX] {
            Chain::refuses(&ALICE, reclaim(1, limit), Error::BadLimit);
        }
        Chain::does(&ALICE, reclaim(1, 1));
        Chain::refuses(&ALICE, reclaim(1, 1), Error::NoSuchNode);
    });
}
