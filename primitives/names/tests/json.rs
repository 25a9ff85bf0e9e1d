//! How views read in JSON: what programs that read `--json` rely on.

#![allow(clippy::unwrap_used)]

use idlewild_names_primitives::{
    record::{ObjectRef, Record, RecordKey},
    rules::{NameRules, Status, Term},
    view::{ChildView, ChildrenPage, NameTerms, NameView, Quote, RecordView, Resolved, ReverseView, Unavailable},
};
use serde_json::{json, to_value, Value};

/// Reads as that, and is read again from it.
fn assert_reads<T>(value: &T, as_json: Value)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(to_value(value).unwrap(), as_json);
    assert_eq!(&serde_json::from_value::<T>(as_json).unwrap(), value);
}

fn hex(byte: u8) -> String {
    format!("0x{}", const_hex::encode([byte; 32]))
}

#[test]
fn records_say_their_kind() {
    let object = ObjectRef::Bucket { bucket: 7, path: b"site/".to_vec() };
    let published = ObjectRef::Publication(5);
    let of = [
        (Record::Object(object), json!({ "object": { "bucket": { "bucket": 7, "path": "site/" } } })),
        (Record::Object(published), json!({ "object": { "publication": 5 } })),
        (Record::Bucket(7), json!({ "bucket": 7 })),
        (Record::Account([1; 32]), json!({ "account": hex(1) })),
        (Record::PeerId([2; 32]), json!({ "peerId": hex(2) })),
        (Record::Endpoint(b"/ip4/127.0.0.1".to_vec()), json!({ "endpoint": "/ip4/127.0.0.1" })),
        (Record::Table(3), json!({ "table": 3 })),
        (Record::Text("grüß".as_bytes().to_vec()), json!({ "text": "grüß" })),
        (Record::Foreign { chain: 60, address: vec![0xab, 1] }, json!({ "foreign": { "chain": 60, "address": "0xab01" } })),
    ];
    of.into_iter().for_each(|(record, json)| assert_reads(&record, json));
    assert_reads(&RecordKey::PeerId, json!("peerId"));
    assert_reads(&RecordKey::Text(b"url".to_vec()), json!({ "text": "url" }));
    assert_reads(&RecordKey::Foreign(60), json!({ "foreign": 60 }));
}

#[test]
fn paths_are_text_and_amounts_are_digits() {
    let records = || vec![RecordView { key: RecordKey::Bucket, record: Record::Bucket(1) }];
    let records_json = json!([{ "key": "bucket", "record": { "bucket": 1 } }]);
    let resolved = Resolved { path: b"abc/d".to_vec(), node: 4, owner: [1; 32], records: records(), rest: 6, until: 900 };
    assert_reads(
        &resolved,
        json!({ "path": "abc/d", "node": 4, "owner": hex(1), "records": records_json, "rest": 6, "until": 900 }),
    );
    let view = NameView {
        path: b"abc".to_vec(),
        node: 3,
        owner: [1; 32],
        operators: vec![[2; 32]],
        status: Status::Grace,
        term: Some(Term { ends: 10, free: 20 }),
        records: records(),
        deposit: u128::MAX,
    };
    assert_reads(
        &view,
        json!({
            "path": "abc", "node": 3, "owner": hex(1), "operators": [hex(2)], "status": "grace",
            "term": { "ends": 10, "free": 20 }, "records": records_json, "deposit": u128::MAX.to_string(),
        }),
    );
}

#[test]
fn a_page_says_after_which_label_the_next_begins() {
    let child = ChildView { label: b"d".to_vec(), node: 5, owner: [1; 32], records: 2 };
    assert_reads(
        &ChildrenPage { children: vec![child], next: Some(b"d".to_vec()) },
        json!({ "children": [{ "label": "d", "node": 5, "owner": hex(1), "records": 2 }], "next": "d" }),
    );
    assert_reads(&ChildrenPage::default(), json!({ "children": [], "next": null }));
}

#[test]
fn an_account_goes_by_text() {
    assert_reads(&ReverseView { name: b"abc/d".to_vec() }, json!({ "name": "abc/d" }));
}

#[test]
fn prices_and_terms_are_told_as_clients_expect() {
    assert_reads(
        &Quote { rent: 5, premium: 6, deposit: 7, until: 8 },
        json!({ "rent": "5", "premium": "6", "deposit": "7", "until": 8 }),
    );
    assert_reads(&Unavailable::BadName, json!("badName"));
    assert_reads(&Unavailable::Taken { free: 9 }, json!({ "taken": { "free": 9 } }));
    assert_reads(
        &Unavailable::LooksLike { name: b"google".to_vec(), free: 9 },
        json!({ "looksLike": { "name": "google", "free": 9 } }),
    );
    let rules = NameRules { period: 1, grace: 2, day: 3, min_age: 4, max_age: 5 };
    let terms =
        NameTerms { now: 1, rules, max_periods: 10, base: 2, premium: 3, node_deposit: 4, item_deposit: 5, byte_deposit: 6 };
    assert_reads(
        &terms,
        json!({
            "now": 1, "rules": { "period": 1, "grace": 2, "day": 3, "minAge": 4, "maxAge": 5 }, "maxPeriods": 10,
            "base": "2", "premium": "3", "nodeDeposit": "4", "itemDeposit": "5", "byteDeposit": "6",
        }),
    );
}
