//! The chains that start without a file.

use crate::native_genesis::NativeGenesis;
use idlewild_runtime::{currency, genesis_config_presets::PARA_ID, WASM_BINARY};
use polkadot_omni_node_lib::chain_spec::{Extensions, GenericChainSpec, LoadSpec};
use sc_chain_spec::{ChainSpec, ChainType, Properties};
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use std::path::Path;

/// The relay chain that the built-in specs belong to. A development node asks none; a local network starts it beside us.
const RELAY_CHAIN: &str = "rococo-local";

/// Finds a chain by its name among the built-in ones, and otherwise reads the file of that name.
pub(crate) struct BuiltIn;

impl LoadSpec for BuiltIn {
    fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
        match id {
            "" | "dev" | "development" => {
                Ok(Box::new(built_in("Idlewild Development", "idlewild_dev", ChainType::Development, DEV_RUNTIME_PRESET)?))
            },
            "local" | "local_testnet" => Ok(Box::new(built_in(
                "Idlewild Local Testnet",
                "idlewild_local",
                ChainType::Local,
                LOCAL_TESTNET_RUNTIME_PRESET,
            )?)),
            path => Ok(Box::new(from_file(path)?)),
        }
    }
}

/// A chain whose genesis is a preset of the runtime that this binary contains.
fn built_in(name: &str, id: &str, chain_type: ChainType, preset: &'static str) -> Result<NativeGenesis, String> {
    let code = WASM_BINARY.ok_or(
        "this binary was built without a runtime, so it has no chain of its own: build it again with SKIP_WASM_BUILD unset, or \
         give --chain the file of a chain spec",
    )?;
    let spec = GenericChainSpec::builder(code, Extensions::new(RELAY_CHAIN.into(), PARA_ID))
        .with_name(name)
        .with_id(id)
        .with_protocol_id("idlewild")
        .with_chain_type(chain_type)
        .with_properties(properties())
        .with_genesis_config_preset_name(preset)
        .build();
    Ok(NativeGenesis::new(spec, preset, code))
}

/// What a wallet needs to show amounts and addresses.
fn properties() -> Properties {
    Properties::from_iter([
        ("tokenSymbol".to_owned(), currency::SYMBOL.into()),
        ("tokenDecimals".to_owned(), currency::DECIMALS.into()),
        ("ss58Format".to_owned(), idlewild_runtime::configs::system::SS58Prefix::get().into()),
    ])
}

/// A chain spec from a file.
fn from_file(path: &str) -> Result<GenericChainSpec, String> {
    if !Path::new(path).is_file() {
        return Err(format!(
            "there is no chain `{path}`: it is neither a built-in chain (dev, local) nor the path of a chain spec file"
        ));
    }
    GenericChainSpec::from_json_file(path.into())
        .map_err(|reason| format!("the chain spec in `{path}` cannot be used: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_runtime::BuildStorage as _;

    #[test]
    fn every_built_in_chain_has_a_genesis_that_the_runtime_builds() {
        for (name, id, chain_type) in [
            ("dev", "idlewild_dev", ChainType::Development),
            ("development", "idlewild_dev", ChainType::Development),
            ("local", "idlewild_local", ChainType::Local),
            ("local_testnet", "idlewild_local", ChainType::Local),
        ] {
            let spec = BuiltIn.load_spec(name).unwrap();
            assert_eq!(spec.id(), id);
            assert_eq!(spec.chain_type(), chain_type);
            assert_eq!(spec.properties()["tokenSymbol"], "IDW");
            assert_eq!(spec.properties()["tokenDecimals"], 12);
            let genesis = spec.build_storage().unwrap();
            assert_eq!(genesis.top[b":code".as_slice()], WASM_BINARY.unwrap(), "{name} starts on this runtime");
            let extensions = Extensions::try_get(spec.as_ref()).unwrap();
            assert_eq!(extensions.para_id(), Some(PARA_ID));
        }
    }

    /// The chain that other nodes load from an exported file is built by wasm; ours must be the same chain.
    #[test]
    fn the_native_genesis_is_that_of_the_wasm_runtime() {
        for (name, preset) in [("dev", DEV_RUNTIME_PRESET), ("local", LOCAL_TESTNET_RUNTIME_PRESET)] {
            let native = BuiltIn.load_spec(name).unwrap().build_storage().unwrap();
            let wasm = GenericChainSpec::builder(WASM_BINARY.unwrap(), Extensions::new(RELAY_CHAIN.into(), PARA_ID))
                .with_genesis_config_preset_name(preset)
                .build()
                .build_storage()
                .unwrap();
            assert!(native.top == wasm.top, "{name}: the top trie differs");
            assert!(native.children_default.is_empty() && wasm.children_default.is_empty());
        }
    }

    #[test]
    fn a_state_that_replaces_the_presets_is_used() {
        let mut spec = BuiltIn.load_spec("dev").unwrap();
        let mut state = sp_core::storage::Storage::default();
        state.top.insert(b"only this".to_vec(), vec![1]);
        spec.set_storage(state.clone());
        assert_eq!(spec.cloned_box().build_storage().unwrap().top, state.top);
    }

    #[test]
    fn a_spec_that_was_written_to_a_file_loads_again() {
        let spec = BuiltIn.load_spec("dev").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("spec.json");
        std::fs::write(&path, spec.as_json(true).unwrap()).unwrap();
        let again = BuiltIn.load_spec(path.to_str().unwrap()).unwrap();
        assert_eq!(again.id(), spec.id());
        assert_eq!(again.build_storage().unwrap().top, spec.build_storage().unwrap().top);
    }

    #[test]
    fn an_unknown_chain_is_named_in_the_error() {
        let error = BuiltIn.load_spec("nowhere").err().unwrap();
        assert!(error.contains("nowhere") && error.contains("dev, local"), "{error}");
    }

    #[test]
    fn a_broken_file_is_named_in_the_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{}").unwrap();
        let error = BuiltIn.load_spec(file.path().to_str().unwrap()).err().unwrap();
        assert!(error.contains("cannot be used") && error.contains(file.path().to_str().unwrap()), "{error}");
    }
}
