//! Keeps folders filled with plots as far as they may be, and empties them again where paid data needs the room.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Condvar, Mutex, PoisonError,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use idlewild_capacity::{plot, Control, Draft, DraftError, Effort, Ended, Plot};
use idlewild_files::disk::is_one_disk;

use super::{
    folder::{Need, PlotFolder},
    progress::{PlottingReport, Progress},
};
use crate::sharing::Sharing;

/// How often is looked whether plots have to give way: a disk does not fill up in this time.
const LOOK: Duration = Duration::from_secs(2);
/// Pause after a plot could not be made.
const AGAIN: Duration = Duration::from_secs(60);

/// With what a worker keeps its plots.
pub struct Keeper {
    /// The folders, filled in this order.
    pub folders: Vec<Arc<PlotFolder>>,
    /// How much of the machine plotting takes.
    pub effort: Effort,
    /// The part of the time that it takes, in hundredths.
    pub share: u8,
    /// Where shards are, if this worker keeps any: plots on that disk give way to them.
    pub shards: Option<PathBuf>,
    /// What roles tell each other.
    pub sharing: Sharing,
    /// Where it is noted how the role stands.
    pub progress: Arc<Progress>,
}

/// A keeper at work. Dropping it does not end it.
pub struct Keeping {
    stop: Arc<Stop>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Stop {
    told: AtomicBool,
    control: Mutex<Option<Arc<Control>>>,
    wake: Condvar,
}

impl Keeping {
    /// Begins to keep plots.
    pub fn begin(keeper: Keeper) -> io::Result<Self> {
        let stop = Arc::new(Stop::default());
        let seen = stop.clone();
        let thread = thread::Builder::new().name("plots".into()).spawn(move || {
            // Plotting is what the machine does when it has nothing else to do. Threads that it begins inherit this.
            if let Err(error) = rustix::process::nice(19) {
                tracing::debug!(%error, "plotting runs like everything else");
            }
            keeper.run(&seen);
        })?;
        Ok(Self { stop, thread })
    }

    /// Tells it to end: what is being plotted stays as it is, and is gone on with at the next start.
    pub fn end(&self) {
        self.stop.told.store(true, Ordering::Relaxed);
        if let Some(control) = &*self.stop.control.lock().unwrap_or_else(PoisonError::into_inner) {
            control.stop();
        }
        self.stop.wake.notify_all();
    }

    /// Whether it has ended: not as long as a disk takes to answer, which may be for ever.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
}

impl Keeper {
    fn run(&self, stop: &Stop) {
        let mut unwell: BTreeMap<PathBuf, Instant> = BTreeMap::new();
        while !stop.told.load(Ordering::Relaxed) {
            self.make_room();
            unwell.retain(|_, since| since.elapsed() < AGAIN);
            let need = self.need(&unwell);
            let Some((folder, wanted)) = need else {
                let held = stop.control.lock().unwrap_or_else(PoisonError::into_inner);
                // A stop that came just before is seen after this.
                drop(stop.wake.wait_timeout(held, LOOK));
                continue;
            };
            if let Err(error) = self.make(&folder, wanted, stop) {
                tracing::warn!(%error, "a plot could not be made; trying again in a minute");
                unwell.insert(folder.path().into(), Instant::now());
            }
        }
    }

    /// The first folder that needs a plot, and which; but for those where none could be made just now.
    fn need(&self, unwell: &BTreeMap<PathBuf, Instant>) -> Option<(Arc<PlotFolder>, Plot)> {
        self.folders.iter().filter(|folder| !unwell.contains_key(folder.path())).find_map(|folder| match folder.need() {
            Ok(Need::Plot(plot)) => Some((folder.clone(), plot)),
            Ok(Need::Nothing) => None,
            Err(error) => {
                tracing::warn!(folder = %folder.path().display(), %error, "this folder of plots cannot be looked at");
                None
            },
        })
    }

    /// Deletes plots where they take too much.
    fn make_room(&self) {
        let mut plotted = 0u64;
        let mut beside_shards = 0u64;
        for folder in &self.folders {
            let gave = folder.excess().and_then(|excess| if excess > 0 { folder.give_way(excess) } else { Ok(Vec::new()) });
            match gave {
                Ok(gone) => gone.iter().for_each(|plot| tracing::info!(%plot, "a plot gave way")),
                Err(error) => tracing::warn!(folder = %folder.path().display(), %error, "plots cannot give way"),
            }
            let Ok(survey) = folder.survey() else { continue };
            plotted = survey.plots.iter().map(Plot::bytes).fold(plotted, u64::saturating_add);
            if self.shards.as_deref().is_some_and(|shards| is_one_disk(shards, folder.path())) {
                beside_shards = beside_shards.saturating_add(survey.bytes());
            }
        }
        self.sharing.note_plotted(beside_shards);
        self.progress.note(|report| report.plotted = plotted);
    }

    fn make(&self, folder: &PlotFolder, wanted: Plot, stop: &Stop) -> Result<(), DraftError> {
        let draft = match Draft::open(folder.path(), wanted) {
            // An earlier run was killed before its last step, which is done now.
            Err(DraftError::Finished(_)) => return Ok(()),
            draft => draft?,
        };
        let control = Arc::new(Control::default());
        control.share(self.share);
        *stop.control.lock().unwrap_or_else(PoisonError::into_inner) = Some(control.clone());
        if stop.told.load(Ordering::Relaxed) {
            return Ok(());
        }
        tracing::info!(plot = %wanted, folder = %folder.path().display(), done = draft.done(), "plotting");
        let (began, looked) = (Instant::now(), Mutex::new(Instant::now()));
        let report = |progress| {
            self.progress.note(|report| report.plotting = Some(PlottingReport::of(&wanted, progress, began.elapsed())));
            let mut looked = looked.lock().unwrap_or_else(PoisonError::into_inner);
            if looked.elapsed() >= LOOK {
                *looked = Instant::now();
                // Seen to when plotting has stopped.
                if self.folders.iter().any(|folder| folder.excess().is_ok_and(|excess| excess > 0)) {
                    control.stop();
                }
            }
        };
        let ended = plot(draft, self.effort, &control, &report);
        *stop.control.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.progress.note(|report| report.plotting = None);
        match ended? {
            Ended::Finished(path) => tracing::info!(plot = %path.display(), "plotted"),
            Ended::Stopped { done } => tracing::info!(plot = %wanted, done, "plotting stopped; it is gone on with"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, num::NonZeroUsize, path::Path};

    use idlewild_capacity::{plot::UNFINISHED, Kernel};
    use idlewild_capacity_primitives::format::Payload;

    use super::*;
    use crate::capacity::folder::WARP_BYTES;

    const PAYLOAD: Payload = [7; 20];
    /// How long anything may take.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn keeper(path: &Path, space: u64) -> Keeper {
        Keeper {
            folders: vec![Arc::new(PlotFolder::open(path, PAYLOAD, space, 0).unwrap())],
            effort: Effort { kernel: Kernel::best(), threads: NonZeroUsize::MIN },
            share: 100,
            shards: Some(path.into()),
            sharing: Sharing::default(),
            progress: Arc::default(),
        }
    }

    fn lay(path: &Path, seed: u8, warps: u64) -> PathBuf {
        let plot = Plot::x1(PAYLOAD, [seed; 32], warps);
        let path = path.join(plot.to_string());
        File::create(&path).unwrap().set_len(plot.bytes()).unwrap();
        path
    }

    fn until(what: &str, is: impl Fn() -> bool) {
        let began = Instant::now();
        while !is() {
            assert!(began.elapsed() < PATIENCE, "this did not come to be: {what}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn end(keeping: &Keeping) {
        keeping.end();
        until("it ended", || keeping.has_ended());
    }

    #[test]
    fn plots_above_what_they_may_take_give_way_and_the_rest_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (long, short) = (lay(dir.path(), 1, 3), lay(dir.path(), 2, 2));
        let keeper = keeper(dir.path(), 3 * WARP_BYTES);
        let (sharing, progress) = (keeper.sharing.clone(), keeper.progress.clone());
        let keeping = Keeping::begin(keeper).unwrap();
        until("the shorter one gave way", || !short.exists() && progress.report().plotted == 3 * WARP_BYTES);
        end(&keeping);
        assert!(long.exists());
        assert_eq!(sharing.plotted(), 3 * WARP_BYTES, "what gives way to shards on this disk");
    }

    #[test]
    fn what_is_stopped_is_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let begin = || {
            let keeper = keeper(dir.path(), WARP_BYTES);
            let progress = keeper.progress.clone();
            let keeping = Keeping::begin(keeper).unwrap();
            until("it plots", || progress.report().plotting.is_some_and(|plotting| plotting.made > 0));
            let name = progress.report().plotting.map(|plotting| plotting.plot);
            end(&keeping);
            name
        };
        let (first, second) = (begin(), begin());
        assert_eq!(first, second, "the same plot, and no other");
        let files: Vec<PathBuf> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(matches!(&files[..], [draft] if draft.to_string_lossy().ends_with(UNFINISHED)), "{files:?}");
    }
}
