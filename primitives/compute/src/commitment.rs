//! How a result is bound before it is shown, so that there is nothing to copy.
//!
//! Every replica of a chunk commits before any is revealed, and a commitment is of one account: it can neither be taken over nor be
//! opened to anything else.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{hash, ChunkIndex, DealId, Digest, PanelId, ProjectId};

/// Random bytes that keep a commitment from being guessed.
pub type Salt = [u8; 16];
/// The key of an output bundle, sealed to the requester: HPKE with X25519, HKDF-SHA256 and AES-256-GCM, 32 bytes of encapsulated key
/// and 48 of ciphertext.
pub type SealedKey = [u8; 80];

/// What a provider says of a chunk that it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Finding {
    /// The root of its tasks' outcomes.
    pub root: Digest,
    /// What they used together: fuel, [as the root says](crate::outcome::used_in), or milliseconds of processor time.
    pub used: u64,
    /// The deal with the list of outputs, which are in a bundle.
    pub output: DealId,
    /// The key of that bundle, for the requester alone.
    pub key: SealedKey,
}

/// What a provider commits to.
pub fn of_finding(project: ProjectId, chunk: ChunkIndex, finding: &Finding, salt: &Salt, account: &[u8; 32]) -> Digest {
    hash(&(b"idlewild/finding/1", project, chunk, finding, salt, account).encode())
}

/// What a tracker commits to.
pub fn of_verdict(panel: PanelId, verdict: &Digest, salt: &Salt, account: &[u8; 32]) -> Digest {
    hash(&(b"idlewild/verdict/1", panel, verdict, salt, account).encode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_can_be_another() {
        let finding = Finding { root: [1; 32], used: 2, output: 3, key: [4; 80] };
        let of = |project, chunk, finding: Finding, salt, account| of_finding(project, chunk, &finding, &salt, &account);
        let commitment = of(1, 2, finding, [5; 16], [6; 32]);
        for other in [
            of(2, 2, finding, [5; 16], [6; 32]),
            of(1, 3, finding, [5; 16], [6; 32]),
            of(1, 2, Finding { root: [2; 32], ..finding }, [5; 16], [6; 32]),
            of(1, 2, Finding { used: 1, ..finding }, [5; 16], [6; 32]),
            of(1, 2, Finding { output: 4, ..finding }, [5; 16], [6; 32]),
            of(1, 2, Finding { key: [5; 80], ..finding }, [5; 16], [6; 32]),
            of(1, 2, finding, [6; 16], [6; 32]),
            of(1, 2, finding, [5; 16], [7; 32]),
        ] {
            assert_ne!(commitment, other);
        }
        assert_ne!(of_verdict(1, &[1; 32], &[1; 16], &[1; 32]), of_verdict(1, &[1; 32], &[1; 16], &[2; 32]));
    }
}
