//! A folder that a worker is to keep plots in, which it takes as soon as it can.
//!
//! Nothing here is done when the worker starts: a disk that hangs would hold up everything else. The thread that tends the folder
//! takes it, and tries again for as long as it cannot.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    mark::Mark,
    marks::{Marks, TakeError},
    room::Rooms,
};

/// A disk, and a file or folder on it, as the system numbers them.
type Place = (u64, u64);

/// What the folders of a worker have in common.
pub struct Shared {
    marks: Mutex<Marks>,
    /// Which of them is where.
    places: Mutex<BTreeMap<Place, PathBuf>>,
    /// What they gave up on their disks.
    pub(super) rooms: Rooms,
}

impl Shared {
    /// Of folders of which some may be known.
    pub fn new(marks: Marks) -> Self {
        Self { marks: Mutex::new(marks), places: Mutex::default(), rooms: Rooms::default() }
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails where a folder is kept under another name.
    fn check_alone(&self, folder: &Path) -> Result<(), TakeError> {
        // What is not there is nowhere else.
        let Ok(place) = place_of(folder) else { return Ok(()) };
        let places = || self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let first = places().entry(place).or_insert_with(|| folder.into()).clone();
        if first == folder {
            return Ok(());
        }
        if place_of(&first).ok() == Some(place) {
            return Err(TakeError::Same { folder: folder.into(), other: first });
        }
        // That one's disk is gone, and another has its number.
        places().insert(place, folder.into());
        Ok(())
    }
}

/// A folder that is kept, or is to be.
pub struct Hold {
    folder: PathBuf,
    /// Nothing is kept in mind of one that somebody fills by hand.
    shared: Option<Arc<Shared>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The mark, once it is taken.
    mark: Option<Mark>,
    /// Whether it is kept in mind.
    is_known: bool,
    /// Where a folder that is not known was at the first look; `None` within where it was nowhere.
    first: Option<Option<Place>>,
}

impl Hold {
    /// A folder whose mark is taken.
    pub fn taken(mark: Mark) -> Self {
        let folder = mark.folder().into();
        Self { folder, shared: None, state: Mutex::new(State { mark: Some(mark), is_known: true, first: None }) }
    }

    /// A folder that is to be taken.
    pub fn wanted(folder: &Path, shared: Arc<Shared>) -> Self {
        Self { folder: folder.into(), shared: Some(shared), state: Mutex::default() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether this worker keeps the folder, and still sees the disk that it was taken on. Takes it if that was not done yet.
    pub fn check(&self) -> Result<(), TakeError> {
        let mut state = self.state();
        if let Some(mark) = &state.mark {
            return Ok(mark.check()?);
        }
        let Some(shared) = &self.shared else { return Err(TakeError::Elsewhere(self.folder.clone())) };
        let known = shared.marks().known(&self.folder);
        let mark = match &known {
            Some(known) => {
                shared.check_alone(&self.folder)?;
                known.take(&self.folder)?
            },
            None => {
                self.check_place(&mut state)?;
                shared.check_alone(&self.folder)?;
                Mark::take(&self.folder)?
            },
        };
        state.is_known = known.is_some();
        state.mark = Some(mark);
        Ok(())
    }

    /// Keeps the mark in mind for the next start, once it is taken.
    pub fn remember(&self) -> Result<(), TakeError> {
        let mut state = self.state();
        if let (false, Some(mark), Some(shared)) = (state.is_known, &state.mark, &self.shared) {
            shared.marks().remember(&self.folder, mark)?;
            state.is_known = true;
        }
        Ok(())
    }

    /// Makes a folder at the first look, and fails at another where it is not the same one any more: its disk may not be mounted,
    /// and its mount point must not be marked in its place.
    fn check_place(&self, state: &mut State) -> Result<(), TakeError> {
        let Some(first) = state.first else {
            // Why it cannot be made is told by who marks it.
            state.first = Some(fs::create_dir_all(&self.folder).and_then(|()| place_of(&self.folder)).ok());
            return Ok(());
        };
        match first {
            Some(first) if place_of(&self.folder).ok() == Some(first) => Ok(()),
            _ => Err(TakeError::Elsewhere(self.folder.clone())),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place_of(path: &Path) -> io::Result<Place> {
    fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::capacity::mark::{MarkError, NAME};

    /// What a worker's folders share where the marks are in `file`.
    fn shared(file: &Path) -> Arc<Shared> {
        Arc::new(Shared::new(Marks::load(file).unwrap()))
    }

    #[test]
    fn a_folder_that_cannot_be_taken_is_taken_as_soon_as_it_can() {
        let dir = tempfile::tempdir().unwrap();
        let (file, path, away) = (dir.path().join("marks.toml"), dir.path().join("plots"), dir.path().join("away"));
        let other = Mark::take(&path).unwrap();
        let hold = Hold::wanted(&path, shared(&file));
        assert!(matches!(hold.check(), Err(TakeError::Mark(MarkError::Busy(_)))));
        drop(other);
        hold.check().unwrap();
        hold.remember().unwrap();
        drop(hold);
        // At the next start its disk is not mounted, and is later.
        fs::rename(&path, &away).unwrap();
        fs::create_dir(&path).unwrap();
        let hold = Hold::wanted(&path, shared(&file));
        assert!(matches!(hold.check(), Err(TakeError::Lost { .. })));
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "nothing is made there");
        fs::remove_dir(&path).unwrap();
        fs::rename(&away, &path).unwrap();
        hold.check().unwrap();
    }

    #[test]
    fn a_mark_that_could_not_be_made_is_made_later_and_in_the_same_folder_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (path, away) = (dir.path().join("plots"), dir.path().join("away"));
        fs::create_dir_all(path.join(NAME)).unwrap();
        let hold = Hold::wanted(&path, shared(&dir.path().join("marks.toml")));
        assert!(hold.check().is_err_and(|error| error.leaves_plots()), "what has the mark's name is no file");
        fs::remove_dir(path.join(NAME)).unwrap();
        fs::rename(&path, &away).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(matches!(hold.check(), Err(TakeError::Elsewhere(_))));
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "a mount point is not marked");
        fs::remove_dir(&path).unwrap();
        fs::rename(&away, &path).unwrap();
        hold.check().unwrap();
        assert!(path.join(NAME).is_file());
        // What is no folder never becomes one.
        let nowhere = dir.path().join("marks");
        fs::write(&nowhere, "").unwrap();
        let hold = Hold::wanted(&nowhere, shared(&dir.path().join("marks.toml")));
        assert!(hold.check().is_err_and(|error| error.leaves_plots()));
        fs::remove_file(&nowhere).unwrap();
        assert!(matches!(hold.check(), Err(TakeError::Elsewhere(_))));
        assert!(!nowhere.exists());
    }

    #[test]
    fn a_folder_by_two_names_is_kept_once_and_that_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("plots"), dir.path().join("link"));
        fs::create_dir(&path).unwrap();
        symlink(&path, &link).unwrap();
        let shared = shared(&dir.path().join("marks.toml"));
        let (hold, same) = (Hold::wanted(&path, shared.clone()), Hold::wanted(&link, shared));
        hold.check().unwrap();
        let error = same.check().unwrap_err();
        assert!(matches!(&error, TakeError::Same { other, .. } if *other == path), "{error}");
        // The link leads somewhere else now.
        fs::remove_file(&link).unwrap();
        symlink(dir.path(), &link).unwrap();
        assert!(matches!(same.check(), Err(TakeError::Elsewhere(_))), "it is not the folder that was there at the start");
        hold.check().unwrap();
    }

    #[test]
    fn a_folder_is_kept_that_cannot_be_kept_in_mind_yet() {
        let dir = tempfile::tempdir().unwrap();
        let (within, path) = (dir.path().join("within"), dir.path().join("plots"));
        let file = within.join("marks.toml");
        let hold = Hold::wanted(&path, shared(&file));
        assert!(hold.remember().is_ok() && !file.exists(), "there is nothing to keep in mind");
        hold.check().unwrap();
        assert!(matches!(hold.remember(), Err(TakeError::Forgotten { .. })));
        hold.check().unwrap();
        fs::create_dir(&within).unwrap();
        hold.remember().unwrap();
        assert!(Marks::load(&file).unwrap().known(&path).is_some());
    }
}
