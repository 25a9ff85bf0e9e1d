//! Control groups, read and removed by ourselves: the engine forgets what a container used as soon as it has ended.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{names, report::Report};

/// Where Linux keeps them.
const MOUNT: &str = "/sys/fs/cgroup";
/// Where version 1 counts processor time; distributions differ.
const COUNTED: [&str; 2] = ["cpuacct", "cpu,cpuacct"];
/// How often a group that is still in use is tried again, after a pause each time.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(10);

/// A control group around a container's own.
#[derive(Clone, Debug)]
pub(super) struct Group {
    mount: PathBuf,
    version: u8,
    /// With a slash before it.
    path: String,
}

/// Whether groups can be put around containers, and be removed again.
pub(super) fn can_be_around(report: &Report) -> bool {
    // Under systemd a group is a unit, and only systemd makes and removes units.
    rustix::process::geteuid().is_root() && !report.by_systemd && Path::new(MOUNT).is_dir()
}

impl Group {
    pub(super) fn new(path: String, report: &Report) -> Self {
        Self { mount: MOUNT.into(), version: report.groups, path }
    }

    /// As the engine is told of it.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Milliseconds of processor time that everything in it has used, now and before.
    pub(super) fn used_ms(&self) -> Option<u64> {
        used_ms(&self.mount, self.version, &self.path)
    }

    /// The most bytes of memory that everything in it had together.
    pub(super) fn peak(&self) -> Option<u64> {
        let relative = self.path.trim_start_matches('/');
        let file = match self.version {
            2 => self.mount.join(relative).join("memory.peak"),
            _ => self.mount.join("memory").join(relative).join("memory.max_usage_in_bytes"),
        };
        number(&fs::read_to_string(file).ok()?)
    }

    /// Removes it. Nothing may be in it any more.
    pub(super) async fn remove(&self) {
        for folder in self.folders() {
            for _ in 0..ATTEMPTS {
                match fs::remove_dir(&folder) {
                    Err(error) if error.kind() == io::ErrorKind::ResourceBusy => tokio::time::sleep(PAUSE).await,
                    // It is gone, or the next start of the worker finds it.
                    _ => break,
                }
            }
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        let relative = self.path.trim_start_matches('/');
        hierarchies(&self.mount).into_iter().map(|top| top.join(relative)).filter(|folder| folder.is_dir()).collect()
    }
}

/// The tops of all hierarchies: version 1 has one for each kind of resource, version 2 one for all.
fn hierarchies(mount: &Path) -> Vec<PathBuf> {
    let within = fs::read_dir(mount).into_iter().flatten().flatten().map(|entry| entry.path());
    let own = within.filter(|path| path.is_dir() && !path.is_symlink());
    own.chain([mount.to_owned()]).collect()
}

fn used_ms(mount: &Path, version: u8, path: &str) -> Option<u64> {
    let relative = path.trim_start_matches('/');
    if version == 2 {
        let text = fs::read_to_string(mount.join(relative).join("cpu.stat")).ok()?;
        return text.lines().find_map(|line| line.strip_prefix("usage_usec ")).and_then(number).map(|used| used / 1_000);
    }
    let files = COUNTED.iter().map(|top| mount.join(top).join(relative).join("cpuacct.usage"));
    files.filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| number(&text)).map(|used| used / 1_000_000)
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// The groups that the engine itself puts a container into, where they are at their usual places.
pub(super) fn of_container(id: &str, report: &Report) -> Option<Group> {
    let usual = [format!("/docker/{id}"), format!("/system.slice/docker-{id}.scope")];
    usual.into_iter().map(|path| Group::new(path, report)).find(|group| group.used_ms().is_some())
}

/// Makes the group of all containers of a worker, which gets what nobody else wants.
pub(super) fn yields(worker: &str, report: &Report) -> io::Result<()> {
    let name = names::group_of(&names::worker_key(worker));
    let relative = name.trim_start_matches('/');
    let folder = match report.groups {
        2 => Path::new(MOUNT).join(relative),
        _ => Path::new(MOUNT).join("cpu").join(relative),
    };
    fs::create_dir_all(&folder)?;
    if report.groups == 2 {
        // It may be switched on already, or only by somebody else.
        let _ = fs::write(Path::new(MOUNT).join("cgroup.subtree_control"), "+cpu");
    }
    // Linux knows of idle groups since 5.15; before, one could only be light.
    fs::write(folder.join("cpu.idle"), "1").or_else(|_| match report.groups {
        2 => fs::write(folder.join("cpu.weight"), "1"),
        _ => fs::write(folder.join("cpu.shares"), "2"),
    })
}

/// Removes the groups of a worker's tasks and leases but those that are kept, and tells how many there were. The group of all of them
/// goes as well where it is empty and says nothing about who comes first.
pub(super) async fn sweep(worker: &str, keep: &[String], yields: bool, report: &Report) -> usize {
    let all = names::group_of(&names::worker_key(worker));
    let mut found = std::collections::BTreeSet::new();
    for top in hierarchies(Path::new(MOUNT)) {
        let within = fs::read_dir(top.join(all.trim_start_matches('/'))).into_iter().flatten().flatten();
        found.extend(
            within.filter(|entry| entry.path().is_dir()).map(|entry| format!("{all}/{}", entry.file_name().to_string_lossy())),
        );
    }
    found.retain(|path| !keep.contains(path));
    for path in &found {
        Group::new(path.clone(), report).remove().await;
    }
    if !yields && keep.is_empty() {
        Group::new(all, report).remove().await;
    }
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_versions_are_read_and_removed() {
        let mount = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = mount.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("cpu,cpuacct/a/b/cpuacct.usage", "1234567890\n");
        write("memory/a/b/memory.max_usage_in_bytes", "77\n");
        write("a/b/cpu.stat", "user_usec 5\nusage_usec 4321000\n");
        let group = |version| Group { mount: mount.path().into(), version, path: "/a/b".into() };
        assert_eq!((group(1).used_ms(), group(1).peak()), (Some(1_234), Some(77)));
        assert_eq!((group(2).used_ms(), group(2).peak()), (Some(4_321), None));
        assert_eq!(group(1).folders().len(), 3);
        for folder in group(1).folders() {
            fs::read_dir(folder).unwrap().for_each(|file| fs::remove_file(file.unwrap().path()).unwrap());
        }
        group(1).remove().await;
        assert!(group(1).folders().is_empty() && mount.path().join("memory/a").is_dir());
    }
}
