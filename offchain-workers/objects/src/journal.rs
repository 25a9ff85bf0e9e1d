//! The end of the database's journal, where power was lost while it was written.
//!
//! The committer waits for every batch to be on the disk, so at most the last one is torn, and nobody was told that it was kept. fjall
//! itself drops one that was cut short; one with a hole in it, as pages reach a disk in any order, it takes for damage. One that had no
//! room it keeps in memory, and writes after all when it is closed, and somebody was told by then that it was refused.

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

/// Where the first batch begins that is numbered `from` or higher, or what is no batch.
fn batches_before(bytes: &[u8], from: u64) -> usize {
    let (mut at, mut kept) = (0, 0);
    while let Some(next) = after_entry(bytes, at) {
        match bytes[at] {
            START if number::<8>(bytes, at + 5).is_none_or(|number| number >= from) => break,
            END => kept = next,
            _ => {},
        }
        at = next;
    }
    kept
}

/// Takes out of the journal the batches numbered `from` and higher, which somebody was told are not kept.
pub(crate) fn cut(folder: &Path, from: u64) -> io::Result<()> {
    let Some(path) = active(folder)? else { return Ok(()) };
    let kept = batches_before(&fs::read(&path)?, from) as u64;
    let file = File::options().write(true).open(&path)?;
    if kept < file.metadata()?.len() {
        file.set_len(kept)?;
        file.sync_all()?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::batches_before;

    /// A batch as fjall writes it, with one item.
    fn batch(number: u64, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![super::START];
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.extend([super::ITEM, 0, 0]);
        bytes.extend(7u64.to_le_bytes());
        bytes.extend(3u16.to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(b"key");
        bytes.extend(value);
        bytes.push(super::END);
        bytes.extend([9; 8]);
        bytes.extend(super::TRAILER);
        bytes
    }

    #[test]
    fn what_was_refused_is_cut_and_what_was_kept_is_not() {
        let batches = [batch(1, b"a"), batch(2, &[3; 700]), batch(5, b"\x01"), batch(6, b"")];
        let ends: Vec<usize> = batches
            .iter()
            .scan(0, |end, batch| {
                *end += batch.len();
                Some(*end)
            })
            .collect();
        let mut journal = batches.concat();
        assert_eq!(batches_before(&journal, 1), 0);
        assert_eq!(batches_before(&journal, 2), ends[0]);
        assert_eq!(batches_before(&journal, 3), ends[1]);
        assert_eq!(batches_before(&journal, 6), ends[2]);
        assert_eq!(batches_before(&journal, 7), ends[3]);
        // What comes after the last batch, and a batch without its end.
        journal.extend([0; 300]);
        assert_eq!(batches_before(&journal, 7), ends[3]);
        journal.truncate(ends[3] - 1);
        assert_eq!(batches_before(&journal, 7), ends[2]);
    }
}
