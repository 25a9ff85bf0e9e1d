//! The development fallback, and the ring that either source fills.

use pallet_idlewild_randomness::{Next, Seeds, RING};
use pallet_idlewild_test_runtime::{Chain, Clock, Randomness, RelayBlock, Test};

#[test]
fn every_moment_has_a_seed_of_its_own() {
    Chain::run(|| {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..100 {
            let seed = Randomness::seed_of(Clock::now()).expect("drawn in the block in which the clock first shows it");
            assert!(seen.insert(seed));
            assert_eq!(Randomness::seed_of(Clock::now() + 1), None);
            Chain::next_block();
            Chain::assert_sound();
        }
    });
}

#[test]
fn a_seed_stays_as_it_was_drawn() {
    Chain::run(|| {
        let first = Randomness::seed_of(0);
        Chain::pass(100);
        assert_eq!(Randomness::seed_of(0), first);
    });
}

#[test]
fn a_period_has_the_seed_of_the_moment_after_its_start() {
    Chain::run(|| {
        Chain::pass_to(40);
        assert_eq!(Randomness::seed_of_period(40), None);
        Chain::next_block();
        assert_eq!(Randomness::seed_of_period(40), Randomness::seed_of(41));
        assert!(Randomness::seed_of(41).is_some());
        assert_eq!(Randomness::seed_of_period(u32::MAX), None);
    });
}

#[test]
fn the_ring_forgets_and_never_confuses() {
    Chain::run(|| {
        let old = Randomness::seed_of(0).unwrap();
        Chain::pass(RING - 1);
        assert_eq!(Randomness::seed_of(0), Some(old), "the oldest of the ring");
        Chain::next_block();
        assert_eq!(Randomness::seed_of(0), None, "its place is another's now");
        assert!(Randomness::seed_of(RING).is_some_and(|seed| seed != old));
        assert_eq!(Seeds::<Test>::iter().count(), RING as usize);
    });
}

#[test]
fn while_the_clock_stands_still_nothing_is_drawn() {
    Chain::run(|| {
        Chain::pass(5);
        RelayBlock::set(RelayBlock::get() + 1_000);
        Chain::next_block();
        let (now, next, seed) = (Clock::now(), Next::<Test>::get(), Randomness::seed_of(Clock::now()));
        Chain::pass(40);
        assert_eq!((Clock::now(), Next::<Test>::get()), (now, next));
        assert_eq!(Randomness::seed_of(now), seed, "more randomness for the same moment does not change its seed");
    });
}

#[test]
fn a_relay_value_is_of_no_use_here() {
    Chain::run(|| {
        let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
        Randomness::on_relay_value(Some(Some([1; 32])));
        Randomness::on_relay_value(Some(None));
        Randomness::on_relay_value(None);
        assert_eq!(before, sp_io::storage::root(sp_runtime::StateVersion::V1));
    });
}
