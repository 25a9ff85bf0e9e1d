//! The Idlewild node: the SDK's parachain node with Idlewild's chains built in.

mod chain_spec;

use polkadot_omni_node_lib::{
    run, runtime::DefaultRuntimeResolver, CliConfig as CliConfigT, RunConfig,
};
use std::process::ExitCode;

/// What `--version`, `--help` and a panic tell about this binary.
struct CliConfig;

impl CliConfigT for CliConfig {
    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    fn support_url() -> String {
        "https://github.com/idlewild/idlewild/issues".into()
    }

    fn copyright_start_year() -> u16 {
        2026
    }
}

fn main() -> ExitCode {
    let config = RunConfig::new(
        Box::new(DefaultRuntimeResolver),
        Box::new(chain_spec::BuiltIn),
    );
    match run::<CliConfig>(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("idlewild-node: {error}");
            ExitCode::FAILURE
        }
    }
}
