//! A plot's file until it is finished, and after a kill at any moment.
//!
//! It is called like the plot with `.tmp` behind, has its full length from the start, and then a tail: two marks, written in turns, of
//! which one is whole whatever happens, and the sum of each warp. A mark is written after what it speaks of is on the disk. To finish,
//! the sums get a file of their own, the tail is cut off, and the file gets its name.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use idlewild_capacity_primitives::Scoop;
use rustix::fs::{fallocate, flock, FallocateFlags, FlockOperation};

use crate::{
    plot::{Plot, UNFINISHED},
    sums::{Sum, Sums, SumsError, SUM_BYTES},
};

/// Bytes of a mark.
const MARK_BYTES: usize = 64;
/// Marks, which are written in turns.
const MARKS: u64 = 2;

/// Why a plot's file cannot be made or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The plot is there.
    #[error("{} is there already, and finished", .0.display())]
    Finished(PathBuf),
    /// Somebody else is at it.
    #[error("another process is plotting {}", .0.display())]
    Busy(PathBuf),
    /// The disk is full.
    #[error("the disk of {} has no room for {needed} bytes: free some, or make a smaller plot; what is plotted stays", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// Bytes of the whole file.
        needed: u64,
    },
    /// The disk does not work.
    #[error("{}: {error}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The sums could not be written.
    #[error(transparent)]
    Sums(#[from] SumsError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    /// Times that a mark was written.
    turn: u64,
    /// Nonces that are on the disk.
    done: u64,
}

impl Mark {
    fn encode(&self, plot: &Plot) -> [u8; MARK_BYTES] {
        let mut bytes = [0; MARK_BYTES];
        bytes[..8].copy_from_slice(b"idwplot1");
        bytes[8..16].copy_from_slice(&self.turn.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.done.to_le_bytes());
        let hash = blake3::Hasher::new().update(&bytes[..24]).update(plot.to_string().as_bytes()).finalize();
        bytes[24..56].copy_from_slice(hash.as_bytes());
        bytes
    }

    fn decode(bytes: &[u8; MARK_BYTES], plot: &Plot) -> Option<Self> {
        let word = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let mark = Self { turn: word(8)?, done: word(16)? };
        (mark.encode(plot) == *bytes && mark.done <= plot.nonces()).then_some(mark)
    }
}

/// A plot's file until it is finished.
#[derive(Debug)]
pub struct Draft {
    plot: Plot,
    folder: PathBuf,
    path: PathBuf,
    file: File,
    mark: Mutex<Mark>,
}

impl Draft {
    /// Makes the file, with room for all of it, or goes on with the one that is there.
    pub fn open(folder: &Path, plot: Plot) -> Result<Self, DraftError> {
        let finished = folder.join(plot.to_string());
        if finished.exists() {
            return Err(DraftError::Finished(finished));
        }
        let path = folder.join(format!("{plot}{UNFINISHED}"));
        let failed = |error| DraftError::Disk { path: path.clone(), error };
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(error) if error == rustix::io::Errno::WOULDBLOCK => return Err(DraftError::Busy(path)),
            locked => locked.map_err(|error| failed(error.into()))?,
        }
        let mut draft = Self { plot, folder: folder.into(), path, file, mark: Mutex::new(Mark { turn: 0, done: 0 }) };
        if draft.was_cut()? {
            return Err(DraftError::Finished(draft.name()?));
        }
        draft.reserve()?;
        let mark = draft.read_mark()?;
        draft.mark = Mutex::new(mark);
        Ok(draft)
    }

    /// What is plotted.
    pub fn plot(&self) -> &Plot {
        &self.plot
    }

    /// The file as long as it is not finished.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Nonces that are on the disk and need not be made again.
    pub fn done(&self) -> u64 {
        self.mark.lock().unwrap_or_else(PoisonError::into_inner).done
    }

    /// Writes a scoop of some neighbouring nonces, the first of which is counted from the plot's first.
    pub fn write(&self, scoop: u16, nonce: u64, scoops: &[Scoop]) -> Result<(), DraftError> {
        self.write_at(scoops.as_flattened(), self.plot.offset(scoop, nonce))
    }

    /// Notes that all nonces up to `done` were written, and the sums of their warps, once they are on the disk.
    pub fn commit(&self, done: u64, sums: &[(u64, Sum)]) -> Result<(), DraftError> {
        for (warp, sum) in sums {
            self.write_at(sum, self.sums_at() + warp * SUM_BYTES as u64)?;
        }
        self.sync()?;
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Mark { turn: mark.turn.saturating_add(1), done };
        self.write_at(&next.encode(&self.plot), self.plot.bytes() + next.turn % MARKS * MARK_BYTES as u64)?;
        self.sync()?;
        *mark = next;
        Ok(())
    }

    /// Gives the file its name, and returns where it is.
    pub fn finish(self) -> Result<PathBuf, DraftError> {
        let mut sums = vec![[0; SUM_BYTES]; self.plot.warps() as usize];
        self.file.read_exact_at(sums.as_flattened_mut(), self.sums_at()).map_err(|error| self.failed(error))?;
        Sums::new(sums).write(&self.folder, &self.plot)?;
        self.file.set_len(self.plot.bytes()).and_then(|()| self.file.sync_all()).map_err(|error| self.failed(error))?;
        self.name()
    }

    /// Whether an earlier run got as far as cutting the tail off: by then there are sums.
    fn was_cut(&self) -> Result<bool, DraftError> {
        let length = self.file.metadata().map_err(|error| self.failed(error))?.len();
        Ok(length == self.plot.bytes() && Sums::read(&self.folder, &self.plot)?.is_some())
    }

    /// Gives the file its name.
    fn name(&self) -> Result<PathBuf, DraftError> {
        let finished = self.folder.join(self.plot.to_string());
        let named = fs::rename(&self.path, &finished).and_then(|()| File::open(&self.folder)?.sync_all());
        named.map(|()| finished).map_err(|error| self.failed(error))
    }

    fn length(&self) -> u64 {
        self.sums_at() + self.plot.warps() * SUM_BYTES as u64
    }

    fn sums_at(&self) -> u64 {
        self.plot.bytes() + MARKS * MARK_BYTES as u64
    }

    /// Takes the room for all of it now, so that it does not run out after days.
    fn reserve(&self) -> Result<(), DraftError> {
        let there = self.file.metadata().map_err(|error| self.failed(error))?.len();
        let whole = self.length();
        match fallocate(&self.file, FallocateFlags::empty(), 0, whole) {
            Ok(()) => {},
            // The file system cannot: room may run out then, and is asked for with each write.
            Err(error) if error == rustix::io::Errno::OPNOTSUPP => {},
            Err(error) => {
                // What was taken so far is given back, unless it holds an earlier run's nonces.
                if there == 0 {
                    let _ = fs::remove_file(&self.path);
                }
                return Err(self.failed(error.into()));
            },
        }
        // A longer one was cut off while it was made longer than it is.
        self.file.set_len(whole).map_err(|error| self.failed(error))
    }

    /// The newer of the marks that are whole.
    fn read_mark(&self) -> Result<Mark, DraftError> {
        let mut newest = Mark { turn: 0, done: 0 };
        for slot in 0..MARKS {
            let mut bytes = [0; MARK_BYTES];
            let at = self.plot.bytes() + slot * MARK_BYTES as u64;
            self.file.read_exact_at(&mut bytes, at).map_err(|error| self.failed(error))?;
            if let Some(mark) = Mark::decode(&bytes, &self.plot).filter(|mark| mark.turn > newest.turn) {
                newest = mark;
            }
        }
        Ok(newest)
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> Result<(), DraftError> {
        self.file.write_all_at(bytes, at).map_err(|error| self.failed(error))
    }

    fn sync(&self) -> Result<(), DraftError> {
        self.file.sync_data().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> DraftError {
        let path = self.path.clone();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DraftError::Full { path, needed: self.length() },
            _ => DraftError::Disk { path, error },
        }
    }
}
