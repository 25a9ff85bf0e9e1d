//! The access keys of a gateway without a chain, in a file of its folder.
//!
//! The file has what the chain would have: numbers, generations and rights, and no secret. It is replaced whole, and a gateway that runs
//! reads it anew when it has changed.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use async_trait::async_trait;
use idlewild_buckets_primitives::scopes::{Rights, Scopes};
use idlewild_files::whole_file::{self, FileError, PRIVATE};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    credentials::{secret, Credential, KeyId, Keyring, KeyringError},
    key_file::GatewaySecret,
};

/// The file's name in a gateway's folder.
pub const FILE: &str = "keys.json";

/// Why the keys cannot be read or changed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum LocalKeysError {
    /// The file cannot be read.
    #[error("the access keys in {path} cannot be read: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// It cannot be written.
    #[error("the access keys in {path} cannot be written: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: FileError,
    },
    /// There is no such key.
    #[error("there is no access key {0} of this gateway: `idlewild gateway key ls` lists them")]
    Unknown(String),
    /// No more can be numbered.
    #[error("this gateway has had as many access keys as can be numbered")]
    TooMany,
    /// The secret does not follow.
    #[error(transparent)]
    Secret(#[from] crate::credentials::DerivationError),
}

/// A key as the file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalKey {
    /// Its number, which is never another's.
    pub number: u32,
    /// How many times its secret was changed.
    pub generation: u32,
    /// What it may do, in all buckets.
    pub rights: Rights,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Contents {
    next: u32,
    keys: Vec<LocalKey>,
}

/// A key whose secret is shown.
#[derive(Serialize)]
pub struct IssuedKey {
    /// What clients call it.
    pub access_key_id: String,
    /// What clients sign with.
    #[serde(serialize_with = "shown")]
    pub secret_access_key: Zeroizing<String>,
    /// What it may do.
    pub rights: Rights,
}

fn shown<S: serde::Serializer>(secret: &Zeroizing<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret)
}

/// The keys of a gateway's folder.
pub struct LocalKeys {
    secret: GatewaySecret,
    path: PathBuf,
    /// What was read last, and of which file: two that were written right after one another may have one time.
    read: Mutex<Option<((SystemTime, u64), Contents)>>,
}

impl LocalKeys {
    /// Those of this folder.
    pub fn of(folder: &Path, secret: GatewaySecret) -> Self {
        Self { secret, path: folder.join(FILE), read: Mutex::default() }
    }

    /// All keys.
    pub fn list(&self) -> Result<Vec<(KeyId, LocalKey)>, LocalKeysError> {
        Ok(self.contents()?.keys.into_iter().map(|key| (self.id(key.number), key)).collect())
    }

    /// Makes a key.
    pub fn issue(&self, rights: Rights) -> Result<IssuedKey, LocalKeysError> {
        let mut contents = self.contents()?;
        let number = contents.next;
        contents.next = number.checked_add(1).ok_or(LocalKeysError::TooMany)?;
        let key = LocalKey { number, generation: 0, rights };
        contents.keys.push(key);
        self.write(&contents)?;
        self.show(&key)
    }

    /// Gives a key another secret; the old one opens nothing any more.
    pub fn rotate(&self, access_key: &str) -> Result<IssuedKey, LocalKeysError> {
        let mut contents = self.contents()?;
        let key = contents.keys.iter_mut().find(|key| self.id(key.number).to_string() == access_key);
        let key = key.ok_or_else(|| LocalKeysError::Unknown(access_key.to_owned()))?;
        key.generation = key.generation.checked_add(1).ok_or(LocalKeysError::TooMany)?;
        let key = *key;
        self.write(&contents)?;
        self.show(&key)
    }

    /// Takes a key away.
    pub fn revoke(&self, access_key: &str) -> Result<(), LocalKeysError> {
        let mut contents = self.contents()?;
        let before = contents.keys.len();
        contents.keys.retain(|key| self.id(key.number).to_string() != access_key);
        if contents.keys.len() == before {
            return Err(LocalKeysError::Unknown(access_key.to_owned()));
        }
        self.write(&contents)
    }

    fn id(&self, number: u32) -> KeyId {
        KeyId::new(&self.secret.account(), number)
    }

    fn secret_of(&self, key: &LocalKey) -> Result<Zeroizing<String>, crate::credentials::DerivationError> {
        secret(self.secret.seed(), &self.secret.account(), &self.id(key.number), key.generation)
    }

    fn show(&self, key: &LocalKey) -> Result<IssuedKey, LocalKeysError> {
        let secret_access_key = self.secret_of(key)?;
        Ok(IssuedKey { access_key_id: self.id(key.number).to_string(), secret_access_key, rights: key.rights })
    }

    fn write(&self, contents: &Contents) -> Result<(), LocalKeysError> {
        let failed = |source| LocalKeysError::Write { path: self.path.clone(), source };
        let text = serde_json::to_vec_pretty(contents).map_err(|error| failed(FileError::Io(error.into())))?;
        whole_file::replace(&self.path, &text, PRIVATE).map_err(failed)?;
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// What the file has: a file of another time is read anew.
    fn contents(&self) -> Result<Contents, LocalKeysError> {
        let failed = |reason: String| LocalKeysError::Read { path: self.path.clone(), reason };
        let which = |file: std::fs::Metadata| Ok((file.modified()?, std::os::unix::fs::MetadataExt::ino(&file)));
        let changed = match std::fs::metadata(&self.path).and_then(which) {
            Ok(changed) => changed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Contents::default()),
            Err(error) => return Err(failed(error.to_string())),
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, contents)) = read.as_ref() {
            if *of == changed {
                return Ok(contents.clone());
            }
        }
        let text = std::fs::read(&self.path).map_err(|error| failed(error.to_string()))?;
        let contents: Contents = serde_json::from_slice(&text).map_err(|error| failed(error.to_string()))?;
        *read = Some((changed, contents.clone()));
        Ok(contents)
    }
}

#[async_trait]
impl Keyring for LocalKeys {
    async fn credential(&self, access_key: &str) -> Result<Option<Credential>, KeyringError> {
        let unavailable = |error: LocalKeysError| KeyringError::Unavailable(error.to_string());
        let contents = self.contents().map_err(unavailable)?;
        let Ok(id) = KeyId::parse(access_key) else { return Ok(None) };
        if !id.is_of(&self.secret.account()) {
            return Ok(None);
        }
        let Some(key) = contents.keys.iter().find(|key| key.number == id.number) else { return Ok(None) };
        let secret = self.secret_of(key).map_err(|error| unavailable(error.into()))?;
        let scopes = Scopes { rights: key.rights, buckets: None };
        Ok(Some(Credential { secret, user: self.secret.account(), scopes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(folder: &Path) -> LocalKeys {
        let path = folder.join("gateway.key");
        let secret = GatewaySecret::load(&path).or_else(|_| GatewaySecret::create(&path).map(|(secret, _)| secret)).unwrap();
        LocalKeys::of(folder, secret)
    }

    #[tokio::test]
    async fn keys_open_until_they_are_changed_or_taken_away_also_for_a_gateway_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        let (running, by_hand) = (keys(folder.path()), keys(folder.path()));
        assert!(running.list().unwrap().is_empty());
        let first = by_hand.issue(Rights::ALL).unwrap();
        let reader = by_hand.issue(Rights::READ).unwrap();
        assert_ne!(first.access_key_id, reader.access_key_id);
        let found = running.credential(&reader.access_key_id).await.unwrap().unwrap();
        assert_eq!((found.secret, found.scopes.rights), (reader.secret_access_key, Rights::READ));

        let again = by_hand.rotate(&first.access_key_id).unwrap();
        assert_ne!(again.secret_access_key, first.secret_access_key);
        assert_eq!(running.credential(&first.access_key_id).await.unwrap().unwrap().secret, again.secret_access_key);

        by_hand.revoke(&reader.access_key_id).unwrap();
        assert!(running.credential(&reader.access_key_id).await.unwrap().is_none());
        assert!(matches!(by_hand.revoke(&reader.access_key_id), Err(LocalKeysError::Unknown(_))));
        // A number is never given twice, or an old secret would open again.
        let third = by_hand.issue(Rights::ALL).unwrap();
        assert_ne!(third.access_key_id, reader.access_key_id);
        // No secret is in the file.
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.contains(third.secret_access_key.as_str()));
    }
}
