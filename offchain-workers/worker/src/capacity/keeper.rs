//! Keeps folders filled with plots as far as they may be: a thread plots, and one for each folder has plots give way there.

use std::{
    collections::BTreeMap,
    io,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Instant,
};

use idlewild_capacity::{plot, Control, Draft, DraftError, Effort, Ended, Plot};

use super::{
    folder::{Need, PlotFolder},
    memory::{self, TooLittle},
    progress::{PlottingReport, Progress},
    tending::{Pace, Plotting, Tended, Tending},
};
use crate::sharing::Sharing;

/// With what a worker keeps its plots.
pub struct Keeper {
    /// The folders, filled in this order.
    pub folders: Vec<Arc<PlotFolder>>,
    /// How much of the machine plotting takes.
    pub effort: Effort,
    /// The part of the time that it takes, in hundredths.
    pub share: u8,
    /// How often is looked.
    pub pace: Pace,
    /// What roles tell each other.
    pub sharing: Sharing,
    /// Where it is noted how the role stands.
    pub progress: Arc<Progress>,
}

/// A keeper at work. Dropping it does not end it.
pub struct Keeping {
    tending: Arc<Tending>,
    threads: Vec<JoinHandle<()>>,
}

/// Why no plot could be made.
#[derive(Debug, thiserror::Error)]
enum PlotError {
    /// The plot's file.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The folder.
    #[error("it cannot be looked at: {0}")]
    Folder(#[from] io::Error),
    /// The machine.
    #[error(transparent)]
    Memory(#[from] TooLittle),
    /// A part of this program died.
    #[error("a part of this program failed while it plotted, which is a mistake in it")]
    Broken,
}

/// What plots. A plot that is being written to a disk that hangs cannot be interrupted: until that disk answers, none is made
/// elsewhere.
struct Plotter {
    tending: Arc<Tending>,
    effort: Effort,
    share: u8,
}

impl Keeping {
    /// Begins to keep plots.
    pub fn begin(keeper: Keeper) -> io::Result<Self> {
        let Keeper { folders, effort, share, pace, sharing, progress } = keeper;
        let all = folders.into_iter().map(Tended::new).collect();
        let tending = Arc::new(Tending::new(all, pace, sharing, progress));
        let mut keeping = Self { tending: tending.clone(), threads: Vec::new() };
        let begun = keeping.begin_threads(Plotter { tending, effort, share });
        if begun.is_err() {
            // Those that were begun are of no use alone.
            keeping.end();
        }
        begun.map(|()| keeping)
    }

    fn begin_threads(&mut self, plotter: Plotter) -> io::Result<()> {
        for number in 0..self.tending.all.len() {
            let tending = self.tending.clone();
            let tend = move || tending.all.get(number).into_iter().for_each(|at| tending.tend(at));
            self.threads.push(thread::Builder::new().name(format!("plots {number}")).spawn(tend)?);
        }
        let plot = move || {
            // Plotting is what the machine does when it has nothing else to do. Threads that it begins inherit this.
            if let Err(error) = rustix::process::nice(19) {
                tracing::debug!(%error, "plotting runs like everything else");
            }
            plotter.run();
        };
        self.threads.push(thread::Builder::new().name("plotting".into()).spawn(plot)?);
        Ok(())
    }

    /// Tells of folders whose disks do not answer. To be called every so often: by then no thread of theirs can.
    pub fn notice_hung(&self) {
        self.tending.notice_hung();
    }

    /// Tells it to end: what is being plotted stays as it is, and is gone on with at the next start.
    pub fn end(&self) {
        self.tending.end();
    }

    /// Whether it has ended: not as long as a disk takes to answer, which may be for ever.
    pub fn has_ended(&self) -> bool {
        self.threads.iter().all(JoinHandle::is_finished)
    }
}

impl Plotter {
    fn run(&self) {
        let mut unwell: BTreeMap<usize, Instant> = BTreeMap::new();
        let tending = &self.tending;
        while !tending.is_told() {
            let looks = tending.looks();
            unwell.retain(|_, since| since.elapsed() < tending.pace.again);
            let mut worked = false;
            for (number, at) in tending.all.iter().enumerate() {
                if unwell.contains_key(&number) || !at.is_well(&tending.pace) {
                    continue;
                }
                // One that is gone would plot nothing more.
                let served = catch_unwind(AssertUnwindSafe(|| self.serve(at))).unwrap_or(Err(PlotError::Broken));
                let place = format!("plotting in {}", at.folder.path().display());
                match served {
                    Ok(plotted) => {
                        tending.tell(&place, None);
                        worked = plotted;
                    },
                    Err(error) => {
                        tending.tell(&place, Some(format!("no plot could be made: {error}; it is tried again every so often")));
                        unwell.insert(number, Instant::now());
                    },
                }
                if worked || tending.is_told() {
                    break;
                }
            }
            if !worked {
                tending.wait_for_look(looks);
            }
        }
    }

    /// Makes what a folder needs. Returns whether it needed anything.
    fn serve(&self, at: &Tended) -> Result<bool, PlotError> {
        let folder = &at.folder;
        let control = Arc::new(Control::default());
        control.share(self.share);
        // Noted before it is looked what is there: from here on nothing is deleted until this is dropped.
        let noted = at.begin_plot(control.clone());
        // Since the last look a disk may be gone, or full. The folder's own thread tells of it.
        if self.tending.is_told() || folder.hold().check().is_err() || folder.excess() > 0 {
            return Ok(false);
        }
        let Need::Plot(wanted) = folder.need()? else { return Ok(false) };
        let effort = memory::fit(self.effort)?;
        self.make(at, wanted, effort, &control, noted)?;
        Ok(true)
    }

    fn make(&self, at: &Tended, wanted: Plot, effort: Effort, control: &Control, noted: Plotting) -> Result<(), DraftError> {
        let (folder, progress) = (&at.folder, &self.tending.progress);
        let draft = match Draft::open(folder.path(), wanted) {
            // An earlier run was killed before its last step, which is done now.
            Err(DraftError::Finished(_)) => return Ok(()),
            draft => draft?,
        };
        tracing::info!(
            plot = %wanted, folder = %folder.path().display(), done = draft.done(), threads = effort.threads, "plotting"
        );
        let began = Instant::now();
        let _told = Told(progress);
        let report = |made| progress.note(|report| report.plotting = Some(PlottingReport::of(&wanted, made, began.elapsed())));
        let ended = plot(draft, effort, control, &report)?;
        drop(noted);
        match ended {
            Ended::Finished(path) => tracing::info!(plot = %path.display(), "plotted"),
            Ended::Stopped { done } => tracing::info!(plot = %wanted, done, "plotting stopped; it is gone on with"),
        }
        Ok(())
    }
}

/// That something is being plotted, which is told until this is dropped.
struct Told<'a>(&'a Progress);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.0.note(|report| report.plotting = None);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        io::Write,
        num::NonZeroUsize,
        path::{Path, PathBuf},
        sync::{
            atomic::{AtomicBool, Ordering},
            mpsc, Mutex,
        },
        time::Duration,
    };

    use idlewild_capacity::{plot::UNFINISHED, Kernel};
    use idlewild_capacity_primitives::format::Payload;

    use super::*;
    use crate::{
        capacity::{
            bounds::Bounds,
            folder::WARP_BYTES,
            hold::Shared,
            mark::{Mark, NAME},
            marks::Marks,
            progress::CapacityReport,
        },
        config::Plots,
    };

    const PAYLOAD: Payload = [7; 20];
    /// How long anything may take.
    const PATIENCE: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    /// A folder beside shards that may have so much, and leaves as much free.
    fn folder(path: &Path, space: u64, leave: u64) -> PlotFolder {
        let bounds = Bounds { beside_shards: true, ..Bounds::by_hand(space, leave) };
        PlotFolder::new(Mark::take(path).unwrap(), PAYLOAD, bounds)
    }

    /// Folders that a worker is to take, each of which may have a plot.
    fn wanted(marks: &Path, paths: &[&Path]) -> Vec<PlotFolder> {
        let shared = Arc::new(Shared::new(Marks::load(marks).unwrap()));
        let plots = |path: &Path| Plots { path: path.into(), space: WARP_BYTES, leave: 1 };
        paths.iter().map(|path| PlotFolder::wanted(plots(path), PAYLOAD, None, shared.clone())).collect()
    }

    fn begin(folders: Vec<PlotFolder>) -> (Keeping, Sharing, Arc<Progress>) {
        let (sharing, progress) = (Sharing::default(), Arc::<Progress>::default());
        let keeper = Keeper {
            folders: folders.into_iter().map(Arc::new).collect(),
            effort: Effort { kernel: Kernel::best(), threads: NonZeroUsize::MIN },
            share: 100,
            pace: Pace { look: SHORT, again: SHORT, hung: SHORT, ..Pace::default() },
            sharing: sharing.clone(),
            progress: progress.clone(),
        };
        (Keeping::begin(keeper).unwrap(), sharing, progress)
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
            thread::sleep(SHORT);
        }
    }

    fn end(keeping: &Keeping) {
        keeping.end();
        until("it ended", || keeping.has_ended());
    }

    fn is_told(report: &CapacityReport, folder: &Path, words: &str) -> bool {
        report.troubles.get(&folder.display().to_string()).is_some_and(|trouble| trouble.contains(words))
    }

    fn drafts(folder: &Path) -> Vec<PathBuf> {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.to_string_lossy().ends_with(UNFINISHED)).collect()
    }

    /// Tells what is free of a disk that answers nothing until it is let go.
    fn hanging(free: u64) -> (mpsc::Sender<()>, impl Fn(&Path) -> Option<u64> + Send + Sync) {
        let (let_go, hangs) = mpsc::channel::<()>();
        let hangs = Mutex::new(hangs);
        // Whoever held it up is gone in the end.
        let ask = move |_: &Path| {
            let _ = hangs.lock().unwrap().recv();
            Some(free)
        };
        (let_go, ask)
    }

    #[test]
    fn plots_above_their_space_stay_and_are_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let (long, short) = (lay(dir.path(), 1, 3), lay(dir.path(), 2, 2));
        let (keeping, sharing, progress) = begin(vec![folder(dir.path(), 3 * WARP_BYTES, 0)]);
        until("it is told", || is_told(&progress.report(), dir.path(), "their space is 3.0 GiB"));
        until("all is counted", || (progress.report().plotted, sharing.plotted()) == (5 * WARP_BYTES, 5 * WARP_BYTES));
        end(&keeping);
        assert!(long.exists() && short.exists() && drafts(dir.path()).is_empty());
    }

    #[test]
    fn what_is_stopped_is_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let plot_some = || {
            let (keeping, _, progress) = begin(vec![folder(dir.path(), WARP_BYTES, 0)]);
            until("it plots", || progress.report().plotting.is_some_and(|plotting| plotting.made > 0));
            let name = progress.report().plotting.map(|plotting| plotting.plot);
            end(&keeping);
            assert_eq!(progress.report().plotting, None);
            name
        };
        let (first, second) = (plot_some(), plot_some());
        assert_eq!(first, second, "the same plot, and no other");
        assert_eq!(drafts(dir.path()).len(), 1);
    }

    #[test]
    fn a_plot_that_is_being_made_gives_way_where_its_disk_fills_up() {
        let dir = tempfile::tempdir().unwrap();
        let is_full = Arc::new(AtomicBool::new(false));
        let full = is_full.clone();
        let free = move |_: &Path| Some(if full.load(Ordering::Relaxed) { 0 } else { 1 << 40 });
        let (keeping, _, progress) = begin(vec![folder(dir.path(), WARP_BYTES, 1 << 30).with_free(free)]);
        until("it plots", || progress.report().plotting.is_some());
        is_full.store(true, Ordering::Relaxed);
        until("it gave way", || progress.report().plotting.is_none() && drafts(dir.path()).is_empty());
        end(&keeping);
        assert!(fs::read_dir(dir.path()).unwrap().count() == 1, "nothing but the mark is left");
    }

    #[test]
    fn a_disk_that_hangs_keeps_no_other_from_giving_way_and_is_told_of() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (there, gone) = (lay(dir.path(), 1, 1), lay(other.path(), 2, 1));
        let (let_go, free) = hanging(1 << 40);
        let hangs = folder(dir.path(), WARP_BYTES, 1).with_free(free);
        let full = folder(other.path(), WARP_BYTES, 1).with_free(|_| Some(0));
        let (keeping, sharing, progress) = begin(vec![hangs, full]);
        until("the other one's plot gave way", || !gone.exists());
        until("it is told which hangs", || {
            keeping.notice_hung();
            is_told(&progress.report(), dir.path(), "has not answered")
        });
        assert!(there.exists() && !is_told(&progress.report(), other.path(), ""));
        drop(let_go);
        until("it answers, and is counted", || {
            (progress.report().plotted, sharing.plotted()) == (WARP_BYTES, WARP_BYTES) && progress.report().troubles.is_empty()
        });
        end(&keeping);
    }

    #[test]
    fn a_part_that_fails_is_told_of_and_begun_again() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let gone = lay(other.path(), 1, 1);
        let is_broken = Arc::new(AtomicBool::new(true));
        let broken = is_broken.clone();
        let fails = move |_: &Path| {
            assert!(!broken.load(Ordering::Relaxed), "this is meant to fail");
            Some(0)
        };
        let failing = folder(dir.path(), WARP_BYTES, 1).with_free(fails);
        let full = folder(other.path(), WARP_BYTES, 1).with_free(|_| Some(0));
        let (keeping, _, progress) = begin(vec![failing, full]);
        until("it is told", || is_told(&progress.report(), dir.path(), "failed there"));
        until("the other one goes on", || !gone.exists());
        let late = lay(dir.path(), 2, 1);
        is_broken.store(false, Ordering::Relaxed);
        until("its plots give way as before", || !late.exists() && progress.report().troubles.is_empty());
        end(&keeping);
    }

    #[test]
    fn nothing_is_made_where_the_mark_is_gone_until_it_is_back() {
        let dir = tempfile::tempdir().unwrap();
        let (path, away) = (dir.path().join("plots"), dir.path().join("away"));
        let folder = folder(&path, WARP_BYTES, 0);
        // As when a disk is taken away before the first plot is begun.
        fs::rename(&path, &away).unwrap();
        fs::create_dir(&path).unwrap();
        let (keeping, sharing, progress) = begin(vec![folder]);
        until("it is told", || is_told(&progress.report(), &path, "is its disk mounted?"));
        assert_eq!((fs::read_dir(&path).unwrap().count(), sharing.plotted()), (0, 0));
        fs::remove_dir(&path).unwrap();
        fs::rename(&away, &path).unwrap();
        until("it plots", || progress.report().plotting.is_some());
        assert!(progress.report().troubles.is_empty());
        // As when it is taken away while it is plotted on.
        fs::rename(path.join(NAME), &away).unwrap();
        until("plotting stops", || progress.report().plotting.is_none() && !progress.report().troubles.is_empty());
        assert_eq!(drafts(&path).len(), 1, "what was begun stays");
        fs::rename(&away, path.join(NAME)).unwrap();
        until("it is gone on with", || progress.report().plotting.is_some());
        end(&keeping);
    }

    #[test]
    fn where_a_mark_cannot_be_kept_plots_win_and_give_way_and_none_is_made_until_it_can() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plots");
        // As on a disk that nobody can write to.
        fs::create_dir_all(path.join(NAME)).unwrap();
        let plot = lay(&path, 1, 1);
        let is_full = Arc::new(AtomicBool::new(false));
        let full = is_full.clone();
        let folder = wanted(&dir.path().join("marks.toml"), &[&path]).remove(0);
        let folder = folder.with_free(move |_| Some(if full.load(Ordering::Relaxed) { 0 } else { 1 << 40 }));
        let (keeping, _, progress) = begin(vec![folder]);
        until("it is told", || is_told(&progress.report(), &path, "its disk works"));
        until("it is counted", || (progress.report().plotted, progress.report().space) == (WARP_BYTES, WARP_BYTES));
        let opened = keeping.tending.all[0].folder.open_all().unwrap().0;
        assert_eq!(opened.len(), 1, "it can win");
        drop(opened);
        is_full.store(true, Ordering::Relaxed);
        until("it gave way", || !plot.exists());
        is_full.store(false, Ordering::Relaxed);
        let looks = keeping.tending.looks();
        until("it was looked at again", || keeping.tending.looks() > looks + 2);
        assert!(drafts(&path).is_empty() && progress.report().plotting.is_none());
        fs::remove_dir(path.join(NAME)).unwrap();
        until("it plots", || progress.report().plotting.is_some() && progress.report().troubles.is_empty());
        end(&keeping);
    }

    #[test]
    fn a_folder_that_cannot_be_taken_is_told_of_not_counted_and_taken_when_it_can() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other, file) = (dir.path().join("plots"), dir.path().join("other"), dir.path().join("nowhere/marks.toml"));
        let anothers = Mark::take(&path).unwrap();
        fs::create_dir(&other).unwrap();
        let _ = [lay(&path, 1, 1), lay(&other, 2, 1)];
        let (keeping, _, progress) = begin(wanted(&file, &[&path, &other]));
        until("it is told", || is_told(&progress.report(), &path, "another worker keeps the plots"));
        until("the other one is taken", || (progress.report().plotted, progress.report().space) == (WARP_BYTES, WARP_BYTES));
        until("its mark cannot be kept in mind", || is_told(&progress.report(), &other, "capacity.marks"));
        drop(anothers);
        fs::create_dir(dir.path().join("nowhere")).unwrap();
        until("both are taken", || {
            let report = progress.report();
            (report.plotted, report.space) == (2 * WARP_BYTES, 2 * WARP_BYTES) && report.troubles.is_empty()
        });
        end(&keeping);
    }

    #[test]
    fn a_disk_that_hangs_at_the_start_holds_up_no_other_and_is_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("plots"), dir.path().join("other"));
        let _ = [&path, &other].map(|path| fs::create_dir(path).unwrap());
        // Whoever reads this waits until something is written to it.
        let mark = path.join(NAME);
        rustix::fs::mknodat(rustix::fs::CWD, &mark, rustix::fs::FileType::Fifo, 0o644.into(), 0).unwrap();
        lay(&other, 1, 1);
        let (keeping, _, progress) = begin(wanted(&dir.path().join("marks.toml"), &[&path, &other]));
        until("the other one is taken", || progress.report().plotted == WARP_BYTES);
        until("it is told which hangs", || {
            keeping.notice_hung();
            is_told(&progress.report(), &path, "has not answered")
        });
        let let_go = || drop(File::options().read(true).write(true).open(&mark).map(|mut file| file.write_all(&[b'x'; 300])));
        until("it answers", || {
            let_go();
            is_told(&progress.report(), &path, "is no mark")
        });
        keeping.end();
        until("it ended", || {
            let_go();
            keeping.has_ended()
        });
    }
}
