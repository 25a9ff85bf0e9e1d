//! Room that plots gave up on a disk and that is not free yet.
//!
//! The bytes of a file that is deleted stay until whoever has it open is done, and some disks give them back late. As long as they are
//! on their way, more plots that are deleted would not help. Once they are there, whoever fills the disk has taken them, and the next
//! plots have to go.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use idlewild_capacity::PlotFile;

/// How long a disk may take to give back the room of a plot that nobody reads any more.
const LATE: Duration = Duration::from_secs(10);

/// Plots that gave way on a disk, until their room is free.
#[derive(Debug, Default)]
pub(super) struct Given {
    plots: Vec<Gone>,
    /// What was free when that was looked at last.
    free: u64,
}

/// A plot that was deleted.
#[derive(Debug)]
struct Gone {
    /// Bytes of it that did not come free yet.
    bytes: u64,
    /// Where somebody in this program may still read it.
    file: Weak<PlotFile>,
    /// When that was so last, or when it went.
    since: Instant,
}

impl Given {
    /// Notes a plot that was deleted.
    pub(super) fn note(&mut self, bytes: u64, file: Weak<PlotFile>, now: Instant) {
        self.plots.push(Gone { bytes, file, since: now });
    }

    /// Bytes that are on their way, where so many are free.
    pub(super) fn on_its_way(&mut self, free: u64, now: Instant) -> u64 {
        // What others take meanwhile hides what came: so it is looked often, and counted at once.
        let mut came = free.saturating_sub(self.free);
        self.free = free;
        for gone in &mut self.plots {
            if gone.file.strong_count() > 0 {
                gone.since = now;
            } else {
                let part = came.min(gone.bytes);
                gone.bytes = gone.bytes.saturating_sub(part);
                came = came.saturating_sub(part);
            }
        }
        self.plots.retain(|gone| gone.bytes > 0 && now.saturating_duration_since(gone.since) < LATE);
        self.plots.iter().map(|gone| gone.bytes).fold(0, u64::saturating_add)
    }
}

/// What was given up on each disk, by the number that the system gives it: folders of one disk would make the same room otherwise.
#[derive(Debug, Default)]
pub(super) struct Rooms(Mutex<BTreeMap<u64, Arc<Mutex<Given>>>>);

impl Rooms {
    /// Of a disk.
    pub(super) fn of(&self, device: u64) -> Arc<Mutex<Given>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(device).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use idlewild_capacity::Plot;

    use super::*;

    #[test]
    fn what_came_free_is_not_waited_for_again() {
        let (mut given, now) = (Given::default(), Instant::now());
        assert_eq!(given.on_its_way(100, now), 0);
        given.note(10, Weak::new(), now);
        assert_eq!(given.on_its_way(100, now), 10, "nothing came");
        assert_eq!(given.on_its_way(104, now), 6);
        assert_eq!(given.on_its_way(50, now), 6, "others take something");
        assert_eq!(given.on_its_way(56, now), 0);
        assert_eq!(given.on_its_way(0, now), 0, "and now that");
    }

    #[test]
    fn what_does_not_come_is_not_waited_for_for_long() {
        let (mut given, now) = (Given::default(), Instant::now());
        given.note(10, Weak::new(), now);
        assert_eq!(given.on_its_way(0, now + LATE / 2), 10);
        assert_eq!(given.on_its_way(0, now + LATE), 0);
    }

    #[test]
    fn what_is_read_is_waited_for_as_long_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let plot = Plot::x1([7; 20], [1; 32], 1);
        let path = dir.path().join(plot.to_string());
        File::create(&path).unwrap().set_len(plot.bytes()).unwrap();
        let file = Arc::new(PlotFile::open(&path).unwrap());
        let (mut given, mut now) = (Given::default(), Instant::now());
        given.note(10, Arc::downgrade(&file), now);
        for _ in 0..5 {
            now += LATE * 10;
            assert_eq!(given.on_its_way(0, now), 10);
        }
        // Something else came free: this did not.
        assert_eq!(given.on_its_way(20, now), 10);
        drop(file);
        now += LATE / 2;
        assert_eq!(given.on_its_way(20, now), 10, "it may be late");
        assert_eq!(given.on_its_way(30, now), 0);
    }

    #[test]
    fn a_disk_has_one_of_them() {
        let rooms = Rooms::default();
        assert!(Arc::ptr_eq(&rooms.of(1), &rooms.of(1)) && !Arc::ptr_eq(&rooms.of(1), &rooms.of(2)));
    }
}
