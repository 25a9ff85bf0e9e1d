//! The runtime APIs: what a node, a wallet or a daemon can ask of the chain without sending an extrinsic.

// The items that `impl_runtime_apis` generates carry no documentation, and export their entry points with unsafe attributes.
#![allow(missing_docs, unsafe_code)]

use crate::{
    configs::{
        compute::compute_terms,
        parachain_system::ConsensusHook,
        xcm::{LocationToAccountId, NativeLocation, Trader, XcmRouter},
    },
    genesis_config_presets,
    time::{BLOCK_PROCESSING_VELOCITY, RELAY_PARENT_OFFSET, SLOT_DURATION},
    AccountId, Apps, AuraId, Balance, Block, Buckets, Capacity, Deals, Escrow, Executive, Gateways, InherentDataExt, Market,
    Names, Nonce, Offers, Organisations, OriginCaller, ParachainInfo, ParachainSystem, PolkadotXcm, Projects, Proofs, Repair,
    Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, Services, SessionKeys, Shares, System, Trackers,
    TransactionPayment, VERSION,
};
use alloc::{vec, vec::Vec};
use cumulus_primitives_core::{
    relay_chain::well_known_keys, CollationInfo, ParaId, RelayProofRequest, RelayStorageKey, VerifySchedulingSignature,
};
use frame_support::{
    genesis_builder_helper::{build_state, get_preset},
    view_functions::{ViewFunctionDispatchError, ViewFunctionId},
    weights::Weight,
};
use idlewild_buckets_primitives::{
    view::{BucketView, CredentialView, GatewayView, GrantView, HolderView},
    BucketId, KeyNumber,
};
use idlewild_capacity_primitives::view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView};
use idlewild_compute_primitives::{
    commitment::SealedKey,
    lot::Lot,
    resources::{Resources, Wishes},
    view::{
        AppView, BookView, ChunkView, ChunksPage, ComputeTerms, DutiesPage, EscrowView, FitsPage, LeaseView, MemberView,
        MembersPage, OpenChunksPage, OrderView, OrganisationView, PanelView, PanelsPage, ProjectView, ProjectsPage,
        ProviderView, ProvidersPage, RequestView, RequestsPage, SeatView, ServiceView, ServicesPage,
    },
    AppId, ChunkIndex, EscrowId, LeaseId, OrganisationId, PanelId, ProjectId, ProviderId, RequestId, SeatId, ServiceId,
};
use idlewild_names_primitives::{
    view::{ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable},
    NodeId,
};
use idlewild_shares_primitives::{
    view::{PublicationView, ShareView},
    PublicationId, SealingKey, ShareId,
};
use idlewild_storage_primitives::{
    view::{
        CandidatesView, ClaimView, DealView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage, SlotsPage,
        TermsView,
    },
    DealId, MinerId, PeerKey,
};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use sp_api::impl_runtime_apis;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    traits::Block as BlockT,
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;
use staging_xcm::{
    latest::AssetId, Version as XcmVersion, VersionedAsset, VersionedAssetId, VersionedAssets, VersionedLocation, VersionedXcm,
};
use xcm_runtime_apis::{
    authorized_aliases::{Error as AliasesError, OriginAliaser},
    conversions::{Error as ConversionError, LocationToAccountHelper},
    dry_run::{CallDryRunEffects, Error as DryRunError, XcmDryRunEffects},
    fees::Error as XcmPaymentError,
    trusted_query::XcmTrustedQueryResult,
};

impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block)
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
        fn execute_view_function(id: ViewFunctionId, input: Vec<u8>) -> Result<Vec<u8>, ViewFunctionDispatchError> {
            Runtime::execute_view_function(id, input)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(block: <Block as BlockT>::LazyBlock, data: InherentData) -> CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            extrinsic: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, extrinsic, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
        fn slot_duration() -> sp_consensus_aura::SlotDuration {
            sp_consensus_aura::SlotDuration::from_millis(SLOT_DURATION)
        }

        fn authorities() -> Vec<AuraId> {
            pallet_aura::Authorities::<Runtime>::get().into_inner()
        }
    }

    impl cumulus_primitives_aura::AuraUnincludedSegmentApi<Block> for Runtime {
        fn can_build_upon(included_hash: <Block as BlockT>::Hash, slot: cumulus_primitives_aura::Slot) -> bool {
            ConsensusHook::can_build_upon(included_hash, slot)
        }
    }

    impl cumulus_primitives_core::RelayParentOffsetApi<Block> for Runtime {
        fn relay_parent_offset() -> u32 {
            RELAY_PARENT_OFFSET
        }

        fn max_claim_queue_offset() -> u8 {
            ParachainSystem::max_claim_queue_offset()
        }
    }

    impl cumulus_primitives_core::SchedulingV3EnabledApi<Block> for Runtime {
        fn scheduling_v3_enabled() -> bool {
            <Runtime as cumulus_pallet_parachain_system::Config>::SchedulingSignatureVerifier::V3_SCHEDULING_ENABLED
        }
    }

    impl cumulus_primitives_core::GetParachainInfo<Block> for Runtime {
        fn parachain_id() -> ParaId {
            ParachainInfo::parachain_id()
        }
    }

    impl cumulus_primitives_core::TargetBlockRate<Block> for Runtime {
        fn target_block_rate() -> u32 {
            BLOCK_PROCESSING_VELOCITY
        }
    }

    // Every draw on this chain is from the relay chain's randomness, which a collator therefore has to prove in each block.
    impl cumulus_primitives_core::KeyToIncludeInRelayProof<Block> for Runtime {
        fn keys_to_prove() -> RelayProofRequest {
            RelayProofRequest {
                keys: vec![RelayStorageKey::Top(well_known_keys::CURRENT_BLOCK_RANDOMNESS.to_vec())],
            }
        }
    }

    impl cumulus_primitives_core::CollectCollationInfo<Block> for Runtime {
        fn collect_collation_info(header: &<Block as BlockT>::Header) -> CollationInfo {
            ParachainSystem::collect_collation_info(header)
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
        fn query_info(extrinsic: <Block as BlockT>::Extrinsic, len: u32) -> RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(extrinsic, len)
        }

        fn query_fee_details(extrinsic: <Block as BlockT>::Extrinsic, len: u32) -> FeeDetails<Balance> {
            TransactionPayment::query_fee_details(extrinsic, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall> for Runtime {
        fn query_call_info(call: RuntimeCall, len: u32) -> RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_call_info(call, len)
        }

        fn query_call_fee_details(call: RuntimeCall, len: u32) -> FeeDetails<Balance> {
            TransactionPayment::query_call_fee_details(call, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl xcm_runtime_apis::fees::XcmPaymentApi<Block> for Runtime {
        fn query_acceptable_payment_assets(version: XcmVersion) -> Result<Vec<VersionedAssetId>, XcmPaymentError> {
            PolkadotXcm::query_acceptable_payment_assets(version, vec![AssetId(NativeLocation::get())])
        }

        fn query_weight_to_asset_fee(weight: Weight, asset: VersionedAssetId) -> Result<u128, XcmPaymentError> {
            PolkadotXcm::query_weight_to_asset_fee::<Trader>(weight, asset)
        }

        fn query_xcm_weight(message: VersionedXcm<()>) -> Result<Weight, XcmPaymentError> {
            PolkadotXcm::query_xcm_weight(message)
        }

        fn query_delivery_fees(
            destination: VersionedLocation,
            message: VersionedXcm<()>,
            asset: VersionedAssetId,
        ) -> Result<VersionedAssets, XcmPaymentError> {
            PolkadotXcm::query_delivery_fees::<()>(destination, message, asset)
        }
    }

    impl xcm_runtime_apis::dry_run::DryRunApi<Block, RuntimeCall, RuntimeEvent, OriginCaller> for Runtime {
        fn dry_run_call(
            origin: OriginCaller,
            call: RuntimeCall,
            version: XcmVersion,
        ) -> Result<CallDryRunEffects<RuntimeEvent>, DryRunError> {
            PolkadotXcm::dry_run_call::<Runtime, XcmRouter, OriginCaller, RuntimeCall>(origin, call, version)
        }

        fn dry_run_xcm(
            origin: VersionedLocation,
            message: VersionedXcm<RuntimeCall>,
        ) -> Result<XcmDryRunEffects<RuntimeEvent>, DryRunError> {
            PolkadotXcm::dry_run_xcm::<XcmRouter>(origin, message)
        }
    }

    impl xcm_runtime_apis::conversions::LocationToAccountApi<Block, AccountId> for Runtime {
        fn convert_location(location: VersionedLocation) -> Result<AccountId, ConversionError> {
            LocationToAccountHelper::<AccountId, LocationToAccountId>::convert_location(location)
        }
    }

    impl xcm_runtime_apis::trusted_query::TrustedQueryApi<Block> for Runtime {
        fn is_trusted_reserve(asset: VersionedAsset, location: VersionedLocation) -> XcmTrustedQueryResult {
            PolkadotXcm::is_trusted_reserve(asset, location)
        }

        fn is_trusted_teleporter(asset: VersionedAsset, location: VersionedLocation) -> XcmTrustedQueryResult {
            PolkadotXcm::is_trusted_teleporter(asset, location)
        }
    }

    impl xcm_runtime_apis::authorized_aliases::AuthorizedAliasersApi<Block> for Runtime {
        fn authorized_aliasers(target: VersionedLocation) -> Result<Vec<OriginAliaser>, AliasesError> {
            PolkadotXcm::authorized_aliasers(target)
        }

        fn is_authorized_alias(origin: VersionedLocation, target: VersionedLocation) -> Result<bool, AliasesError> {
            PolkadotXcm::is_authorized_alias(origin, target)
        }
    }

    impl idlewild_runtime_api::StorageApi<Block> for Runtime {
        fn terms() -> TermsView { Deals::terms() }
        fn deal(id: DealId) -> Option<DealView> { Deals::deal(id) }

        fn deals_of(owner: [u8; 32], after: Option<DealId>, limit: u32) -> Vec<DealView> {
            Deals::deals_of(owner.into(), after, limit)
        }

        fn miner(id: MinerId) -> Option<MinerView> { Proofs::miner(id) }
        fn miner_of_peer(peer_key: PeerKey) -> Option<MinerView> { Proofs::miner_of_peer(peer_key) }
        fn miners(after: Option<MinerId>, limit: u32) -> MinersPage { Proofs::miners(after, limit) }

        fn candidates(bytes: u64, after: Option<MinerId>, limit: u32) -> CandidatesView {
            Proofs::candidates(bytes, after, limit)
        }

        fn slots_of(miner: MinerId, after: Option<DealId>, limit: u32) -> SlotsPage { Deals::slots_of(miner, after, limit) }
        fn earnings(miner: MinerId, after: Option<DealId>, limit: u32) -> EarningsPage { Deals::earnings(miner, after, limit) }
        fn owed(miner: MinerId) -> Option<OwedView> { Proofs::owed(miner) }
        fn repairable(after: Option<DealId>, limit: u32) -> RepairablePage { Deals::repairable(after, limit) }
        fn claims_of(miner: MinerId) -> Vec<ClaimView> { Repair::claims_of(miner) }
        fn may_store_for(owner: [u8; 32], signer: [u8; 32]) -> bool { Gateways::may_store_for(owner, signer) }
    }

    impl idlewild_runtime_api::gateways::GatewaysApi<Block> for Runtime {
        fn gateway(account: [u8; 32]) -> Option<GatewayView> { Gateways::gateway(account) }
        fn gateways_of(owner: [u8; 32]) -> Vec<GatewayView> { Gateways::gateways_of(owner) }
        fn credential(account: [u8; 32], key: KeyNumber) -> Option<CredentialView> { Gateways::credential(account, key) }

        fn credentials(account: [u8; 32], after: Option<KeyNumber>, limit: u32) -> Vec<CredentialView> {
            Gateways::credentials(account, after, limit)
        }
    }

    impl idlewild_runtime_api::buckets::BucketsApi<Block> for Runtime {
        fn bucket(id: BucketId) -> Option<BucketView> { Buckets::bucket(id) }

        fn buckets_of(owner: [u8; 32], after: Option<BucketId>, limit: u32) -> Vec<BucketView> {
            Buckets::buckets_of(owner, after, limit)
        }

        fn granted(gateway: [u8; 32], after: Option<BucketId>, limit: u32) -> Vec<GrantView> {
            Buckets::granted(gateway, after, limit)
        }

        fn grants(id: BucketId) -> Vec<HolderView> { Buckets::grants(id) }
    }

    impl idlewild_runtime_api::shares::SharesApi<Block> for Runtime {
        fn receiver(account: [u8; 32]) -> Option<SealingKey> { Shares::receiver(account) }
        fn share(id: ShareId) -> Option<ShareView> { Shares::shared(id) }

        fn shares_of(owner: [u8; 32], after: Option<ShareId>, limit: u32) -> Vec<ShareView> {
            Shares::shares_of(owner, after, limit)
        }

        fn shares_with(account: [u8; 32], after: Option<ShareId>, limit: u32) -> Vec<ShareView> {
            Shares::shares_with(account, after, limit)
        }

        fn publication(id: PublicationId) -> Option<PublicationView> { Shares::publication(id) }

        fn publications_of(owner: [u8; 32], after: Option<PublicationId>, limit: u32) -> Vec<PublicationView> {
            Shares::publications_of(owner, after, limit)
        }
    }

    impl idlewild_runtime_api::names::NamesApi<Block> for Runtime {
        fn resolve(path: Vec<u8>) -> Option<Resolved> { Names::resolve(path) }
        fn name(path: Vec<u8>) -> Option<NameView> { Names::named(path) }
        fn names_of(owner: [u8; 32], after: Option<NodeId>, limit: u32) -> NamesPage { Names::names_of(owner, after, limit) }
        fn price(name: Vec<u8>, periods: u32) -> Result<Quote, Unavailable> { Names::price(name, periods) }
        fn renewal(name: Vec<u8>, periods: u32) -> Result<Quote, Unavailable> { Names::renewal(name, periods) }
        fn children(path: Vec<u8>, after: Option<Vec<u8>>, limit: u32) -> ChildrenPage { Names::children(path, after, limit) }
        fn reverse(account: [u8; 32]) -> Option<ReverseView> { Names::reverse(account) }
        fn commitment(who: [u8; 32], hash: [u8; 32]) -> Option<u32> { Names::commitment(who, hash) }
        fn terms() -> NameTerms { Names::terms() }
    }

    impl idlewild_runtime_api::CapacityApi<Block> for Runtime {
        fn rules() -> RoundRules { Capacity::rules() }
        fn rounds() -> RoundsView { Capacity::rounds() }
        fn bond_of(miner: [u8; 32]) -> Option<(Balance, u32)> { Capacity::bond_of(miner) }
        fn may_claim_for(miner: [u8; 32], signer: [u8; 32]) -> bool { Capacity::may_claim_for(miner, signer) }
        fn estimate() -> EstimateView { Capacity::estimate() }
        fn history(from: Option<u32>) -> RecordPage { Capacity::history(from) }
        fn emission() -> Option<EmissionView> { Capacity::emission() }
    }

    impl idlewild_runtime_api::compute::ComputeApi<Block> for Runtime {
        fn terms() -> ComputeTerms { compute_terms() }
        fn escrow(id: EscrowId) -> Option<EscrowView> { Escrow::escrow(id) }
        fn organisation(id: OrganisationId) -> Option<OrganisationView> { Organisations::organisation(id) }
        fn member(id: OrganisationId, who: [u8; 32]) -> Option<MemberView> { Organisations::member(id, who) }

        fn members(id: OrganisationId, after: Option<[u8; 32]>, limit: u32) -> MembersPage {
            Organisations::members(id, after, limit)
        }

        fn organisations_of(who: [u8; 32], after: Option<OrganisationId>, limit: u32) -> (Vec<OrganisationView>, Option<OrganisationId>) {
            Organisations::organisations_of(who, after, limit)
        }

        fn app(id: AppId) -> Option<AppView> { Apps::app(id) }
        fn app_named(name: Vec<u8>) -> Option<AppView> { Apps::app_named(name) }
        fn apps(after: Option<AppId>, limit: u32) -> (Vec<AppView>, Option<AppId>) { Apps::apps(after, limit) }
        fn provider(id: ProviderId) -> Option<ProviderView> { Offers::provider(id) }
        fn provider_of_peer(peer_key: PeerKey) -> Option<ProviderView> { Offers::provider_of_peer(peer_key) }
        fn providers(after: Option<ProviderId>, limit: u32) -> ProvidersPage { Offers::providers(after, limit) }

        fn providers_of(operator: [u8; 32], after: Option<ProviderId>, limit: u32) -> ProvidersPage {
            Offers::providers_of(operator, after, limit)
        }

        fn explain(resources: Resources, wishes: Wishes, organisation: Option<OrganisationId>, max_rate: Balance, after: Option<ProviderId>, limit: u32) -> FitsPage {
            Offers::explain(resources, wishes, organisation, max_rate, after, limit)
        }

        fn seat_of(tracker: [u8; 32]) -> Option<SeatView> { Trackers::seat_of(tracker) }
        fn seats(after: Option<SeatId>, limit: u32) -> (Vec<SeatView>, Option<SeatId>) { Trackers::seats(after, limit) }
        fn panel(id: PanelId) -> Option<PanelView> { Trackers::panel(id) }
        fn panels_of(tracker: [u8; 32]) -> Vec<PanelView> { Trackers::panels_of(tracker) }
        fn open_panels(after: Option<PanelId>, limit: u32) -> PanelsPage { Trackers::open_panels(after, limit) }
        fn book(lot: Lot) -> BookView { Market::book(lot) }
        fn orders_of(provider: ProviderId) -> Vec<OrderView> { Market::orders_of(provider) }
        fn orders_of_service(service: ServiceId) -> Vec<OrderView> { Market::orders_of_service(service) }
        fn request(id: RequestId) -> Option<RequestView> { Market::open_request(id) }
        fn requests(after: Option<RequestId>, limit: u32) -> RequestsPage { Market::requests(after, limit) }
        fn project(id: ProjectId) -> Option<ProjectView> { Projects::project(id) }
        fn projects(after: Option<ProjectId>, limit: u32) -> ProjectsPage { Projects::projects(after, limit) }

        fn projects_of(owner: [u8; 32], after: Option<ProjectId>, limit: u32) -> ProjectsPage {
            Projects::projects_of(owner, after, limit)
        }

        fn chunk(project: ProjectId, index: ChunkIndex) -> Option<ChunkView> { Projects::chunk(project, index) }

        fn chunks(project: ProjectId, after: Option<ChunkIndex>, limit: u32) -> ChunksPage {
            Projects::chunks(project, after, limit)
        }

        fn open_chunks(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> OpenChunksPage {
            Projects::open_chunks(provider, after, limit)
        }

        fn duties(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> DutiesPage {
            Projects::duties(provider, after, limit)
        }

        fn key_for(project: ProjectId, chunk: ChunkIndex, provider: ProviderId) -> Option<SealedKey> {
            Projects::key_for(project, chunk, provider)
        }

        fn service(id: ServiceId) -> Option<ServiceView> { Services::service(id) }
        fn services(after: Option<ServiceId>, limit: u32) -> ServicesPage { Services::services(after, limit) }

        fn services_of(owner: [u8; 32], after: Option<ServiceId>, limit: u32) -> Vec<ServiceView> {
            Services::services_of(owner, after, limit)
        }

        fn lease(id: LeaseId) -> Option<LeaseView> { Services::lease(id) }

        fn leases_of(provider: ProviderId, after: Option<LeaseId>, limit: u32) -> Vec<LeaseView> {
            Services::leases_of(provider, after, limit)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, genesis_config_presets::get_preset)
        }

        fn preset_names() -> Vec<PresetId> {
            genesis_config_presets::preset_names()
        }
    }

    #[cfg(feature = "try-runtime")]
    impl frame_try_runtime::TryRuntime<Block> for Runtime {
        fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
            match Executive::try_runtime_upgrade(checks) {
                Ok(weight) => (weight, crate::configs::system::RuntimeBlockWeights::get().max_block),
                Err(error) => panic!("the runtime upgrade failed its checks: {error:?}"),
            }
        }

        fn execute_block(
            block: <Block as BlockT>::LazyBlock,
            state_root_check: bool,
            signature_check: bool,
            select: frame_try_runtime::TryStateSelect,
        ) -> Weight {
            match Executive::try_execute_block(block, state_root_check, signature_check, select) {
                Ok(weight) => weight,
                Err(error) => panic!("the block failed its checks: {error:?}"),
            }
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
            crate::benchmarks::metadata(extra)
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            crate::benchmarks::dispatch(config)
        }
    }
}
