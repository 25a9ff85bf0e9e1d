//! How far a worker is: what it waits for at its start, and then its miner.

use std::sync::{Arc, Mutex, PoisonError};

use crate::role::Miner;

/// How far a worker is. Clones are of the same worker.
#[derive(Clone)]
pub struct Stage(Arc<Mutex<State>>);

enum State {
    Starting(String),
    Mining(Arc<Miner>),
}

impl Default for Stage {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State::Starting("starting".into()))))
    }
}

impl Stage {
    /// Notes what the worker waits for, in words that go on from "it is".
    pub fn note(&self, what: impl Into<String>) {
        self.set(State::Starting(what.into()));
    }

    /// Notes that the worker mines.
    pub fn mine(&self, miner: Arc<Miner>) {
        self.set(State::Mining(miner));
    }

    /// The miner, or what the worker does as long as it has none.
    pub fn miner(&self) -> Result<Arc<Miner>, String> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Starting(what) => Err(what.clone()),
            State::Mining(miner) => Ok(miner.clone()),
        }
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_was_noted_last() {
        let stage = Stage::default();
        let told = stage.clone();
        assert_eq!(told.miner().err().unwrap(), "starting");
        stage.note("waiting for coins");
        assert_eq!(told.miner().err().unwrap(), "waiting for coins");
    }
}
