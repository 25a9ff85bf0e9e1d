//! What jobs and services cost on chain, as measured: the largest of each call fits into a block, and a project is paid for by its
//! chunks, however many tasks they hold.

#![allow(clippy::unwrap_used)]

use codec::Decode;
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    weights::Weight,
    BoundedVec,
};
use idlewild_compute_primitives::{
    chunk::{MAX_BATCH, MAX_CHUNKS, MAX_TASKS_OF_CHUNK},
    commitment::Finding,
    project::{ProjectSpec, ServiceSpec},
};
use idlewild_runtime::{configs::system::RuntimeBlockWeights, Runtime, RuntimeCall};
use sp_runtime::traits::TrailingZeroInput;

type Market = pallet_idlewild_market::Call<Runtime>;
type Projects = pallet_idlewild_projects::Call<Runtime>;
type Services = pallet_idlewild_services::Call<Runtime>;
type Trackers = pallet_idlewild_trackers::Call<Runtime>;

fn zero<T: Decode>() -> T {
    T::decode(&mut TrailingZeroInput::zeroes()).unwrap()
}

fn batch<T: Clone>(item: T) -> BoundedVec<T, frame_support::traits::ConstU32<MAX_BATCH>> {
    BoundedVec::truncate_from(vec![item; MAX_BATCH as usize])
}

fn create(tasks: u64, per_chunk: u32) -> RuntimeCall {
    Projects::create { spec: ProjectSpec { tasks, per_chunk, ..zero() } }.into()
}

/// All that a batch of chunks asks of one provider, from the claim to its money.
fn of_a_batch() -> [(&'static str, RuntimeCall); 5] {
    let (project, provider, chunks) = (0, 0, batch(0));
    [
        ("claim", Projects::claim { project, provider, chunks: chunks.clone() }.into()),
        ("acknowledge", Projects::acknowledge { project, provider, chunks: chunks.clone() }.into()),
        ("commit", Projects::commit { project, provider, commitments: batch((0, [0; 32])) }.into()),
        ("reveal", Projects::reveal { project, provider, reveals: batch((0, zero::<Finding>(), [0; 16])) }.into()),
        ("finalise", Projects::finalise { project, chunks }.into()),
    ]
}

fn weight_of(call: &RuntimeCall) -> Weight {
    call.get_dispatch_info().total_weight()
}

/// What ordinary extrinsics may take of a block together, and one of them at most.
fn room() -> (Weight, Weight) {
    let limits = RuntimeBlockWeights::get();
    let normal = limits.get(DispatchClass::Normal);
    (normal.max_total.unwrap(), normal.max_extrinsic.unwrap())
}

#[test]
fn the_largest_calls_fit_into_a_block() {
    let (_, most) = room();
    let others = [
        ("create", create(u64::from(MAX_CHUNKS) * u64::from(MAX_TASKS_OF_CHUNK), MAX_TASKS_OF_CHUNK)),
        ("advance", Projects::advance { project: 0, chunk: 0 }.into()),
        ("clean", Projects::clean { project: 0, limit: 64 }.into()),
        ("convene", Trackers::convene { panel: 0 }.into()),
        ("close", Trackers::close { panel: 0 }.into()),
        ("ask", Market::ask { provider: 0, lot: zero(), tick: 0 }.into()),
        ("bid", Market::bid { service: 0, lot: zero(), tick: 0 }.into()),
        ("propose", Market::propose { request: 0, providers: BoundedVec::truncate_from(vec![0; 16]) }.into()),
        ("settle", Market::settle { request: 0 }.into()),
        ("deploy", Services::deploy { spec: zero::<ServiceSpec>() }.into()),
        ("finish", Services::finish { lease: 0 }.into()),
    ];
    for (name, call) in of_a_batch().into_iter().chain(others) {
        let weight = weight_of(&call);
        assert!(weight.all_lte(most), "{name} takes {weight:?}, and a block has {most:?} for one extrinsic");
    }
}

#[test]
fn a_block_has_room_for_whole_batches_and_dozens_of_small_steps() {
    let (total, _) = room();
    for (name, call) in of_a_batch() {
        let fits = total.checked_div_per_component(&weight_of(&call)).unwrap();
        assert!(fits >= 4, "{name} of {MAX_BATCH} chunks fits {fits} times into a block, and should 4 times");
    }
    let small: [(&str, RuntimeCall); 3] = [
        ("advance", Projects::advance { project: 0, chunk: 0 }.into()),
        ("redeem", Services::redeem { lease: 0, amount: 0, signature: [0; 64] }.into()),
        ("a verdict's commitment", Trackers::commit { panel: 0, seat: 0, commitment: [0; 32] }.into()),
    ];
    for (name, call) in small {
        let fits = total.checked_div_per_component(&weight_of(&call)).unwrap();
        assert!(fits >= 50, "{name} fits {fits} times into a block, and should 50 times");
    }
}

#[test]
fn a_project_costs_by_its_chunks_and_not_by_its_tasks() {
    assert_eq!(weight_of(&create(100, 1)), weight_of(&create(100_000, 1_000)));
    let (_, most) = room();
    let batches = 100u64.div_ceil(MAX_BATCH.into());
    let all: Weight =
        of_a_batch().iter().map(|(_, call)| weight_of(call).saturating_mul(batches)).fold(Weight::zero(), |sum, one| sum + one);
    // A hundred chunks of a thousand tasks each, by two providers: a few blocks' worth, spread over many.
    let blocks = 2 * all.ref_time().div_ceil(most.ref_time());
    assert!(blocks <= 60, "100,000 tasks would fill {blocks} blocks");
    println!("100,000 tasks in 100 chunks by two providers take {blocks} blocks' worth of time at most");
}

#[test]
fn weights_are_measured() {
    // What stands in for a measurement is round.
    for (name, call) in of_a_batch() {
        let weight = call.get_dispatch_info().call_weight;
        assert!(weight.ref_time() % 1_000_000 != 0 || weight.proof_size() % 1_000 != 0, "{name} costs {weight:?}");
    }
}
