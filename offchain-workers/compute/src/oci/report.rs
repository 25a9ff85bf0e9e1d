//! What an engine can keep apart and limit, as it says itself.

use bollard::models::{SystemInfo, SystemInfoCgroupDriverEnum, SystemInfoCgroupVersionEnum};
use idlewild_compute_primitives::resources::Tier;

use crate::executor::ExecutorError;

/// What an engine and its machine are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The engine's version.
    pub version: String,
    /// The version of its interface that is spoken.
    pub interface: (usize, usize),
    /// How it stores images.
    pub storage: String,
    /// Version of control groups: 1 or 2.
    pub groups: u8,
    /// Whether systemd keeps them.
    pub by_systemd: bool,
    /// How it keeps tenants apart.
    pub tier: Tier,
    /// What results of one container are compared within.
    pub host_class: [u8; 8],
    /// Cores that containers can use.
    pub cores: u32,
    /// What it can limit.
    pub limits: Limited,
}

/// Which limits an engine can keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// Memory.
    pub memory: bool,
    /// Memory and swap together, or there is no swap.
    pub swap: bool,
    /// Processes.
    pub pids: bool,
    /// Processor time.
    pub cpu: bool,
    /// System calls.
    pub calls: bool,
}

/// What the machine says of itself, that the engine does not know.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// The model of its processor.
    pub(super) processor: String,
    /// Whether it has any swap.
    pub(super) has_swap: bool,
}

impl Machine {
    /// This one.
    pub(super) fn read() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        // The first line is a heading. What cannot be read may well have swap.
        let has_swap = std::fs::read_to_string("/proc/swaps").map_or(true, |text| text.lines().count() > 1);
        Self { processor: processor(&read("/proc/cpuinfo")), has_swap }
    }
}

/// The model of a processor, from the description of its first core.
fn processor(description: &str) -> String {
    let first = description.split("\n\n").next().unwrap_or_default();
    let fields = || first.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim()));
    if let Some((_, model)) = fields().find(|(name, _)| *name == "model name") {
        return model.to_owned();
    }
    // ARM's have numbers instead.
    let of_arm = ["CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"];
    let parts: Vec<_> = fields().filter(|(name, _)| of_arm.contains(name)).map(|(_, value)| value).collect();
    parts.join("/")
}

impl Report {
    /// What an engine's description of itself means.
    pub(super) fn new(info: &SystemInfo, interface: (usize, usize), machine: &Machine) -> Self {
        let options = info.security_options.as_deref().unwrap_or_default();
        let has = |name: &str| options.iter().any(|option| option.split(',').any(|part| part == name));
        let unconfined =
            options.iter().any(|option| option.starts_with("name=seccomp") && option.contains("profile=unconfined"));
        let yes = |flag: Option<bool>| flag == Some(true);
        let version = info.server_version.clone().unwrap_or_default();
        Self {
            host_class: host_class(&machine.processor, &version),
            version,
            interface,
            storage: info.driver.clone().unwrap_or_default(),
            groups: if info.cgroup_version == Some(SystemInfoCgroupVersionEnum::_2) { 2 } else { 1 },
            by_systemd: info.cgroup_driver == Some(SystemInfoCgroupDriverEnum::SYSTEMD),
            tier: if has("name=userns") || has("name=rootless") { Tier::Remapped } else { Tier::Container },
            cores: info.ncpu.and_then(|cores| u32::try_from(cores).ok()).unwrap_or(1).max(1),
            limits: Limited {
                memory: yes(info.memory_limit),
                swap: yes(info.swap_limit) || !machine.has_swap,
                pids: yes(info.pids_limit),
                cpu: yes(info.cpu_cfs_quota),
                calls: has("name=seccomp") && !unconfined,
            },
        }
    }

    /// Refuses where a limit cannot be kept, and says what the owner can do.
    pub(super) fn refuse(&self) -> Result<(), ExecutorError> {
        let Limited { memory, swap, pids, cpu, calls } = self.limits;
        let checks = [
            (memory, "memory", "start Linux with cgroup_enable=memory, or give the engine that control group"),
            (swap, "swap", "start Linux with swapaccount=1, or turn swap off (swapoff -a)"),
            (pids, "the number of processes", "the kernel or the engine lacks the pids control group"),
            (cpu, "processor time", "the kernel or the engine lacks CPU quotas (CONFIG_CFS_BANDWIDTH)"),
            (calls, "system calls", "the engine has no seccomp profile; start it with its default one"),
        ];
        match checks.into_iter().find(|(kept, ..)| !kept) {
            Some((_, limit, reason)) => Err(ExecutorError::Unenforceable { limit, reason: reason.into() }),
            None => Ok(()),
        }
    }
}

/// Processor model and engine version, hashed: what is rounded or scheduled otherwise elsewhere is the same within one.
fn host_class(processor: &str, version: &str) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    for part in ["idlewild/host-class/1", processor, version] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    let mut class = [0; 8];
    class.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> SystemInfo {
        SystemInfo {
            server_version: Some("20.10".into()),
            memory_limit: Some(true),
            swap_limit: Some(false),
            pids_limit: Some(true),
            cpu_cfs_quota: Some(true),
            security_options: Some(vec!["name=seccomp,profile=default".into()]),
            ..Default::default()
        }
    }

    fn machine(has_swap: bool) -> Machine {
        Machine { processor: "one".into(), has_swap }
    }

    fn limit(report: &Report) -> Option<&'static str> {
        match report.refuse() {
            Err(ExecutorError::Unenforceable { limit, .. }) => Some(limit),
            _ => None,
        }
    }

    #[test]
    fn a_limit_that_cannot_be_kept_is_named() {
        let of = |info: &SystemInfo, has_swap| Report::new(info, (1, 41), &machine(has_swap));
        assert_eq!(limit(&of(&info(), false)), None, "without swap there is nothing to limit");
        assert_eq!(limit(&of(&info(), true)), Some("swap"));
        assert_eq!(limit(&of(&SystemInfo { memory_limit: None, ..info() }, false)), Some("memory"));
        assert_eq!(limit(&of(&SystemInfo { pids_limit: Some(false), ..info() }, false)), Some("the number of processes"));
        assert_eq!(limit(&of(&SystemInfo { cpu_cfs_quota: Some(false), ..info() }, false)), Some("processor time"));
        for options in [vec![], vec!["name=seccomp,profile=unconfined".to_owned()]] {
            let info = SystemInfo { security_options: Some(options), ..info() };
            assert_eq!(limit(&of(&info, false)), Some("system calls"));
        }
    }

    #[test]
    fn users_of_their_own_make_a_better_tier() {
        let with = |option: &str| {
            let options = vec!["name=seccomp,profile=default".to_owned(), option.to_owned()];
            Report::new(&SystemInfo { security_options: Some(options), ..info() }, (1, 41), &machine(false)).tier
        };
        assert_eq!(with("name=userns"), Tier::Remapped);
        assert_eq!(with("name=rootless"), Tier::Remapped);
        assert_eq!(with("name=cgroupns"), Tier::Container);
    }

    #[test]
    fn a_class_is_of_one_model_and_one_version() {
        assert_eq!(host_class("one", "1"), host_class("one", "1"));
        assert_ne!(host_class("one", "1"), host_class("one", "2"));
        assert_ne!(host_class("one", "1"), host_class("two", "1"));
        assert_ne!(host_class("one", "1"), host_class("one1", ""));
        assert_eq!(
            processor("processor : 0\nmodel name\t: Fast 1\nflags : a\n\nprocessor : 1\nmodel name : Other\n"),
            "Fast 1"
        );
        assert_eq!(processor("processor : 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"), "0x41/0xd0c");
    }
}
