//! Keys: everything that a user encrypts with follows from one secret, and that one from the mnemonic.
//!
//! ```text
//! account seed ─► storage secret ─┬─► manifest key   (deal salt)
//!                                 ├─► data key       (deal salt, copy, BLAKE3 of the segment's plaintext)
//!                                 ├─► bundle secret  (salt of a bundle's first deal) the storage secret of what is shared
//!                                 └─► reply secret   what others seal to this account is opened with it
//! ```
//!
//! A data key depends on the bytes that it encrypts. So a put that is resumed after its file has changed gets another key,
//! and counting nonces from zero is safe: no key ever meets two different plaintexts.

use idlewild_storage_primitives::Salt;
use ring::hkdf::{self, HKDF_SHA256};
use zeroize::{Zeroize, Zeroizing};

const SEED_CONTEXT: &[u8] = b"idlewild/storage-secret/1";
const ACCOUNT_CONTEXT: &[u8] = b"idlewild/storage-keys/1";
const DATA_LABEL: &[u8] = b"data";
const MANIFEST_LABEL: &[u8] = b"manifest";
const REPLY_LABEL: &[u8] = b"reply";
const BUNDLE_LABEL: &[u8] = b"bundle";

/// The BLAKE3 hash of a segment's plaintext, index included.
pub type PlainHash = [u8; 32];

/// The root of an account's storage keys. Wiped from memory when dropped.
#[derive(Clone)]
pub struct StorageSecret(Zeroizing<[u8; 32]>);

/// Encrypts the frames of one copy of one segment. Wiped from memory when dropped.
#[derive(Clone)]
pub struct DataKey(Zeroizing<[u8; 32]>);

/// Encrypts the manifest of one deal. Wiped from memory when dropped.
#[derive(Clone)]
pub struct ManifestKey(Zeroizing<[u8; 32]>);

macro_rules! hide {
    ($($name:ident),+) => { $(
        impl std::fmt::Debug for $name {
            // Secrets must not reach a log through a derived Debug.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )+ };
}
hide!(StorageSecret, DataKey, ManifestKey);

/// Derives an account's storage secret from the 32-byte seed of its key pair (the mini secret of an sr25519 account).
///
/// The derivation is separated from every other use of the seed, and needs nothing but the seed: whoever has the mnemonic
/// can read all that the account ever stored.
pub fn storage_secret_from_seed(seed: &[u8; 32]) -> StorageSecret {
    StorageSecret(derive(SEED_CONTEXT, seed, &[]))
}

impl StorageSecret {
    /// A secret that the caller keeps by itself; see [`storage_secret_from_seed`] for the usual one.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The key of the manifest of the deal with this salt.
    pub fn manifest_key(&self, salt: &Salt) -> ManifestKey {
        ManifestKey(derive(ACCOUNT_CONTEXT, self.0.as_ref(), &[MANIFEST_LABEL, salt]))
    }

    /// What the account's X25519 key follows from: others seal keys of outputs to it.
    pub fn reply_secret(&self) -> Zeroizing<[u8; 32]> {
        derive(ACCOUNT_CONTEXT, self.0.as_ref(), &[REPLY_LABEL])
    }

    /// The secret of a bundle for others whose first deal has this salt. They learn it, and nothing else of this account's; the account
    /// itself finds it again from the chain.
    pub fn bundle_secret(&self, first: &Salt) -> Zeroizing<[u8; 32]> {
        derive(ACCOUNT_CONTEXT, self.0.as_ref(), &[BUNDLE_LABEL, first])
    }

    /// The key of one copy of the segment whose plaintext has this hash, in the deal with this salt.
    pub fn data_key(&self, salt: &Salt, copy: u8, plain: &PlainHash) -> DataKey {
        DataKey(derive(ACCOUNT_CONTEXT, self.0.as_ref(), &[DATA_LABEL, salt, &[copy], plain]))
    }
}

impl DataKey {
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl ManifestKey {
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// HKDF-SHA256. Every part of `info` but the label has a fixed length for its label, so concatenation is unambiguous.
fn derive(context: &[u8], secret: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0u8; 32]);
    let filled =
        hkdf::Salt::new(HKDF_SHA256, context).extract(secret).expand(info, HKDF_SHA256).and_then(|okm| okm.fill(key.as_mut()));
    if filled.is_err() {
        // HKDF refuses only lengths other than the one asked for, and both are 32 here. Should that ever change, no key at
        // all is better than a key of zeros.
        key.zeroize();
        unreachable!("HKDF-SHA256 gives 32 bytes");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_changes_the_key() {
        let secret = storage_secret_from_seed(&[7; 32]);
        let key = *secret.data_key(&[1; 16], 0, &[2; 32]).bytes();
        assert_eq!(key, *secret.data_key(&[1; 16], 0, &[2; 32]).bytes());
        assert_ne!(key, *secret.data_key(&[2; 16], 0, &[2; 32]).bytes());
        assert_ne!(key, *secret.data_key(&[1; 16], 1, &[2; 32]).bytes());
        assert_ne!(key, *secret.data_key(&[1; 16], 0, &[3; 32]).bytes());
        assert_ne!(key, *storage_secret_from_seed(&[8; 32]).data_key(&[1; 16], 0, &[2; 32]).bytes());
        assert_ne!(key, *secret.manifest_key(&[1; 16]).bytes());
        assert_ne!(*secret.manifest_key(&[1; 16]).bytes(), *secret.manifest_key(&[2; 16]).bytes());
        let bundle = secret.bundle_secret(&[1; 16]);
        assert_eq!(bundle, secret.bundle_secret(&[1; 16]), "the account finds it again");
        let others =
            [secret.bundle_secret(&[2; 16]), secret.reply_secret(), storage_secret_from_seed(&[8; 32]).bundle_secret(&[1; 16])];
        assert!(!others.contains(&bundle) && *bundle != *secret.manifest_key(&[1; 16]).bytes());
        // The seed itself is not the secret.
        assert_ne!(*StorageSecret::new([7; 32]).manifest_key(&[1; 16]).bytes(), *secret.manifest_key(&[1; 16]).bytes());
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = StorageSecret::new([0xAB; 32]);
        assert_eq!(format!("{secret:?}"), "StorageSecret(hidden)");
    }
}
