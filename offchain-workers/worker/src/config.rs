//! The worker's one configuration file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use idlewild_chain_client::coins::parse_coins;
use idlewild_storage_primitives::Balance;
use serde::{Deserialize, Deserializer};

/// Why there is no usable configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {source}. Make one with `idlewild-worker init`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key is unknown, missing, or has a value that cannot be.
    #[error("the configuration {path} is wrong: {reason}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
}

/// The whole file. A key that is not known is an error: a misspelt one must not be silently without effect.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The chain.
    pub chain: Chain,
    /// Keys.
    pub keys: Keys,
    /// The network.
    pub network: Network,
    /// The storage role.
    pub storage: Storage,
    /// Local status and metrics.
    #[serde(default)]
    pub status: Status,
    /// Logs.
    #[serde(default)]
    pub log: Log,
}

/// `[chain]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// A node's JSON-RPC address.
    pub node: String,
}

/// `[keys]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The operator's secret: a mnemonic or a secret URI, alone in a file that only its owner can read.
    pub operator: PathBuf,
    /// The peer key.
    pub peer: PathBuf,
}

/// `[network]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Where to listen.
    pub listen: Vec<String>,
    /// The address under which others reach this miner; it stands on chain.
    pub endpoint: String,
    /// Miners to meet first, each as peer key in hex, `@`, and multiaddress; those on chain are found anyway.
    #[serde(default)]
    pub bootstrap: Vec<String>,
}

/// `[storage]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// The folder of shards and of the index.
    pub folder: PathBuf,
    /// Bytes offered.
    #[serde(deserialize_with = "bytes")]
    pub capacity: u64,
    /// Price per GiB and period.
    #[serde(deserialize_with = "coins")]
    pub price: Balance,
    /// Bond put up at registration.
    #[serde(deserialize_with = "coins")]
    pub bond: Balance,
    /// Whether to repair what others lost.
    #[serde(default = "yes")]
    pub repair: bool,
    /// Whether to report others' missed periods.
    #[serde(default = "yes")]
    pub report: bool,
    /// Deals are settled each time so many periods have passed.
    #[serde(default = "one")]
    pub settle_every: u32,
}

/// `[status]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Status {
    /// Where `idlewild-worker status` asks.
    pub rpc: String,
    /// Where Prometheus scrapes; nowhere if empty.
    pub metrics: String,
}

impl Default for Status {
    fn default() -> Self {
        Self { rpc: "127.0.0.1:9955".into(), metrics: String::new() }
    }
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// What is written.
    pub filter: String,
    /// For people or for machines.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".into(), format: LogFormat::Text }
    }
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines that a person can read.
    Text,
    /// One JSON object a line.
    Json,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

impl Config {
    /// Reads a file. Relative paths in it start from its own folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.into(), source })?;
        let wrong = |reason: String| ConfigError::Wrong { path: path.into(), reason };
        let mut config: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for relative in [&mut config.keys.operator, &mut config.keys.peer, &mut config.storage.folder] {
            *relative = folder.join(&*relative);
        }
        if config.network.listen.is_empty() {
            return Err(wrong("network.listen is empty: a miner must listen somewhere".into()));
        }
        Ok(config)
    }
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_bytes(&text).map_err(serde::de::Error::custom)
}

fn coins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Balance, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_coins(&text).map_err(serde::de::Error::custom)
}

/// Reads `10 GiB`, `500GB`, `4096`.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is not a size: write a number and one of B, KB, MB, GB, TB, KiB, MiB, GiB, TiB");
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit: u64 = match unit.trim() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let bytes = number * unit as f64;
    // Beyond 2^63 the conversion would saturate silently.
    if !(1.0..9.2e18).contains(&bytes) {
        return Err(wrong());
    }
    Ok(bytes as u64)
}
