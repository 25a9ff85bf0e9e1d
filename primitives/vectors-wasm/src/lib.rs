//! The rules of storage and of capacity as a runtime has them: compiled for wasm, hashing through the host.
//!
//! Its exports check the golden vectors, so that a test can tell that the chain and the daemons, which compile the
//! same rules natively, agree on every bit. Others verify an answer as the chain does a claim's, for a benchmark.

#![cfg_attr(not(feature = "std"), no_std)]
// Exporting a function from wasm takes an attribute that counts as unsafe.
#![cfg_attr(not(feature = "std"), allow(unsafe_code))]
// The build writes it without documentation.
#![cfg_attr(feature = "std", allow(missing_docs))]

pub mod claim;
pub mod other;

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

        // How good a nonce's answer is. Nothing where there is no such nonce or scoop.
        fn verify_x1(nonce: u64, scoop: u16) -> Option<u64> {
            crate::claim::x1(nonce, scoop)
        }

        // The same of a PoC2 nonce.
        fn verify_poc2(nonce: u64, scoop: u16) -> Option<u64> {
            crate::claim::poc2(nonce, scoop)
        }

        // The same, hashed by another implementation.
        fn verify_poc2_other(nonce: u64, scoop: u16) -> Option<u64> {
            crate::other::poc2(nonce, scoop)
        }
    }
}
