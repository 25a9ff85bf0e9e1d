//! Memory of shards that were fetched, used again for the next ones.
//!
//! A system clears memory that it gives out, page by page; a client that reads file after file would have the same gibibytes
//! cleared for it again and again.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Buffers that nobody uses at the moment. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Most bytes that are kept.
    most: usize,
    free: Mutex<Vec<Vec<u8>>>,
}

impl Buffers {
    /// Keeps up to `most` bytes in all.
    pub(super) fn keeping(most: usize) -> Self {
        Self(Arc::new(Kept { most, free: Mutex::default() }))
    }

    /// A buffer that may hold anything, or nothing.
    pub(super) fn take(&self) -> Buffer {
        let memory = self.0.free.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Buffer { memory, length: 0, home: self.0.clone() }
    }
}

/// Memory that goes back where it came from when it is dropped.
pub(super) struct Buffer {
    memory: Vec<u8>,
    /// The bytes that mean something; what is behind them is of an earlier use.
    length: usize,
    home: Arc<Kept>,
}

impl Buffer {
    /// Room for bytes `from..to`, of which those before `from` stay. It holds zeros or bytes of an earlier use.
    pub(super) fn room(&mut self, from: usize, to: usize) -> &mut [u8] {
        if self.memory.len() < to {
            self.memory.resize(to, 0);
        }
        self.length = self.length.max(to);
        &mut self.memory[from..to]
    }

    /// Sets the whole memory aside at once, untouched.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.memory.reserve_exact(bytes.saturating_sub(self.memory.len()));
    }

    pub(super) fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut free = self.home.free.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = free.iter().map(Vec::capacity).sum();
        if kept.saturating_add(self.memory.capacity()) <= self.home.most {
            free.push(std::mem::take(&mut self.memory));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(buffers: &Buffers, bytes: &[u8]) -> Bytes {
        let mut buffer = buffers.take();
        buffer.reserve(bytes.len());
        for (at, byte) in bytes.iter().enumerate() {
            buffer.room(at, at + 1)[0] = *byte;
        }
        buffer.freeze()
    }

    #[test]
    fn what_is_dropped_serves_again_and_shows_nothing_of_before() {
        let buffers = Buffers::keeping(100);
        let first = filled(&buffers, b"a long one");
        let place = first.as_ptr();
        let part = first.slice(2..6);
        drop(first);
        // A part of it is still in use.
        let other = filled(&buffers, b"x");
        assert_ne!(other.as_ptr(), place);
        assert_eq!(part, "long");
        drop(part);
        let again = filled(&buffers, b"short");
        assert_eq!((again.as_ptr(), &again[..]), (place, &b"short"[..]));
    }

    #[test]
    fn no_more_is_kept_than_was_said() {
        let buffers = Buffers::keeping(10);
        let (first, second) = (filled(&buffers, b"123456"), filled(&buffers, b"abcdef"));
        drop(first);
        drop(second);
        assert_eq!(buffers.0.free.lock().unwrap().len(), 1);
        let none = Buffers::default();
        drop(filled(&none, b"1"));
        assert!(none.0.free.lock().unwrap().is_empty());
    }
}
