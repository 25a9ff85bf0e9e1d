//! What plots may take of a disk, and what they leave to others.

use std::path::{absolute, Path, PathBuf};

use idlewild_files::disk::is_one_disk;

use super::folder::{MOST_WARPS, WARP_BYTES};
use crate::{config::Plots, role::shards::RESERVE};

/// Files that a folder's space is divided into, where that makes them smaller.
const FILES: u64 = 16;
/// What plots leave free at least of a disk that has shards too. A shard is only taken in where [`RESERVE`] and its length are
/// free: with less than this left, plots would keep shards out, and never learn that they have to give way.
const BESIDE_SHARDS: u64 = 2 * RESERVE;

/// What plots may take in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes that they may take.
    pub space: u64,
    /// Bytes of the disk that they leave free.
    pub leave: u64,
    /// Bytes beyond that without which no plot is begun.
    pub margin: u64,
    /// Whether paid data is on the same disk.
    pub beside_shards: bool,
}

impl Bounds {
    /// Of a folder in which a worker keeps plots, where its shards are in `shards`.
    pub fn of(plots: &Plots, shards: Option<&Path>) -> Self {
        let beside_shards = shards.is_some_and(|shards| is_one_disk(&nearest(shards), &nearest(&plots.path)));
        let leave = if beside_shards { plots.leave.max(BESIDE_SHARDS) } else { plots.leave };
        let bounds = Self { space: plots.space, leave, margin: 0, beside_shards };
        // Others on the disk write and delete. Were a plot begun as soon as it fits, the next GiB that somebody writes would delete
        // it, and it would be begun again once that is gone, for ever. Half a plot is what that may be: with more, much of the disk
        // would stay empty. What somebody writes who is beyond it costs a plot once, as the next is then begun the smaller.
        let margin = (bounds.warps_of_a_file().saturating_mul(WARP_BYTES) / 2).max(WARP_BYTES);
        Self { margin, ..bounds }
    }

    /// Of a folder that somebody fills by hand: nothing gives way there meanwhile, so what fits is made.
    pub fn by_hand(space: u64, leave: u64) -> Self {
        Self { space, leave, margin: 0, beside_shards: false }
    }

    /// Warps of a plot that is begun, where there is room for it.
    pub(super) fn warps_of_a_file(&self) -> u64 {
        (self.space / WARP_BYTES / FILES).clamp(1, MOST_WARPS)
    }
}

/// A folder, or what it will be made in.
fn nearest(folder: &Path) -> PathBuf {
    let whole = absolute(folder).unwrap_or_else(|_| folder.into());
    whole.ancestors().find(|folder| folder.exists()).map_or_else(|| whole.clone(), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plots(path: &Path, space: u64, leave: u64) -> Plots {
        Plots { path: path.into(), space, leave }
    }

    #[test]
    fn beside_shards_more_is_left_than_these_need_to_come_in() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, shards) = (dir.path().join("plots"), dir.path().join("storage/shards"));
        let bounds = |leave, shards: Option<&Path>| Bounds::of(&plots(&folder, 1 << 40, leave), shards);
        assert_eq!(bounds(5, None).leave, 5);
        assert_eq!(bounds(5, Some(Path::new("/proc"))).leave, 5, "on another disk they are not in the way");
        let beside = bounds(5, Some(&shards));
        assert!(beside.beside_shards && beside.leave >= RESERVE + (256 << 20), "{beside:?}");
        assert_eq!(bounds(4 << 30, Some(&shards)).leave, 4 << 30, "who leaves more leaves more");
    }

    #[test]
    fn beyond_what_is_left_free_there_is_room_for_half_a_plot() {
        let margin = |space| Bounds::of(&plots(Path::new("/nowhere"), space, 0), None).margin;
        assert_eq!(margin(3 << 30), 1 << 30);
        assert_eq!(margin(160 << 30), 5 << 30);
        assert_eq!(margin(1 << 40), 8 << 30);
        assert_eq!(Bounds::by_hand(1 << 40, 7).margin, 0);
    }
}
