//! How far a worker's roles are: what storage waits for at its start, and then its miner; and how capacity stands.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{capacity::progress::Progress, compute::progress::Progress as Computing, role::Miner};

/// How far a worker is. Clones are of the same worker.
#[derive(Clone)]
pub struct Stage(Arc<Mutex<State>>);

struct State {
    storage: Storage,
    capacity: Option<Arc<Progress>>,
    compute: Option<Arc<Computing>>,
}

enum Storage {
    Off,
    Starting(String),
    Mining(Arc<Miner>),
}

/// The roles that a worker has begun.
#[derive(Clone, Default)]
pub struct Roles {
    /// The storage role's miner, if that role is on.
    pub storage: Option<Arc<Miner>>,
    /// How the capacity role stands, if it is on.
    pub capacity: Option<Arc<Progress>>,
    /// How the compute role stands, if it is on.
    pub compute: Option<Arc<Computing>>,
}

impl Default for Stage {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State { storage: Storage::Starting("starting".into()), capacity: None, compute: None })))
    }
}

impl Stage {
    /// Notes what the worker waits for, in words that go on from "it is".
    pub fn note(&self, what: impl Into<String>) {
        self.lock().storage = Storage::Starting(what.into());
    }

    /// Notes that the worker keeps no shards.
    pub fn store_nothing(&self) {
        self.lock().storage = Storage::Off;
    }

    /// Notes that the worker mines.
    pub fn mine(&self, miner: Arc<Miner>) {
        self.lock().storage = Storage::Mining(miner);
    }

    /// Notes that the worker keeps plots.
    pub fn plot(&self, progress: Arc<Progress>) {
        self.lock().capacity = Some(progress);
    }

    /// Notes that the worker runs jobs.
    pub fn compute(&self, progress: Arc<Computing>) {
        self.lock().compute = Some(progress);
    }

    /// The roles, or what the worker does as long as one of them is not begun.
    pub fn roles(&self) -> Result<Roles, String> {
        let state = self.lock();
        let (capacity, compute) = (state.capacity.clone(), state.compute.clone());
        match &state.storage {
            Storage::Starting(what) => Err(what.clone()),
            Storage::Mining(miner) => Ok(Roles { storage: Some(miner.clone()), capacity, compute }),
            Storage::Off => Ok(Roles { storage: None, capacity, compute }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_was_noted_last() {
        let stage = Stage::default();
        let told = stage.clone();
        assert_eq!(told.roles().err().unwrap(), "starting");
        stage.note("waiting for coins");
        assert_eq!(told.roles().err().unwrap(), "waiting for coins");
        stage.store_nothing();
        assert!(told.roles().is_ok_and(|roles| roles.storage.is_none() && roles.capacity.is_none()));
        stage.plot(Arc::default());
        assert!(told.roles().is_ok_and(|roles| roles.capacity.is_some() && roles.compute.is_none()));
        stage.compute(Arc::default());
        assert!(told.roles().is_ok_and(|roles| roles.compute.is_some()));
    }
}
