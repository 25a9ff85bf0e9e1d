//! A folder of plots: what is in it, what belongs there next, and what goes first.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use idlewild_capacity::{plot::UNFINISHED, sums::Sums, OpenPlotError, Plot, PlotFile};
use idlewild_capacity_primitives::{
    format::{Payload, WARP},
    NONCE_BYTES,
};
use idlewild_files::disk::free_in;
use rand::RngCore;

/// Bytes of a warp.
pub const WARP_BYTES: u64 = WARP * NONCE_BYTES as u64;
/// Most warps of a file that is made here: what gives way at once.
const MOST_WARPS: u64 = 16;
/// What is said of a name that is a plot's, but for its letters' case.
const OTHERWISE: &str = "its name has letters of the other case: give it capital digits";
/// How long a disk may take to give back the room of a plot that gave way: until whoever still reads it is done.
const RETURNED_WITHIN: Duration = Duration::from_secs(180);
/// Files that a folder's space is divided into, where that makes them smaller.
const FILES: u64 = 16;

/// A folder of plots of one account.
#[derive(Debug)]
pub struct PlotFolder {
    path: PathBuf,
    payload: Payload,
    /// Bytes that plots may take.
    space: u64,
    /// Bytes of the disk that plots leave free.
    leave: u64,
    /// Plots that were opened: to open one takes a read, and there may be thousands.
    opened: Mutex<BTreeMap<PathBuf, Arc<PlotFile>>>,
    /// The last plots that gave way.
    given: Mutex<Option<Given>>,
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
    /// Bytes of the plots that can win, and of drafts, which have their full length from the start.
    pub fn bytes(&self) -> u64 {
        self.plots.iter().chain(&self.drafts).map(Plot::bytes).fold(0, u64::saturating_add)
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
    /// A folder for the plots of a payload, which is made if it is not there.
    pub fn open(path: &Path, payload: Payload, space: u64, leave: u64) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self { path: path.into(), payload, space, leave, opened: Mutex::default(), given: Mutex::default() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at what is there. Plots of other accounts, of other levels, and such as are cut off or made longer, are left out.
    pub fn survey(&self) -> io::Result<Survey> {
        let mut survey = Survey::default();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let path = entry.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if let Some(name) = name.strip_suffix(UNFINISHED) {
                match name.parse::<Plot>() {
                    Ok(plot) if plot.to_string() != name => survey.others.push((path, OTHERWISE.into())),
                    Ok(_) if self.path.join(name).exists() => {
                        survey.others.push((path, "the plot is there, finished: this one is not needed".into()));
                    },
                    Ok(plot) if self.is_ours(&plot) => survey.drafts.push(plot),
                    Ok(_) => survey.others.push((path, "it is unfinished, and not this account's at level 1".into())),
                    Err(_) => {},
                }
            } else if name.ends_with(".pocx") {
                match name.parse::<Plot>() {
                    Ok(plot) if plot.to_string() != name => survey.others.push((path, OTHERWISE.into())),
                    Ok(plot) if self.is_ours(&plot) => match entry.metadata().map(|metadata| metadata.len()) {
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

    /// The plots that can win, opened, and those that cannot be.
    pub fn open_all(&self) -> io::Result<(Vec<Arc<PlotFile>>, LeftOut)> {
        let Survey { plots, mut others, .. } = self.survey()?;
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = std::mem::take(&mut *opened);
        for plot in plots {
            let path = self.path.join(plot.to_string());
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
        let survey = self.survey()?;
        if let Some(draft) = survey.drafts.first() {
            return Ok(Need::Plot(*draft));
        }
        let room = self.space.saturating_sub(survey.bytes());
        // A disk that nobody can ask has room.
        let free = free_in(&self.path).map_or(u64::MAX, |free| free.saturating_sub(self.leave));
        let warps = (room.min(free) / WARP_BYTES).min(self.warps_of_a_file());
        if warps == 0 {
            return Ok(Need::Nothing);
        }
        let mut seed = [0; 32];
        rand::rngs::OsRng.fill_bytes(&mut seed);
        Ok(Need::Plot(Plot::x1(self.payload, seed, warps)))
    }

    /// Bytes by which plots take more than they may, or leave less of the disk than they should.
    pub fn excess(&self) -> io::Result<u64> {
        let missing =
            free_in(&self.path).map_or(0, |free| self.leave.saturating_sub(free).saturating_sub(self.on_its_way(free)));
        let above = self.survey()?.bytes().saturating_sub(self.space);
        Ok(missing.max(above))
    }

    /// Room that plots gave up and that is not free yet: as long as somebody reads a file its bytes stay, and more plots that are
    /// deleted would not help.
    fn on_its_way(&self, free: u64) -> u64 {
        let given = *self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = given.filter(|given| given.at.elapsed() < RETURNED_WITHIN);
        recent.map_or(0, |given| given.bytes.saturating_sub(free.saturating_sub(given.free)))
    }

    /// Deletes what makes so many bytes free, or all there is: unfinished plots first, then the shortest. Returns what went.
    pub fn give_way(&self, bytes: u64) -> io::Result<Vec<Plot>> {
        let Survey { mut plots, drafts, .. } = self.survey()?;
        plots.sort_by_key(Plot::bytes);
        let before = free_in(&self.path).unwrap_or(0);
        let (mut freed, mut gone) = (0u64, Vec::new());
        for (plot, is_draft) in drafts.iter().map(|plot| (plot, true)).chain(plots.iter().map(|plot| (plot, false))) {
            if freed >= bytes {
                break;
            }
            if self.delete(plot, is_draft)? {
                freed = freed.saturating_add(plot.bytes());
                gone.push(*plot);
            }
        }
        let given = Given { at: Instant::now(), bytes: freed, free: before };
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = Some(given);
        Ok(gone)
    }

    /// Returns whether there was something to delete.
    fn delete(&self, plot: &Plot, is_draft: bool) -> io::Result<bool> {
        let path = self.path.join(if is_draft { format!("{plot}{UNFINISHED}") } else { plot.to_string() });
        // As long as it is open, its bytes are not free.
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(&path);
        let was_there = match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            removed => removed.is_ok(),
        };
        // A plot without its sums can still win; sums without a plot are nothing.
        match fs::remove_file(Sums::path(&self.path, plot)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(was_there),
        }
    }

    fn is_ours(&self, plot: &Plot) -> bool {
        matches!(plot, Plot::X1 { bound, .. } if bound.payload == self.payload)
    }

    fn warps_of_a_file(&self) -> u64 {
        (self.space / WARP_BYTES / FILES).clamp(1, MOST_WARPS)
    }
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
    use std::fs::File;

    use super::*;

    const PAYLOAD: Payload = [7; 20];

    fn folder(space: u64) -> (tempfile::TempDir, PlotFolder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = again(&dir.path().join("plots"), space, 0);
        (dir, folder)
    }

    fn again(path: &Path, space: u64, leave: u64) -> PlotFolder {
        PlotFolder::open(path, PAYLOAD, space, leave).unwrap()
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
        assert_eq!(folder.excess().unwrap(), 0);
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
        assert_eq!(folder.give_way(0).unwrap(), []);
        assert_eq!(folder.give_way(2 * WARP_BYTES + 1).unwrap(), [plot(3, 2), plot(2, 1)]);
        assert_eq!(folder.open_all().unwrap().0.len(), 1);
        assert!(!short.exists() && !Sums::path(folder.path(), &plot(2, 1)).exists());
        assert_eq!(folder.give_way(u64::MAX).unwrap(), [plot(1, 4)]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn plots_above_what_they_may_take_are_too_much() {
        let (_dir, folder) = folder(10 * WARP_BYTES);
        lay(&folder, plot(1, 4), "");
        lay(&folder, plot(2, 3), UNFINISHED);
        let less = again(folder.path(), 5 * WARP_BYTES, 0);
        assert_eq!((folder.excess().unwrap(), less.excess().unwrap()), (0, 2 * WARP_BYTES));
        let full = again(folder.path(), 10 * WARP_BYTES, u64::MAX);
        assert!(full.excess().unwrap() > 0, "a disk without enough room");
        fs::remove_dir_all(folder.path()).unwrap();
        assert!(folder.excess().is_err(), "a disk that is gone is no disk with room");
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
        assert_eq!(folder.give_way(u64::MAX).unwrap(), [plot(0xAB, 1)], "what is not there frees nothing");
        assert!(other.exists());
    }

    #[test]
    fn no_more_is_deleted_while_the_disk_has_not_given_room_back() {
        let (_dir, folder) = folder(10 * WARP_BYTES);
        let full = again(folder.path(), 10 * WARP_BYTES, u64::MAX);
        assert!(full.excess().unwrap() > 0);
        *full.given.lock().unwrap() = Some(Given { at: Instant::now(), bytes: u64::MAX, free: u64::MAX });
        assert_eq!(full.excess().unwrap(), 0, "it is on its way");
        *full.given.lock().unwrap() = Some(Given { at: Instant::now(), bytes: 5, free: 0 });
        assert!(full.excess().unwrap() > 0, "it is there, and was too little");
    }
}
