//! How `market` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_market::Config for Test {}
