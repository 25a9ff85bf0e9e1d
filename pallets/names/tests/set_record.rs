//! `set_record`: what a name leads to.

use idlewild_names_primitives::record::{ObjectRef, MAX_RECORDS, MAX_TEXT};

use crate::*;

fn text(key: &str, text: &str) -> (RecordKey, Option<Record>) {
    (RecordKey::Text(key.as_bytes().to_vec()), Some(Record::Text(text.as_bytes().to_vec())))
}

fn set(key: RecordKey, value: Option<Record>) -> RuntimeCall {
    set_record("abcdef", key, value)
}

#[test]
fn every_kind_is_found_by_its_key() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let published = ObjectRef::Publication(7);
        let mut all = vec![
            (RecordKey::Object, Some(Record::Object(published))),
            (RecordKey::Bucket, Some(Record::Bucket(3))),
            (RecordKey::Account, Some(Record::Account([1; 32]))),
            (RecordKey::PeerId, Some(Record::PeerId([2; 32]))),
            (RecordKey::Endpoint, Some(Record::Endpoint(b"/ip4/127.0.0.1/tcp/4001".to_vec()))),
            (RecordKey::Table, Some(Record::Table(4))),
            text("url", "https://example.org"),
            text("zebra", ""),
            (RecordKey::Foreign(0), Some(Record::Foreign { chain: 0, address: vec![1; 20] })),
            (RecordKey::Foreign(60), Some(Record::Foreign { chain: 60, address: vec![2; 20] })),
        ];
        for (key, value) in all.iter().rev() {
            Chain::does(&ALICE, set(key.clone(), value.clone()));
            assert!(saw(Event::RecordSet { node: 0, key: key.clone() }));
        }
        let told = |records: Vec<idlewild_names_primitives::view::RecordView>| -> Vec<_> {
            records.into_iter().map(|view| (view.key, Some(view.record))).collect()
        };
        assert_eq!(told(resolve("abcdef").unwrap().records), all);
        // One in the place of another, and one less.
        let other = ObjectRef::Bucket { bucket: 3, path: b"site/".to_vec() };
        all[0].1 = Some(Record::Object(other));
        Chain::does(&ALICE, set(all[0].0.clone(), all[0].1.clone()));
        let (gone, _) = all.remove(6);
        Chain::does(&ALICE, set(gone.clone(), None));
        assert!(saw(Event::RecordRemoved { node: 0, key: gone.clone() }));
        assert_eq!(told(resolve("abcdef").unwrap().records), all);
        Chain::refuses(&ALICE, set(gone, None), Error::NoSuchRecord);
    });
}

#[test]
fn a_deposit_is_by_its_bytes() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let (key, value) = text("url", "12345");
        Chain::does(&ALICE, set(key.clone(), value));
        // Kind, length and three bytes; kind, length and five.
        assert_eq!(coins(&ALICE).1, NODE + ITEM + 12 * COIN / 100);
        Chain::does(&ALICE, set(key.clone(), text("", "1234567").1));
        assert_eq!(coins(&ALICE).1, NODE + ITEM + 14 * COIN / 100);
        Chain::does(&ALICE, set(key, None));
        assert_eq!(coins(&ALICE).1, NODE);
    });
}

#[test]
fn who_sets_it_pays_for_it() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_operator("abcdef", &BOB, true));
        Chain::does(&ALICE, set_bucket("abcdef", 1));
        Chain::does(&BOB, set_bucket("abcdef", 2));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (NODE, BUCKET));
        Chain::does(&BOB, set_bucket("abcdef", 3));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (NODE, BUCKET));
        Chain::does(&ALICE, set_bucket("abcdef", 4));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (NODE + BUCKET, 0));
        Chain::does(&BOB, set(RecordKey::Bucket, None));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (NODE, 0));
    });
}

#[test]
fn there_are_so_many_and_no_more() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let nth = |index: u32| text(&format!("key-{index}"), "x");
        for (key, value) in (0..MAX_RECORDS).map(nth) {
            Chain::does(&ALICE, set(key, value));
        }
        let (key, value) = nth(MAX_RECORDS);
        Chain::refuses(&ALICE, set(key.clone(), value.clone()), Error::TooManyRecords);
        // One of them can still be another.
        Chain::does(&ALICE, set(nth(0).0, text("", "y").1));
        Chain::does(&ALICE, set(nth(0).0, None));
        Chain::does(&ALICE, set(key, value));
    });
}

#[test]
fn what_is_held_for_the_former_can_stand_for_the_next() {
    Chain::run(|| {
        give(&NOBODY, RENT + NODE + BUCKET + LEAST);
        take("abcdef", &NOBODY);
        Chain::does(&NOBODY, set_bucket("abcdef", 1));
        Chain::does(&NOBODY, set_bucket("abcdef", 2));
        assert_eq!(coins(&NOBODY), (LEAST, NODE + BUCKET));
        Chain::refuses(&NOBODY, set(RecordKey::Table, Some(Record::Table(1))), Error::NotEnoughCoins);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, set_bucket("abcdef", 1), Error::NoSuchName);
        take("abcdef", &ALICE);
        Chain::refuses(&BOB, set_bucket("abcdef", 1), Error::NotAllowed);
        Chain::refuses(&ALICE, set_bucket("abcdef/sub", 1), Error::NoSuchName);
        Chain::refuses(&ALICE, set(RecordKey::Bucket, None), Error::NoSuchRecord);
        let bad = [
            (RecordKey::Table, Some(Record::Bucket(1))),
            (RecordKey::Foreign(1), Some(Record::Foreign { chain: 2, address: vec![1] })),
            (RecordKey::Foreign(1), Some(Record::Foreign { chain: 1, address: vec![] })),
            text("", "no key"),
            text("url", &"x".repeat(MAX_TEXT + 1)),
            (RecordKey::Text(vec![0xff]), Some(Record::Text(vec![]))),
        ];
        for (key, value) in bad {
            Chain::refuses(&ALICE, set(key, value), Error::BadRecord);
        }
        Chain::pass_to(rules().period + 2);
        Chain::refuses(&ALICE, set_bucket("abcdef", 1), Error::Lapsed);
    });
}
