//! Which folder of plots had which mark, as a worker keeps it in mind from one start to the next.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{absolute, Path, PathBuf},
};

use idlewild_files::whole_file;
use serde::{Deserialize, Serialize};

use super::mark::{Mark, MarkError};

/// What stands above the folders.
const HEADER: &str = "\
# Which folder of plots has which mark. A folder that has another one, or none, is left alone: its disk may not be mounted.
# Take a folder's line out, and it counts as new at the next start.
";

/// Why it is not known which folders have which marks.
#[derive(Debug, thiserror::Error)]
pub enum MarksError {
    /// The file cannot be read.
    #[error("{}, where the marks of folders of plots are kept, cannot be read: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file is something else.
    #[error(
        "{}, where the marks of folders of plots are kept, is wrong: {reason}. Mend it; or see to it that the disks of all folders \
        are mounted, and delete it: they then count as new",
        path.display()
    )]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
}

/// Why a folder is left alone, or is not kept in mind.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// It is known, and has not the mark that it had.
    #[error("{error} {}", what_to_do(folder, file, *plots))]
    Lost {
        /// The folder.
        folder: PathBuf,
        /// The file that has its line.
        file: PathBuf,
        /// What is there.
        error: MarkError,
        /// Plots that are there.
        plots: usize,
    },
    /// It cannot be kept.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// It is kept under another name.
    #[error("{} is the same folder as {}: take one of them out of capacity.folders", folder.display(), other.display())]
    Same {
        /// The folder.
        folder: PathBuf,
        /// The same one.
        other: PathBuf,
    },
    /// It is not known, and something else is there than at the start.
    #[error(
        "{} could not be used when the worker started, or is another folder since then: see to it that its disk is mounted, and \
        start the worker again",
        .0.display()
    )]
    Elsewhere(PathBuf),
    /// It cannot be kept in mind.
    #[error(
        "the mark of {} cannot be kept in mind, as {} cannot be written: {error}. Plots are made there all the same; but should its \
        disk not be mounted at the next start, its mount point is filled in its place. Have the worker write that file, or name \
        another in capacity.marks",
        folder.display(),
        file.display()
    )]
    Forgotten {
        /// The folder.
        folder: PathBuf,
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl TakeError {
    /// Whether it is only the mark that cannot be made or locked: the folder's plots can win then, and give way.
    pub fn leaves_plots(&self) -> bool {
        matches!(self, Self::Mark(error) if error.is_of_disk())
    }
}

/// What to do about a folder that has not its mark, by how many plots are there.
fn what_to_do(folder: &Path, file: &Path, plots: usize) -> String {
    let (folder, file) = (folder.display(), file.display());
    match plots {
        0 => format!(
            "Mount it, and it is used again. If {folder} was emptied on purpose, take its line out of {file} and start again: it \
            then counts as new"
        ),
        _ => format!("{plots} plots are there: if this is the right disk, take its line out of {file}, and start again"),
    }
}

/// What stands in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    /// The ids of marks, by their folders.
    #[serde(default)]
    folders: BTreeMap<String, String>,
}

/// The marks of folders that are known.
#[derive(Debug)]
pub struct Marks {
    path: PathBuf,
    list: List,
}

/// What is known of a folder.
#[derive(Debug)]
pub struct Known {
    /// The id of its mark.
    id: String,
    /// The file that says so.
    file: PathBuf,
}

impl Known {
    /// Takes the folder, which has to have the mark that it had.
    pub fn take(&self, folder: &Path) -> Result<Mark, TakeError> {
        Mark::take_again(folder, &self.id).map_err(|error| self.lost(folder, error))
    }

    fn lost(&self, folder: &Path, error: MarkError) -> TakeError {
        match error {
            MarkError::Missing(_) | MarkError::Other(_) => {
                TakeError::Lost { folder: folder.into(), file: self.file.clone(), error, plots: plots_in(folder) }
            },
            error => error.into(),
        }
    }
}

impl Marks {
    /// Those in a file; none where it is not there.
    pub fn load(path: &Path) -> Result<Self, MarksError> {
        let list = match fs::read_to_string(path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|error| MarksError::Wrong { path: path.into(), reason: error.to_string() })?
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => List::default(),
            Err(error) => return Err(MarksError::Read { path: path.into(), error }),
        };
        Ok(Self { path: path.into(), list })
    }

    /// Whether a folder has the mark that it should have, if it is known. Nothing is made and nobody is kept out.
    pub fn check(&self, folder: &Path) -> Result<(), TakeError> {
        let Some(known) = self.known(folder) else { return Ok(()) };
        Mark::check_id(folder, &known.id).map_err(|error| known.lost(folder, error))
    }

    /// What is known of a folder.
    pub fn known(&self, folder: &Path) -> Option<Known> {
        let id = self.list.folders.get(&name_of(folder))?;
        Some(Known { id: id.clone(), file: self.path.clone() })
    }

    /// Keeps in mind which mark a folder has.
    pub fn remember(&mut self, folder: &Path, mark: &Mark) -> Result<(), TakeError> {
        self.list.folders.insert(name_of(folder), mark.id().to_owned());
        self.write().map_err(|error| TakeError::Forgotten { folder: folder.into(), file: self.path.clone(), error })
    }

    fn write(&self) -> io::Result<()> {
        let text = toml::to_string(&self.list).map_err(io::Error::other)?;
        Ok(whole_file::replace(&self.path, format!("{HEADER}\n{text}").as_bytes(), whole_file::OPEN)?)
    }
}

/// How many files of plots are in a folder, whatever account's: whoever sees the number knows his disk.
fn plots_in(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().filter(|entry| entry.path().extension().is_some_and(|ending| ending == "pocx")).count()
}

/// What a folder is called in the file: a worker that is started from somewhere else means the same one.
fn name_of(folder: &Path) -> String {
    absolute(folder).unwrap_or_else(|_| folder.into()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::mark::NAME;

    /// As a worker does it that starts.
    fn take(file: &Path, folder: &Path) -> Result<Mark, TakeError> {
        let mut marks = Marks::load(file).unwrap();
        match marks.known(folder) {
            Some(known) => known.take(folder),
            None => {
                let mark = Mark::take(folder)?;
                marks.remember(folder, &mark).map(|()| mark)
            },
        }
    }

    #[test]
    fn a_folder_that_is_known_and_has_not_its_mark_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, folder, other) = (dir.path().join("marks.toml"), dir.path().join("a \"disk\""), dir.path().join("b"));
        let take = |folder: &Path| take(&file, folder);
        let id = take(&folder).unwrap().id().to_owned();
        assert_ne!(take(&other).unwrap().id(), id, "each has its own");
        assert_eq!(take(&folder).unwrap().id(), id);
        // The disk is not mounted: its mount point is empty, or has another disk.
        let away = dir.path().join("away");
        fs::rename(&folder, &away).unwrap();
        fs::create_dir(&folder).unwrap();
        assert!(matches!(Marks::load(&file).unwrap().check(&folder), Err(TakeError::Lost { .. })));
        let error = take(&folder).unwrap_err();
        let words = error.to_string();
        assert!(matches!(&error, TakeError::Lost { error: MarkError::Missing(_), .. }), "{words}");
        assert!(
            ["is its disk mounted?", "marks.toml", "emptied on purpose"].iter().all(|part| words.contains(part)),
            "{words}"
        );
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is made there");
        fs::remove_dir(&folder).unwrap();
        assert!(take(&folder).is_err() && !folder.exists(), "nor is the folder");
        fs::create_dir(&folder).unwrap();
        fs::copy(other.join(NAME), folder.join(NAME)).unwrap();
        fs::write(folder.join("one.pocx"), "").unwrap();
        let error = take(&folder).unwrap_err();
        let words = error.to_string();
        assert!(matches!(error, TakeError::Lost { error: MarkError::Other(_), plots: 1, .. }), "{words}");
        assert!(words.contains("1 plots are there") && !words.contains("emptied"), "{words}");
        fs::remove_dir_all(&folder).unwrap();
        fs::rename(&away, &folder).unwrap();
        let marks = Marks::load(&file).unwrap();
        assert!([&folder, &away].iter().all(|folder| marks.check(folder).is_ok()), "one that is not known may have any");
        assert_eq!(take(&folder).unwrap().id(), id, "mounted again it is the same");
    }

    #[test]
    fn a_line_that_is_taken_out_makes_its_folder_new() {
        let dir = tempfile::tempdir().unwrap();
        let (file, folder) = (dir.path().join("marks.toml"), dir.path().join("plots"));
        let first = take(&file, &folder).unwrap().id().to_owned();
        fs::remove_file(folder.join(NAME)).unwrap();
        assert!(take(&file, &folder).is_err());
        let text = fs::read_to_string(&file).unwrap();
        let line = |line: &&str| !line.contains(&*folder.to_string_lossy());
        fs::write(&file, text.lines().filter(line).collect::<Vec<_>>().join("\n")).unwrap();
        assert_ne!(take(&file, &folder).unwrap().id(), first);
    }

    #[test]
    fn a_mark_that_is_there_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("plots");
        let id = Mark::take(&folder).unwrap().id().to_owned();
        // As after `plot`, or after a kill before it was kept in mind.
        assert_eq!(take(&dir.path().join("marks.toml"), &folder).unwrap().id(), id);
    }

    #[test]
    fn a_file_that_is_something_else_and_one_that_cannot_be_written_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("marks.toml");
        fs::write(&file, "[folder]").unwrap();
        assert!(matches!(Marks::load(&file), Err(MarksError::Wrong { path, .. }) if path == file));
        let error = take(&dir.path().join("nowhere/marks.toml"), &dir.path().join("plots")).unwrap_err();
        assert!(matches!(error, TakeError::Forgotten { .. }) && error.to_string().contains("capacity.marks"), "{error}");
        assert!(!error.leaves_plots() && TakeError::from(Mark::take(&file).unwrap_err()).leaves_plots());
    }
}
