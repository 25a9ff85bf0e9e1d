//! What goes into a container and comes out of it.

use std::{
    path::{Path, PathBuf},
    pin::{pin, Pin},
};

use bollard::container::{AttachContainerResults, LogOutput};
use futures::StreamExt;
use idlewild_compute_primitives::Digest;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter},
};

use crate::executor::{ExecutorError, LOG_BYTES};

/// Bytes that are moved at once.
const PIECE: usize = 1 << 18;

/// A file that a program's standard input comes from.
pub(super) struct Input {
    path: PathBuf,
    file: File,
}

impl Input {
    pub(super) async fn open(path: &Path) -> Result<Self, ExecutorError> {
        let of = |source| ExecutorError::File { path: path.to_owned(), source };
        Ok(Self { path: path.to_owned(), file: File::open(path).await.map_err(of)? })
    }

    /// Writes all of it, and says that it is all. A program need not read it.
    async fn feed(mut self, to: &mut Pin<Box<dyn AsyncWrite + Send>>) -> Result<(), ExecutorError> {
        let mut piece = vec![0; PIECE];
        loop {
            // What a program reads must be all of its input, or it would give a wrong result.
            let of = |source| ExecutorError::File { path: self.path.clone(), source };
            let length = self.file.read(&mut piece).await.map_err(of)?;
            if length == 0 || to.write_all(&piece[..length]).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
        Ok(())
    }
}

/// A file that a program's standard output goes to.
pub(super) struct Output {
    path: PathBuf,
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    length: u64,
    limit: u64,
}

impl Output {
    pub(super) async fn create(path: &Path, limit: u64) -> Result<Self, ExecutorError> {
        let of = |source| ExecutorError::File { path: path.to_owned(), source };
        let file = File::create(path).await.map_err(of)?;
        let file = BufWriter::with_capacity(PIECE, file);
        Ok(Self { path: path.to_owned(), file, hasher: blake3::Hasher::new(), length: 0, limit })
    }

    /// Takes what fits, and tells whether that was all.
    async fn take(&mut self, bytes: &[u8]) -> Result<bool, ExecutorError> {
        let room = usize::try_from(self.limit - self.length).unwrap_or(usize::MAX);
        let kept = &bytes[..bytes.len().min(room)];
        self.hasher.update(kept);
        self.length += kept.len() as u64;
        self.file.write_all(kept).await.map_err(|source| self.fault(source))?;
        Ok(kept.len() == bytes.len())
    }

    /// Its length and its hash, once all of it is in the file.
    pub(super) async fn finish(mut self) -> Result<(u64, Digest), ExecutorError> {
        self.file.flush().await.map_err(|source| self.fault(source))?;
        Ok((self.length, *self.hasher.finalize().as_bytes()))
    }

    fn fault(&self, source: std::io::Error) -> ExecutorError {
        ExecutorError::File { path: self.path.clone(), source }
    }
}

/// The end of what a program wrote to its standard error.
#[derive(Default)]
pub(super) struct Log(Vec<u8>);

impl Log {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        // Not each time: that would move all of it for each line.
        if self.0.len() > 2 * LOG_BYTES {
            self.cut();
        }
    }

    /// A line of our own behind it.
    pub(super) fn note(&mut self, line: &str) {
        if self.0.last().is_some_and(|last| *last != b'\n') {
            self.0.push(b'\n');
        }
        self.push(line.as_bytes());
        self.0.push(b'\n');
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.cut();
        self.0
    }

    fn cut(&mut self) {
        self.0.drain(..self.0.len().saturating_sub(LOG_BYTES));
    }
}

/// Moves everything until the program has closed its output, and tells whether it stayed within its limit.
pub(super) async fn pump(
    attached: AttachContainerResults,
    input: Option<Input>,
    output: &mut Output,
    log: &mut Log,
) -> Result<bool, ExecutorError> {
    let AttachContainerResults { output: mut pieces, input: mut to } = attached;
    let mut is_feeding = input.is_some();
    let mut feeding = pin!(async {
        match input {
            Some(input) => input.feed(&mut to).await,
            None => Ok(()),
        }
    });
    loop {
        tokio::select! {
            fed = &mut feeding, if is_feeding => {
                is_feeding = false;
                fed?;
            },
            piece = pieces.next() => match piece {
                None => return Ok(true),
                Some(Ok(LogOutput::StdOut { message })) => {
                    if !output.take(&message).await? {
                        return Ok(false);
                    }
                },
                Some(Ok(LogOutput::StdErr { message })) => log.push(&message),
                Some(Ok(LogOutput::StdIn { .. })) => {},
                // Without a terminal everything has a head that says what it is.
                Some(Ok(LogOutput::Console { .. })) => return Err(ExecutorError::Engine("the output broke off".into())),
                Some(Err(error)) => return Err(ExecutorError::Engine(format!("reading the output: {error}"))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_output_is_whole_or_cut_off_at_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        std::fs::write(&path, "of an earlier run, and longer").unwrap();
        let mut output = Output::create(&path, 5).await.unwrap();
        assert!(output.take(b"one").await.unwrap() && output.take(b"").await.unwrap());
        assert!(!output.take(b"more").await.unwrap());
        assert!(output.take(b"").await.unwrap() && !output.take(b"x").await.unwrap());
        assert_eq!(output.finish().await.unwrap(), (5, *blake3::hash(b"onemo").as_bytes()));
        assert_eq!(std::fs::read(&path).unwrap(), b"onemo");
    }

    #[test]
    fn a_log_is_the_end() {
        let mut log = Log::default();
        for _ in 0..10 {
            log.push(&vec![b'a'; LOG_BYTES / 2]);
        }
        log.push(b"end");
        log.note("why");
        let log = log.finish();
        assert_eq!(log.len(), LOG_BYTES);
        assert!(log.ends_with(b"aaend\nwhy\n"));
    }
}
