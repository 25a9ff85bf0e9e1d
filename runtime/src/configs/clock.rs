//! The clock counts against the relay chain's.

use crate::Runtime;

impl pallet_idlewild_clock::Config for Runtime {
    type RelayNumber = cumulus_pallet_parachain_system::RelaychainDataProvider<Runtime>;
    type WeightInfo = pallet_idlewild_clock::weights::SubstrateWeight<Runtime>;
}
