//! Runs the benchmarks of a runtime's pallets: the SDK's `benchmark pallet`, without a node around it.
//!
//! The node itself offers that command only when all of it is compiled for benchmarks. The benchmarks are in the
//! runtime's wasm, so that nothing else has to be.

use frame_benchmarking_cli::PalletCmd;
use sc_cli::clap::Parser;
use sp_runtime::traits::BlakeTwo256;
use std::process::ExitCode;

fn main() -> ExitCode {
    sp_tracing::try_init_simple();
    match PalletCmd::parse().run_with_spec::<BlakeTwo256, ()>(None) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("benchmark_pallet: {error}");
            ExitCode::FAILURE
        },
    }
}
