//! What happens in the compute market, as far as daemons and the command line act on it.

use idlewild_compute_primitives::{AppId, Balance, ChunkIndex, ProjectId, ProviderId, SeatId, ServiceId};

/// An event of one of the compute market's pallets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the event of the same name in its pallet.
pub enum ComputeEvent {
    /// A provider was registered.
    ProviderRegistered { provider: ProviderId, operator: [u8; 32] },
    /// A project stands.
    ProjectCreated { project: ProjectId, owner: [u8; 32] },
    /// A provider lost a chunk.
    ChunkLost { project: ProjectId, chunk: ChunkIndex, provider: ProviderId, slashed: Balance },
    /// A provider was paid for a chunk.
    ChunkPaid { project: ProjectId, chunk: ChunkIndex, provider: ProviderId, amount: Balance },
    /// A tracker has a seat.
    SeatTaken { seat: SeatId, tracker: [u8; 32] },
    /// A service is to run.
    ServiceDeployed { service: ServiceId, owner: [u8; 32] },
    /// An app was published.
    AppPublished { app: AppId, publisher: [u8; 32] },
}

impl From<ComputeEvent> for crate::Event {
    fn from(event: ComputeEvent) -> Self {
        Self::Compute(event)
    }
}
