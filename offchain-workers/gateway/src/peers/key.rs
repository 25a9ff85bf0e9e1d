//! How two gateways of one owner know each other: both have a bucket's key, and what one signs with before the other follows from it.

use std::{fmt, str::FromStr};

use idlewild_objects::BucketKey;
use ring::hmac;
use zeroize::Zeroizing;

use crate::credentials::{derived, DerivationError};

/// What every such access key id begins with. Those of clients are shorter.
const PREFIX: &str = "IWPEER";
const SALT: &[u8] = b"idlewild requests between gateways";
const PROOF: &[u8] = b"idlewild answer between gateways";

/// Which gateway signs, and for which bucket. It is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeerId {
    /// The bucket, by its number on chain.
    pub bucket: u64,
    /// The account of the gateway that signs.
    pub from: [u8; 32],
}

/// A text that names no gateway and bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no access key id of another gateway")]
pub struct BadPeerId;

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}-{}-{}", self.bucket, hex::encode(self.from))
    }
}

impl FromStr for PeerId {
    type Err = BadPeerId;

    fn from_str(text: &str) -> Result<Self, BadPeerId> {
        let (bucket, from) =
            text.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('-')?.split_once('-')).ok_or(BadPeerId)?;
        let mut account = [0; 32];
        hex::decode_to_slice(from, &mut account).map_err(|_| BadPeerId)?;
        let id = Self { bucket: bucket.parse().map_err(|_| BadPeerId)?, from: account };
        // One text for each.
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(BadPeerId)
        }
    }
}

/// What the gateway of an id signs with where it asks the gateway `to`. Whoever has the bucket's key can tell it; whether the one that
/// signs still is to have that key is for the chain to say.
pub fn secret(key: &BucketKey, id: &PeerId, to: &[u8; 32]) -> Result<Zeroizing<String>, DerivationError> {
    derived(SALT, &key.0, &[&id.bucket.to_be_bytes(), &id.from, to])
}

fn proving(secret: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())
}

fn proven(nonce: &str) -> Vec<u8> {
    [PROOF, nonce.as_bytes()].concat()
}

/// What shows that an answer comes from a gateway that has the same secret. `nonce` is in the request, and never the same.
pub fn proof(secret: &str, nonce: &str) -> String {
    hex::encode(hmac::sign(&proving(secret), &proven(nonce)))
}

/// Whether it does.
pub fn is_proof(secret: &str, nonce: &str, proof: &str) -> bool {
    hex::decode(proof).is_ok_and(|proof| hmac::verify(&proving(secret), &proven(nonce), &proof).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_and_nothing_else_is_one() {
        for bucket in [0, 7, u64::MAX] {
            let id = PeerId { bucket, from: [0xab; 32] };
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        let account = "ab".repeat(32);
        for text in
            ["", "IWPEER", "IWPEER-7-ab", &format!("IWPEER-07-{account}"), &format!("IWPEER-7-{}", account.to_uppercase())]
        {
            assert_eq!(text.parse::<PeerId>(), Err(BadPeerId), "{text}");
        }
    }

    #[test]
    fn a_secret_is_of_one_bucket_one_direction_and_one_key() {
        let id = PeerId { bucket: 7, from: [1; 32] };
        let one = secret(&BucketKey([9; 32]), &id, &[2; 32]).unwrap();
        assert_eq!(one, secret(&BucketKey([9; 32]), &id, &[2; 32]).unwrap());
        let others = [
            secret(&BucketKey([8; 32]), &id, &[2; 32]),
            secret(&BucketKey([9; 32]), &PeerId { bucket: 8, ..id }, &[2; 32]),
            secret(&BucketKey([9; 32]), &PeerId { from: [2; 32], ..id }, &[1; 32]),
            secret(&BucketKey([9; 32]), &id, &[3; 32]),
        ];
        for other in others {
            let other = other.unwrap();
            assert_ne!(one, other);
            assert!(is_proof(&one, "n", &proof(&one, "n")) && !is_proof(&one, "n", &proof(&other, "n")));
        }
        assert!(!is_proof(&one, "n", &proof(&one, "m")) && !is_proof(&one, "n", "") && !is_proof(&one, "n", "zz"));
    }
}
