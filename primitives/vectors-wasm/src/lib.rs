//! The rules of storage and of capacity as a runtime has them: compiled for wasm, hashing through the host.
//!
//! Its exports check the golden vectors, so that a test can tell that the chain and the daemons, which compile the
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

    fn wrong(checked: Result<(), &'static str>) -> Vec<u8> {
        checked.err().map_or_else(Vec::new, |wrong| wrong.as_bytes().to_vec())
    }

    sp_core::wasm_export_functions! {
        // Checks every golden vector of storage. Returns which one does not hold; nothing if all do.
        fn check_storage() -> Vec<u8> {
            wrong(idlewild_storage_primitives::vectors::check())
        }

        // The same of capacity.
        fn check_capacity() -> Vec<u8> {
            wrong(idlewild_capacity_primitives::vectors::check())
        }
    }
}
