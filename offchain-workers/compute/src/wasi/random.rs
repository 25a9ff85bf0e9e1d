//! Randomness that is the same each time: of what is run, and of nothing else.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::PathBuf,
};

use blake3::{Hasher, OutputReader};
use idlewild_compute_primitives::Digest;

use super::halt::{Halt, Watch};
use crate::executor::ExecutorError;

/// What the seed is derived under.
const CONTEXT: &str = "idlewild/wasi-random/1";
/// Bytes of the input that are hashed at a time.
const PIECE: usize = 256 << 10;

/// A program's randomness, seeded when it is first asked for: few programs do, and the input is read for it.
pub(super) struct Random {
    digest: Digest,
    arguments: Vec<String>,
    input: Option<PathBuf>,
    bytes: Option<OutputReader>,
}

impl Random {
    pub(super) fn new(digest: Digest, arguments: Vec<String>, input: Option<PathBuf>) -> Self {
        Self { digest, arguments, input, bytes: None }
    }

    /// Fills a buffer.
    pub(super) fn fill(&mut self, buffer: &mut [u8], watch: &Watch) -> Result<(), Halt> {
        let bytes = match &mut self.bytes {
            Some(bytes) => bytes,
            none => none.insert(seed(&self.digest, &self.arguments, self.input.as_ref(), watch)?),
        };
        bytes.fill(buffer);
        Ok(())
    }

    /// A number.
    pub(super) fn number(&mut self, watch: &Watch) -> Result<u64, Halt> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes, watch)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

fn seed(digest: &Digest, arguments: &[String], input: Option<&PathBuf>, watch: &Watch) -> Result<OutputReader, ExecutorError> {
    let mut hasher = Hasher::new_derive_key(CONTEXT);
    hasher.update(digest);
    hasher.update(&(arguments.len() as u64).to_le_bytes());
    for argument in arguments {
        hasher.update(&(argument.len() as u64).to_le_bytes());
        hasher.update(argument.as_bytes());
    }
    // No input and an empty one are read alike, and are the same.
    hasher.update(input.map(|path| hash(path, watch)).transpose()?.unwrap_or(blake3::hash(&[])).as_bytes());
    Ok(hasher.finalize_xof())
}

fn hash(path: &PathBuf, watch: &Watch) -> Result<blake3::Hash, ExecutorError> {
    let failed = |source| ExecutorError::File { path: path.clone(), source };
    let mut file = File::open(path).map_err(failed)?;
    let (mut hasher, mut piece) = (Hasher::new(), vec![0; PIECE]);
    loop {
        watch.check()?;
        match file.read(&mut piece) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(count) => hasher.update(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
    }
}
