//! Builds this crate for wasm, as a runtime is built; nothing to do when it is itself being built for wasm.

fn main() {
    #[cfg(feature = "std")]
    substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
