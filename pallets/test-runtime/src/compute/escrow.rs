//! How `escrow` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_escrow::Config for Test {}
