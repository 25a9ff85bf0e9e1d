//! How places are given out: a race of claims, a draw among them, and who was drawn acknowledges.

use alloc::vec::Vec;
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
    BoundedVec,
};
use idlewild_compute_primitives::{
    chunk::{Replica, Stage, Step},
    draw::{winners, SEED_AFTER},
    money::MAX_REPLICAS,
    race::{rank, weight},
    resources::Resources,
    trust::CERTAIN,
    Balance, ChunkIndex, Clock, ProjectId, ProviderId,
};
use pallet_idlewild_offers::{types::Provider, Pallet as Offers};

use crate::{
    case::{Case, Seed},
    types::{Batch, Claim, Dropped, Kind, Race, Winner},
    Config, Error, Event, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_claim(
        operator: T::AccountId,
        id: ProjectId,
        provider: ProviderId,
        chunks: Batch<ChunkIndex>,
    ) -> DispatchResult {
        let record = Offers::<T>::operated(provider, &operator)?;
        for index in chunks {
            let mut case = Case::<T>::open(id, index)?;
            case.settle_race();
            case.ensure_claimable(&record)?;
            case.enter(provider, &record)?;
            case.save();
        }
        Ok(())
    }

    pub(crate) fn do_acknowledge(
        operator: T::AccountId,
        id: ProjectId,
        provider: ProviderId,
        chunks: Batch<ChunkIndex>,
    ) -> DispatchResult {
        for index in chunks {
            // Read for each anew, as each takes of what is free.
            let record = Offers::<T>::operated(provider, &operator)?;
            Case::<T>::change(id, index, |case| case.acknowledge(provider, &record))?;
        }
        Ok(())
    }
}

impl<T: Config> Case<T> {
    /// Whether a provider may claim the chunk, whatever race there is.
    pub(crate) fn ensure_claimable(&self, record: &Provider<T::AccountId>) -> DispatchResult {
        let chunk = &self.chunk;
        ensure!(matches!(chunk.stage, Stage::Open | Stage::Working { since: None }), Error::<T>::NoPlace);
        if chunk.replicas.is_empty() {
            let is_open = !self.project.closed && self.now <= self.project.spec.deadline;
            ensure!(is_open, Error::<T>::ProjectClosed);
        } else {
            ensure!(chunk.missing() > 0 && !self.is_waited_out(), Error::<T>::NoPlace);
        }
        ensure!(!chunk.tried.contains(&record.operator), Error::<T>::Tried);
        ensure!(record.operator != self.project.owner, Error::<T>::OwnProject);
        for replica in &chunk.replicas {
            let other = Offers::<T>::get(replica.provider)?;
            ensure!(other.operator != record.operator, Error::<T>::SameOperator);
        }
        self.ensure_suited(record)?;
        ensure!(record.is_active(), Error::<T>::NotActive);
        ensure!(record.free.covers(&self.project.spec.resources), Error::<T>::NoRoom);
        // Below the least it could claim what it may not begin.
        let least = <T as pallet_idlewild_offers::Config>::LeastBond::get();
        ensure!(record.bond >= least && record.spare() >= self.bond_of(record), Error::<T>::BondTooLow);
        Ok(())
    }

    /// Refuses a machine that is not what the project, or the replicas that are there, ask for.
    fn ensure_suited(&self, record: &Provider<T::AccountId>) -> Result<(), Error<T>> {
        let spec = &self.project.spec;
        ensure!(record.attributes.misses(&spec.wishes, spec.organisation).is_empty(), Error::<T>::NotSuited);
        let is_free = self.chunk.replicas.is_empty() || self.chunk.kind != Kind::Compared;
        ensure!(is_free || record.attributes.host_class == self.chunk.host_class, Error::<T>::OtherHostClass);
        Ok(())
    }

    /// What is done about the chunk's result, or will be if somebody begins now.
    fn kind(&self) -> Kind {
        if self.chunk.replicas.is_empty() {
            self.kind_by_now()
        } else {
            self.chunk.kind
        }
    }

    /// What of a provider's bond has to stand for the chunk.
    pub(crate) fn bond_of(&self, record: &Provider<T::AccountId>) -> Balance {
        let price = self.project.spec.price;
        match self.kind() {
            // Nothing can be proven of it, and nothing is slashed but for being late.
            Kind::Metered => price,
            Kind::Proven | Kind::Compared => Offers::<T>::trust().bond(price, record.score),
        }
    }

    /// Whether a claim would get into the race that there is.
    pub(crate) fn ensure_enterable(&self, provider: ProviderId, record: &Provider<T::AccountId>) -> Result<(), Error<T>> {
        match &self.chunk.race {
            Race::Idle => Ok(()),
            Race::Open { since, seed, claims, .. } => {
                ensure!(self.now <= since.saturating_add(self.rules.race), Error::<T>::DrawPending);
                ensure!(claims.iter().all(|other| other.provider != provider), Error::<T>::AlreadyClaimed);
                ensure!(claims.iter().all(|other| other.operator != record.operator), Error::<T>::SameOperator);
                // Claims cost nothing: nobody fills a race with small ones, and nobody's bond is so large that it owns every race.
                let own = self.rank(seed, provider, record.bond);
                let is_above = |other: &Claim<T::AccountId>| self.rank(seed, other.provider, other.bond) < own;
                ensure!(!claims.is_full() || claims.iter().any(is_above), Error::<T>::RaceFull);
                Ok(())
            },
            Race::Drawn { .. } => Err(Error::<T>::DrawPending),
        }
    }

    /// What decides whether a claim is kept in a race that is full.
    fn rank(&self, seed: &[u8; 32], provider: ProviderId, bond: Balance) -> Balance {
        rank(seed, self.id, self.index, provider, bond)
    }

    /// Puts a claim into the race.
    fn enter(&mut self, provider: ProviderId, record: &Provider<T::AccountId>) -> DispatchResult {
        self.ensure_enterable(provider, record)?;
        let claim = Claim {
            provider,
            operator: record.operator.clone(),
            bond: record.bond,
            host_class: record.attributes.host_class,
            chance: Offers::<T>::trust().checked(record.score),
            stands: self.bond_of(record),
        };
        let mut displaced = None;
        let (id, index) = (self.id, self.index);
        if let Race::Open { seed, passed, claims, .. } = &mut self.chunk.race {
            if let Err(claim) = claims.try_push(claim) {
                let rank_of = |other: &Claim<T::AccountId>| rank(seed, id, index, other.provider, other.bond);
                let lowest = claims.iter_mut().min_by_key(|other| rank_of(other)).ok_or(Error::<T>::RaceFull)?;
                *passed = rank_of(lowest).max(*passed);
                displaced = Some(lowest.provider);
                *lowest = claim;
            }
        } else {
            let claims = BoundedVec::truncate_from(alloc::vec![claim]);
            self.chunk.race = Race::Open { since: self.now, seed: self.latest_seed(), passed: 0, claims };
        }
        self.list(provider);
        if let Some(provider) = displaced {
            self.unlist(provider);
            self.tell(|project, chunk| Event::Displaced { project, chunk, provider });
        }
        self.tell(|project, chunk| Event::Claimed { project, chunk, provider });
        Ok(())
    }

    /// Makes the draw when it is time, and takes their places from those who do not acknowledge. Says whether anything changed.
    pub(crate) fn settle_race(&mut self) -> bool {
        let is_drawn = self.draw();
        let left = match &self.chunk.race {
            Race::Drawn { until, left, .. } if self.now > *until => left.clone(),
            _ => return is_drawn,
        };
        // Not their fault where they were not let in.
        if !self.is_shut() {
            for Winner { provider, .. } in left {
                Offers::<T>::note_late(provider);
                self.note_tried(provider);
                let why = Dropped::NotAcknowledged;
                self.tell(|project, chunk| Event::Dropped { project, chunk, provider, why });
            }
        }
        self.end_race();
        true
    }

    /// Whether nobody works on the chunk, nor will.
    pub(crate) fn is_shut(&self) -> bool {
        self.project.closed && self.chunk.replicas.is_empty()
    }

    /// When the draw of a race is decided whose first claim was at `since`, and until when who is drawn can acknowledge.
    pub(crate) fn draw_times(&self, since: Clock) -> (Clock, Clock) {
        let moment = since.saturating_add(self.rules.race).saturating_add(SEED_AFTER);
        (moment, moment.saturating_add(self.rules.acknowledge))
    }

    fn draw(&mut self) -> bool {
        let Race::Open { since, .. } = self.chunk.race else { return false };
        let (moment, until) = self.draw_times(since);
        if self.now < moment {
            return false;
        }
        match self.seed(moment) {
            Seed::Known(seed) => {
                let (drawn, wanted) = self.drawn_by(&seed);
                let providers = drawn.iter().map(|winner| winner.provider).collect::<Vec<_>>();
                let out = self.chunk.racing().into_iter().filter(|provider| !providers.contains(provider));
                out.for_each(|provider| self.unlist(provider));
                self.chunk.race = Race::Drawn { until, wanted, left: BoundedVec::truncate_from(drawn) };
                let providers = BoundedVec::truncate_from(providers);
                self.tell(|project, chunk| Event::Drawn { project, chunk, providers, until });
                true
            },
            Seed::Awaited => false,
            // Nobody asked for as long as it was kept. Those who claimed could not know whether they had to do anything.
            Seed::Lost => {
                self.end_race();
                true
            },
        }
    }

    /// Who is drawn by a seed among those that claimed, and how many replicas a chunk without any begins with.
    pub(crate) fn drawn_by(&self, seed: &[u8; 32]) -> (Vec<Winner>, u8) {
        let Race::Open { claims, passed, .. } = &self.chunk.race else { return (Vec::new(), self.chunk.wanted) };
        let weights: Vec<(ProviderId, Balance)> =
            claims.iter().map(|claim| (claim.provider, weight(claim.bond, *passed))).collect();
        // All of them in the order of the draw, as it depends on who is first how many are drawn, and of what.
        let order = winners(seed, self.id, self.index, &weights, weights.len());
        let claim_of = |provider: &ProviderId| claims.iter().find(|claim| claim.provider == *provider);
        let mut drawn: Vec<&Claim<T::AccountId>> = order.iter().filter_map(claim_of).collect();
        let (places, wanted) = match drawn.first() {
            Some(first) if self.chunk.replicas.is_empty() => {
                let host_class = first.host_class;
                let wanted = self.wanted_at_first(first.chance < CERTAIN);
                if self.kind() == Kind::Compared {
                    drawn.retain(|claim| claim.host_class == host_class);
                }
                (wanted, wanted)
            },
            _ => (self.chunk.missing(), self.chunk.wanted),
        };
        (drawn.into_iter().take(places.into()).map(Winner::from).collect(), wanted)
    }

    /// Replicas that a chunk begins with: as many as were asked for, and two where the first provider is not trusted.
    fn wanted_at_first(&self, is_trusted: bool) -> u8 {
        if self.kind() == Kind::Metered {
            return 1;
        }
        let least = if is_trusted && !self.chunk.again { 1 } else { 2 };
        self.project.spec.replicas.max(least).min(self.affords()).clamp(1, MAX_REPLICAS)
    }

    fn acknowledge(&mut self, provider: ProviderId, record: &Provider<T::AccountId>) -> DispatchResult {
        self.settle_race();
        let Race::Drawn { wanted, left, .. } = &self.chunk.race else { return Err(Error::<T>::NotDrawn.into()) };
        let winner = *left.iter().find(|winner| winner.provider == provider).ok_or(Error::<T>::NotDrawn)?;
        ensure!(!self.is_shut(), Error::<T>::ProjectClosed);
        ensure!(record.bond >= winner.bond, Error::<T>::BondTooLow);
        let wanted = *wanted;
        self.ensure_suited(record)?;
        let is_as_claimed = self.kind() != Kind::Compared || record.attributes.host_class == winner.host_class;
        ensure!(is_as_claimed, Error::<T>::OtherHostClass);
        if self.chunk.replicas.is_empty() {
            self.begin(wanted, &winner, record);
        }
        ensure!(self.chunk.missing() > 0, Error::<T>::NoPlace);
        self.add(&winner, record)?;
        self.leave_race(provider);
        Ok(())
    }

    /// Settles what is true of all replicas by the first one.
    fn begin(&mut self, wanted: u8, winner: &Winner, record: &Provider<T::AccountId>) {
        // It may have fallen since the draw.
        let kind = self.kind_by_now();
        let chunk = &mut self.chunk;
        chunk.kind = kind;
        chunk.wanted = if kind == Kind::Metered { 1 } else { wanted };
        chunk.host_class = record.attributes.host_class;
        chunk.chance = match chunk.wanted {
            // By the score that its bond is by, or the one that it has by now where that is worse.
            1 => winner.chance.max(Offers::<T>::trust().checked(record.score)),
            _ => CERTAIN,
        };
    }

    /// Adds a replica, which begins to run.
    fn add(&mut self, winner: &Winner, record: &Provider<T::AccountId>) -> DispatchResult {
        let (provider, bond) = (winner.provider, winner.stands);
        // Twice, as the machine is free again when the result is bound, and the bond only when nobody can doubt it any more.
        Offers::<T>::take_work(provider, &Resources::default(), bond)?;
        Offers::<T>::take_work(provider, &self.project.spec.resources, 0)?;
        let until = if self.project.is_wrapped() {
            // The requester has to post the key first.
            self.now.saturating_add(self.rules.acknowledge)
        } else {
            self.run_until(record)
        };
        let replica = Replica { provider, bond, since: self.now, step: Step::Running { until }, is_paid: false };
        let pushed = self.chunk.replicas.try_push(replica);
        pushed.map_err(|_| DispatchError::from(Error::<T>::NoPlace))?;
        self.chunk.stage = Stage::Working { since: None };
        self.tell(|project, chunk| Event::Began { project, chunk, provider, bond, until });
        Ok(())
    }

    /// By when who begins now has to have committed.
    pub(crate) fn run_until(&self, record: &Provider<T::AccountId>) -> Clock {
        let grade = record.grade.unwrap_or_default();
        self.rules.run_until(self.now, self.project.spec.run, grade.core)
    }

    /// Takes a provider that acknowledged out of those who have to, and ends the race when nobody is left, or no place.
    fn leave_race(&mut self, provider: ProviderId) {
        if let Race::Drawn { left, .. } = &mut self.chunk.race {
            left.retain(|winner| winner.provider != provider);
            if left.is_empty() || self.chunk.missing() == 0 {
                // Does not touch what is listed of this provider, which is not in the race any more.
                self.end_race();
            }
        }
    }
}
