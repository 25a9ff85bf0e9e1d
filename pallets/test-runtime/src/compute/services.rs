//! How `services` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_services::Config for Test {}
