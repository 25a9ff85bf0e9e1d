//! What a deal takes of the chain's state, which the design bounds.

use codec::Encode;
use frame_support::BoundedVec;
use idlewild_runtime::{currency::IDW, AccountId};
use idlewild_storage_primitives::{deal::MAX_MANIFEST, geometry::Geometry, Root};
use pallet_idlewild_deals::types::{Deal, Manifest, Roots};

/// 1.3 KiB for a deal of 24 slots.
const MOST: usize = 1_331;

fn deal(slots: Vec<idlewild_storage_primitives::deal::Slot>) -> Deal<AccountId> {
    Deal {
        owner: AccountId::new([1; 32]),
        creator: None,
        salt: [2; 16],
        geometry: Geometry::STANDARD,
        copies: 1,
        shard_len: 4 << 20,
        created: 10_000_000,
        end: 20_000_000,
        term: 10_000_000,
        receipts_until: 10_000_600,
        price: 100 * IDW,
        funds: 10_000 * IDW,
        reserve: 100 * IDW,
        extension: None,
        slots: BoundedVec::truncate_from(slots),
    }
}

#[test]
fn a_deal_of_twenty_four_slots_takes_little_of_the_state() {
    use idlewild_storage_primitives::{deal::Slot, ledger::Start};
    let roots: Roots = BoundedVec::truncate_from(vec![Root::default(); 24]);
    let manifest: Manifest = BoundedVec::truncate_from(vec![3; MAX_MANIFEST as usize]);
    // As many miners and periods as a large network has after years.
    let (miner, count) = (16_000, 16_000);
    for (slot, state) in [
        (Slot::Assigned { miner, since: 10_000_000 }, "assigned"),
        (Slot::Held { miner, start: Start::Count(count) }, "held"),
        (Slot::Held { miner, start: Start::Before { proven: count, period: count } }, "held, and not paid yet"),
    ] {
        let record = deal(vec![slot; 24]);
        let size = record.encoded_size() + roots.encoded_size() + manifest.encoded_size();
        println!("{state}: {size} bytes, {} of them the record", record.encoded_size());
        assert!(size <= MOST, "{state}: {size} bytes");
    }
}
