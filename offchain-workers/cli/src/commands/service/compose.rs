//! Compose files: the one service in them becomes a service here, or everything that it asks for and cannot have is named.

mod health;
mod network;

use idlewild_client::service::Settings;
use idlewild_compute_primitives::{
    project::MAX_INSTANCES,
    resources::{Arch, Resources, Wishes},
};
use serde_json::{Map, Value};

use self::{health::Test, network::ports};
use super::{
    amounts::{cores, mebibytes},
    file::{region, usual, usual_machine, FileError, Refusal, Wanted},
};

/// Our own words in a compose file, which other programs ignore.
const OURS: &str = "x-idlewild";

/// What a service cannot have, and what to do instead.
const REFUSED: [(&str, &str); 27] = [
    (
        "build",
        "images are not built here: build it with `docker build`, store it with `idlewild image push`, and name it as image",
    ),
    ("volumes", "what an instance writes is gone with it: keep data in a database elsewhere, or in objects of `idlewild put`"),
    ("volumes_from", "what an instance writes is gone with it: keep data elsewhere"),
    ("tmpfs", "writable space is rented as disk: write x-idlewild: { disk: 1g } instead"),
    ("networks", "each instance has a network of its own: reach other services at their published endpoints"),
    ("depends_on", "services here do not wait for each other: have the program try again until the other one answers"),
    ("links", "each instance has a network of its own: reach other services at their published endpoints"),
    ("external_links", "each instance has a network of its own: reach other services at their published endpoints"),
    ("secrets", "how a service is run is public, so that any machine can run it: have the program fetch its secrets itself"),
    ("configs", "files do not go with a service: put them into the image"),
    ("env_file", "write what is in it below environment, and mind that this is public"),
    ("entrypoint", "the image's own entry point is run: make an image with this one, or write its arguments below command"),
    ("devices", "a machine's devices are not lent out, but for graphics processors: write x-idlewild: { gpus: 1 } instead"),
    ("cap_add", "a container here has no privileges: have the program do without"),
    ("security_opt", "the provider chooses how containers are kept apart: ask for a tier with x-idlewild: { tier: virtual }"),
    ("pid", "a container sees no processes but its own"),
    ("ipc", "a container shares memory with nobody"),
    ("extra_hosts", "put the names into the image, or use the domain name system"),
    ("dns", "the provider chooses whom to ask for names"),
    ("sysctls", "the kernel's settings are the provider's"),
    ("ulimits", "limits are what is rented: processor, memory and disk"),
    ("user", "an instance runs as the user that its image names: set USER in the image"),
    ("working_dir", "an instance runs where its image says: set WORKDIR in the image"),
    ("logging", "the provider keeps the end of the log: read it with `idlewild service logs`"),
    ("labels", "nobody reads labels here: take them away"),
    ("extends", "write the whole service into this file"),
    ("profiles", "the file's one service is deployed: take profiles away"),
];

/// What changes nothing here, and why.
const IGNORED: [(&str, &str); 6] = [
    ("container_name", "instances have names of their own"),
    ("expose", "ports are reached where they are published"),
    ("init", "the provider sees to processes that are left over"),
    ("stop_grace_period", "an instance is given ten seconds"),
    ("pull_policy", "an image is pinned by its digest"),
    ("attach", "nothing is attached"),
];

/// Gathers what is wrong with a file, so that all of it is told at once.
#[derive(Default)]
struct Report {
    refusals: Vec<Refusal>,
    notes: Vec<String>,
}

impl Report {
    fn refuse(&mut self, at: &str, why: impl Into<String>) {
        self.refusals.push(Refusal::new(at, why));
    }

    /// What was read, or nothing where it was refused.
    fn take<T>(&mut self, at: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|why| self.refuse(at, why)).ok()
    }

    /// A number or a text, as text. Variables of the shell are not known to who runs the service.
    fn text(&mut self, at: &str, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => {
                self.refuse(at, "a text or a number is expected here");
                return None;
            },
        };
        let plain = text.replace("$$", "\0");
        let has_variable = plain.match_indices('$').any(|(at, _)| {
            plain
                .get(at.saturating_add(1)..)
                .and_then(|rest| rest.chars().next())
                .is_some_and(|c| c == '{' || c == '_' || c.is_alphabetic())
        });
        if has_variable {
            self.refuse(at, "variables of the shell are not put in: write the value itself, and a $ that is meant as $$");
            return None;
        }
        Some(plain.replace('\0', "$"))
    }

    /// A list of words, or a line as a shell cuts it.
    fn words(&mut self, at: &str, value: &Value) -> Vec<String> {
        match value {
            Value::Null => Vec::new(),
            Value::Array(words) => words.iter().filter_map(|word| self.text(at, word)).collect(),
            line => {
                let Some(line) = self.text(at, line) else { return Vec::new() };
                let words = shlex::split(&line).ok_or_else(|| "its quotes do not close".to_owned());
                self.take(at, words).unwrap_or_default()
            },
        }
    }

    fn object<'a>(&mut self, at: &str, value: &'a Value) -> Option<&'a Map<String, Value>> {
        if value.as_object().is_none() {
            self.refuse(at, "names with values are expected here");
        }
        value.as_object()
    }
}

/// Reads a compose file.
pub(super) fn read(path: &str, text: &str) -> Result<Wanted, FileError> {
    let form = |reason: String| FileError::Form { path: path.to_owned(), reason };
    let file: Value = serde_saphyr::from_str(text).map_err(|error| form(error.to_string()))?;
    let file = file.as_object().ok_or_else(|| form("it has no services".into()))?;
    let services = file.get("services").and_then(Value::as_object).ok_or_else(|| form("it has no services".into()))?;
    let mut report = Report::default();
    for (key, value) in file {
        match key.as_str() {
            "services" | "version" | "name" => {},
            "volumes" | "networks" | "secrets" | "configs" if is_empty(value) => {},
            "include" => report.refuse(key, "write the whole service into this file"),
            key if key.starts_with("x-") => {},
            key => report.refuse(key, why_not(key)),
        }
    }
    let wanted = match services.iter().collect::<Vec<_>>().as_slice() {
        [(name, service)] => of_service(name, service, &mut report),
        [] => return Err(form("it has no services".into())),
        many => {
            let names: Vec<&str> = many.iter().map(|(name, _)| name.as_str()).collect();
            let why = format!(
                "it has {} ({}), and a file is one service here: write a file for each, and have them reach each other at their published endpoints",
                many.len(),
                names.join(", ")
            );
            report.refuse("services", why);
            None
        },
    };
    match wanted {
        Some(wanted) if report.refusals.is_empty() => {
            wanted.settings.check().map_err(|error| form(error.to_string()))?;
            Ok(Wanted { notes: report.notes, ..wanted })
        },
        _ => Err(FileError::Refused { path: path.to_owned(), refusals: report.refusals }),
    }
}

fn why_not(key: &str) -> String {
    let known = REFUSED.iter().find(|(name, _)| *name == key).map(|(_, why)| (*why).to_owned());
    known.unwrap_or_else(|| "there is nothing here that it could become: take it away".into())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => false,
    }
}

/// What the keys of a service have come to so far.
struct Draft {
    image: Option<String>,
    settings: Settings,
    resources: Resources,
    wishes: Wishes,
    instances: u8,
    most: Option<String>,
    term: Option<String>,
    test: Option<Test>,
}

fn of_service(name: &str, service: &Value, report: &mut Report) -> Option<Wanted> {
    let service = report.object(name, service)?;
    let mut draft = Draft {
        image: None,
        settings: Settings { networked: true, ..Settings::default() },
        resources: usual(),
        wishes: usual_machine(),
        instances: 1,
        most: None,
        term: None,
        test: None,
    };
    for (key, value) in service {
        draft.take(&format!("{name}.{key}"), key, value, report);
    }
    if draft.image.is_none() && !service.contains_key("build") {
        report.refuse(name, "it names no image");
    }
    draft.place_test(&format!("{name}.healthcheck"), report);
    let Draft { image, settings, resources, wishes, instances, most, term, .. } = draft;
    Some(Wanted { image: image?, settings, resources, wishes, instances, most, term, notes: Vec::new() })
}

impl Draft {
    fn take(&mut self, at: &str, key: &str, value: &Value, report: &mut Report) {
        match key {
            "image" => self.image = report.text(at, value),
            "command" => self.settings.arguments = report.words(at, value),
            "environment" => self.settings.environment = environment(at, value, report),
            "ports" => self.settings.ports = ports(at, value, report),
            "network_mode" => self.network_mode(at, value, report),
            "healthcheck" => self.test = health::read(at, value, report),
            "platform" => self.platform(at, value, report),
            "cpus" => self.limit(at, "cpus", value, report),
            "mem_limit" => self.limit(at, "memory", value, report),
            "scale" => self.replicas(at, value, report),
            "deploy" => self.deploy(at, value, report),
            "restart" => restart(at, value, report),
            "privileged" if value != &Value::Bool(false) => {
                report.refuse(at, "a container here has no privileges: have the program do without");
            },
            // A container's root is read-only here, whether that is asked for or not.
            "privileged" | "read_only" | "stdin_open" | "tty" if value.is_boolean() => {
                if key == "read_only" && value == &Value::Bool(false) {
                    report.refuse(at, "the root of a container is read-only here: write to its disk, and take this away");
                } else if key != "privileged" && key != "read_only" && value == &Value::Bool(true) {
                    report.refuse(at, "nobody sits at a terminal of a service: take it away");
                }
            },
            OURS => self.ours(at, value, report),
            key if key.starts_with("x-") => {},
            key if IGNORED.iter().any(|(name, _)| *name == key) => {
                let why = IGNORED.iter().find(|(name, _)| *name == key).map(|(_, why)| *why).unwrap_or_default();
                report.notes.push(format!("{at} changes nothing: {why}"));
            },
            _ if is_empty(value) => {},
            key => report.refuse(at, why_not(key)),
        }
    }

    fn network_mode(&mut self, at: &str, value: &Value, report: &mut Report) {
        match value.as_str() {
            Some("none") => self.settings.networked = false,
            Some("bridge" | "default") => {},
            _ => report
                .refuse(at, "each instance has a network of its own: take it away, or write none for one without a network"),
        }
    }

    fn platform(&mut self, at: &str, value: &Value, report: &mut Report) {
        self.wishes.arch = match value.as_str() {
            Some("linux/amd64" | "linux/x86_64") => Some(Arch::Amd64),
            Some("linux/arm64" | "linux/arm64/v8" | "linux/aarch64") => Some(Arch::Arm64),
            Some("linux/riscv64") => Some(Arch::Riscv64),
            _ => {
                report.refuse(at, "machines are linux/amd64, linux/arm64 or linux/riscv64: write one of these");
                return;
            },
        };
    }

    /// A limit of a dimension, by compose's names and our own.
    fn limit(&mut self, at: &str, what: &str, value: &Value, report: &mut Report) {
        let Some(text) = report.text(at, value) else { return };
        let (read, place) = match what {
            "cpus" => (cores(&text), &mut self.resources.cpu_milli),
            "disk" => (mebibytes(&text), &mut self.resources.disk_mib),
            "gpu_memory" => (mebibytes(&text), &mut self.resources.vram_mib),
            _ => (mebibytes(&text), &mut self.resources.ram_mib),
        };
        if let Some(amount) = report.take(at, read) {
            *place = amount;
        }
    }

    fn replicas(&mut self, at: &str, value: &Value, report: &mut Report) {
        match value.as_u64().and_then(|count| u8::try_from(count).ok()).filter(|count| (1..=MAX_INSTANCES).contains(count)) {
            Some(count) => self.instances = count,
            None => report.refuse(at, format!("a service has 1 to {MAX_INSTANCES} instances")),
        }
    }

    fn deploy(&mut self, at: &str, value: &Value, report: &mut Report) {
        let Some(deploy) = report.object(at, value) else { return };
        for (key, value) in deploy {
            let at = format!("{at}.{key}");
            match key.as_str() {
                "replicas" => self.replicas(&at, value, report),
                "mode" if value.as_str() == Some("replicated") => {},
                "mode" => report.refuse(&at, "a service has a number of instances: write replicas instead"),
                "resources" => self.deploy_resources(&at, value, report),
                "restart_policy" => match value.get("condition").and_then(Value::as_str) {
                    None | Some("any") => {
                        report.notes.push(format!("{at} changes nothing: an instance is started again whenever it ends"))
                    },
                    Some(_) => report.refuse(&at, ALWAYS),
                },
                _ if is_empty(value) => {},
                "placement" => {
                    report.refuse(&at, "say what its machine must be with x-idlewild: { region: NO, tier: virtual }")
                },
                "update_config" | "rollback_config" => {
                    report.refuse(
                        &at,
                        "a service is not changed while it runs: deploy the new one, and stop the old one when that is live",
                    );
                },
                key => report.refuse(&at, why_not(key)),
            }
        }
    }

    fn deploy_resources(&mut self, at: &str, value: &Value, report: &mut Report) {
        let Some(resources) = report.object(at, value) else { return };
        for (key, value) in resources {
            let at = format!("{at}.{key}");
            let Some(amounts) = report.object(&at, value) else { continue };
            for (what, value) in amounts {
                let at = format!("{at}.{what}");
                match (key.as_str(), what.as_str()) {
                    ("limits", "cpus" | "memory") => self.limit(&at, what, value, report),
                    ("limits", "pids") => report.notes.push(format!("{at} changes nothing: the provider bounds processes")),
                    ("reservations", "cpus" | "memory") => {
                        report.notes.push(format!(
                            "{at} changes nothing: what is rented is what limits say, and all of that is reserved"
                        ));
                    },
                    (_, "devices" | "generic_resources") => {
                        report.refuse(&at, "graphics processors are rented by x-idlewild: { gpus: 1 }");
                    },
                    (_, what) => report.refuse(&at, why_not(what)),
                }
            }
        }
    }

    /// What only this program knows of.
    fn ours(&mut self, at: &str, value: &Value, report: &mut Report) {
        let Some(ours) = report.object(at, value) else { return };
        for (key, value) in ours {
            let at = format!("{at}.{key}");
            match key.as_str() {
                "disk" | "gpu_memory" => self.limit(&at, key, value, report),
                "gpus" => match value.as_u64().and_then(|count| u32::try_from(count).ok()) {
                    Some(count) => self.resources.gpus = count,
                    None => report.refuse(&at, "a number is expected here"),
                },
                "gpu_model" => match value.as_u64().and_then(|model| u16::try_from(model).ok()) {
                    Some(model) => self.wishes.gpu_model = Some(model),
                    None => report.refuse(&at, "the number of a model is expected here"),
                },
                "most" => self.most = report.text(&at, value),
                "term" => self.term = report.text(&at, value),
                "health" => {
                    let path = report.text(&at, value);
                    self.test = path.map(|path| Test { path, port: None });
                },
                "region" => {
                    let text = report.text(&at, value).unwrap_or_default();
                    self.wishes.region = report.take(&at, region(&text));
                },
                "tier" => {
                    let tier = serde_json::from_value(value.clone());
                    let tier = tier.map_err(|_| "write container, remapped or virtual".to_owned());
                    self.wishes.tier = report.take(&at, tier).unwrap_or_default();
                },
                _ => report.refuse(&at, "known are disk, gpus, gpu_memory, gpu_model, most, term, health, region and tier"),
            }
        }
    }

    /// The port that the test asks comes first: that is the one at which trackers ask.
    fn place_test(&mut self, at: &str, report: &mut Report) {
        let Some(Test { path, port }) = self.test.take() else { return };
        let ports = &mut self.settings.ports;
        match port.map(|port| (port, ports.iter().position(|known| *known == port))) {
            None | Some((_, Some(0))) => {},
            Some((_, Some(place))) => {
                let port = ports.remove(place);
                ports.insert(0, port);
                report.notes.push(format!("port {port} is the endpoint of the service, as its health is asked there"));
            },
            Some((port, None)) => {
                report.refuse(at, format!("health is asked at port {port}, which is not published: add it to ports"))
            },
        }
        if self.settings.ports.is_empty() && port.is_none() {
            report.refuse(at, "there is no port at which health could be asked: publish one");
        }
        self.settings.health = Some(path);
    }
}

/// What a service cannot be other than.
const ALWAYS: &str = "an instance is started again whenever it ends: what is to end by itself is a job, for `idlewild run`";

fn restart(at: &str, value: &Value, report: &mut Report) {
    match value.as_str() {
        Some("always" | "unless-stopped") => {},
        _ => report.refuse(at, ALWAYS),
    }
}

fn environment(at: &str, value: &Value, report: &mut Report) -> Vec<(String, String)> {
    let passed_on = |report: &mut Report, name: &str| {
        report.refuse(&format!("{at}.{name}"), "it has no value, and those of this machine are not passed on: write the value");
    };
    let mut environment = Vec::new();
    match value {
        Value::Null => {},
        Value::Object(all) => {
            for (name, value) in all {
                match value {
                    Value::Null => passed_on(report, name),
                    value => environment.extend(report.text(&format!("{at}.{name}"), value).map(|text| (name.clone(), text))),
                }
            }
        },
        Value::Array(all) => {
            for line in all {
                let Some(line) = report.text(at, line) else { continue };
                match line.split_once('=') {
                    Some((name, value)) => environment.push((name.to_owned(), value.to_owned())),
                    None => passed_on(report, &line),
                }
            }
        },
        _ => report.refuse(at, "a list or names with values are expected here"),
    }
    environment
}

#[cfg(test)]
mod tests;
