//! A bucket's name, sealed under its key: the chain has it, and learns nothing from it but its length.

use idlewild_objects::BucketKey;
use ring::{
    aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, NONCE_LEN},
    rand::{SecureRandom, SystemRandom},
};

const CONTEXT: &str = "idlewild bucket label 1";

/// Seals a name. `None` where the system gives no random bytes.
pub fn seal(key: &BucketKey, name: &str) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).ok()?;
    let mut bytes = name.as_bytes().to_vec();
    cipher(key)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes).ok()?;
    Some([nonce.as_slice(), &bytes].concat())
}

/// Opens a name. `None` where it was sealed under another key, or is no text.
pub fn open(key: &BucketKey, label: &[u8]) -> Option<String> {
    let (nonce, sealed) = label.split_first_chunk::<NONCE_LEN>()?;
    let mut bytes = sealed.to_vec();
    let opened = cipher(key)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut bytes).ok()?;
    Some(std::str::from_utf8(opened).ok()?.to_owned())
}

fn cipher(key: &BucketKey) -> Option<LessSafeKey> {
    let key = zeroize::Zeroizing::new(blake3::derive_key(CONTEXT, &key.0));
    UnboundKey::new(&AES_256_GCM, key.as_ref()).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_opens_under_its_key_alone_and_never_looks_the_same() {
        let (key, other) = (BucketKey([1; 32]), BucketKey([2; 32]));
        let label = seal(&key, "photos").unwrap();
        assert_eq!(open(&key, &label).as_deref(), Some("photos"));
        assert_eq!(open(&other, &label), None);
        assert_ne!(seal(&key, "photos").unwrap(), label);
        for at in 0..label.len() {
            let mut bad = label.clone();
            bad[at] ^= 1;
            assert_eq!(open(&key, &bad), None, "byte {at}");
            assert_eq!(open(&key, &label[..at]), None);
        }
        // The longest name that a bucket can have fits on chain.
        let longest = seal(&key, &"x".repeat(63)).unwrap();
        assert!(longest.len() <= idlewild_buckets_primitives::limits::MAX_LABEL as usize);
    }
}
