//! Blobs on this machine's disk, whole or in part.
//!
//! ```text
//! FOLDER/refs/HEX     what a blob is: its length and the roots of its pieces
//! FOLDER/parts/HEX    a blob of which pieces are missing: each piece at its place
//! FOLDER/blobs/HEX    a whole blob
//! ```
//!
//! A part says of none of its pieces that it is there: that is found out by hashing, once after each start, so that nothing has to be
//! kept in step with it and a kill at any moment costs a piece at most. A blob gets its name among the whole ones when its SHA-256 is
//! right and its bytes are on the disk.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codec::{Decode, Encode};
use idlewild_files::whole_file;

use crate::blob::{Blob, Root, Sha};

/// Why a blob is not to be had, or was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk.
    #[error("{path}: {source}")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A blob that has not as many pieces as its bytes make.
    #[error("{0} has not as many pieces as its length makes")]
    Unsound(Sha),
    /// A piece that is not what it should be.
    #[error("piece {piece} of {digest} is not what its root says")]
    WrongPiece {
        /// The blob.
        digest: Sha,
        /// Which piece.
        piece: usize,
    },
    /// All pieces are what their roots say, and the whole is not what its name says: whoever listed the roots lied.
    #[error("the pieces of {0} are those that its image lists, and make another blob")]
    WrongBlob(Sha),
    /// There is no more room for it.
    #[error("the cache of images has {limit} bytes, of which {pinned} are in use: {digest} with {size} has no room")]
    NoRoom {
        /// The blob.
        digest: Sha,
        /// Its bytes.
        size: u64,
        /// Bytes that the cache may take.
        limit: u64,
        /// Bytes of blobs that something runs from.
        pinned: u64,
    },
    /// Nobody ever said what it is.
    #[error("{0} is not known here")]
    Unknown(Sha),
}

/// What is known of a blob here.
struct Held {
    blob: Arc<Blob>,
    /// Which pieces are here; empty once all are.
    missing: Vec<bool>,
    whole: bool,
    pins: usize,
    /// When it was last asked for, counted in questions.
    used: u64,
}

struct State {
    blobs: BTreeMap<Sha, Held>,
    /// Where each piece is: a root may be in several blobs.
    pieces: HashMap<Root, (Sha, usize)>,
    questions: u64,
}

/// A folder of blobs. It removes those that nobody asked for the longest where room is needed.
pub struct Store {
    folder: PathBuf,
    limit: u64,
    state: Mutex<State>,
}

/// Keeps a blob from being removed.
pub struct Pin {
    store: Arc<Store>,
    digest: Sha,
}

impl Drop for Pin {
    fn drop(&mut self) {
        if let Some(held) = self.store.state().blobs.get_mut(&self.digest) {
            held.pins = held.pins.saturating_sub(1);
        }
    }
}

impl Store {
    /// Opens a folder, which is made where it is not there, and finds out what is in it. Blocks while parts are hashed.
    pub fn open(folder: &Path, limit: u64) -> Result<Arc<Self>, StoreError> {
        for name in ["refs", "parts", "blobs"] {
            let path = folder.join(name);
            fs::create_dir_all(&path).map_err(|source| StoreError::Disk { path, source })?;
        }
        let state = State { blobs: BTreeMap::new(), pieces: HashMap::new(), questions: 0 };
        let store = Self { folder: folder.to_owned(), limit, state: Mutex::new(state) };
        store.recover()?;
        Ok(Arc::new(store))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, room: &str, digest: &Sha) -> PathBuf {
        self.folder.join(room).join(digest.hex())
    }

    fn recover(&self) -> Result<(), StoreError> {
        let refs = self.folder.join("refs");
        let disk = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Disk { path, source }
        };
        for entry in fs::read_dir(&refs).map_err(disk(&refs))? {
            let path = entry.map_err(disk(&refs))?.path();
            let bytes = fs::read(&path).map_err(disk(&path))?;
            let blob = Blob::decode(&mut bytes.as_slice()).ok();
            let named = |blob: &Blob| path.file_name().and_then(|name| name.to_str()) == Some(&blob.digest.hex());
            let Some(blob) = blob.filter(|blob| blob.is_sound() && named(blob)) else {
                // It was written by something else, or is what a disk made of it.
                tracing::warn!(path = %path.display(), "a file in the cache of images is not what it should be, and is removed");
                fs::remove_file(&path).map_err(disk(&path))?;
                continue;
            };
            let whole = fs::metadata(self.path("blobs", &blob.digest)).is_ok_and(|found| found.len() == blob.size);
            let missing = if whole { Vec::new() } else { self.missing_of(&blob) };
            self.state().insert(Arc::new(blob), missing, whole);
        }
        Ok(())
    }

    /// Which pieces of a part are not what they should be.
    fn missing_of(&self, blob: &Blob) -> Vec<bool> {
        let Ok(file) = File::open(self.path("parts", &blob.digest)) else { return vec![true; blob.pieces.len()] };
        let mut buffer = Vec::new();
        let pieces = 0..blob.pieces.len();
        let missing = pieces.map(|piece| {
            let range = blob.range(piece);
            buffer.resize(range.end.saturating_sub(range.start) as usize, 0);
            file.read_exact_at(&mut buffer, range.start).is_err() || !blob.is_piece(piece, &buffer)
        });
        missing.collect()
    }

    /// Takes note of a blob whose pieces will come, and makes room for it. What is pinned stays until the pin is dropped.
    pub fn expect(self: &Arc<Self>, blob: &Blob) -> Result<Pin, StoreError> {
        if !blob.is_sound() {
            return Err(StoreError::Unsound(blob.digest));
        }
        let mut state = self.state();
        if !state.blobs.contains_key(&blob.digest) {
            self.make_room(&mut state, blob)?;
            let path = self.path("refs", &blob.digest);
            let written = whole_file::replace(&path, &blob.encode(), whole_file::OPEN);
            written.map_err(|error| StoreError::Disk { path, source: error.into() })?;
            state.insert(Arc::new(blob.clone()), vec![true; blob.pieces.len()], false);
        }
        if let Some(held) = state.blobs.get_mut(&blob.digest) {
            held.pins = held.pins.saturating_add(1);
        }
        drop(state);
        Ok(Pin { store: self.clone(), digest: blob.digest })
    }

    /// Keeps a blob that is here, all of it, until what is returned is dropped.
    pub fn pin(self: &Arc<Self>, digest: &Sha) -> Option<Pin> {
        let mut state = self.state();
        let held = state.blobs.get_mut(digest).filter(|held| held.whole)?;
        held.pins = held.pins.saturating_add(1);
        Some(Pin { store: self.clone(), digest: *digest })
    }

    /// Removes blobs until another has room.
    fn make_room(&self, state: &mut State, blob: &Blob) -> Result<(), StoreError> {
        loop {
            let taken: u64 = state.blobs.values().map(|held| held.blob.size).sum();
            if taken.saturating_add(blob.size) <= self.limit {
                return Ok(());
            }
            let idle = state.blobs.iter().filter(|(_, held)| held.pins == 0).min_by_key(|(_, held)| held.used);
            let Some(oldest) = idle.map(|(digest, _)| *digest) else {
                let (digest, size) = (blob.digest, blob.size);
                return Err(StoreError::NoRoom { digest, size, limit: self.limit, pinned: taken });
            };
            self.remove(state, &oldest)?;
        }
    }

    fn remove(&self, state: &mut State, digest: &Sha) -> Result<(), StoreError> {
        state.blobs.remove(digest);
        state.pieces.retain(|_, (of, _)| of != digest);
        // What it is goes last: a kill in between leaves a blob of which nothing is here, which is removed another time.
        for room in ["blobs", "parts", "refs"] {
            let path = self.path(room, digest);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(StoreError::Disk { path, source }),
                _ => {},
            }
        }
        Ok(())
    }

    /// The pieces of a blob that are not here yet; `None` where nobody said what it is.
    pub fn missing(&self, digest: &Sha) -> Option<Vec<usize>> {
        let state = self.state();
        let held = state.blobs.get(digest)?;
        Some(held.missing.iter().enumerate().filter(|(_, missing)| **missing).map(|(piece, _)| piece).collect())
    }

    /// Whether a blob is here, all of it.
    pub fn has(&self, digest: &Sha) -> bool {
        self.state().blobs.get(digest).is_some_and(|held| held.whole)
    }

    /// What a blob is.
    pub fn blob(&self, digest: &Sha) -> Option<Arc<Blob>> {
        self.state().blobs.get(digest).map(|held| held.blob.clone())
    }

    /// Keeps a piece, once it is what its root says. With the last one the blob is whole. Blocks on the disk.
    pub fn put(&self, digest: &Sha, piece: usize, bytes: &[u8]) -> Result<(), StoreError> {
        let blob = self.blob(digest).ok_or(StoreError::Unknown(*digest))?;
        if !blob.is_piece(piece, bytes) {
            return Err(StoreError::WrongPiece { digest: *digest, piece });
        }
        let path = self.path("parts", digest);
        let disk = |source| StoreError::Disk { path: path.clone(), source };
        if !self.has(digest) {
            let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(disk)?;
            file.write_all_at(bytes, blob.range(piece).start).map_err(disk)?;
            let mut state = self.state();
            let all = state.blobs.get_mut(digest).is_some_and(|held| {
                let was_missing = held.missing.get_mut(piece).is_some_and(std::mem::take);
                was_missing && !held.missing.contains(&true)
            });
            drop(state);
            if !all {
                return Ok(());
            }
        }
        self.complete(&blob)
    }

    /// Checks a blob as a whole and gives it its name.
    pub fn complete(&self, blob: &Blob) -> Result<(), StoreError> {
        if self.has(&blob.digest) {
            return Ok(());
        }
        let (part, whole) = (self.path("parts", &blob.digest), self.path("blobs", &blob.digest));
        let disk = |source| StoreError::Disk { path: part.clone(), source };
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&part).map_err(disk)?;
        let found = Blob::read(io::BufReader::new(&file).take(blob.size.saturating_add(1))).map_err(disk)?;
        if found != *blob {
            self.remove(&mut self.state(), &blob.digest)?;
            return Err(StoreError::WrongBlob(blob.digest));
        }
        file.sync_all().map_err(disk)?;
        fs::rename(&part, &whole).map_err(disk)?;
        whole_file::sync_name(&whole).map_err(|source| StoreError::Disk { path: whole, source })?;
        if let Some(held) = self.state().blobs.get_mut(&blob.digest) {
            held.whole = true;
            held.missing = Vec::new();
        }
        Ok(())
    }

    /// A whole blob's file, for reading. It can be read to its end even when the blob is removed meanwhile.
    pub fn open_blob(&self, digest: &Sha) -> Result<(File, u64), StoreError> {
        let mut state = self.state();
        let question = state.questions.saturating_add(1);
        state.questions = question;
        let held = state.blobs.get_mut(digest).filter(|held| held.whole).ok_or(StoreError::Unknown(*digest))?;
        held.used = question;
        let path = self.path("blobs", digest);
        let file = File::open(&path).map_err(|source| StoreError::Disk { path, source })?;
        Ok((file, held.blob.size))
    }

    /// Bytes of a piece that others may ask for by its root: how many it has; `None` where it is not here.
    pub fn piece_length(&self, root: &Root) -> Option<u64> {
        let state = self.state();
        let (digest, piece) = state.pieces.get(root)?;
        let held = state.blobs.get(digest)?;
        let here = held.whole || held.missing.get(*piece) == Some(&false);
        let range = held.blob.range(*piece);
        here.then(|| range.end.saturating_sub(range.start))
    }

    /// Bytes of a piece, from `offset` on.
    pub fn read_piece(&self, root: &Root, offset: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(whole) = self.piece_length(root) else { return Ok(None) };
        let found = {
            let mut state = self.state();
            let question = state.questions.saturating_add(1);
            state.questions = question;
            let Some((digest, piece)) = state.pieces.get(root).copied() else { return Ok(None) };
            let Some(held) = state.blobs.get_mut(&digest) else { return Ok(None) };
            held.used = question;
            (self.path(if held.whole { "blobs" } else { "parts" }, &digest), held.blob.range(piece).start)
        };
        let (path, start) = found;
        let length = (length as u64).min(whole.saturating_sub(offset)) as usize;
        let mut bytes = vec![0; length];
        let file = File::open(&path).map_err(|source| StoreError::Disk { path: path.clone(), source })?;
        let read = file.read_exact_at(&mut bytes, start.saturating_add(offset));
        read.map_err(|source| StoreError::Disk { path, source })?;
        Ok(Some(bytes))
    }

    /// Bytes that blobs take, whole ones and parts as what they will be.
    pub fn taken(&self) -> u64 {
        self.state().blobs.values().map(|held| held.blob.size).sum()
    }
}

impl State {
    fn insert(&mut self, blob: Arc<Blob>, missing: Vec<bool>, whole: bool) {
        for (piece, root) in blob.pieces.iter().enumerate() {
            self.pieces.insert(*root, (blob.digest, piece));
        }
        let used = self.questions;
        self.blobs.insert(blob.digest, Held { blob, missing, whole, pins: 0, used });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::PIECE;

    fn bytes(seed: u8, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        blake3::Hasher::new().update(&[seed]).finalize_xof().fill(&mut bytes);
        bytes
    }

    fn fill(store: &Arc<Store>, bytes: &[u8]) -> Sha {
        let blob = Blob::of(bytes);
        let _pin = store.expect(&blob).unwrap();
        for (piece, bytes) in bytes.chunks(PIECE as usize).enumerate() {
            store.put(&blob.digest, piece, bytes).unwrap();
        }
        blob.digest
    }

    #[test]
    fn a_part_goes_on_where_it_was_killed_and_damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let content = bytes(1, 3 * PIECE as usize - 5);
        let blob = Blob::of(&content);
        let pieces: Vec<&[u8]> = content.chunks(PIECE as usize).collect();
        {
            let store = Store::open(folder.path(), 1 << 30).unwrap();
            let _pin = store.expect(&blob).unwrap();
            store.put(&blob.digest, 2, pieces[2]).unwrap();
            store.put(&blob.digest, 0, pieces[0]).unwrap();
            assert!(matches!(store.put(&blob.digest, 1, pieces[0]), Err(StoreError::WrongPiece { piece: 1, .. })));
            assert_eq!(store.piece_length(&blob.pieces[2]), Some(pieces[2].len() as u64));
            assert_eq!(store.piece_length(&blob.pieces[1]), None);
        }
        let part = folder.path().join("parts").join(blob.digest.hex());
        fs::File::options().write(true).open(&part).unwrap().write_all_at(b"x", 7).unwrap();
        let store = Store::open(folder.path(), 1 << 30).unwrap();
        assert_eq!(store.missing(&blob.digest), Some(vec![0, 1]), "what is damaged counts as not there");
        let _pin = store.expect(&blob).unwrap();
        store.put(&blob.digest, 0, pieces[0]).unwrap();
        assert!(!store.has(&blob.digest));
        store.put(&blob.digest, 1, pieces[1]).unwrap();
        assert!(store.has(&blob.digest) && !part.exists());
        let mut whole = Vec::new();
        store.open_blob(&blob.digest).unwrap().0.read_to_end(&mut whole).unwrap();
        assert_eq!(whole, content);
        assert_eq!(store.read_piece(&blob.pieces[1], 5, 10).unwrap().unwrap(), pieces[1][5..15]);
        assert!(Store::open(folder.path(), 1 << 30).unwrap().has(&blob.digest));
    }

    #[test]
    fn a_list_of_roots_that_lies_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 1 << 30).unwrap();
        let blob = Blob { digest: Sha::of(b"another"), ..Blob::of(b"content") };
        let _pin = store.expect(&blob).unwrap();
        assert!(matches!(store.put(&blob.digest, 0, b"content"), Err(StoreError::WrongBlob(_))));
        assert_eq!(store.missing(&blob.digest), None);
        assert_eq!(store.taken(), 0);
    }

    #[test]
    fn what_nobody_asked_for_the_longest_goes_first_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 100).unwrap();
        let (first, second) = (fill(&store, &bytes(1, 40)), fill(&store, &bytes(2, 40)));
        store.open_blob(&first).unwrap();
        let third = fill(&store, &bytes(3, 40));
        assert!(store.has(&first) && store.has(&third));
        assert!(!store.has(&second) && store.missing(&second).is_none());
        let pins: Vec<Pin> = [first, third].iter().map(|digest| store.expect(&store.blob(digest).unwrap()).unwrap()).collect();
        let blob = Blob::of(&bytes(4, 40));
        assert!(matches!(store.expect(&blob), Err(StoreError::NoRoom { pinned: 80, .. })));
        drop(pins);
        store.expect(&blob).unwrap();
        assert!(matches!(store.expect(&Blob { size: 41, ..Blob::of(b"") }), Err(StoreError::Unsound(_))));
    }

    #[test]
    fn an_empty_blob_is_whole_as_soon_as_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 100).unwrap();
        let blob = Blob::of(b"");
        let _pin = store.expect(&blob).unwrap();
        store.complete(&blob).unwrap();
        assert!(store.has(&blob.digest));
    }
}
