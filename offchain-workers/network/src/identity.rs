//! Who a peer is: an ed25519 key, kept in a file, whose public half stands on chain.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ed25519_dalek::{SigningKey, VerifyingKey};
use idlewild_storage_primitives::PeerKey;
use libp2p::{
    identity::{ed25519, Keypair, PublicKey},
    PeerId,
};
use zeroize::Zeroizing;

use idlewild_files::whole_file::{self, FileError};

/// Bytes of an ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// Why a peer key file could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The file cannot be read, written or locked to its owner.
    #[error("the peer key file {path} cannot be used: {source}; check that its folder exists and belongs to this user")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Creating would destroy a key.
    #[error("the peer key file {0} exists already; a new key would be another miner, so move the old one away first")]
    Exists(PathBuf),
    /// There is no key.
    #[error("there is no peer key file {0}; create one first, or restore it from a backup")]
    Missing(PathBuf),
    /// The file holds something else.
    #[error("the peer key file {0} is damaged: it must hold 64 hexadecimal digits; restore it from a backup")]
    Malformed(PathBuf),
    /// Others may read the key.
    #[error("the peer key file {path} can be read by others (mode {mode:o}); run: chmod 600 {path}")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// A peer's secret identity.
///
/// Its public key is what a miner registers on chain; its [`PeerId`] follows from that key alone, so whoever knows the
/// chain can tell the right peer from any other at the same address.
#[derive(Clone)]
pub struct Identity {
    pair: ed25519::Keypair,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Identity").field(&self.peer_id()).finish()
    }
}

impl Identity {
    /// A fresh random identity that no file knows, as users without a miner have.
    pub fn random() -> Self {
        Self { pair: ed25519::Keypair::generate() }
    }

    /// The identity of a 32-byte ed25519 seed.
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Result<Self, BadSeed> {
        let mut bytes = seed.clone();
        let secret = ed25519::SecretKey::try_from_bytes(&mut *bytes).map_err(|_| BadSeed)?;
        Ok(Self { pair: secret.into() })
    }

    /// Makes a key and writes it to `path`, which must not exist, readable by its owner only.
    ///
    /// The file appears whole or not at all.
    pub fn create(path: &Path) -> Result<Self, IdentityError> {
        let identity = Self::random();
        identity.write(path)?;
        Ok(identity)
    }

    /// Reads the key at `path`.
    pub fn load(path: &Path) -> Result<Self, IdentityError> {
        let failed = |source| IdentityError::Io { path: path.into(), source };
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(IdentityError::Missing(path.into())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(IdentityError::Malformed(path.into())),
            Err(error) => return Err(failed(error)),
        };
        refuse_exposed(path)?;
        let mut seed = Zeroizing::new([0u8; 32]);
        hex::decode_to_slice(text.trim(), &mut *seed).map_err(|_| IdentityError::Malformed(path.into()))?;
        Self::from_seed(&seed).map_err(|_| IdentityError::Malformed(path.into()))
    }

    fn write(&self, path: &Path) -> Result<(), IdentityError> {
        let text = Zeroizing::new(format!("{}\n", hex::encode(self.pair.secret())));
        whole_file::create(path, text.as_bytes(), whole_file::PRIVATE).map_err(|error| match error {
            FileError::Exists => IdentityError::Exists(path.into()),
            FileError::Io(source) => IdentityError::Io { path: path.into(), source },
        })
    }

    /// The public key that goes on chain.
    pub fn peer_key(&self) -> PeerKey {
        self.pair.public().to_bytes()
    }

    /// The libp2p name of that key.
    pub fn peer_id(&self) -> PeerId {
        PublicKey::from(self.pair.public()).to_peer_id()
    }

    /// The key in libp2p's own type.
    pub fn keypair(&self) -> Keypair {
        Keypair::from(self.pair.clone())
    }

    /// The X25519 secret that belongs to [`agreement_key_of`] of its public key: opens what others seal to this peer.
    pub fn agreement_secret(&self) -> Zeroizing<[u8; 32]> {
        let mut seed = Zeroizing::new([0u8; 32]);
        seed.iter_mut().zip(self.pair.secret().as_ref()).for_each(|(to, from)| *to = *from);
        Zeroizing::new(SigningKey::from_bytes(&seed).to_scalar_bytes())
    }

    /// Signs `message`, as for a receipt or a registration.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut signature = [0u8; SIGNATURE_BYTES];
        for (to, from) in signature.iter_mut().zip(self.pair.sign(message)) {
            *to = from;
        }
        signature
    }
}

/// Tells whether `peer_key` signed `message`.
pub fn verify(peer_key: &PeerKey, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
    ed25519::PublicKey::try_from_bytes(peer_key).is_ok_and(|key| key.verify(message, signature))
}

/// The bytes are no ed25519 seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the 32 bytes given are no ed25519 seed")]
pub struct BadSeed;

/// The 32 bytes are no ed25519 public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} is no ed25519 public key, so no peer can have it; check the miner's registration", hex::encode(.0))]
pub struct BadPeerKey(pub PeerKey);

/// The peer id that belongs to a peer key on chain.
pub fn peer_id_of(peer_key: &PeerKey) -> Result<PeerId, BadPeerKey> {
    let key = ed25519::PublicKey::try_from_bytes(peer_key).map_err(|_| BadPeerKey(*peer_key))?;
    Ok(PublicKey::from(key).to_peer_id())
}

/// The X25519 key of the peer with this key on chain, for what is sealed to that peer alone: the same point on the curve's other form.
pub fn agreement_key_of(peer_key: &PeerKey) -> Result<[u8; 32], BadPeerKey> {
    let key = VerifyingKey::from_bytes(peer_key).ok().filter(|key| !key.is_weak()).ok_or(BadPeerKey(*peer_key))?;
    Ok(key.to_montgomery().to_bytes())
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), IdentityError> {
    use std::os::unix::fs::PermissionsExt;
    let mode =
        fs::metadata(path).map_err(|source| IdentityError::Io { path: path.into(), source })?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(IdentityError::Exposed { path: path.into(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path) -> Result<(), IdentityError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_created_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("peer.key");
        assert!(matches!(Identity::load(&path), Err(IdentityError::Missing(_))));
        let made = Identity::create(&path).unwrap();
        let read = Identity::load(&path).unwrap();
        assert_eq!(made.peer_key(), read.peer_key());
        assert_eq!(peer_id_of(&made.peer_key()).unwrap(), made.peer_id());
        assert!(matches!(Identity::create(&path), Err(IdentityError::Exists(_))));
        assert_eq!(Identity::load(&path).unwrap().peer_key(), made.peer_key());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("peer.key");
        Identity::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Identity::load(&path), Err(IdentityError::Exposed { mode: 0o644, .. })));
    }

    #[test]
    fn a_damaged_key_is_named_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("peer.key");
        Identity::create(&path).unwrap();
        fs::write(&path, "abcd").unwrap();
        assert!(matches!(Identity::load(&path), Err(IdentityError::Malformed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "abcd");
    }

    #[test]
    fn only_the_key_that_signed_verifies() {
        let (a, b) = (Identity::random(), Identity::random());
        let signature = a.sign(b"message");
        assert!(verify(&a.peer_key(), b"message", &signature));
        assert!(!verify(&b.peer_key(), b"message", &signature));
        assert!(!verify(&a.peer_key(), b"other", &signature));
        assert!(!verify(&[0xff; 32], b"message", &signature));
    }
}
