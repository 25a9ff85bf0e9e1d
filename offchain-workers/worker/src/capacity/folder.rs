//! A folder of plots: what is in it, what belongs there next, and what goes first.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use idlewild_capacity::{plot::UNFINISHED, sums::Sums, OpenPlotError, Plot, PlotFile};
use idlewild_capacity_primitives::{
    format::{Payload, WARP},
    NONCE_BYTES,
};
use idlewild_files::disk::{free_in, is_one_disk};
use rand::RngCore;

use super::{bounds::Bounds, mark::Mark};
use crate::sizes::gib;

/// Bytes of a warp.
pub const WARP_BYTES: u64 = WARP * NONCE_BYTES as u64;
/// Most warps of a file that is made here: what gives way at once.
pub(super) const MOST_WARPS: u64 = 16;
/// What is said of a name that is a plot's, but for its letters' case.
const OTHERWISE: &str = "its name has letters of the other case: give it capital digits";
/// How long a disk may take to give back the room of a plot that gave way: until whoever still reads it is done.
const RETURNED_WITHIN: Duration = Duration::from_secs(180);

/// Tells how much of a disk is free; `None` where nobody can say.
type Free = dyn Fn(&Path) -> Option<u64> + Send + Sync;

/// A folder of plots of one account, which nobody else plots in as long as this is kept.
pub struct PlotFolder {
    mark: Mark,
    payload: Payload,
    bounds: Bounds,
    free: Box<Free>,
    /// Plots that were opened: to open one takes a read, and there may be thousands.
    opened: Mutex<BTreeMap<PathBuf, Arc<PlotFile>>>,
    /// The last plots that gave way on this disk.
    given: Arc<Mutex<Option<Given>>>,
}

/// Plots that gave way, whose room the disk may not have given back yet.
#[derive(Clone, Copy, Debug)]
struct Given {
    at: Instant,
    bytes: u64,
    /// What was free before.
    free: u64,
}

/// Files that are left out, each with the reason.
pub type LeftOut = Vec<(PathBuf, String)>;

/// What is in a folder, as far as names and lengths tell.
#[derive(Debug, Default)]
pub struct Survey {
    /// Plots that can win.
    pub plots: Vec<Plot>,
    /// Plots that are not finished, which the next run goes on with.
    pub drafts: Vec<Plot>,
    /// Files that look like plots and cannot win, and why.
    pub others: LeftOut,
}

impl Survey {
    /// Looks at a folder. Plots of other accounts, of other levels, and such as are cut off or made longer, are left out.
    pub fn of(folder: &Path, payload: &Payload) -> io::Result<Self> {
        let mut survey = Self::default();
        let is_ours = |plot: &Plot| matches!(plot, Plot::X1 { bound, .. } if bound.payload == *payload);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if let Some(name) = name.strip_suffix(UNFINISHED) {
                match name.parse::<Plot>() {
                    Ok(plot) if plot.to_string() != name => survey.others.push((path, OTHERWISE.into())),
                    Ok(_) if folder.join(name).exists() => {
                        survey.others.push((path, "the plot is there, finished: this one is not needed".into()));
                    },
                    Ok(plot) if is_ours(&plot) => survey.drafts.push(plot),
                    Ok(_) => survey.others.push((path, "it is unfinished, and not this account's at level 1".into())),
                    Err(_) => {},
                }
            } else if name.ends_with(".pocx") {
                match name.parse::<Plot>() {
                    Ok(plot) if plot.to_string() != name => survey.others.push((path, OTHERWISE.into())),
                    Ok(plot) if is_ours(&plot) => match entry.metadata().map(|metadata| metadata.len()) {
                        Ok(found) if found == plot.bytes() => survey.plots.push(plot),
                        Ok(found) => {
                            let error = OpenPlotError::Length { path: path.clone(), found, expected: plot.bytes() };
                            survey.others.push((path, error.to_string()));
                        },
                        // It gave way just now.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {},
                        Err(error) => survey.others.push((path, error.to_string())),
                    },
                    Ok(plot) => survey.others.push((path, why_not(&plot).into())),
                    Err(error) => survey.others.push((path, error.to_string())),
                }
            }
        }
        survey.plots.sort_by_key(Plot::to_string);
        survey.drafts.sort_by_key(Plot::to_string);
        Ok(survey)
    }

    /// Bytes of the plots that can win.
    pub fn finished(&self) -> u64 {
        self.plots.iter().map(Plot::bytes).fold(0, u64::saturating_add)
    }

    /// Those and bytes of drafts, which have their full length from the start.
    pub fn bytes(&self) -> u64 {
        self.drafts.iter().map(Plot::bytes).fold(self.finished(), u64::saturating_add)
    }

    /// What to say where plots take more than the space that they may, and what to do: they took days, and are never deleted for it.
    pub fn above(&self, space: u64) -> Option<String> {
        (self.bytes() > space).then(|| {
            format!(
                "plots take {} there, and their space is {}: they stay, and no more are made. Raise the space, or delete some",
                gib(self.bytes()),
                gib(space)
            )
        })
    }
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
    /// The folder of a mark, for the plots of a payload.
    pub fn new(mark: Mark, payload: Payload, bounds: Bounds) -> Self {
        Self { mark, payload, bounds, free: Box::new(free_in), opened: Mutex::default(), given: Arc::default() }
    }

    /// The same on a disk that has as much free as is said here.
    #[cfg(test)]
    pub(super) fn with_free(self, free: impl Fn(&Path) -> Option<u64> + Send + Sync + 'static) -> Self {
        Self { free: Box::new(free), ..self }
    }

    /// Has it know of plots that give way in another folder, if that is on the same disk. Without that, all folders of a disk would
    /// make the same room.
    pub fn meet(&mut self, other: &Self) {
        if is_one_disk(self.path(), other.path()) {
            self.given = other.given.clone();
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.mark.folder()
    }

    /// Its mark.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// What plots may take here.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Looks at what is there.
    pub fn survey(&self) -> io::Result<Survey> {
        Survey::of(self.path(), &self.payload)
    }

    /// The plots that can win, opened, and those that cannot be.
    pub fn open_all(&self) -> io::Result<(Vec<Arc<PlotFile>>, LeftOut)> {
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
        let Bounds { space, leave, margin, .. } = self.bounds;
        let survey = self.survey()?;
        // A draft has its room already.
        let room = space.saturating_sub(survey.finished());
        if let Some(draft) = survey.drafts.iter().find(|draft| draft.bytes() <= room) {
            return Ok(Need::Plot(*draft));
        }
        let room = space.saturating_sub(survey.bytes());
        // A disk that nobody can ask has room.
        let free = (self.free)(self.path()).map_or(u64::MAX, |free| free.saturating_sub(leave).saturating_sub(margin));
        let warps = (room.min(free) / WARP_BYTES).min(self.bounds.warps_of_a_file());
        if warps == 0 {
            return Ok(Need::Nothing);
        }
        let mut seed = [0; 32];
        rand::rngs::OsRng.fill_bytes(&mut seed);
        Ok(Need::Plot(Plot::x1(self.payload, seed, warps)))
    }

    /// Bytes that the disk lacks of what plots should leave free, beside those that are on their way.
    pub fn excess(&self) -> u64 {
        self.excess_after(&self.given())
    }

    fn excess_after(&self, given: &Option<Given>) -> u64 {
        let Some(free) = (self.free)(self.path()) else { return 0 };
        self.bounds.leave.saturating_sub(free).saturating_sub(on_its_way(given, free))
    }

    /// Deletes plots until the disk has what they should leave free. Returns what went.
    pub fn make_room(&self) -> io::Result<Vec<Plot>> {
        // One folder of a disk after the other: the second may find that there is room again.
        let mut given = self.given();
        match self.excess_after(&given) {
            0 => Ok(Vec::new()),
            excess => self.give_way(excess, &mut given),
        }
    }

    fn given(&self) -> MutexGuard<'_, Option<Given>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes what makes so many bytes free, or all there is: unfinished plots first, then the shortest. Returns what went.
    fn give_way(&self, bytes: u64, given: &mut Option<Given>) -> io::Result<Vec<Plot>> {
        let Survey { mut plots, drafts, .. } = self.survey()?;
        plots.sort_by_key(Plot::bytes);
        let before = (self.free)(self.path()).unwrap_or(0);
        let pending = on_its_way(given, before);
        let (mut freed, mut gone) = (0u64, Vec::new());
        for (plot, is_draft) in drafts.iter().map(|plot| (plot, true)).chain(plots.iter().map(|plot| (plot, false))) {
            if freed >= bytes {
                break;
            }
            if self.delete(plot, is_draft)? {
                freed = freed.saturating_add(plot.bytes());
                gone.push(*plot);
                // Noted at once: the next one may fail.
                *given = Some(Given { at: Instant::now(), bytes: pending.saturating_add(freed), free: before });
            }
        }
        Ok(gone)
    }

    /// Returns whether there was something to delete.
    fn delete(&self, plot: &Plot, is_draft: bool) -> io::Result<bool> {
        let path = self.path().join(if is_draft { format!("{plot}{UNFINISHED}") } else { plot.to_string() });
        // As long as it is open, its bytes are not free.
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(&path);
        let was_there = match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            removed => removed.is_ok(),
        };
        // A plot without its sums can still win; sums without a plot are nothing.
        match fs::remove_file(Sums::path(self.path(), plot)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(was_there),
        }
    }
}

/// Room that plots gave up and that is not free yet: as long as somebody reads a file its bytes stay, and more plots that are
/// deleted would not help.
fn on_its_way(given: &Option<Given>, free: u64) -> u64 {
    let recent = given.filter(|given| given.at.elapsed() < RETURNED_WITHIN);
    recent.map_or(0, |given| given.bytes.saturating_sub(free.saturating_sub(given.free)))
}

fn why_not(plot: &Plot) -> &'static str {
    if plot.counts() {
        "it is another account's plot"
    } else {
        "the chain takes plots of level 1 alone"
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        sync::atomic::{AtomicU64, Ordering},
    };

    use super::*;
    use crate::{capacity::mark::NAME, config::Plots};

    const PAYLOAD: Payload = [7; 20];

    fn folder(space: u64) -> (tempfile::TempDir, PlotFolder) {
        let dir = tempfile::tempdir().unwrap();
        let mark = Mark::take(&dir.path().join("plots")).unwrap();
        (dir, PlotFolder::new(mark, PAYLOAD, Bounds::by_hand(space, 0)))
    }

    /// A folder of a worker's, on a disk that has as much free as is said, and what says it.
    fn folder_with(space: u64, leave: u64, free: u64) -> (tempfile::TempDir, PlotFolder, Arc<AtomicU64>) {
        let (dir, mut folder) = folder(space);
        folder.bounds = Bounds::of(&Plots { path: folder.path().into(), space, leave }, None);
        let free = Arc::new(AtomicU64::new(free));
        let told = free.clone();
        let folder = folder.with_free(move |_| Some(told.load(Ordering::Relaxed)));
        (dir, folder, free)
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
        folder.give_way(bytes, &mut None).unwrap()
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
        *folder.given() = None;
        assert_eq!(folder.make_room().unwrap(), [plot(3, 2)]);
        *folder.given() = None;
        fs::remove_dir_all(folder.path()).unwrap();
        assert!(folder.make_room().is_err(), "a disk that is gone is no disk with room");
    }

    #[test]
    fn what_comes_and_goes_neither_deletes_plots_nor_begins_them() {
        let (leave, space) = (3 * WARP_BYTES, 64 * WARP_BYTES);
        let (_dir, folder, free) = folder_with(space, leave, leave + 6 * WARP_BYTES);
        let margin = folder.bounds().margin;
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
        let (_first_dir, first, free) = folder_with(5 * WARP_BYTES, WARP_BYTES, 0);
        let (_second_dir, mut second, _) = folder_with(5 * WARP_BYTES, WARP_BYTES, 0);
        second.meet(&first);
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
    fn no_more_is_deleted_while_the_disk_has_not_given_room_back() {
        let (_dir, full, _) = folder_with(10 * WARP_BYTES, u64::MAX, 1 << 30);
        assert!(full.excess() > 0);
        *full.given() = Some(Given { at: Instant::now(), bytes: u64::MAX, free: u64::MAX });
        assert_eq!(full.excess(), 0, "it is on its way");
        *full.given() = Some(Given { at: Instant::now(), bytes: 5, free: 0 });
        assert!(full.excess() > 0, "it is there, and was too little");
    }
}
