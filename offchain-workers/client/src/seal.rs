//! The key of a bundle, for one account alone.
//!
//! HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM. What a key is for is authenticated with it: one that was sealed for a chunk
//! opens for no other.

use codec::Encode;
use hpke::{
    aead::AesGcm256, kdf::HkdfSha256, kem::X25519HkdfSha256, single_shot_open, single_shot_seal, Deserializable,
    Kem as KemTrait, OpModeR, OpModeS, Serializable,
};
use idlewild_compute_primitives::{commitment::SealedKey, ChunkIndex, PeerKey, ProjectId, ProviderId};
use idlewild_network::{agreement_key_of, Identity};
use idlewild_storage::keys::StorageSecret;
use zeroize::Zeroizing;

type Kem = X25519HkdfSha256;

const INFO: &[u8] = b"idlewild/sealed-key/1";
/// Bytes of the encapsulated key.
const ENCAPSULATED: usize = 32;

/// Why a key was not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The receiver's key is none.
    #[error("the key that is to be sealed to is no key")]
    BadReceiver,
    /// The cipher refused.
    #[error("the cipher refused the key")]
    Refused,
    /// It was sealed to another account or for something else, or was altered.
    #[error("the sealed key does not open: it is for another account, or was altered")]
    Forged,
}

/// An account's pair of keys for what is sealed to it.
pub struct Receiver {
    secret: <Kem as KemTrait>::PrivateKey,
    public: [u8; 32],
}

impl Receiver {
    /// That of a storage secret: it need not be kept, as it follows from the account's seed.
    pub fn of(secret: &StorageSecret) -> Self {
        let (secret, public) = Kem::derive_keypair(secret.reply_secret().as_ref());
        Self { secret, public: public.to_bytes().into() }
    }

    /// That of a peer, whose public half follows from its key on chain: [`seal_to_peer`].
    pub fn of_peer(identity: &Identity) -> Result<Self, SealError> {
        let secret = identity.agreement_secret();
        let secret = <Kem as KemTrait>::PrivateKey::from_bytes(secret.as_ref()).map_err(|_| SealError::BadReceiver)?;
        let public = Kem::sk_to_pk(&secret).to_bytes().into();
        Ok(Self { secret, public })
    }

    /// What others seal to.
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    /// Opens what was sealed for this purpose.
    pub fn open(&self, sealed: &SealedKey, purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>, SealError> {
        let opened = Zeroizing::new(self.open_bytes(sealed, purpose)?);
        let key: &[u8; 32] = opened.as_slice().try_into().map_err(|_| SealError::Forged)?;
        Ok(Zeroizing::new(*key))
    }

    /// The same of bytes of any number.
    pub fn open_bytes(&self, sealed: &[u8], purpose: &[u8]) -> Result<Vec<u8>, SealError> {
        let (encapsulated, ciphertext) = sealed.split_at_checked(ENCAPSULATED).ok_or(SealError::Forged)?;
        let encapsulated = <Kem as KemTrait>::EncappedKey::from_bytes(encapsulated).map_err(|_| SealError::Forged)?;
        let opened = single_shot_open::<AesGcm256, HkdfSha256, Kem>(
            &OpModeR::Base,
            &self.secret,
            &encapsulated,
            INFO,
            ciphertext,
            purpose,
        );
        opened.map_err(|_| SealError::Forged)
    }
}

/// What the key of a chunk's output is sealed for: this chunk, and the account that ran it.
pub fn of_output(project: ProjectId, chunk: ChunkIndex, provider: &[u8; 32]) -> Vec<u8> {
    (b"idlewild/output/1", project, chunk, provider).encode()
}

/// What the key of a private input is sealed for: this chunk, and the provider that runs it.
pub fn of_input(project: ProjectId, chunk: ChunkIndex, provider: ProviderId) -> Vec<u8> {
    (b"idlewild/input/1", project, chunk, provider).encode()
}

/// Seals a key to the peer with this key on chain.
pub fn seal_to_peer(key: &[u8; 32], peer: &PeerKey, purpose: &[u8]) -> Result<SealedKey, SealError> {
    seal(key, &agreement_key_of(peer).map_err(|_| SealError::BadReceiver)?, purpose)
}

/// Seals a key to the account whose public key this is.
pub fn seal(key: &[u8; 32], receiver: &[u8; 32], purpose: &[u8]) -> Result<SealedKey, SealError> {
    seal_bytes(key, receiver, purpose)?.try_into().map_err(|_| SealError::Refused)
}

/// The same of bytes of any number.
pub fn seal_bytes(bytes: &[u8], receiver: &[u8; 32], purpose: &[u8]) -> Result<Vec<u8>, SealError> {
    let receiver = <Kem as KemTrait>::PublicKey::from_bytes(receiver).map_err(|_| SealError::BadReceiver)?;
    let sealed = single_shot_seal::<AesGcm256, HkdfSha256, Kem, _>(
        &OpModeS::Base,
        &receiver,
        INFO,
        bytes,
        purpose,
        &mut rand::thread_rng(),
    );
    let (encapsulated, ciphertext) = sealed.map_err(|_| SealError::Refused)?;
    Ok([encapsulated.to_bytes().as_slice(), &ciphertext].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_for_its_account_and_its_purpose_alone() {
        let receiver = Receiver::of(&StorageSecret::new([1; 32]));
        let sealed = seal(&[9; 32], &receiver.public(), b"chunk 3").unwrap();
        assert_eq!(receiver.open(&sealed, b"chunk 3"), Ok(Zeroizing::new([9; 32])));
        assert_eq!(receiver.open(&sealed, b"chunk 4"), Err(SealError::Forged));
        assert_eq!(Receiver::of(&StorageSecret::new([2; 32])).open(&sealed, b"chunk 3"), Err(SealError::Forged));
        for at in 0..sealed.len() {
            let mut bad = sealed;
            bad[at] ^= 1;
            assert_eq!(receiver.open(&bad, b"chunk 3"), Err(SealError::Forged), "byte {at}");
        }
        assert_ne!(seal(&[9; 32], &receiver.public(), b"chunk 3").unwrap(), sealed, "it never looks the same");
        // The same account has the same key on another machine.
        assert_eq!(Receiver::of(&StorageSecret::new([1; 32])).public(), receiver.public());
    }

    #[test]
    fn a_key_opens_for_the_peer_whose_key_stands_on_chain() {
        let (peer, other) = (Identity::random(), Identity::random());
        let sealed = seal_to_peer(&[9; 32], &peer.peer_key(), &of_input(1, 2, 3)).unwrap();
        let receiver = Receiver::of_peer(&peer).unwrap();
        assert_eq!(receiver.open(&sealed, &of_input(1, 2, 3)), Ok(Zeroizing::new([9; 32])));
        assert_eq!(receiver.open(&sealed, &of_input(1, 3, 3)), Err(SealError::Forged));
        assert_eq!(Receiver::of_peer(&other).unwrap().open(&sealed, &of_input(1, 2, 3)), Err(SealError::Forged));
        // A point of small order would open for everybody.
        let mut weak = [0; 32];
        weak[0] = 1;
        assert_eq!(seal_to_peer(&[9; 32], &weak, b""), Err(SealError::BadReceiver));
    }
}
