//! A hash of each warp of a plot, beside it: what tells a damaged plot from a sound one without making it again.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use idlewild_files::whole_file;

use crate::plot::Plot;

/// Bytes of a warp's sum.
pub const SUM_BYTES: usize = 32;
/// BLAKE3 of the BLAKE3 of each of a warp's rows: all of its nonces' scoops of one number.
pub type Sum = [u8; SUM_BYTES];
/// What a file of sums is called, after its plot.
const ENDING: &str = ".sums";

/// Why sums cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SumsError {
    /// The disk does not work.
    #[error("{}: {error}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file has something else in it.
    #[error("{} line {line}: {wrong}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong with it.
        wrong: String,
    },
}

/// The sums of a plot's warps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums(Vec<Sum>);

impl Sums {
    /// One for each warp.
    pub fn new(sums: Vec<Sum>) -> Self {
        Self(sums)
    }

    /// A warp's.
    pub fn of(&self, warp: u64) -> Option<&Sum> {
        self.0.get(usize::try_from(warp).ok()?)
    }

    /// Where the sums of a plot are.
    pub fn path(folder: &Path, plot: &Plot) -> PathBuf {
        folder.join(format!("{plot}{ENDING}"))
    }

    /// Writes them beside the plot, whole or not at all.
    pub fn write(&self, folder: &Path, plot: &Plot) -> Result<(), SumsError> {
        let path = Self::path(folder, plot);
        let mut text = String::new();
        for (warp, sum) in self.0.iter().enumerate() {
            text.push_str(&format!("{warp} {}\n", hex::encode(sum)));
        }
        // An earlier run may have got as far as here.
        let written = whole_file::replace(&path, text.as_bytes(), whole_file::OPEN);
        written.map_err(|error| SumsError::Disk { path, error: error.into() })
    }

    /// Reads those of a plot. `None` where it has none.
    pub fn read(folder: &Path, plot: &Plot) -> Result<Option<Self>, SumsError> {
        let path = Self::path(folder, plot);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| SumsError::Disk { path: path.clone(), error })?,
        };
        let mut sums = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let wrong = |wrong: &str| SumsError::Line { path: path.clone(), line: at + 1, wrong: wrong.into() };
            let (warp, sum) = line.split_once(' ').ok_or_else(|| wrong("a warp and its sum belong there"))?;
            if warp.parse() != Ok(at) {
                return Err(wrong("warps are counted from 0 on, and none is left out"));
            }
            let mut bytes = [0; SUM_BYTES];
            hex::decode_to_slice(sum, &mut bytes).map_err(|_| wrong("a sum has 64 hexadecimal digits"))?;
            sums.push(bytes);
        }
        if sums.len() as u64 != plot.warps() {
            let wrong = format!("there are {} sums, and the plot has {} warps", sums.len(), plot.warps());
            return Err(SumsError::Line { path, line: sums.len(), wrong });
        }
        Ok(Some(Self(sums)))
    }
}

/// Makes a warp's sum of its rows, in their order.
#[derive(Default)]
pub struct WarpSum(blake3::Hasher);

impl WarpSum {
    /// Takes in the next row by its hash.
    pub fn add(&mut self, row: &Sum) {
        self.0.update(row);
    }

    /// The sum.
    pub fn finish(&self) -> Sum {
        self.0.finalize().into()
    }
}
