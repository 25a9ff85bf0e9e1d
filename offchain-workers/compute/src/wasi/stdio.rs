//! What a task reads and writes: files of this machine, passed on piece by piece.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use blake3::Hasher;
use idlewild_compute_primitives::Digest;

use super::halt::Halt;
use crate::executor::{ExecutorError, LOG_BYTES};

/// Bytes that are read or written at a time.
const PIECE: usize = 64 << 10;

/// The three streams of a task.
pub(super) struct Streams {
    /// What it reads.
    pub(super) input: Input,
    /// What it writes.
    pub(super) output: Output,
    /// What it says about it.
    pub(super) log: Tail,
}

/// The same, for those who have them at once: a component has many streams to one file.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Streams>>);

impl Shared {
    pub(super) fn open(input: Option<&Path>, output: &Path, limit: u64) -> Result<Self, ExecutorError> {
        let input = Input::open(input)?;
        let output = Output::create(output, limit)?;
        Ok(Self(Arc::new(Mutex::new(Streams { input, output, log: Tail::default() }))))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(path: &Path, source: io::Error) -> ExecutorError {
    ExecutorError::File { path: path.to_owned(), source }
}

/// A task's standard input.
pub(super) struct Input(Option<(BufReader<File>, PathBuf)>);

impl Input {
    fn open(path: Option<&Path>) -> Result<Self, ExecutorError> {
        let Some(path) = path else { return Ok(Self(None)) };
        let file = File::open(path).map_err(|error| failed(path, error))?;
        Ok(Self(Some((BufReader::with_capacity(PIECE, file), path.to_owned()))))
    }

    /// Fills a buffer, and leaves it short only at the end: how a system cuts its files into pieces is nothing that a task may see.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Halt> {
        let Some((file, path)) = &mut self.0 else { return Ok(0) };
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match file.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {},
                Err(error) => return Err(Halt::Fault(failed(path, error))),
            }
        }
        Ok(filled)
    }
}

/// A task's standard output, hashed on its way and cut off at a limit.
pub(super) struct Output {
    file: BufWriter<File>,
    path: PathBuf,
    hasher: Hasher,
    length: u64,
    limit: u64,
}

impl Output {
    fn create(path: &Path, limit: u64) -> Result<Self, ExecutorError> {
        let file = File::create(path).map_err(|error| failed(path, error))?;
        let file = BufWriter::with_capacity(PIECE, file);
        Ok(Self { file, path: path.to_owned(), hasher: Hasher::new(), length: 0, limit })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        let left = usize::try_from(self.limit - self.length).unwrap_or(usize::MAX);
        let fits = bytes.get(..left).unwrap_or(bytes);
        self.file.write_all(fits).map_err(|error| Halt::Fault(failed(&self.path, error)))?;
        self.hasher.update(fits);
        self.length += fits.len() as u64;
        if fits.len() < bytes.len() {
            return Err(Halt::TooMuchOutput);
        }
        Ok(())
    }

    /// Has all of it in the file: its length and its hash.
    pub(super) fn finish(&mut self) -> Result<(u64, Digest), ExecutorError> {
        self.file.flush().map_err(|error| failed(&self.path, error))?;
        Ok((self.length, *self.hasher.finalize().as_bytes()))
    }
}

/// The last bytes of a log.
#[derive(Default)]
pub(super) struct Tail(VecDeque<u8>);

impl Tail {
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let last = bytes.get(bytes.len().saturating_sub(LOG_BYTES)..).unwrap_or(bytes);
        let excess = (self.0.len() + last.len()).saturating_sub(LOG_BYTES);
        self.0.drain(..excess);
        self.0.extend(last);
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_keeps_its_last_bytes() {
        let mut tail = Tail::default();
        tail.write(b"first");
        assert_eq!(tail.take(), b"first");
        tail.write(&vec![1; LOG_BYTES - 1]);
        tail.write(b"ab");
        let kept = tail.take();
        assert_eq!((kept.len(), kept[0], &kept[LOG_BYTES - 2..]), (LOG_BYTES, 1, &b"ab"[..]));
        tail.write(&[[2; LOG_BYTES], [3; LOG_BYTES]].concat());
        assert_eq!(tail.take(), vec![3; LOG_BYTES]);
    }

    #[test]
    fn output_is_cut_off_at_its_limit_and_hashed_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        let mut output = Output::create(&path, 5).unwrap();
        output.write(b"abc").unwrap();
        output.write(b"de").unwrap();
        assert!(matches!(output.write(b"f"), Err(Halt::TooMuchOutput)));
        assert_eq!(output.finish().unwrap(), (5, *blake3::hash(b"abcde").as_bytes()));
        assert_eq!(std::fs::read(&path).unwrap(), b"abcde");
    }
}
