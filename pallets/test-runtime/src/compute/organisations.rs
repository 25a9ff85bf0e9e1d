//! How `organisations` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_organisations::Config for Test {}
