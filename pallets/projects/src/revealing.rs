//! From committed to revealed: whether there is a second replica, what is shown, and who stays silent.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_compute_primitives::{
    chunk::{Replica, Stage, Step},
    commitment::{of_finding, Finding, Salt},
    draw::{is_checked, SEED_AFTER},
    money::{bill, bounded_use, most_elapsed},
    outcome::used_in,
    Balance, Clock, ProjectId, ProviderId,
};
use pallet_idlewild_offers::Pallet as Offers;

use crate::{
    case::{Case, Seed},
    types::{Batch, Dropped, Kind, Reveal},
    Config, Error, Event, Outputs, Pallet, UsedOutputs,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_reveal(
        operator: T::AccountId,
        id: ProjectId,
        provider: ProviderId,
        reveals: Batch<Reveal>,
    ) -> DispatchResult {
        Offers::<T>::operated(provider, &operator)?;
        for (index, finding, salt) in reveals {
            Case::<T>::change(id, index, |case| case.reveal(&operator, provider, finding, salt))?;
        }
        Ok(())
    }
}

impl<T: Config> Case<T> {
    fn reveal(&mut self, operator: &T::AccountId, provider: ProviderId, finding: Finding, salt: Salt) -> DispatchResult {
        ensure!(self.chunk.replica(provider).is_some(), Error::<T>::NoReplica);
        self.decide_check();
        // Where others have to commit first, what is shown now could be copied.
        let since = self.due_since().ok_or(Error::<T>::NotAllCommitted)?;
        ensure!(!self.chunk.waits_for_check(), Error::<T>::CheckPending);
        ensure!(self.now <= since.saturating_add(self.rules.reveal), Error::<T>::TooLate);
        let replica = self.chunk.replica(provider).ok_or(Error::<T>::NoReplica)?;
        let (commitment, at) = match replica.step {
            Step::Running { .. } => return Err(Error::<T>::NotAllCommitted.into()),
            Step::Committed { commitment, at } => (commitment, at),
            Step::Revealed { .. } => return Err(Error::<T>::AlreadyRevealed.into()),
        };
        let account: [u8; 32] = operator.clone().into();
        let is_same = of_finding(self.id, self.index, &finding, &salt, &account) == commitment;
        ensure!(is_same, Error::<T>::OtherCommitment);
        ensure!(T::Outputs::is_stored(finding.output, operator, replica.since), Error::<T>::OutputNotStored);
        ensure!(!UsedOutputs::<T>::contains_key(finding.output), Error::<T>::OutputUsed);
        UsedOutputs::<T>::insert(finding.output, ());
        let bill = self.bill(&finding, replica.since, at)?;
        let root = finding.root;
        if let Some(replica) = self.chunk.replica_mut(provider) {
            replica.step = Step::Revealed { finding, bill };
        }
        self.tell(|project, chunk| Event::Revealed { project, chunk, provider, root, bill });
        if self.chunk.is_revealed() {
            self.compare(false);
        }
        Ok(())
    }

    /// What a result is billed: of its price the part that was used, as far as that can be.
    fn bill(&self, finding: &Finding, since: Clock, at: Clock) -> Result<Balance, Error<T>> {
        let spec = &self.project.spec;
        let used = match self.chunk.kind {
            Kind::Proven => {
                // So that whoever judges the root has judged the bill.
                ensure!(used_in(&finding.root) == finding.used, Error::<T>::FalseUse);
                finding.used
            },
            Kind::Compared | Kind::Metered => bounded_use(finding.used, spec.resources.cpu_milli, most_elapsed(since, at)),
        };
        Ok(bill(spec.price, used, self.project.declared(self.index)))
    }

    /// Decides whether a lone replica gets a second one, once randomness has come. Says whether it did.
    pub(crate) fn decide_check(&mut self) -> bool {
        let Some(since) = self.due_since().filter(|_| self.chunk.waits_for_check()) else { return false };
        let checked = match self.seed(since.saturating_add(SEED_AFTER)) {
            Seed::Known(seed) => is_checked(&seed, self.id, self.index, self.chunk.chance),
            Seed::Awaited => return false,
            // Who waits until it is forgotten gains nothing.
            Seed::Lost => true,
        };
        self.chunk.decided = true;
        if checked && self.affords_one_more() {
            self.want_one_more();
        } else {
            self.chunk.unchecked = checked;
            self.reveals_are_due();
        }
        self.tell(|project, chunk| Event::Checked { project, chunk, checked });
        true
    }

    /// Opens one place more, and gives whoever takes it time from now on.
    pub(crate) fn want_one_more(&mut self) {
        self.chunk.wanted = self.chunk.wanted.saturating_add(1);
        self.chunk.stage = Stage::Working { since: None };
        self.chunk.waits = Some(self.now);
    }

    /// Takes from those who did not reveal in time what losing costs. Says whether there were any.
    pub(crate) fn drop_silent(&mut self) -> bool {
        let Some(since) = self.due_since().filter(|_| !self.chunk.waits_for_check()) else { return false };
        if self.now <= since.saturating_add(self.rules.reveal) {
            return false;
        }
        let is_silent = |replica: &Replica| replica.finding().is_none();
        let silent: Vec<Replica> = self.chunk.replicas.iter().filter(|replica| is_silent(replica)).copied().collect();
        if silent.is_empty() {
            return false;
        }
        self.chunk.replicas.retain(|replica| !is_silent(replica));
        for replica in &silent {
            let provider = replica.provider;
            self.tell(|project, chunk| Event::Dropped { project, chunk, provider, why: Dropped::Silent });
            self.lose(replica, &mut 0, None);
        }
        if self.chunk.replicas.is_empty() {
            self.reset();
        } else if self.chunk.kind == Kind::Proven {
            // Whoever came now could copy what the others showed: they are compared among themselves, and one that is alone is run
            // again by a tracker.
            self.go_on_with_those();
            self.compare(false);
        } else {
            // As long as those who are done would have waited anyhow: one silent machine after the other holds nobody's result for ever.
            self.chunk.waits = self.chunk.waits.or(Some(self.now));
            self.chunk.stage = Stage::Working { since: None };
        }
        true
    }

    /// The one result of a program that cannot be proven that nobody came to compare with, and that nobody took for right before: it would
    /// be paid for on its provider's word, which may have said that it is of a class of hosts that nobody else is of.
    fn unchecked(&self) -> Option<Replica> {
        match self.chunk.replicas.as_slice() {
            [replica] if self.chunk.kind == Kind::Compared && !replica.is_paid => Some(*replica),
            _ => None,
        }
    }

    /// Gives the place of a result back that nobody came to check, without anything held against its provider, and the chunk out anew to
    /// machines of any class.
    fn let_go(&mut self, replica: Replica) {
        let provider = replica.provider;
        self.chunk.replicas.clear();
        self.note_tried(provider);
        self.forget_output(&replica);
        self.release(&replica, replica.bond);
        self.tell(|project, chunk| Event::Dropped { project, chunk, provider, why: Dropped::Unchecked });
        self.reset();
    }

    /// Wants no more replicas than there are.
    fn go_on_with_those(&mut self) {
        self.chunk.wanted = self.chunk.replicas.len() as u8;
        self.chunk.decided = true;
        self.chunk.unchecked |= self.chunk.wanted == 1;
    }

    /// Goes on without those who are missing, when everybody else has waited for long enough. Says whether it did.
    pub(crate) fn give_up(&mut self) -> bool {
        let is_waiting = self.chunk.stage == Stage::Working { since: None } && !self.chunk.replicas.is_empty();
        let can_come = self.chunk.is_running() || !self.chunk.racing().is_empty();
        if !is_waiting || can_come || !self.is_waited_out() {
            return false;
        }
        if let Some(replica) = self.unchecked() {
            self.let_go(replica);
            return true;
        }
        self.go_on_with_those();
        if self.chunk.is_revealed() {
            self.compare(true);
        } else {
            self.reveals_are_due();
        }
        true
    }
}
