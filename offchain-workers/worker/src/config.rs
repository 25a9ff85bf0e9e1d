//! The worker's one configuration file.

mod compute;
mod oci;
mod services;

use std::{
    fs,
    path::{Path, PathBuf},
};

use idlewild_chain_client::{coins::parse_coins, AccountId32};
use idlewild_network::{
    address::{parse_endpoint, AddressError},
    PeerAddr,
};
use idlewild_storage_primitives::Balance;
use serde::{Deserialize, Deserializer};

pub use compute::{Asked, Compute, Outputs, Tracker};
pub use oci::{Engine, Oci};
pub use services::Services;

use crate::{
    logs,
    status::{metrics, rpc},
};

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
    /// The network, which the storage role needs.
    pub network: Option<Network>,
    /// The storage role, unless it is off.
    pub storage: Option<Storage>,
    /// The capacity role, unless it is off.
    pub capacity: Option<Capacity>,
    /// The compute role, unless it is off.
    pub compute: Option<Compute>,
    /// The tracker role, unless it is off.
    pub tracker: Option<Tracker>,
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
    /// The peer key, which the storage role needs.
    pub peer: Option<PathBuf>,
}

/// What the storage role is configured with.
#[derive(Clone, Debug, PartialEq)]
pub struct Storing {
    /// The file of the peer key.
    pub peer: PathBuf,
    /// The network.
    pub network: Network,
    /// The role.
    pub storage: Storage,
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
    /// Whether to report others' missed periods and unappended slots.
    #[serde(default = "yes")]
    pub report: bool,
    /// Pay is collected at most each time so many periods have passed, and only where it is more than the fee. A deal that is
    /// over is always collected, free of a fee.
    #[serde(default = "one")]
    pub settle_every: u32,
}

/// `[capacity]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// The account whose plots they are, where the operator is only its proxy of the kind `Plotter`.
    #[serde(default, deserialize_with = "account")]
    pub account: Option<[u8; 32]>,
    /// Bond put up for claims. An account with a proxy puts it up itself.
    #[serde(deserialize_with = "coins")]
    pub bond: Balance,
    /// Threads that plot; one for each processor if 0.
    #[serde(default)]
    pub threads: usize,
    /// The part of their time that they work, in hundredths.
    #[serde(default = "whole")]
    pub share: u8,
    /// The file in which the worker keeps in mind which mark each folder of plots has.
    #[serde(default = "marks")]
    pub marks: PathBuf,
    /// Where plots are: best one folder for each disk, as they are read side by side.
    pub folders: Vec<Plots>,
}

/// `[[capacity.folders]]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plots {
    /// The folder.
    pub path: PathBuf,
    /// Bytes that plots may take.
    #[serde(deserialize_with = "bytes")]
    pub space: u64,
    /// Bytes of the disk that plots leave free, for paid data to come in.
    #[serde(deserialize_with = "bytes", default = "left_free")]
    pub leave: u64,
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

fn whole() -> u8 {
    100
}

fn marks() -> PathBuf {
    "plot-marks.toml".into()
}

fn left_free() -> u64 {
    4 << 30
}

impl Config {
    /// Reads a file. Relative paths in it start from its own folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.into(), source })?;
        let wrong = |reason: String| ConfigError::Wrong { path: path.into(), reason };
        let mut config: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let storage = config.storage.iter_mut().map(|storage| &mut storage.folder);
        let plots = config.capacity.iter_mut().flat_map(|capacity| {
            let Capacity { marks, folders, .. } = capacity;
            folders.iter_mut().map(|plots| &mut plots.path).chain([marks])
        });
        let compute =
            config.compute.iter_mut().flat_map(|compute| [&mut compute.folder].into_iter().chain(&mut compute.oci.cache));
        let tracker =
            config.tracker.iter_mut().flat_map(|tracker| [&mut tracker.folder].into_iter().chain(&mut tracker.oci.cache));
        for relative in
            storage.chain(compute).chain(tracker).chain(plots).chain(&mut config.keys.peer).chain([&mut config.keys.operator])
        {
            *relative = folder.join(&*relative);
        }
        config.check().map_err(wrong)?;
        Ok(config)
    }

    /// What the storage role is configured with; `None` where it is off.
    pub fn storing(&self) -> Option<Storing> {
        let (peer, network, storage) = (self.keys.peer.clone()?, self.network.clone()?, self.storage.clone()?);
        Some(Storing { peer, network, storage })
    }

    /// Whether each value can be what its key is for.
    fn check(&self) -> Result<(), String> {
        let Self { chain, keys, network, storage, capacity, compute, tracker, status, log } = self;
        if storage.is_none() && capacity.is_none() && compute.is_none() && tracker.is_none() {
            return Err("no role is on: give it a section [storage], [capacity], [compute] or [tracker]".into());
        }
        if !["ws://", "wss://"].iter().any(|scheme| chain.node.starts_with(scheme)) {
            return Err(format!("chain.node {:?} is no WebSocket address, such as ws://127.0.0.1:9944", chain.node));
        }
        if let Some(storage) = storage {
            if keys.peer.is_none() {
                return Err("keys.peer is missing: the storage role needs a peer key".into());
            }
            network.as_ref().ok_or("the section [network] is missing: the storage role needs one")?;
            if storage.settle_every == 0 {
                return Err("storage.settle_every is 0: write 1 to collect pay each period".into());
            }
        }
        if let Some(capacity) = capacity {
            capacity.check()?;
        }
        if let Some(compute) = compute {
            if keys.peer.is_none() || network.is_none() {
                return Err("the compute role needs keys.peer and the section [network]: others know a provider by them".into());
            }
            compute.check()?;
        }
        if let Some(tracker) = tracker {
            tracker.oci.check("tracker.oci")?;
        }
        if let Some(network) = network {
            network.check()?;
        }
        rpc::parse_address(&status.rpc).map_err(|error| error.to_string())?;
        if !status.metrics.is_empty() {
            metrics::parse_address(&status.metrics).map_err(|error| error.to_string())?;
        }
        logs::parse_filter(&log.filter).map_err(|error| error.to_string())?;
        Ok(())
    }
}

impl Network {
    fn check(&self) -> Result<(), String> {
        if self.listen.is_empty() {
            return Err("network.listen is empty: a miner must listen somewhere".into());
        }
        for address in &self.listen {
            parse_endpoint(address).map_err(|error| format!("network.listen: {error}"))?;
        }
        let endpoint = parse_endpoint(&self.endpoint).map_err(|error| format!("network.endpoint: {error}"))?;
        if !is_definite(&endpoint.to_string()) {
            return Err(format!("network.endpoint {endpoint} is no place that others can reach: name an address and a port"));
        }
        for peer in &self.bootstrap {
            parse_peer(peer).map_err(|error| format!("network.bootstrap: {error}"))?;
        }
        Ok(())
    }
}

impl Capacity {
    fn check(&self) -> Result<(), String> {
        if self.folders.is_empty() {
            return Err("capacity.folders is empty: name a folder for plots, in a section [[capacity.folders]]".into());
        }
        if !(1..=100).contains(&self.share) {
            return Err(format!("capacity.share is {}: it is a percentage, from 1 to 100", self.share));
        }
        for (at, plots) in self.folders.iter().enumerate() {
            if self.folders.iter().take(at).any(|other| other.path == plots.path) {
                return Err(format!("capacity.folders names {} twice", plots.path.display()));
            }
        }
        Ok(())
    }
}

/// Whether an endpoint names one place: not every interface, and not any port.
fn is_definite(endpoint: &str) -> bool {
    let parts: Vec<&str> = endpoint.split('/').collect();
    let anywhere = matches!(parts.get(2), Some(&("0.0.0.0" | "::")));
    !anywhere && parts.get(4).is_some_and(|port| *port != "0")
}

/// Why a peer to meet first cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// It is not of the form.
    #[error("{0:?} is not a peer key in hexadecimal, @ and a multiaddress")]
    Form(String),
    /// Its address cannot be.
    #[error(transparent)]
    Address(#[from] AddressError),
}

/// Reads a peer to meet first: peer key in hexadecimal, `@`, multiaddress.
pub fn parse_peer(text: &str) -> Result<PeerAddr, PeerError> {
    let parse = || {
        let (key, address) = text.split_once('@')?;
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(key, &mut bytes).ok()?;
        Some((bytes, address))
    };
    let (key, address) = parse().ok_or_else(|| PeerError::Form(text.to_owned()))?;
    Ok(PeerAddr::new(key, address.as_bytes())?)
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_bytes(&text).map_err(serde::de::Error::custom)
}

fn account<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 32]>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let parsed: Result<AccountId32, _> = text.parse();
    parsed.map(|account| Some(account.0)).map_err(|error| serde::de::Error::custom(format!("{text:?} is no address: {error}")))
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
