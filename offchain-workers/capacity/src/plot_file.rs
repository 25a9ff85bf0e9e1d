//! A finished plot on a disk.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use idlewild_capacity_primitives::{Scoop, SCOOP_BYTES};
use rustix::fs::{fadvise, Advice, OFlags};

use crate::{
    page::{Pages, PAGE_BYTES},
    plot::{NameError, Plot},
};

/// Why a file is no plot that can be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenPlotError {
    /// Its name says so.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Its length does.
    #[error("{} has {found} bytes, and a plot of its name has {expected}: it was {}", path.display(), if found < expected { "cut off" } else { "made longer" })]
    Length {
        /// The file.
        path: PathBuf,
        /// Bytes of it.
        found: u64,
        /// Bytes that it should have.
        expected: u64,
    },
    /// The disk does not work.
    #[error("{}: {error}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// A finished plot on a disk.
#[derive(Debug)]
pub struct PlotFile {
    plot: Plot,
    path: PathBuf,
    file: File,
    direct: bool,
}

impl PlotFile {
    /// Opens a plot, if its name and length are a plot's. Past the system's cache where disk and plot allow it: a plot is larger than
    /// memory, and reading it would push out what is used.
    pub fn open(path: &Path) -> Result<Self, OpenPlotError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let plot: Plot = name.parse()?;
        let failed = |error| OpenPlotError::Disk { path: path.into(), error };
        let rows_are_aligned = (plot.nonces() * SCOOP_BYTES as u64).is_multiple_of(PAGE_BYTES as u64);
        let direct = rows_are_aligned
            .then(|| OpenOptions::new().read(true).custom_flags(OFlags::DIRECT.bits().cast_signed()).open(path).ok())
            .flatten()
            .filter(|file| file.read_exact_at(Pages::new(1).bytes_mut(), 0).is_ok());
        let (file, direct) = match direct {
            Some(file) => (file, true),
            None => (File::open(path).map_err(failed)?, false),
        };
        let found = file.metadata().map_err(failed)?.len();
        if found != plot.bytes() {
            return Err(OpenPlotError::Length { path: path.into(), found, expected: plot.bytes() });
        }
        Ok(Self { plot, path: path.into(), file, direct })
    }

    /// What it holds.
    pub fn plot(&self) -> &Plot {
        &self.plot
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Asks the system to read a scoop of all nonces ahead, where it has to be asked.
    pub(crate) fn expect(&self, scoop: u16) {
        if !self.direct {
            let row = self.plot.nonces() * SCOOP_BYTES as u64;
            // A hint: what comes of it does not matter.
            let _ = fadvise(&self.file, self.plot.offset(scoop, 0), row.try_into().ok(), Advice::WillNeed);
        }
    }

    /// Reads a scoop of some nonces from `nonce` on, as many as fit and there are. Returns them.
    pub(crate) fn read<'a>(&self, scoop: u16, nonce: u64, pages: &'a mut Pages) -> io::Result<&'a [Scoop]> {
        let left = (self.plot.nonces() - nonce) * SCOOP_BYTES as u64;
        let length = left.min(pages.bytes_mut().len() as u64) as usize;
        self.file.read_exact_at(&mut pages.bytes_mut()[..length], self.plot.offset(scoop, nonce))?;
        Ok(pages.bytes()[..length].as_chunks().0)
    }

    /// Tells the system that a scoop of all nonces will not be read again soon.
    pub(crate) fn forget(&self, scoop: u16) {
        if !self.direct {
            let row = self.plot.nonces() * SCOOP_BYTES as u64;
            let _ = fadvise(&self.file, self.plot.offset(scoop, 0), row.try_into().ok(), Advice::DontNeed);
        }
    }
}
