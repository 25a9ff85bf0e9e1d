//! Which blocks the clock counts, and which it does not.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod genesis;

use frame_support::{
    dispatch::{DispatchClass, DispatchInfo},
    pallet_prelude::{Get, Weight},
    sp_runtime::Perbill,
};
use frame_system::{
    limits::{BlockLength, BlockWeights},
    CheckWeight,
};
use pallet_idlewild_clock::{LastRelay, Pause};
use pallet_idlewild_test_runtime::{Chain, Clock, RelayBlock, System, Test};

/// The most that normal transactions may take of a block.
fn most() -> (Weight, u32) {
    let weights: BlockWeights = <Test as frame_system::Config>::BlockWeights::get();
    let lengths: BlockLength = <Test as frame_system::Config>::BlockLength::get();
    let weight = weights.get(DispatchClass::Normal).max_total.unwrap_or(weights.max_block);
    (weight, *lengths.max.get(DispatchClass::Normal))
}

/// Ends a block that took so much, and tells how far the clock moved.
fn moves(ref_time: u64, proof_size: u64, length: u32) -> u32 {
    let before = Clock::now();
    System::set_block_consumed_resources(Weight::from_parts(ref_time, proof_size), length as usize);
    Chain::next_block();
    Chain::assert_sound();
    Clock::now() - before
}

/// Takes an extrinsic of this class and length into the block, as is done with each before its dispatch, inherents included.
fn take_in(class: DispatchClass, length: u32) {
    let info = DispatchInfo { class, ..Default::default() };
    let (_, next_length) = CheckWeight::<Test>::do_validate(&info, length as usize).unwrap();
    CheckWeight::<Test>::do_prepare(&info, length as usize, next_length).unwrap();
}

/// Whether the block still takes in an ordinary extrinsic of this length.
fn has_room_for(length: u32) -> bool {
    CheckWeight::<Test>::do_validate(&DispatchInfo::default(), length as usize).is_ok()
}

/// Ends a block on top of a relay chain that moved on by `gap`, and tells how far the clock moved.
fn moves_after(gap: u32) -> u32 {
    let before = Clock::now();
    RelayBlock::set(RelayBlock::get() - 1 + gap);
    Chain::next_block();
    Chain::assert_sound();
    Clock::now() - before
}

#[test]
fn every_block_counts_once() {
    Chain::run(|| {
        assert_eq!(Clock::now(), 0);
        for blocks in 1..50 {
            Chain::next_block();
            assert_eq!(Clock::now(), blocks);
        }
    });
}

#[test]
fn a_block_over_seventy_hundredths_full_does_not_count() {
    Chain::run(|| {
        let (weight, length) = most();
        let limit = |most: u64| Perbill::from_percent(70).mul_floor(most);
        let longest = Perbill::from_percent(70).mul_floor(length);
        assert_eq!(moves(limit(weight.ref_time()), 0, 0), 1, "so much leaves everybody room");
        assert_eq!(moves(limit(weight.ref_time()) + 1, 0, 0), 0);
        assert_eq!(moves(0, limit(weight.proof_size()), 0), 1);
        assert_eq!(moves(0, limit(weight.proof_size()) + 1, 0), 0);
        assert_eq!(moves(0, 0, longest), 1);
        assert_eq!(moves(0, 0, longest + 1), 0);
        assert_eq!(moves(u64::MAX, u64::MAX, u32::MAX), 0);
        assert_eq!(moves(0, 0, 0), 1);
    });
}

#[test]
fn a_block_that_counts_has_room_for_three_tenths_of_ordinary_bytes_whoever_took_the_rest() {
    Chain::run(|| {
        let (_, longest) = most();
        let limit = Perbill::from_percent(70).mul_floor(longest);
        for class in [DispatchClass::Normal, DispatchClass::Operational, DispatchClass::Mandatory] {
            for (more, counts) in [(0, true), (1, false)] {
                // Its header is in it already.
                take_in(class, limit - System::block_size() + more);
                assert_eq!(has_room_for(longest - limit), counts, "{more} more bytes of {class:?} extrinsics");
                let before = Clock::now();
                Chain::next_block();
                assert_eq!(Clock::now() - before, u32::from(counts), "{more} more bytes of {class:?} extrinsics");
            }
        }
    });
}

#[test]
fn what_takes_time_and_is_not_a_users_does_not_crowd_a_block() {
    Chain::run(|| {
        for class in [DispatchClass::Operational, DispatchClass::Mandatory] {
            System::register_extra_weight_unchecked(Weight::from_parts(u64::MAX / 4, 0), class);
            let before = Clock::now();
            Chain::next_block();
            assert_eq!(Clock::now(), before + 1);
        }
    });
}

#[test]
fn a_period_is_as_long_as_honest_miners_had_room_in_it() {
    Chain::run(|| {
        let (weight, _) = most();
        for _ in 0..100 {
            assert_eq!(moves(weight.ref_time(), 0, 0), 0);
        }
        assert_eq!(Clock::now(), 0);
    });
}

#[test]
fn after_an_outage_fifty_blocks_do_not_count() {
    Chain::run(|| {
        Chain::pass(3);
        assert_eq!(moves_after(50), 1, "fifty relay-chain blocks are no outage yet");
        assert_eq!(moves_after(51), 0);
        for _ in 0..49 {
            assert_eq!(moves_after(1), 0);
        }
        assert_eq!(moves_after(1), 1);
        assert_eq!(Pause::<Test>::get(), 0);
    });
}

#[test]
fn another_outage_during_the_pause_begins_it_anew() {
    Chain::run(|| {
        Chain::pass(3);
        assert_eq!(moves_after(1_000), 0);
        for _ in 0..30 {
            assert_eq!(moves_after(1), 0);
        }
        assert_eq!(moves_after(51), 0);
        assert_eq!(Pause::<Test>::get(), 49, "this block is the first of fifty");
        for _ in 0..49 {
            assert_eq!(moves_after(1), 0);
        }
        assert_eq!(moves_after(1), 1);
    });
}

#[test]
fn a_crowded_block_within_the_pause_does_not_lengthen_it() {
    Chain::run(|| {
        Chain::pass(3);
        assert_eq!(moves_after(100), 0);
        let (weight, _) = most();
        for _ in 0..49 {
            assert_eq!(moves(weight.ref_time(), 0, 0), 0);
        }
        assert_eq!(moves_after(1), 1);
    });
}

#[test]
fn the_first_block_and_a_relay_chain_that_stands_still_are_no_outage() {
    Chain::run(|| {
        assert!(LastRelay::<Test>::get().is_none());
        // The very first block may build on any relay-chain block.
        assert_eq!(moves_after(30_000_000), 1);
        // Several of ours on one of theirs, and one that builds on an older one.
        assert_eq!(moves_after(0), 1);
        assert_eq!(moves_after(0), 1);
        RelayBlock::set(RelayBlock::get() - 10);
        Chain::next_block();
        assert_eq!(Clock::now(), 4);
    });
}
