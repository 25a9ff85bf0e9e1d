//! How a service is run.
//!
//! The chain knows what an instance takes and costs. The rest is in one file of the service's bundle, whose key stands on chain: the
//! provider starts the container by it, and trackers learn which path they ask.

use std::collections::BTreeSet;

use codec::{Decode, DecodeAll, Encode};
use idlewild_compute_primitives::program::Bundle;
use serde::{Deserialize, Serialize};

use crate::{BundleError, Session};

/// The file of the bundle.
pub const FILE: &str = "settings";
/// Most bytes of it.
pub const MAX_BYTES: u64 = 64 << 10;
/// Most ports of a service.
pub const MAX_PORTS: usize = 8;
/// Most bytes of the path that is asked.
const MAX_PATH: usize = 512;

/// How a service is run. Everybody can read this, its environment included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Arguments in place of the image's own, where there are any.
    pub arguments: Vec<String>,
    /// Its environment, with what stands in the image.
    pub environment: Vec<(String, String)>,
    /// The TCP ports that it listens on. The first is reached at the lease's endpoint, each further one a port higher.
    pub ports: Vec<u16>,
    /// Whether it is on a network at all, without which it has no ports and reaches nobody.
    pub networked: bool,
    /// What is asked for at the first port, by HTTP, to learn whether it is well; without it the answer of
    /// the lease's key is enough.
    pub health: Option<String>,
}

/// As it stands in its file: later versions are another variant.
#[derive(Encode, Decode)]
enum Stored {
    #[codec(index = 1)]
    First(Settings),
}

/// Why settings make no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// They are too long.
    #[error("the service's arguments and environment take {0} bytes, and {MAX_BYTES} are taken: put long ones into the image")]
    TooLong(u64),
    /// Too many ports.
    #[error("a service has {MAX_PORTS} ports at most, and this one has {0}")]
    TooManyPorts(usize),
    /// A port that is none, or stands there twice.
    #[error("{0} is no port, or stands there twice: write each from 1 to 65535 once")]
    BadPort(u16),
    /// Ports without a network.
    #[error("a service without a network has no ports: take its ports away, or give it a network")]
    NoNetwork,
    /// A path without a port to ask it at.
    #[error("there is no port at which the health path could be asked: give the service one")]
    NoPort,
    /// A path that is none.
    #[error("{0:?} is no path: write one such as /health, without blanks")]
    BadPath(String),
    /// A name in the environment that is none.
    #[error("{0:?} is no name of an environment variable")]
    BadName(String),
    /// A zero byte, which no argument can have.
    #[error("an argument or a variable has a zero byte in it, which no program can be told")]
    ZeroByte,
}

impl Settings {
    /// Refuses what cannot be run as it says.
    pub fn check(&self) -> Result<(), SettingsError> {
        let bytes = self.encoded_size() as u64;
        if bytes >= MAX_BYTES {
            return Err(SettingsError::TooLong(bytes));
        }
        if self.ports.len() > MAX_PORTS {
            return Err(SettingsError::TooManyPorts(self.ports.len()));
        }
        let mut seen = BTreeSet::new();
        if let Some(port) = self.ports.iter().find(|port| **port == 0 || !seen.insert(**port)) {
            return Err(SettingsError::BadPort(*port));
        }
        if !self.networked && !self.ports.is_empty() {
            return Err(SettingsError::NoNetwork);
        }
        if let Some(path) = &self.health {
            if self.ports.is_empty() {
                return Err(SettingsError::NoPort);
            }
            let is_path = path.starts_with('/') && path.len() <= MAX_PATH && path.bytes().all(|byte| byte.is_ascii_graphic());
            if !is_path {
                return Err(SettingsError::BadPath(path.clone()));
            }
        }
        if let Some((name, _)) = self.environment.iter().find(|(name, _)| name.is_empty() || name.contains('=')) {
            return Err(SettingsError::BadName(name.clone()));
        }
        let words = self.environment.iter().flat_map(|(name, value)| [name, value]).chain(&self.arguments);
        if words.into_iter().any(|word| word.contains('\0')) {
            return Err(SettingsError::ZeroByte);
        }
        Ok(())
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        Stored::First(self.clone()).encode()
    }

    /// Reads the file's bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnreadableSettings> {
        let Stored::First(settings) = Stored::decode_all(&mut &*bytes).map_err(|_| UnreadableSettings::Form)?;
        settings.check()?;
        Ok(settings)
    }
}

/// Why a service's settings cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableSettings {
    /// The storage network.
    #[error("the service's settings cannot be fetched: {0}")]
    Fetch(#[from] BundleError),
    /// They are of no version that is known.
    #[error("the service's settings are of no version that this program knows: they were written by a newer one, or damaged")]
    Form,
    /// They make no sense.
    #[error("the service's settings make no sense: {0}")]
    Senseless(#[from] SettingsError),
}

impl UnreadableSettings {
    /// Whether they may be readable later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Fetch(_))
    }
}

impl Session {
    /// Reads a service's settings from its bundle.
    pub async fn service_settings(&self, bundle: &Bundle) -> Result<Settings, UnreadableSettings> {
        let bytes = self.open_bundle(bundle).await?.read(FILE, MAX_BYTES).await?;
        Settings::from_bytes(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            arguments: vec!["serve".into()],
            environment: vec![("NAME".into(), "a=b".into())],
            ports: vec![80, 443],
            networked: true,
            health: Some("/health?deep=1".into()),
        }
    }

    #[test]
    fn they_come_back_as_they_were_written() {
        let bytes = settings().to_bytes();
        assert_eq!(Settings::from_bytes(&bytes).unwrap(), settings());
        assert_eq!(bytes.first(), Some(&1), "the version");
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(matches!(Settings::from_bytes(&longer), Err(UnreadableSettings::Form)));
        let newer = [&[2], &bytes[1..]].concat();
        assert!(matches!(Settings::from_bytes(&newer), Err(UnreadableSettings::Form)));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_whoever_reads_it() {
        let wrong = |change: fn(&mut Settings)| {
            let mut settings = settings();
            change(&mut settings);
            let refused = settings.check().unwrap_err();
            let read = Settings::from_bytes(&settings.to_bytes());
            assert!(matches!(read, Err(UnreadableSettings::Senseless(ref error)) if *error == refused), "{read:?}");
            refused
        };
        assert_eq!(wrong(|settings| settings.ports = vec![0]), SettingsError::BadPort(0));
        assert_eq!(wrong(|settings| settings.ports = vec![80, 80]), SettingsError::BadPort(80));
        assert_eq!(wrong(|settings| settings.ports = (1..=9).collect()), SettingsError::TooManyPorts(9));
        assert_eq!(wrong(|settings| settings.networked = false), SettingsError::NoNetwork);
        assert_eq!(wrong(|settings| settings.ports.clear()), SettingsError::NoPort);
        for path in ["health", "/a b", "/a\r\nHost: x", "", "/\u{e4}"] {
            let with = Settings { health: Some(path.into()), ..settings() };
            assert_eq!(with.check(), Err(SettingsError::BadPath(path.into())));
        }
        assert_eq!(
            wrong(|settings| settings.environment = vec![("A=B".into(), String::new())]),
            SettingsError::BadName("A=B".into())
        );
        assert_eq!(wrong(|settings| settings.arguments = vec!["\0".into()]), SettingsError::ZeroByte);
        let long = Settings { arguments: vec!["x".repeat(70_000)], ..settings() };
        assert!(matches!(long.check(), Err(SettingsError::TooLong(_))));
        assert_eq!(Settings::default().check(), Ok(()), "one that neither listens nor reaches anybody");
    }
}
