//! The storage rules as a runtime has them: compiled for wasm, hashing through the host.
//!
//! Its one export checks the golden vectors, so that a test can tell that the chain and the daemons, which compile the
//! same rules natively, agree on every bit.

#![cfg_attr(not(feature = "std"), no_std)]
// Exporting a function from wasm takes an attribute that counts as unsafe.
#![cfg_attr(not(feature = "std"), allow(unsafe_code))]
// The build writes it without documentation.
#![cfg_attr(feature = "std", allow(missing_docs))]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

#[cfg(not(feature = "std"))]
mod exports {
    extern crate alloc;
    use alloc::vec::Vec;

    // The allocator and the panic handler.
    use sp_io as _;

    sp_core::wasm_export_functions! {
        // Checks every golden vector. Returns which one does not hold; nothing if all do.
        fn check_vectors() -> Vec<u8> {
            match idlewild_storage_primitives::vectors::check() {
                Ok(()) => Vec::new(),
                Err(wrong) => wrong.as_bytes().to_vec(),
            }
        }
    }
}
