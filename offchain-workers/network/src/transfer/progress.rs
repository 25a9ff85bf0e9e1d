//! Telling how far a transfer is.

use std::sync::Arc;

/// Called with the number of bytes moved since the last call; clones add up in one place.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(u64) + Send + Sync>>);

impl Progress {
    /// Nobody listens.
    pub fn none() -> Self {
        Self(None)
    }

    /// `moved` is called from whatever task moves the bytes, and should return at once.
    pub fn new(moved: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(moved)))
    }

    pub(crate) fn add(&self, bytes: usize) {
        if let Some(moved) = &self.0 {
            moved(bytes as u64);
        }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}
