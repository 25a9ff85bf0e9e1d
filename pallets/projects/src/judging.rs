//! What trackers are asked, and what follows from what they say.

use alloc::vec::Vec;
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, Weight},
    storage::with_storage_layer,
    BoundedVec,
};
use idlewild_compute_primitives::{
    chunk::{Replica, Stage},
    money::cost,
    panel::{Question, UNKNOWN},
    Balance, Digest, EscrowId, PanelId,
};
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_trackers::{OnVerdict, Pallet as Trackers};

use crate::{
    case::Case,
    types::{Asked, Sample, Subject},
    Asks, Chunks, Config, Error, Event, Pallet, Projects, WeightInfo,
};

impl<T: Config> Case<T> {
    /// Asks trackers, each of whom gets `pay`, or what is there of `budget`, which leaves the chunk's share for that.
    pub(crate) fn ask(&mut self, is_sample: bool, pay: Balance, budget: Balance) -> Result<PanelId, DispatchError> {
        let subject = Subject { project: self.id, chunk: self.index, is_sample };
        ensure!(!Asks::<T>::contains_key(subject), Error::<T>::PanelPending);
        let (panel, escrow, amount) = match self.try_ask(subject, pay, budget) {
            Ok((panel, escrow)) => (panel, escrow, budget),
            // Who pays has frozen its coins, so that none can be put on hold anew. It judges nobody less fairly for that.
            Err(_) => {
                let (panel, escrow) = self.try_ask(subject, 0, 0)?;
                (panel, escrow, 0)
            },
        };
        self.chunk.left = self.chunk.left.saturating_sub(amount);
        self.project.panels = self.project.panels.saturating_add(1);
        Asks::<T>::insert(subject, Asked { escrow, amount, parties: self.parties() });
        Ok(panel)
    }

    fn try_ask(&self, subject: Subject, pay: Balance, budget: Balance) -> Result<(PanelId, EscrowId), DispatchError> {
        with_storage_layer(|| {
            let payer = Escrow::<T>::payer_of(self.project.escrow).ok_or(Error::<T>::NoSuchProject)?;
            Escrow::<T>::refund(self.project.escrow, budget)?;
            let escrow = Escrow::<T>::open(&payer, budget)?;
            let panel = Trackers::<T>::ask(subject.question(), escrow, pay)?;
            Ok((panel, escrow))
        })
    }

    /// Who may not judge.
    fn parties(&self) -> BoundedVec<T::AccountId, frame_support::traits::ConstU32<{ crate::types::MAX_PARTIES }>> {
        let operators = self
            .chunk
            .replicas
            .iter()
            .filter_map(|replica| Offers::<T>::get(replica.provider).ok())
            .map(|record| record.operator);
        let challenger = self.chunk.challenger.iter().map(|challenger| challenger.who.clone());
        let all: Vec<T::AccountId> = core::iter::once(self.project.owner.clone()).chain(challenger).chain(operators).collect();
        BoundedVec::truncate_from(all)
    }

    /// Takes back what a panel did not need of its escrow. Returns what it was paid.
    fn take_back(&mut self, asked: &Asked<T::AccountId>) -> Balance {
        let rest = Escrow::<T>::close(asked.escrow).unwrap_or(0);
        self.project.panels = self.project.panels.saturating_sub(1);
        // What cannot go back into the share is with who paid already.
        if !self.chunk.is_final() && Escrow::<T>::add(self.project.escrow, rest).is_ok() {
            self.chunk.left = self.chunk.left.saturating_add(rest);
        } else {
            self.unbook(rest);
        }
        asked.amount.saturating_sub(rest)
    }

    /// A tracker that ran a result again, by chance, says what it found.
    fn sampled(&mut self, verdict: Option<Digest>) {
        self.chunk.sample = match (&self.chunk.stage, verdict) {
            (Stage::Agreed { root, .. }, Some(found)) if *root == found => Sample::Passed,
            (Stage::Agreed { .. }, _) => Sample::Unanswered,
            // It was about a result that is doubted anyhow, or that is gone.
            _ => Sample::Undrawn,
        };
        let Stage::Agreed { root, .. } = self.chunk.stage else { return };
        // Nobody could challenge it while a tracker was asked: the time for that begins now.
        self.chunk.stage = Stage::Agreed { root, at: self.now };
        let passed = verdict.map(|found| found == root);
        self.tell(|project, chunk| Event::WasSampled { project, chunk, passed });
        if passed == Some(false) {
            // One tracker alone slashes nobody. Where others cannot be asked, it is as if none had answered.
            let _judged = self.dispute(Some(root));
        }
    }

    /// Trackers judged, or could not agree. `paid` is what they were paid.
    fn judged(&mut self, verdict: Option<Digest>, paid: Balance) {
        let Stage::Disputed { agreed, .. } = self.chunk.stage else { return };
        let Some(root) = verdict else {
            self.end_challenge(false);
            return self.end_undecided(agreed);
        };
        let is_wrong = |replica: &Replica| replica.finding().is_none_or(|finding| finding.root != root);
        let wrong: Vec<Replica> = self.chunk.replicas.iter().filter(|replica| is_wrong(replica)).copied().collect();
        self.chunk.replicas.retain(|replica| !is_wrong(replica));
        self.chunk.wanted = self.chunk.replicas.len() as u8;
        let stood = agreed == Some(root);
        let challenger = self.chunk.challenger.as_ref().filter(|_| !stood).map(|challenger| challenger.who.clone());
        let mut owed = paid;
        wrong.iter().for_each(|replica| self.lose(replica, &mut owed, challenger.as_ref()));
        self.end_challenge(stood);
        if !self.chunk.replicas.is_empty() {
            self.pay_out(true);
            return self.finish(Some(root));
        }
        // The result is known, and nobody has it.
        self.chunk.again = true;
        if self.chunk.left < cost(self.project.spec.price).saturating_mul(2) {
            self.finish(None);
        } else {
            self.reset();
        }
    }
}

impl<T: Config> OnVerdict<T::AccountId> for Pallet<T> {
    fn decided(question: Question, verdict: Option<Digest>) {
        let Some(subject) = Subject::of(&question) else { return };
        let Some(asked) = Asks::<T>::take(subject) else { return };
        let Subject { project: id, chunk: index, is_sample } = subject;
        let (Some(project), Some(chunk)) = (Projects::<T>::get(id), Chunks::<T>::get(id, index)) else { return };
        let mut case = Case::<T>::of(id, index, project, chunk);
        let paid = case.take_back(&asked);
        // What could not be judged is no result.
        let verdict = verdict.filter(|root| *root != UNKNOWN);
        if is_sample {
            case.sampled(verdict);
        } else {
            case.judged(verdict, paid);
        }
        case.save();
    }

    fn is_party(question: &Question, who: &T::AccountId) -> bool {
        Subject::of(question).and_then(Asks::<T>::get).is_some_and(|asked| asked.parties.contains(who))
    }

    fn decided_weight() -> Weight {
        <T as Config>::WeightInfo::decided()
    }

    fn is_party_weight() -> Weight {
        <T as Config>::WeightInfo::is_party()
    }
}
