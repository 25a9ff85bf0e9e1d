//! The golden vectors, natively. `primitives/vectors-wasm` runs the same function in wasm, built and executed as a runtime is.
#![cfg(feature = "vectors")]

#[test]
fn golden_vectors_hold() {
    assert_eq!(idlewild_storage_primitives::vectors::check(), Ok(()));
}
