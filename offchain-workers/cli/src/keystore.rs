//! Accounts on disk: one encrypted JSON file each, readable by its owner only.
//!
//! Files appear whole or not at all, and are never written over.

mod folder;
mod name;
mod password;
mod sealed;
mod secret;

use std::path::{Path, PathBuf};

use idlewild_files::whole_file::{self, FileError};
use subxt_signer::sr25519::Keypair;
use zeroize::Zeroizing;

pub use folder::{folder_of, FolderError};
pub use name::NameError;
pub use password::{Password, PasswordError, PasswordSource, VARIABLE as PASSWORD_VARIABLE};
pub use sealed::Cost;
pub use secret::{Secret, SecretError};

use crate::disk;
use sealed::{Sealed, SealedError};

/// An account as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Account {
    /// What it is called on this machine.
    pub name: String,
    /// Its address, SS58 with prefix 42.
    #[serde(rename = "address")]
    pub ss58: String,
    /// Its sr25519 public key.
    #[serde(rename = "public_key", serialize_with = "with_prefix")]
    pub public: [u8; 32],
}

fn with_prefix<S: serde::Serializer>(key: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("0x{}", hex::encode(key)))
}

/// An account that can sign.
pub struct UnlockedAccount {
    /// The account.
    pub account: Account,
    /// Signs extrinsics and requests.
    pub signer: Keypair,
    /// The 32-byte secret, from which storage keys are derived.
    pub seed: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for UnlockedAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnlockedAccount").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Why a keystore cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the folder of accounts {folder} cannot be used: {source}; check that it belongs to this user")]
pub struct OpenError {
    /// The folder.
    pub folder: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
}

/// Why an account was not added. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// No account can be called that.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The name is taken.
    #[error("there is an account {0} already; choose another name")]
    Taken(String),
    /// The exported file is none.
    #[error("the file is no account that was exported here: {0}")]
    Exported(String),
    /// The system gives no randomness or no memory for encryption.
    #[error("the account cannot be encrypted: {0}")]
    Seal(String),
    /// The file cannot be written.
    #[error("{path} cannot be written: {source}; is the disk full?")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Why an account cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No account can be called that.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no such account.
    #[error("there is no account {name} in {folder}; see: idlewild account ls")]
    Missing {
        /// Its name.
        name: String,
        /// The folder.
        folder: PathBuf,
    },
    /// The file is damaged.
    #[error("the account file {path} is damaged: {reason}; restore it from a backup or the account from its mnemonic")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be read, or its copy not be written.
    #[error("{path} cannot be used: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Why an account was not unlocked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is another password.
    #[error("the password of account {0} is wrong; nothing was done")]
    WrongPassword(String),
}

/// The accounts of a folder.
#[derive(Debug)]
pub struct Listing {
    /// Those that can be read, by name.
    pub accounts: Vec<Account>,
    /// Why others cannot.
    pub damaged: Vec<ReadError>,
}

/// A folder of accounts.
#[derive(Clone, Debug)]
pub struct Keystore {
    folder: PathBuf,
    cost: Cost,
}

impl Keystore {
    /// Opens the accounts of a folder, which is made where it is missing.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let folder = folder.into();
        disk::make_private(&folder).map_err(|source| OpenError { folder: folder.clone(), source })?;
        Ok(Self { folder, cost: Cost::default() })
    }

    /// The same, but accounts that it adds are as dear to unlock as `cost` says.
    pub fn with_cost(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }

    /// Tells whether a new account can have `name`, before anybody is asked for a password.
    pub fn free(&self, name: &str) -> Result<(), AddError> {
        name::check(name)?;
        if self.path(name).exists() {
            return Err(AddError::Taken(name.into()));
        }
        Ok(())
    }

    /// Encrypts a secret under a password and keeps it as `name`.
    pub fn add(&self, name: &str, secret: &Secret, password: &str) -> Result<Account, AddError> {
        self.free(name)?;
        let sealed = Sealed::seal(name, secret, password, self.cost).map_err(|error| AddError::Seal(error.to_string()))?;
        self.keep(name, &sealed)
    }

    /// Keeps, as `name`, an account that [`export`](Self::export) wrote; its password stays the same.
    pub fn add_exported(&self, name: &str, exported: &str) -> Result<Account, AddError> {
        self.free(name)?;
        let sealed = Sealed::parse(exported).map_err(|error| AddError::Exported(error.to_string()))?;
        self.keep(name, &sealed.renamed(name))
    }

    fn keep(&self, name: &str, sealed: &Sealed) -> Result<Account, AddError> {
        let path = self.path(name);
        match whole_file::create(&path, sealed.to_json().as_bytes(), whole_file::PRIVATE) {
            Ok(()) => Ok(sealed.account()),
            Err(FileError::Exists) => Err(AddError::Taken(name.into())),
            Err(FileError::Io(source)) => Err(AddError::Write { path, source }),
        }
    }

    /// The accounts of the folder.
    pub fn list(&self) -> Result<Listing, OpenError> {
        let names = disk::names(&self.folder).map_err(|source| OpenError { folder: self.folder.clone(), source })?;
        let mut listing = Listing { accounts: Vec::new(), damaged: Vec::new() };
        for name in names {
            match self.account(&name) {
                Ok(account) => listing.accounts.push(account),
                Err(error) => listing.damaged.push(error),
            }
        }
        Ok(listing)
    }

    /// An account by name, without its secret.
    pub fn account(&self, name: &str) -> Result<Account, ReadError> {
        Ok(self.read(name)?.account())
    }

    /// An account's encrypted file.
    pub fn export(&self, name: &str) -> Result<String, ReadError> {
        Ok(self.read(name)?.to_json())
    }

    /// Writes an account's encrypted file to `out`, which must not exist.
    pub fn export_to(&self, name: &str, out: &Path) -> Result<(), ReadError> {
        let text = self.export(name)?;
        whole_file::create(out, text.as_bytes(), whole_file::PRIVATE)
            .map_err(|error| ReadError::Io { path: out.into(), source: error.into() })
    }

    /// Opens an account for signing.
    pub fn unlock(&self, name: &str, password: &str) -> Result<UnlockedAccount, UnlockError> {
        let secret = self.reveal(name, password)?;
        let damaged = |reason: String| ReadError::Damaged { path: self.path(name), reason };
        let signer = secret.signer().map_err(|error| damaged(error.to_string()))?;
        Ok(UnlockedAccount { account: self.account(name)?, signer, seed: secret.seed().clone() })
    }

    /// Opens an account's secret itself, as for a backup.
    pub fn reveal(&self, name: &str, password: &str) -> Result<Secret, UnlockError> {
        self.read(name)?.open(password).map_err(|error| match error {
            SealedError::WrongPassword => UnlockError::WrongPassword(name.into()),
            other => ReadError::Damaged { path: self.path(name), reason: other.to_string() }.into(),
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    fn read(&self, name: &str) -> Result<Sealed, ReadError> {
        name::check(name)?;
        let path = self.path(name);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ReadError::Missing { name: name.into(), folder: self.folder.clone() });
            },
            Err(source) => return Err(ReadError::Io { path, source }),
        };
        let sealed = Sealed::parse(&text).map_err(|error| ReadError::Damaged { path, reason: error.to_string() })?;
        Ok(sealed.renamed(name))
    }
}
