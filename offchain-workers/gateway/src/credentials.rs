//! The access keys of S3 clients. A secret is never stored: it follows from the gateway's seed and from what the chain says of the key.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use base64::{engine::general_purpose::STANDARD_NO_PAD, Engine};
use idlewild_buckets_primitives::scopes::Scopes;
use ring::hkdf;
use zeroize::Zeroizing;

/// What every access key id begins with.
const PREFIX: &str = "IW";
/// Characters after the prefix, of 5 bits each.
const DIGITS: usize = 18;
/// Letters and digits that nobody mistakes for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Bits of the checksum at the end of an id, after 40 of the gateway's tag and 32 of the key's number.
const CHECK_BITS: u32 = 18;
/// Bytes of a secret: 40 characters, as clients expect them.
const SECRET_BYTES: usize = 30;
const SALT: &[u8] = b"idlewild gateway access keys";

/// The number of a key and the gateway that it is for, as an access key id names them. An id is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId {
    /// The beginning of the hash of the gateway's account: an id given to another gateway is refused without asking the chain.
    pub tag: [u8; 5],
    /// The key's number on chain.
    pub number: u32,
}

/// A text that is no access key id of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no access key id of an Idlewild gateway: it begins with IW and has 20 letters and digits; copy it again")]
pub struct BadKeyId;

impl KeyId {
    /// The id of a gateway's key.
    pub fn new(gateway: &[u8; 32], number: u32) -> Self {
        let hash = blake3::hash(gateway);
        let mut tag = [0; 5];
        tag.copy_from_slice(&hash.as_bytes()[..5]);
        Self { tag, number }
    }

    /// Whether it is of this gateway.
    pub fn is_of(&self, gateway: &[u8; 32]) -> bool {
        Self::new(gateway, self.number).tag == self.tag
    }

    /// Reads an id. A mistyped one is found out by its checksum.
    pub fn parse(text: &str) -> Result<Self, BadKeyId> {
        let digits = text.strip_prefix(PREFIX).ok_or(BadKeyId)?.as_bytes();
        if digits.len() != DIGITS {
            return Err(BadKeyId);
        }
        let mut bits = 0u128;
        for digit in digits {
            let value = ALPHABET.iter().position(|letter| letter == digit).ok_or(BadKeyId)?;
            bits = bits << 5 | value as u128;
        }
        let check = (bits & ((1 << CHECK_BITS) - 1)) as u32;
        let number = (bits >> CHECK_BITS) as u32;
        let mut tag = [0; 5];
        tag.copy_from_slice(&((bits >> (CHECK_BITS + 32)) as u64).to_be_bytes()[3..]);
        let id = Self { tag, number };
        if id.check() == check {
            Ok(id)
        } else {
            Err(BadKeyId)
        }
    }

    fn check(&self) -> u32 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"idlewild access key id").update(&self.tag).update(&self.number.to_be_bytes());
        let hash = hasher.finalize();
        let [a, b, c, ..] = *hash.as_bytes();
        u32::from_be_bytes([0, a, b, c]) >> (24 - CHECK_BITS)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e] = self.tag;
        let tag = u128::from(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]));
        let bits = (tag << 32 | u128::from(self.number)) << CHECK_BITS | u128::from(self.check());
        let mut text = String::with_capacity(PREFIX.len() + DIGITS);
        text.push_str(PREFIX);
        for place in (0..DIGITS).rev() {
            text.push(ALPHABET[(bits >> (5 * place)) as usize & 31] as char);
        }
        f.write_str(&text)
    }
}

/// The seed had the wrong length for the derivation; it cannot be that a user meets this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret of an access key could not be derived; restart the gateway")]
pub struct DerivationError;

/// The secret of a key: it changes with the generation, so rotating is one call on chain.
pub fn secret(seed: &[u8], gateway: &[u8; 32], key: &KeyId, generation: u32) -> Result<Zeroizing<String>, DerivationError> {
    let id = key.to_string();
    derived(SALT, seed, &[gateway.as_slice(), id.as_bytes(), &generation.to_be_bytes()])
}

/// A secret as S3 clients expect it, that follows from another one and from what it is for.
pub(crate) fn derived(salt: &[u8], from: &[u8], info: &[&[u8]]) -> Result<Zeroizing<String>, DerivationError> {
    struct Length;
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            SECRET_BYTES
        }
    }
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(from)
        .expand(info, Length)
        .and_then(|okm| okm.fill(bytes.as_mut_slice()))
        .map_err(|_| DerivationError)?;
    Ok(Zeroizing::new(STANDARD_NO_PAD.encode(bytes.as_slice())))
}

/// What stands behind an access key id.
#[derive(Clone)]
pub struct Credential {
    /// What its holder signs with.
    pub secret: Zeroizing<String>,
    /// The account that it was issued to.
    pub user: [u8; 32],
    /// What it may do, and in which buckets.
    pub scopes: Scopes,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("user", &hex::encode(self.user)).finish_non_exhaustive()
    }
}

/// Why it is not known whether there is such a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// What knows the keys does not answer.
    #[error("the chain, which knows the access keys, does not answer; try again: {0}")]
    Unavailable(String),
}

/// What knows the access keys.
#[async_trait]
pub trait Keyring: Send + Sync + 'static {
    /// The key of that id; none where there is no such key, or it was revoked.
    async fn credential(&self, access_key: &str) -> Result<Option<Credential>, KeyringError>;
}

/// Keys that are given once and never change, for a gateway without a chain and for tests.
#[derive(Default)]
pub struct StaticKeyring {
    keys: HashMap<String, Credential>,
}

impl StaticKeyring {
    /// With one more key.
    pub fn with(mut self, access_key: impl Into<String>, credential: Credential) -> Self {
        self.keys.insert(access_key.into(), credential);
        self
    }
}

#[async_trait]
impl Keyring for StaticKeyring {
    async fn credential(&self, access_key: &str) -> Result<Option<Credential>, KeyringError> {
        Ok(self.keys.get(access_key).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATEWAY: [u8; 32] = [7; 32];

    #[test]
    fn an_id_survives_its_text_and_one_wrong_character_does_not() {
        for number in [0, 1, 255, 70_000, u32::MAX] {
            let id = KeyId::new(&GATEWAY, number);
            let text = id.to_string();
            assert_eq!(text.len(), 20);
            assert_eq!(KeyId::parse(&text), Ok(id));
            assert!(id.is_of(&GATEWAY) && !id.is_of(&[8; 32]));
            for place in 2..text.len() {
                let mut wrong = text.clone().into_bytes();
                wrong[place] = if wrong[place] == b'A' { b'B' } else { b'A' };
                assert_eq!(KeyId::parse(&String::from_utf8(wrong).unwrap()), Err(BadKeyId), "place {place} of {text}");
            }
        }
        for text in ["", "IW", "AKIAIOSFODNN7EXAMPLE", "IW1AAAAAAAAAAAAAAAAA", "IWé"] {
            assert_eq!(KeyId::parse(text), Err(BadKeyId));
        }
    }

    #[test]
    fn a_secret_depends_on_all_that_it_is_made_of_and_on_nothing_else() {
        let key = KeyId::new(&GATEWAY, 1);
        let one = secret(&[1; 32], &GATEWAY, &key, 0).unwrap();
        assert_eq!(one.len(), 40);
        assert_eq!(one, secret(&[1; 32], &GATEWAY, &key, 0).unwrap());
        let others = [
            secret(&[2; 32], &GATEWAY, &key, 0),
            secret(&[1; 32], &[8; 32], &key, 0),
            secret(&[1; 32], &GATEWAY, &KeyId::new(&GATEWAY, 2), 0),
            secret(&[1; 32], &GATEWAY, &key, 1),
        ];
        for other in others {
            assert_ne!(one, other.unwrap());
        }
    }
}
