//! A chunk that something is done about, with its project: read once, changed in memory, and written once.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
};
use idlewild_compute_primitives::{
    chunk::{Deadlines, Stage},
    trust::CERTAIN,
    ChunkIndex, Clock, Digest, ProjectId, ProviderId,
};
use pallet_idlewild_apps::Pallet as Apps;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_randomness::{Next, Pallet as Randomness};

use crate::{
    types::{place, Chunk, Kind, Project, Race, Sample},
    Chunks, Config, Error, Event, Pallet, Projects, Rules, WorkOf,
};

/// Moments after which a seed that is not there will never be: it was there, and nobody asked in time. Randomness that is late stops the
/// clock long before.
const LOST_AFTER: Clock = pallet_idlewild_randomness::RING / 2;

/// A chunk that something is done about.
pub(crate) struct Case<T: Config> {
    /// The project's number.
    pub(crate) id: ProjectId,
    /// The chunk's place.
    pub(crate) index: ChunkIndex,
    /// The clock.
    pub(crate) now: Clock,
    /// The chain's deadlines.
    pub(crate) rules: Deadlines,
    /// The project.
    pub(crate) project: Project<T::AccountId>,
    /// The chunk.
    pub(crate) chunk: Chunk<T::AccountId>,
}

/// What is known of a seed.
pub(crate) enum Seed {
    /// It.
    Known([u8; 32]),
    /// It is not there yet.
    Awaited,
    /// It is not there any more.
    Lost,
}

impl<T: Config> Case<T> {
    /// A chunk, whether there is a record of it or not: one that nobody has touched is touched by this.
    pub(crate) fn open(id: ProjectId, index: ChunkIndex) -> Result<Self, DispatchError> {
        let project = Pallet::<T>::record(id)?;
        ensure!(index < project.chunks, Error::<T>::NoSuchChunk);
        if let Some(chunk) = Chunks::<T>::get(id, index) {
            return Ok(Self::of(id, index, project, chunk));
        }
        // The shares of those were given back.
        ensure!(!project.closed, Error::<T>::ProjectClosed);
        let chunk = Chunk::fresh(project.share());
        let mut case = Self::of(id, index, project, chunk);
        case.project.touched = case.project.touched.saturating_add(1);
        Ok(case)
    }

    /// A chunk that there is a record of.
    pub(crate) fn touched(id: ProjectId, index: ChunkIndex) -> Result<Self, DispatchError> {
        let project = Pallet::<T>::record(id)?;
        ensure!(index < project.chunks, Error::<T>::NoSuchChunk);
        let chunk = Chunks::<T>::get(id, index).ok_or(Error::<T>::Untouched)?;
        Ok(Self::of(id, index, project, chunk))
    }

    pub(crate) fn of(id: ProjectId, index: ChunkIndex, project: Project<T::AccountId>, chunk: Chunk<T::AccountId>) -> Self {
        let now = pallet_idlewild_clock::Pallet::<T>::now();
        Self { id, index, now, rules: Rules::<T>::get(), project, chunk }
    }

    /// Changes a chunk that there is a record of. Nothing is written on an error.
    pub(crate) fn change(id: ProjectId, index: ChunkIndex, change: impl FnOnce(&mut Self) -> DispatchResult) -> DispatchResult {
        let mut case = Self::touched(id, index)?;
        change(&mut case)?;
        case.save();
        Ok(())
    }

    /// Writes what was changed, and ends the project if that was its last chunk.
    pub(crate) fn save(mut self) {
        Pallet::<T>::end_if_over(self.id, &mut self.project);
        Chunks::<T>::insert(self.id, self.index, self.chunk);
        Projects::<T>::insert(self.id, self.project);
    }

    /// The seed of a moment.
    pub(crate) fn seed(&self, moment: Clock) -> Seed {
        match Randomness::<T>::seed_of(moment) {
            Some(seed) => Seed::Known(seed),
            None if self.now >= moment.saturating_add(LOST_AFTER) => Seed::Lost,
            None => Seed::Awaited,
        }
    }

    /// The latest seed that there is; before the first one, nothing.
    pub(crate) fn latest_seed(&self) -> [u8; 32] {
        let latest = Next::<T>::get().checked_sub(1);
        latest.and_then(Randomness::<T>::seed_of).unwrap_or_default()
    }

    /// What is done about results of the program by now.
    pub(crate) fn kind_by_now(&self) -> Kind {
        Apps::<T>::class_of(&self.project.spec.program, &self.project.owner).into()
    }

    /// Since when reveals are due, if they are.
    pub(crate) fn due_since(&self) -> Option<Clock> {
        match self.chunk.stage {
            Stage::Working { since } => since,
            _ => None,
        }
    }

    /// Whether those who are done have waited for others for as long as anybody has to.
    pub(crate) fn is_waited_out(&self) -> bool {
        self.chunk.waits.is_some_and(|since| self.now > since.saturating_add(self.rules.adjudicate))
    }

    /// Notes that a provider has something to do with the chunk.
    pub(crate) fn list(&self, provider: ProviderId) {
        WorkOf::<T>::insert(provider, place(self.id, self.index), ());
    }

    /// Notes that it has nothing to do with it any more.
    pub(crate) fn unlist(&self, provider: ProviderId) {
        WorkOf::<T>::remove(provider, place(self.id, self.index));
    }

    /// Notes that a provider had the chunk in vain: none of its operator's gets it again.
    pub(crate) fn note_tried(&mut self, provider: ProviderId) {
        if let Ok(record) = Offers::<T>::get(provider) {
            self.chunk.note_tried(record.operator);
        }
    }

    /// Ends a race, whoever is in it.
    pub(crate) fn end_race(&mut self) {
        self.chunk.racing().into_iter().for_each(|provider| self.unlist(provider));
        self.chunk.race = Race::Idle;
    }

    /// Gives the chunk out anew, after its last replica is gone.
    pub(crate) fn reset(&mut self) {
        if self.project.closed {
            return self.finish(None);
        }
        let chunk = &mut self.chunk;
        chunk.stage = Stage::Open;
        chunk.wanted = 0;
        chunk.chance = CERTAIN;
        chunk.decided = false;
        chunk.unchecked = false;
        chunk.host_class = [0; 8];
        chunk.waits = None;
        // A tracker that was asked will still answer.
        if chunk.sample != Sample::Asked {
            chunk.sample = Sample::Undrawn;
        }
        self.tell(|project, chunk| Event::Reopened { project, chunk });
    }

    /// Ends the chunk: what is left of its share goes back to who paid. Its replicas have been paid and released before.
    pub(crate) fn finish(&mut self, root: Option<Digest>) {
        self.end_race();
        let refunded = self.refund_rest();
        self.chunk.stage = Stage::Final { root };
        self.project.finished = self.project.finished.saturating_add(1);
        self.tell(|project, chunk| Event::Finished { project, chunk, root, refunded });
    }

    /// Deposits an event about the chunk.
    pub(crate) fn tell(&self, event: impl FnOnce(ProjectId, ChunkIndex) -> Event<T>) {
        Pallet::<T>::deposit_event(event(self.id, self.index));
    }
}
