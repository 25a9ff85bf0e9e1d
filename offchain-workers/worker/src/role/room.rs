//! Room for shards on their way in: what no deal asks for yet is bounded.

use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc,
};

/// Part of the capacity that shards without a deal may take, in percent.
const SHARE: u64 = 5;
/// Shards without a deal may always take so much, or a small miner could never take a large shard.
const LEAST: u64 = 256 << 20;

/// Counts bytes on their way in.
#[derive(Clone, Debug)]
pub struct Room {
    taken: Arc<AtomicU64>,
    most: u64,
}

/// Bytes set aside; dropping gives them back.
#[derive(Debug)]
pub struct Ticket {
    taken: Arc<AtomicU64>,
    bytes: u64,
    /// What they are for.
    pub request: idlewild_storage_primitives::receipt::StoreRequest,
}

impl Room {
    /// Room in a miner of so much capacity.
    pub fn new(capacity: u64) -> Self {
        Self { taken: Arc::default(), most: (capacity / 100).saturating_mul(SHARE).max(LEAST).min(capacity) }
    }

    /// Bytes set aside now.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::SeqCst)
    }

    /// Sets the request's bytes aside, on top of `pending` bytes that are on disk without a deal.
    pub fn take(&self, pending: u64, request: idlewild_storage_primitives::receipt::StoreRequest) -> Option<Ticket> {
        let bytes = u64::from(request.length);
        let fits = |taken: u64| {
            let after = taken.checked_add(bytes)?;
            (after.checked_add(pending)? <= self.most).then_some(after)
        };
        self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fits).ok()?;
        Some(Ticket { taken: self.taken.clone(), bytes, request })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}
