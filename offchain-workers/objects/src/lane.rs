//! Segments that one writer has for itself while a large body streams into them.

use std::{
    fs::File,
    io::{self, IoSlice},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use crate::{
    error::StoreError,
    records::{Extent, SegmentNumber},
    store::Inner,
};

/// The most slices that the system takes at once.
const SLICES: usize = 512;

/// What a writer put into one segment.
struct Piece {
    number: SegmentNumber,
    file: Arc<File>,
    start: u32,
    end: u32,
}

#[derive(Default)]
struct State {
    pieces: Vec<Piece>,
    /// New names that are not on the disk yet.
    unnamed: bool,
    /// A write of this group of the committer names the pieces.
    taken: bool,
    /// The pieces belong to something: they stay.
    kept: bool,
    /// The store recovered meanwhile, and the segments may be another writer's.
    dead: bool,
}

/// A writer's own segments. Unless they are kept, what it wrote is gone with it.
pub(crate) struct Lane {
    inner: Arc<Inner>,
    bucket: u32,
    generation: u64,
    state: Mutex<State>,
}

impl Lane {
    pub(crate) fn new(inner: Arc<Inner>, bucket: u32) -> Arc<Self> {
        let generation = inner.generation();
        let lane = Arc::new(Self { inner, bucket, generation, state: Mutex::default() });
        let mut table = lane.inner.segments.lock();
        if table.lanes.len() >= 64 && table.lanes.len().is_power_of_two() {
            table.lanes.retain(|lane| lane.strong_count() > 0);
        }
        table.lanes.push(Arc::downgrade(&lane));
        drop(table);
        lane
    }

    pub(crate) fn bucket(&self) -> u32 {
        self.bucket
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes on. Blocks.
    pub(crate) fn write(&self, chunks: &[Bytes]) -> Result<(), StoreError> {
        let mut state = self.lock();
        let segment_bytes = self.inner.options.segment_bytes;
        let mut chunks: Vec<&[u8]> = chunks.iter().map(|chunk| &chunk[..]).filter(|chunk| !chunk.is_empty()).collect();
        self.inner.room_for(chunks.iter().map(|chunk| chunk.len() as u64).sum())?;
        while !chunks.is_empty() {
            if state.dead {
                return Err(StoreError::Stale);
            }
            let room = match state.pieces.last() {
                Some(piece) => segment_bytes - piece.end,
                None => 0,
            };
            if room == 0 {
                let piece = self.next_piece(state.pieces.is_empty())?;
                state.unnamed |= piece.start == 0;
                state.pieces.push(piece);
                continue;
            }
            let now = split(&mut chunks, room as usize);
            let Some(piece) = state.pieces.last_mut() else { continue };
            write_at(&piece.file, &now, piece.end.into())?;
            piece.end += now.iter().map(|chunk| chunk.len() as u32).sum::<u32>();
        }
        Ok(())
    }

    fn next_piece(&self, first: bool) -> Result<Piece, StoreError> {
        let segments = &self.inner.segments;
        let segment_bytes = self.inner.options.segment_bytes;
        if first {
            let taken = segments.lock().take(self.bucket, segment_bytes / 8, segment_bytes);
            if let Some((number, start)) = taken {
                let file = segments.reopen((self.bucket, number)).inspect_err(|_| {
                    segments.lock().give_back((self.bucket, number), start, segment_bytes);
                })?;
                return Ok(Piece { number, file, start, end: start });
            }
        }
        let (number, file) = segments.create(self.bucket)?;
        Ok(Piece { number, file, start: 0, end: 0 })
    }

    /// Waits until all that was written is on the disk. Blocks.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        let (files, unnamed) = {
            let mut state = self.lock();
            let files: Vec<_> = state.pieces.iter().map(|piece| piece.file.clone()).collect();
            (files, std::mem::take(&mut state.unnamed))
        };
        for file in files {
            file.sync_data()?;
        }
        if unnamed {
            self.inner.segments.sync_names(self.bucket)?;
        }
        Ok(())
    }

    /// What was written, which the committer is about to give to something.
    pub(crate) fn take(&self) -> Result<Vec<Extent>, StoreError> {
        let mut state = self.lock();
        if state.dead || self.generation != self.inner.generation() {
            return Err(StoreError::Stale);
        }
        state.taken = true;
        let extent = |piece: &Piece| Extent { segment: piece.number, offset: piece.start, length: piece.end - piece.start };
        Ok(state.pieces.iter().filter(|piece| piece.end > piece.start).map(extent).collect())
    }

    /// The pieces belong to something now, and others may write on after them.
    pub(crate) fn keep(&self) {
        let mut state = self.lock();
        state.kept = true;
        if state.dead {
            return;
        }
        let mut table = self.inner.segments.lock();
        for piece in &state.pieces {
            table.give_back((self.bucket, piece.number), piece.end, self.inner.options.segment_bytes);
        }
    }

    /// The store recovers: these segments are no longer this writer's.
    pub(crate) fn kill(&self) {
        self.lock().dead = true;
    }

    /// Leaves what it shares with others, so that it can be sealed: its own bytes move into a segment of their own.
    pub(crate) fn leave_shared(&self) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.dead || state.taken {
            return Ok(());
        }
        for piece in &mut state.pieces {
            if piece.start == 0 {
                continue;
            }
            let (number, file) = self.inner.segments.create(self.bucket)?;
            let moved = copy_out(&piece.file, piece.start, piece.end, &file)
                .and_then(|()| file.sync_data())
                .and_then(|()| self.inner.segments.sync_names(self.bucket))
                .and_then(|()| piece.file.set_len(piece.start.into()));
            if let Err(error) = moved {
                let _ = self.inner.segments.remove((self.bucket, number));
                return Err(error.into());
            }
            *piece = Piece { number, file, start: 0, end: piece.end - piece.start };
        }
        Ok(())
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let state = std::mem::take(self.state.get_mut().unwrap_or_else(PoisonError::into_inner));
        if state.kept || state.dead || state.pieces.is_empty() {
            return;
        }
        let (inner, bucket, generation) = (self.inner.clone(), self.bucket, self.generation);
        let undo = move || {
            for piece in state.pieces {
                let key = (bucket, piece.number);
                let undone = match piece.start {
                    0 => inner.segments.remove(key),
                    start => {
                        let mut table = inner.segments.lock();
                        if inner.generation() != generation {
                            continue;
                        }
                        let undone = piece.file.set_len(start.into());
                        table.give_back(key, start, inner.options.segment_bytes);
                        undone
                    },
                };
                if let Err(error) = undone {
                    tracing::warn!(bucket, segment = piece.number, %error, "bytes of an abandoned write stay until the store is opened anew");
                }
            }
        };
        // Removing tens of megabytes takes the file system a while.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(undo)),
            Err(_) => undo(),
        }
    }
}

/// Takes so many bytes off the front.
fn split<'a>(chunks: &mut Vec<&'a [u8]>, mut bytes: usize) -> Vec<&'a [u8]> {
    let mut taken = Vec::new();
    let mut whole = 0;
    for chunk in chunks.iter_mut() {
        if chunk.len() <= bytes {
            bytes -= chunk.len();
            whole += 1;
            taken.push(*chunk);
        } else {
            let (now, later) = chunk.split_at(bytes);
            if !now.is_empty() {
                taken.push(now);
            }
            *chunk = later;
            break;
        }
    }
    chunks.drain(..whole);
    taken
}

/// Writes all of these, one after the other, from an offset on.
pub(crate) fn write_at(file: &File, chunks: &[&[u8]], mut offset: u64) -> io::Result<()> {
    for chunks in chunks.chunks(SLICES) {
        let mut rest: Vec<IoSlice<'_>> = chunks.iter().map(|chunk| IoSlice::new(chunk)).collect();
        let mut rest = &mut rest[..];
        while !rest.is_empty() {
            match rustix::io::pwritev(file, rest, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    offset += written as u64;
                    IoSlice::advance_slices(&mut rest, written);
                },
                Err(rustix::io::Errno::INTR) => {},
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

fn copy_out(from: &File, start: u32, end: u32, to: &File) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let mut buffer = vec![0; 1 << 20];
    let mut at = u64::from(start);
    while at < u64::from(end) {
        let length = buffer.len().min((u64::from(end) - at) as usize);
        from.read_exact_at(&mut buffer[..length], at)?;
        to.write_all_at(&buffer[..length], at - u64::from(start))?;
        at += length as u64;
    }
    Ok(())
}
