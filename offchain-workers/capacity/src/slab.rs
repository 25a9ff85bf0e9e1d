//! Neighbouring nonces in memory, turned from the order in which they are made into the one in which they lie in a file.

use std::sync::{Mutex, MutexGuard, PoisonError};

use idlewild_capacity_primitives::{Scoop, SCOOPS, SCOOP_BYTES};

use crate::{batch::Batch, kernel::MOST_LANES};

/// A scoop of all nonces of a slab: what lies together in the file.
pub(crate) type Row = Vec<Scoop>;

/// Up to a warp of nonces: a row for each scoop. Threads fill it together, and hold one row at a time.
pub(crate) struct Slab {
    rows: Vec<Mutex<Row>>,
}

impl Slab {
    /// Memory for so many nonces.
    pub(crate) fn new(width: usize) -> Self {
        Self { rows: (0..SCOOPS).map(|_| Mutex::new(vec![[0; SCOOP_BYTES]; width])).collect() }
    }

    /// Nonces that it has room for.
    pub(crate) fn width(&self) -> usize {
        self.row(0).len()
    }

    /// A row, for as long as it is held.
    pub(crate) fn row(&self, scoop: u16) -> MutexGuard<'_, Row> {
        self.rows[usize::from(scoop)].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts nonces into their column, and the next ones.
    pub(crate) fn put(&self, column: usize, batch: &Batch) {
        let mut places = [[0; SCOOP_BYTES]; MOST_LANES];
        for scoop in 0..SCOOPS {
            let made = batch.scoop(scoop, &mut places);
            self.row(scoop)[column..column + made.len()].copy_from_slice(made);
        }
    }

    /// Combines rows with nonces: the first of them with row `first`, each of its scoops with the column of that number. Returns the
    /// rows.
    pub(crate) fn combine(&self, first: u16, batch: &Batch) -> Vec<MutexGuard<'_, Row>> {
        let mut rows: Vec<_> = (first..).take(batch.len()).map(|scoop| self.row(scoop)).collect();
        let mut places = [[0; SCOOP_BYTES]; MOST_LANES];
        for column in 0..SCOOPS {
            let made = batch.scoop(column, &mut places);
            for (row, scoop) in rows.iter_mut().zip(made) {
                row[usize::from(column)].iter_mut().zip(scoop).for_each(|(byte, mask)| *byte ^= mask);
            }
        }
        rows
    }
}
