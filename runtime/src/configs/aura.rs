//! Collators take turns, one slot each.

use crate::{time::SLOT_DURATION, AuraId, Runtime};
use frame_support::traits::{ConstBool, ConstU32, ConstU64};

impl pallet_aura::Config for Runtime {
    type AuthorityId = AuraId;
    type DisabledValidators = ();
    type MaxAuthorities = ConstU32<1_000>;
    // Under asynchronous backing the consensus hook, not Aura, limits blocks for each slot.
    type AllowMultipleBlocksPerSlot = ConstBool<true>;
    type SlotDuration = ConstU64<SLOT_DURATION>;
}
