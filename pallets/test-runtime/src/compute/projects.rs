//! How `projects` is configured in tests, and the hands to play with it: projects, and providers that run their chunks.

// What the macro makes beside the alias has no documentation of its own.
#![allow(missing_docs)]

use frame_support::{parameter_types, storage_alias, traits::tokens::imbalance::ResolveTo, BoundedVec, Identity};
use idlewild_compute_primitives::{
    chunk::Deadlines,
    commitment::{of_finding, Finding, Salt},
    draw::SEED_AFTER,
    program::{Bundle, Class, Form, Program},
    project::{Input, Limits, ProjectSpec},
    resources::{Resources, Wishes},
    trust::Chance,
    view::ChunkView,
    ChunkIndex, Clock as Moment, DealId, Digest, PanelId, ProjectId, ProviderId,
};
use pallet_idlewild_projects::{
    types::{Chunk, Project},
    Call, Chunks, Config, NextProject, Outputs, Projects, Rules, Sampled,
};

use crate::{
    compute::{offers, trackers},
    runtime::{self, AccountId, Balances, Test, COIN},
    Chain, Clock, RuntimeCall,
};

parameter_types! {
    /// How long projects that are over are kept.
    pub const Keep: u32 = 50;
    /// What its owner has on hold for a project.
    pub const ProjectDeposit: u128 = 3 * COIN;
    /// Where fees and the treasury's part of slashes go.
    pub const ProjectsTreasury: AccountId = AccountId::new([0xfc; 32]);
}

/// Outputs that are not stored; all others are. In the chain's state and not beside it, so that a call that is refused changes nothing.
#[storage_alias]
pub type Missing = StorageMap<TestOutputs, Identity, DealId, ()>;

/// Since when outputs are stored; those of which nothing is said here are stored since just now.
#[storage_alias]
pub type StoredSince = StorageMap<TestOutputs, Identity, DealId, Moment>;

/// Outputs of which tests say whether they are stored.
pub struct TestOutputs;

impl Outputs<AccountId> for TestOutputs {
    fn is_stored(deal: DealId, _: &AccountId, since: Moment) -> bool {
        !Missing::contains_key(deal) && StoredSince::get(deal).is_none_or(|stored| stored >= since)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn store(_: &AccountId) -> Result<DealId, sp_runtime::DispatchError> {
        Ok(0)
    }
}

impl Config for Test {
    type WeightInfo = ();
    type Outputs = TestOutputs;
    type Treasury = ResolveTo<ProjectsTreasury, Balances>;
    type Keep = Keep;
    type ProjectDeposit = ProjectDeposit;
}

/// Deadlines short enough for tests, all of them different.
pub const QUICK: Deadlines = Deadlines { race: 2, acknowledge: 4, reveal: 6, challenge: 12, adjudicate: 40 };

/// What a chunk costs in tests.
pub const PRICE: u128 = 10 * COIN;
/// What of an untrusted provider's bond stands for a chunk in tests.
pub const BOND: u128 = 10 * PRICE;
/// What a task may use in tests.
pub const WORK: u64 = 1_000_000;
/// The salt of all results in tests.
pub const SALT: Salt = [7; 16];

/// Makes waits short, for tests that let chunks run, and samples none.
pub fn quick() {
    Rules::<Test>::put(QUICK);
    Sampled::<Test>::put(0);
    trackers::quick_panels();
}

/// A program of a class.
pub fn program(class: Class) -> Program {
    let form = if class == Class::Deterministic { Form::Module } else { Form::Image };
    Program { form, digest: [0xd1; 32], bundle: Bundle { root: 1, key: [1; 32] }, class }
}

/// A project of four chunks of two tasks each, deterministic and with a public input.
pub fn spec() -> ProjectSpec {
    ProjectSpec {
        program: program(Class::Deterministic),
        app: None,
        tasks: 8,
        per_chunk: 2,
        root: [5; 32],
        input: Input::Public(Bundle { root: 2, key: [2; 32] }),
        limits: Limits { work: WORK, time_ms: 30_000, memory_mib: 256, output: 1 << 20 },
        resources: Resources { cpu_milli: 1_000, ram_mib: 512, disk_mib: 1_024, ..Resources::default() },
        wishes: Wishes::default(),
        run: 5,
        price: PRICE,
        replicas: 1,
        deadline: Clock::now() + 500,
        reply_to: [6; 32],
        organisation: None,
    }
}

/// The same of another class.
pub fn spec_of(class: Class) -> ProjectSpec {
    ProjectSpec { program: program(class), ..spec() }
}

/// Creates a project.
#[track_caller]
pub fn create(owner: &AccountId, spec: ProjectSpec) -> ProjectId {
    let id = NextProject::<Test>::get();
    Chain::does(owner, Call::create { spec }.into());
    id
}

/// A project's record.
#[track_caller]
pub fn project(id: ProjectId) -> Project<AccountId> {
    match Projects::<Test>::get(id) {
        Some(project) => project,
        None => panic!("there is no project {id}"),
    }
}

/// A chunk's record.
#[track_caller]
pub fn chunk(id: ProjectId, index: ChunkIndex) -> Chunk<AccountId> {
    match Chunks::<Test>::get(id, index) {
        Some(chunk) => chunk,
        None => panic!("nobody has touched chunk {index} of project {id}"),
    }
}

/// What the chain tells of a chunk.
#[track_caller]
pub fn view(id: ProjectId, index: ChunkIndex) -> ChunkView {
    match runtime::Projects::chunk(id, index) {
        Some(view) => view,
        None => panic!("there is no chunk {index} of project {id}"),
    }
}

/// The account behind a provider.
#[track_caller]
pub fn operator(provider: ProviderId) -> AccountId {
    offers::record(provider).operator
}

/// `claim`.
pub fn claim(project: ProjectId, provider: ProviderId, chunks: &[ChunkIndex]) -> RuntimeCall {
    Call::claim { project, provider, chunks: BoundedVec::truncate_from(chunks.to_vec()) }.into()
}

/// `acknowledge`.
pub fn acknowledge(project: ProjectId, provider: ProviderId, chunks: &[ChunkIndex]) -> RuntimeCall {
    Call::acknowledge { project, provider, chunks: BoundedVec::truncate_from(chunks.to_vec()) }.into()
}

/// `commit` to one finding.
#[track_caller]
pub fn commit(project: ProjectId, provider: ProviderId, chunk: ChunkIndex, finding: &Finding) -> RuntimeCall {
    let finding = stored(project, provider, chunk, finding);
    let commitment = of_finding(project, chunk, &finding, &SALT, operator(provider).as_ref());
    commit_to(project, provider, chunk, commitment)
}

/// `commit` to anything.
pub fn commit_to(project: ProjectId, provider: ProviderId, chunk: ChunkIndex, commitment: Digest) -> RuntimeCall {
    Call::commit { project, provider, commitments: BoundedVec::truncate_from(vec![(chunk, commitment)]) }.into()
}

/// A finding whose output is in a deal of its own: whoever finds the same has stored it elsewhere.
pub fn stored(project: ProjectId, provider: ProviderId, chunk: ChunkIndex, finding: &Finding) -> Finding {
    let own = (project << 40) + (u64::from(chunk) << 24) + (u64::from(provider) << 8);
    Finding { output: own + finding.output, ..*finding }
}

/// `reveal` of one finding, with what [`commit`] stored.
pub fn reveal(project: ProjectId, provider: ProviderId, chunk: ChunkIndex, finding: &Finding) -> RuntimeCall {
    reveal_as(project, provider, chunk, &stored(project, provider, chunk, finding))
}

/// The same of exactly this finding.
pub fn reveal_as(project: ProjectId, provider: ProviderId, chunk: ChunkIndex, finding: &Finding) -> RuntimeCall {
    Call::reveal { project, provider, reveals: BoundedVec::truncate_from(vec![(chunk, *finding, SALT)]) }.into()
}

/// `advance`.
pub fn advance(project: ProjectId, chunk: ChunkIndex) -> RuntimeCall {
    Call::advance { project, chunk }.into()
}

/// `challenge`.
pub fn challenge(project: ProjectId, chunk: ChunkIndex) -> RuntimeCall {
    Call::challenge { project, chunk }.into()
}

/// `sample`.
pub fn sample(project: ProjectId, chunk: ChunkIndex) -> RuntimeCall {
    Call::sample { project, chunk }.into()
}

/// `finalise`.
pub fn finalise(project: ProjectId, chunks: &[ChunkIndex]) -> RuntimeCall {
    Call::finalise { project, chunks: BoundedVec::truncate_from(chunks.to_vec()) }.into()
}

/// A result: `what` tells results apart, `used` is what all tasks used.
pub fn finding(what: u8, used: u64) -> Finding {
    let mut root = [what; 32];
    root[24..].copy_from_slice(&used.to_le_bytes());
    Finding { root, used, output: u64::from(what), key: [what; 80] }
}

/// The right one, for half of what is paid for at most.
pub fn right() -> Finding {
    finding(1, WORK)
}

/// A wrong one.
pub fn wrong() -> Finding {
    finding(2, WORK)
}

/// Registers so many providers that have plenty of everything, each of an operator of its own.
#[track_caller]
pub fn providers(count: u8) -> Vec<ProviderId> {
    (0..count).map(offers::any_provider).collect()
}

/// Makes a provider trusted.
pub fn trust(provider: ProviderId) {
    offers::agree(provider, 10);
}

/// Says how likely a chunk's lone replica is checked, as if its provider had begun with another score.
pub fn fix_chance(id: ProjectId, index: ChunkIndex, chance: Chance) {
    Chunks::<Test>::mutate(id, index, |chunk| {
        if let Some(chunk) = chunk {
            chunk.chance = chance;
        }
    });
}

/// The panel that was asked last.
pub fn last_panel() -> PanelId {
    pallet_idlewild_trackers::NextPanel::<Test>::get().saturating_sub(1)
}

/// Has providers claim a chunk, and blocks pass until the draw is known. Returns who was drawn.
#[track_caller]
pub fn draw(id: ProjectId, index: ChunkIndex, among: &[ProviderId]) -> Vec<ProviderId> {
    for provider in among {
        Chain::does(&operator(*provider), claim(id, *provider, &[index]));
    }
    Chain::pass(Rules::<Test>::get().race + SEED_AFTER);
    view(id, index).drawn
}

/// The same, and everybody who was drawn acknowledges.
#[track_caller]
pub fn begin(id: ProjectId, index: ChunkIndex, among: &[ProviderId]) -> Vec<ProviderId> {
    let drawn = draw(id, index, among);
    for provider in &drawn {
        Chain::does(&operator(*provider), acknowledge(id, *provider, &[index]));
    }
    drawn
}

/// Has a provider commit to a finding.
#[track_caller]
pub fn commits(id: ProjectId, index: ChunkIndex, provider: ProviderId, finding: &Finding) {
    Chain::does(&operator(provider), commit(id, provider, index, finding));
}

/// Has a provider reveal it.
#[track_caller]
pub fn reveals(id: ProjectId, index: ChunkIndex, provider: ProviderId, finding: &Finding) {
    Chain::does(&operator(provider), reveal(id, provider, index, finding));
}

/// Runs a chunk from the first claim to its last reveal: each of these providers is drawn, if there are places, and finds what stands
/// beside it.
#[track_caller]
pub fn run(id: ProjectId, index: ChunkIndex, among: &[(ProviderId, Finding)]) -> Vec<ProviderId> {
    let all: Vec<ProviderId> = among.iter().map(|(provider, _)| *provider).collect();
    let drawn = begin(id, index, &all);
    show(id, index, &drawn, among);
    drawn
}

/// Has those who began commit and reveal what stands beside them.
#[track_caller]
pub fn show(id: ProjectId, index: ChunkIndex, drawn: &[ProviderId], among: &[(ProviderId, Finding)]) {
    let of_drawn = || among.iter().filter(|(provider, _)| drawn.contains(provider));
    of_drawn().for_each(|(provider, finding)| commits(id, index, *provider, finding));
    of_drawn().for_each(|(provider, finding)| reveals(id, index, *provider, finding));
}

/// Lets blocks pass until a result cannot be challenged any more.
pub fn pass_challenge() {
    Chain::pass(Rules::<Test>::get().challenge + 1);
}
