//! What is on the disk of a lease: its key, the port that it is reached at, how it is run. With the chain this is everything that a
//! worker has to know after a kill.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use idlewild_client::service::Settings;
use idlewild_compute_primitives::LeaseId;
use idlewild_files::whole_file::{self, FileError};
use idlewild_network::{identity::IdentityError, Identity};

/// The folder of all leases in the compute role's own.
const SERVICES: &str = "services";
const KEY: &str = "key";
const PORT: &str = "port";
const SETTINGS: &str = "settings";

/// Why a lease's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The key.
    #[error("a lease's key: {0}")]
    Key(#[from] IdentityError),
}

/// The leases of one worker.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Those in the compute role's folder.
    pub fn of(compute: &Path) -> Self {
        Self(compute.join(SERVICES))
    }

    /// The leases that something is on the disk of.
    pub fn leases(&self) -> Result<BTreeSet<LeaseId>, FolderError> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(source) => return Err(FolderError::File { path: self.0.clone(), source }),
        };
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
        Ok(names.filter_map(|name| name.to_str()?.parse().ok()).collect())
    }

    /// A lease's files.
    pub fn lease(&self, lease: LeaseId) -> Files {
        Files(self.0.join(lease.to_string()))
    }

    /// The ports that leases were given, with the number of ports of each.
    pub fn ports(&self) -> Result<Vec<(LeaseId, u16, u16)>, FolderError> {
        let mut ports = Vec::new();
        for lease in self.leases()? {
            let files = self.lease(lease);
            let (Some(first), Some(settings)) = (files.port()?, files.settings()?) else { continue };
            ports.push((lease, first, width(&settings)));
        }
        Ok(ports)
    }
}

/// How many ports in a row a lease is reached at. One that listens nowhere still answers probes.
pub fn width(settings: &Settings) -> u16 {
    u16::try_from(settings.ports.len()).unwrap_or(u16::MAX).max(1)
}

/// The files of one lease.
#[derive(Clone, Debug)]
pub struct Files(PathBuf);

impl Files {
    /// Its key, which is made where there is none yet: before the lease is accepted, and never again.
    pub fn key(&self) -> Result<Identity, FolderError> {
        let path = self.0.join(KEY);
        match Identity::load(&path) {
            Err(IdentityError::Missing(_)) => {},
            loaded => return Ok(loaded?),
        }
        fs::create_dir_all(&self.0).map_err(|source| FolderError::File { path: self.0.clone(), source })?;
        whole_file::sync_name(&self.0).map_err(|source| FolderError::File { path: self.0.clone(), source })?;
        Ok(Identity::create(&path)?)
    }

    /// The first of its ports, once it was given some.
    pub fn port(&self) -> Result<Option<u16>, FolderError> {
        let bytes = self.read(PORT)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse().ok()))
    }

    /// Gives it a port.
    pub fn keep_port(&self, port: u16) -> Result<(), FolderError> {
        self.write(PORT, format!("{port}\n").as_bytes())
    }

    /// How it is run, once that was fetched.
    pub fn settings(&self) -> Result<Option<Settings>, FolderError> {
        // What cannot be read is fetched again.
        Ok(self.read(SETTINGS)?.and_then(|bytes| Settings::from_bytes(&bytes).ok()))
    }

    /// Keeps how it is run.
    pub fn keep_settings(&self, settings: &Settings) -> Result<(), FolderError> {
        self.write(SETTINGS, &settings.to_bytes())
    }

    /// Removes everything.
    pub fn remove(&self) -> Result<(), FolderError> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.map_err(|source| FolderError::File { path: self.0.clone(), source }),
        }
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, FolderError> {
        let path = self.0.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(FolderError::File { path, source }),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.0.join(name);
        let file = |source| FolderError::File { path: self.0.clone(), source };
        fs::create_dir_all(&self.0).map_err(file)?;
        whole_file::replace(&path, bytes, whole_file::PRIVATE).map_err(|error| match error {
            FileError::Io(source) => FolderError::File { path, source },
            FileError::Exists => FolderError::File { path, source: io::ErrorKind::AlreadyExists.into() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_there_again_after_a_kill() {
        let disk = tempfile::tempdir().unwrap();
        let folder = Folder::of(disk.path());
        assert!(folder.leases().unwrap().is_empty());
        let files = folder.lease(7);
        let key = files.key().unwrap().peer_key();
        assert_eq!((files.port().unwrap(), files.settings().unwrap()), (None, None));
        let settings = Settings { ports: vec![80, 81], networked: true, ..Settings::default() };
        files.keep_settings(&settings).unwrap();
        files.keep_port(3_000).unwrap();
        files.keep_port(3_001).unwrap();

        let folder = Folder::of(disk.path());
        let files = folder.lease(7);
        assert_eq!(files.key().unwrap().peer_key(), key);
        assert_eq!(files.settings().unwrap(), Some(settings));
        assert_eq!(folder.ports().unwrap(), [(7, 3_001, 2)]);
        assert_eq!(folder.leases().unwrap(), BTreeSet::from([7]));
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(disk.path().join("services/7/key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        files.remove().unwrap();
        files.remove().unwrap();
        assert!(folder.leases().unwrap().is_empty());
        assert_ne!(files.key().unwrap().peer_key(), key);
    }

    #[test]
    fn a_damaged_port_is_no_port_and_one_that_listens_nowhere_has_one() {
        let disk = tempfile::tempdir().unwrap();
        let files = Folder::of(disk.path()).lease(1);
        files.key().unwrap();
        fs::write(disk.path().join("services/1/port"), "many").unwrap();
        assert_eq!(files.port().unwrap(), None);
        assert_eq!(width(&Settings::default()), 1);
    }
}
