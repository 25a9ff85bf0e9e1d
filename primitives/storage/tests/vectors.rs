//! The golden vectors, natively. The runtime's own tests run the same function inside wasm.
#![cfg(feature = "vectors")]

#[test]
fn golden_vectors_hold() {
    assert_eq!(idlewild_storage_primitives::vectors::check(), Ok(()));
}
