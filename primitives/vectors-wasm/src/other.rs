//! The same as [`claim`](crate::claim) of a PoC2 nonce, written for itself and hashed by RustCrypto: to compare with.

extern crate alloc;
use alloc::vec;

use idlewild_capacity_primitives::{Quality, NONCE_BYTES, SCOOPS, SCOOP_BYTES};
use shabal::{Digest, Shabal256};

use crate::claim::{CHALLENGE, POC2};

/// Bytes of a digest.
const DIGEST: usize = 32;
/// Bytes that are hashed at most.
const WINDOW: usize = 4_096;

/// How good a nonce's answer is. `None` where there is no such scoop.
pub fn poc2(nonce: u64, scoop: u16) -> Option<Quality> {
    let mirror = (SCOOPS - 1).checked_sub(scoop)?;
    let mut bytes = vec![0; NONCE_BYTES];
    bytes.extend(POC2.account.to_be_bytes());
    bytes.extend(nonce.to_be_bytes());
    for at in (DIGEST..=NONCE_BYTES).rev().step_by(DIGEST) {
        let to = bytes.len().min(at + WINDOW);
        let digest = Shabal256::digest(&bytes[at..to]);
        bytes[at - DIGEST..at].copy_from_slice(&digest);
    }
    let all = Shabal256::digest(&bytes);
    let half = |scoop: u16, second: usize| {
        let from = usize::from(scoop) * SCOOP_BYTES + second * DIGEST;
        bytes[from..from + DIGEST].iter().zip(&all).map(|(byte, mask)| byte ^ mask)
    };
    let mut hash = Shabal256::new();
    hash.update(CHALLENGE);
    for byte in half(scoop, 0).chain(half(mirror, 1)) {
        hash.update([byte]);
    }
    let digest = hash.finalize();
    Some(Quality::from_le_bytes(digest[..8].try_into().ok()?))
}
