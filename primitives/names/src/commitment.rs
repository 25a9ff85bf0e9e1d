//! What is committed to before a name is registered.
//!
//! Whoever sees a name in a registration that waits for its block cannot register it first: a registration needs a commitment that is
//! some blocks old, and a commitment says nothing of the name. The owner is part of it, so that a copy of it is worth nothing.

use codec::Encode;

use crate::{hash::hash, Salt};

const CONTEXT: &[u8] = b"idlewild/name/1";

/// The hash to commit to, for the chain with this genesis.
pub fn commitment(genesis: &[u8; 32], name: &[u8], owner: &[u8; 32], salt: &Salt) -> [u8; 32] {
    hash(&(CONTEXT, genesis, name, owner, salt).encode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let usual = commitment(&[1; 32], b"abc", &[2; 32], &[3; 32]);
        assert_eq!(usual, commitment(&[1; 32], b"abc", &[2; 32], &[3; 32]));
        let others = [
            commitment(&[9; 32], b"abc", &[2; 32], &[3; 32]),
            commitment(&[1; 32], b"abd", &[2; 32], &[3; 32]),
            commitment(&[1; 32], b"abc", &[9; 32], &[3; 32]),
            commitment(&[1; 32], b"abc", &[2; 32], &[9; 32]),
        ];
        assert!(others.iter().all(|other| *other != usual));
    }

    #[test]
    fn clients_in_other_languages_get_the_same() {
        // The SCALE encoding: the context and the name with their lengths before them, the rest as it is.
        let mut bytes = alloc::vec![15 << 2];
        bytes.extend_from_slice(b"idlewild/name/1");
        bytes.extend_from_slice(&[1; 32]);
        bytes.extend_from_slice(b"\x0cabc");
        bytes.extend_from_slice(&[2; 32]);
        bytes.extend_from_slice(&[3; 32]);
        assert_eq!(commitment(&[1; 32], b"abc", &[2; 32], &[3; 32]), hash(&bytes));
    }
}
