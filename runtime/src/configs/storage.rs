//! Deals, their slots, their proofs and their repair.

use crate::{Balances, Repair, Runtime, RuntimeHoldReason};
use frame_support::traits::ConstU8;

impl pallet_idlewild_proofs::Config for Runtime {
    type WeightInfo = pallet_idlewild_proofs::weights::SubstrateWeight<Runtime>;
}

impl pallet_idlewild_deals::Config for Runtime {
    type WeightInfo = pallet_idlewild_deals::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OnClosed = Repair;
    type MaxData = ConstU8<32>;
    type MaxParity = ConstU8<16>;
    type MaxCopies = ConstU8<4>;
}

impl pallet_idlewild_slots::Config for Runtime {
    type WeightInfo = pallet_idlewild_slots::weights::SubstrateWeight<Runtime>;
}

impl pallet_idlewild_repair::Config for Runtime {
    type WeightInfo = pallet_idlewild_repair::weights::SubstrateWeight<Runtime>;
}
