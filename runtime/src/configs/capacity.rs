//! The lottery of plotted space, and the coins that it makes.

use super::transaction_payment::WeightToFee;
use crate::{currency::IDW, AccountId, Balance, Balances, Runtime, RuntimeHoldReason};
use cumulus_pallet_parachain_system::RelaychainDataProvider;
use frame_support::{
    parameter_types,
    weights::{Weight, WeightToFee as _},
};
use frame_system::EnsureRoot;
use sp_runtime::traits::Convert;

parameter_types! {
    /// A coin.
    pub const Unit: Balance = IDW;
    /// What stands for an account's claims.
    pub const LeastCapacityBond: Balance = 10 * IDW;
    /// What a false claim costs of it: over ten times the fee of its verification, `tests/fees.rs`.
    pub const FalseClaimSlash: Balance = IDW;
}

/// What the time and the proof of a claim's verification cost while blocks are not full.
pub struct FeeOf;

impl Convert<Weight, Balance> for FeeOf {
    fn convert(weight: Weight) -> Balance {
        WeightToFee::weight_to_fee(&weight)
    }
}

impl pallet_idlewild_emission::Config for Runtime {
    type WeightInfo = pallet_idlewild_emission::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type Unit = Unit;
    type GovernOrigin = EnsureRoot<AccountId>;
}

impl pallet_idlewild_capacity::Config for Runtime {
    type WeightInfo = pallet_idlewild_capacity::weights::SubstrateWeight<Runtime>;
    type Coins = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RelayBlock = RelaychainDataProvider<Runtime>;
    type FeeOf = FeeOf;
    type LeastCapacityBond = LeastCapacityBond;
    type FalseClaimSlash = FalseClaimSlash;
}
