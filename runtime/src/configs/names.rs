//! What names cost.

use super::compute::TreasuryAccount;
use crate::{
    currency::{deposit, IDW},
    Balance, Balances, Runtime, RuntimeHoldReason,
};
use frame_support::{parameter_types, traits::tokens::imbalance::ResolveTo};

parameter_types! {
    /// A name of six letters or more is 1 IDW a year, and one of three 128 IDW.
    pub const BaseRate: Balance = IDW / 5;
    /// About a million IDW in the first block in which a name is anybody's: more than a name is worth to who is only fast. It is half of
    /// that each day later, and the rent of a common name on the last of them.
    pub const Premium: Balance = IDW << 20;
    /// For a name: its record, its registration, and its places in two lists.
    pub const NodeDeposit: Balance = deposit(4, 820);
    /// For a record, a commitment or a reverse record, without what a record says.
    pub const ItemDeposit: Balance = deposit(1, 120);
    /// For each byte of a record and its key.
    pub const ByteDeposit: Balance = deposit(0, 1);
}

impl pallet_idlewild_names::Config for Runtime {
    type WeightInfo = pallet_idlewild_names::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OnPayment = ResolveTo<TreasuryAccount, Balances>;
    type BaseRate = BaseRate;
    type Premium = Premium;
    type NodeDeposit = NodeDeposit;
    type ItemDeposit = ItemDeposit;
    type ByteDeposit = ByteDeposit;
}
