//! What a deal takes of the chain's state, which the design bounds.

use codec::Encode;
use frame_support::BoundedVec;
use idlewild_runtime::{
    currency::{IDW, MILLI_IDW},
    AccountId,
};
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    geometry::Geometry,
    ledger::Start,
    Root,
};
use pallet_idlewild_deals::types::{Deal, Extension, Manifest, Roots};

/// 1.3 KB for a deal of 24 slots.
const MOST: usize = 1_300;
/// Bytes of a manifest as the client seals it. It may be longer, which its owner pays for in the fee.
const MANIFEST: usize = 73;
/// More than what a repair adds to a slot until its bounty is earned.
const REPAIR: usize = 20;
/// A miner of a large network, a period after ten years of hours, and a moment in it.
const MINER: u32 = 1_000_000;
const PERIOD: u32 = 100_000;
const MOMENT: u32 = 60_000_000;
const EXTENSION: Extension = Extension { end: MOMENT, price: 100 * IDW, funds: 10_000 * IDW, accepted: u128::MAX };

fn deal(slot: Slot, extension: Option<Extension>) -> Deal<AccountId> {
    Deal {
        owner: AccountId::new([1; 32]),
        creator: None,
        salt: [2; 16],
        geometry: Geometry::STANDARD,
        copies: 1,
        shard_len: 4 << 20,
        created: MOMENT,
        end: MOMENT,
        term: MOMENT,
        receipts_until: MOMENT,
        price: 100 * IDW,
        funds: 10_000 * IDW,
        reserve: 100 * IDW,
        extension,
        slots: BoundedVec::truncate_from(vec![slot; 24]),
    }
}

fn size(slot: Slot, extension: Option<Extension>) -> usize {
    let roots: Roots = BoundedVec::truncate_from(vec![Root::default(); 24]);
    let manifest: Manifest = BoundedVec::truncate_from(vec![3; MANIFEST]);
    deal(slot, extension).encoded_size() + roots.encoded_size() + manifest.encoded_size()
}

#[test]
fn a_deal_of_twenty_four_slots_takes_little_of_the_state() {
    let held = Slot::Held { miner: MINER, start: Start::Count(PERIOD) };
    for (slot, state) in [
        (Slot::Assigned { miner: MINER, since: MOMENT }, "assigned"),
        (held, "held"),
        (Slot::Held { miner: MINER, start: Start::Before { proven: PERIOD, period: PERIOD } }, "held, and not paid yet"),
    ] {
        let size = size(slot, None);
        assert!(size <= MOST, "{state}: {size} bytes");
    }
    let extended = size(held, Some(EXTENSION));
    assert!(extended <= MOST, "held, and extended: {extended} bytes");
}

#[test]
fn a_repair_adds_little_to_its_slot_until_the_bounty_is_earned() {
    let start = Start::Before { proven: PERIOD, period: PERIOD };
    let repaired = Slot::Probation { miner: MINER, start, since: PERIOD, source: Source::Pot(MINER), bounty: 500 * MILLI_IDW };
    let added = repaired.encoded_size() - Slot::Held { miner: MINER, start }.encoded_size();
    assert!(added <= REPAIR, "{added} bytes");
}
