//! How `escrow` is configured in tests.

use crate::runtime::{Balances, RuntimeHoldReason, Test};

impl pallet_idlewild_escrow::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
}
