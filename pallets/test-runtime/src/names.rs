//! How `names` is configured in tests: terms and waits that a test can let pass.

use frame_support::{parameter_types, traits::tokens::imbalance::ResolveTo};
use idlewild_names_primitives::rules::NameRules;
use idlewild_storage_primitives::Balance;

use crate::runtime::{AccountId, Balances, RuntimeHoldReason, Test, COIN};

/// A term of three hundred blocks, a month's grace in thirty, and a premium that is gone after forty-two.
pub(crate) const NAME_RULES: NameRules = NameRules { period: 300, grace: 30, day: 2, min_age: 2, max_age: 20 };

parameter_types! {
    /// Where what names cost goes.
    pub const NamesTreasury: AccountId = AccountId::new([0xfa; 32]);
    /// A fifth of what a name of six letters costs.
    pub const BaseRate: Balance = COIN;
    /// What a name costs that was free for no block yet.
    pub const Premium: Balance = COIN << 12;
    /// What is on hold for a name or a subname.
    pub const NodeDeposit: Balance = 10 * COIN;
    /// What is on hold for each record, commitment and reverse record.
    pub const ItemDeposit: Balance = COIN;
    /// What is on hold for each byte of a record.
    pub const ByteDeposit: Balance = COIN / 100;
}

impl pallet_idlewild_names::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OnPayment = ResolveTo<NamesTreasury, Balances>;
    type BaseRate = BaseRate;
    type Premium = Premium;
    type NodeDeposit = NodeDeposit;
    type ItemDeposit = ItemDeposit;
    type ByteDeposit = ByteDeposit;
}
