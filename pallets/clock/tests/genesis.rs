//! Timing as genesis sets it.

use frame_support::pallet_prelude::Get;
use idlewild_storage_primitives::{ledger::FailureRule, view::Timing};
use pallet_idlewild_clock::{GenesisConfig, ProductionTiming};
use pallet_idlewild_test_runtime::{Chain, Clock, Test};
use sp_runtime::BuildStorage;

fn timing_of(timing: Option<Timing>) -> Timing {
    let storage = GenesisConfig::<Test> { timing, ..Default::default() }.build_storage().unwrap();
    let mut externalities: sp_io::TestExternalities = storage.into();
    externalities.execute_with(Clock::timing)
}

#[test]
fn a_chain_that_says_nothing_has_production_timing() {
    let timing = timing_of(None);
    assert_eq!(timing, ProductionTiming::get());
    assert_eq!((timing.period, timing.failure.consecutive, timing.failure.within), (600, 3, 6));
}

#[test]
fn genesis_may_say_otherwise() {
    assert_eq!(timing_of(Some(Chain::timing())), Chain::timing());
}

#[test]
fn unsound_timing_is_no_genesis() {
    let good = Chain::timing();
    let rule = |consecutive, within, window| Timing { failure: FailureRule { consecutive, within, window }, ..good };
    let unsound = [
        Timing { period: 0, ..good },
        rule(0, 6, 24),
        rule(2, 0, 24),
        rule(2, 6, 0),
        rule(2, 6, 32),
        rule(32, 6, 24),
        rule(2, 25, 24),
        Timing { append_deadline: 0, ..good },
        Timing { rank_window: 0, ..good },
        Timing { claim: 0, ..good },
        Timing { probation: 0, ..good },
        Timing { probation: 64, ..good },
        Timing { epoch: 0, ..good },
        Timing { min_term: good.period - 1, ..good },
        Timing { max_term: good.min_term - 1, ..good },
    ];
    for timing in unsound {
        let built = std::panic::catch_unwind(|| timing_of(Some(timing)));
        assert!(built.is_err(), "{timing:?}");
    }
}
