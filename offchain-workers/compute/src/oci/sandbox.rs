//! What a container is kept within: tasks and services alike.

use std::{collections::HashMap, path::PathBuf};

use bollard::models::{
    ContainerCreateBody, HealthConfig, HostConfig, HostConfigCgroupnsModeEnum, HostConfigLogConfig, Mount, MountType,
    ResourcesUlimits,
};
use idlewild_compute_primitives::resources::Resources;

use super::{image::Image, report::Report};
use crate::executor::ExecutorError;

const MIB: u64 = 1 << 20;
const PAGE: u64 = 4096;
/// The engine accepts no less.
const LEAST_MEMORY: u64 = 6 * MIB;
/// Nor less than this of a core.
const LEAST_CPU: u32 = 10;
/// The period that a share of the processor is of, in microseconds.
const PERIOD: u32 = 100_000;
/// Memory that several processes may share, at most.
const MOST_SHARED: u64 = 64 * MIB;
/// Where a container may write.
pub(super) const SCRATCH: &str = "/tmp";

/// Amounts that a container may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Thousandths of a core.
    pub(super) cpu_milli: u32,
    /// Bytes of memory, swap included.
    pub(super) memory: u64,
    /// Processes.
    pub(super) pids: u32,
    /// Bytes that it may write outside its output.
    pub(super) disk: u64,
    /// What these bytes are on.
    pub(super) scratch: Scratch,
}

/// What a container's own files are on. The engine cannot bound what is written over an image on most file systems, so an image is
/// never written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scratch {
    /// There are none.
    Nothing,
    /// Memory, which counts as the container's.
    Memory,
    /// A disk of its own.
    Disk,
}

impl Bounds {
    /// What a task or service gets on this machine, where `memory_mib` is a task's own limit, if it has one.
    pub(super) fn new(
        resources: &Resources,
        memory_mib: Option<u32>,
        pids: u32,
        has_disks: bool,
        report: &Report,
    ) -> Result<Self, ExecutorError> {
        let refuse = |limit, reason: String| Err(ExecutorError::Unenforceable { limit, reason });
        if resources.gpus > 0 {
            return refuse("a graphics processor's memory", "containers get none here; offer no graphics processors".into());
        }
        let cores = report.cores.saturating_mul(1_000);
        if resources.cpu_milli > cores {
            return refuse(
                "processor time",
                format!("{} thousandths of a core are asked for, there are {cores}", resources.cpu_milli),
            );
        }
        // 0 means no limit to the engine, and nothing to everybody else.
        let asked = [Some(resources.ram_mib), memory_mib].into_iter().flatten().filter(|mib| *mib > 0).min().unwrap_or(0);
        let memory = (u64::from(asked) * MIB).max(LEAST_MEMORY);
        let disk = u64::from(resources.disk_mib) * MIB;
        let scratch = match disk {
            0 => Scratch::Nothing,
            // Half is left to the program.
            disk if disk <= memory / 2 => Scratch::Memory,
            _ if has_disks => Scratch::Disk,
            disk if disk <= memory => Scratch::Memory,
            _ => {
                return refuse(
                    "disk",
                    format!(
                        "{} MiB do not fit into {} MiB of memory, and only root can make disks; run the worker as root and give it \
                         a folder for them, or offer less disk than memory",
                        resources.disk_mib,
                        memory / MIB
                    ),
                )
            },
        };
        Ok(Self { cpu_milli: resources.cpu_milli.max(LEAST_CPU), memory, pids, disk, scratch })
    }

    /// How memory is mounted that is written to like a disk. It is the user's own: where the image has a folder at its place, it gets
    /// that one's permissions.
    fn tmpfs(&self, user: &str) -> String {
        // None would be half of the machine's memory.
        let size = self.disk.clamp(PAGE, self.memory);
        // Each file takes memory of the kernel, however small it is.
        let files = (size / PAGE).max(16);
        let (user, group) = user.split_once(':').unwrap_or((user, user));
        format!("rw,exec,nosuid,nodev,mode=1777,uid={user},gid={group},size={size},nr_inodes={files}")
    }

    fn host(&self) -> HostConfig {
        let memory = i64::try_from(self.memory).unwrap_or(i64::MAX);
        HostConfig {
            cpu_period: Some(PERIOD.into()),
            cpu_quota: Some(i64::from(self.cpu_milli) * i64::from(PERIOD / 1_000)),
            // The least: whatever else runs comes first.
            cpu_shares: Some(2),
            memory: Some(memory),
            memory_swap: Some(memory),
            pids_limit: Some(self.pids.into()),
            // Where the machine runs out of memory, its owner's programs are not the ones that are ended.
            oom_score_adj: Some(1_000),
            // A dump would be written by the machine, not by the container.
            ulimits: Some(vec![ResourcesUlimits { name: Some("core".into()), soft: Some(0), hard: Some(0) }]),
            shm_size: i64::try_from((self.memory / 4).min(MOST_SHARED)).ok(),
            ..Default::default()
        }
    }
}

/// Where a container is put.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Its labels.
    pub(super) labels: HashMap<String, String>,
    /// The control group that it is put into, where it is not the engine's choice.
    pub(super) group: Option<String>,
    /// Its network; `None` has no interface but its own loopback.
    pub(super) network: Option<String>,
    /// Where its disk is mounted, if it has one.
    pub(super) disk: Option<PathBuf>,
    /// Arguments in place of those of the image.
    pub(super) arguments: Vec<String>,
}

/// What every container is: everything that can be taken from it is.
pub(super) fn body(image: &Image, bounds: &Bounds, place: &Place, report: &Report) -> ContainerCreateBody {
    let mut host = bounds.host();
    // Left alone, the engine would make each volume a folder of the machine's own disk without any bound.
    let mut in_memory = image.volumes.clone();
    match (&bounds.scratch, &place.disk) {
        (Scratch::Memory, _) => in_memory.push(SCRATCH.to_owned()),
        (Scratch::Disk, Some(folder)) => {
            in_memory.retain(|path| path != SCRATCH);
            host.mounts = Some(vec![Mount {
                target: Some(SCRATCH.into()),
                source: Some(folder.to_string_lossy().into_owned()),
                typ: Some(MountType::BIND),
                ..Default::default()
            }]);
        },
        _ => {},
    }
    host.tmpfs = Some(in_memory.into_iter().map(|path| (path, bounds.tmpfs(&image.user))).collect());
    host.cgroup_parent = place.group.clone();
    host.network_mode = Some(place.network.clone().unwrap_or_else(|| "none".into()));
    host.readonly_rootfs = Some(true);
    host.privileged = Some(false);
    host.cap_drop = Some(vec!["ALL".into()]);
    host.security_opt = Some(vec!["no-new-privileges:true".into()]);
    host.ipc_mode = Some("private".into());
    // Older engines do not know of it, and refuse what they do not know.
    host.cgroupns_mode = (report.interface >= (1, 41)).then_some(HostConfigCgroupnsModeEnum::PRIVATE);
    host.log_config = Some(HostConfigLogConfig { typ: Some("none".into()), config: None });
    host.auto_remove = Some(false);
    ContainerCreateBody {
        image: Some(image.id.clone()),
        user: Some(image.user.clone()),
        // The same everywhere, so that a program that looks at it gives the same result everywhere.
        hostname: Some("idlewild".into()),
        cmd: (!place.arguments.is_empty()).then(|| place.arguments.clone()),
        labels: Some(place.labels.clone()),
        // What an image has to say of its health takes processor time and tells nobody.
        healthcheck: Some(HealthConfig { test: Some(vec!["NONE".into()]), ..Default::default() }),
        host_config: Some(host),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::resources::Tier;

    use super::*;
    use crate::oci::report::Limited;

    fn report(interface: (usize, usize)) -> Report {
        Report {
            version: "20.10".into(),
            interface,
            storage: "overlay2".into(),
            groups: 1,
            by_systemd: false,
            tier: Tier::Container,
            host_class: [0; 8],
            cores: 2,
            limits: Limited { memory: true, swap: true, pids: true, cpu: true, calls: true },
        }
    }

    fn bounds(resources: Resources, memory: u32, has_disks: bool) -> Result<Bounds, ExecutorError> {
        Bounds::new(&resources, Some(memory), 64, has_disks, &report((1, 41)))
    }

    #[test]
    fn nothing_asked_for_is_little_and_not_everything() {
        let least = bounds(Resources::default(), 0, false).unwrap();
        assert_eq!((least.cpu_milli, least.memory, least.scratch), (10, 6 << 20, Scratch::Nothing));
        let host = least.host();
        assert_eq!((host.cpu_quota, host.memory, host.memory_swap), (Some(1_000), Some(6 << 20), Some(6 << 20)));
        let both = bounds(Resources { ram_mib: 100, cpu_milli: 1_500, ..Default::default() }, 200, false).unwrap();
        assert_eq!((both.memory, both.host().cpu_quota), (100 << 20, Some(150_000)));
    }

    #[test]
    fn disk_is_memory_where_it_fits_and_refused_where_it_cannot_be_bounded() {
        let of = |disk_mib, has_disks| bounds(Resources { disk_mib, ..Default::default() }, 64, has_disks);
        assert_eq!(of(32, true).unwrap().scratch, Scratch::Memory);
        assert_eq!(of(33, true).unwrap().scratch, Scratch::Disk);
        assert_eq!(of(64, false).unwrap().scratch, Scratch::Memory);
        assert!(matches!(of(65, false), Err(ExecutorError::Unenforceable { limit: "disk", .. })));
    }

    #[test]
    fn what_the_machine_has_not_is_refused() {
        for resources in [Resources { gpus: 1, ..Default::default() }, Resources { cpu_milli: 2_001, ..Default::default() }] {
            assert!(matches!(bounds(resources, 64, true), Err(ExecutorError::Unenforceable { .. })));
        }
    }

    #[test]
    fn everything_that_can_be_taken_is() {
        let image = Image::for_tests(&["/data"]);
        let bounds = bounds(Resources { disk_mib: 8, ..Default::default() }, 64, false).unwrap();
        let body = |interface| super::body(&image, &bounds, &Place::default(), &report(interface)).host_config.unwrap();
        let host = body((1, 41));
        assert_eq!(host.network_mode.as_deref(), Some("none"));
        assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
        assert_eq!((host.readonly_rootfs, host.privileged), (Some(true), Some(false)));
        let tmpfs = host.tmpfs.unwrap();
        for path in ["/tmp", "/data"] {
            assert!(tmpfs[path].contains(&format!("uid=65534,gid=65534,size={},", 8 << 20)), "{path}");
        }
        assert_eq!(host.cgroupns_mode, Some(HostConfigCgroupnsModeEnum::PRIVATE));
        assert_eq!(body((1, 40)).cgroupns_mode, None);
    }
}
