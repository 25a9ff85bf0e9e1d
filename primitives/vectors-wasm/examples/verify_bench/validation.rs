//! The executor's settings for validating a parachain's block.

use sc_executor_wasmtime::{Config, DeterministicStackLimit, HeapAllocStrategy, InstantiationStrategy, Semantics};

/// Pages that a block may have.
pub(crate) const HEAP: HeapAllocStrategy = HeapAllocStrategy::Dynamic { maximum_pages: Some(2080) };

/// As validators execute it.
pub(crate) fn as_validators_do() -> Config {
    Config {
        allow_missing_func_imports: true,
        cache_path: None,
        semantics: Semantics {
            instantiation_strategy: InstantiationStrategy::RecreateInstanceCopyOnWrite,
            // Theirs allows more of the machine's stack, on a thread that has it. What is counted is the same.
            deterministic_stack_limit: Some(DeterministicStackLimit { logical_max: 65_536, native_stack_max: 4 << 20 }),
            canonicalize_nans: true,
            parallel_compilation: true,
            heap_alloc_strategy: HEAP,
            wasm_multi_value: false,
            wasm_bulk_memory: false,
            wasm_reference_types: false,
            wasm_simd: false,
        },
    }
}
