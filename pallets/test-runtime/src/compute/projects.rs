//! How `projects` is configured in tests.

use crate::runtime::Test;

impl pallet_idlewild_projects::Config for Test {}
