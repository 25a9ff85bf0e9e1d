//! How `apps` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_apps::Config for Test {}
