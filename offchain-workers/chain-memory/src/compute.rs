//! What requesters, providers and trackers ask a node.

use async_trait::async_trait;
use idlewild_chain_client::{ComputeClient, ReadError};
use idlewild_compute_primitives::{
    commitment::SealedKey,
    lease::probe_cost,
    lot::Lot,
    resources::{Resources, Wishes},
    view::{
        AppView, BookView, ChunkView, ChunksPage, ComputeTerms, DutiesPage, EscrowView, FitsPage, LeaseView, OpenChunksPage,
        OrderView, PanelView, PanelsPage, ProjectView, ProjectsPage, ProviderView, ProvidersPage, RequestsPage, SeatView,
        ServiceView,
    },
    AppId, Balance, ChunkIndex, EscrowId, LeaseId, OrganisationId, PanelId, PeerKey, ProjectId, ProviderId, RequestId, SeatId,
    ServiceId,
};
use pallet_idlewild_test_runtime::{
    compute::{
        market::Stake,
        projects::ProjectDeposit,
        services::ProbePay,
        trackers::{SeatBond, SeatFee},
    },
    Apps, Clock, Escrow, LeastBond, Market, Offers, Projects, Services, Trackers,
};

use crate::node::MemoryNode;

#[async_trait]
impl ComputeClient for MemoryNode {
    async fn compute_terms(&self) -> Result<ComputeTerms, ReadError> {
        self.read(|| ComputeTerms {
            now: Clock::now(),
            deadlines: Projects::deadlines(),
            trust: Offers::trust(),
            leases: Services::rules(),
            panels: Trackers::rules(),
            least_bond: LeastBond::get(),
            seat_bond: SeatBond::get(),
            seat_fee: SeatFee::get(),
            stake: Stake::get(),
            project_deposit: ProjectDeposit::get(),
            probe: probe_cost(ProbePay::get()),
        })
        .await
    }

    async fn escrow(&self, id: EscrowId) -> Result<Option<EscrowView>, ReadError> {
        self.read(move || Escrow::escrow(id)).await
    }

    async fn app(&self, id: AppId) -> Result<Option<AppView>, ReadError> {
        self.read(move || Apps::app(id)).await
    }

    async fn app_named(&self, name: &str) -> Result<Option<AppView>, ReadError> {
        let name = name.as_bytes().to_vec();
        self.read(move || Apps::app_named(name)).await
    }

    async fn apps(&self, after: Option<AppId>, limit: u32) -> Result<(Vec<AppView>, Option<AppId>), ReadError> {
        self.read(move || Apps::apps(after, limit)).await
    }

    async fn provider(&self, id: ProviderId) -> Result<Option<ProviderView>, ReadError> {
        self.read(move || Offers::provider(id)).await
    }

    async fn provider_of_peer(&self, peer_key: PeerKey) -> Result<Option<ProviderView>, ReadError> {
        self.read(move || Offers::provider_of_peer(peer_key)).await
    }

    async fn providers(&self, after: Option<ProviderId>, limit: u32) -> Result<ProvidersPage, ReadError> {
        self.read(move || Offers::providers(after, limit)).await
    }

    async fn explain(
        &self,
        resources: Resources,
        wishes: Wishes,
        organisation: Option<OrganisationId>,
        max_rate: Balance,
        after: Option<ProviderId>,
        limit: u32,
    ) -> Result<FitsPage, ReadError> {
        self.read(move || Offers::explain(resources, wishes, organisation, max_rate, after, limit)).await
    }

    async fn seat_of(&self, tracker: [u8; 32]) -> Result<Option<SeatView>, ReadError> {
        self.read(move || Trackers::seat_of(tracker)).await
    }

    async fn seats(&self, after: Option<SeatId>, limit: u32) -> Result<(Vec<SeatView>, Option<SeatId>), ReadError> {
        self.read(move || Trackers::seats(after, limit)).await
    }

    async fn panel(&self, id: PanelId) -> Result<Option<PanelView>, ReadError> {
        self.read(move || Trackers::panel(id)).await
    }

    async fn panels_of(&self, tracker: [u8; 32]) -> Result<Vec<PanelView>, ReadError> {
        self.read(move || Trackers::panels_of(tracker)).await
    }

    async fn open_panels(&self, after: Option<PanelId>, limit: u32) -> Result<PanelsPage, ReadError> {
        self.read(move || Trackers::open_panels(after, limit)).await
    }

    async fn book(&self, lot: Lot) -> Result<BookView, ReadError> {
        self.read(move || Market::book(lot)).await
    }

    async fn orders_of(&self, provider: ProviderId) -> Result<Vec<OrderView>, ReadError> {
        self.read(move || Market::orders_of(provider)).await
    }

    async fn orders_of_service(&self, service: ServiceId) -> Result<Vec<OrderView>, ReadError> {
        self.read(move || Market::orders_of_service(service)).await
    }

    async fn requests(&self, after: Option<RequestId>, limit: u32) -> Result<RequestsPage, ReadError> {
        self.read(move || Market::requests(after, limit)).await
    }

    async fn project(&self, id: ProjectId) -> Result<Option<ProjectView>, ReadError> {
        self.read(move || Projects::project(id)).await
    }

    async fn projects(&self, after: Option<ProjectId>, limit: u32) -> Result<ProjectsPage, ReadError> {
        self.read(move || Projects::projects(after, limit)).await
    }

    async fn projects_of(&self, owner: [u8; 32], after: Option<ProjectId>, limit: u32) -> Result<ProjectsPage, ReadError> {
        self.read(move || Projects::projects_of(owner, after, limit)).await
    }

    async fn chunk(&self, project: ProjectId, index: ChunkIndex) -> Result<Option<ChunkView>, ReadError> {
        self.read(move || Projects::chunk(project, index)).await
    }

    async fn chunks(&self, project: ProjectId, after: Option<ChunkIndex>, limit: u32) -> Result<ChunksPage, ReadError> {
        self.read(move || Projects::chunks(project, after, limit)).await
    }

    async fn open_chunks(
        &self,
        provider: ProviderId,
        after: Option<(ProjectId, ChunkIndex)>,
        limit: u32,
    ) -> Result<OpenChunksPage, ReadError> {
        self.read(move || Projects::open_chunks(provider, after, limit)).await
    }

    async fn duties(
        &self,
        provider: ProviderId,
        after: Option<(ProjectId, ChunkIndex)>,
        limit: u32,
    ) -> Result<DutiesPage, ReadError> {
        self.read(move || Projects::duties(provider, after, limit)).await
    }

    async fn key_for(
        &self,
        project: ProjectId,
        chunk: ChunkIndex,
        provider: ProviderId,
    ) -> Result<Option<SealedKey>, ReadError> {
        self.read(move || Projects::key_for(project, chunk, provider)).await
    }

    async fn service(&self, id: ServiceId) -> Result<Option<ServiceView>, ReadError> {
        self.read(move || Services::service(id)).await
    }

    async fn services_of(&self, owner: [u8; 32], after: Option<ServiceId>, limit: u32) -> Result<Vec<ServiceView>, ReadError> {
        self.read(move || Services::services_of(owner, after, limit)).await
    }

    async fn lease(&self, id: LeaseId) -> Result<Option<LeaseView>, ReadError> {
        self.read(move || Services::lease(id)).await
    }

    async fn leases_of(&self, provider: ProviderId, after: Option<LeaseId>, limit: u32) -> Result<Vec<LeaseView>, ReadError> {
        self.read(move || Services::leases_of(provider, after, limit)).await
    }
}
