//! This parachain's id, from genesis.

use crate::Runtime;

impl staging_parachain_info::Config for Runtime {}
