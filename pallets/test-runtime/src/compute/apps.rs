//! How `apps` is configured in tests.

use frame_support::parameter_types;
use idlewild_storage_primitives::Balance;

use crate::runtime::{Balances, RuntimeHoldReason, Test, COIN};

parameter_types! {
    /// What its publisher has on hold for an app.
    pub const AppDeposit: Balance = 10 * COIN;
    /// What the publisher has on hold for each version.
    pub const VersionDeposit: Balance = COIN;
}

impl pallet_idlewild_apps::Config for Test {
    type WeightInfo = ();
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AppDeposit = AppDeposit;
    type VersionDeposit = VersionDeposit;
}
