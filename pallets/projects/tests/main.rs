//! What each call does, refuses and leaves as it was.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acknowledge;
mod advance;
mod attacks;
mod cancel;
mod challenge;
mod claim;
mod classes;
mod clean;
mod commit;
mod create;
mod disputes;
mod finalise;
mod invariants;
mod reveal;
mod sample;
mod views;
mod wrap;

use idlewild_compute_primitives::{money, Balance, ChunkIndex, ProjectId, ProviderId};
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{self, chunk, create, providers, quick, spec},
        trackers as panels,
    },
    AccountId, Chain, Escrow, RuntimeEvent, Test, ALICE,
};

type Call = pallet_idlewild_projects::Call<Test>;
type Error = pallet_idlewild_projects::Error<Test>;
type Event = pallet_idlewild_projects::Event<Test>;
type OffersError = pallet_idlewild_offers::Error<Test>;

/// Quick deadlines, a project of Alice's and so many providers.
fn started(count: u8) -> (ProjectId, Vec<ProviderId>) {
    quick();
    let all = providers(count);
    (create(&ALICE, spec()), all)
}

/// What is set aside for a chunk.
fn share() -> Balance {
    money::escrow_of_chunk(projects::PRICE, 5)
}

/// What a project has in escrow.
fn held(id: ProjectId) -> Balance {
    Escrow::held(projects::project(id).escrow)
}

/// What is left of a chunk's share.
fn left(id: ProjectId, index: ChunkIndex) -> Balance {
    chunk(id, index).left
}

/// All coins of who operates a provider.
fn wealth(provider: ProviderId) -> Balance {
    Chain::wealth(&projects::operator(provider))
}

/// What of a provider's bond stands for something.
fn locked(provider: ProviderId) -> Balance {
    offers::record(provider).locked
}

/// Whether such an event of the pallet is of this block.
fn saw(is: impl Fn(&Event) -> bool) -> bool {
    Chain::saw(|event| matches!(event, RuntimeEvent::Projects(event) if is(event)))
}

/// Accounts that are trackers in tests: neither users nor operators.
fn trackers(count: u8) -> Vec<AccountId> {
    let all: Vec<AccountId> = (40..40 + count).map(pallet_idlewild_test_runtime::account).collect();
    pallet_idlewild_test_runtime::compute::trackers::take_seats(&all);
    all
}
