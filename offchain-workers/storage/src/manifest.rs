//! The manifest: the few encrypted bytes of a deal on chain that lead to its segment's contents.

use codec::{Decode, Encode};
use idlewild_storage_primitives::deal::MAX_MANIFEST;
use ring::{
    aead::{Aad, Nonce, NONCE_LEN},
    rand::{SecureRandom, SystemRandom},
};

use crate::{
    keys::{ManifestKey, PlainHash},
    seal::expand,
};

const VERSION: u8 = 1;

/// What a deal's owner must know to read its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Manifest {
    /// The hash of the segment's plaintext; data keys follow from it.
    pub hash: PlainHash,
    /// Bytes of the plaintext, index included.
    pub length: u32,
    /// Where the index begins in the plaintext.
    pub index_offset: u32,
    /// Bytes of the index.
    pub index_length: u32,
}

/// Why a manifest could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestSealError {
    /// The system gives no random numbers.
    #[error("the system's random generator gave no nonce: try again")]
    NoRandomness,
    /// The cipher refused.
    #[error("the cipher refused the manifest")]
    Refused,
}

/// Why a manifest could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestOpenError {
    /// Longer than the chain keeps, or too short to be one.
    #[error("{0} bytes cannot be a manifest: one has at most {MAX_MANIFEST}")]
    WrongLength(usize),
    /// Written by a later version.
    #[error("the manifest has format {0} and this program reads format {VERSION}: update it")]
    UnknownVersion(u8),
    /// Not encrypted under this key.
    #[error("the manifest does not open: it was altered, or it belongs to another account or deal")]
    Forged,
    /// Opens, and makes no sense.
    #[error("the manifest opens but contradicts itself: its index does not end where the segment does")]
    Malformed,
}

impl Manifest {
    /// Encrypts the manifest under a fresh random nonce: version, nonce, ciphertext, tag.
    pub fn seal(&self, key: &ManifestKey) -> Result<Vec<u8>, ManifestSealError> {
        let mut nonce = [0u8; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| ManifestSealError::NoRandomness)?;
        let mut body = self.encode();
        expand(key.bytes())
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from([VERSION]), &mut body)
            .map_err(|_| ManifestSealError::Refused)?;
        Ok([&[VERSION][..], &nonce, &body].concat())
    }

    /// Decrypts and checks a manifest.
    pub fn open(key: &ManifestKey, sealed: &[u8]) -> Result<Self, ManifestOpenError> {
        if sealed.len() > MAX_MANIFEST as usize {
            return Err(ManifestOpenError::WrongLength(sealed.len()));
        }
        let (version, rest) = sealed.split_first().ok_or(ManifestOpenError::WrongLength(0))?;
        if *version != VERSION {
            return Err(ManifestOpenError::UnknownVersion(*version));
        }
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(ManifestOpenError::WrongLength(sealed.len()))?;
        let mut body = body.to_vec();
        let plain = expand(key.bytes())
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from([VERSION]), &mut body)
            .map_err(|_| ManifestOpenError::Forged)?;
        let manifest = Self::decode(&mut &*plain).map_err(|_| ManifestOpenError::Malformed)?;
        let end = manifest.index_offset.checked_add(manifest.index_length);
        (end == Some(manifest.length)).then_some(manifest).ok_or(ManifestOpenError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::StorageSecret;

    const MANIFEST: Manifest = Manifest { hash: [4; 32], length: 1000, index_offset: 900, index_length: 100 };

    fn key(salt: u8) -> ManifestKey {
        StorageSecret::new([1; 32]).manifest_key(&[salt; 16])
    }

    #[test]
    fn opens_under_its_own_key_alone() {
        let sealed = MANIFEST.seal(&key(1)).unwrap();
        assert!(sealed.len() <= MAX_MANIFEST as usize);
        assert_eq!(Manifest::open(&key(1), &sealed), Ok(MANIFEST));
        assert_eq!(Manifest::open(&key(2), &sealed), Err(ManifestOpenError::Forged));
        // Nonces are random: the same manifest never looks the same.
        assert_ne!(MANIFEST.seal(&key(1)).unwrap(), sealed);
    }

    #[test]
    fn every_bit_counts() {
        let sealed = MANIFEST.seal(&key(1)).unwrap();
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 0x80;
            assert!(Manifest::open(&key(1), &bad).is_err());
            assert!(Manifest::open(&key(1), &sealed[..at]).is_err());
        }
        assert_eq!(Manifest::open(&key(1), &[1; 300]), Err(ManifestOpenError::WrongLength(300)));
        assert_eq!(Manifest::open(&key(1), &[9; 100]), Err(ManifestOpenError::UnknownVersion(9)));
        let odd = Manifest { index_length: 99, ..MANIFEST }.seal(&key(1)).unwrap();
        assert_eq!(Manifest::open(&key(1), &odd), Err(ManifestOpenError::Malformed));
    }
}
