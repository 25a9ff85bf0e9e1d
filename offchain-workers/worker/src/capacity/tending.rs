//! Tending folders: a thread for each sees to it that plots give way there.
//!
//! It takes the folder, and looks every so often whether that is still the one that it was and whether the disk has what it should
//! have free, and deletes plots until it has. A folder that cannot be taken is tried again at each look. A disk that hangs keeps its
//! own thread and no other.

use std::{
    io,
    panic::{catch_unwind, AssertUnwindSafe},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use idlewild_capacity::Control;

use super::{folder::PlotFolder, progress::Progress};
use crate::sharing::Sharing;

/// How often, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two looks: a disk does not fill up in this time.
    pub look: Duration,
    /// Before what went wrong is tried again.
    pub again: Duration,
    /// After how long a look is taken to hang.
    pub hung: Duration,
    /// How long is waited for a plot to be closed that is to give way. What is written by then is brought to the disk first.
    pub closed: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let [look, again, hung, closed] = [2, 60, 120, 60].map(Duration::from_secs);
        Self { look, again, hung, closed }
    }
}

/// Folders that are tended, as all threads know them.
pub(super) struct Tending {
    /// Each of them.
    pub(super) all: Vec<Tended>,
    /// How often is looked.
    pub(super) pace: Pace,
    /// What roles tell each other.
    pub(super) sharing: Sharing,
    /// Where it is noted how the role stands.
    pub(super) progress: Arc<Progress>,
    news: Mutex<News>,
    changed: Condvar,
}

#[derive(Default)]
struct News {
    /// Whether all is to end.
    told: bool,
    /// Looks that were done.
    looks: u64,
}

/// A folder that is tended.
pub(super) struct Tended {
    pub(super) folder: Arc<PlotFolder>,
    state: Mutex<State>,
    closed: Condvar,
}

#[derive(Default)]
struct State {
    /// Since when it is being looked at, if it is.
    looking: Option<Instant>,
    /// Whether nothing was wrong at the last look.
    is_well: bool,
    /// Stops the plot that is being made in it.
    plotting: Option<Arc<Control>>,
    /// Bytes of plots that can win.
    plotted: u64,
    /// Bytes that give way to shards.
    beside_shards: u64,
    /// Bytes that plots may take.
    space: u64,
}

/// A plot that is being made in a folder, until this is dropped.
pub(super) struct Plotting<'a>(&'a Tended);

impl Drop for Plotting<'_> {
    fn drop(&mut self) {
        self.0.state().plotting = None;
        self.0.closed.notify_all();
    }
}

impl Tended {
    pub(super) fn new(folder: Arc<PlotFolder>) -> Self {
        Self { folder, state: Mutex::default(), closed: Condvar::new() }
    }

    /// Notes that a plot is being made here, and what stops it.
    pub(super) fn begin_plot(&self, control: Arc<Control>) -> Plotting<'_> {
        self.state().plotting = Some(control);
        Plotting(self)
    }

    /// Whether plots can be made here, as far as the last look tells.
    pub(super) fn is_well(&self, pace: &Pace) -> bool {
        self.state().is_well && !self.hangs(pace)
    }

    /// Whether the folder has been looked at for too long.
    fn hangs(&self, pace: &Pace) -> bool {
        self.state().looking.is_some_and(|since| since.elapsed() > pace.hung)
    }

    /// Stops the plot that is being made here, if one is.
    pub(super) fn stop_plot(&self) {
        if let Some(control) = &self.state().plotting {
            control.stop();
        }
    }

    /// The same, and waits until its file is closed: its bytes are free only then. A disk that is stuck is not waited for.
    fn close_plot(&self, within: Duration) {
        self.stop_plot();
        drop(self.closed.wait_timeout_while(self.state(), within, |state| state.plotting.is_some()));
    }

    fn name(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tending {
    pub(super) fn new(all: Vec<Tended>, pace: Pace, sharing: Sharing, progress: Arc<Progress>) -> Self {
        Self { all, pace, sharing, progress, news: Mutex::default(), changed: Condvar::new() }
    }

    /// Tends a folder until all is to end.
    pub(super) fn tend(&self, at: &Tended) {
        while !self.is_told() {
            at.state().looking = Some(Instant::now());
            // Whatever is wrong here, a thread that is gone would let the disk fill up.
            let looked = catch_unwind(AssertUnwindSafe(|| self.look(at)));
            let panicked = looked.is_err();
            let (is_well, trouble) = match looked {
                Ok(Ok(told)) => (true, told),
                Ok(Err(trouble)) => (false, Some(trouble)),
                Err(_) => (false, Some("a part of this program failed there, which is a mistake in it; trying again".into())),
            };
            {
                let mut state = at.state();
                state.looking = None;
                state.is_well = is_well;
            }
            self.tell(&at.name(), trouble);
            self.sum_up();
            let mut news = self.news();
            news.looks = news.looks.wrapping_add(1);
            self.changed.notify_all();
            let pause = if panicked { self.pace.again } else { self.pace.look };
            drop(self.changed.wait_timeout_while(news, pause, |news| !news.told));
        }
    }

    /// Looks at a folder, which is taken if it was not yet, and has plots give way if they must. Returns what the owner should know
    /// of; an error where nothing may be plotted.
    fn look(&self, at: &Tended) -> Result<Option<String>, String> {
        let folder = &at.folder;
        let counted = |plotted, beside_shards, space| {
            let mut state = at.state();
            (state.plotted, state.beside_shards, state.space) = (plotted, beside_shards, space);
        };
        let lost = |error: io::Error| {
            counted(0, 0, 0);
            format!("the plots there cannot be listed: {error}")
        };
        // Where only the mark cannot be kept, somebody else may plot there too. What is there wins, and gives way, as ever.
        let unkept = folder.hold().check().err();
        if let Some(error) = &unkept {
            at.stop_plot();
            if !error.leaves_plots() {
                counted(0, 0, 0);
                return Err(format!("{error}; nothing is plotted there until that is mended"));
            }
        }
        let bounds = folder.settle().map_err(lost)?;
        if folder.excess() > 0 {
            at.close_plot(self.pace.closed);
            let gone = folder.make_room().map_err(|error| format!("plots cannot give way there: {error}"))?;
            gone.iter().for_each(|plot| tracing::info!(%plot, folder = %at.name(), "a plot gave way"));
        }
        let survey = folder.survey().map_err(lost)?;
        counted(survey.finished(), if bounds.beside_shards { survey.bytes() } else { 0 }, bounds.space);
        if let Some(error) = unkept {
            return Err(format!(
                "the folder's mark cannot be kept: {error}. Plots that are there can win; nothing is plotted until that is mended"
            ));
        }
        let told = [folder.hold().remember().err().map(|error| error.to_string()), survey.above(bounds.space)];
        let told = told.into_iter().flatten().collect::<Vec<_>>().join(". ");
        Ok((!told.is_empty()).then_some(told))
    }

    /// Tells of folders whose disks do not answer: their own threads cannot.
    pub(super) fn notice_hung(&self) {
        for at in self.all.iter().filter(|at| at.hangs(&self.pace)) {
            let seconds = self.pace.hung.as_secs();
            self.tell(
                &at.name(),
                Some(format!("its disk has not answered for over {seconds} seconds: it is left out until it does")),
            );
        }
    }

    /// Tells once what is wrong somewhere, for as long as it is; and nothing where nothing is.
    pub(super) fn tell(&self, place: &str, trouble: Option<String>) {
        self.progress.note(|report| match trouble {
            Some(trouble) => {
                if report.troubles.get(place) != Some(&trouble) {
                    tracing::warn!(folder = place, "{trouble}");
                    report.troubles.insert(place.into(), trouble);
                }
            },
            None => {
                if report.troubles.remove(place).is_some() {
                    tracing::info!(folder = place, "all is well there again");
                }
            },
        });
    }

    /// Adds up what all folders have: of one that hangs, what it had.
    fn sum_up(&self) {
        let (mut plotted, mut beside_shards, mut space) = (0u64, 0u64, 0u64);
        for at in &self.all {
            let state = at.state();
            plotted = plotted.saturating_add(state.plotted);
            beside_shards = beside_shards.saturating_add(state.beside_shards);
            space = space.saturating_add(state.space);
        }
        self.sharing.note_plotted(beside_shards);
        self.progress.note(|report| (report.plotted, report.space) = (plotted, space));
    }

    /// Tells all threads to end.
    pub(super) fn end(&self) {
        self.news().told = true;
        self.all.iter().for_each(Tended::stop_plot);
        self.changed.notify_all();
    }

    /// Whether all is to end.
    pub(super) fn is_told(&self) -> bool {
        self.news().told
    }

    /// Looks that were done.
    pub(super) fn looks(&self) -> u64 {
        self.news().looks
    }

    /// Waits until a folder was looked at since there were so many looks; no longer than until the next one is due.
    pub(super) fn wait_for_look(&self, since: u64) {
        drop(self.changed.wait_timeout_while(self.news(), self.pace.look, |news| !news.told && news.looks == since));
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
