//! The golden vectors hold inside wasm, as a node executes it. (`node/examples/prove_bench.rs` executes the rules as the relay chain's
//! validators do, without SIMD and bulk memory.)

#![allow(clippy::unwrap_used, clippy::expect_used)]

use sc_executor::WasmExecutor;
use sc_executor_wasmtime::RuntimeBlob;
use sp_io::{SubstrateHostFunctions, TestExternalities};

#[test]
fn the_golden_vectors_hold_inside_wasm() {
    let code = idlewild_vectors_wasm::WASM_BINARY.expect("built with its wasm: SKIP_WASM_BUILD is unset");
    let executor = WasmExecutor::<SubstrateHostFunctions>::builder().build();
    let blob = RuntimeBlob::uncompress_if_needed(code).unwrap();
    let mut chain = TestExternalities::default();
    for check in ["check_storage", "check_capacity"] {
        let encoded = executor.uncached_call(blob.clone(), &mut chain.ext(), true, check, &[]).unwrap();
        // A byte vector: its length, and then which vector is wrong.
        assert_eq!(String::from_utf8_lossy(&encoded), "\0", "{check}: a vector does not hold");
    }
}

#[test]
fn they_hold_natively_too() {
    assert_eq!(idlewild_storage_primitives::vectors::check(), Ok(()));
    assert_eq!(idlewild_capacity_primitives::vectors::check(), Ok(()));
}
