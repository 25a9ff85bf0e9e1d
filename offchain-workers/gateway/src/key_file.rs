//! The gateway's own secret: a mnemonic, alone in a file that only its owner can read.
//!
//! Everything of the gateway follows from it: the account that signs, the key that buckets' keys are sealed to, and the secrets of its
//! access keys. It is no user's: whoever has it can do what the owner allowed this gateway, and nothing else.

use std::path::{Path, PathBuf};

use bip39::Mnemonic;
use idlewild_client::seal::Receiver;
use idlewild_files::whole_file::{self, FileError, PRIVATE};
use idlewild_storage::keys::storage_secret_from_seed;
use ring::rand::{SecureRandom, SystemRandom};
use subxt_signer::{bip39::Mnemonic as Phrase, sr25519::Keypair};
use zeroize::Zeroizing;

/// Bytes of randomness in a new secret: 24 words.
const ENTROPY: usize = 32;

/// Why a gateway's secret cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: try again")]
    NoRandomness,
    /// It cannot be written.
    #[error("the gateway's secret {path} cannot be written: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: FileError,
    },
    /// It cannot be read.
    #[error("the gateway's secret {path} cannot be read: {source}. `idlewild gateway init` makes one")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others can read it.
    #[error("others on this machine can read the gateway's secret {0}: make it yours alone with `chmod 600`")]
    Exposed(PathBuf),
    /// It is no mnemonic.
    #[error("the words in {path} are no mnemonic: {reason}; check their spelling and order")]
    Words {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        reason: String,
    },
}

/// What follows from a gateway's mnemonic.
pub struct GatewaySecret {
    seed: Zeroizing<[u8; 32]>,
    signer: Keypair,
}

impl std::fmt::Debug for GatewaySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GatewaySecret").field("account", &hex::encode(self.account())).finish_non_exhaustive()
    }
}

impl GatewaySecret {
    /// Makes a new secret and keeps it in this file, which must not exist. The words are for its owner to write down.
    pub fn create(path: &Path) -> Result<(Self, Zeroizing<String>), KeyFileError> {
        let mut entropy = Zeroizing::new([0u8; ENTROPY]);
        SystemRandom::new().fill(&mut *entropy).map_err(|_| KeyFileError::NoRandomness)?;
        let mnemonic = Mnemonic::from_entropy(&*entropy).map_err(|_| KeyFileError::NoRandomness)?;
        let words = Zeroizing::new(mnemonic.to_string());
        let secret = Self::from_words(path, &words)?;
        Self::keep(path, &words)?;
        Ok((secret, words))
    }

    /// Keeps a secret that is known already in this file, which must not exist: a gateway that is built anew.
    pub fn import(path: &Path, words: &str) -> Result<Self, KeyFileError> {
        let secret = Self::from_words(path, words)?;
        Self::keep(path, words)?;
        Ok(secret)
    }

    /// Reads the secret from its file.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let failed = |source| KeyFileError::Read { path: path.to_owned(), source };
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).map_err(failed)?.permissions());
            if mode & 0o077 != 0 {
                return Err(KeyFileError::Exposed(path.to_owned()));
            }
        }
        let words = Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
        Self::from_words(path, &words)
    }

    fn keep(path: &Path, words: &str) -> Result<(), KeyFileError> {
        let text = Zeroizing::new(format!("{}\n", words.trim()));
        let failed = |source| KeyFileError::Write { path: path.to_owned(), source };
        whole_file::create(path, text.as_bytes(), PRIVATE).map_err(failed)
    }

    fn from_words(path: &Path, words: &str) -> Result<Self, KeyFileError> {
        let wrong = |reason: String| KeyFileError::Words { path: path.to_owned(), reason };
        let mnemonic = Mnemonic::parse(words.trim()).map_err(|error| wrong(error.to_string()))?;
        let phrase = Phrase::parse(words.trim()).map_err(|error| wrong(error.to_string()))?;
        let signer = Keypair::from_phrase(&phrase, None).map_err(|error| wrong(error.to_string()))?;
        // Not the account's own seed: what encrypts must not follow from what signs, or the other way round.
        let entropy = Zeroizing::new(mnemonic.to_entropy());
        let seed = Zeroizing::new(blake3::derive_key("idlewild gateway seed 1", &entropy));
        Ok(Self { seed, signer })
    }

    /// The gateway's account.
    pub fn account(&self) -> [u8; 32] {
        self.signer.public_key().0
    }

    /// Signs what the gateway sends.
    pub fn signer(&self) -> &Keypair {
        &self.signer
    }

    /// What secrets of access keys follow from.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// Opens the keys of buckets that were sealed to this gateway.
    pub fn receiver(&self) -> Receiver {
        Receiver::of(&storage_secret_from_seed(&self.seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_kept_from_others_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gateway.key");
        let (made, words) = GatewaySecret::create(&path).unwrap();
        let read = GatewaySecret::load(&path).unwrap();
        assert_eq!((made.account(), made.seed()), (read.account(), read.seed()));
        assert_eq!(made.receiver().public(), read.receiver().public());
        assert_eq!(words.split(' ').count(), 24);
        assert!(matches!(GatewaySecret::create(&path), Err(KeyFileError::Write { source: FileError::Exists, .. })));
        assert!(!format!("{made:?}").contains(&hex::encode(made.seed())));
        // The same words make the same gateway elsewhere.
        let other = GatewaySecret::import(&folder.path().join("again.key"), &words).unwrap();
        assert_eq!(other.account(), made.account());
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_or_that_is_none_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gateway.key");
        assert!(matches!(GatewaySecret::load(&path), Err(KeyFileError::Read { .. })));
        GatewaySecret::create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(GatewaySecret::load(&path), Err(KeyFileError::Exposed(_))));
        let bad = folder.path().join("bad.key");
        assert!(matches!(GatewaySecret::import(&bad, "one two three"), Err(KeyFileError::Words { .. })));
        assert!(!bad.exists());
    }
}
