//! The gateway's one configuration file.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// The file's name in a gateway's folder.
pub const FILE: &str = "gateway.toml";
/// The template that `idlewild gateway init` fills in.
const TEMPLATE: &str = include_str!("config_template.toml");

/// Why there is no usable configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the gateway's configuration {path} cannot be read: {source}. `idlewild gateway init` makes one")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key is unknown, missing, or has a value that cannot be.
    #[error("the gateway's configuration {path} is wrong: {reason}")]
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
    /// The S3 front.
    pub s3: S3,
    /// The HTTP front, unless it is off.
    pub web: Option<Web>,
    /// The store.
    #[serde(default)]
    pub store: StoreConfig,
    /// The chain, unless this gateway keeps everything on this machine.
    pub chain: Option<Chain>,
    /// How deals are made.
    #[serde(default)]
    pub deals: Deals,
    /// What others are told of how it does.
    #[serde(default)]
    pub metrics: Metrics,
    /// Connections.
    #[serde(default)]
    pub limits: LimitsConfig,
}

/// `[s3]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// Where S3 clients connect.
    pub listen: SocketAddr,
    /// What clients are told the region is.
    #[serde(default = "region")]
    pub region: String,
}

/// `[web]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Where browsers connect.
    pub listen: SocketAddr,
    /// Buckets of other owners that are followed at a time; 0 where nothing of others is shown.
    #[serde(default = "public_buckets")]
    pub public_buckets: usize,
    /// MiB of disk for what others made public.
    #[serde(default = "public_mib")]
    pub public_mib: u64,
    /// MiB of the largest published file that is shown.
    #[serde(default = "largest_publication_mib")]
    pub largest_publication_mib: u64,
}

/// `[store]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// MiB of a segment: what becomes one deal.
    pub segment_mib: u32,
    /// MiB that stay on this disk of what the network has.
    pub keep_mib: u64,
    /// MiB of memory for what is read from the network.
    pub memory_mib: usize,
    /// MiB of disk for what is read from the network.
    pub cache_mib: u64,
    /// MiB of free disk below which nothing is written any more.
    pub reserve_mib: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { segment_mib: 64, keep_mib: 10 << 10, memory_mib: 256, cache_mib: 4 << 10, reserve_mib: 1 << 10 }
    }
}

/// `[chain]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// A node's JSON-RPC address.
    pub node: String,
}

/// `[deals]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deals {
    /// `hot`, `standard` or `archive`.
    pub class: String,
    /// How long a deal lasts before it is prolonged.
    pub term: String,
    /// The most that is paid for a GiB and a period, in coins; whatever is asked if there is none.
    pub max_price: Option<String>,
    /// Seconds after which what was written goes to the miners, though its segment is not full.
    pub flush_seconds: u64,
}

impl Default for Deals {
    fn default() -> Self {
        Self { class: "standard".into(), term: "30d".into(), max_price: None, flush_seconds: 300 }
    }
}

/// `[metrics]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Where Prometheus scrapes; nowhere where it is not given.
    pub listen: Option<SocketAddr>,
}

/// `[limits]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Connections of each front at a time.
    pub connections: usize,
    /// Seconds that a client may take for a request's head, and for each part of its body.
    pub patience_seconds: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { connections: 2_048, patience_seconds: 30 }
    }
}

fn region() -> String {
    "idlewild".into()
}

fn public_buckets() -> usize {
    16
}

fn public_mib() -> u64 {
    4 << 10
}

fn largest_publication_mib() -> u64 {
    1 << 10
}

impl Config {
    /// Reads the configuration of a gateway's folder.
    pub fn load(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Read { path: path.clone(), source })?;
        Self::parse(&text).map_err(|reason| ConfigError::Wrong { path, reason })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let positive = |what: &str, value: u64| match value {
            0 => Err(format!("{what} must be more than 0")),
            _ => Ok(()),
        };
        if !(1..=64).contains(&config.store.segment_mib) {
            return Err("store.segment_mib must be 1 to 64: a deal holds no more".into());
        }
        positive("limits.connections", config.limits.connections as u64)?;
        positive("limits.patience_seconds", config.limits.patience_seconds)?;
        positive("deals.flush_seconds", config.deals.flush_seconds)?;
        if config.web.as_ref().is_some_and(|web| web.largest_publication_mib > web.public_mib / 2) {
            return Err(
                "web.largest_publication_mib must be at most half of web.public_mib: the other half is for public buckets"
                    .into(),
            );
        }
        Ok(config)
    }

    /// The text of a new configuration. Without a node everything stays on this machine.
    pub fn template(s3: SocketAddr, web: SocketAddr, node: Option<&str>) -> String {
        let chain = match node {
            Some(node) => format!("[chain]\n# JSON-RPC address of a node that you trust to tell the truth: best your own.\nnode = {}\n", quoted(node)),
            None => "# Without a chain everything stays on this machine: no miner has a copy.\n# [chain]\n# node = \"ws://127.0.0.1:9944\"\n".to_owned(),
        };
        TEMPLATE
            .replace("@S3@", &quoted(&s3.to_string()))
            .replace("@WEB@", &quoted(&web.to_string()))
            .replace("@CHAIN@\n", &chain)
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const S3: &str = "127.0.0.1:9000";
    const WEB: &str = "127.0.0.1:8080";

    fn template(node: Option<&str>) -> String {
        Config::template(S3.parse().unwrap(), WEB.parse().unwrap(), node)
    }

    #[test]
    fn what_init_writes_can_be_read_and_shows_the_defaults() {
        let local = Config::parse(&template(None)).unwrap();
        assert_eq!((local.chain, local.s3.listen), (None, S3.parse().unwrap()));
        let on_chain = Config::parse(&template(Some("ws://\"x\":1"))).unwrap();
        assert_eq!(on_chain.chain.unwrap().node, "ws://\"x\":1");
        // What the template shows as default is what holds where a key is left out.
        let bare = Config::parse(&format!("[s3]\nlisten = \"{S3}\"\n[web]\nlisten = \"{WEB}\"")).unwrap();
        assert_eq!(bare, Config::parse(&template(None)).unwrap());
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let with = |more: &str| Config::parse(&format!("[s3]\nlisten = \"{S3}\"\n{more}")).unwrap_err();
        assert!(with("[store]\nsegment_mb = 3").contains("segment_mb"));
        assert!(with("[store]\nsegment_mib = 65").contains("1 to 64"));
        assert!(with("[limits]\nconnections = 0").contains("more than 0"));
        let public = format!("[web]\nlisten = \"{WEB}\"\npublic_mib = 10\nlargest_publication_mib = 6");
        assert!(with(&public).contains("half of web.public_mib"));
        assert!(Config::parse("[s3]\nlisten = \"nowhere\"").is_err());
    }
}
