//! What was gathered of projects lately: panels about one project come together, and what all of its chunks have in common is fetched
//! once.

use std::sync::{Arc, Mutex, PoisonError};

use idlewild_compute_primitives::ProjectId;

/// The last few projects that were used, and what is kept of each.
pub(super) struct Shelf<T> {
    /// The one that was used last is the last.
    kept: Mutex<Vec<(ProjectId, Arc<T>)>>,
    most: usize,
}

impl<T> Shelf<T> {
    /// One with room for so many.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: Mutex::default(), most }
    }

    /// What is kept of a project.
    pub(super) fn get(&self, project: ProjectId) -> Option<Arc<T>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(id, _)| *id == project)?;
        let found = kept.remove(at);
        let of_project = found.1.clone();
        kept.push(found);
        Some(of_project)
    }

    /// Keeps something of a project. What was not used for longest makes room.
    pub(super) fn put(&self, project: ProjectId, what: Arc<T>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(id, _)| *id != project);
        while kept.len() >= self.most.max(1) {
            kept.remove(0);
        }
        kept.push((project, what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let shelf = Shelf::new(2);
        shelf.put(1, Arc::new("one"));
        shelf.put(2, Arc::new("two"));
        assert_eq!(shelf.get(1).as_deref(), Some(&"one"));
        shelf.put(3, Arc::new("three"));
        assert_eq!(shelf.get(2), None);
        assert_eq!((shelf.get(1).as_deref(), shelf.get(3).as_deref()), (Some(&"one"), Some(&"three")));
        shelf.put(3, Arc::new("another"));
        assert_eq!((shelf.get(1).as_deref(), shelf.get(3).as_deref()), (Some(&"one"), Some(&"another")), "none twice");
    }
}
