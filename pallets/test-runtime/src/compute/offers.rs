//! How `offers` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_offers::Config for Test {}
