//! The relay chain's randomness: taken when it is there, waited for when it is proven to be absent, and never left out.

use idlewild_storage_primitives::{geometry::Geometry, view::Timing};
use pallet_idlewild_randomness::{Next, Origin, Source};
use pallet_idlewild_test_runtime::{
    account, miner, BalancesConfig, Chain, Clock, ClockConfig, Miner, Proofs, Randomness, RandomnessConfig,
    RuntimeGenesisConfig, Test, ALICE, COIN,
};
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

/// The shortest period with the relay chain's randomness: it has one block left where its seed comes as late as it can.
const SHORTEST: u32 = 11;

/// A chain at its genesis, with users that are rich, this randomness, and periods of so many blocks.
fn chain(source: Origin, period: u32) -> TestExternalities {
    let users = [ALICE].into_iter().chain((0..4).map(account));
    let config = RuntimeGenesisConfig {
        balances: BalancesConfig { balances: users.map(|who| (who, 1_000_000 * COIN)).collect(), ..Default::default() },
        clock: ClockConfig { timing: Some(Timing { period, ..Chain::timing() }), ..Default::default() },
        randomness: RandomnessConfig { source, ..Default::default() },
        ..Default::default()
    };
    config.build_storage().unwrap().into()
}

#[test]
fn a_live_chain_takes_the_relay_chains_values_unless_genesis_says_otherwise() {
    assert_eq!(Origin::default(), Origin::Relay);
    Chain::start_relayed().execute_with(|| assert_eq!(Source::<Test>::get(), Origin::Relay));
}

#[test]
fn no_parent_hash_is_ever_folded_in() {
    Chain::start_relayed().execute_with(|| {
        Chain::pass(50);
        assert_eq!(Next::<Test>::get(), 0);
        assert_eq!(Randomness::seed_of(0), None);
        Chain::assert_sound();
    });
}

#[test]
fn a_value_seeds_the_moments_that_wait() {
    Chain::start_relayed().execute_with(|| {
        Randomness::on_relay_value(Some(Some([1; 32])));
        let first = Randomness::seed_of(0).unwrap();
        Chain::pass(3);
        Randomness::on_relay_value(Some(Some([2; 32])));
        let seeds: Vec<_> = (0..4).map(|moment| Randomness::seed_of(moment).unwrap()).collect();
        assert_eq!(seeds[0], first, "a later value does not touch a seed that is drawn");
        assert!(seeds[1] != seeds[2] && seeds[2] != seeds[3], "one value makes another seed of each moment");
        assert_eq!(Randomness::seed_of(4), None);
        Chain::assert_sound();
    });
}

#[test]
fn the_same_values_make_the_same_seeds() {
    let seeds = |value: u8| {
        Chain::start_relayed().execute_with(|| {
            Chain::pass(2);
            Randomness::on_relay_value(Some(Some([value; 32])));
            (0..3).map(|moment| Randomness::seed_of(moment).unwrap()).collect::<Vec<_>>()
        })
    };
    assert_eq!(seeds(1), seeds(1));
    assert_ne!(seeds(1), seeds(2));
}

#[test]
fn an_absent_value_postpones_the_draw() {
    Chain::start_relayed().execute_with(|| {
        for _ in 0..10 {
            Randomness::on_relay_value(Some(None));
            Chain::next_block();
        }
        assert_eq!(Randomness::seed_of(0), None);
        Randomness::on_relay_value(Some(Some([9; 32])));
        assert!((0..=Clock::now()).all(|moment| Randomness::seed_of(moment).is_some()));
        Chain::assert_sound();
    });
}

#[test]
fn the_clock_waits_where_values_stay_away_so_that_nobody_misses_what_nobody_knows() {
    Chain::start_relayed().execute_with(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, Geometry { data: 2, parity: 2 }, 400);
        Chain::pass_to(18);
        for value in 1..3 {
            Randomness::on_relay_value(Some(Some([value; 32])));
        }
        // Three periods' worth of blocks without a value.
        for _ in 0..60 {
            Randomness::on_relay_value(Some(None));
            Chain::next_block();
        }
        assert!(Clock::now() < 30, "the clock stands at {}", Clock::now());
        assert_eq!((Proofs::period_of(0), Randomness::seed_of_period(20)), (1, None));
        // It goes on with the next one, and there is still time to prove.
        Randomness::on_relay_value(Some(Some([9; 32])));
        let before = Clock::now();
        Chain::next_block();
        assert_eq!(Clock::now(), before + 1);
        assert_eq!(miners[0].prove(), Ok(()));
        Chain::assert_sound();
    });
}

#[test]
fn a_period_that_outlasts_the_ring_is_no_genesis() {
    let timing = |period| Timing { period, min_term: 4096, ..Chain::timing() };
    Chain::start_with(timing(pallet_idlewild_randomness::RING - 1)).execute_with(Chain::assert_sound);
    let built = std::panic::catch_unwind(|| Chain::start_with(timing(pallet_idlewild_randomness::RING)));
    assert!(built.is_err());
}

#[test]
fn a_period_that_can_be_over_before_its_seed_is_known_is_no_genesis() {
    for (source, shortest) in [(Origin::Relay, SHORTEST), (Origin::ParentHash, 3)] {
        chain(source, shortest).execute_with(Chain::assert_sound);
        let built = std::panic::catch_unwind(|| chain(source, shortest - 1));
        assert!(built.is_err(), "{source:?}");
    }
}

#[test]
fn the_shortest_period_can_be_proven_however_late_its_seed_comes() {
    chain(Origin::Relay, SHORTEST).execute_with(|| {
        Chain::next_block();
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, Geometry { data: 2, parity: 2 }, 400);
        // A value seeds all moments up to the period's first one. For long none comes that would seed the second.
        Chain::pass_to(SHORTEST);
        Randomness::on_relay_value(Some(Some([1; 32])));
        for _ in 0..30 {
            Chain::next_block();
            Randomness::on_relay_value(Some(None));
        }
        let owed = Proofs::view(0).unwrap();
        assert_eq!((owed.period, owed.started, owed.seed), (1, SHORTEST, None));
        let latest = Clock::now();
        Chain::next_block();
        Randomness::on_relay_value(Some(Some([2; 32])));
        assert_eq!(Clock::now(), latest, "the clock had stopped for it");
        // The block with the value is the first from which the seed can be read, and the next one the first with a proof.
        Chain::next_block();
        assert_eq!(Clock::now(), owed.ends - 1, "it is the period's last moment");
        assert_eq!(miners[0].prove(), Ok(()));
        assert_eq!(Proofs::ledger(0).proven, 1);
        Chain::assert_sound();
    });
}

#[test]
fn a_long_wait_is_made_up_for_in_steps() {
    Chain::start_relayed().execute_with(|| {
        Chain::pass(40);
        Randomness::on_relay_value(Some(Some([1; 32])));
        assert_eq!(Next::<Test>::get(), 16);
        assert_eq!(Randomness::seed_of(16), None);
        Chain::next_block();
        Randomness::on_relay_value(Some(Some([2; 32])));
        assert_eq!(Next::<Test>::get(), 32);
        Chain::next_block();
        Randomness::on_relay_value(Some(Some([3; 32])));
        assert_eq!(Next::<Test>::get(), Clock::now() + 1);
        Chain::assert_sound();
    });
}

#[test]
#[should_panic(expected = "lacks CurrentBlockRandomness")]
fn a_block_that_leaves_the_value_out_is_invalid() {
    Chain::start_relayed().execute_with(|| Randomness::on_relay_value(None));
}

#[test]
fn a_period_is_proven_when_its_seed_has_come_at_last() {
    Chain::start_relayed().execute_with(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, Geometry { data: 2, parity: 2 }, 400);
        Chain::pass_to(35);
        assert!(!miners[0].owes());
        let refused = miners[0].prove();
        assert_eq!(refused, Err(pallet_idlewild_proofs::Error::<Test>::SeedNotDrawn.into()));
        for value in 1..4 {
            Randomness::on_relay_value(Some(Some([value; 32])));
        }
        assert_eq!(miners[0].prove(), Ok(()));
        assert_eq!(Proofs::ledger(0).proven, 1);
        Chain::assert_sound();
    });
}
