//! Sizes of shards, at every edge.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage_primitives::geometry::{chunk_len, chunks, sealed_len, Geometry, MAX_SEGMENT_BYTES, SHARD_ALIGN};
use proptest::prelude::*;

proptest! {
    #[test]
    fn shards_hold_the_segment_and_little_more(data in 1u8..64, plain in 1u32..=MAX_SEGMENT_BYTES) {
        let sealed = sealed_len(plain);
        let len = Geometry { data, parity: 1 }.shard_len(sealed).unwrap();
        let room = u64::from(len) * u64::from(data);
        prop_assert!(room >= u64::from(sealed));
        prop_assert_eq!(len % SHARD_ALIGN, 0);
        prop_assert!(u64::from(len - SHARD_ALIGN) * u64::from(data) < u64::from(sealed));
        let whole: usize = (0..chunks(len)).map(|index| chunk_len(len, index).unwrap()).sum();
        prop_assert_eq!(whole, len as usize);
        prop_assert_eq!(chunk_len(len, chunks(len)), None);
    }

    #[test]
    fn slots_name_copy_and_shard(data in 1u8..20, parity in 1u8..12, copies in 1u8..4) {
        let geometry = Geometry { data, parity };
        if let Some(slots) = geometry.slots(copies) {
            for slot in 0..slots {
                let (copy, shard) = geometry.locate(slot).unwrap();
                prop_assert!(copy < copies && shard < geometry.shards());
                prop_assert_eq!(copy * geometry.shards() + shard, slot);
            }
        }
    }
}

#[test]
fn what_cannot_be_has_no_size() {
    assert_eq!(Geometry { data: 0, parity: 3 }.shard_len(100), None);
    assert_eq!(Geometry::HOT.shard_len(0), None);
    assert_eq!(Geometry::ARCHIVE.slots(9), None);
    assert_eq!(Geometry { data: 0, parity: 0 }.locate(3), None);
    assert_eq!(sealed_len(0), 0);
    assert_eq!(chunk_len(10, u32::MAX), None);
}

#[test]
fn a_deal_begins_with_half_of_its_parity() {
    assert_eq!(Geometry::HOT.least_filled(), 6);
    assert_eq!(Geometry { data: 4, parity: 3 }.least_filled(), 6);
    assert_eq!(Geometry::STANDARD.least_filled(), 20);
}

#[test]
fn an_operator_has_its_even_share_or_two() {
    let most = |operators| Geometry::STANDARD.most_of_operator(operators);
    assert_eq!([0, 1, 5, 7, 11, 12, 24, 1_000].map(most), [24, 24, 5, 4, 3, 2, 2, 2]);
}
