//! Builds this crate for wasm, as a runtime is built; nothing to do when it is itself being built for wasm.

fn main() {
    // It is no runtime, and so has no version.
    #[cfg(feature = "std")]
    substrate_wasm_builder::WasmBuilder::init_with_defaults().disable_runtime_version_section_check().build();
}
