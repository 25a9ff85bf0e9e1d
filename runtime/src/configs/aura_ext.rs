//! Checks a block's seal during validation.

use crate::Runtime;

impl cumulus_pallet_aura_ext::Config for Runtime {}
