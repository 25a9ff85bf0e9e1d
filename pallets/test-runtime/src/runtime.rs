//! The runtime itself.

// What the macros below make has no documentation of its own.
#![allow(missing_docs)]

use frame_support::{
    derive_impl, parameter_types,
    sp_runtime::traits::BlockNumberProvider,
    traits::{tokens::imbalance::ResolveTo, Contains, VariantCountOf},
};
use idlewild_storage_primitives::{terms::Rates, Balance};
use sp_runtime::{traits::IdentityLookup, AccountId32, Perbill};

/// The block type.
pub type Block = frame_system::mocking::MockBlockU32<Test>;
/// Accounts are as on the real chain.
pub type AccountId = AccountId32;

/// One coin.
pub const COIN: Balance = 1_000_000_000_000;

#[frame_support::runtime]
mod construct {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(10)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(50)]
    pub type Clock = pallet_idlewild_clock;
    #[runtime::pallet_index(51)]
    pub type Randomness = pallet_idlewild_randomness;
    #[runtime::pallet_index(52)]
    pub type Providers = pallet_idlewild_providers;
    #[runtime::pallet_index(53)]
    pub type Proofs = pallet_idlewild_proofs;
    #[runtime::pallet_index(54)]
    pub type Deals = pallet_idlewild_deals;
    #[runtime::pallet_index(55)]
    pub type Slots = pallet_idlewild_slots;
    #[runtime::pallet_index(56)]
    pub type Repair = pallet_idlewild_repair;
    #[runtime::pallet_index(57)]
    pub type Emission = pallet_idlewild_emission;
    #[runtime::pallet_index(58)]
    pub type Capacity = pallet_idlewild_capacity;
    #[runtime::pallet_index(59)]
    pub type Escrow = pallet_idlewild_escrow;
    #[runtime::pallet_index(60)]
    pub type Organisations = pallet_idlewild_organisations;
    #[runtime::pallet_index(61)]
    pub type Apps = pallet_idlewild_apps;
    #[runtime::pallet_index(62)]
    pub type Offers = pallet_idlewild_offers;
    #[runtime::pallet_index(63)]
    pub type Trackers = pallet_idlewild_trackers;
    #[runtime::pallet_index(64)]
    pub type Market = pallet_idlewild_market;
    #[runtime::pallet_index(65)]
    pub type Projects = pallet_idlewild_projects;
    #[runtime::pallet_index(66)]
    pub type Services = pallet_idlewild_services;
    #[runtime::pallet_index(67)]
    pub type Names = pallet_idlewild_names;
    #[runtime::pallet_index(68)]
    pub type Gateways = pallet_idlewild_gateways;
    #[runtime::pallet_index(69)]
    pub type Buckets = pallet_idlewild_buckets;
    #[runtime::pallet_index(70)]
    pub type Shares = pallet_idlewild_shares;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
    /// A thousandth of a coin.
    pub const ExistentialDeposit: Balance = COIN / 1000;
    /// The relay-chain block that tests say the next block builds on.
    pub static RelayBlock: u32 = 1;
    /// Bounties and bonds large enough to be told from everything else: not those of the real runtime.
    pub static TestRates: Rates = Rates {
        bounty_base: COIN / 10,
        bounty_per_chunk: COIN / 100_000,
        bond_per_chunk: COIN / 100_000,
    };
    /// Least bond of a miner.
    pub const LeastBond: Balance = 10 * COIN;
    /// Part of the required bond that each miss costs.
    pub const MissSlash: Perbill = Perbill::from_percent(5);
    /// Least bond of an account that claims.
    pub const LeastCapacityBond: Balance = 10 * COIN;
    /// What a false claim costs of it.
    pub const FalseClaimSlash: Balance = COIN;
    /// Who claims for which account, that account first.
    pub static Plotters: Vec<(AccountId, AccountId)> = Vec::new();
    /// Where fees go.
    pub const Collators: AccountId = AccountId::new([0xfe; 32]);
    /// A coin, in its smallest unit.
    pub const Unit: Balance = COIN;
    /// Most data shards.
    pub const MaxData: u8 = 32;
    /// Most parity shards.
    pub const MaxParity: u8 = 16;
    /// Most copies.
    pub const MaxCopies: u8 = 4;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

/// The relay chain as tests tell it.
pub struct TestRelay;

impl BlockNumberProvider for TestRelay {
    type BlockNumber = u32;
    fn current_block_number() -> u32 {
        RelayBlock::get()
    }
}

impl pallet_idlewild_clock::Config for Test {
    type RelayNumber = TestRelay;
    type WeightInfo = ();
}

impl pallet_idlewild_randomness::Config for Test {
    type WeightInfo = ();
}

impl pallet_idlewild_providers::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Rates = TestRates;
    type LeastBond = LeastBond;
    type MissSlash = MissSlash;
    type OnRemoved = (Proofs, Repair);
}

impl pallet_idlewild_proofs::Config for Test {
    type WeightInfo = ();
}

impl pallet_idlewild_deals::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OnClosed = Repair;
    type MaxData = MaxData;
    type MaxParity = MaxParity;
    type MaxCopies = MaxCopies;
}

impl pallet_idlewild_slots::Config for Test {
    type WeightInfo = ();
}

impl pallet_idlewild_repair::Config for Test {
    type WeightInfo = ();
}

impl pallet_idlewild_emission::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type Unit = Unit;
    type GovernOrigin = frame_system::EnsureRoot<AccountId>;
}

/// A thousandth of the smallest unit for a picosecond.
pub struct FeeOf;

impl sp_runtime::traits::Convert<frame_support::weights::Weight, Balance> for FeeOf {
    fn convert(weight: frame_support::weights::Weight) -> Balance {
        Balance::from(weight.ref_time() / 1_000).max(1_000)
    }
}

/// The proxies that tests say there are.
pub struct PlottersOf;

impl Contains<(AccountId, AccountId)> for PlottersOf {
    fn contains(pair: &(AccountId, AccountId)) -> bool {
        Plotters::get().contains(pair)
    }
}

impl pallet_idlewild_capacity::Config for Test {
    type WeightInfo = ();
    type Coins = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RelayBlock = TestRelay;
    type FeeOf = FeeOf;
    type OnFee = ResolveTo<Collators, Balances>;
    type MayClaimFor = PlottersOf;
    type LeastCapacityBond = LeastCapacityBond;
    type FalseClaimSlash = FalseClaimSlash;
}
