//! The segments of all buckets: what is known of each, and their files.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions},
    io,
    path::PathBuf,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, MutexGuard, PoisonError, Weak,
    },
};

use idlewild_files::whole_file::sync_name;

use crate::{
    lane::Lane,
    records::{SegmentNumber, SegmentRecord, SegmentState},
};

/// Files held open for reading.
const OPEN_FILES: usize = 512;
/// An open segment with less room than this waits to be sealed.
const LEAST_ROOM: u32 = 64 << 10;

/// The local numbers of segments that other gateways made begin here.
pub(crate) const FOREIGN: SegmentNumber = 1 << 40;

/// A segment: its bucket and number.
pub(crate) type SegmentKey = (u32, SegmentNumber);

/// Whether others may write on an open segment of so many bytes.
pub(crate) fn has_room(length: u32, segment_bytes: u32) -> bool {
    segment_bytes.saturating_sub(length) >= LEAST_ROOM.min(segment_bytes / 8)
}

/// What is known of a segment.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) record: SegmentRecord,
    /// When it was read last, in milliseconds since 1970; 0 for not since the store was opened.
    pub(crate) used: i64,
}

/// The segments that have records, and those among them that may be written on.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) known: HashMap<SegmentKey, Known>,
    /// Open segments that nobody writes to, by bucket, and how many bytes each has.
    pub(crate) pool: HashMap<u32, Vec<(SegmentNumber, u32)>>,
    /// Open segments that nobody may write on any more.
    pub(crate) closed: HashSet<SegmentKey>,
    /// Writers with segments of their own, which may have begun in one of the pool.
    pub(crate) lanes: Vec<Weak<Lane>>,
}

impl Table {
    /// The segments of a bucket that were made here, are in deals and have no bytes of any version, each with its deal.
    pub(crate) fn emptied(&self, bucket: u32) -> Vec<(SegmentNumber, u64)> {
        let own = self.known.iter().filter(|((of, _), known)| *of == bucket && known.record.origin.is_none());
        own.filter_map(|((_, segment), known)| match known.record.state {
            SegmentState::Stored { deal } if known.record.live == 0 => Some((*segment, deal)),
            _ => None,
        })
        .collect()
    }

    /// Takes the segment with the most room out of the pool, if it has so much.
    pub(crate) fn take(&mut self, bucket: u32, room: u32, segment_bytes: u32) -> Option<(SegmentNumber, u32)> {
        let pool = self.pool.get_mut(&bucket)?;
        let (at, (_, length)) = pool.iter().enumerate().min_by_key(|(_, (_, length))| *length)?;
        (segment_bytes.saturating_sub(*length) >= room).then(|| pool.swap_remove(at))
    }

    /// Takes this one out of the pool. Whether it was there.
    pub(crate) fn take_one(&mut self, (bucket, number): SegmentKey) -> bool {
        let Some(pool) = self.pool.get_mut(&bucket) else { return false };
        let Some(at) = pool.iter().position(|(known, _)| *known == number) else { return false };
        pool.swap_remove(at);
        true
    }

    /// Gives one back that has so many bytes, for others to write on.
    pub(crate) fn give_back(&mut self, (bucket, number): SegmentKey, length: u32, segment_bytes: u32) {
        if has_room(length, segment_bytes) && !self.closed.contains(&(bucket, number)) {
            self.pool.entry(bucket).or_default().push((number, length));
        }
    }
}

/// The files.
pub(crate) struct Segments {
    folder: PathBuf,
    next: AtomicU64,
    table: Mutex<Table>,
    readers: Mutex<Readers>,
    /// Buckets whose folders have their names on the disk.
    named: Mutex<HashSet<u32>>,
}

#[derive(Default)]
struct Readers {
    files: HashMap<SegmentKey, (Arc<File>, u64)>,
    tick: u64,
}

impl Segments {
    pub(crate) fn new(folder: PathBuf) -> Self {
        let (table, readers, named) = Default::default();
        Self { folder, next: AtomicU64::new(1), table, readers, named }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers from here on are new. Those of other gateways' segments say nothing of it.
    pub(crate) fn number_from(&self, next: SegmentNumber) {
        if next <= FOREIGN {
            self.next.fetch_max(next, Ordering::Relaxed);
        }
    }

    pub(crate) fn next_number(&self) -> SegmentNumber {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The number that is given next.
    pub(crate) fn upcoming(&self) -> SegmentNumber {
        self.next.load(Ordering::Relaxed)
    }

    pub(crate) fn bucket_folder(&self, bucket: u32) -> PathBuf {
        self.folder.join(bucket.to_string())
    }

    pub(crate) fn path(&self, (bucket, number): SegmentKey) -> PathBuf {
        self.bucket_folder(bucket).join(number.to_string())
    }

    /// A new file. Its name is on the disk only after [`Self::sync_names`].
    pub(crate) fn create(&self, bucket: u32) -> io::Result<(SegmentNumber, Arc<File>)> {
        let number = self.next_number();
        let path = self.path((bucket, number));
        let make = || OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        let file = match make() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(self.bucket_folder(bucket))?;
                self.named().remove(&bucket);
                make()?
            },
            made => made?,
        };
        let file = Arc::new(file);
        self.remember((bucket, number), file.clone());
        Ok((number, file))
    }

    /// Waits until the names of a bucket's files are on the disk, and that of their folder, whoever made it.
    pub(crate) fn sync_names(&self, bucket: u32) -> io::Result<()> {
        File::open(self.bucket_folder(bucket))?.sync_all()?;
        let mut named = self.named();
        if !named.contains(&bucket) {
            sync_name(&self.bucket_folder(bucket))?;
            named.insert(bucket);
        }
        Ok(())
    }

    fn named(&self) -> MutexGuard<'_, HashSet<u32>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An existing file, for writing on.
    pub(crate) fn reopen(&self, key: SegmentKey) -> io::Result<Arc<File>> {
        Ok(Arc::new(OpenOptions::new().read(true).write(true).open(self.path(key))?))
    }

    /// An existing file, for reading.
    pub(crate) fn reader(&self, key: SegmentKey) -> io::Result<Arc<File>> {
        {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            readers.tick += 1;
            let tick = readers.tick;
            if let Some((file, used)) = readers.files.get_mut(&key) {
                *used = tick;
                return Ok(file.clone());
            }
        }
        let file = Arc::new(File::open(self.path(key))?);
        self.remember(key, file.clone());
        Ok(file)
    }

    fn remember(&self, key: SegmentKey, file: Arc<File>) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.files.len() >= OPEN_FILES {
            // The older half goes: one scan pays for many openings.
            let mut ticks: Vec<u64> = readers.files.values().map(|(_, used)| *used).collect();
            ticks.sort_unstable();
            let middle = ticks[ticks.len() / 2];
            readers.files.retain(|_, (_, used)| *used > middle);
        }
        readers.tick += 1;
        let tick = readers.tick;
        readers.files.insert(key, (file, tick));
    }

    /// Removes a file. Who reads it reads on.
    pub(crate) fn remove(&self, key: SegmentKey) -> io::Result<()> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).files.remove(&key);
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Files as they must be by the records: of what no record tells nothing stays, and open ones end where they should.
    pub(crate) fn tidy(&self, segment_bytes: u32) -> io::Result<()> {
        let mut table = self.lock();
        table.pool.clear();
        table.closed.clear();
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).files.clear();
        for folder in fs::read_dir(&self.folder)? {
            let folder = folder?;
            let Some(bucket) = folder.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            let mut left = 0usize;
            for file in fs::read_dir(folder.path())? {
                let file = file?;
                let Some(number) = file.file_name().to_str().and_then(|name| name.parse::<u64>().ok()) else { continue };
                self.number_from(number + 1);
                match table.known.get(&(bucket, number)) {
                    Some(known) if known.record.local => {
                        left += 1;
                        let (open, length) = (known.record.state == SegmentState::Open, known.record.length);
                        let has = file.metadata()?.len();
                        if has < u64::from(length) {
                            tracing::error!(bucket, number, has, length, "a segment was cut short: objects in it are damaged");
                        } else if open {
                            if has > u64::from(length) {
                                self.reopen((bucket, number))?.set_len(length.into())?;
                            }
                            table.give_back((bucket, number), length, segment_bytes);
                        }
                    },
                    _ => fs::remove_file(file.path())?,
                }
            }
            if left == 0 {
                // Not empty where something else was put there, which is not ours to remove.
                let _ = fs::remove_dir(folder.path());
                self.named().remove(&bucket);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_bucket_is_named_on_the_disk_before_what_is_in_it_counts_and_again_when_it_was_removed() {
        let folder = tempfile::tempdir().unwrap();
        let segments = Segments::new(folder.path().to_owned());
        for _ in 0..2 {
            segments.create(3).unwrap();
            assert!(!segments.named().contains(&3), "whoever else writes to it has to wait for its name too");
            segments.sync_names(3).unwrap();
            assert!(segments.named().contains(&3));
            segments.create(3).unwrap();
            assert!(segments.named().contains(&3));
            // No record tells of its files.
            segments.tidy(4 << 20).unwrap();
            assert!(!segments.bucket_folder(3).exists());
        }
    }
}
