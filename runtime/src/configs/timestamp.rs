//! The time of a block, as the collator says it; Aura rejects a time outside the slot.

use crate::{Aura, Runtime};
use frame_support::traits::ConstU64;

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Aura;
    // Aura spaces the blocks; two blocks may share a slot where the relay chain lets them.
    type MinimumPeriod = ConstU64<0>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}
