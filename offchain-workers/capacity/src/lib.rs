//! Plotting idle space, and scanning the plots.
//!
//! | module | concern |
//! | --- | --- |
//! | [`kernel`] | which instructions hash: `lanes` and `x86` are words of many nonces, `line` the memory they lie in |
//! | [`batch`] | nonces that are made side by side |
//! | [`judge`] | the best of many scoops |
//! | [`plot`] | what a plot holds, and what its file is called |
//! | [`draft`] | a plot's file until it is finished, and after a kill at any moment |
//! | [`plotter`] | the threads that make it; `slab` turns nonces into rows |
//! | [`sums`] | a hash of each warp, beside the plot |
//! | [`plot_file`] | a finished plot on a disk; `page` is memory to read it into |
//! | [`scan`] | the best answer of the plots on one disk |
//! | [`verify`] | damage in a plot |
//! | [`control`] | stopping, pausing and slowing down |
//!
//! The rules are those of `idlewild-capacity-primitives`, which the chain compiles as well.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod batch;
pub mod control;
pub mod draft;
pub mod judge;
pub mod kernel;
mod lanes;
mod line;
mod page;
pub mod plot;
pub mod plot_file;
pub mod plotter;
pub mod scan;
mod slab;
pub mod sums;
pub mod verify;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use batch::Batch;
pub use control::Control;
pub use draft::{Draft, DraftError};
pub use kernel::{InstructionSet, Kernel};
pub use plot::{NameError, Plot};
pub use plot_file::{OpenPlotError, PlotFile};
pub use plotter::{plot, Effort, Ended, Progress};
pub use scan::{scan, Answer, Question, Scanned};
pub use verify::{verify, Evidence, Verdict, VerifyError};
