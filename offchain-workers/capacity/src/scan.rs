//! Looks for the best answer of the plots on one disk: one thread reads while another hashes.

use std::{borrow::Borrow, io, ops::ControlFlow, path::PathBuf, sync::mpsc, thread};

use idlewild_capacity_primitives::{round::asked_scoop, Challenge, Quality, RoundIndex, Scoop, SCOOP_BYTES};

use crate::{
    judge::best,
    kernel::Kernel,
    page::{Pages, PAGE_BYTES},
    plot_file::PlotFile,
};

/// Pages that are read at once. A read that the owner of the disk wants has to wait for one of these at most.
const READ_PAGES: usize = (1 << 20) / PAGE_BYTES;
/// Reads that wait to be hashed, at most.
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
    pages: Pages,
    plot: usize,
    nonce: u64,
    count: usize,
}

/// Reads the scoop that a round asks of all plots, and judges them. `turn` is asked before each read: it may wait, so that others can
/// read, and may end the scan, as when the round is over.
pub fn scan(
    plots: &[impl Borrow<PlotFile> + Sync],
    kernel: Kernel,
    question: &Question,
    turn: &(dyn Fn() -> ControlFlow<()> + Sync),
) -> Scanned {
    let plots: Vec<&PlotFile> = plots.iter().map(Borrow::borrow).collect();
    let scoop = asked_scoop(&question.challenge, question.round);
    let (full, to_judge) = mpsc::sync_channel::<Read>(AHEAD);
    let (empty, to_fill) = mpsc::channel();
    for _ in 0..AHEAD {
        // Both ends are here.
        let _ = empty.send(Pages::new(READ_PAGES));
    }
    thread::scope(|scope| {
        let reader = scope.spawn({
            let plots = &plots;
            move || read_all(plots, scoop, turn, &full, &to_fill)
        });
        let mut best_yet: Option<Answer> = None;
        for read in to_judge {
            let scoops = read.pages.bytes().as_chunks().0;
            let here = best(kernel, &question.challenge, &scoops[..read.count]);
            let start = plots.get(read.plot).map_or(0, |plot| plot.plot().start());
            let here = here.map(|(quality, at)| Answer { quality, plot: read.plot, nonce: start + read.nonce + at as u64 });
            best_yet = best_yet.into_iter().chain(here).min();
            // The reader may have ended.
            let _ = empty.send(read.pages);
        }
        match reader.join() {
            Ok(scanned) => Scanned { best: best_yet, ..scanned },
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn read_all(
    plots: &[&PlotFile],
    scoop: u16,
    turn: &(dyn Fn() -> ControlFlow<()> + Sync),
    full: &mpsc::SyncSender<Read>,
    to_fill: &mpsc::Receiver<Pages>,
) -> Scanned {
    let mut scanned = Scanned::default();
    let mut spare = None;
    for (at, file) in plots.iter().enumerate() {
        file.expect(scoop);
        let mut nonce = 0;
        while nonce < file.plot().nonces() {
            let Some(mut pages) = spare.take().or_else(|| to_fill.recv().ok()) else { return scanned };
            if turn().is_break() {
                return Scanned { abandoned: true, ..scanned };
            }
            let count = match file.read(scoop, nonce, &mut pages).map(<[Scoop]>::len) {
                Ok(count) => count,
                Err(error) => {
                    scanned.failed.push((file.path().into(), error));
                    spare = Some(pages);
                    break;
                },
            };
            scanned.bytes += (count * SCOOP_BYTES) as u64;
            if full.send(Read { pages, plot: at, nonce, count }).is_err() {
                return scanned;
            }
            nonce += count as u64;
        }
        file.forget(scoop);
    }
    scanned
}
