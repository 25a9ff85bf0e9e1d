//! Daemons and the command line are built against committed metadata: it must be that of this runtime.
//!
//! `UPDATE_METADATA=1 cargo test -p idlewild-runtime --test metadata` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{env, fs, path::Path};

use codec::Decode;
use idlewild_runtime::{genesis_config_presets::PARA_ID, ParachainInfoConfig, Runtime, RuntimeGenesisConfig};
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../offchain-workers/chain-client/metadata.scale");
/// The newest version of the format, with runtime APIs and view functions.
const VERSION: u32 = 16;

#[test]
fn committed_metadata_is_that_of_the_runtime() {
    // One of the constants is the parachain's number, which is in the state.
    let parachain_info = ParachainInfoConfig { parachain_id: PARA_ID.into(), ..Default::default() };
    let genesis = RuntimeGenesisConfig { parachain_info, ..Default::default() };
    let mut chain = TestExternalities::from(genesis.build_storage().expect("the genesis builds"));
    let opaque = chain.execute_with(|| Runtime::metadata_at_version(VERSION).expect("the runtime knows this version"));
    let metadata: Vec<u8> = (*opaque).clone();
    assert!(frame_support::__private::metadata::RuntimeMetadataPrefixed::decode(&mut metadata.as_slice()).is_ok());
    if env::var_os("UPDATE_METADATA").is_some() {
        fs::write(FILE, &metadata).expect("the file can be written");
        return;
    }
    let committed = fs::read(Path::new(FILE)).expect("there is committed metadata");
    assert!(
        committed == metadata,
        "the runtime's interface has changed: run scripts/metadata.sh, build the daemons, and commit the result"
    );
}
