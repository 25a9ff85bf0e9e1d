//! A miner's score and its weight in draws.

use idlewild_storage_primitives::{ledger::FailureRule, view::Timing};
use pallet_idlewild_providers::types::{Snapshots, TOP_SCORE};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Miner, Proofs, BOB, COIN};

use crate::holding;

#[test]
fn proofs_keep_a_score_and_misses_lower_it() {
    Chain::run(|| {
        let miners = holding(1_000);
        miner::keep_proving(miners.iter(), 60);
        assert_eq!(Chain::miner(0).score, TOP_SCORE);
        let weight = Chain::miner(0).weight.live();
        // One period missed: a sixteenth.
        miner::keep_proving(miners[1..].iter(), 80);
        Chain::does(&BOB, call::report_missed(0));
        assert_eq!(Chain::miner(0).score, TOP_SCORE - TOP_SCORE / 16);
        assert!(Chain::miner(0).weight.live() < weight);
        // It comes back with proofs, slowly.
        miner::keep_proving(miners.iter(), 121);
        let score = Chain::miner(0).score;
        assert!(score > TOP_SCORE - TOP_SCORE / 16 && score < TOP_SCORE);
        miner::keep_proving(miners[1..].iter(), 200);
        Chain::does(&BOB, call::report_missed(0));
        assert!(Proofs::failed_at(0).is_some());
        assert_eq!((Chain::miner(0).score, Chain::miner(0).weight.live()), (0, 0));
    });
}

#[test]
fn a_score_is_the_same_however_late_it_is_asked_for() {
    // It misses three periods in a row and is still no failure, which would leave it no score to compare.
    let failure = FailureRule { consecutive: 31, within: 31, window: 31 };
    let score = |often: bool| {
        Chain::start_with(Timing { failure, ..Chain::timing() }).execute_with(|| {
            let miners = holding(1_000);
            miner::keep_proving(miners.iter(), 60);
            miner::keep_proving(miners[1..].iter(), 80);
            miner::keep_proving(miners.iter(), 100);
            while Clock::now() < 160 {
                Chain::next_block();
                if often {
                    let _ = Chain::call(&BOB, call::report_missed(0));
                }
            }
            let _ = Chain::call(&BOB, call::report_missed(0));
            Chain::assert_sound();
            Chain::miner(0).score
        })
    };
    let (often, once) = (score(true), score(false));
    assert_eq!(often, once);
    assert!(often > 0 && often < TOP_SCORE, "{often}");
}

#[test]
fn snapshots_move_on_when_they_are_read() {
    let mut number = Snapshots::starting_at(5, 10);
    assert_eq!(number.of(5), (10, 10));
    number.set(5, 20);
    assert_eq!((number.live(), number.of(5)), (20, (10, 10)));
    assert_eq!(number.of(6), (20, 10));
    assert_eq!(number.of(7), (20, 20));
    number.set(7, 30);
    assert_eq!(number.of(7), (20, 20));
    assert_eq!(number.of(8), (30, 20));
    number.set(9, 0);
    assert_eq!(number.of(9), (30, 30));
    assert_eq!(number.of(11), (0, 0));
}

#[test]
fn a_boast_without_a_bond_weighs_little() {
    Chain::run(|| {
        Miner::register(0);
        Miner::register_with(&account(1), 1, u64::MAX, 10 * COIN);
        let weight = |id| Chain::miner(id).weight.live();
        assert!(weight(1) * 50 < weight(0), "{} and {}", weight(1), weight(0));
        // The same bond, the same weight: neither could take more, however much room it has.
        Chain::does(&account(1), call::add_bond(1, 990 * COIN));
        assert_eq!(weight(1), weight(0));
        Chain::does(&account(1), call::set_capacity(1, 1 << 20));
        assert_eq!(weight(1), 100, "nor more than there is room for");
    });
}
