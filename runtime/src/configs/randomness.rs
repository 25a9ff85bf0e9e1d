//! Randomness comes with the relay chain's state proof of each block.

use crate::{Randomness, Runtime};
use cumulus_pallet_parachain_system::{
    relay_state_snapshot::{Error, ReadEntryErr},
    OnSystemEvent, RelayChainStateProof,
};
use cumulus_primitives_core::{relay_chain::well_known_keys::CURRENT_BLOCK_RANDOMNESS, PersistedValidationData};
use frame_support::weights::Weight;

impl pallet_idlewild_randomness::Config for Runtime {
    type WeightInfo = pallet_idlewild_randomness::weights::SubstrateWeight<Runtime>;
}

/// Hands the relay chain's VRF output of each block to the randomness pallet.
pub struct RelayRandomness;

impl RelayRandomness {
    /// The value of the block: `None` where the author left it out of the proof.
    ///
    /// That the relay chain has no value is proven like any other state, and no author can help it: before the relay chain's
    /// first block, or should it ever keep something else there. Refusing such a block would stop this chain, so the draw waits.
    pub fn value(proof: &RelayChainStateProof) -> Option<Option<[u8; 32]>> {
        match proof.read_optional_entry::<Option<[u8; 32]>>(CURRENT_BLOCK_RANDOMNESS) {
            Ok(value) => Some(value.flatten()),
            Err(Error::ReadOptionalEntry(ReadEntryErr::Decode | ReadEntryErr::Absent)) => Some(None),
            Err(_) => None,
        }
    }
}

impl OnSystemEvent for RelayRandomness {
    fn on_validation_data(_: &PersistedValidationData) {}

    fn on_validation_code_applied() {}

    fn on_relay_state_proof(proof: &RelayChainStateProof) -> Weight {
        Randomness::on_relay_value(Self::value(proof));
        // The pallet accounts for the draw itself, in `on_initialize`.
        Weight::zero()
    }
}
