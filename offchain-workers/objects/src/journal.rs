//! The end of the database's journal, where power was lost while it was written.
//!
//! The committer waits for every batch to be on the disk, so at most the last one is torn, and nobody was told that it was kept. fjall
//! itself drops one that was cut short; one with a hole in it, as pages reach a disk in any order, it takes for damage.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// How an entry begins.
const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;
/// What a batch ends with.
const TRAILER: &[u8] = b"FJL\x03";

/// The journal that is written to: that of the highest number.
fn active(folder: &Path) -> io::Result<Option<PathBuf>> {
    let mut found: Option<(u64, PathBuf)> = None;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".jnl")?.parse::<u64>().ok());
        if let Some(number) = number {
            if found.as_ref().is_none_or(|(highest, _)| number > *highest) {
                found = Some((number, path));
            }
        }
    }
    Ok(found.map(|(_, path)| path))
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let mut number = [0; 8];
    number[..N].copy_from_slice(bytes.get(at..at.checked_add(N)?)?);
    Some(u64::from_le_bytes(number))
}

/// Where the entry after this one begins; none where this is no entry.
fn after_entry(bytes: &[u8], at: usize) -> Option<usize> {
    let end = match *bytes.get(at)? {
        START => at + 13,
        // Tag, kind, compression (none, which the store asks for), keyspace, and three lengths.
        ITEM => {
            let (key, value) = (number::<2>(bytes, at + 11)?, number::<4>(bytes, at + 17)?);
            at.checked_add(21)?.checked_add(usize::try_from(key).ok()?)?.checked_add(usize::try_from(value).ok()?)?
        },
        END if bytes.get(at + 9..at + 9 + TRAILER.len())? == TRAILER => at + 9 + TRAILER.len(),
        CLEAR => at + 9,
        _ => return None,
    };
    (end <= bytes.len()).then_some(end)
}

/// Where the last batch begins, whole or not.
fn last_batch(bytes: &[u8]) -> usize {
    let (mut at, mut last) = (0, 0);
    while let Some(next) = after_entry(bytes, at) {
        if bytes[at] == START {
            last = at;
        }
        at = next;
    }
    last
}

/// Runs `open`, which finds the journal damaged, once more without its last batch. If that was not it, the journal is left as it was.
pub(crate) fn without_torn_end<T, E: From<io::Error>>(
    folder: &Path,
    open: impl FnOnce() -> Result<T, E>,
) -> Result<Option<T>, E> {
    let Some(path) = active(folder)? else { return Ok(None) };
    let bytes = fs::read(&path)?;
    let length = last_batch(&bytes);
    let file = File::options().read(true).write(true).open(&path)?;
    file.set_len(length as u64)?;
    file.sync_all()?;
    if let Ok(opened) = open() {
        tracing::warn!(
            dropped = bytes.len() - length,
            "the end of the journal was torn, and what nobody was told of is dropped"
        );
        return Ok(Some(opened));
    }
    fs::write(&path, &bytes)?;
    file.sync_all()?;
    Ok(None)
}
