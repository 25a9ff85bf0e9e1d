//! Inner hashes of the shards that were asked for lately.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_storage_primitives::Root;

use super::slice::Outboard;

/// A bounded memory: the least lately used goes first.
pub(crate) struct Outboards {
    most: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    uses: u64,
    known: HashMap<Root, (u64, Arc<Outboard>)>,
}

impl Outboards {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, inner: Mutex::default() }
    }

    pub(crate) fn get(&self, root: &Root) -> Option<Arc<Outboard>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.uses = inner.uses.wrapping_add(1);
        let now = inner.uses;
        let (used, outboard) = inner.known.get_mut(root)?;
        *used = now;
        Some(outboard.clone())
    }

    pub(crate) fn put(&self, outboard: Arc<Outboard>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.uses = inner.uses.wrapping_add(1);
        let now = inner.uses;
        if inner.known.len() >= self.most {
            let oldest = inner.known.iter().min_by_key(|(_, (used, _))| *used).map(|(root, _)| *root);
            if let Some(oldest) = oldest {
                inner.known.remove(&oldest);
            }
        }
        inner.known.insert(outboard.root(), (now, outboard));
    }

    /// Forgets a shard whose bytes no longer fit its hashes.
    pub(crate) fn forget(&self, root: &Root) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).known.remove(root);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_lately_used_goes() {
        let memory = Outboards::new(2);
        let boards: Vec<_> = (0u8..3).map(|byte| Arc::new(Outboard::new(&[byte]))).collect();
        memory.put(boards[0].clone());
        memory.put(boards[1].clone());
        assert!(memory.get(&boards[0].root()).is_some());
        memory.put(boards[2].clone());
        assert!(memory.get(&boards[1].root()).is_none());
        assert!(memory.get(&boards[0].root()).is_some());
        memory.forget(&boards[0].root());
        assert!(memory.get(&boards[0].root()).is_none());
    }
}
