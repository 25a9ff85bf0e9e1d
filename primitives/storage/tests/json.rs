//! Views in JSON, as scripts read them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage_primitives::{
    deal::{Slot, Source},
    geometry::Geometry,
    ledger::Start,
    view::{DealView, MinerStatus, MinerView, SlotView, Weights},
};
use serde_json::{json, Value};

fn miner() -> MinerView {
    MinerView {
        id: 7,
        operator: [1; 32],
        peer_key: [2; 32],
        endpoint: b"/dns4/miner/tcp/1".to_vec(),
        capacity: 1 << 40,
        used: 0,
        price: (1 << 53) + 1,
        bond: u128::MAX,
        required: 0,
        pot: 0,
        score: 10_000,
        status: MinerStatus::Active,
        slots: 0,
        proven: 0,
        overdue: false,
        weight: Weights::default(),
    }
}

#[test]
fn a_miner_reads_as_people_write_it() {
    let value = serde_json::to_value(miner()).unwrap();
    assert_eq!(value["price"], "9007199254740993");
    assert_eq!(value["bond"], "340282366920938463463374607431768211455");
    assert_eq!(value["capacity"], 1u64 << 40);
    assert_eq!(value["operator"], format!("0x{}", "01".repeat(32)));
    assert_eq!(value["endpoint"], "/dns4/miner/tcp/1");
    assert_eq!(serde_json::from_value::<MinerView>(value).unwrap(), miner());
}

#[test]
fn a_deal_comes_back_as_it_was() {
    let probation = Slot::Probation { miner: 3, start: Start::Count(0), since: 4, source: Source::Reserve, bounty: 1 << 60 };
    let deal = DealView {
        id: 1,
        owner: [1; 32],
        creator: [2; 32],
        salt: [3; 16],
        geometry: Geometry::HOT,
        copies: 1,
        shard_len: 64,
        created: 5,
        end: 6,
        extension: None,
        price: 7,
        funds: 8,
        reserve: 9,
        slots: vec![SlotView { slot: probation, failed: false }],
        roots: vec![[0xab; 32], [0; 32]],
        manifest: vec![0, 255],
    };
    let value = serde_json::to_value(&deal).unwrap();
    assert_eq!(value["roots"], json!([format!("0x{}", "ab".repeat(32)), format!("0x{}", "00".repeat(32))]));
    assert_eq!((&value["salt"], &value["manifest"]), (&json!(format!("0x{}", "03".repeat(16))), &json!("0x00ff")));
    assert_eq!(value["slots"][0]["bounty"], "1152921504606846976");
    assert_eq!(serde_json::from_value::<DealView>(value).unwrap(), deal);
}

#[test]
fn what_is_no_amount_and_no_hash_is_refused() {
    let with = |field: &str, wrong: Value| {
        let mut value = serde_json::to_value(miner()).unwrap();
        value[field] = wrong;
        serde_json::from_value::<MinerView>(value).map_err(|error| error.to_string())
    };
    for (field, wrong) in [("bond", json!("-1")), ("bond", json!("")), ("operator", json!("0x01")), ("operator", json!("zz"))] {
        assert!(with(field, wrong.clone()).is_err(), "{field}: {wrong}");
    }
    assert_eq!(with("bond", json!("5")).unwrap().bond, 5);
}
