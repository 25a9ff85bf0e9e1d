//! What things of this worker are called, so that they are found again and nobody else's are touched.
//!
//! Everything that belongs to one task or lease has a name that follows from the worker and from it, so that whatever a crash left
//! behind can be named without having been written down.

use std::path::{Path, PathBuf};

/// The label whose value is the worker that something belongs to.
pub const WORKER: &str = "idlewild.worker";
/// The label whose value is the task that a container was made for.
pub const TASK: &str = "idlewild.task";
/// The label whose value is the lease that a container was made for.
pub const LEASE: &str = "idlewild.lease";
/// What the chains of all workers begin with.
pub(super) const CHAINS: &str = "IDLEWILD-";

/// The names of what one task or lease has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// Six hexadecimal digits of the worker.
    worker: String,
    /// Eight of the worker and the task or lease.
    key: String,
    /// The container, and its network.
    pub(super) container: String,
}

impl Names {
    /// Those of a task or lease; a lease and a task never share one.
    pub(super) fn of(worker: &str, label: &str, key: &str) -> Self {
        let short = worker_key(worker);
        let mut hasher = blake3::Hasher::new();
        for part in [worker, label, key] {
            // With its length before it, no two lists of parts look alike.
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let hex = hasher.finalize().to_hex();
        let container = format!("{}{}", container_prefix(&short), &hex[..16]);
        Self { worker: short, key: hex[..8].into(), container }
    }

    /// The bridge: Linux gives an interface's name 15 characters.
    pub(super) fn bridge(&self) -> String {
        format!("idw{}", self.key)
    }

    /// The chain for what its bridge forwards; the one for what comes to the host itself has `-IN` behind it. iptables gives a
    /// chain's name 28 characters.
    pub(super) fn chain(&self) -> String {
        format!("{}{}", chain_prefix(&self.worker), self.key)
    }

    /// The control group that its container's is put into.
    pub(super) fn group(&self) -> String {
        format!("{}/{}", group_of(&self.worker), self.key)
    }

    /// The folder that a disk of its own is mounted at.
    pub(super) fn disk(&self, disks: &Path) -> PathBuf {
        disks.join(&self.container)
    }
}

/// Six hexadecimal digits that stand for a worker where room is short.
pub(super) fn worker_key(worker: &str) -> String {
    blake3::hash(worker.as_bytes()).to_hex()[..6].into()
}

/// What the containers, networks and disks of a worker begin with.
pub(super) fn container_prefix(worker_key: &str) -> String {
    format!("idlewild-{worker_key}-")
}

/// What the chains of a worker begin with.
pub(super) fn chain_prefix(worker_key: &str) -> String {
    format!("{CHAINS}{worker_key}-")
}

/// The control group of all containers of a worker. It is one of the first level: what it weighs is weighed against everybody else.
pub(super) fn group_of(worker_key: &str) -> String {
    format!("/idlewild-{worker_key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_differ() {
        let names = Names::of("worker", LEASE, "7");
        assert!(names.bridge().len() <= 15 && format!("{}-IN", names.chain()).len() <= 28);
        assert_eq!(names, Names::of("worker", LEASE, "7"));
        for other in [Names::of("worker", TASK, "7"), Names::of("worker", LEASE, "8"), Names::of("other", LEASE, "7")] {
            assert_ne!(names.bridge(), other.bridge());
            assert_ne!(names.container, other.container);
        }
        assert!(names.chain().starts_with(&chain_prefix(&worker_key("worker"))));
    }
}
