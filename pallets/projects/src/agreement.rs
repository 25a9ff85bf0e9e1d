//! From revealed to final: results are compared, paid, doubted, run again by chance, and settled.

use alloc::vec::Vec;
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
};
use idlewild_compute_primitives::{
    chunk::{majority, Replica, Stage},
    draw::{is_sampled, SEED_AFTER},
    money::tracker_pay,
    Balance, ChunkIndex, Clock, Digest, ProjectId,
};
use pallet_idlewild_apps::Pallet as Apps;
use pallet_idlewild_offers::Pallet as Offers;

use crate::{
    case::{Case, Seed},
    types::{Batch, Challenger, Kind, Sample, PANEL},
    Config, Error, Event, HoldReason, Pallet, Sampled,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_challenge(who: T::AccountId, id: ProjectId, index: ChunkIndex) -> DispatchResult {
        Case::<T>::change(id, index, |case| case.challenge(who))
    }

    pub(crate) fn do_sample(id: ProjectId, index: ChunkIndex) -> DispatchResult {
        Case::<T>::change(id, index, |case| {
            let (_, at) = case.agreed()?;
            case.draw_sample(at)?;
            ensure!(case.chunk.sample == Sample::Due, Error::<T>::NotSampled);
            case.ask_sample();
            Ok(())
        })
    }

    pub(crate) fn do_finalise(id: ProjectId, chunks: Batch<ChunkIndex>) -> DispatchResult {
        chunks.into_iter().try_for_each(|index| Case::<T>::change(id, index, Case::finalise))
    }
}

impl<T: Config> Case<T> {
    /// Compares what all replicas found. Where it is for the `last` time, nobody else is asked.
    pub(crate) fn compare(&mut self, last: bool) {
        let roots = self.chunk.roots();
        let Some(first) = roots.first().copied() else { return };
        if roots.iter().all(|root| *root == first) {
            return self.agree(first);
        }
        match self.chunk.kind {
            // There is nothing to compare in what is metered, and one replica alone.
            Kind::Metered => self.agree(first),
            // Who is right can be proven: no vote about it.
            Kind::Proven => {
                if self.dispute(None).is_err() {
                    self.end_undecided(None);
                }
            },
            Kind::Compared => match majority(&roots).filter(|(_, count)| count.saturating_mul(2) > roots.len()) {
                Some((root, _)) => self.agree(root),
                None if !last && self.affords_one_more() => {
                    self.want_one_more();
                    let wanted = self.chunk.wanted;
                    self.tell(|project, chunk| Event::Differed { project, chunk, wanted });
                },
                None => {
                    // As many as may be, and no three of them agree. Where some never came, that says nothing of the program.
                    if self.chunk.replicas.is_full() {
                        Apps::<T>::fall(self.project.spec.program.digest, &self.project.owner);
                    }
                    self.end_undecided(None);
                },
            },
        }
    }

    /// Pays everybody for the time that it took, without holding anything against anybody.
    pub(crate) fn end_undecided(&mut self, root: Option<Digest>) {
        self.pay_out(false);
        self.finish(root);
    }

    /// Settles on a result: who found it is paid the first part, and who found another has lost.
    fn agree(&mut self, root: Digest) {
        let is_other = |replica: &Replica| replica.finding().is_none_or(|finding| finding.root != root);
        let others: Vec<Replica> = self.chunk.replicas.iter().filter(|replica| is_other(replica)).copied().collect();
        self.chunk.replicas.retain(|replica| !is_other(replica));
        others.iter().for_each(|replica| self.lose(replica, &mut 0, None));
        self.chunk.wanted = self.chunk.replicas.len() as u8;
        self.chunk.stage = Stage::Agreed { root, at: self.now };
        self.pay_at_once();
        self.tell(|project, chunk| Event::Agreed { project, chunk, root });
        if self.chunk.kind != Kind::Proven {
            self.chunk.sample = Sample::Not;
        } else if self.chunk.unchecked && self.chunk.sample != Sample::Asked {
            self.ask_sample();
        }
    }

    /// What was agreed to, and when.
    fn agreed(&self) -> Result<(Digest, Clock), Error<T>> {
        match self.chunk.stage {
            Stage::Agreed { root, at } => Ok((root, at)),
            _ => Err(Error::<T>::NotAgreed),
        }
    }

    fn challenge(&mut self, who: T::AccountId) -> DispatchResult {
        let (root, at) = self.agreed()?;
        ensure!(self.chunk.kind == Kind::Proven, Error::<T>::NotProvable);
        ensure!(self.now <= at.saturating_add(self.rules.challenge), Error::<T>::TooLate);
        // Who waits for what a tracker shows takes no risk. When that has answered, the time to doubt begins anew.
        ensure!(self.chunk.sample != Sample::Asked, Error::<T>::SamplePending);
        let deposit = tracker_pay(self.project.spec.price).saturating_mul(PANEL.into());
        Pallet::<T>::hold(HoldReason::Challenge, &who, deposit)?;
        self.chunk.challenger = Some(Challenger { who: who.clone(), deposit });
        self.tell(|project, chunk| Event::Challenged { project, chunk, who, deposit });
        self.dispute(Some(root)).map(|_| ())
    }

    /// Draws whether the result is run again, once randomness has come.
    fn draw_sample(&mut self, at: Clock) -> DispatchResult {
        if self.chunk.sample != Sample::Undrawn {
            return Ok(());
        }
        let drawn = match self.seed(at.saturating_add(SEED_AFTER)) {
            Seed::Known(seed) => is_sampled(&seed, self.id, self.index, Sampled::<T>::get()),
            Seed::Awaited => return Err(Error::<T>::TooEarly.into()),
            // Who waits until it is forgotten gains nothing.
            Seed::Lost => true,
        };
        self.chunk.sample = if drawn { Sample::Due } else { Sample::Not };
        Ok(())
    }

    /// Whether somebody alone found the result who has lost another one since it began: it would not be trusted with it now.
    fn is_doubtful(&self) -> bool {
        let [replica] = self.chunk.replicas.as_slice() else { return false };
        let has_lost = || Offers::<T>::get(replica.provider).is_ok_and(|record| record.last_lost >= Some(replica.since));
        // Where nobody came to check it, nobody would come now.
        let is_due = self.chunk.sample == Sample::Not && !self.chunk.unchecked;
        is_due && self.chunk.kind != Kind::Metered && has_lost()
    }

    fn finalise(&mut self) -> DispatchResult {
        let (root, at) = self.agreed()?;
        ensure!(self.now > at.saturating_add(self.rules.challenge), Error::<T>::TooEarly);
        ensure!(self.chunk.sample != Sample::Asked, Error::<T>::SamplePending);
        self.draw_sample(at)?;
        if self.is_doubtful() {
            self.tell(|project, chunk| Event::Doubted { project, chunk });
            if self.chunk.kind == Kind::Proven {
                // Whoever ran it as an ordinary replica could copy what is known by now.
                self.chunk.sample = Sample::Due;
            } else if self.affords_one_more() {
                self.chunk.decided = true;
                self.want_one_more();
                return Ok(());
            }
        }
        if self.chunk.sample == Sample::Due {
            self.ask_sample();
            return Ok(());
        }
        let counts = !self.chunk.unchecked || self.chunk.sample == Sample::Passed;
        self.pay_out(counts);
        self.finish(Some(root));
        Ok(())
    }

    /// Has a tracker run the result again.
    fn ask_sample(&mut self) {
        let pay: Balance = tracker_pay(self.project.spec.price).min(self.spare());
        self.chunk.sample = match self.ask(true, pay, pay) {
            Ok(panel) => {
                self.tell(|project, chunk| Event::Sampling { project, chunk, panel });
                Sample::Asked
            },
            Err(_) => Sample::Unanswered,
        };
    }

    /// Has trackers judge. What there is for it is what the chunk's share has over when everybody is paid.
    pub(crate) fn dispute(&mut self, agreed: Option<Digest>) -> Result<(), DispatchError> {
        let panel = self.ask(false, tracker_pay(self.project.spec.price), self.spare())?;
        self.chunk.stage = Stage::Disputed { panel, agreed };
        self.tell(|project, chunk| Event::Disputed { project, chunk, panel });
        Ok(())
    }
}
