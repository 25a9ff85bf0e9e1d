//! What the calls cost, as measured: the largest of each fits into a block, and what miners and users do daily fits many times.

use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    weights::Weight,
    BoundedVec,
};
use idlewild_runtime::{configs::system::RuntimeBlockWeights, Runtime, RuntimeCall};
use idlewild_storage_primitives::{
    deal::{MAX_MANIFEST, MAX_SLOTS},
    geometry::{Geometry, MAX_SEGMENT_BYTES},
    proof::ChunkProof,
    receipt::SlotReceipt,
    sum_range::{Leaf, Node},
    CHALLENGES, CHUNK_BYTES,
};
use pallet_idlewild_deals::{
    types::Request,
    weights::{SubstrateWeight, WeightInfo},
    MAX_BATCH, MAX_SETTLED,
};
use pallet_idlewild_slots::{Clearing, MAX_APPENDED, MAX_CLEARED};

type Deals = pallet_idlewild_deals::Call<Runtime>;
type Proofs = pallet_idlewild_proofs::Call<Runtime>;
type Repairs = pallet_idlewild_repair::Call<Runtime>;
type Slots = pallet_idlewild_slots::Call<Runtime>;

const LEAF: Leaf = Leaf { deal: 0, copy: 0, slot: 0, root: [0; 32], count: 65_537 };

fn receipts(count: u32) -> Vec<SlotReceipt> {
    let slots = (0..count).map(|slot| slot as u8);
    slots.map(|slot| SlotReceipt { slot, miner: 0, least_price: 0, valid_until: 0, signature: [0; 64] }).collect()
}

fn create(deals: u32, slots: u32) -> RuntimeCall {
    let request = Request {
        salt: [0; 16],
        geometry: Geometry::STANDARD,
        copies: 1,
        shard_len: MAX_SEGMENT_BYTES / 16,
        term: 400,
        price: 1,
        roots: BoundedVec::truncate_from(vec![[0; 32]; slots as usize]),
        receipts: BoundedVec::truncate_from(receipts(slots)),
        manifest: BoundedVec::truncate_from(vec![0; MAX_MANIFEST as usize]),
    };
    Deals::create_deals { requests: BoundedVec::truncate_from(vec![request; deals as usize]) }.into()
}

fn settle(deals: u32) -> RuntimeCall {
    Deals::settle { deals: BoundedVec::truncate_from((0..u64::from(deals)).collect()) }.into()
}

fn append(slots: u32) -> RuntimeCall {
    Slots::append { miner: 0, slots: BoundedVec::truncate_from(vec![(0, 0); slots as usize]) }.into()
}

fn clear(leaves: u32) -> RuntimeCall {
    let clearing = Clearing { leaf: LEAF, index: 0, path: BoundedVec::truncate_from(vec![Node::CLEARED; 32]) };
    Slots::clear { miner: 0, clearings: BoundedVec::truncate_from(vec![clearing; leaves as usize]) }.into()
}

fn prove() -> RuntimeCall {
    let proof = ChunkProof {
        leaf: LEAF,
        index: 0,
        path: vec![Node::CLEARED; 32],
        chunk: vec![0; CHUNK_BYTES],
        chunk_path: vec![[0; 32]; 17],
    };
    Proofs::prove { miner: 0, period: 0, proofs: BoundedVec::truncate_from(vec![proof; CHALLENGES as usize]) }.into()
}

/// What ordinary extrinsics may take of a block together, and one of them at most.
fn room() -> (Weight, Weight) {
    let limits = RuntimeBlockWeights::get();
    let normal = limits.get(DispatchClass::Normal);
    let (Some(total), Some(one)) = (normal.max_total, normal.max_extrinsic) else {
        panic!("ordinary extrinsics have no limit")
    };
    (total, one)
}

#[test]
fn the_largest_calls_fit_into_a_block() {
    let (_, most) = room();
    let calls = [
        ("create_deals", create(MAX_BATCH, MAX_SLOTS)),
        ("fill_slots", Deals::fill_slots { deal: 0, receipts: BoundedVec::truncate_from(receipts(MAX_SLOTS)) }.into()),
        ("settle", settle(MAX_SETTLED)),
        ("append", append(MAX_APPENDED)),
        ("clear", clear(MAX_CLEARED)),
        ("prove", prove()),
        ("decide_probation", Deals::decide_probation { deal: 0, slot: 0 }.into()),
        ("report_unappended", Slots::report_unappended { deal: 0, slot: 0 }.into()),
        ("complete_repair", Repairs::complete_repair { miner: 0, deal: 0, slot: 0 }.into()),
    ];
    for (name, call) in calls {
        let weight = call.get_dispatch_info().total_weight();
        assert!(weight.all_lte(most), "{name} takes {weight:?}, and a block has {most:?} for one extrinsic");
    }
}

#[test]
fn a_block_has_room_for_many_of_the_daily_calls() {
    let (total, _) = room();
    let charged = |call: RuntimeCall| call.get_dispatch_info().total_weight();
    // A gigabyte of deals at 16+8, twice over; what 100 miners prove; ten full appends. Settling is charged for the widest
    // deals at first, and what four at 16+8 did not take is given back before the next call.
    let four_settled = <SubstrateWeight<Runtime> as WeightInfo>::settle(24).saturating_mul(4);
    for (name, at_first, taken, times) in [
        ("create_deals of eight at 16+8", charged(create(8, 24)), charged(create(8, 24)), 4),
        ("prove", charged(prove()), charged(prove()), 100),
        ("append of 64", charged(append(64)), charged(append(64)), 10),
        ("settle of four at 16+8", charged(settle(4)), four_settled, 10),
    ] {
        let rest = total.saturating_sub(at_first);
        let fits = rest.checked_div_per_component(&taken).unwrap_or(0).saturating_add(1);
        assert!(fits >= times, "{name} fits {fits} times into a block, and should {times} times");
    }
}

#[test]
fn weights_are_measured() {
    // What stands in for a measurement is round.
    for call in [create(1, 24), settle(1), append(1), clear(1), prove()] {
        let weight = call.get_dispatch_info().call_weight;
        assert!(weight.ref_time() % 1_000_000 != 0 || weight.proof_size() % 1_000 != 0, "{call:?} costs {weight:?}");
    }
}
