//! Finds damage in a plot: by its sums where it has them, and else by making some of its nonces again.

use std::{
    io,
    path::{Path, PathBuf},
};

use idlewild_capacity_primitives::{format::WARP, Scoop, SCOOPS, SCOOP_BYTES};

use crate::{
    control::Control,
    page::{Pages, PAGE_BYTES},
    plot_file::{OpenPlotError, PlotFile},
    sums::{Sums, SumsError, WarpSum},
};

/// Pages that are read at once: a row of a warp.
const ROW_PAGES: usize = WARP as usize * SCOOP_BYTES / PAGE_BYTES;

/// Why a plot cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenPlotError),
    /// Its sums cannot be read.
    #[error(transparent)]
    Sums(#[from] SumsError),
    /// It cannot be read.
    #[error("{}: {error}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Warps that are not what they should be.
    pub damaged: Vec<u64>,
    /// How it was found out.
    pub by: Evidence,
}

/// How a plot was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// All of it was read and compared with the sums that were made with it.
    Sums,
    /// It has no sums; so many scoops of each warp were made again and compared.
    Samples(u32),
    /// It was stopped before the end.
    Nothing,
}

/// Checks a plot. `samples` scoops of each warp are made again where it has no sums: a damaged part of a warp is as likely to be found
/// as it is large. `report` hears the part that is done, in thousandths.
pub fn verify(path: &Path, samples: u32, control: &Control, report: &mut dyn FnMut(u32)) -> Result<Verdict, VerifyError> {
    let file = PlotFile::open(path)?;
    match Sums::read(path.parent().unwrap_or(Path::new(".")), file.plot())? {
        Some(sums) => by_sums(&file, &sums, control, report),
        None => by_samples(&file, samples, control, report),
    }
}

fn by_sums(file: &PlotFile, sums: &Sums, control: &Control, report: &mut dyn FnMut(u32)) -> Result<Verdict, VerifyError> {
    let warps = file.plot().warps();
    let mut found: Vec<WarpSum> = (0..warps).map(|_| WarpSum::default()).collect();
    let mut pages = Pages::new(ROW_PAGES);
    for scoop in 0..SCOOPS {
        if control.is_stopped() {
            return Ok(Verdict { damaged: Vec::new(), by: Evidence::Nothing });
        }
        for (warp, sum) in (0u64..).zip(&mut found) {
            let row = read(file, scoop, warp * WARP, &mut pages)?;
            sum.add(blake3::hash(row.as_flattened()).as_bytes());
        }
        report((u32::from(scoop) + 1) * 1_000 / u32::from(SCOOPS));
    }
    let damaged = (0u64..).zip(&found).filter(|(warp, sum)| sums.of(*warp) != Some(&sum.finish())).map(|(warp, _)| warp);
    Ok(Verdict { damaged: damaged.collect(), by: Evidence::Sums })
}

fn by_samples(file: &PlotFile, samples: u32, control: &Control, report: &mut dyn FnMut(u32)) -> Result<Verdict, VerifyError> {
    let (warps, nonces) = (file.plot().warps(), file.plot().nonces());
    let mut damaged = Vec::new();
    let mut pages = Pages::new(1);
    for warp in 0..warps {
        for sample in 0..samples {
            if control.is_stopped() {
                return Ok(Verdict { damaged: Vec::new(), by: Evidence::Nothing });
            }
            let (scoop, column) = place(warp, sample, WARP.min(nonces - warp * WARP));
            let nonce = warp * WARP + column;
            // A page begins at a multiple of its length.
            let at = nonce % (PAGE_BYTES / SCOOP_BYTES) as u64;
            let there = read(file, scoop, nonce - at, &mut pages)?.get(at as usize);
            if there != file.plot().remake(scoop, nonce).as_ref() {
                damaged.push(warp);
                break;
            }
        }
        report(((warp + 1) * 1_000 / warps) as u32);
    }
    Ok(Verdict { damaged, by: Evidence::Samples(samples) })
}

fn read<'a>(file: &PlotFile, scoop: u16, nonce: u64, pages: &'a mut Pages) -> Result<&'a [Scoop], VerifyError> {
    file.read(scoop, nonce, pages).map_err(|error| VerifyError::Disk { path: file.path().into(), error })
}

/// Where a sample is taken: anywhere in a warp, and the same place for the same question, so that a finding can be looked at again.
fn place(warp: u64, sample: u32, columns: u64) -> (u16, u64) {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"idlewild/verify/1").update(&warp.to_le_bytes()).update(&sample.to_le_bytes());
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    let [a, b, c, d, e, f, g, h, low, high, ..] = bytes;
    (u16::from_le_bytes([low, high]) % SCOOPS, u64::from_le_bytes([a, b, c, d, e, f, g, h]) % columns)
}
