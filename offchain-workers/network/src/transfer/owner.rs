//! The signature under a request: the owner's, or that of an account which stores for it.

use idlewild_storage_primitives::receipt::StoreRequest;

/// The context that every Substrate account signs in.
const SIGNING_CONTEXT: &[u8] = b"substrate";

/// Tells whether `signer` signed `request` for the chain of `genesis`. Whether it may do so for the owner is for the chain to say.
pub fn signed_by(genesis: &[u8; 32], request: &StoreRequest, signer: &[u8; 32], signature: &[u8; 64]) -> bool {
    let Ok(key) = schnorrkel::PublicKey::from_bytes(signer) else { return false };
    let Ok(signature) = schnorrkel::Signature::from_bytes(signature) else { return false };
    key.verify_simple(SIGNING_CONTEXT, &request.message_of(genesis, signer), &signature).is_ok()
}
