//! A built-in chain whose genesis state comes from the runtime as it is compiled into this binary.
//!
//! The SDK builds the state of a preset by running the wasm runtime, which it compiles again each time somebody asks: three times
//! in one start of a node, for many seconds. The native runtime gives the same state in milliseconds. Everything else about the
//! chain, the JSON that it is exported as included, is left to the SDK.

use idlewild_runtime::{genesis_config_presets, RuntimeGenesisConfig};
use polkadot_omni_node_lib::chain_spec::GenericChainSpec;
use sc_chain_spec::{json_merge, ChainSpec, ChainType, GetExtension, Properties};
use sc_service::config::{MultiaddrWithPeerId, TelemetryEndpoints};
use sp_core::storage::{well_known_keys::CODE, Storage};
use sp_runtime::BuildStorage;
use std::collections::BTreeMap;

/// A chain spec from a preset of the runtime.
#[derive(Clone)]
pub(crate) struct NativeGenesis {
    spec: GenericChainSpec,
    preset: &'static str,
    code: &'static [u8],
    /// Another state was put in the place of the preset's, and the inner spec has it.
    replaced: bool,
}

impl NativeGenesis {
    /// `spec` has to be the chain that starts from `preset` with `code`.
    pub(crate) fn new(spec: GenericChainSpec, preset: &'static str, code: &'static [u8]) -> Self {
        Self { spec, preset, code, replaced: false }
    }

    fn inner(&self) -> &dyn ChainSpec {
        &self.spec
    }

    /// The default genesis with the preset laid over it.
    fn config(&self) -> Result<RuntimeGenesisConfig, String> {
        let unusable = |reason| format!("the preset `{}` of the built-in runtime is broken: {reason}", self.preset);
        let patch = genesis_config_presets::get_preset(&self.preset.into())
            .ok_or_else(|| format!("the built-in runtime has no preset `{}`", self.preset))?;
        let patch = serde_json::from_slice(&patch).map_err(unusable)?;
        let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).map_err(unusable)?;
        json_merge(&mut config, patch);
        serde_json::from_value(config).map_err(unusable)
    }
}

impl BuildStorage for NativeGenesis {
    fn assimilate_storage(&self, storage: &mut Storage) -> Result<(), String> {
        if self.replaced {
            return self.inner().as_storage_builder().assimilate_storage(storage);
        }
        self.config()?.assimilate_storage(storage)?;
        storage.top.insert(CODE.to_vec(), self.code.to_vec());
        Ok(())
    }
}

impl ChainSpec for NativeGenesis {
    fn name(&self) -> &str {
        self.inner().name()
    }

    fn id(&self) -> &str {
        self.inner().id()
    }

    fn chain_type(&self) -> ChainType {
        self.inner().chain_type()
    }

    fn boot_nodes(&self) -> &[MultiaddrWithPeerId] {
        self.inner().boot_nodes()
    }

    fn telemetry_endpoints(&self) -> &Option<TelemetryEndpoints> {
        self.inner().telemetry_endpoints()
    }

    fn protocol_id(&self) -> Option<&str> {
        self.inner().protocol_id()
    }

    fn fork_id(&self) -> Option<&str> {
        self.inner().fork_id()
    }

    fn properties(&self) -> Properties {
        self.inner().properties()
    }

    fn extensions(&self) -> &dyn GetExtension {
        self.inner().extensions()
    }

    fn extensions_mut(&mut self) -> &mut dyn GetExtension {
        ChainSpec::extensions_mut(&mut self.spec)
    }

    fn add_boot_node(&mut self, address: MultiaddrWithPeerId) {
        ChainSpec::add_boot_node(&mut self.spec, address);
    }

    fn as_json(&self, raw: bool) -> Result<String, String> {
        self.inner().as_json(raw)
    }

    fn as_storage_builder(&self) -> &dyn BuildStorage {
        self
    }

    fn cloned_box(&self) -> Box<dyn ChainSpec> {
        Box::new(self.clone())
    }

    fn set_storage(&mut self, storage: Storage) {
        ChainSpec::set_storage(&mut self.spec, storage);
        self.replaced = true;
    }

    fn code_substitutes(&self) -> BTreeMap<String, Vec<u8>> {
        self.inner().code_substitutes()
    }
}
