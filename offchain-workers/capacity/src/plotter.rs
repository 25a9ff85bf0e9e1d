//! Makes a plot: some threads hash, each in its own memory, and write what they have made; one more sees to it that it is on the disk.

use std::{
    num::NonZeroUsize,
    ops::Range,
    path::PathBuf,
    sync::{
        atomic::{AtomicU64, Ordering},
        Mutex, PoisonError,
    },
    thread::{self, ScopedJoinHandle},
    time::Instant,
};

use idlewild_capacity_primitives::{format::WARP, nonce::Base, NONCE_BYTES, SCOOPS};

use crate::{
    batch::Batch,
    control::Control,
    draft::{Draft, DraftError},
    kernel::Kernel,
    plot::Plot,
    slab::Slab,
    sums::{Sum, WarpSum, SUM_BYTES},
};

/// With what a plot is made.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The instructions.
    pub kernel: Kernel,
    /// The threads.
    pub threads: NonZeroUsize,
}

impl Effort {
    /// The best instructions, and a thread for each processor that this process may use.
    pub fn all() -> Self {
        Self { kernel: Kernel::best(), threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN) }
    }

    /// Bytes of memory that plotting takes: a warp, and what each thread hashes in.
    pub fn memory(&self) -> u64 {
        (WARP + (self.kernel.lanes() * self.threads.get()) as u64) * NONCE_BYTES as u64
    }
}

/// How far a plot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Nonces that are made, and in part not yet on the disk.
    pub made: u64,
    /// Nonces that an earlier run made.
    pub before: u64,
    /// All nonces.
    pub nonces: u64,
}

/// How plotting ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The plot is there.
    Finished(PathBuf),
    /// It was stopped; the next run goes on from there.
    Stopped {
        /// Nonces that are on the disk.
        done: u64,
    },
}

/// Makes what a draft still lacks and finishes it. `report` is called from all threads, a few times a second from each.
pub fn plot(draft: Draft, effort: Effort, control: &Control, report: &(dyn Fn(Progress) + Sync)) -> Result<Ended, DraftError> {
    let nonces = draft.plot().nonces();
    let work = Work { draft: &draft, control, report, halves: AtomicU64::new(0), before: draft.done() };
    let mut batches: Vec<Batch> = (0..effort.threads.get()).map(|_| Batch::new(effort.kernel)).collect();
    thread::scope(|scope| {
        let mut flushing = None;
        let mut done = work.before;
        let mut slab = Slab::new(WARP.min(nonces) as usize);
        while done < nonces {
            let width = WARP.min(nonces - done);
            if width as usize != slab.width() {
                slab = Slab::new(width as usize);
            }
            let sum = work.make(&mut batches, &slab, done)?;
            // One at a time: a disk that is slower than the hashing holds it up here.
            settle(flushing.take())?;
            let Some(sum) = sum else { return Ok(()) };
            let warp = done / WARP;
            done += width;
            flushing = Some(scope.spawn(move || work.draft.commit(done, &[(warp, sum)])));
        }
        settle(flushing)
    })?;
    if draft.done() < nonces {
        return Ok(Ended::Stopped { done: draft.done() });
    }
    draft.finish().map(Ended::Finished)
}

/// Waits for what was written to be on the disk.
fn settle(flushing: Option<ScopedJoinHandle<'_, Result<(), DraftError>>>) -> Result<(), DraftError> {
    match flushing.map(ScopedJoinHandle::join) {
        None => Ok(()),
        Some(Ok(flushed)) => flushed,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
    }
}

struct Work<'a> {
    draft: &'a Draft,
    control: &'a Control,
    report: &'a (dyn Fn(Progress) + Sync),
    /// Halves of nonces that were made: at level 1 a nonce is made of two.
    halves: AtomicU64,
    before: u64,
}

impl Work<'_> {
    /// Makes a slab of nonces and writes it. Returns its sum; nothing where it was stopped.
    fn make(&self, batches: &mut [Batch], slab: &Slab, first: u64) -> Result<Option<Sum>, DraftError> {
        let plot = self.draft.plot();
        let (columns, halves) = match plot {
            // A warp is made of two of level 0.
            Plot::X1 { .. } => (2 * first, 1),
            Plot::X0 { .. } => (first, 2),
            Plot::Poc2 { start, .. } => (start + first, 2),
        };
        let made = self.share_out(batches, slab.width() as u64, |batch, range| {
            let bases: Vec<Base> = range.clone().map(|column| plot.base(columns + column)).collect();
            batch.make(&bases);
            slab.put(range.start as usize, batch);
            self.tell(halves * (range.end - range.start));
            Ok(())
        })?;
        if !made {
            return Ok(None);
        }
        let sums: Vec<Mutex<Sum>> = (0..SCOOPS).map(|_| Mutex::new([0; SUM_BYTES])).collect();
        let written = self.share_out(batches, u64::from(SCOOPS), |batch, range| {
            let rows = if let Plot::X1 { .. } = plot {
                let bases: Vec<Base> = range.clone().map(|row| plot.base(2 * first + WARP + row)).collect();
                batch.make(&bases);
                self.tell(range.end - range.start);
                slab.combine(range.start as u16, batch)
            } else {
                range.clone().map(|row| slab.row(row as u16)).collect()
            };
            for (scoop, row) in range.zip(rows) {
                self.draft.write(scoop as u16, first, &row)?;
                let sum = blake3::hash(row.as_flattened());
                *sums[scoop as usize].lock().unwrap_or_else(PoisonError::into_inner) = sum.into();
            }
            Ok(())
        })?;
        let mut sum = WarpSum::default();
        sums.iter().for_each(|row| sum.add(&row.lock().unwrap_or_else(PoisonError::into_inner)));
        Ok(written.then(|| sum.finish()))
    }

    /// Has each thread take some pieces of work at a time, as many as its batch has lanes, until all are done. Returns whether they are:
    /// not where it was stopped.
    fn share_out(
        &self,
        batches: &mut [Batch],
        pieces: u64,
        work: impl Fn(&mut Batch, Range<u64>) -> Result<(), DraftError> + Sync,
    ) -> Result<bool, DraftError> {
        let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
        let thread = |batch: &mut Batch| loop {
            let began = Instant::now();
            let lanes = batch.lanes() as u64;
            let from = next.fetch_add(lanes, Ordering::Relaxed);
            if from >= pieces {
                return Ok(());
            }
            let to = pieces.min(from + lanes);
            if let Err(error) = work(batch, from..to) {
                // Nobody begins anything more.
                next.store(pieces, Ordering::Relaxed);
                return Err(error);
            }
            done.fetch_add(to - from, Ordering::Relaxed);
            if !self.control.rest_after(began.elapsed()) {
                return Ok(());
            }
        };
        thread::scope(|scope| {
            let threads: Vec<_> = batches.iter_mut().map(|batch| scope.spawn(|| thread(batch))).collect();
            threads.into_iter().try_for_each(|thread| settle(Some(thread)))
        })?;
        Ok(done.into_inner() == pieces)
    }

    fn tell(&self, halves: u64) {
        let made = self.halves.fetch_add(halves, Ordering::Relaxed) + halves;
        (self.report)(Progress { made: self.before + made / 2, before: self.before, nonces: self.draft.plot().nonces() });
    }
}
