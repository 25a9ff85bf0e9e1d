//! What roles that share a machine's disks tell each other: paid data comes before plots.

use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Condvar, Mutex, PoisonError,
    },
    time::{Duration, Instant},
};

/// How long a scan waits at a time before it looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// After how long a read is taken to hang: its disk does not answer, and to wait for it would be to win nothing on the others.
const HUNG: Duration = Duration::from_secs(30);

/// What roles that share disks know of each other. Clones are of the same machine.
#[derive(Clone, Debug, Default)]
pub struct Sharing(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Reads of shards that are under way, in the order in which they began.
    reads: Mutex<Reads>,
    none: Condvar,
    /// Bytes of plots on the disk of the shards, which give way to these.
    plotted: AtomicU64,
}

/// Reads under way, each with a number and since when.
#[derive(Debug, Default)]
struct Reads {
    next: u64,
    since: BTreeMap<u64, Instant>,
}

impl Reads {
    /// Whether somebody waits for a disk that answers. The last to begin tells: whatever began before it is slower.
    fn are_under_way(&self, now: Instant) -> bool {
        self.since.last_key_value().is_some_and(|(_, since)| now.saturating_duration_since(*since) < HUNG)
    }
}

/// A read of a shard that is under way, until it is dropped.
#[derive(Debug)]
pub struct Reading {
    inner: Arc<Inner>,
    number: u64,
}

impl Sharing {
    /// Begins to read a shard: until it is done, scans wait.
    pub fn read(&self) -> Reading {
        let mut reads = self.0.reads.lock().unwrap_or_else(PoisonError::into_inner);
        let number = reads.next;
        reads.next = number.wrapping_add(1);
        reads.since.insert(number, Instant::now());
        Reading { inner: self.0.clone(), number }
    }

    /// Waits until no shard is being read, but for reads that hang. Returns whether to go on then: not where `is_over` came first.
    pub fn give_way(&self, is_over: &dyn Fn() -> bool) -> bool {
        let mut reads = self.0.reads.lock().unwrap_or_else(PoisonError::into_inner);
        while reads.are_under_way(Instant::now()) {
            if is_over() {
                return false;
            }
            reads = self.0.none.wait_timeout(reads, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(reads);
        !is_over()
    }

    /// Notes how many bytes of plots give way on the disk of the shards.
    pub fn note_plotted(&self, bytes: u64) {
        self.0.plotted.store(bytes, Ordering::Relaxed);
    }

    /// Bytes of plots that give way on the disk of the shards.
    pub fn plotted(&self) -> u64 {
        self.0.plotted.load(Ordering::Relaxed)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut reads = self.inner.reads.lock().unwrap_or_else(PoisonError::into_inner);
        reads.since.remove(&self.number);
        if reads.since.is_empty() {
            self.inner.none.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{atomic::AtomicBool, mpsc},
        thread,
    };

    use super::*;

    #[test]
    fn a_scan_waits_for_reads_and_ends_where_it_is_not_wanted_any_more() {
        let sharing = Sharing::default();
        assert!(sharing.give_way(&|| false));
        let (first, second) = (sharing.read(), sharing.read());
        let (waits, waiting) = mpsc::channel();
        let scan = thread::spawn({
            let sharing = sharing.clone();
            move || {
                // Asked before each wait.
                sharing.give_way(&|| {
                    let _ = waits.send(());
                    false
                })
            }
        });
        waiting.recv().unwrap();
        drop(first);
        waiting.recv().unwrap();
        assert!(!scan.is_finished(), "another read is under way");
        drop(second);
        assert!(scan.join().unwrap());
        let (reading, over) = (sharing.read(), AtomicBool::new(false));
        over.store(true, Ordering::Relaxed);
        assert!(!sharing.give_way(&|| over.load(Ordering::Relaxed)));
        drop(reading);
    }

    #[test]
    fn a_read_that_hangs_is_not_waited_for_and_one_after_it_is() {
        let sharing = Sharing::default();
        let (_hangs, began) = (sharing.read(), Instant::now());
        let under_way = |now| sharing.0.reads.lock().unwrap().are_under_way(now);
        assert!(under_way(began));
        assert!(!under_way(began + HUNG));
        let _other = sharing.read();
        assert!(under_way(began + HUNG / 2));
    }
}
