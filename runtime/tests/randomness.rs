//! What counts as the relay chain's randomness of a block, and which blocks are invalid for lack of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use codec::Encode;
use cumulus_pallet_parachain_system::{OnSystemEvent, RelayChainStateProof};
use cumulus_primitives_core::relay_chain::well_known_keys::CURRENT_BLOCK_RANDOMNESS;
use idlewild_runtime::{configs::randomness::RelayRandomness, Runtime, RuntimeGenesisConfig};
use pallet_idlewild_randomness::{Next, Origin, Source};
use sp_io::TestExternalities;
use sp_runtime::{traits::BlakeTwo256, BuildStorage, StateVersion};
use sp_state_machine::{prove_read, Backend, InMemoryBackend};

/// A key beside the one that matters.
const OTHER: &[u8] = b"another value of the relay chain's state";

/// What an author proves of a relay chain whose randomness is `value`: `keys` and no more.
fn proof(value: Option<Vec<u8>>, keys: &[&[u8]]) -> RelayChainStateProof {
    let other = (OTHER.to_vec(), vec![7; 64]);
    let state: BTreeMap<_, _> =
        value.map(|value| (CURRENT_BLOCK_RANDOMNESS.to_vec(), value)).into_iter().chain([other]).collect();
    let backend = InMemoryBackend::<BlakeTwo256>::from((state, StateVersion::V1));
    let (root, _) = backend.storage_root(core::iter::empty(), StateVersion::V1);
    let proof = prove_read(backend, keys).unwrap();
    RelayChainStateProof::new(2_000.into(), root, proof).unwrap()
}

/// The author proves what it is asked for.
fn honest(value: Option<Vec<u8>>) -> RelayChainStateProof {
    proof(value, &[CURRENT_BLOCK_RANDOMNESS])
}

fn live_chain() -> TestExternalities {
    RuntimeGenesisConfig::default().build_storage().unwrap().into()
}

#[test]
fn a_value_is_taken() {
    let proof = honest(Some(Some([3u8; 32]).encode()));
    assert_eq!(RelayRandomness::value(&proof), Some(Some([3; 32])));
    live_chain().execute_with(|| {
        assert_eq!(Source::<Runtime>::get(), Origin::Relay);
        RelayRandomness::on_relay_state_proof(&proof);
        assert_eq!(Next::<Runtime>::get(), 1);
    });
}

#[test]
fn a_block_without_a_value_waits_for_the_next() {
    let nothing = None::<[u8; 32]>.encode();
    for (proof, why) in [
        (honest(Some(nothing)), "a slot without a VRF output"),
        (honest(None), "no value is there yet"),
        (honest(Some(vec![1, 2, 3])), "the relay chain keeps something else there"),
    ] {
        assert_eq!(RelayRandomness::value(&proof), Some(None), "{why}");
        live_chain().execute_with(|| {
            RelayRandomness::on_relay_state_proof(&proof);
            assert_eq!(Next::<Runtime>::get(), 0, "{why}");
        });
    }
}

#[test]
fn a_value_that_is_left_out_is_not_one_that_is_absent() {
    let left_out = proof(Some(Some([3u8; 32]).encode()), &[OTHER]);
    assert_eq!(RelayRandomness::value(&left_out), None);
}

#[test]
#[should_panic(expected = "lacks CurrentBlockRandomness")]
fn a_block_that_leaves_the_value_out_is_invalid() {
    let left_out = proof(Some(Some([3u8; 32]).encode()), &[OTHER]);
    live_chain().execute_with(|| RelayRandomness::on_relay_state_proof(&left_out));
}
