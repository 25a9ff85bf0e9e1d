//! From acknowledged to committed: who is late, and the key of an input that is not public.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_compute_primitives::{
    chunk::{Replica, Stage, Step},
    commitment::SealedKey,
    money::late_fee,
    ChunkIndex, Digest, ProjectId, ProviderId,
};
use pallet_idlewild_offers::Pallet as Offers;

use crate::{
    case::Case,
    types::{place, Batch, Commitment, Dropped},
    Config, Error, Event, Keys, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit(
        operator: T::AccountId,
        id: ProjectId,
        provider: ProviderId,
        commitments: Batch<Commitment>,
    ) -> DispatchResult {
        Offers::<T>::operated(provider, &operator)?;
        for (index, commitment) in commitments {
            Case::<T>::change(id, index, |case| case.commit(provider, commitment))?;
        }
        Ok(())
    }

    pub(crate) fn do_wrap(
        owner: T::AccountId,
        id: ProjectId,
        index: ChunkIndex,
        provider: ProviderId,
        key: SealedKey,
    ) -> DispatchResult {
        let project = Self::record(id)?;
        ensure!(project.owner == owner, Error::<T>::NotOwner);
        ensure!(project.is_wrapped(), Error::<T>::NotWrapped);
        Case::<T>::change(id, index, |case| case.wrap(provider, key))
    }
}

impl<T: Config> Case<T> {
    fn commit(&mut self, provider: ProviderId, commitment: Digest) -> DispatchResult {
        let now = self.now;
        let has_key = self.has_key(provider);
        let replica = self.chunk.replica_mut(provider).ok_or(Error::<T>::NoReplica)?;
        let Step::Running { until } = replica.step else { return Err(Error::<T>::AlreadyCommitted.into()) };
        ensure!(has_key, Error::<T>::NoKey);
        ensure!(now <= until, Error::<T>::TooLate);
        replica.step = Step::Committed { commitment, at: now };
        Offers::<T>::end_work(provider, &self.project.spec.resources, 0);
        self.chunk.waits = self.chunk.waits.or(Some(now));
        self.tell(|project, chunk| Event::Committed { project, chunk, provider });
        if self.chunk.missing() == 0 && !self.chunk.is_running() {
            self.reveals_are_due();
        }
        Ok(())
    }

    /// Begins the time in which results are revealed.
    pub(crate) fn reveals_are_due(&mut self) {
        self.chunk.stage = Stage::Working { since: Some(self.now) };
        let until = self.now.saturating_add(self.rules.reveal);
        let waits_for_check = self.chunk.waits_for_check();
        self.tell(|project, chunk| Event::AllCommitted { project, chunk, waits_for_check, until });
    }

    /// Whether a provider has what it needs to read its tasks.
    fn has_key(&self, provider: ProviderId) -> bool {
        !self.project.is_wrapped() || Keys::<T>::contains_key(place(self.id, self.index), provider)
    }

    fn wrap(&mut self, provider: ProviderId, key: SealedKey) -> DispatchResult {
        let until = self.run_until(&Offers::<T>::get(provider)?);
        ensure!(!self.has_key(provider), Error::<T>::KeyPosted);
        let now = self.now;
        let replica = self.chunk.replica_mut(provider).ok_or(Error::<T>::NoReplica)?;
        let Step::Running { until: posted_by } = replica.step else { return Err(Error::<T>::AlreadyCommitted.into()) };
        // By now anybody may say that it was left without a key, and its machine may be gone.
        ensure!(now <= posted_by, Error::<T>::TooLate);
        replica.step = Step::Running { until };
        Keys::<T>::insert(place(self.id, self.index), provider, key);
        self.tell(|project, chunk| Event::KeyPosted { project, chunk, provider, until });
        Ok(())
    }

    /// Takes their places from those who did not commit in time. Says whether there were any.
    pub(crate) fn drop_late(&mut self) -> bool {
        let now = self.now;
        let is_late = |replica: &Replica| matches!(replica.step, Step::Running { until } if now > until);
        let late: alloc::vec::Vec<Replica> = self.chunk.replicas.iter().filter(|replica| is_late(replica)).copied().collect();
        if late.is_empty() {
            return false;
        }
        self.chunk.replicas.retain(|replica| !is_late(replica));
        late.iter().for_each(|replica| self.drop_one_late(replica));
        if self.chunk.replicas.is_empty() {
            self.reset();
        }
        true
    }

    fn drop_one_late(&mut self, replica: &Replica) {
        let provider = replica.provider;
        let (why, bond) = if self.has_key(provider) {
            self.note_tried(provider);
            // Only by somebody who is done is it known that the tasks can be run at all: a requester must not be able to make the honest
            // late by what nobody could do. Where nobody is, the place is open again, and not for this operator.
            let fee = if self.chunk.is_done_by_any() {
                Offers::<T>::note_late(provider);
                late_fee(replica.bond)
            } else {
                0
            };
            (Dropped::Late, self.charge(replica, fee))
        } else {
            // It kept its machine free for nothing, which is not held against it.
            (Dropped::WithoutKey, replica.bond)
        };
        self.release(replica, bond);
        self.tell(|project, chunk| Event::Dropped { project, chunk, provider, why });
    }
}
