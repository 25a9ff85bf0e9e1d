//! The Idlewild node: the SDK's parachain node with Idlewild's chains built in.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod chain_spec;
mod native_genesis;

use polkadot_omni_node_lib::{
    run,
    runtime::{AuraConsensusId, BlockNumber, Consensus, Runtime, RuntimeResolver},
    CliConfig as CliConfigT, RunConfig,
};
use sc_chain_spec::ChainSpec;
use std::process::ExitCode;

/// Every chain that this node runs has Idlewild's runtime, so there is nothing to find out. The SDK's own resolver compiles the
/// wasm to read its metadata, which costs seconds at each start.
struct Idlewild;

impl RuntimeResolver for Idlewild {
    fn runtime(&self, _: &dyn ChainSpec) -> sc_cli::Result<Runtime> {
        Ok(Runtime::Omni(BlockNumber::U32, Consensus::Aura(AuraConsensusId::Sr25519)))
    }
}

/// What `--version`, `--help` and a panic tell about this binary.
struct CliConfig;

impl CliConfigT for CliConfig {
    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    // Words in place of an address: there is none yet, and one that nobody owns would send reports to whoever takes it. It is read
    // after "Support:" and after "This is a bug. Please report it at:".
    fn support_url() -> String {
        "the place where you got Idlewild from".into()
    }

    fn copyright_start_year() -> u16 {
        2026
    }
}

fn main() -> ExitCode {
    let config = RunConfig::new(Box::new(Idlewild), Box::new(chain_spec::BuiltIn));
    match run::<CliConfig>(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("idlewild-node: {error}");
            ExitCode::FAILURE
        },
    }
}
