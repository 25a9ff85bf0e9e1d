//! The owner's signature under a request.

use idlewild_storage_primitives::receipt::StoreRequest;

/// The context that every Substrate account signs in.
const SIGNING_CONTEXT: &[u8] = b"substrate";

/// Tells whether the owner named in `request` signed it, for the chain of `genesis`.
pub fn owner_signed(genesis: &[u8; 32], request: &StoreRequest, signature: &[u8; 64]) -> bool {
    let Ok(key) = schnorrkel::PublicKey::from_bytes(&request.owner) else { return false };
    let Ok(signature) = schnorrkel::Signature::from_bytes(signature) else { return false };
    key.verify_simple(SIGNING_CONTEXT, &request.message(genesis), &signature).is_ok()
}
