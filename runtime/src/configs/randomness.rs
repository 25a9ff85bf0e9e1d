//! Randomness comes with the relay chain's state proof of each block.

use crate::{Randomness, Runtime};
use cumulus_pallet_parachain_system::{OnSystemEvent, RelayChainStateProof};
use cumulus_primitives_core::{relay_chain::well_known_keys::CURRENT_BLOCK_RANDOMNESS, PersistedValidationData};
use frame_support::weights::Weight;

impl pallet_idlewild_randomness::Config for Runtime {}

/// Hands the relay chain's VRF output of each block to the randomness pallet.
pub struct RelayRandomness;

impl OnSystemEvent for RelayRandomness {
    fn on_validation_data(_: &PersistedValidationData) {}

    fn on_validation_code_applied() {}

    fn on_relay_state_proof(proof: &RelayChainStateProof) -> Weight {
        // A proof that lacks the key and one that cannot be read are the same to the pallet: the author left the value out.
        let value = proof.read_entry::<Option<[u8; 32]>>(CURRENT_BLOCK_RANDOMNESS, None).ok();
        Randomness::on_relay_value(value);
        // The pallet accounts for the draw itself, in `on_initialize`.
        Weight::zero()
    }
}
