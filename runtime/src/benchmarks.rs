//! Which pallets are benchmarked, and what their benchmarks need from this runtime.

use crate::{
    configs::{
        balances::ExistentialDeposit,
        xcm::{NativeLocation, PriceForParentDelivery, XcmConfig},
        xcmp_queue::PriceForSiblingParachainDelivery,
    },
    *,
};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use codec::Encode;
use cumulus_pallet_session_benchmarking::Pallet as SessionBench;
use cumulus_primitives_core::ParaId;
use frame_benchmarking::{whitelisted_caller, BenchmarkBatch, BenchmarkConfig, BenchmarkError, BenchmarkList};
use frame_support::{
    parameter_types,
    traits::{fungible::Mutate, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys},
};
use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};
use pallet_xcm::benchmarking::Pallet as XcmBench;
use sp_storage::TrackedStorageKey;
use staging_xcm::latest::prelude::*;

frame_benchmarking::define_benchmarks!(
    [frame_system, SystemBench::<Runtime>]
    [frame_system_extensions, SystemExtensionsBench::<Runtime>]
    [cumulus_pallet_parachain_system, ParachainSystem]
    [cumulus_pallet_weight_reclaim, WeightReclaim]
    [cumulus_pallet_xcmp_queue, XcmpQueue]
    [pallet_balances, Balances]
    [pallet_collator_selection, CollatorSelection]
    [pallet_message_queue, MessageQueue]
    [pallet_multisig, Multisig]
    [pallet_proxy, Proxy]
    [pallet_session, SessionBench::<Runtime>]
    [pallet_sudo, Sudo]
    [pallet_timestamp, Timestamp]
    [pallet_transaction_payment, TransactionPayment]
    [pallet_utility, Utility]
    [pallet_xcm, XcmBench::<Runtime>]
    [pallet_idlewild_clock, Clock]
    [pallet_idlewild_randomness, Randomness]
    [pallet_idlewild_providers, Providers]
    [pallet_idlewild_proofs, Proofs]
    [pallet_idlewild_deals, Deals]
    [pallet_idlewild_slots, Slots]
    [pallet_idlewild_repair, Repair]
    [pallet_idlewild_emission, Emission]
    [pallet_idlewild_capacity, Capacity]
    [pallet_idlewild_organisations, Organisations]
    [pallet_idlewild_apps, Apps]
    [pallet_idlewild_offers, Offers]
    [pallet_idlewild_trackers, Trackers]
    [pallet_idlewild_market, Market]
    [pallet_idlewild_projects, Projects]
    [pallet_idlewild_services, Services]
    [pallet_idlewild_names, Names]
    [pallet_idlewild_gateways, Gateways]
    [pallet_idlewild_buckets, Buckets]
    [pallet_idlewild_shares, Shares]
);

/// Lists the benchmarks, with the storage that they may touch.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
    let mut list = Vec::<BenchmarkList>::new();
    list_benchmarks!(list, extra);
    (list, AllPalletsWithSystem::storage_info())
}

/// Runs one benchmark.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
    let whitelist: Vec<TrackedStorageKey> = AllPalletsWithSystem::whitelisted_storage_keys();
    let mut batches = Vec::<BenchmarkBatch>::new();
    let params = (&config, &whitelist);
    add_benchmarks!(params, batches);
    Ok(batches)
}

impl frame_system_benchmarking::Config for Runtime {
    fn setup_set_code_requirements(code: &Vec<u8>) -> Result<(), BenchmarkError> {
        ParachainSystem::initialize_for_set_code_benchmark(code.len() as u32);
        Ok(())
    }

    fn verify_set_code() {
        System::assert_last_event(cumulus_pallet_parachain_system::Event::<Runtime>::ValidationFunctionStored.into());
    }
}

impl cumulus_pallet_session_benchmarking::Config for Runtime {
    fn generate_session_keys_and_proof(owner: Self::AccountId) -> (Self::Keys, Vec<u8>) {
        let keys = SessionKeys::generate(&owner.encode(), None);
        (keys.keys, keys.proof.encode())
    }
}

impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

parameter_types! {
    /// The least IDW that an account can hold, as XCM writes it.
    pub ExistentialDepositAsset: Option<Asset> = Some((NativeLocation::get(), ExistentialDeposit::get()).into());
    /// A parachain to send to.
    pub const SiblingId: ParaId = ParaId::new(2_001);
    /// Where that parachain is.
    pub SiblingLocation: Location = Location::new(1, [Parachain(SiblingId::get().into())]);
}

impl pallet_xcm::benchmarking::Config for Runtime {
    type DeliveryHelper = (
        cumulus_primitives_utility::ToParentDeliveryHelper<XcmConfig, ExistentialDepositAsset, PriceForParentDelivery>,
        polkadot_runtime_common::xcm_sender::ToParachainDeliveryHelper<
            XcmConfig,
            ExistentialDepositAsset,
            PriceForSiblingParachainDelivery,
            SiblingId,
            ParachainSystem,
        >,
    );

    fn reachable_dest() -> Option<Location> {
        Some(Location::parent())
    }

    fn reserve_transferable_asset_and_dest() -> Option<(Asset, Location)> {
        Some(((NativeLocation::get(), ExistentialDeposit::get()).into(), SiblingLocation::get()))
    }

    fn set_up_complex_asset_transfer() -> Option<(Assets, u32, Location, Box<dyn FnOnce()>)> {
        // IDW is the only asset, so the most that one transfer can do is send it and pay for its arrival with the same.
        let who: AccountId = whitelisted_caller();
        let endowment = ExistentialDeposit::get() * 1_000;
        let amount = ExistentialDeposit::get() * 10;
        Balances::mint_into(&who, endowment).ok()?;
        let before = Balances::free_balance(&who);
        let assets = vec![Asset::from((NativeLocation::get(), amount))].into();
        let verify = Box::new(move || assert!(Balances::free_balance(&who) <= before - amount));
        Some((assets, 0, SiblingLocation::get(), verify))
    }

    fn get_asset() -> Asset {
        (NativeLocation::get(), ExistentialDeposit::get()).into()
    }

    fn batch_call(calls: Vec<RuntimeCall>) -> Option<RuntimeCall> {
        Some(pallet_utility::Call::batch { calls }.into())
    }
}
