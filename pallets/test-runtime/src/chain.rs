//! A chain whose blocks pass when tests say so.

use frame_support::traits::{fungible::Inspect, OnFinalize, OnInitialize};
use idlewild_storage_primitives::{ledger::FailureRule, view::Timing, Balance, Clock as Moment};
use sp_core::H256;
use sp_io::TestExternalities;
use sp_runtime::{BuildStorage, TryRuntimeError};

use crate::{
    runtime::{AccountId, Balances, BalancesConfig, Clock, ClockConfig, Deals, Proofs, Providers, Randomness},
    RandomnessConfig, RelayBlock, Repair, RuntimeEvent, RuntimeGenesisConfig, System, COIN,
};

/// A user with coins.
pub const ALICE: AccountId = AccountId::new([1; 32]);
/// Another.
pub const BOB: AccountId = AccountId::new([2; 32]);
/// A third.
pub const CAROL: AccountId = AccountId::new([3; 32]);

/// The account of miner number `index`, endowed at genesis up to 63.
pub fn account(index: u8) -> AccountId {
    AccountId::new([100u8.wrapping_add(index); 32])
}

/// A chain at its first block.
pub struct Chain;

impl Chain {
    /// Timing for tests: short periods, failure after two misses.
    pub fn timing() -> Timing {
        Timing {
            period: 20,
            failure: FailureRule { consecutive: 2, within: 6, window: 24 },
            append_deadline: 10,
            rank_window: 3,
            rank_windows: 5,
            claim: 20,
            probation: 1,
            epoch: 10,
            min_term: 40,
            max_term: 100_000,
        }
    }

    /// A chain with rich users, ready for its first calls.
    pub fn start() -> TestExternalities {
        Self::start_with(Self::timing())
    }

    /// The same with other timing.
    pub fn start_with(timing: Timing) -> TestExternalities {
        let users = [ALICE, BOB, CAROL].into_iter().chain((0..64).map(account));
        let config = RuntimeGenesisConfig {
            balances: BalancesConfig {
                balances: users.map(|who| (who, 1_000_000 * COIN)).collect(),
                ..Default::default()
            },
            clock: ClockConfig { timing: Some(timing), ..Default::default() },
            randomness: RandomnessConfig {
                source: pallet_idlewild_randomness::Origin::ParentHash,
                ..Default::default()
            },
            ..Default::default()
        };
        let storage = match config.build_storage() {
            Ok(storage) => storage,
            Err(error) => panic!("the test genesis does not build: {error}"),
        };
        let mut externalities = TestExternalities::new(storage);
        externalities.execute_with(|| {
            RelayBlock::set(1);
            Self::begin_block(1);
        });
        externalities
    }

    fn begin_block(number: u32) {
        let parent = H256(sp_io::hashing::blake2_256(&number.to_le_bytes()));
        System::initialize(&number, &parent, &Default::default());
        Clock::on_initialize(number);
        Randomness::on_initialize(number);
    }

    /// Ends the current block and begins the next.
    pub fn next_block() {
        let number = System::block_number();
        Clock::on_finalize(number);
        RelayBlock::set(RelayBlock::get() + 1);
        // Events of past blocks are of no use to tests and would pile up.
        System::reset_events();
        Self::begin_block(number + 1);
    }

    /// Lets `count` blocks pass.
    pub fn pass(count: u32) {
        (0..count).for_each(|_| Self::next_block());
    }

    /// Lets blocks pass until the clock stands at `moment`.
    pub fn pass_to(moment: Moment) {
        while Clock::now() < moment {
            Self::next_block();
        }
    }

    /// Checks every pallet's invariants.
    pub fn check() -> Result<(), TryRuntimeError> {
        Clock::do_try_state()?;
        Randomness::do_try_state()?;
        Providers::do_try_state()?;
        Proofs::do_try_state()?;
        Deals::do_try_state()?;
        Repair::do_try_state()
    }

    /// Runs a test on a fresh chain and checks every invariant at its end.
    pub fn run(test: impl FnOnce()) {
        Self::start().execute_with(|| {
            test();
            if let Err(error) = Self::check() {
                panic!("an invariant is broken: {error:?}");
            }
        });
    }

    /// The events of the current block, oldest first.
    pub fn events() -> Vec<RuntimeEvent> {
        System::events().into_iter().map(|record| record.event).collect()
    }

    /// All coins of an account, free and on hold.
    pub fn wealth(who: &AccountId) -> Balance {
        Balances::total_balance(who)
    }

    /// All coins there are.
    pub fn supply() -> Balance {
        Balances::total_issuance()
    }
}
