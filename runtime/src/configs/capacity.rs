//! The lottery of plotted space, and the coins that it makes.

use super::{collator_selection::StakingPot, proxy::ProxyType, transaction_payment::WeightToFee};
use crate::{currency::IDW, AccountId, Balance, Balances, Runtime, RuntimeHoldReason};
use cumulus_pallet_parachain_system::RelaychainDataProvider;
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, Contains, InstanceFilter},
    weights::{Weight, WeightToFee as _},
};
use frame_system::EnsureRoot;
use pallet_transaction_payment::NextFeeMultiplier;
use sp_runtime::{traits::Convert, FixedPointNumber};

parameter_types! {
    /// A coin.
    pub const Unit: Balance = IDW;
    /// What stands for an account's claims.
    pub const LeastCapacityBond: Balance = 10 * IDW;
    /// What a false claim costs of it at least: over ten times the fee of its verification while blocks are not full, `tests/fees.rs`.
    pub const FalseClaimSlash: Balance = IDW;
}

/// What the time and the proof of a claim's verification cost at the moment: more while blocks are full.
pub struct FeeOf;

impl Convert<Weight, Balance> for FeeOf {
    fn convert(weight: Weight) -> Balance {
        NextFeeMultiplier::<Runtime>::get().saturating_mul_int(WeightToFee::weight_to_fee(&weight))
    }
}

/// Who may claim for an account: its proxies of the kind `Plotter`, and those that may do everything, if they need not announce it.
///
/// Asked here, so that a key of this kind need not go through `Proxy::proxy`: what is refused is refunded to who calls, and only so.
pub struct PlotterOf;

impl Contains<(AccountId, AccountId)> for PlotterOf {
    fn contains((account, signer): &(AccountId, AccountId)) -> bool {
        let (proxies, _) = pallet_proxy::Proxies::<Runtime>::get(account);
        proxies
            .iter()
            .any(|proxy| proxy.delegate == *signer && proxy.delay == 0 && proxy.proxy_type.is_superset(&ProxyType::Plotter))
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
    type OnFee = ResolveTo<StakingPot, Balances>;
    type MayClaimFor = PlotterOf;
    type LeastCapacityBond = LeastCapacityBond;
    type FalseClaimSlash = FalseClaimSlash;
}
