//! Measures `prove` as a validator executes it: the chain's own wasm in wasmtime, with SIMD and bulk memory off.
//!
//! A signed extrinsic is applied to a prepared state: miners with 100 and with 100,000 slots of a full segment at 16+8, of
//! which each proof touches its miner first in a period, as a worker's does. Right after it a remark of the same length is
//! applied, so that what every extrinsic costs can be told apart from what the proof does.
//!
//! Prints one JSON object a line for each number of slots; times are medians, and `own_ms` is that of the differences.
//! `prove_bench [ROUNDS]`; 300 if not given.

#[path = "../../primitives/vectors-wasm/examples/verify_bench/validation.rs"]
mod validation;

use codec::{Decode, Encode};
use cumulus_client_service::ParachainHostFunctions;
use idlewild_runtime::{
    currency::IDW, genesis_config_presets::get_preset, Clock, Header, Providers, Runtime, RuntimeCall, RuntimeGenesisConfig,
    RuntimeOrigin, TxExtension, UncheckedExtrinsic, WASM_BINARY,
};
use idlewild_storage_primitives::{
    challenge::{self, Schedule},
    chunk,
    geometry::{self, sealed_len, Geometry, MAX_SEGMENT_BYTES},
    ledger::Ledger,
    proof::ChunkProof,
    receipt::registration_message,
    sum_range::{Leaf, Node, Peaks},
    MinerId, CHALLENGES, CHUNK_BYTES,
};
use sc_chain_spec::json_merge;
use sc_executor_wasmtime::{create_runtime, RuntimeBlob, WasmModule, WasmtimeRuntime};
use sp_core::{ed25519, Pair};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{generic::SignedPayload, traits::BlakeTwo256, ApplyExtrinsicResult, BuildStorage, MultiSignature};
use sp_state_machine::TestExternalities;
use std::{error::Error, time::Instant};
use validation::{as_validators_do, HEAP};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What a miner holds.
const SLOTS: [u32; 2] = [100, 100_000];
/// Miners of each size, so that challenges fall on many places.
const MINERS: u32 = 8;
/// When they prove.
const NOW: u32 = 105;
const SEED: [u8; 32] = [7; 32];
/// Different shards; which of them a slot holds makes no difference to the work.
const SHARDS: u32 = 4;

fn main() -> Outcome<()> {
    let rounds = std::env::args().nth(1).map(|rounds| rounds.parse()).transpose()?.unwrap_or(300usize).max(1);
    let mut chain = Chain::start()?;
    let shards: Vec<Vec<u8>> = (0..SHARDS).map(shard).collect::<Option<_>>().ok_or("a segment has no such geometry")?;
    let mut contests = Vec::new();
    for slots in SLOTS {
        let range = Range::new(slots, &shards)?;
        for _ in 0..MINERS {
            contests.push((slots, chain.contest(&range, &shards)?));
        }
    }
    chain.commit()?;
    let mut taken = vec![(Vec::with_capacity(rounds), Vec::with_capacity(rounds)); SLOTS.len()];
    // The first rounds warm up.
    for round in 0..rounds + MINERS as usize {
        for (slots, times) in SLOTS.iter().zip(&mut taken) {
            let own: Vec<&Contest> = contests.iter().filter(|(of, _)| of == slots).map(|(_, contest)| contest).collect();
            let contest = own.get(round % own.len()).ok_or("there is no miner")?;
            let (proof, remark) = (chain.time(&contest.proof)?, chain.time(&contest.remark)?);
            if round >= MINERS as usize {
                times.0.push(proof);
                times.1.push(remark);
            }
        }
    }
    for (slots, (proofs, remarks)) in SLOTS.iter().zip(taken) {
        let own = proofs.iter().zip(&remarks).map(|(proof, remark)| proof - remark).collect();
        let mut longest = (0, 0, 0);
        for (_, contest) in contests.iter().filter(|(of, _)| of == slots) {
            longest.0 = longest.0.max(contest.proof.len());
            longest.1 = longest.1.max(chain.state_read(&contest.proof)?);
            longest.2 = longest.2.max(chain.state_read(&contest.remark)?);
        }
        let line = serde_json::json!({
            "slots": slots, "own_ms": median(own), "prove_ms": median(proofs), "remark_ms": median(remarks),
            "extrinsic_bytes": longest.0, "state_bytes": longest.1, "remark_state_bytes": longest.2, "rounds": rounds,
        });
        println!("{line}");
    }
    Ok(())
}

/// A proof, and a remark of its length: signed extrinsics, encoded.
struct Contest {
    proof: Vec<u8>,
    remark: Vec<u8>,
}

/// A state and a runtime to work on it.
struct Chain {
    runtime: WasmtimeRuntime,
    state: TestExternalities<BlakeTwo256>,
}

impl Chain {
    /// A development chain in its first block.
    fn start() -> Outcome<Self> {
        let code = WASM_BINARY.ok_or("the runtime was built without its wasm: unset SKIP_WASM_BUILD")?;
        let runtime = create_runtime::<ParachainHostFunctions>(RuntimeBlob::uncompress_if_needed(code)?, as_validators_do())?;
        let patch = get_preset(&DEV_RUNTIME_PRESET.into()).ok_or("the runtime has no preset for development")?;
        let mut config = serde_json::to_value(RuntimeGenesisConfig::default())?;
        json_merge(&mut config, serde_json::from_slice(&patch)?);
        let config: RuntimeGenesisConfig = serde_json::from_value(config)?;
        let mut chain = Self { runtime, state: TestExternalities::new(config.build_storage()?) };
        let parent = chain.state.execute_with(Clock::genesis);
        let header = Header {
            parent_hash: parent.into(),
            number: 1,
            state_root: Default::default(),
            extrinsics_root: Default::default(),
            digest: Default::default(),
        };
        chain.call("Core_initialize_block", &header.encode())?;
        chain.state.execute_with(|| pallet_idlewild_clock::Now::<Runtime>::put(NOW));
        Ok(chain)
    }

    /// Calls the runtime as a node does, with a fresh instance.
    fn call(&mut self, function: &str, input: &[u8]) -> Outcome<Vec<u8>> {
        let mut instance = self.runtime.new_instance(HEAP)?;
        Ok(self.state.execute_with(|| instance.call(function, input))?)
    }

    /// Registers a miner with this range sealed, that proved its last period and is now owing, and signs its proof.
    fn contest(&mut self, range: &Range, shards: &[Vec<u8>]) -> Outcome<Contest> {
        self.state.execute_with(|| {
            let miner = register()?;
            let timing = pallet_idlewild_clock::Pallet::<Runtime>::timing();
            let schedule = Schedule::new(miner, timing.period);
            let period = schedule.period(NOW);
            let drawn = schedule.start(period).saturating_add(1);
            pallet_idlewild_randomness::Seeds::<Runtime>::insert(drawn % pallet_idlewild_randomness::RING, (drawn, SEED));
            pallet_idlewild_proofs::Live::<Runtime>::insert(miner, &range.peaks);
            pallet_idlewild_proofs::Sealed::<Runtime>::insert(miner, &range.peaks);
            let before = Ledger { period: period.saturating_sub(1), proven: 1, recent: 1, ..Default::default() };
            pallet_idlewild_proofs::Ledgers::<Runtime>::insert(miner, before);
            let proofs: Option<Vec<ChunkProof>> = (0..CHALLENGES).map(|j| range.answer(miner, j, shards)).collect();
            let proofs = proofs.ok_or("a challenge has no answer")?;
            let proofs = proofs.try_into().map_err(|_| "more answers than challenges")?;
            let call = RuntimeCall::Proofs(pallet_idlewild_proofs::Call::prove { miner, period, proofs });
            let length = call.encoded_size();
            // Pallet, call, and a length of four bytes where there are many.
            let frame = if length > 1 << 14 { 6 } else { 4 };
            let remark = vec![1; length.saturating_sub(frame)];
            let remark = RuntimeCall::System(frame_system::Call::remark { remark });
            Ok(Contest { proof: signed(call)?, remark: signed(remark)? })
        })
    }

    /// Makes all changes so far part of the state that every extrinsic finds.
    fn commit(&mut self) -> Outcome<()> {
        Ok(self.state.commit_all()?)
    }

    /// Applies an extrinsic, takes it back, and tells how many milliseconds it took.
    fn time(&mut self, extrinsic: &[u8]) -> Outcome<f64> {
        let mut instance = self.runtime.new_instance(HEAP)?;
        let (applied, took) = self.state.execute_with(|| {
            let begun = Instant::now();
            let applied = instance.call(APPLY, extrinsic);
            (applied, begun.elapsed())
        });
        self.state.reset_overlay();
        succeeded(&applied?)?;
        Ok(took.as_secs_f64() * 1e3)
    }

    /// Bytes of state that an extrinsic adds to a block's proof.
    fn state_read(&mut self, extrinsic: &[u8]) -> Outcome<usize> {
        let mut instance = self.runtime.new_instance(HEAP)?;
        let (applied, proof) = self.state.execute_and_prove(|| instance.call(APPLY, extrinsic));
        self.state.reset_overlay();
        succeeded(&applied?)?;
        Ok(proof.encoded_size())
    }
}

const APPLY: &str = "BlockBuilder_apply_extrinsic";

fn succeeded(applied: &[u8]) -> Outcome<()> {
    match ApplyExtrinsicResult::decode(&mut &applied[..])? {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(format!("the call failed: {error:?}").into()),
        Err(error) => Err(format!("the extrinsic is invalid: {error:?}").into()),
    }
}

/// The next miner of Alice's.
fn register() -> Outcome<MinerId> {
    let miner = pallet_idlewild_providers::NextMiner::<Runtime>::get();
    let operator = Alice.to_account_id();
    let pair = ed25519::Pair::from_seed(&[miner as u8 + 1; 32]);
    let key = pair.public().0;
    let message = registration_message(&Clock::genesis(), operator.as_ref(), &key);
    let endpoint = b"/ip4/127.0.0.1/tcp/24000".to_vec().try_into().map_err(|_| "the endpoint is too long")?;
    let signature = pair.sign(&message).0;
    Providers::register(RuntimeOrigin::signed(operator), key, signature, endpoint, 1 << 50, 1, 100 * IDW)
        .map_err(|error| format!("a miner cannot be registered: {error:?}"))?;
    Ok(miner)
}

/// Signs a call as the first of Alice's, for ever valid, with no tip.
fn signed(call: RuntimeCall) -> Outcome<Vec<u8>> {
    // Of all extensions, only these four have something to say: era, nonce, tip, and whether the metadata is hashed.
    let extension = TxExtension::decode(&mut &[0u8; 4][..])?;
    let payload = SignedPayload::new(call, extension).map_err(|error| format!("nothing to sign: {error:?}"))?;
    let signature = MultiSignature::Sr25519(payload.using_encoded(|payload| Alice.sign(payload)));
    let (call, extension, _) = payload.deconstruct();
    Ok(UncheckedExtrinsic::new_signed(call, Alice.to_account_id().into(), signature, extension).encode())
}

/// A shard of a full segment at 16+8.
fn shard(number: u32) -> Option<Vec<u8>> {
    let length = Geometry::STANDARD.shard_len(sealed_len(MAX_SEGMENT_BYTES))?;
    let mut bytes = vec![0; length as usize];
    blake3::Hasher::new().update(&number.to_le_bytes()).finalize_xof().fill(&mut bytes);
    Some(bytes)
}

/// All nodes of a sum range whose slots are equally long.
struct Range {
    leaves: Vec<Leaf>,
    /// Of each mountain the levels, from its leaves up to its peak.
    mountains: Vec<Vec<Vec<Node>>>,
    peaks: Peaks,
}

impl Range {
    fn new(slots: u32, shards: &[Vec<u8>]) -> Outcome<Self> {
        let kinds: Vec<([u8; 32], u32)> =
            shards.iter().map(|shard| (*blake3::hash(shard).as_bytes(), geometry::chunks(shard.len() as u32))).collect();
        let leaves: Vec<Leaf> = (0..slots)
            .zip(kinds.iter().cycle())
            .map(|(number, (root, count))| Leaf {
                deal: u64::from(number / 24),
                copy: 0,
                slot: (number % 24) as u8,
                root: *root,
                count: *count,
            })
            .collect();
        let mut peaks = Peaks::default();
        for leaf in &leaves {
            peaks.append(leaf.node()).map_err(|error| format!("a slot cannot be appended: {error:?}"))?;
        }
        let mut mountains = Vec::new();
        let mut rest = &leaves[..];
        for height in (0..u32::BITS).rev().filter(|height| slots & (1 << height) != 0) {
            let (own, others) = rest.split_at(1 << height);
            rest = others;
            let mut levels = vec![own.iter().map(Leaf::node).collect::<Vec<_>>()];
            while let Some(level) = levels.last().filter(|level| level.len() > 1) {
                let above: Option<Vec<Node>> = level.chunks(2).map(|pair| Node::join(&pair[0], &pair[1])).collect();
                levels.push(above.ok_or("a sum overflows")?);
            }
            mountains.push(levels);
        }
        Ok(Self { leaves, mountains, peaks })
    }

    /// What a miner answers to challenge `j`.
    fn answer(&self, miner: MinerId, j: u32, shards: &[Vec<u8>]) -> Option<ChunkProof> {
        let position = challenge::position(&SEED, miner, j, self.peaks.total())?;
        let count = u64::from(self.leaves.first()?.count);
        let (index, offset) = ((position / count) as u32, (position % count) as u32);
        let leaf = *self.leaves.get(index as usize)?;
        let (place, height, within) = self.peaks.mountain(index)?;
        let levels = self.mountains.get(place)?;
        let path = (0..height).map(|level| levels.get(level as usize)?.get(((within >> level) ^ 1) as usize).copied());
        let shard = shards.get(index as usize % shards.len())?;
        Some(ChunkProof {
            leaf,
            index,
            path: path.collect::<Option<_>>()?,
            chunk: shard.chunks(CHUNK_BYTES).nth(offset as usize)?.to_vec(),
            chunk_path: chunk::path(shard, offset)?,
        })
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    (median * 1e5).round() / 1e5
}
