//! Reads of the compute market.

// The macro generates items that carry no documentation.
#![allow(missing_docs, unsafe_code, clippy::too_many_arguments)]

use alloc::vec::Vec;
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
use idlewild_storage_primitives::{Balance, PeerKey};

sp_api::decl_runtime_apis! {
    /// Reads of the compute market: providers, jobs, services, trackers, and what they are paid from.
    pub trait ComputeApi {
        /// The rules that clients have to know, and the clock.
        fn terms() -> ComputeTerms;
        /// An escrow.
        fn escrow(id: EscrowId) -> Option<EscrowView>;
        /// An organisation.
        fn organisation(id: OrganisationId) -> Option<OrganisationView>;
        /// A member of an organisation.
        fn member(id: OrganisationId, who: [u8; 32]) -> Option<MemberView>;
        /// Some members of an organisation, in the order of the map, and the one after which the next page begins.
        fn members(id: OrganisationId, after: Option<[u8; 32]>, limit: u32) -> MembersPage;
        /// Organisations that an account administers or is a member of, by ascending number.
        fn organisations_of(who: [u8; 32], after: Option<OrganisationId>, limit: u32) -> (Vec<OrganisationView>, Option<OrganisationId>);
        /// An app with its newest versions.
        fn app(id: AppId) -> Option<AppView>;
        /// The app of this name.
        fn app_named(name: Vec<u8>) -> Option<AppView>;
        /// Apps, by ascending number.
        fn apps(after: Option<AppId>, limit: u32) -> (Vec<AppView>, Option<AppId>);
        /// A compute provider.
        fn provider(id: ProviderId) -> Option<ProviderView>;
        /// The compute provider that a peer key belongs to.
        fn provider_of_peer(peer_key: PeerKey) -> Option<ProviderView>;
        /// Compute providers, by ascending number.
        fn providers(after: Option<ProviderId>, limit: u32) -> ProvidersPage;
        /// An account's compute providers, by ascending number.
        fn providers_of(operator: [u8; 32], after: Option<ProviderId>, limit: u32) -> ProvidersPage;
        /// Of each compute provider what keeps it from a job, if anything does.
        fn explain(resources: Resources, wishes: Wishes, organisation: Option<OrganisationId>, max_rate: Balance, after: Option<ProviderId>, limit: u32) -> FitsPage;
        /// The seat of a tracker.
        fn seat_of(tracker: [u8; 32]) -> Option<SeatView>;
        /// Seats of trackers, by ascending number.
        fn seats(after: Option<SeatId>, limit: u32) -> (Vec<SeatView>, Option<SeatId>);
        /// A panel.
        fn panel(id: PanelId) -> Option<PanelView>;
        /// Open panels that a tracker sits on.
        fn panels_of(tracker: [u8; 32]) -> Vec<PanelView>;
        /// Open panels, by ascending number.
        fn open_panels(after: Option<PanelId>, limit: u32) -> PanelsPage;
        /// The best prices of a book.
        fn book(lot: Lot) -> BookView;
        /// A provider's orders.
        fn orders_of(provider: ProviderId) -> Vec<OrderView>;
        /// A service's orders.
        fn orders_of_service(service: ServiceId) -> Vec<OrderView>;
        /// A request for custom resources.
        fn request(id: RequestId) -> Option<RequestView>;
        /// Requests for custom resources, by ascending number.
        fn requests(after: Option<RequestId>, limit: u32) -> RequestsPage;
        /// A project.
        fn project(id: ProjectId) -> Option<ProjectView>;
        /// Projects, by ascending number.
        fn projects(after: Option<ProjectId>, limit: u32) -> ProjectsPage;
        /// An account's projects, by ascending number.
        fn projects_of(owner: [u8; 32], after: Option<ProjectId>, limit: u32) -> ProjectsPage;
        /// A chunk.
        fn chunk(project: ProjectId, index: ChunkIndex) -> Option<ChunkView>;
        /// A project's chunks, by ascending place.
        fn chunks(project: ProjectId, after: Option<ChunkIndex>, limit: u32) -> ChunksPage;
        /// Chunks that a provider could claim now.
        fn open_chunks(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> OpenChunksPage;
        /// What a provider has to do now.
        fn duties(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> DutiesPage;
        /// The key of a project's input, wrapped for a provider.
        fn key_for(project: ProjectId, chunk: ChunkIndex, provider: ProviderId) -> Option<SealedKey>;
        /// A service with its leases.
        fn service(id: ServiceId) -> Option<ServiceView>;
        /// Services, by ascending number.
        fn services(after: Option<ServiceId>, limit: u32) -> ServicesPage;
        /// An account's services, by ascending number.
        fn services_of(owner: [u8; 32], after: Option<ServiceId>, limit: u32) -> Vec<ServiceView>;
        /// A lease.
        fn lease(id: LeaseId) -> Option<LeaseView>;
        /// A provider's leases, by ascending number.
        fn leases_of(provider: ProviderId, after: Option<LeaseId>, limit: u32) -> Vec<LeaseView>;
    }
}
