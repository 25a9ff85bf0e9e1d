//! What roles that share a machine's disks tell each other: paid data comes before plots.

use std::{
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Condvar, Mutex, PoisonError,
    },
    time::Duration,
};

/// How long a scan waits at a time before it looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// What roles that share disks know of each other. Clones are of the same machine.
#[derive(Clone, Debug, Default)]
pub struct Sharing(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Reads of shards that are under way.
    reads: Mutex<usize>,
    none: Condvar,
    /// Bytes of plots on the disk of the shards, which give way to these.
    plotted: AtomicU64,
}

/// A read of a shard that is under way, until it is dropped.
#[derive(Debug)]
pub struct Reading(Arc<Inner>);

impl Sharing {
    /// Begins to read a shard: until it is done, scans wait.
    pub fn read(&self) -> Reading {
        let mut reads = self.0.reads.lock().unwrap_or_else(PoisonError::into_inner);
        *reads = reads.saturating_add(1);
        Reading(self.0.clone())
    }

    /// Waits until no shard is being read. Returns whether to go on then: not where `is_over` came first.
    pub fn give_way(&self, is_over: &dyn Fn() -> bool) -> bool {
        let mut reads = self.0.reads.lock().unwrap_or_else(PoisonError::into_inner);
        while *reads > 0 {
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
        let mut reads = self.0.reads.lock().unwrap_or_else(PoisonError::into_inner);
        *reads = reads.saturating_sub(1);
        if *reads == 0 {
            self.0.none.notify_all();
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
        let (_reading, over) = (sharing.read(), AtomicBool::new(false));
        over.store(true, Ordering::Relaxed);
        assert!(!sharing.give_way(&|| over.load(Ordering::Relaxed)));
    }
}
