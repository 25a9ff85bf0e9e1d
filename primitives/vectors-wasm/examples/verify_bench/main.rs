//! Measures how long a claim is verified as a validator executes it: in wasmtime, with SIMD and bulk memory off.
//!
//! Prints one JSON object a line: `{"name", "ms", "rounds"}`, the median of some rounds; each has another nonce, and the three
//! ways of verifying take turns. `verify_bench [ROUNDS]`; 20 if not given.

mod validation;

use idlewild_vectors_wasm::{claim, WASM_BINARY};
use sc_executor_wasmtime::{create_runtime, RuntimeBlob, WasmModule, WasmtimeRuntime};
use sp_core::{Decode, Encode};
use sp_io::{SubstrateHostFunctions, TestExternalities};
use std::{error::Error, time::Instant};
use validation::{as_validators_do, HEAP};

type Outcome<T> = Result<T, Box<dyn Error>>;
type Verifier = fn(u64, u16) -> Option<u64>;

/// Exports, and what they have to agree with.
const WAYS: [(&str, Verifier); 3] =
    [("verify_x1", claim::x1), ("verify_poc2", claim::poc2), ("verify_poc2_other", claim::poc2)];

fn main() -> Outcome<()> {
    let rounds = std::env::args().nth(1).map(|rounds| rounds.parse()).transpose()?.unwrap_or(20usize).max(1);
    let code = WASM_BINARY.ok_or("built without its wasm: unset SKIP_WASM_BUILD")?;
    let runtime = create_runtime::<SubstrateHostFunctions>(RuntimeBlob::uncompress_if_needed(code)?, as_validators_do())?;
    let mut taken = [(); WAYS.len()].map(|()| Vec::with_capacity(rounds));
    // The first round warms up.
    for round in 0..=rounds as u64 {
        let (nonce, scoop) = (round * 4_099, (round * 97 % 4_096) as u16);
        for ((name, expected), times) in WAYS.iter().zip(&mut taken) {
            let (found, ms) = time(&runtime, name, nonce, scoop)?;
            if found.is_none() || found != expected(nonce, scoop) {
                return Err(format!("{name} finds {found:?}, and natively it is {:?}", expected(nonce, scoop)).into());
            }
            if round > 0 {
                times.push(ms);
            }
        }
    }
    for ((name, _), mut times) in WAYS.iter().zip(taken) {
        times.sort_by(f64::total_cmp);
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        println!("{{\"name\":\"{name}\",\"ms\":{median:.3},\"rounds\":{rounds}}}");
    }
    Ok(())
}

/// Calls an export with a fresh instance, and tells what it found and how many milliseconds it took.
fn time(runtime: &WasmtimeRuntime, name: &str, nonce: u64, scoop: u16) -> Outcome<(Option<u64>, f64)> {
    let mut instance = runtime.new_instance(HEAP)?;
    let input = (nonce, scoop).encode();
    let (found, took) = TestExternalities::default().execute_with(|| {
        let begun = Instant::now();
        let found = instance.call(name, &input);
        (found, begun.elapsed())
    });
    Ok((Option::decode(&mut &found?[..])?, took.as_secs_f64() * 1e3))
}
