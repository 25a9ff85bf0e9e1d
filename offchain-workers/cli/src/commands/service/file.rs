//! The file that says what a service is: a small TOML of our own, or a compose file.

use std::{collections::BTreeMap, path::Path};

use idlewild_client::service::Settings;
use idlewild_compute_primitives::resources::{Arch, Resources, Runtimes, Tier, Wishes};
use serde::Deserialize;

use super::{
    amounts::{cores, mebibytes},
    compose,
};

/// Thousandths of a core where nothing is said.
const CPU: u32 = 250;
/// Mebibytes of memory where nothing is said.
const MEMORY: u32 = 256;
/// Mebibytes of disk where nothing is said.
const DISK: u32 = 256;

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// The image: a name, a digest or an archive.
    pub(super) image: String,
    pub(super) settings: Settings,
    pub(super) resources: Resources,
    pub(super) wishes: Wishes,
    pub(super) instances: u8,
    /// Coins for an instance and an hour.
    pub(super) most: Option<String>,
    /// How long it is paid for ahead.
    pub(super) term: Option<String>,
    /// What the user should know of what was made of the file.
    pub(super) notes: Vec<String>,
}

/// Something in a file that a service cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Where it stands.
    pub(super) at: String,
    /// Why not, and what to do instead.
    pub(super) why: String,
}

impl Refusal {
    pub(super) fn new(at: impl Into<String>, why: impl Into<String>) -> Self {
        Self { at: at.into(), why: why.into() }
    }
}

/// Why a file does not become a service.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// Which one.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is none of ours.
    #[error("{path} is no service file: {reason}")]
    Form {
        /// Which one.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// It asks for what a service cannot have.
    #[error("{path} asks for what a service here cannot have:\n{}", list(.refusals))]
    Refused {
        /// Which one.
        path: String,
        /// All of it.
        refusals: Vec<Refusal>,
    },
}

fn list(refusals: &[Refusal]) -> String {
    let lines: Vec<String> = refusals.iter().map(|refusal| format!("  {}: {}", refusal.at, refusal.why)).collect();
    lines.join("\n")
}

/// Reads a service file: YAML is a compose file, anything else our own TOML.
pub(super) fn read(path: &Path) -> Result<Wanted, FileError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| FileError::Read { path: name.clone(), source })?;
    let is_compose = matches!(path.extension().and_then(|extension| extension.to_str()), Some("yml" | "yaml"));
    match is_compose {
        true => compose::read(&name, &text),
        false => of_toml(&name, &text),
    }
}

/// Our own file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    image: String,
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    ports: Vec<u16>,
    network: Option<bool>,
    health: Option<String>,
    instances: Option<u8>,
    #[serde(default)]
    resources: Rented,
    #[serde(default)]
    machine: Machine,
    #[serde(default)]
    pay: Pay,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rented {
    cpu: Option<f64>,
    memory: Option<String>,
    disk: Option<String>,
    up_kbps: Option<u32>,
    down_kbps: Option<u32>,
    gpus: Option<u32>,
    gpu_memory: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Machine {
    arch: Option<Arch>,
    region: Option<String>,
    tier: Option<Tier>,
    gpu_model: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    most: Option<String>,
    term: Option<String>,
}

/// What a service takes where nothing else is said.
pub(super) fn usual() -> Resources {
    Resources { cpu_milli: CPU, ram_mib: MEMORY, disk_mib: DISK, ..Resources::default() }
}

/// What its machine has to be where nothing else is said: images are of one kind of processor, and most are of this one.
pub(super) fn usual_machine() -> Wishes {
    Wishes { arch: Some(Arch::Amd64), runtimes: Runtimes { wasi: false, oci: true }, ..Wishes::default() }
}

/// Two capital letters.
pub(super) fn region(text: &str) -> Result<[u8; 2], String> {
    let bytes: Result<[u8; 2], _> = text.as_bytes().try_into();
    match bytes {
        Ok(bytes) if bytes.iter().all(u8::is_ascii_uppercase) => Ok(bytes),
        _ => Err(format!("{text:?} is no region: write two capital letters of ISO 3166, such as NO")),
    }
}

fn of_toml(path: &str, text: &str) -> Result<Wanted, FileError> {
    let wrong = |reason: String| FileError::Form { path: path.to_owned(), reason };
    let file: File = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let named = |name: &'static str| {
        move |reason: String| FileError::Form { path: path.to_owned(), reason: format!("{name}: {reason}") }
    };
    let mut resources = usual();
    let Rented { cpu, memory, disk, up_kbps, down_kbps, gpus, gpu_memory } = file.resources;
    if let Some(cpu) = cpu {
        resources.cpu_milli = cores(&cpu.to_string()).map_err(named("resources.cpu"))?;
    }
    for (text, name, place) in [
        (memory, "resources.memory", &mut resources.ram_mib),
        (disk, "resources.disk", &mut resources.disk_mib),
        (gpu_memory, "resources.gpu_memory", &mut resources.vram_mib),
    ] {
        if let Some(text) = text {
            *place = mebibytes(&text).map_err(named(name))?;
        }
    }
    resources.up_kbps = up_kbps.unwrap_or_default();
    resources.down_kbps = down_kbps.unwrap_or_default();
    resources.gpus = gpus.unwrap_or_default();
    let mut wishes = usual_machine();
    wishes.arch = file.machine.arch.or(wishes.arch);
    wishes.region = file.machine.region.as_deref().map(region).transpose().map_err(named("machine.region"))?;
    wishes.tier = file.machine.tier.unwrap_or_default();
    wishes.gpu_model = file.machine.gpu_model;
    let settings = Settings {
        arguments: file.command,
        environment: file.environment.into_iter().collect(),
        networked: file.network.unwrap_or(true),
        ports: file.ports,
        health: file.health,
    };
    settings.check().map_err(|error| wrong(error.to_string()))?;
    Ok(Wanted {
        image: file.image,
        settings,
        resources,
        wishes,
        instances: file.instances.unwrap_or(1),
        most: file.pay.most,
        term: file.pay.term,
        notes: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_enough() {
        let wanted = of_toml("service.toml", "image = \"web:1\"").unwrap();
        assert_eq!((wanted.image.as_str(), wanted.instances), ("web:1", 1));
        assert_eq!(wanted.resources, usual());
        assert!(wanted.settings.networked && wanted.settings.ports.is_empty());
        assert!(wanted.wishes.runtimes.oci && wanted.wishes.arch == Some(Arch::Amd64));
    }

    #[test]
    fn everything_that_is_said_is_meant() {
        let text = r#"
            image = "web:1"
            command = ["serve", "--quiet"]
            ports = [8080, 9090]
            health = "/health"
            instances = 3
            [environment]
            MODE = "fast"
            [resources]
            cpu = 1.5
            memory = "512 MiB"
            disk = "2g"
            up_kbps = 1000
            [machine]
            arch = "arm64"
            region = "NO"
            tier = "virtual"
            [pay]
            most = "0.25"
            term = "7d"
        "#;
        let wanted = of_toml("service.toml", text).unwrap();
        assert_eq!(
            wanted.resources,
            Resources { cpu_milli: 1_500, ram_mib: 512, disk_mib: 2_048, up_kbps: 1_000, ..Resources::default() }
        );
        assert_eq!(wanted.wishes.region, Some(*b"NO"));
        assert_eq!((wanted.wishes.arch, wanted.wishes.tier), (Some(Arch::Arm64), Tier::Virtual));
        let Settings { arguments, environment, ports, health, .. } = wanted.settings;
        assert_eq!(arguments, ["serve", "--quiet"]);
        assert_eq!(environment, [("MODE".to_owned(), "fast".to_owned())]);
        assert_eq!((ports, health.as_deref()), (vec![8_080, 9_090], Some("/health")));
        assert_eq!((wanted.instances, wanted.most.as_deref(), wanted.term.as_deref()), (3, Some("0.25"), Some("7d")));
    }

    #[test]
    fn what_is_misspelt_or_makes_no_sense_is_named() {
        for (text, word) in [
            ("imag = \"x\"", "imag"),
            ("image = \"x\"\nport = 80", "port"),
            ("image = \"x\"\nports = [70000]", "ports"),
            ("image = \"x\"\n[resources]\nmemory = \"much\"", "resources.memory"),
            ("image = \"x\"\n[resources]\ncpu = -1.0", "resources.cpu"),
            ("image = \"x\"\n[machine]\nregion = \"Norway\"", "machine.region"),
            ("image = \"x\"\nnetwork = false\nports = [80]", "without a network"),
            ("image = \"x\"\nhealth = \"/\"", "no port"),
        ] {
            let refused = of_toml("service.toml", text).unwrap_err().to_string();
            assert!(refused.contains(word) && refused.contains("service.toml"), "{refused}");
        }
    }
}
