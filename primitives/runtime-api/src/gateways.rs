//! Reads of gateways.

// The macro generates items that carry no documentation.
#![allow(missing_docs, unsafe_code, clippy::too_many_arguments)]

use alloc::vec::Vec;
use idlewild_buckets_primitives::{
    view::{CredentialView, GatewayView},
    KeyNumber,
};

sp_api::decl_runtime_apis! {
    /// Reads of gateways: whom they serve, what they may spend, and whom they let in.
    pub trait GatewaysApi {
        /// A gateway.
        fn gateway(account: [u8; 32]) -> Option<GatewayView>;
        /// The gateways of an owner, in the order in which they came.
        fn gateways_of(owner: [u8; 32]) -> Vec<GatewayView>;
        /// A credential of a gateway.
        fn credential(account: [u8; 32], key: KeyNumber) -> Option<CredentialView>;
        /// Some credentials of a gateway, by ascending number.
        fn credentials(account: [u8; 32], after: Option<KeyNumber>, limit: u32) -> Vec<CredentialView>;
    }
}
