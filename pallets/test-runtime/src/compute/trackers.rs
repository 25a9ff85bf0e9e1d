//! How `trackers` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_trackers::Config for Test {}
