//! Looks for the best answer of the plots on one disk: two threads read in turns, so that the disk never waits, and one hashes.

use std::{
    borrow::Borrow,
    io,
    ops::ControlFlow,
    path::PathBuf,
    sync::{mpsc, Mutex, MutexGuard, PoisonError},
    thread,
};

use idlewild_capacity_primitives::{round::asked_scoop, Challenge, Quality, RoundIndex, Scoop, SCOOP_BYTES};

use crate::{
    judge::best,
    kernel::Kernel,
    page::{Pages, PAGE_BYTES},
    plot_file::PlotFile,
};

/// Threads that read: while one hands over what it has read, the other's read is under way.
const READERS: usize = 2;
/// Pages that are read at once. A read that the owner of the disk wants has to wait for a MiB at most: for one of each reader.
const READ_PAGES: usize = (1 << 20) / PAGE_BYTES / READERS;
/// Pieces of memory that each reader has to read into.
const AHEAD: usize = 4;

/// What a round asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The round.
    pub round: RoundIndex,
    /// Its challenge.
    pub challenge: Challenge,
}

/// The best answer of some plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// Its quality.
    pub quality: Quality,
    /// Which of the plots has it, counted from 0.
    pub plot: usize,
    /// The nonce's number.
    pub nonce: u64,
}

/// What came of a scan.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The best answer, if any plot could be read.
    pub best: Option<Answer>,
    /// Bytes that were read.
    pub bytes: u64,
    /// Whether it was abandoned before all plots were read.
    pub abandoned: bool,
    /// Plots that could not be read.
    pub failed: Vec<(PathBuf, io::Error)>,
}

struct Read {
    reader: usize,
    pages: Pages,
    plot: usize,
    nonce: u64,
    count: usize,
}

/// Reads the scoop that a round asks of all plots, and judges them. `turn` is asked before each read: it may wait, so that others can
/// read, and may end the scan, as when the round is over.
pub fn scan(
    plots: &[impl Borrow<PlotFile>],
    kernel: Kernel,
    question: &Question,
    turn: &(dyn Fn() -> ControlFlow<()> + Sync),
) -> Scanned {
    let plots: Vec<&PlotFile> = plots.iter().map(Borrow::borrow).collect();
    let scoop = asked_scoop(&question.challenge, question.round);
    let course = Course { plots: &plots, scoop, turn, reached: Mutex::default() };
    let (full, to_judge) = mpsc::channel::<Read>();
    let mut best_yet: Option<Answer> = None;
    thread::scope(|scope| {
        let empties: Vec<_> = (0..READERS)
            .map(|reader| {
                let (empty, to_fill) = mpsc::channel();
                for _ in 0..AHEAD {
                    // Both ends are here.
                    let _ = empty.send(Pages::new(READ_PAGES));
                }
                let (course, full) = (&course, full.clone());
                scope.spawn(move || course.read(reader, &to_fill, &full));
                empty
            })
            .collect();
        drop(full);
        for read in to_judge {
            let scoops = read.pages.bytes().as_chunks().0;
            let here = best(kernel, &question.challenge, &scoops[..read.count]);
            let start = plots.get(read.plot).map_or(0, |plot| plot.plot().start());
            let here = here.map(|(quality, at)| Answer { quality, plot: read.plot, nonce: start + read.nonce + at as u64 });
            best_yet = best_yet.into_iter().chain(here).min();
            if let Some(empty) = empties.get(read.reader) {
                // The reader may have ended.
                let _ = empty.send(read.pages);
            }
        }
    });
    let reached = course.reached.into_inner().unwrap_or_else(PoisonError::into_inner);
    Scanned { best: best_yet, ..reached.scanned }
}

/// What readers share.
struct Course<'a> {
    plots: &'a [&'a PlotFile],
    scoop: u16,
    turn: &'a (dyn Fn() -> ControlFlow<()> + Sync),
    reached: Mutex<Reached>,
}

/// How far they are.
#[derive(Default)]
struct Reached {
    /// Which plot is next.
    plot: usize,
    /// Which nonce of it is, counted from its first.
    nonce: u64,
    scanned: Scanned,
}

impl Course<'_> {
    fn reached(&self) -> MutexGuard<'_, Reached> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads pieces until there are none.
    fn read(&self, reader: usize, to_fill: &mpsc::Receiver<Pages>, full: &mpsc::Sender<Read>) {
        let mut spare = None;
        while let Some(mut pages) = spare.take().or_else(|| to_fill.recv().ok()) {
            let most = (pages.bytes().len() / SCOOP_BYTES) as u64;
            let Some((plot, file, nonce)) = self.next(most) else { return };
            if nonce == 0 {
                file.expect(self.scoop);
            }
            if (self.turn)().is_break() {
                self.reached().scanned.abandoned = true;
                return;
            }
            match file.read(self.scoop, nonce, &mut pages).map(<[Scoop]>::len) {
                Ok(count) => {
                    self.reached().scanned.bytes += (count * SCOOP_BYTES) as u64;
                    if full.send(Read { reader, pages, plot, nonce, count }).is_err() {
                        return;
                    }
                },
                Err(error) => {
                    self.fail(plot, file, error);
                    spare = Some(pages);
                },
            }
            if nonce + most >= file.plot().nonces() {
                file.forget(self.scoop);
            }
        }
    }

    /// Takes the next piece: which plot it is of, and its first nonce.
    fn next(&self, most: u64) -> Option<(usize, &PlotFile, u64)> {
        let mut reached = self.reached();
        let (plot, nonce) = (reached.plot, reached.nonce);
        let file = self.plots.get(plot).filter(|_| !reached.scanned.abandoned)?;
        let after = nonce + most;
        (reached.plot, reached.nonce) = if after < file.plot().nonces() { (plot, after) } else { (plot + 1, 0) };
        Some((plot, file, nonce))
    }

    /// Leaves out the rest of a plot.
    fn fail(&self, plot: usize, file: &PlotFile, error: io::Error) {
        let mut reached = self.reached();
        if reached.plot == plot {
            (reached.plot, reached.nonce) = (plot + 1, 0);
        }
        // The other reader may have met it too.
        if reached.scanned.failed.iter().all(|(path, _)| path != file.path()) {
            reached.scanned.failed.push((file.path().into(), error));
        }
    }
}
