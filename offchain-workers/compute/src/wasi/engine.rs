//! How modules are compiled: the part of the deterministic profile that the compiler keeps.

use wasmtime::{Config, Engine, OptLevel, Result};

use super::meter;

/// Fuel between two looks at the time, which is some hundredths of a second. What a program had used when it traps is known as of the
/// last such look or call, so this number is part of what makes fuel the same on every machine.
pub(super) const SLICE: u64 = 20_000_000;
/// What the native stack of a program takes at most. The [meter](super::meter) stops it before that.
const STACK: usize = meter::SLOTS as usize * meter::SLOT;
/// What host functions take beside it.
const HOST_STACK: usize = 1 << 20;

/// An engine. `parallel` has it compile on all cores.
pub(super) fn engine(parallel: bool) -> Result<Engine> {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        // Without the bits of a NaN a processor's own choice would be seen.
        .cranelift_nan_canonicalization(true)
        .cranelift_opt_level(OptLevel::Speed)
        .parallel_compilation(parallel)
        .async_support(true)
        .max_wasm_stack(STACK)
        .async_stack_size(STACK + HOST_STACK)
        // Memories are written at the start, and not mapped from a file that is made for each module.
        .memory_init_cow(false)
        // Nobody reads where it trapped: names and places are left away.
        .wasm_backtrace(false)
        .native_unwind_info(false)
        .generate_address_map(false)
        // The features of the meter, each of them told: defaults change.
        .wasm_bulk_memory(true)
        .wasm_component_model(true)
        .wasm_custom_page_sizes(false)
        .wasm_extended_const(true)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_multi_value(true)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true)
        .wasm_simd(true)
        .wasm_tail_call(true)
        .wasm_wide_arithmetic(false);
    Engine::new(&config)
}
