//! The golden vectors hold inside wasm, as a node executes it. (`node/examples/prove_bench.rs` executes the rules as the relay chain's
//! validators do, without SIMD and bulk memory.)

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_vectors_wasm::{claim, other};
use sc_executor::WasmExecutor;
use sc_executor_wasmtime::RuntimeBlob;
use sp_core::{Decode, Encode};
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
fn an_answer_is_as_good_inside_wasm_and_by_another_implementation() {
    let code = idlewild_vectors_wasm::WASM_BINARY.expect("built with its wasm: SKIP_WASM_BUILD is unset");
    let executor = WasmExecutor::<SubstrateHostFunctions>::builder().build();
    let blob = RuntimeBlob::uncompress_if_needed(code).unwrap();
    let mut chain = TestExternalities::default();
    for (nonce, scoop) in [(0u64, 0u16), (7, 4_095), (u64::MAX >> 2, 77)] {
        let mut verified = |name| {
            let encoded = executor.uncached_call(blob.clone(), &mut chain.ext(), true, name, &(nonce, scoop).encode()).unwrap();
            Option::<u64>::decode(&mut &encoded[..]).unwrap().expect("there is such a scoop")
        };
        let (x1, poc2) = (verified("verify_x1"), verified("verify_poc2"));
        assert_eq!((x1, poc2), (claim::x1(nonce, scoop).unwrap(), claim::poc2(nonce, scoop).unwrap()));
        assert_eq!((verified("verify_poc2_other"), other::poc2(nonce, scoop)), (poc2, Some(poc2)));
    }
    assert_eq!((claim::x1(0, 4_096), claim::poc2(0, 4_096), other::poc2(0, 4_096)), (None, None, None));
}

#[test]
fn they_hold_natively_too() {
    assert_eq!(idlewild_storage_primitives::vectors::check(), Ok(()));
    assert_eq!(idlewild_capacity_primitives::vectors::check(), Ok(()));
}
