//! What time alone allows, and the end of a project.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use idlewild_compute_primitives::{
    chunk::{Replica, Stage},
    ChunkIndex, ProjectId,
};
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_organisations::Pallet as Organisations;

use crate::{
    case::Case,
    types::{Chunk, Project},
    Chunks, Config, Error, Event, OpenProjects, Pallet, Projects, ProjectsOf, UsedOutputs,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_advance(id: ProjectId, index: ChunkIndex) -> DispatchResult {
        Case::<T>::change(id, index, |case| {
            ensure!(case.advance(), Error::<T>::NothingDue);
            Ok(())
        })
    }

    pub(crate) fn do_cancel(who: T::AccountId, id: ProjectId) -> DispatchResult {
        let project = Self::record(id)?;
        let pays = |organisation| Organisations::<T>::is_owner(organisation, &who);
        ensure!(project.owner == who || project.spec.organisation.is_some_and(pays), Error::<T>::NotOwner);
        Self::shut(id, project)
    }

    pub(crate) fn do_expire(id: ProjectId) -> DispatchResult {
        let project = Self::record(id)?;
        ensure!(Self::now() > project.spec.deadline, Error::<T>::TooEarly);
        Self::shut(id, project)
    }

    /// Gives back the shares of all chunks that nobody has touched. Those that somebody works on go on.
    fn shut(id: ProjectId, mut project: Project<T::AccountId>) -> DispatchResult {
        ensure!(!project.closed, Error::<T>::ProjectClosed);
        let untouched = project.untouched();
        let refunded = project.share().saturating_mul(untouched.into());
        Escrow::<T>::refund(project.escrow, refunded)?;
        Self::unbook(&mut project, refunded);
        project.closed = true;
        project.finished = project.finished.saturating_add(untouched);
        Self::deposit_event(Event::Shut { project: id, untouched, refunded });
        Self::end_if_over(id, &mut project);
        Projects::<T>::insert(id, project);
        Ok(())
    }

    /// Closes a project's escrow when all of its chunks are over, and nobody is asked about any of them.
    pub(crate) fn end_if_over(id: ProjectId, project: &mut Project<T::AccountId>) {
        if project.finished < project.chunks || project.panels > 0 || project.ended.is_some() {
            return;
        }
        project.ended = Some(Self::now());
        OpenProjects::<T>::remove(id.to_be_bytes());
        // Every share was given back before: what is left is what a currency refused to pay.
        let rest = Escrow::<T>::close(project.escrow).unwrap_or(0);
        Self::unbook(project, rest);
        Self::deposit_event(Event::Ended { project: id });
    }

    /// Returns how many chunks were removed.
    pub(crate) fn do_clean(who: T::AccountId, id: ProjectId, limit: u32) -> Result<u32, sp_runtime::DispatchError> {
        let mut project = Self::to_remove(&who, id)?;
        let chunks: alloc::vec::Vec<(ChunkIndex, Chunk<T::AccountId>)> =
            Chunks::<T>::iter_prefix(id).take(limit as usize).collect();
        let count = chunks.len() as u32;
        ensure!(count > 0, Error::<T>::NothingToClean);
        for (index, chunk) in chunks {
            let outputs = chunk.replicas.iter().filter_map(Replica::finding).map(|finding| finding.output);
            outputs.for_each(UsedOutputs::<T>::remove);
            Chunks::<T>::remove(id, index);
        }
        project.touched = project.touched.saturating_sub(count);
        Projects::<T>::insert(id, project);
        Self::deposit_event(Event::Cleaned { project: id, chunks: count });
        Ok(count)
    }

    pub(crate) fn do_close(who: T::AccountId, id: ProjectId) -> DispatchResult {
        let project = Self::to_remove(&who, id)?;
        ensure!(project.touched == 0, Error::<T>::ChunksLeft);
        Self::release_deposit(&project);
        Projects::<T>::remove(id);
        ProjectsOf::<T>::remove(&project.owner, id.to_be_bytes());
        Self::deposit_event(Event::Closed { project: id });
        Ok(())
    }

    /// A project that is over, and that this account may remove: its owner at once, and everybody once there was time to fetch results.
    fn to_remove(who: &T::AccountId, id: ProjectId) -> Result<Project<T::AccountId>, sp_runtime::DispatchError> {
        let project = Self::record(id)?;
        let ended = project.ended.ok_or(Error::<T>::NotEnded)?;
        let is_old = Self::now() > ended.saturating_add(T::Keep::get());
        ensure!(is_old || project.owner == *who, Error::<T>::TooEarly);
        Ok(project)
    }

    pub(crate) fn now() -> idlewild_compute_primitives::Clock {
        pallet_idlewild_clock::Pallet::<T>::now()
    }
}

impl<T: Config> Case<T> {
    /// Makes every step that time allows. Says whether there was one.
    pub(crate) fn advance(&mut self) -> bool {
        let steps =
            [Self::settle_race, Self::drop_late, Self::decide_check, Self::drop_silent, Self::give_up, Self::end_unclaimed];
        steps.into_iter().fold(false, |moved, step| step(self) | moved)
    }

    /// Ends a chunk that is not given out any more and that nobody works on.
    fn end_unclaimed(&mut self) -> bool {
        let ends = self.is_shut() && self.chunk.stage == Stage::Open;
        if ends {
            self.finish(None);
        }
        ends
    }
}
