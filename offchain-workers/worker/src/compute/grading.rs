//! How fast this machine is: measured with every start, and attested by trackers, who are asked where the chain does not know or says
//! something clearly different.

mod apart;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use idlewild_chain_client::{ComputeCall, ComputeClient, ReadError, SubmitError, Submitter};
use idlewild_compute::{
    benchmark::{self, BenchmarkError, Report},
    owner::behind::Behind,
};
use idlewild_compute_primitives::{panel::Question, resources::Grade, PanelId, PeerKey, ProviderId};
use idlewild_files::whole_file;
use idlewild_network::Network;
use serde::{Deserialize, Serialize};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::apart::ApartError;
pub(crate) use self::apart::Said;
use super::machine::{Measured, Serving};
use crate::pause::rest;

/// The file in the role's folder that what was measured is kept in.
const FILE: &str = "machine.json";
/// How often it is looked whether trackers can be asked, or have answered.
const LOOK: Duration = Duration::from_secs(30);
/// Times that it is looked: a panel with all of its draws is over by then.
const LOOKS: u32 = 240;
/// Times that trackers are asked in a run of the worker where they give no answer.
const ASKS: u32 = 3;
/// How long measuring may take: it is two seconds' work, and waits for everything else on the machine.
const LIMIT: Duration = Duration::from_secs(300);
/// What a grade may differ by before it is another one, in hundredths.
const CLEARLY: u64 = 25;
/// The same of disks: what else is written shows in what they do.
const CLEARLY_OF_DISKS: u64 = 50;

/// Why a machine was not measured, or not graded.
#[derive(Debug, thiserror::Error)]
pub enum GradingError {
    /// Measuring.
    #[error(transparent)]
    Benchmark(#[from] BenchmarkError),
    /// The process that measures.
    #[error(transparent)]
    Apart(#[from] ApartError),
    /// The thread that measured died.
    #[error("what measures this machine broke off")]
    Broken,
    /// What was measured is not kept.
    #[error("{path}: {source}")]
    File {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The chain refused.
    #[error("trackers cannot be asked how fast this machine is: {0}")]
    Submit(#[from] SubmitError),
}

/// What is kept of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    /// What it measured of itself last.
    report: Report,
    /// What it had measured when trackers were asked last.
    asked: Option<Grade>,
}

/// What grading is begun with.
pub(crate) struct Setup {
    /// The provider.
    pub(crate) provider: ProviderId,
    /// Its peer key.
    pub(crate) key: PeerKey,
    /// The chain's genesis hash.
    pub(crate) genesis: [u8; 32],
    /// Cores that it lends out and that are measured.
    pub(crate) cores: u32,
    /// The role's folder.
    pub(crate) folder: PathBuf,
    /// `idlewild-worker`, which measures in a process of its own. Without it, that is done in this one.
    pub(crate) program: Option<PathBuf>,
    /// The chain.
    pub(crate) compute: Arc<dyn ComputeClient>,
    /// Sends its operator's transactions.
    pub(crate) submitter: Arc<Submitter>,
    /// What trackers reach it on. Without it, nobody can measure it, and nobody is asked to.
    pub(crate) network: Option<Network>,
}

/// Measures this machine, and answers to those who measure it.
pub(crate) fn begin(setup: Setup, tasks: &TaskTracker, stop: &CancellationToken) {
    let Setup { provider, key, genesis, cores, folder, program, compute, submitter, network } = setup;
    let incoming = network.and_then(|network| match Serving::listen(&network) {
        Ok(incoming) => Some(incoming),
        Err(error) => {
            tracing::warn!(%error, "trackers cannot measure this machine");
            None
        },
    });
    let is_reached = incoming.is_some();
    if let Some(incoming) = incoming {
        let measured = Measured { provider, key, genesis, compute: compute.clone(), cores, folder: folder.join("benchmark") };
        Serving::begin(measured, incoming, tasks, stop.clone());
    }
    tasks.spawn(Grading { provider, folder, program, compute, submitter, is_reached }.run(stop.clone()));
}

/// A provider that wants to be graded.
struct Grading {
    provider: ProviderId,
    folder: PathBuf,
    program: Option<PathBuf>,
    compute: Arc<dyn ComputeClient>,
    submitter: Arc<Submitter>,
    /// Whether trackers can reach it to measure it.
    is_reached: bool,
}

impl Grading {
    /// Measures this machine, and sees to it that the chain knows how fast it is. Ends with that, or with `stop`.
    async fn run(self, stop: CancellationToken) {
        match self.grade(&stop).await {
            Ok(()) => {},
            Err(GradingError::Benchmark(error @ BenchmarkError::Wrong { .. })) => {
                tracing::error!(%error, "this provider takes no more work until its operator resumes it");
                self.send(ComputeCall::PauseProvider { provider: self.provider }, &stop).await.unwrap_or_else(|error| {
                    tracing::error!(%error, "the provider was not paused: stop the worker");
                });
            },
            Err(error) => {
                tracing::warn!(%error, "how fast this machine is is not on chain; this is tried again with the next start")
            },
        }
    }

    async fn grade(&self, stop: &CancellationToken) -> Result<(), GradingError> {
        let measuring = measure(self.program.as_deref(), self.folder.join("benchmark"));
        let Some(report) = stop.run_until_cancelled(measuring).await.transpose()? else { return Ok(()) };
        let before = load(&self.folder).map(|kept| kept.asked).unwrap_or_default();
        save(&self.folder, &Kept { report, asked: before })?;
        let Grade { core, memory, disk, .. } = report.grade;
        tracing::info!(core, memory, disk, "this machine was measured, in thousandths of the reference machine");
        let known = self.compute.provider(self.provider).await?.and_then(|provider| provider.grade);
        if !self.is_reached || !should_ask(known, report.grade, before) {
            return Ok(());
        }
        let mut asked = 0;
        for _ in 0..LOOKS {
            if asked < ASKS && self.can_ask().await? {
                // Before it is asked: asked twice for the same it must not be.
                save(&self.folder, &Kept { report, asked: Some(report.grade) })?;
                match self.send(ComputeCall::AskGrade { provider: self.provider }, stop).await {
                    Ok(()) => tracing::info!("trackers are asked how fast this machine is"),
                    Err(SubmitError::Refused { name, .. }) if name == "AlreadyGrading" => {},
                    Err(error) => return Err(error.into()),
                }
                asked = asked.saturating_add(1);
            }
            if !rest(LOOK, stop).await {
                return Ok(());
            }
            let grade = self.compute.provider(self.provider).await?.and_then(|provider| provider.grade);
            if let Some(Grade { core, memory, disk, .. }) = grade.filter(|grade| asked > 0 && Some(*grade) != known) {
                tracing::info!(core, memory, disk, "trackers have graded this machine");
                return Ok(());
            }
            if asked >= ASKS && self.panel().await?.is_none() {
                break;
            }
        }
        tracing::warn!("no tracker has graded this machine; they are asked again with the next start");
        // Then it is as if nobody had been asked.
        save(&self.folder, &Kept { report, asked: before })
    }

    /// Whether there are trackers enough, and none that are asked already.
    async fn can_ask(&self) -> Result<bool, ReadError> {
        let (seats, agree) = Question::Grade { provider: self.provider }.size();
        let (page, _) = self.compute.seats(None, 64).await?;
        let others = page.iter().filter(|seat| seat.tracker != self.submitter.account() && seat.leaving.is_none()).count();
        // With as many as a panel has, one of them may well be away.
        let enough = others >= seats as usize || (others >= agree as usize && page.len() >= 64);
        Ok(enough && self.panel().await?.is_none())
    }

    /// The panel that measures this machine at the moment.
    async fn panel(&self) -> Result<Option<PanelId>, ReadError> {
        let mut after = None;
        loop {
            let page = self.compute.open_panels(after, 64).await?;
            let found = page.panels.iter().find(|panel| panel.question == Question::Grade { provider: self.provider });
            match (found, page.next) {
                (Some(panel), _) => return Ok(Some(panel.id)),
                (None, None) => return Ok(None),
                (None, next) => after = next,
            }
        }
    }

    async fn send(&self, call: ComputeCall, stop: &CancellationToken) -> Result<(), SubmitError> {
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            sent = self.submitter.submit_again(call.into()) => sent.map(drop),
        }
    }
}

/// Runs the benchmark behind everything else on the machine: by this program in a process of its own, or on a thread.
async fn measure(program: Option<&Path>, folder: PathBuf) -> Result<Report, GradingError> {
    std::fs::create_dir_all(&folder).map_err(|source| GradingError::File { path: folder.clone(), source })?;
    if let Some(program) = program {
        return apart::measure(program, &folder, LIMIT).await?.report();
    }
    let threads = Behind::new().map_err(|_| GradingError::Broken)?;
    let measured = threads.run(move || benchmark::run(&folder, |_| {})).await;
    Ok(measured.ok_or(GradingError::Broken)??)
}

/// Whether trackers are asked: where the chain does not know, or says something clearly different; but not again for what they were asked
/// for before, and found otherwise.
fn should_ask(known: Option<Grade>, measured: Grade, asked: Option<Grade>) -> bool {
    let Some(known) = known else { return true };
    differs(known, measured) && asked.is_none_or(|asked| differs(asked, measured))
}

fn differs(one: Grade, other: Grade) -> bool {
    let by = |one: u32, other: u32, most: u64| {
        u64::from(one.abs_diff(other)).saturating_mul(100) > u64::from(one).saturating_mul(most)
    };
    by(one.core, other.core, CLEARLY) || by(one.memory, other.memory, CLEARLY) || by(one.disk, other.disk, CLEARLY_OF_DISKS)
}

fn load(folder: &Path) -> Option<Kept> {
    // What cannot be read is measured again anyhow.
    serde_json::from_slice(&std::fs::read(folder.join(FILE)).ok()?).ok()
}

fn save(folder: &Path, kept: &Kept) -> Result<(), GradingError> {
    let path = folder.join(FILE);
    let failed = |source| GradingError::File { path: path.clone(), source };
    let bytes = serde_json::to_vec_pretty(kept).map_err(|error| failed(error.into()))?;
    whole_file::replace(&path, &bytes, whole_file::OPEN).map_err(|error| failed(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRADE: Grade = Grade { core: 1_000, memory: 800, disk: 400, gpu: 0 };

    #[test]
    fn trackers_are_asked_where_the_chain_says_something_clearly_different_and_not_twice_for_the_same() {
        let slow = Grade { core: 740, ..GRADE };
        assert!(should_ask(None, GRADE, None));
        assert!(should_ask(None, GRADE, Some(GRADE)), "nobody has answered yet");
        assert!(!should_ask(Some(GRADE), GRADE, None));
        assert!(!should_ask(Some(GRADE), Grade { core: 760, memory: 990, disk: 210, gpu: 0 }, None), "that is noise");
        assert!(should_ask(Some(GRADE), slow, None));
        assert!(should_ask(Some(GRADE), Grade { memory: 1_100, ..GRADE }, None));
        assert!(should_ask(Some(GRADE), Grade { disk: 150, ..GRADE }, None));
        assert!(!should_ask(Some(GRADE), slow, Some(slow)), "they were asked, and found otherwise");
        assert!(should_ask(Some(GRADE), slow, Some(Grade { core: 400, ..GRADE })));
    }

    #[tokio::test]
    async fn what_was_measured_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), None);
        let report = measure(None, folder.path().join("benchmark")).await.unwrap();
        let kept = Kept { report, asked: Some(GRADE) };
        save(folder.path(), &kept).unwrap();
        assert_eq!(load(folder.path()).unwrap().asked, Some(GRADE));
        assert_eq!(load(folder.path()).unwrap().report.grade, report.grade);
        std::fs::write(folder.path().join(FILE), b"{").unwrap();
        assert_eq!(load(folder.path()), None);
    }
}
