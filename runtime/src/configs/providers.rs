//! What miners stand to lose.

use crate::{currency::IDW, Balance, Balances, Proofs, Repair, Runtime, RuntimeHoldReason};
use frame_support::parameter_types;
use idlewild_storage_primitives::terms::Rates;
use sp_runtime::Perbill;

/// Chunks of a GiB.
const CHUNKS_PER_GIB: Balance = 1 << 20;

parameter_types! {
    /// A bounty is 25 mIDW and 1 IDW per GiB; a bond is four bounties and 2 IDW per GiB.
    ///
    /// What a bounty is at least lies above the fee of a claim on a slot of the widest copy, so that every slot is worth its
    /// repair, however small: `tests/fees.rs`.
    pub const StorageRates: Rates = Rates {
        bounty_base: IDW / 40,
        bounty_per_chunk: IDW / CHUNKS_PER_GIB,
        bond_per_chunk: 2 * IDW / CHUNKS_PER_GIB,
    };
    /// A miner's bond before its first slot.
    pub const LeastBond: Balance = 10 * IDW;
    /// Each miss costs a twentieth of what is required, so that a day of misses is felt before failure takes the rest.
    pub const MissSlash: Perbill = Perbill::from_percent(5);
}

impl pallet_idlewild_providers::Config for Runtime {
    type WeightInfo = pallet_idlewild_providers::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Rates = StorageRates;
    type LeastBond = LeastBond;
    type MissSlash = MissSlash;
    type OnRemoved = (Proofs, Repair);
}
