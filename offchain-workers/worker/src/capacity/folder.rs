//! A folder of plots: what is in it, what belongs there next, and what goes first.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    time::Instant,
};

use idlewild_capacity::{plot::UNFINISHED, sums::Sums, Plot, PlotFile};
use idlewild_capacity_primitives::{
    format::{Payload, WARP},
    NONCE_BYTES,
};
use idlewild_files::disk::free_in;
use rand::RngCore;

pub use super::survey::{LeftOut, Survey};
use super::{
    bounds::Bounds,
    hold::{Hold, Shared},
    mark::Mark,
    room::Given,
};
use crate::{config::Plots, sizes::gib};

/// Bytes of a warp.
pub const WARP_BYTES: u64 = WARP * NONCE_BYTES as u64;
/// Most warps of a file that is made here: what gives way at once.
pub(super) const MOST_WARPS: u64 = 16;
/// Tells how much of a disk is free; `None` where nobody can say.
type Free = dyn Fn(&Path) -> Option<u64> + Send + Sync;

/// A folder of plots of one account, which nobody else plots in as long as this is kept.
pub struct PlotFolder {
    hold: Hold,
    payload: Payload,
    free: Box<Free>,
    /// Of a folder that a worker is to keep.
    settling: Option<Settling>,
    settled: OnceLock<Settled>,
    /// Plots that were opened: to open one takes a read, and there may be thousands.
    opened: Mutex<BTreeMap<PathBuf, Arc<PlotFile>>>,
}

/// By what is found out what is to be known of a folder's disk.
struct Settling {
    plots: Plots,
    /// Where shards are, if this worker keeps any.
    shards: Option<PathBuf>,
    shared: Arc<Shared>,
}

/// What is known of a folder whose disk has answered.
struct Settled {
    bounds: Bounds,
    /// Plots that gave way on this disk.
    given: Arc<Mutex<Given>>,
}

/// What a folder needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// A plot is to be made, or gone on with.
    Plot(Plot),
    /// There is no space for another: all that may be taken is, or the disk is full.
    Nothing,
}

impl PlotFolder {
    /// The folder of a mark that is taken, for the plots of a payload.
    pub fn new(mark: Mark, payload: Payload, bounds: Bounds) -> Self {
        let settled = OnceLock::from(Settled { bounds, given: Arc::default() });
        Self::with(Hold::taken(mark), payload, None, settled)
    }

    /// A folder that a worker is to keep, which has shards in `shards`. No disk is asked yet.
    pub fn wanted(plots: Plots, payload: Payload, shards: Option<PathBuf>, shared: Arc<Shared>) -> Self {
        let hold = Hold::wanted(&plots.path, shared.clone());
        Self::with(hold, payload, Some(Settling { plots, shards, shared }), OnceLock::new())
    }

    fn with(hold: Hold, payload: Payload, settling: Option<Settling>, settled: OnceLock<Settled>) -> Self {
        Self { hold, payload, free: Box::new(free_in), settling, settled, opened: Mutex::default() }
    }

    /// The same on a disk that has as much free as is said here.
    #[cfg(test)]
    pub(super) fn with_free(self, free: impl Fn(&Path) -> Option<u64> + Send + Sync + 'static) -> Self {
        Self { free: Box::new(free), ..self }
    }

    /// Finds out what is to be known of the folder's disk, if that was not done yet. Until then there are no plots. To be called
    /// when the disk is known to be the right one.
    pub fn settle(&self) -> io::Result<&Bounds> {
        if let (None, Some(Settling { plots, shards, shared })) = (self.settled.get(), &self.settling) {
            let given = shared.rooms.of(fs::metadata(self.path())?.dev());
            let bounds = Bounds::of(plots, shards.as_deref());
            if bounds.leave > plots.leave {
                let (folder, leave) = (self.path().display(), gib(bounds.leave));
                tracing::info!(%folder, "plots leave {leave} free there, as shards on the same disk need it to come in");
            }
            let _ = self.settled.set(Settled { bounds, given });
        }
        self.bounds().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.hold.folder()
    }

    /// What keeps others out.
    pub fn hold(&self) -> &Hold {
        &self.hold
    }

    /// What plots may take here, once that is known.
    pub fn bounds(&self) -> Option<&Bounds> {
        self.settled.get().map(|settled| &settled.bounds)
    }

    /// Looks at what is there.
    pub fn survey(&self) -> io::Result<Survey> {
        Survey::of(self.path(), &self.payload)
    }

    /// The plots that can win, opened, and those that cannot be. None in a folder that is not kept yet: they may be another's.
    pub fn open_all(&self) -> io::Result<(Vec<Arc<PlotFile>>, LeftOut)> {
        if self.settled.get().is_none() {
            return Ok(Default::default());
        }
        let Survey { plots, mut others, .. } = self.survey()?;
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = std::mem::take(&mut *opened);
        for plot in plots {
            let path = self.path().join(plot.to_string());
            match known.remove(&path).map_or_else(|| PlotFile::open(&path).map(Arc::new), Ok) {
                Ok(file) => {
                    opened.insert(path, file);
                },
                Err(error) => others.push((path, error.to_string())),
            }
        }
        Ok((opened.values().cloned().collect(), others))
    }

    /// What is to be plotted next: what was begun, else another plot if there is space.
    pub fn need(&self) -> io::Result<Need> {
        let Some(bounds) = self.bounds() else { return Ok(Need::Nothing) };
        let Bounds { space, leave, margin, .. } = *bounds;
        let survey = self.survey()?;
        // A draft has its room already.
        let room = space.saturating_sub(survey.finished());
        if let Some(draft) = survey.drafts.iter().find(|draft| draft.bytes() <= room) {
            return Ok(Need::Plot(*draft));
        }
        let room = space.saturating_sub(survey.bytes());
        // A disk that nobody can ask has room.
        let free = (self.free)(self.path()).map_or(u64::MAX, |free| free.saturating_sub(leave).saturating_sub(margin));
        let warps = (room.min(free) / WARP_BYTES).min(bounds.warps_of_a_file());
        if warps == 0 {
            return Ok(Need::Nothing);
        }
        let mut seed = [0; 32];
        rand::rngs::OsRng.fill_bytes(&mut seed);
        Ok(Need::Plot(Plot::x1(self.payload, seed, warps)))
    }

    /// Bytes that the disk lacks of what plots should leave free, beside those that are on their way.
    pub fn excess(&self) -> u64 {
        self.settled.get().map_or(0, |settled| self.excess_beside(settled, &mut settled.given()))
    }

    fn excess_beside(&self, settled: &Settled, given: &mut Given) -> u64 {
        let Some(free) = (self.free)(self.path()) else { return 0 };
        let on_its_way = given.on_its_way(free, Instant::now());
        settled.bounds.leave.saturating_sub(free).saturating_sub(on_its_way)
    }

    /// Deletes plots until the disk has what they should leave free. Returns what went.
    pub fn make_room(&self) -> io::Result<Vec<Plot>> {
        let Some(settled) = self.settled.get() else { return Ok(Vec::new()) };
        // One folder of a disk after the other: the second may find that there is room again.
        let mut given = settled.given();
        match self.excess_beside(settled, &mut given) {
            0 => Ok(Vec::new()),
            excess => self.give_way(excess, &mut given),
        }
    }

    /// Deletes what makes so many bytes free, or all there is: unfinished plots first, then the shortest. Returns what went.
    fn give_way(&self, bytes: u64, given: &mut Given) -> io::Result<Vec<Plot>> {
        let Survey { mut plots, drafts, .. } = self.survey()?;
        plots.sort_by_key(Plot::bytes);
        let (mut freed, mut gone) = (0u64, Vec::new());
        for (plot, is_draft) in drafts.iter().map(|plot| (plot, true)).chain(plots.iter().map(|plot| (plot, false))) {
            if freed >= bytes {
                break;
            }
            if self.delete(plot, is_draft, given)? {
                freed = freed.saturating_add(plot.bytes());
                gone.push(*plot);
                // What came free is seen before others take it.
                if let Some(free) = (self.free)(self.path()) {
                    given.on_its_way(free, Instant::now());
                }
            }
        }
        Ok(gone)
    }

    /// Returns whether there was something to delete.
    fn delete(&self, plot: &Plot, is_draft: bool, given: &mut Given) -> io::Result<bool> {
        let path = self.path().join(if is_draft { format!("{plot}{UNFINISHED}") } else { plot.to_string() });
        // Nobody opens it meanwhile: whoever has it open is known.
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let was_there = match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            removed => removed.is_ok(),
        };
        let file = opened.remove(&path).map_or_else(Weak::new, |file| Arc::downgrade(&file));
        drop(opened);
        if was_there {
            // At once: what follows may fail.
            given.note(plot.bytes(), file, Instant::now());
        }
        // A plot without its sums can still win; sums without a plot are nothing.
        match fs::remove_file(Sums::path(self.path(), plot)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(was_there),
        }
    }
}

impl Settled {
    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        sync::atomic::{AtomicU64, Ordering},
        time::Duration,
    };

    use super::*;
    use crate::capacity::{mark::NAME, marks::Marks};

    const PAYLOAD: Payload = [7; 20];

    fn folder(space: u64) -> (tempfile::TempDir, PlotFolder) {
        let dir = tempfile::tempdir().unwrap();
        let mark = Mark::take(&dir.path().join("plots")).unwrap();
        (dir, PlotFolder::new(mark, PAYLOAD, Bounds::by_hand(space, 0)))
    }

    /// A folder of a worker's, on a disk that has as much free as is said, and what says it.
    fn folder_with(space: u64, leave: u64, free: u64) -> (tempfile::TempDir, PlotFolder, Arc<AtomicU64>) {
        let dir = tempfile::tempdir().unwrap();
        let shared = Arc::new(Shared::new(Marks::load(&dir.path().join("marks.toml")).unwrap()));
        let free = Arc::new(AtomicU64::new(free));
        let folder = folder_in(&dir.path().join("plots"), space, leave, &free, shared);
        (dir, folder, free)
    }

    fn folder_in(path: &Path, space: u64, leave: u64, free: &Arc<AtomicU64>, shared: Arc<Shared>) -> PlotFolder {
        let told = free.clone();
        let folder = PlotFolder::wanted(Plots { path: path.into(), space, leave }, PAYLOAD, None, shared)
            .with_free(move |_| Some(told.load(Ordering::Relaxed)));
        folder.hold().check().unwrap();
        folder.settle().unwrap();
        folder
    }

    /// A file of a plot's length that takes no space.
    fn lay(folder: &PlotFolder, plot: Plot, ending: &str) -> PathBuf {
        let path = folder.path().join(format!("{plot}{ending}"));
        File::create(&path).unwrap().set_len(plot.bytes()).unwrap();
        path
    }

    fn plot(seed: u8, warps: u64) -> Plot {
        Plot::x1(PAYLOAD, [seed; 32], warps)
    }

    fn give_way(folder: &PlotFolder, bytes: u64) -> Vec<Plot> {
        folder.give_way(bytes, &mut Given::default()).unwrap()
    }

    #[test]
    fn plots_that_cannot_win_are_left_out_and_the_reason_is_told() {
        let (_dir, folder) = folder(100 * WARP_BYTES);
        lay(&folder, plot(1, 2), "");
        let anothers = lay(&folder, Plot::x1([8; 20], [1; 32], 1), "");
        let Plot::X1 { bound, .. } = plot(3, 1) else { unreachable!() };
        let level = lay(&folder, Plot::X0 { bound, warps: 1 }, "");
        let cut = lay(&folder, plot(4, 1), "");
        File::options().write(true).open(&cut).unwrap().set_len(5).unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        let survey = folder.survey().unwrap();
        assert_eq!(survey.plots, [plot(1, 2)]);
        assert_eq!(folder.open_all().unwrap().0.len(), 1);
        let mut others = survey.others;
        others.sort();
        let mut expected = vec![(anothers, "another account"), (level, "level 1"), (cut, "cut off")];
        expected.sort();
        assert_eq!(others.len(), 3);
        for ((path, reason), (wanted, words)) in others.iter().zip(&expected) {
            assert!(path == wanted && reason.contains(words), "{path:?}: {reason}");
        }
    }

    #[test]
    fn what_was_begun_is_gone_on_with_and_no_more_is_taken_than_may_be() {
        let (_dir, folder) = folder(3 * WARP_BYTES + 5);
        let Need::Plot(first) = folder.need().unwrap() else { panic!("an empty folder needs a plot") };
        assert_eq!(first.warps(), 1, "a small space is divided into small files");
        let Need::Plot(other) = folder.need().unwrap() else { panic!("it still does") };
        assert_ne!(first, other, "each has a seed of its own");
        lay(&folder, plot(1, 2), UNFINISHED);
        assert_eq!(folder.need().unwrap(), Need::Plot(plot(1, 2)));
        fs::rename(folder.path().join(format!("{}{UNFINISHED}", plot(1, 2))), folder.path().join(plot(1, 2).to_string()))
            .unwrap();
        assert!(matches!(folder.need().unwrap(), Need::Plot(_)));
        lay(&folder, plot(2, 1), "");
        assert_eq!(folder.need().unwrap(), Need::Nothing);
        assert_eq!((folder.excess(), folder.survey().unwrap().above(3 * WARP_BYTES)), (0, None));
    }

    #[test]
    fn unfinished_plots_go_first_and_then_the_shortest() {
        let (_dir, folder) = folder(10 * WARP_BYTES);
        lay(&folder, plot(1, 4), "");
        let short = lay(&folder, plot(2, 1), "");
        fs::write(Sums::path(folder.path(), &plot(2, 1)), "").unwrap();
        lay(&folder, plot(3, 2), UNFINISHED);
        let (opened, _) = folder.open_all().unwrap();
        assert_eq!(opened.len(), 2);
        assert!(Arc::ptr_eq(&opened[0], &folder.open_all().unwrap().0[0]), "what is open stays so");
        assert_eq!(give_way(&folder, 0), []);
        assert_eq!(give_way(&folder, 2 * WARP_BYTES + 1), [plot(3, 2), plot(2, 1)]);
        assert_eq!(folder.open_all().unwrap().0.len(), 1);
        assert!(!short.exists() && !Sums::path(folder.path(), &plot(2, 1)).exists());
        assert_eq!(give_way(&folder, u64::MAX), [plot(1, 4)]);
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [NAME], "the mark stays");
    }

    #[test]
    fn plots_above_their_space_stay_and_no_more_are_made() {
        let (_dir, folder, _) = folder_with(5 * WARP_BYTES, 0, u64::MAX);
        lay(&folder, plot(1, 4), "");
        lay(&folder, plot(2, 3), UNFINISHED);
        assert_eq!((folder.excess(), folder.make_room().unwrap()), (0, vec![]));
        assert_eq!(folder.need().unwrap(), Need::Nothing, "not even of what was begun");
        let words = folder.survey().unwrap().above(5 * WARP_BYTES).unwrap();
        assert!(words.contains("plots take 7.0 GiB") && words.contains("space is 5.0 GiB"), "{words}");
        lay(&folder, plot(3, 1), UNFINISHED);
        assert_eq!(folder.need().unwrap(), Need::Plot(plot(3, 1)), "this one has space");
    }

    #[test]
    fn what_others_need_of_the_disk_makes_plots_give_way() {
        let (_dir, folder, free) = folder_with(5 * WARP_BYTES, 3 * WARP_BYTES, WARP_BYTES);
        let _ = [lay(&folder, plot(1, 1), ""), lay(&folder, plot(2, 1), ""), lay(&folder, plot(3, 2), "")];
        assert_eq!(folder.excess(), 2 * WARP_BYTES);
        assert_eq!(folder.make_room().unwrap(), [plot(1, 1), plot(2, 1)]);
        assert_eq!(folder.make_room().unwrap(), [], "the disk has not given that room back yet");
        free.store(3 * WARP_BYTES, Ordering::Relaxed);
        assert_eq!(folder.excess(), 0);
        free.store(3 * WARP_BYTES - 1, Ordering::Relaxed);
        assert_eq!(folder.make_room().unwrap(), [plot(3, 2)]);
        free.store(0, Ordering::Relaxed);
        fs::remove_dir_all(folder.path()).unwrap();
        assert!(folder.make_room().is_err(), "a disk that is gone is no disk with room");
    }

    /// A disk on which somebody else writes.
    #[derive(Clone)]
    struct Filling {
        size: u64,
        folder: PathBuf,
        written: Arc<AtomicU64>,
        /// Plots whose bytes stay as long as they are open.
        read: Arc<Mutex<Vec<Weak<PlotFile>>>>,
    }

    impl Filling {
        fn free(&self) -> u64 {
            let there: u64 = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
            let read = self.read.lock().unwrap();
            let open = read.iter().filter_map(Weak::upgrade).filter(|file| !file.path().exists());
            let deleted: u64 = open.map(|file| file.plot().bytes()).sum();
            self.size.saturating_sub(there + deleted + self.written.load(Ordering::Relaxed))
        }

        fn write(&self, bytes: u64) {
            self.written.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// A folder with `plots` plots of a warp on a disk with four warps more, of which three are to be left free.
    fn filling(plots: u8) -> (tempfile::TempDir, PlotFolder, Filling) {
        let (dir, folder, _) = folder_with(100 * WARP_BYTES, 3 * WARP_BYTES, 0);
        let size = (u64::from(plots) + 4) * WARP_BYTES + (1 << 20);
        let disk = Filling { size, folder: folder.path().into(), written: Arc::default(), read: Arc::default() };
        let told = disk.clone();
        let folder = folder.with_free(move |_| Some(told.free()));
        for seed in 0..plots {
            lay(&folder, plot(seed, 1), "");
        }
        (dir, folder, disk)
    }

    #[test]
    fn plots_go_on_giving_way_while_somebody_fills_the_disk() {
        let (_dir, folder, disk) = filling(8);
        // Some plots were read, and are no more.
        drop(folder.open_all().unwrap());
        let step = WARP_BYTES / 4;
        while !folder.survey().unwrap().plots.is_empty() {
            disk.write(step);
            let gone = folder.make_room().unwrap();
            assert!(gone.len() <= 1, "no more than is needed");
            assert!(disk.free() >= 3 * WARP_BYTES - step, "the disk runs full: {}", gib(disk.free()));
        }
        assert!(disk.written.load(Ordering::Relaxed) >= 8 * WARP_BYTES, "no more than was written");
    }

    #[test]
    fn while_a_plot_is_read_no_other_goes_for_the_bytes_that_it_keeps() {
        const MIB: u64 = 1 << 20;
        let (_dir, folder, disk) = filling(4);
        let (read, _) = folder.open_all().unwrap();
        *disk.read.lock().unwrap() = read.iter().map(Arc::downgrade).collect();
        disk.write(WARP_BYTES + 2 * MIB);
        assert_eq!(folder.make_room().unwrap().len(), 1);
        assert!(disk.free() < 3 * WARP_BYTES, "its bytes are not free");
        assert_eq!((folder.excess(), folder.make_room().unwrap()), (0, vec![]), "they are on their way");
        disk.write(WARP_BYTES / 2);
        assert_eq!(folder.make_room().unwrap(), [], "and are enough");
        disk.write(WARP_BYTES / 2);
        assert_eq!(folder.make_room().unwrap().len(), 1, "and now they are not");
        let later = Instant::now() + Duration::from_secs(3600);
        let on_its_way = folder.settled.get().unwrap().given().on_its_way(disk.free(), later);
        assert_eq!(on_its_way, 2 * WARP_BYTES, "however long that takes");
        drop(read);
        assert!(disk.free() >= 3 * WARP_BYTES);
        assert_eq!(folder.make_room().unwrap(), []);
        disk.write(WARP_BYTES);
        assert_eq!(folder.make_room().unwrap().len(), 1, "what came free was taken");
    }

    #[test]
    fn what_comes_and_goes_neither_deletes_plots_nor_begins_them() {
        let (leave, space) = (3 * WARP_BYTES, 64 * WARP_BYTES);
        let (_dir, folder, free) = folder_with(space, leave, leave + 6 * WARP_BYTES);
        let margin = folder.bounds().unwrap().margin;
        assert_eq!(margin, 2 * WARP_BYTES, "half of a plot");
        let Need::Plot(first) = folder.need().unwrap() else { panic!("there is room") };
        assert_eq!(first.warps(), 4);
        lay(&folder, first, "");
        // A little less than the margin comes and goes.
        for there in [margin, 1, margin, 1, margin] {
            free.store(leave + there, Ordering::Relaxed);
            assert_eq!((folder.need().unwrap(), folder.make_room().unwrap()), (Need::Nothing, vec![]), "{there}");
        }
        free.store(leave - 1, Ordering::Relaxed);
        assert_eq!(folder.make_room().unwrap(), [first]);
        free.store(leave + first.bytes() - 1, Ordering::Relaxed);
        let Need::Plot(second) = folder.need().unwrap() else { panic!("there is room for a smaller one") };
        assert!(second.bytes() + margin < first.bytes(), "what deleted the first has to come twice to delete this one");
        lay(&folder, second, UNFINISHED);
        free.store(leave, Ordering::Relaxed);
        assert_eq!(folder.need().unwrap(), Need::Plot(second), "what was begun has its room");
    }

    #[test]
    fn folders_of_one_disk_make_the_same_room_once() {
        let dir = tempfile::tempdir().unwrap();
        let shared = Arc::new(Shared::new(Marks::load(&dir.path().join("marks.toml")).unwrap()));
        let free = Arc::new(AtomicU64::new(0));
        let [first, second] =
            ["a", "b"].map(|name| folder_in(&dir.path().join(name), 5 * WARP_BYTES, WARP_BYTES, &free, shared.clone()));
        let _ = [lay(&first, plot(1, 1), ""), lay(&second, plot(2, 1), "")];
        assert_eq!(first.make_room().unwrap(), [plot(1, 1)]);
        assert_eq!(second.make_room().unwrap(), [], "that is on its way");
        free.store(WARP_BYTES, Ordering::Relaxed);
        assert_eq!((first.excess(), second.survey().unwrap().plots), (0, vec![plot(2, 1)]));
    }

    #[test]
    fn names_in_the_other_case_and_drafts_of_what_is_there_are_left_out() {
        let (_dir, folder) = folder(10 * WARP_BYTES);
        lay(&folder, plot(0xAB, 1), "");
        let beside = lay(&folder, plot(0xAB, 1), UNFINISHED);
        let other = folder.path().join(plot(0xCD, 1).to_string().replace("CD", "cd"));
        File::create(&other).unwrap().set_len(WARP_BYTES).unwrap();
        let survey = folder.survey().unwrap();
        assert_eq!((survey.plots, survey.drafts), (vec![plot(0xAB, 1)], vec![]));
        let mut left: Vec<PathBuf> = survey.others.into_iter().map(|(path, _)| path).collect();
        left.sort();
        let mut expected = vec![beside, other.clone()];
        expected.sort();
        assert_eq!(left, expected);
        assert_eq!(give_way(&folder, u64::MAX), [plot(0xAB, 1)], "what is not there frees nothing");
        assert!(other.exists());
    }

    #[test]
    fn a_folder_that_is_not_kept_yet_has_no_plots() {
        let (_dir, folder) = folder(10 * WARP_BYTES);
        lay(&folder, plot(1, 1), "");
        let marks = Marks::load(&folder.path().join("marks.toml")).unwrap();
        let plots = Plots { path: folder.path().into(), space: 10 * WARP_BYTES, leave: u64::MAX };
        let wanted = PlotFolder::wanted(plots, PAYLOAD, None, Arc::new(Shared::new(marks)));
        assert!(wanted.hold().check().is_err() && wanted.open_all().unwrap().0.is_empty());
        assert_eq!((wanted.need().unwrap(), wanted.excess(), wanted.make_room().unwrap()), (Need::Nothing, 0, vec![]));
        drop(folder);
        wanted.hold().check().unwrap();
        assert_eq!(wanted.settle().unwrap().leave, u64::MAX);
        assert_eq!(wanted.open_all().unwrap().0.len(), 1);
    }
}
