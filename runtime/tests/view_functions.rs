//! Every read is a view function of its pallet too, with the answer that the runtime API gives.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use codec::{Decode, Encode};
use frame_support::view_functions::{
    runtime_api::runtime_decl_for_runtime_view_function::RuntimeViewFunction, ViewFunction, ViewFunctionDispatchError,
    ViewFunctionId,
};
use idlewild_capacity_primitives::{
    view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView},
    Balance,
};
use idlewild_runtime::{Block, Clock, Runtime, RuntimeGenesisConfig};
use idlewild_runtime_api::{
    compute::runtime_decl_for_compute_api::ComputeApi, runtime_decl_for_capacity_api::CapacityApi,
    runtime_decl_for_storage_api::StorageApi,
};
use idlewild_storage_primitives::view::{
    CandidatesView, DealView, EarningsPage, MinerView, MinersPage, OwedView, RepairablePage, SlotsPage, TermsView,
};
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

fn chain() -> TestExternalities {
    RuntimeGenesisConfig::default().build_storage().unwrap().into()
}

/// Asks as a client does: by id, with encoded arguments.
fn ask<F: ViewFunction>(arguments: impl Encode) -> F::ReturnType
where
    F::ReturnType: Decode,
{
    let answer = <Runtime as RuntimeViewFunction<Block>>::execute_view_function(F::id(), arguments.encode());
    F::ReturnType::decode(&mut answer.expect("the function exists").as_slice()).expect("the answer is of its type")
}

#[test]
fn the_reads_are_view_functions() {
    chain().execute_with(|| {
        let terms: TermsView = ask::<pallet_idlewild_deals::TermsViewFunction<Runtime>>(());
        assert_eq!(terms, <Runtime as StorageApi<Block>>::terms());
        assert_eq!(terms.timing, Clock::timing());
        let deal: Option<DealView> = ask::<pallet_idlewild_deals::DealViewFunction<Runtime>>(7u64);
        assert_eq!(deal, None);
        let deals: Vec<DealView> = ask::<pallet_idlewild_deals::DealsOfViewFunction<Runtime>>(([1u8; 32], None::<u64>, 10u32));
        assert!(deals.is_empty());
        let slots: SlotsPage = ask::<pallet_idlewild_deals::SlotsOfViewFunction<Runtime>>((1u32, None::<u64>, 10u32));
        assert_eq!(slots, SlotsPage::default());
        let earnings: EarningsPage = ask::<pallet_idlewild_deals::EarningsViewFunction<Runtime>>((1u32, None::<u64>, 10u32));
        assert_eq!(earnings, EarningsPage::default());
        let open: RepairablePage = ask::<pallet_idlewild_deals::RepairableViewFunction<Runtime>>((None::<u64>, 10u32));
        assert_eq!(open, RepairablePage::default());
        let miner: Option<MinerView> = ask::<pallet_idlewild_proofs::MinerViewFunction<Runtime>>(1u32);
        let of_peer: Option<MinerView> = ask::<pallet_idlewild_proofs::MinerOfPeerViewFunction<Runtime>>([1u8; 32]);
        assert_eq!((miner, of_peer), (None, None));
        let miners: MinersPage = ask::<pallet_idlewild_proofs::MinersViewFunction<Runtime>>((None::<u32>, 10u32));
        assert_eq!(miners, MinersPage::default());
        let candidates: CandidatesView =
            ask::<pallet_idlewild_proofs::CandidatesViewFunction<Runtime>>((65_536u64, None::<u32>, 10u32));
        assert_eq!(candidates, CandidatesView::default());
        let owed: Option<OwedView> = ask::<pallet_idlewild_proofs::OwedViewFunction<Runtime>>(1u32);
        assert_eq!(owed, None);
        assert!(ask::<pallet_idlewild_repair::ClaimsOfViewFunction<Runtime>>(1u32).is_empty());
    });
}

#[test]
fn the_reads_of_capacity_are_view_functions() {
    chain().execute_with(|| {
        let rules: RoundRules = ask::<pallet_idlewild_capacity::RulesViewFunction<Runtime>>(());
        assert_eq!(rules, <Runtime as CapacityApi<Block>>::rules());
        assert!(rules.length > 0);
        let rounds: RoundsView = ask::<pallet_idlewild_capacity::RoundsViewFunction<Runtime>>(());
        assert_eq!(rounds, <Runtime as CapacityApi<Block>>::rounds());
        let bond: Option<(Balance, u32)> = ask::<pallet_idlewild_capacity::BondOfViewFunction<Runtime>>([1u8; 32]);
        assert_eq!(bond, None);
        let may: bool = ask::<pallet_idlewild_capacity::MayClaimForViewFunction<Runtime>>(([1u8; 32], [2u8; 32]));
        assert!(!may && <Runtime as CapacityApi<Block>>::may_claim_for([1; 32], [1; 32]));
        let estimate: EstimateView = ask::<pallet_idlewild_capacity::EstimateViewFunction<Runtime>>(());
        assert_eq!(estimate, <Runtime as CapacityApi<Block>>::estimate());
        assert_eq!(estimate.rounds, 0);
        let history: RecordPage = ask::<pallet_idlewild_capacity::HistoryViewFunction<Runtime>>((None::<u32>,));
        assert_eq!(history, <Runtime as CapacityApi<Block>>::history(None));
        let emission: Option<EmissionView> = ask::<pallet_idlewild_capacity::EmissionViewFunction<Runtime>>(());
        assert_eq!(emission, <Runtime as CapacityApi<Block>>::emission());
    });
}

#[test]
fn the_reads_of_the_compute_market_are_view_functions() {
    use idlewild_compute_primitives::{
        chunk::Deadlines,
        lease::LeaseRules,
        lot::{Lot, LotClass},
        panel::PanelRules,
        resources::{Arch, Resources, Tier, Wishes},
        view::*,
    };
    /// Asks a pallet and the runtime API, which say the same.
    macro_rules! both {
        ($pallet:ident :: $function:ident, $api:ident ($($argument:expr),*)) => {{
            let by_id = ask::<$pallet::$function<Runtime>>(($($argument,)*));
            let by_api = <Runtime as ComputeApi<Block>>::$api($($argument),*);
            assert_eq!(by_id.encode(), by_api.encode(), stringify!($api));
            by_id
        }};
    }
    chain().execute_with(|| {
        let terms = <Runtime as ComputeApi<Block>>::terms();
        let deadlines: Deadlines = ask::<pallet_idlewild_projects::DeadlinesViewFunction<Runtime>>(());
        let leases: LeaseRules = ask::<pallet_idlewild_services::RulesViewFunction<Runtime>>(());
        let panels: PanelRules = ask::<pallet_idlewild_trackers::RulesViewFunction<Runtime>>(());
        assert_eq!((terms.deadlines, terms.leases, terms.panels), (deadlines, leases, panels));
        assert_eq!(both!(pallet_idlewild_escrow::EscrowViewFunction, escrow(7u64)), None);
        assert!(both!(pallet_idlewild_organisations::OrganisationViewFunction, organisation(7u32)).is_none());
        assert!(both!(pallet_idlewild_organisations::MemberViewFunction, member(7u32, [1u8; 32])).is_none());
        assert!(both!(pallet_idlewild_organisations::MembersViewFunction, members(7u32, None::<[u8; 32]>, 10u32)).0.is_empty());
        both!(pallet_idlewild_organisations::OrganisationsOfViewFunction, organisations_of([1u8; 32], None::<u32>, 10u32));
        assert!(both!(pallet_idlewild_apps::AppViewFunction, app(7u32)).is_none());
        assert!(both!(pallet_idlewild_apps::AppNamedViewFunction, app_named(b"mandelbrot".to_vec())).is_none());
        both!(pallet_idlewild_apps::AppsViewFunction, apps(None::<u32>, 10u32));
        assert!(both!(pallet_idlewild_offers::ProviderViewFunction, provider(7u32)).is_none());
        assert!(both!(pallet_idlewild_offers::ProviderOfPeerViewFunction, provider_of_peer([1u8; 32])).is_none());
        let providers: ProvidersPage = both!(pallet_idlewild_offers::ProvidersViewFunction, providers(None::<u32>, 10u32));
        assert!(providers.providers.is_empty() && providers.next.is_none());
        both!(pallet_idlewild_offers::ProvidersOfViewFunction, providers_of([1u8; 32], None::<u32>, 10u32));
        let (resources, wishes) = (Resources::default(), Wishes::default());
        both!(pallet_idlewild_offers::ExplainViewFunction, explain(resources, wishes, None::<u32>, 1u128, None::<u32>, 10u32));
        assert!(both!(pallet_idlewild_trackers::SeatOfViewFunction, seat_of([1u8; 32])).is_none());
        both!(pallet_idlewild_trackers::SeatsViewFunction, seats(None::<u32>, 10u32));
        assert!(both!(pallet_idlewild_trackers::PanelViewFunction, panel(7u64)).is_none());
        assert!(both!(pallet_idlewild_trackers::PanelsOfViewFunction, panels_of([1u8; 32])).is_empty());
        both!(pallet_idlewild_trackers::OpenPanelsViewFunction, open_panels(None::<u64>, 10u32));
        let class = LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true };
        let lot = Lot { class, size: 0 };
        both!(pallet_idlewild_market::BookViewFunction, book(lot));
        assert!(both!(pallet_idlewild_market::OrdersOfViewFunction, orders_of(7u32)).is_empty());
        assert!(both!(pallet_idlewild_market::OrdersOfServiceViewFunction, orders_of_service(7u64)).is_empty());
        assert!(both!(pallet_idlewild_market::OpenRequestViewFunction, request(7u64)).is_none());
        both!(pallet_idlewild_market::RequestsViewFunction, requests(None::<u64>, 10u32));
        assert!(both!(pallet_idlewild_projects::ProjectViewFunction, project(7u64)).is_none());
        both!(pallet_idlewild_projects::ProjectsViewFunction, projects(None::<u64>, 10u32));
        both!(pallet_idlewild_projects::ProjectsOfViewFunction, projects_of([1u8; 32], None::<u64>, 10u32));
        assert!(both!(pallet_idlewild_projects::ChunkViewFunction, chunk(7u64, 0u32)).is_none());
        both!(pallet_idlewild_projects::ChunksViewFunction, chunks(7u64, None::<u32>, 10u32));
        both!(pallet_idlewild_projects::OpenChunksViewFunction, open_chunks(7u32, None::<(u64, u32)>, 10u32));
        both!(pallet_idlewild_projects::DutiesViewFunction, duties(7u32, None::<(u64, u32)>, 10u32));
        assert!(both!(pallet_idlewild_projects::KeyForViewFunction, key_for(7u64, 0u32, 7u32)).is_none());
        assert!(both!(pallet_idlewild_services::ServiceViewFunction, service(7u64)).is_none());
        both!(pallet_idlewild_services::ServicesViewFunction, services(None::<u64>, 10u32));
        both!(pallet_idlewild_services::ServicesOfViewFunction, services_of([1u8; 32], None::<u64>, 10u32));
        assert!(both!(pallet_idlewild_services::LeaseViewFunction, lease(7u64)).is_none());
        assert!(both!(pallet_idlewild_services::LeasesOfViewFunction, leases_of(7u32, None::<u64>, 10u32)).is_empty());
    });
}

#[test]
fn the_reads_of_gateways_and_buckets_are_view_functions() {
    use idlewild_runtime_api::{
        buckets::runtime_decl_for_buckets_api::BucketsApi, gateways::runtime_decl_for_gateways_api::GatewaysApi,
    };
    /// Asks a pallet and the runtime API, which say the same.
    macro_rules! both {
        ($trait:ident, $pallet:ident :: $function:ident, $api:ident ($($argument:expr),*)) => {{
            let by_id = ask::<$pallet::$function<Runtime>>(($($argument,)*));
            let by_api = <Runtime as $trait<Block>>::$api($($argument),*);
            assert_eq!(by_id.encode(), by_api.encode(), stringify!($api));
            by_id
        }};
    }
    chain().execute_with(|| {
        assert!(both!(GatewaysApi, pallet_idlewild_gateways::GatewayViewFunction, gateway([1u8; 32])).is_none());
        assert!(both!(GatewaysApi, pallet_idlewild_gateways::GatewaysOfViewFunction, gateways_of([1u8; 32])).is_empty());
        assert!(both!(GatewaysApi, pallet_idlewild_gateways::CredentialViewFunction, credential([1u8; 32], 7u32)).is_none());
        both!(GatewaysApi, pallet_idlewild_gateways::CredentialsViewFunction, credentials([1u8; 32], None::<u32>, 10u32));
        assert!(both!(BucketsApi, pallet_idlewild_buckets::BucketViewFunction, bucket(7u64)).is_none());
        both!(BucketsApi, pallet_idlewild_buckets::BucketsOfViewFunction, buckets_of([1u8; 32], None::<u64>, 10u32));
        both!(BucketsApi, pallet_idlewild_buckets::GrantedViewFunction, granted([1u8; 32], None::<u64>, 10u32));
        assert!(both!(BucketsApi, pallet_idlewild_buckets::GrantsViewFunction, grants(7u64)).is_empty());
        assert!(both!(StorageApi, pallet_idlewild_gateways::MayStoreForViewFunction, may_store_for([1u8; 32], [1u8; 32])));
        assert!(!both!(StorageApi, pallet_idlewild_gateways::MayStoreForViewFunction, may_store_for([1u8; 32], [2u8; 32])));
    });
}

#[test]
fn the_reads_of_names_are_view_functions() {
    use idlewild_names_primitives::view::{NameTerms, Unavailable};
    use idlewild_runtime_api::names::runtime_decl_for_names_api::NamesApi;
    /// Asks the pallet and the runtime API, which say the same.
    macro_rules! both {
        ($function:ident, $api:ident ($($argument:expr),*)) => {{
            let by_id = ask::<pallet_idlewild_names::$function<Runtime>>(($($argument,)*));
            let by_api = <Runtime as NamesApi<Block>>::$api($($argument),*);
            assert_eq!(by_id.encode(), by_api.encode(), stringify!($api));
            by_id
        }};
    }
    chain().execute_with(|| {
        let path = || b"abcdef/sub".to_vec();
        assert!(both!(ResolveViewFunction, resolve(path())).is_none());
        assert!(both!(NamedViewFunction, name(path())).is_none());
        assert!(both!(NamesOfViewFunction, names_of([1u8; 32], None::<u64>, 10u32)).names.is_empty());
        let quote = both!(PriceViewFunction, price(b"abcdef".to_vec(), 2u32)).expect("nobody has it");
        assert_eq!((quote.rent, quote.premium), (2_000_000_000_000, 0), "1 IDW a year");
        assert_eq!(both!(RenewalViewFunction, renewal(b"abcdef".to_vec(), 2u32)), Err(Unavailable::NoSuchName));
        assert!(both!(ChildrenViewFunction, children(path(), None::<Vec<u8>>, 10u32)).children.is_empty());
        assert!(both!(ReverseViewFunction, reverse([1u8; 32])).is_none());
        assert!(both!(CommitmentViewFunction, commitment([1u8; 32], [2u8; 32])).is_none());
        let terms: NameTerms = ask::<pallet_idlewild_names::TermsViewFunction<Runtime>>(());
        assert_eq!(terms, <Runtime as NamesApi<Block>>::terms());
        assert_eq!(terms.rules, Default::default());
    });
}

#[test]
fn the_reads_of_shares_are_view_functions() {
    use idlewild_runtime_api::shares::runtime_decl_for_shares_api::SharesApi;
    /// Asks the pallet and the runtime API, which say the same.
    macro_rules! both {
        ($function:ident, $api:ident ($($argument:expr),*)) => {{
            let by_id = ask::<pallet_idlewild_shares::$function<Runtime>>(($($argument,)*));
            let by_api = <Runtime as SharesApi<Block>>::$api($($argument),*);
            assert_eq!(by_id.encode(), by_api.encode(), stringify!($api));
            by_id
        }};
    }
    chain().execute_with(|| {
        assert!(both!(ReceiverViewFunction, receiver([1u8; 32])).is_none());
        assert!(both!(SharedViewFunction, share(7u64)).is_none());
        assert!(both!(SharesOfViewFunction, shares_of([1u8; 32], None::<u64>, 10u32)).is_empty());
        assert!(both!(SharesWithViewFunction, shares_with([1u8; 32], None::<u64>, 10u32)).is_empty());
        assert!(both!(PublicationViewFunction, publication(7u64)).is_none());
        assert!(both!(PublicationsOfViewFunction, publications_of([1u8; 32], None::<u64>, 10u32)).is_empty());
    });
}

#[test]
fn what_is_no_view_function_is_refused() {
    chain().execute_with(|| {
        let unknown = ViewFunctionId { prefix: [1; 16], suffix: [2; 16] };
        let refused = <Runtime as RuntimeViewFunction<Block>>::execute_view_function(unknown.clone(), vec![]);
        assert!(matches!(refused, Err(ViewFunctionDispatchError::NotFound(id)) if id.encode() == unknown.encode()));
        let deal = pallet_idlewild_deals::DealViewFunction::<Runtime>::id();
        let refused = <Runtime as RuntimeViewFunction<Block>>::execute_view_function(deal, vec![1]);
        assert!(matches!(refused, Err(ViewFunctionDispatchError::Codec)));
    });
}
