//! The calls of the compute market.

use idlewild_compute_primitives::{
    commitment::{Finding, Salt, SealedKey},
    lot::Lot,
    program::{Category, Program},
    project::{ProjectSpec, ServiceSpec},
    resources::{Attributes, Prices, Resources},
    view::PanelView,
    AppId, Balance, ChunkIndex, Digest, LeaseId, OrderId, PanelId, PeerKey, ProjectId, ProviderId, RequestId, SeatId,
    ServiceId,
};

/// A call of the compute market.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the call of the same name in its pallet.
pub enum ComputeCall {
    /// Registers a provider.
    RegisterProvider {
        peer_key: PeerKey,
        peer_signature: [u8; 64],
        endpoint: String,
        offered: Resources,
        attributes: Attributes,
        prices: Prices,
        bond: Balance,
    },
    /// Raises a provider's bond.
    AddProviderBond { provider: ProviderId, amount: Balance },
    /// Takes back bond that stands for no work.
    WithdrawProviderBond { provider: ProviderId, amount: Balance },
    /// Offers something else.
    SetOffer { provider: ProviderId, offered: Resources, attributes: Attributes, prices: Prices },
    /// Moves a provider to another multiaddress.
    SetProviderEndpoint { provider: ProviderId, endpoint: String },
    /// Takes no new work.
    PauseProvider { provider: ProviderId },
    /// Takes new work again.
    ResumeProvider { provider: ProviderId },
    /// Begins to leave.
    ExitProvider { provider: ProviderId },
    /// Removes a provider that has nothing to do any more.
    RemoveProvider { provider: ProviderId },
    /// Publishes an app.
    PublishApp { name: String, category: Category, program: Program },
    /// Publishes a version of an app.
    ReleaseApp { app: AppId, program: Program },
    /// Withdraws a version of an app.
    YankApp { app: AppId, version: u32 },
    /// Becomes a tracker.
    TakeSeat,
    /// Makes up for what a seat's bond lacks.
    TopUpSeat { seat: SeatId },
    /// Begins to leave a seat.
    LeaveSeat { seat: SeatId },
    /// Leaves a seat, and takes the bond back.
    VacateSeat { seat: SeatId },
    /// Has a machine measured.
    AskGrade { provider: ProviderId },
    /// Draws who sits on a panel.
    Convene { panel: PanelId },
    /// Binds a verdict.
    CommitVerdict { panel: PanelId, seat: SeatId, commitment: Digest },
    /// Shows a verdict.
    RevealVerdict { panel: PanelId, seat: SeatId, verdict: Digest, salt: Salt },
    /// Judges by what a panel said.
    ClosePanel { panel: PanelId },
    /// Offers a standard lot.
    Ask { provider: ProviderId, lot: Lot, tick: u16 },
    /// Asks for a standard lot.
    Bid { service: ServiceId, lot: Lot, tick: u16 },
    /// Takes an order back.
    CancelOrder { order: OrderId },
    /// Asks for machines of any shape.
    Request { service: ServiceId },
    /// Proposes providers for a request.
    Propose { request: RequestId, providers: Vec<ProviderId> },
    /// Gives a request to who was proposed at the lowest price.
    Settle { request: RequestId },
    /// Takes a request back.
    WithdrawRequest { request: RequestId },
    /// Has tasks run.
    CreateProject { spec: Box<ProjectSpec> },
    /// Wants to run chunks.
    Claim { project: ProjectId, provider: ProviderId, chunks: Vec<ChunkIndex> },
    /// Begins with chunks that it was drawn for.
    Acknowledge { project: ProjectId, provider: ProviderId, chunks: Vec<ChunkIndex> },
    /// Binds what was found.
    Commit { project: ProjectId, provider: ProviderId, commitments: Vec<(ChunkIndex, Digest)> },
    /// Shows what was found.
    Reveal { project: ProjectId, provider: ProviderId, reveals: Vec<(ChunkIndex, Finding, Salt)> },
    /// Makes every step of a chunk that time alone allows.
    Advance { project: ProjectId, chunk: ChunkIndex },
    /// Doubts a result.
    Challenge { project: ProjectId, chunk: ChunkIndex },
    /// Has a result that was drawn run again.
    Sample { project: ProjectId, chunk: ChunkIndex },
    /// Ends chunks whose results nobody can doubt any more.
    Finalise { project: ProjectId, chunks: Vec<ChunkIndex> },
    /// Hands a provider the key of a project's input.
    Wrap { project: ProjectId, chunk: ChunkIndex, provider: ProviderId, key: SealedKey },
    /// Has no more tasks run.
    CancelProject { project: ProjectId },
    /// Closes a project whose deadline has passed.
    ExpireProject { project: ProjectId },
    /// Removes records of a project that is over.
    CleanProject { project: ProjectId, limit: u32 },
    /// Removes a project that is over.
    CloseProject { project: ProjectId },
    /// Has a service run.
    Deploy { spec: Box<ServiceSpec> },
    /// Pays for more of a service.
    TopUpService { service: ServiceId, amount: Balance },
    /// Has more instances of a service run, or fewer.
    Scale { service: ServiceId, instances: u8 },
    /// Ends a service.
    StopService { service: ServiceId },
    /// Takes a lease, and says where it is reached.
    AcceptLease { lease: LeaseId, key: [u8; 32], endpoint: String },
    /// Moves a lease elsewhere.
    SetLeaseEndpoint { lease: LeaseId, endpoint: String },
    /// Collects what a voucher is worth.
    Redeem { lease: LeaseId, amount: Balance, signature: [u8; 64] },
    /// Has trackers look whether a lease answers.
    AskProbe { lease: LeaseId },
    /// Says that a lease does not answer.
    ReportDown { lease: LeaseId },
    /// Begins to end a lease.
    CloseLease { lease: LeaseId },
    /// Ends a lease.
    FinishLease { lease: LeaseId },
}

impl ComputeCall {
    /// What anybody may do about a panel as it stands: have its seats drawn once their randomness has come, or close it once its time is
    /// over. Nothing where it is still under way.
    pub fn moving_on(view: &PanelView) -> Option<Self> {
        let panel = view.id;
        if view.can_convene {
            Some(Self::Convene { panel })
        } else {
            view.can_close.then_some(Self::ClosePanel { panel })
        }
    }
}

impl From<ComputeCall> for crate::Call {
    fn from(call: ComputeCall) -> Self {
        Self::Compute(call)
    }
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::panel::Question;

    use super::*;

    #[test]
    fn a_panel_is_drawn_and_later_closed() {
        let panel = |can_convene, can_close| PanelView {
            id: 9,
            question: Question::Grade { provider: 1 },
            round: 0,
            opened: 100,
            places: Vec::new(),
            can_convene,
            can_close,
            commit_until: 0,
            reveal_until: 0,
        };
        assert_eq!(ComputeCall::moving_on(&panel(true, false)), Some(ComputeCall::Convene { panel: 9 }));
        assert_eq!(ComputeCall::moving_on(&panel(false, true)), Some(ComputeCall::ClosePanel { panel: 9 }));
        assert_eq!(
            ComputeCall::moving_on(&panel(true, true)),
            Some(ComputeCall::Convene { panel: 9 }),
            "late is better than never"
        );
        assert_eq!(ComputeCall::moving_on(&panel(false, false)), None, "it has time");
    }
}
