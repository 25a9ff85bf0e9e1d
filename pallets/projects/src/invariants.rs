//! What must be true of projects, chunks and their coins at all times.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_compute_primitives::{
    chunk::{Deadlines, Replica, Stage, Step},
    Balance, DealId, OrganisationId, ProjectId, ProviderId,
};
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_organisations::Members;
use pallet_idlewild_randomness::RING;
use sp_runtime::TryRuntimeError;

use crate::{
    case::Case,
    types::{chunk_of, place, Chunk, Kind, Place, Project, Sample, Subject},
    Asks, Chunks, Config, HoldReason, Keys, NextProject, OpenProjects, Pallet, Projects, ProjectsOf, Rules, UsedOutputs,
    WorkOf,
};

type Coins<T> = <T as pallet_idlewild_escrow::Config>::Currency;

/// Whether chunks can be run by these deadlines: see the assertion at genesis.
pub(crate) fn is_sound(rules: &Deadlines) -> bool {
    let waits = [rules.race, rules.acknowledge, rules.reveal, rules.challenge, rules.adjudicate];
    // Of a seed it has to be certain that it came before it is said to be lost.
    let short = waits.into_iter().all(|wait| wait > 0 && wait < RING / 4);
    short && rules.longest_run() > 0 && rules.challenge > idlewild_compute_primitives::draw::SEED_AFTER
}

/// What is gathered over all chunks.
struct Seen<T: Config> {
    /// Who has something to do with which chunk.
    work: BTreeSet<(ProviderId, Place)>,
    /// What of each provider's bond stands for chunks.
    locked: BTreeMap<ProviderId, Balance>,
    /// What challengers have on hold.
    deposits: BTreeMap<T::AccountId, Balance>,
    /// What owners have on hold for their projects.
    records: BTreeMap<T::AccountId, Balance>,
    /// What of each member's quota is taken for its projects.
    booked: BTreeMap<(OrganisationId, T::AccountId, Option<u32>), Balance>,
    /// The deals with what was shown.
    outputs: BTreeSet<DealId>,
}

impl<T: Config> Default for Seen<T> {
    fn default() -> Self {
        Self {
            work: BTreeSet::new(),
            locked: BTreeMap::new(),
            deposits: BTreeMap::new(),
            records: BTreeMap::new(),
            booked: BTreeMap::new(),
            outputs: BTreeSet::new(),
        }
    }
}

impl<T: Config> Pallet<T> {
    /// Checks that every coin in escrow is a chunk's, that no chunk owes more than it has, and that each stands where it can.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        ensure!(is_sound(&Rules::<T>::get()), "chunks cannot be run by these deadlines");
        let mut seen = Seen::<T>::default();
        let mut open = 0usize;
        for (id, project) in Projects::<T>::iter() {
            ensure!(id < NextProject::<T>::get(), "a project has a number that was not given yet");
            ensure!(ProjectsOf::<T>::contains_key(&project.owner, id.to_be_bytes()), "a project is not among its owner's");
            let is_open = OpenProjects::<T>::contains_key(id.to_be_bytes());
            ensure!(
                is_open == project.ended.is_none(),
                "a project that is over is among those that are not, or the other way round"
            );
            open = open.saturating_add(usize::from(is_open));
            let on_hold = seen.records.entry(project.owner.clone()).or_default();
            *on_hold = on_hold.saturating_add(project.deposit);
            match project.spec.organisation {
                Some(organisation) => {
                    let booked = seen.booked.entry((organisation, project.owner.clone(), project.member)).or_default();
                    *booked = booked.saturating_add(project.booked);
                },
                None => ensure!(project.booked == 0, "a quota is taken for a project that no organisation pays"),
            }
            Self::check_project(id, &project, &mut seen)?;
        }
        ensure!(OpenProjects::<T>::iter().count() == open, "a project is open that there is not");
        ensure!(ProjectsOf::<T>::iter().count() == Projects::<T>::iter().count(), "an owner has a project that there is not");
        let known = Chunks::<T>::iter_keys().all(|(project, _)| Projects::<T>::contains_key(project));
        ensure!(known, "a chunk is of a project that there is not");
        Self::check_indexes(seen)
    }

    fn check_project(id: ProjectId, project: &Project<T::AccountId>, seen: &mut Seen<T>) -> Result<(), TryRuntimeError> {
        let (mut count, mut finished) = (0u32, 0u32);
        let mut left = project.share().saturating_mul(project.untouched().into());
        for (index, chunk) in Chunks::<T>::iter_prefix(id) {
            ensure!(index < project.chunks, "a project has a chunk too many");
            count = count.saturating_add(1);
            finished = finished.saturating_add(u32::from(chunk.is_final()));
            left = left.saturating_add(chunk.left);
            let case = Case::<T>::of(id, index, project.clone(), chunk);
            case.check()?;
            Self::gather(&case, seen)?;
        }
        ensure!(count == project.touched, "chunks of a project are miscounted");
        let panels = Asks::<T>::iter_keys().filter(|subject| subject.project == id).count();
        ensure!(panels == project.panels as usize, "panels of a project are miscounted");
        if project.ended.is_some() {
            ensure!(project.finished == project.chunks && panels == 0, "a project is over before its chunks are");
            ensure!(Escrow::<T>::payer_of(project.escrow).is_none(), "the escrow of a project that is over is open");
            return Ok(());
        }
        let shut = if project.closed { project.chunks.saturating_sub(project.touched) } else { 0 };
        ensure!(project.finished == finished.saturating_add(shut), "chunks that are over are miscounted");
        ensure!(project.finished < project.chunks || panels > 0, "a project is not over though its chunks are");
        ensure!(Escrow::<T>::held(project.escrow) == left, "what a project has in escrow is not what its chunks have");
        Ok(())
    }

    fn gather(case: &Case<T>, seen: &mut Seen<T>) -> Result<(), TryRuntimeError> {
        let place = place(case.id, case.index);
        for finding in case.chunk.replicas.iter().filter_map(Replica::finding) {
            ensure!(seen.outputs.insert(finding.output), "two results are in one deal");
        }
        if case.chunk.is_final() {
            return Ok(());
        }
        let mut operators = Vec::new();
        for replica in &case.chunk.replicas {
            let locked = seen.locked.entry(replica.provider).or_default();
            *locked = locked.saturating_add(replica.bond);
            let record = Offers::<T>::get(replica.provider).map_err(|_| "a replica is of a provider that there is not")?;
            ensure!(record.operator != case.project.owner, "an owner runs its own project");
            ensure!(!operators.contains(&record.operator), "two replicas are of one operator");
            operators.push(record.operator);
        }
        let mine = case.chunk.replicas.iter().map(|replica| replica.provider).chain(case.chunk.racing());
        for provider in mine {
            ensure!(seen.work.insert((provider, place)), "a provider has a chunk twice");
        }
        if let Some(challenger) = &case.chunk.challenger {
            let sum = seen.deposits.entry(challenger.who.clone()).or_default();
            *sum = sum.saturating_add(challenger.deposit);
        }
        Ok(())
    }

    fn check_indexes(mut seen: Seen<T>) -> Result<(), TryRuntimeError> {
        let work: BTreeSet<(ProviderId, Place)> = WorkOf::<T>::iter_keys().collect();
        ensure!(work == seen.work, "what providers have to do is not what chunks say");
        for (provider, locked) in seen.locked {
            let record = Offers::<T>::get(provider).map_err(|_| "a provider that has a chunk is gone")?;
            ensure!(locked <= record.locked, "a bond stands for more than is locked");
        }
        for who in frame_system::Account::<T>::iter_keys() {
            let on_hold = |reason: HoldReason| Coins::<T>::balance_on_hold(&reason.into(), &who);
            let (deposit, record) = (seen.deposits.remove(&who), seen.records.remove(&who));
            ensure!(on_hold(HoldReason::Challenge) == deposit.unwrap_or(0), "what is on hold is not a challenger's deposit");
            ensure!(on_hold(HoldReason::Project) == record.unwrap_or(0), "what is on hold is not for an owner's projects");
        }
        let mut gone = seen.deposits.values().chain(seen.records.values());
        ensure!(gone.all(|deposit| *deposit == 0), "an account that is no more has a deposit");
        for ((organisation, who, number), booked) in seen.booked {
            let member = Members::<T>::get(organisation, &who).filter(|member| Some(member.number) == number);
            let is_counted = member.is_none_or(|member| member.used >= booked);
            ensure!(is_counted, "more of a quota is taken for projects than is counted");
        }
        ensure!(UsedOutputs::<T>::iter_keys().collect::<BTreeSet<_>>() == seen.outputs, "deals are used that hold no result");
        for (place, provider) in Keys::<T>::iter_keys() {
            let (project, index) = chunk_of(&place);
            let chunk = Chunks::<T>::get(project, index).ok_or("a key is for a chunk that nobody touched")?;
            ensure!(!chunk.is_final() && chunk.replica(provider).is_some(), "a key is for a provider that has no replica");
        }
        for (subject, asked) in Asks::<T>::iter() {
            let chunk =
                Chunks::<T>::get(subject.project, subject.chunk).ok_or("a panel is about a chunk that nobody touched")?;
            let waits = match subject.is_sample {
                true => chunk.sample == Sample::Asked || chunk.is_final(),
                false => matches!(chunk.stage, Stage::Disputed { .. }),
            };
            ensure!(waits, "a panel is asked about what nobody waits for");
            ensure!(Escrow::<T>::held(asked.escrow) == asked.amount, "a panel's escrow is not what was put into it");
        }
        Ok(())
    }
}

impl<T: Config> Case<T> {
    fn check(&self) -> Result<(), TryRuntimeError> {
        let chunk = &self.chunk;
        if let Stage::Final { root } = chunk.stage {
            ensure!(chunk.left == 0, "a chunk that is over has coins");
            ensure!(chunk.racing().is_empty() && chunk.challenger.is_none(), "somebody waits for a chunk that is over");
            ensure!(root.is_none() || chunk.roots().iter().all(|found| Some(*found) == root), "a result is not what was found");
            return Ok(());
        }
        ensure!(self.owed() <= chunk.left, "a chunk may cost more than it has left");
        ensure!(chunk.replicas.len() <= usize::from(chunk.wanted), "a chunk has more replicas than it wants");
        ensure!(chunk.kind != Kind::Metered || chunk.wanted <= 1, "what cannot be compared is run twice");
        ensure!(chunk.challenger.is_none() || matches!(chunk.stage, Stage::Disputed { .. }), "a challenge waits for nobody");
        let subject = Subject { project: self.id, chunk: self.index, is_sample: false };
        let is_disputed = matches!(chunk.stage, Stage::Disputed { .. });
        ensure!(Asks::<T>::contains_key(subject) == is_disputed, "a dispute waits for nobody");
        let asked = Asks::<T>::contains_key(Subject { is_sample: true, ..subject });
        ensure!(asked == (chunk.sample == Sample::Asked), "a sample waits for nobody");
        self.check_stage(chunk)
    }

    fn check_stage(&self, chunk: &Chunk<T::AccountId>) -> Result<(), TryRuntimeError> {
        let is_committed = |replica: &Replica| matches!(replica.step, Step::Committed { .. });
        match chunk.stage {
            Stage::Open => ensure!(chunk.replicas.is_empty() && chunk.wanted == 0, "an open chunk has replicas"),
            Stage::Working { since: None } => {
                ensure!(!chunk.replicas.is_empty(), "nobody works on a chunk");
                ensure!(chunk.missing() > 0 || chunk.is_running(), "a chunk waits for nobody");
            },
            Stage::Working { since: Some(_) } => {
                ensure!(chunk.missing() == 0 && !chunk.is_running(), "reveals are due before all have committed");
                ensure!(chunk.replicas.iter().any(is_committed), "reveals are due of nobody");
            },
            Stage::Agreed { root, .. } => {
                ensure!(!chunk.replicas.is_empty() && chunk.is_revealed(), "a result is agreed to that nobody has");
                ensure!(chunk.roots().iter().all(|found| *found == root), "a result is agreed to that is another");
                ensure!(chunk.replicas.iter().all(|replica| replica.is_paid), "a result is agreed to and not paid");
            },
            Stage::Disputed { .. } => ensure!(chunk.kind == Kind::Proven && chunk.is_revealed(), "a dispute is about nothing"),
            Stage::Final { .. } => {},
        }
        ensure!(
            matches!(chunk.stage, Stage::Open | Stage::Working { .. }) || chunk.racing().is_empty(),
            "a race is for nothing"
        );
        Ok(())
    }
}
