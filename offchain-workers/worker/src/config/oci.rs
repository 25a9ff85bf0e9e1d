//! `[compute.oci]` and `[tracker.oci]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::bytes;

/// The least that the cache of images may take.
const LEAST_CACHE: u64 = 64 << 20;

/// Whether containers are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Where there is an engine that keeps every limit.
    #[default]
    Auto,
    /// The same, and that there is none is an error: modules are run all the same.
    On,
    /// Never.
    Off,
}

/// `[compute.oci]`: containers, by a Docker Engine.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Oci {
    /// Whether containers are run.
    pub engine: Engine,
    /// The engine's socket.
    pub socket: PathBuf,
    /// The folder of images; `images` in the role's folder if there is none.
    pub cache: Option<PathBuf>,
    /// The most that images take there, and once more unpacked in the engine.
    #[serde(deserialize_with = "bytes")]
    pub cache_limit: u64,
    /// Whether containers get only what processor time nobody else on this machine wants.
    pub yields: bool,
}

impl Default for Oci {
    fn default() -> Self {
        Self { engine: Engine::Auto, socket: "/var/run/docker.sock".into(), cache: None, cache_limit: 20 << 30, yields: true }
    }
}

impl Oci {
    pub(super) fn check(&self, section: &str) -> Result<(), String> {
        if self.cache_limit < LEAST_CACHE {
            return Err(format!("{section}.cache_limit is {}: images take 64 MiB at least", self.cache_limit));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Compute, Engine};

    fn compute(more: &str) -> Result<Compute, String> {
        let text = format!("folder = \"x\"\nbond = \"1\"\n{more}");
        let config: Compute = toml::from_str(&text).map_err(|error| error.to_string())?;
        config.check().map(|()| config)
    }

    #[test]
    fn modules_can_be_left_out_only_where_containers_are_demanded() {
        assert_eq!(compute("").unwrap().oci.engine, Engine::Auto);
        assert!(compute("wasi = false").is_err());
        assert!(compute("wasi = false\n[oci]\nengine = \"auto\"").is_err());
        let only = compute("wasi = false\n[oci]\nengine = \"on\"\ncache = \"here\"\ncache_limit = \"2 GiB\"").unwrap();
        assert_eq!((only.oci.engine, only.oci.cache_limit), (Engine::On, 2 << 30));
        assert_eq!(compute("[oci]\nengine = \"off\"").unwrap().oci.engine, Engine::Off);
        for (wrong, named) in [
            ("[oci]\nengine = \"maybe\"", "engine"),
            ("[oci]\nsokcet = \"x\"", "sokcet"),
            ("[oci]\ncache_limit = \"1 MiB\"", "compute.oci.cache_limit"),
        ] {
            let error = compute(wrong).unwrap_err();
            assert!(error.contains(named), "{wrong}: {error}");
        }
    }
}
