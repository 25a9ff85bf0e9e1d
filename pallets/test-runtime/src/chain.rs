//! A chain whose blocks pass when tests say so.

use frame_support::traits::{fungible::Inspect, OnFinalize, OnInitialize};
use idlewild_capacity_primitives::view::RoundRules;
use idlewild_storage_primitives::{
    deal::Slot, ledger::FailureRule, view::Timing, Balance, Clock as Moment, DealId, MinerId, SlotIndex,
};
use pallet_idlewild_deals::types::Deal;
use sp_core::H256;
use sp_io::TestExternalities;
use sp_runtime::{
    traits::Dispatchable, BuildStorage, DispatchError, DispatchResult, DispatchResultWithInfo, StateVersion, TryRuntimeError,
};

use crate::{
    names::NAME_RULES,
    runtime::{
        AccountId, Apps, Balances, BalancesConfig, Capacity, CapacityConfig, Clock, ClockConfig, Deals, Emission,
        EmissionConfig, Escrow, Offers, Organisations, Proofs, Providers, Randomness, Trackers,
    },
    NamesConfig, RandomnessConfig, RelayBlock, Repair, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin, Slots,
    System, Test, COIN,
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
        Self::start_from(timing, pallet_idlewild_randomness::Origin::ParentHash)
    }

    /// A chain whose randomness is the relay chain's, which tests hand to it.
    pub fn start_relayed() -> TestExternalities {
        Self::start_from(Self::timing(), pallet_idlewild_randomness::Origin::Relay)
    }

    fn start_from(timing: Timing, source: pallet_idlewild_randomness::Origin) -> TestExternalities {
        let users = [ALICE, BOB, CAROL].into_iter().chain((0..64).map(account));
        let config = RuntimeGenesisConfig {
            balances: BalancesConfig { balances: users.map(|who| (who, 1_000_000 * COIN)).collect(), ..Default::default() },
            clock: ClockConfig { timing: Some(timing), ..Default::default() },
            randomness: RandomnessConfig { source, ..Default::default() },
            emission: EmissionConfig { open: true, ..Default::default() },
            names: NamesConfig { rules: Some(NAME_RULES), ..Default::default() },
            capacity: CapacityConfig { rules: Some(RoundRules { length: 10, bond_age: 3, nonces: 4 }), ..Default::default() },
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
        Capacity::on_initialize(number);
    }

    /// Ends the current block and begins the next.
    pub fn next_block() {
        let number = System::block_number();
        Clock::on_finalize(number);
        Capacity::on_finalize(number);
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

    /// Lets blocks pass until bonds that were put up may be withdrawn.
    pub fn age_bonds() {
        Self::pass_to((Providers::epoch() + 2) * Clock::timing().epoch);
    }

    /// Checks every pallet's invariants.
    pub fn check() -> Result<(), TryRuntimeError> {
        Clock::do_try_state()?;
        Randomness::do_try_state()?;
        Providers::do_try_state()?;
        Proofs::do_try_state()?;
        Deals::do_try_state()?;
        Slots::do_try_state()?;
        Repair::do_try_state()?;
        Emission::do_try_state()?;
        Offers::do_try_state()?;
        Escrow::do_try_state()?;
        Organisations::do_try_state()?;
        Apps::do_try_state()?;
        Trackers::do_try_state()?;
        crate::Market::do_try_state()?;
        crate::Services::do_try_state()?;
        crate::Projects::do_try_state()?;
        crate::Names::do_try_state()?;
        crate::Gateways::do_try_state()?;
        crate::Buckets::do_try_state()?;
        crate::Shares::do_try_state()?;
        Capacity::do_try_state()
    }

    /// Runs a test on a fresh chain and checks every invariant at its end.
    pub fn run(test: impl FnOnce()) {
        Self::start().execute_with(|| {
            test();
            Self::assert_sound();
        });
    }

    /// Runs a test on a fresh chain with other timing and checks every invariant at its end.
    pub fn run_with(timing: Timing, test: impl FnOnce()) {
        Self::start_with(timing).execute_with(|| {
            test();
            Self::assert_sound();
        });
    }

    /// Dispatches a call as a block does: where it fails, nothing of it is left.
    pub fn call(who: &AccountId, call: RuntimeCall) -> DispatchResult {
        Self::call_with_info(who, call).map(|_| ()).map_err(|refused| refused.error)
    }

    /// The same, with what it weighs and whether it is to be paid for.
    pub fn call_with_info(
        who: &AccountId,
        call: RuntimeCall,
    ) -> DispatchResultWithInfo<<RuntimeCall as Dispatchable>::PostInfo> {
        call.dispatch(RuntimeOrigin::signed(who.clone()))
    }

    /// Dispatches a call that must succeed and leave every invariant whole.
    #[track_caller]
    pub fn does(who: &AccountId, call: RuntimeCall) {
        let outcome = Self::call(who, call.clone());
        assert_eq!(outcome, Ok(()), "a call that must succeed was refused: {call:?}");
        Self::assert_sound();
    }

    /// Dispatches a call that must be refused for this reason and change nothing.
    #[track_caller]
    pub fn refuses(who: &AccountId, call: RuntimeCall, error: impl Into<DispatchError>) {
        let before = Self::state();
        let outcome = Self::call(who, call.clone());
        assert_eq!(outcome, Err(error.into()), "a call was not refused for the right reason: {call:?}");
        assert_eq!(before, Self::state(), "a refused call changed something: {call:?}");
        Self::assert_sound();
    }

    /// The root of all storage: the same before and after means that nothing changed.
    pub fn state() -> Vec<u8> {
        sp_io::storage::root(StateVersion::V1)
    }

    /// Checks every invariant.
    #[track_caller]
    pub fn assert_sound() {
        if let Err(error) = Self::check() {
            panic!("an invariant is broken: {error:?}");
        }
    }

    /// What a deal's record says.
    #[track_caller]
    pub fn deal(id: DealId) -> Deal<AccountId> {
        match pallet_idlewild_deals::Deals::<Test>::get(id) {
            Some(deal) => deal,
            None => panic!("there is no deal {id}"),
        }
    }

    /// A deal's slot.
    #[track_caller]
    pub fn slot(id: DealId, slot: SlotIndex) -> Slot {
        match Self::deal(id).slots.get(usize::from(slot)) {
            Some(slot) => *slot,
            None => panic!("deal {id} has no slot {slot}"),
        }
    }

    /// A miner's record.
    #[track_caller]
    pub fn miner(id: MinerId) -> pallet_idlewild_providers::types::Miner<AccountId> {
        match pallet_idlewild_providers::Miners::<Test>::get(id) {
            Some(miner) => miner,
            None => panic!("there is no miner {id}"),
        }
    }

    /// Whether an event of this block is as `is` says.
    pub fn saw(is: impl Fn(&RuntimeEvent) -> bool) -> bool {
        Self::events().iter().any(is)
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
