//! The owner of the machine comes first: others' work rests while the owner needs it.
//!
//! What is measured is in [`idlewild_compute::owner`]; here it is looked at again and again, and whoever claims or runs something is
//! told. While it rests no chunk is claimed, and tasks that run are stopped, unless there is [little left](LITTLE) of their chunk. What
//! has ended of a chunk stays on the disk, and it goes on there. Time that its owner took is not given back by the chain: a chunk whose
//! deadline passes meanwhile costs the fee for being late, which is one hundredth of its bond, and is somebody else's.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use idlewild_compute::owner::{
    decide::{Decider, Reason, Sample},
    sample::Sampler,
    Limits,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the machine is looked at: as often as the shortest usual wait, and seldom enough to cost nothing.
const EVERY: Duration = Duration::from_secs(5);
/// Looks after which it is asked again which containers are this worker's: an engine may come later.
const ASKED: u32 = 12;
/// How much time a chunk may still take for it to be finished first, though its owner is there. After twice that it is stopped all
/// the same.
pub const LITTLE: Duration = Duration::from_secs(20);
/// Where Linux keeps control groups, and where version 1 of them counts processor time; distributions differ.
const GROUPS: &str = "/sys/fs/cgroup";
const COUNTED: [&str; 2] = ["cpuacct", "cpu,cpuacct"];

/// Whether the machine's owner lets others work on it now.
pub struct Owner {
    decider: Mutex<Decider>,
    reasons: watch::Sender<Vec<Reason>>,
}

impl Owner {
    /// A machine of which nothing is known yet, and which may work.
    pub fn new(limits: Limits) -> Self {
        Self { decider: Mutex::new(Decider::new(limits)), reasons: watch::channel(Vec::new()).0 }
    }

    /// Looks at the machine until `stop`. `group` tells the control group of this worker's containers, as the engine is told of it: their
    /// load is not the owner's.
    pub async fn watch<F: Future<Output = Option<String>>>(&self, group: impl Fn() -> F, stop: &CancellationToken) {
        let mut sampler = Sampler::default();
        let (mut looks, mut is_told, mut groups) = (0u32, false, Vec::new());
        loop {
            if looks % ASKED == 0 {
                groups = group().await.iter().map(|group| folder_of(Path::new(GROUPS), group)).collect::<Vec<PathBuf>>();
            }
            looks = looks.wrapping_add(1);
            match sampler.take(&groups) {
                Ok(sample) => self.note(&sample),
                Err(error) if !is_told => {
                    is_told = true;
                    tracing::warn!(%error, "nobody can say whether this machine's owner uses it: its load is no reason to rest");
                },
                Err(_) => {},
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {},
            }
        }
    }

    /// Takes in what was measured.
    pub fn note(&self, sample: &Sample) {
        let reasons = self.decider.lock().unwrap_or_else(PoisonError::into_inner).take(sample);
        self.reasons.send_if_modified(|now| {
            let is_new = *now != reasons;
            if is_new {
                match in_words(&reasons) {
                    Some(why) => tracing::info!(why, "others' work rests"),
                    None => tracing::info!("others' work goes on"),
                }
                *now = reasons;
            }
            is_new
        });
    }

    /// Everything for which work rests now; nothing where it does not.
    pub fn reasons(&self) -> Vec<Reason> {
        self.reasons.borrow().clone()
    }

    /// Whether work rests.
    pub fn rests(&self) -> bool {
        !self.reasons.borrow().is_empty()
    }

    /// Whether it rests for something that does not wait for anything to be finished.
    pub fn is_hot(&self) -> bool {
        self.reasons.borrow().contains(&Reason::Temperature)
    }

    /// Waits until work rests.
    pub async fn until_wanted(&self) {
        // The sender is this very thing.
        let _ = self.reasons.subscribe().wait_for(|reasons| !reasons.is_empty()).await;
    }

    /// Waits until work may go on. `false` where `stop` came first.
    pub async fn until_free(&self, stop: &CancellationToken) -> bool {
        let mut reasons = self.reasons.subscribe();
        tokio::select! {
            () = stop.cancelled() => false,
            free = reasons.wait_for(Vec::is_empty) => free.is_ok(),
        }
    }
}

/// Reasons to rest in words; `None` where there are none.
pub fn in_words(reasons: &[Reason]) -> Option<String> {
    let words: Vec<String> = reasons.iter().map(Reason::to_string).collect();
    (!words.is_empty()).then(|| words.join(", and "))
}

/// The folder in which the kernel counts what a control group used.
fn folder_of(mount: &Path, group: &str) -> PathBuf {
    let counted = COUNTED.into_iter().map(|name| mount.join(name)).find(|folder| folder.is_dir());
    counted.unwrap_or_else(|| mount.to_owned()).join(group.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use idlewild_compute::owner::{
        hours::{Day, Moment},
        Temperature,
    };

    use super::*;

    fn at(degrees: f64) -> Sample {
        let moment = Moment { day: Day::Mon, minute: 0 };
        Sample { at: Duration::ZERO, moment, load: None, temperature: Some(degrees) }
    }

    #[tokio::test]
    async fn those_who_wait_hear_of_each_change() {
        let owner = Owner::new(Limits { temperature: Temperature { pause_above: 80, resume_below: 70 }, ..Limits::default() });
        let stop = CancellationToken::new();
        assert!(owner.until_free(&stop).await);
        owner.note(&at(90.0));
        owner.until_wanted().await;
        assert!(owner.rests() && owner.is_hot());
        assert_eq!(in_words(&owner.reasons()).unwrap(), "the machine is too hot");
        let (free, ()) = tokio::join!(owner.until_free(&stop), async { owner.note(&at(60.0)) });
        assert!(free && !owner.rests());
        assert_eq!(in_words(&owner.reasons()), None);
        owner.note(&at(90.0));
        stop.cancel();
        assert!(!owner.until_free(&stop).await, "a stop ends the wait");
    }

    #[test]
    fn groups_are_found_where_either_version_counts() {
        let mount = tempfile::tempdir().unwrap();
        assert_eq!(folder_of(mount.path(), "/idlewild/a"), mount.path().join("idlewild/a"));
        std::fs::create_dir(mount.path().join("cpu,cpuacct")).unwrap();
        assert_eq!(folder_of(mount.path(), "/idlewild/a"), mount.path().join("cpu,cpuacct/idlewild/a"));
    }
}
