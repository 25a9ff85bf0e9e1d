//! Projects and chunks for the benchmarks: written as if they had become what they are.

use alloc::vec::Vec;
use frame_benchmarking::{account, BenchmarkError};
use frame_support::{
    traits::{fungible::Mutate, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    chunk::{Replica, Stage, Step},
    commitment::Finding,
    program::{Bundle, Class, Form, Program},
    project::{Input, Limits, ProjectSpec},
    resources::{Resources, Wishes},
    Balance, ChunkIndex, Clock, Digest, OrganisationId, ProjectId, ProviderId,
};
use pallet_idlewild_clock::Now;
use pallet_idlewild_offers::{
    benchmark_setup::{agree, register, Peer},
    types::TOP_SCORE,
    Pallet as Offers,
};
use pallet_idlewild_organisations::{NextOrganisation, Pallet as Organisations};
use pallet_idlewild_randomness::{Seeds, RING};

use crate::{
    types::{place, Chunk, Kind, Winner, MOST_REPLICAS},
    Chunks, Config, NextProject, Pallet, Projects, Rules, UsedOutputs, WorkOf,
};

/// A clock late enough that everything could have happened before.
pub(crate) const NOW: Clock = 10_000;
/// What all tasks used.
pub(crate) const USED: u64 = 1_000;

/// What a chunk costs: enough that no part of it is dust.
pub(crate) fn price<T: Config>() -> Balance {
    <T as pallet_idlewild_offers::Config>::LeastBond::get()
}

/// Gives an account more coins than any benchmark moves.
pub(crate) fn enrich<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
    <T as pallet_idlewild_escrow::Config>::Currency::mint_into(who, price::<T>().saturating_mul(1_000_000))?;
    Ok(())
}

/// An owner that is a member of an organisation, which pays.
pub(crate) fn owner<T: Config>() -> Result<(T::AccountId, OrganisationId), BenchmarkError> {
    Now::<T>::put(NOW);
    let (admin, owner): (T::AccountId, T::AccountId) = (account("admin", 0, 0), account("owner", 0, 0));
    enrich::<T>(&admin)?;
    enrich::<T>(&owner)?;
    let organisation = NextOrganisation::<T>::get();
    let origin = || RawOrigin::Signed(admin.clone()).into();
    Organisations::<T>::found(origin(), BoundedVec::truncate_from(b"organisation".to_vec()))?;
    Organisations::<T>::add_member(origin(), organisation, owner.clone(), Balance::MAX)?;
    enrich::<T>(&Organisations::<T>::account_of(organisation))?;
    Ok((owner, organisation))
}

/// A project of so many chunks.
pub(crate) fn spec<T: Config>(class: Class, chunks: u64, organisation: OrganisationId) -> ProjectSpec {
    let form = if class == Class::Deterministic { Form::Module } else { Form::Image };
    let bundle = Bundle { root: u64::MAX, key: [1; 32] };
    ProjectSpec {
        program: Program { form, digest: [1; 32], bundle, class },
        app: None,
        tasks: chunks,
        per_chunk: 1,
        root: [2; 32],
        input: Input::Public(bundle),
        limits: Limits { work: USED, time_ms: 1, memory_mib: 1, output: 1 },
        resources: Resources { cpu_milli: 1, ram_mib: 1, ..Resources::default() },
        wishes: Wishes::default(),
        run: 1,
        price: price::<T>(),
        replicas: if class == Class::Metered { 1 } else { 5 },
        deadline: NOW.saturating_add(1_000),
        reply_to: [3; 32],
        organisation: Some(organisation),
    }
}

/// Creates a project of so many chunks.
pub(crate) fn project<T: Config>(class: Class, chunks: u32) -> Result<ProjectId, BenchmarkError> {
    let (owner, organisation) = owner::<T>()?;
    let mut spec = spec::<T>(class, chunks.into(), organisation);
    if class == Class::Metered {
        spec.input = Input::Wrapped { root: 1 };
    }
    let id = NextProject::<T>::get();
    Pallet::<T>::create(RawOrigin::Signed(owner).into(), spec)?;
    Ok(id)
}

/// Providers number `first` and on, each with the longest record to which another point can be added.
pub(crate) fn providers<T: Config>(first: u32, count: u32) -> Result<Vec<Peer<T::AccountId>>, BenchmarkError> {
    let numbers = first..first.saturating_add(count);
    let all: Result<Vec<Peer<T::AccountId>>, BenchmarkError> = numbers.map(register::<T>).collect();
    let all = all?;
    all.iter().for_each(|peer| agree::<T>(peer.id, u32::from(TOP_SCORE).saturating_sub(1)));
    Ok(all)
}

/// Providers of chunk number `index` alone, so that nothing of them was read for another chunk. The first ones are for who calls.
pub(crate) fn others<T: Config>(index: ChunkIndex, count: u32) -> Result<Vec<Peer<T::AccountId>>, BenchmarkError> {
    providers::<T>(100u32.saturating_mul(index.saturating_add(1)), count)
}

/// Somebody who was drawn.
pub(crate) fn winner<T: Config>(provider: ProviderId) -> Winner {
    Winner { provider, bond: 1, host_class: [7; 8], chance: 0, stands: price::<T>() }
}

/// Gives out no more chunks of a project, of which none is untouched.
pub(crate) fn shut<T: Config>(id: ProjectId) {
    Projects::<T>::mutate_extant(id, |project| project.closed = true);
}

/// A result that differs from that of any other number.
pub(crate) fn finding(number: u32) -> Finding {
    let mut root: Digest = [number as u8; 32];
    if let Some(end) = root.last_chunk_mut() {
        *end = USED.to_le_bytes();
    }
    Finding { root, used: USED, output: u64::from(number), key: [number as u8; 80] }
}

/// A step of a replica.
pub(crate) fn revealed<T: Config>(number: u32) -> Step {
    Step::Revealed { finding: finding(number), bill: price::<T>() }
}

/// Writes a chunk whose replicas are those of `providers`, each at its own step, with what stands for them.
pub(crate) fn chunk<T: Config>(
    id: ProjectId,
    index: ChunkIndex,
    kind: Kind,
    stage: Stage,
    replicas: &[(ProviderId, Step)],
) -> Result<(), BenchmarkError> {
    let mut project = Projects::<T>::get(id).ok_or(BenchmarkError::Stop("there is no project"))?;
    let mut chunk = Chunk::fresh(project.share());
    let bond = price::<T>();
    for (number, (provider, step)) in (0u64..).zip(replicas) {
        let mut step = *step;
        if let Step::Revealed { finding, .. } = &mut step {
            // Each result is in a deal of its own, far from those that are made.
            finding.output = (1u64 << 40).saturating_add(u64::from(index).saturating_mul(8)).saturating_add(number);
            UsedOutputs::<T>::insert(finding.output, ());
        }
        Offers::<T>::take_work(*provider, &Resources::default(), bond)?;
        if matches!(step, Step::Running { .. }) {
            Offers::<T>::take_work(*provider, &project.spec.resources, 0)?;
        }
        let replica = Replica { provider: *provider, bond, since: NOW, step, is_paid: false };
        let _there_is_room = chunk.replicas.try_push(replica);
        WorkOf::<T>::insert(provider, place(id, index), ());
    }
    chunk.kind = kind;
    chunk.stage = stage;
    chunk.wanted = replicas.len() as u8;
    chunk.decided = true;
    chunk.tried = BoundedVec::truncate_from((0..16).map(|number| account("tried", number, 0)).collect());
    Chunks::<T>::insert(id, index, chunk);
    project.touched = project.touched.saturating_add(1);
    Projects::<T>::insert(id, project);
    Ok(())
}

/// Changes a chunk.
pub(crate) fn alter<T: Config>(id: ProjectId, index: ChunkIndex, change: impl FnOnce(&mut Chunk<T::AccountId>)) {
    Chunks::<T>::mutate(id, index, |chunk| {
        if let Some(chunk) = chunk {
            change(chunk);
        }
    });
}

/// The most replicas, all at a step.
pub(crate) fn all_at<AccountId>(providers: &[Peer<AccountId>], step: impl Fn(u32) -> Step) -> Vec<(ProviderId, Step)> {
    (0u32..).zip(providers).take(MOST_REPLICAS as usize).map(|(number, peer)| (peer.id, step(number))).collect()
}

/// Chunks that were agreed to by as many replicas as may be, each of providers of its own, long enough ago that nobody can challenge
/// them.
pub(crate) fn agreed<T: Config>(chunks: u32) -> Result<(ProjectId, Vec<Peer<T::AccountId>>), BenchmarkError> {
    let id = project::<T>(Class::Deterministic, chunks)?;
    let mut all = Vec::new();
    let stage = Stage::Agreed { root: finding(7).root, at: NOW };
    for index in 0..chunks {
        all = others::<T>(index, MOST_REPLICAS)?;
        chunk::<T>(id, index, Kind::Proven, stage, &all_at(&all, |_| revealed::<T>(7)))?;
    }
    Ok((id, all))
}

/// The seed of a moment.
pub(crate) fn seed<T: Config>(moment: Clock) {
    Seeds::<T>::insert(moment % RING, (moment, [5; 32]));
}

/// Lets so much time pass that a result can be challenged no more.
pub(crate) fn pass_challenge<T: Config>() {
    Now::<T>::put(NOW.saturating_add(Rules::<T>::get().challenge).saturating_add(1));
}
