//! A disk's answers: its plots are read once a round, and what is found is made again before anything is claimed.

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_capacity::{
    scan::{scan, Question},
    Kernel, Plot, PlotFile,
};
use idlewild_capacity_primitives::{
    format::Seed,
    round::{asked_scoop, quality},
    Quality,
};

use super::{folder::PlotFolder, progress::Progress};
use crate::sharing::Sharing;

/// An answer that the chain would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Find {
    /// How good it is.
    pub quality: Quality,
    /// The seed of the plot that has it.
    pub seed: Seed,
    /// Its nonce.
    pub nonce: u64,
}

/// What a disk answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The best that it has.
    pub best: Option<Find>,
    /// Bytes that were read.
    pub bytes: u64,
    /// Whether it was told to stop before it had read all.
    pub abandoned: bool,
}

/// What answers rounds. It may take as long as it takes, or for ever: it is asked on a thread of its own.
pub trait Answers: Send + Sync + 'static {
    /// What it is called in logs.
    fn name(&self) -> String;

    /// Its best answer. `is_over` tells when nobody wants it any more.
    fn answer(&self, question: &Question, is_over: &(dyn Fn() -> bool + Sync)) -> Answered;
}

/// A folder of plots that answers.
pub struct Disk {
    folder: Arc<PlotFolder>,
    kernel: Kernel,
    sharing: Sharing,
    progress: Arc<Progress>,
    /// Plots that had something else than they should, as long as this runs.
    damaged: Mutex<BTreeSet<PathBuf>>,
    /// Files of which it was told why they are left out.
    told: Mutex<BTreeSet<PathBuf>>,
}

impl Disk {
    /// Of a folder, which others may have to wait for as well.
    pub fn new(folder: Arc<PlotFolder>, kernel: Kernel, sharing: Sharing, progress: Arc<Progress>) -> Self {
        Self { folder, kernel, sharing, progress, damaged: Mutex::default(), told: Mutex::default() }
    }

    fn plots(&self) -> Vec<Arc<PlotFile>> {
        let (mut plots, others) = match self.folder.open_all() {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(folder = %self.folder.path().display(), %error, "the plots cannot be listed");
                return Vec::new();
            },
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, reason) in others {
            if told.insert(path.clone()) {
                tracing::warn!(plot = %path.display(), "left out: {reason}");
            }
        }
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        plots.retain(|plot| !damaged.contains(plot.path()));
        plots
    }
}

impl Answers for Disk {
    fn name(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn answer(&self, question: &Question, is_over: &(dyn Fn() -> bool + Sync)) -> Answered {
        let turn = || if self.sharing.give_way(&is_over) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
        let mut bytes = 0u64;
        loop {
            let plots = self.plots();
            let scanned = scan(&plots, self.kernel, question, &turn);
            bytes = bytes.saturating_add(scanned.bytes);
            for (path, error) in &scanned.failed {
                tracing::warn!(plot = %path.display(), %error, "a plot cannot be read");
            }
            let abandoned = scanned.abandoned;
            let Some(answer) = scanned.best else { return Answered { best: None, bytes, abandoned } };
            let Some(file) = plots.get(answer.plot) else { return Answered { best: None, bytes, abandoned } };
            if let Some(find) = confirm(file.plot(), question, answer.nonce, answer.quality) {
                return Answered { best: Some(find), bytes, abandoned };
            }
            // A false claim costs bond. The others are read again without it.
            tracing::error!(
                plot = %file.path().display(),
                nonce = answer.nonce,
                "this plot is damaged and is left out from now on: `idlewild-worker verify-plots` tells which warps are; delete it, \
                and it is plotted again"
            );
            self.progress.note(|report| report.damaged.push(file.path().into()));
            self.damaged.lock().unwrap_or_else(PoisonError::into_inner).insert(file.path().into());
        }
    }
}

/// Makes an answer again from nothing, and returns it if it is as good as was read.
fn confirm(plot: &Plot, question: &Question, nonce: u64, read: Quality) -> Option<Find> {
    let Plot::X1 { bound, .. } = plot else { return None };
    let scoop = plot.remake(asked_scoop(&question.challenge, question.round), nonce)?;
    (quality(&question.challenge, &scoop) == read).then_some(Find { quality: read, seed: bound.seed, nonce })
}

#[cfg(test)]
mod tests {
    use std::{fs::File, path::Path};

    use idlewild_capacity_primitives::{format::Payload, SCOOPS};

    use super::*;
    use crate::capacity::{bounds::Bounds, folder::WARP_BYTES, mark::Mark};

    const PAYLOAD: Payload = [7; 20];

    fn folder(path: &Path) -> Arc<PlotFolder> {
        let bounds = Bounds::by_hand(10 * WARP_BYTES, 0);
        Arc::new(PlotFolder::new(Mark::take(path).unwrap(), PAYLOAD, bounds))
    }

    #[test]
    fn a_plot_that_holds_something_else_is_never_answered_with_and_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let folder = folder(dir.path());
        // Files of the right name and length with nothing in them.
        let mut paths: Vec<PathBuf> = [1, 2]
            .map(|seed| {
                let plot = Plot::x1(PAYLOAD, [seed; 32], 1);
                let path = dir.path().join(plot.to_string());
                File::create(&path).unwrap().set_len(plot.bytes()).unwrap();
                path
            })
            .to_vec();
        let progress = Arc::<Progress>::default();
        let disk = Disk::new(folder, Kernel::best(), Sharing::default(), progress.clone());
        let question = Question { round: 7, challenge: [3; 32] };
        let answered = disk.answer(&question, &|| false);
        assert_eq!((answered.best, answered.abandoned), (None, false));
        // The first look read both, the second what was left.
        assert_eq!(answered.bytes, 3 * WARP_BYTES / u64::from(SCOOPS));
        let mut damaged = progress.report().damaged;
        damaged.sort();
        paths.sort();
        assert_eq!(damaged, paths);
        assert_eq!(disk.answer(&question, &|| false), Answered::default(), "they are not read again");
    }

    #[test]
    fn what_nobody_wants_any_more_is_not_read_on() {
        let dir = tempfile::tempdir().unwrap();
        let folder = folder(dir.path());
        let plot = Plot::x1(PAYLOAD, [1; 32], 2);
        File::create(dir.path().join(plot.to_string())).unwrap().set_len(plot.bytes()).unwrap();
        let disk = Disk::new(folder, Kernel::best(), Sharing::default(), Arc::default());
        let answered = disk.answer(&Question { round: 7, challenge: [3; 32] }, &|| true);
        assert_eq!(answered, Answered { best: None, bytes: 0, abandoned: true });
    }
}
