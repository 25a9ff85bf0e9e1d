//! What is asked of the chain about jobs, services and who runs them.

use async_trait::async_trait;
use idlewild_compute_primitives::{
    commitment::SealedKey,
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

use crate::error::ReadError;

/// Everything that requesters, providers and trackers ask of the chain. Answers are of the newest final block.
#[async_trait]
pub trait ComputeClient: Send + Sync + 'static {
    /// Rules, and the clock.
    async fn compute_terms(&self) -> Result<ComputeTerms, ReadError>;

    /// An escrow.
    async fn escrow(&self, id: EscrowId) -> Result<Option<EscrowView>, ReadError>;

    /// An app with its newest versions.
    async fn app(&self, id: AppId) -> Result<Option<AppView>, ReadError>;

    /// The app of this name.
    async fn app_named(&self, name: &str) -> Result<Option<AppView>, ReadError>;

    /// Apps after `after`, and after which one the next page begins.
    async fn apps(&self, after: Option<AppId>, limit: u32) -> Result<(Vec<AppView>, Option<AppId>), ReadError>;

    /// A provider.
    async fn provider(&self, id: ProviderId) -> Result<Option<ProviderView>, ReadError>;

    /// The provider that a peer key belongs to.
    async fn provider_of_peer(&self, peer_key: PeerKey) -> Result<Option<ProviderView>, ReadError>;

    /// Providers after `after`. A page may be empty and not the last.
    async fn providers(&self, after: Option<ProviderId>, limit: u32) -> Result<ProvidersPage, ReadError>;

    /// What keeps each provider after `after` from a job.
    async fn explain(
        &self,
        resources: Resources,
        wishes: Wishes,
        organisation: Option<OrganisationId>,
        max_rate: Balance,
        after: Option<ProviderId>,
        limit: u32,
    ) -> Result<FitsPage, ReadError>;

    /// The seat of a tracker.
    async fn seat_of(&self, tracker: [u8; 32]) -> Result<Option<SeatView>, ReadError>;

    /// Seats after `after`, and after which one the next page begins.
    async fn seats(&self, after: Option<SeatId>, limit: u32) -> Result<(Vec<SeatView>, Option<SeatId>), ReadError>;

    /// A panel.
    async fn panel(&self, id: PanelId) -> Result<Option<PanelView>, ReadError>;

    /// Open panels that a tracker sits on.
    async fn panels_of(&self, tracker: [u8; 32]) -> Result<Vec<PanelView>, ReadError>;

    /// Open panels after `after`.
    async fn open_panels(&self, after: Option<PanelId>, limit: u32) -> Result<PanelsPage, ReadError>;

    /// The best prices of a book.
    async fn book(&self, lot: Lot) -> Result<BookView, ReadError>;

    /// A provider's orders.
    async fn orders_of(&self, provider: ProviderId) -> Result<Vec<OrderView>, ReadError>;

    /// What a service bids in the book.
    async fn orders_of_service(&self, service: ServiceId) -> Result<Vec<OrderView>, ReadError>;

    /// Requests for custom resources after `after`.
    async fn requests(&self, after: Option<RequestId>, limit: u32) -> Result<RequestsPage, ReadError>;

    /// A project.
    async fn project(&self, id: ProjectId) -> Result<Option<ProjectView>, ReadError>;

    /// Projects after `after`. A page may be empty and not the last.
    async fn projects(&self, after: Option<ProjectId>, limit: u32) -> Result<ProjectsPage, ReadError>;

    /// An account's projects after `after`.
    async fn projects_of(&self, owner: [u8; 32], after: Option<ProjectId>, limit: u32) -> Result<ProjectsPage, ReadError>;

    /// A chunk.
    async fn chunk(&self, project: ProjectId, index: ChunkIndex) -> Result<Option<ChunkView>, ReadError>;

    /// A project's chunks after `after`.
    async fn chunks(&self, project: ProjectId, after: Option<ChunkIndex>, limit: u32) -> Result<ChunksPage, ReadError>;

    /// Chunks after `after` that a provider could claim now. A page may be empty and not the last.
    async fn open_chunks(
        &self,
        provider: ProviderId,
        after: Option<(ProjectId, ChunkIndex)>,
        limit: u32,
    ) -> Result<OpenChunksPage, ReadError>;

    /// What a provider has to do now, in chunks after `after`.
    async fn duties(
        &self,
        provider: ProviderId,
        after: Option<(ProjectId, ChunkIndex)>,
        limit: u32,
    ) -> Result<DutiesPage, ReadError>;

    /// The key of a project's input, wrapped for a provider.
    async fn key_for(
        &self,
        project: ProjectId,
        chunk: ChunkIndex,
        provider: ProviderId,
    ) -> Result<Option<SealedKey>, ReadError>;

    /// A service with its leases.
    async fn service(&self, id: ServiceId) -> Result<Option<ServiceView>, ReadError>;

    /// An account's services after `after`.
    async fn services_of(&self, owner: [u8; 32], after: Option<ServiceId>, limit: u32) -> Result<Vec<ServiceView>, ReadError>;

    /// A lease.
    async fn lease(&self, id: LeaseId) -> Result<Option<LeaseView>, ReadError>;

    /// A provider's leases after `after`.
    async fn leases_of(&self, provider: ProviderId, after: Option<LeaseId>, limit: u32) -> Result<Vec<LeaseView>, ReadError>;
}
