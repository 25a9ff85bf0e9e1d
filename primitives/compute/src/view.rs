//! What the runtime API answers.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{
    chunk::{Deadlines, Replica, Stage},
    lease::{LeaseRules, Probes},
    lot::Lot,
    panel::{PanelRules, Question},
    program::{Category, Program},
    project::{ProjectSpec, ServiceSpec},
    resources::{Attributes, Dimension, Grade, Mismatch, Prices, Resources},
    trust::TrustRules,
    AppId, Balance, ChunkIndex, Clock, Digest, EscrowId, LeaseId, OrderId, OrganisationId, PanelId, PeerKey, ProjectId,
    ProviderId, RequestId, SeatId, ServiceId,
};

/// The rules that clients have to know, and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ComputeTerms {
    /// The clock.
    pub now: Clock,
    /// Deadlines of chunks.
    pub deadlines: Deadlines,
    /// Scores, checks and bonds.
    pub trust: TrustRules,
    /// Periods of leases.
    pub leases: LeaseRules,
    /// Waits of panels.
    pub panels: PanelRules,
    /// Least bond of a provider.
    pub least_bond: Balance,
    /// The bond of a tracker's seat.
    pub seat_bond: Balance,
    /// What is burned besides for a seat where none is vacant.
    pub seat_fee: Balance,
    /// What stands of a provider's bond for an ask, and for the lease that becomes of it.
    pub stake: Balance,
    /// What is put on hold for a project's record, beside its escrow.
    pub project_deposit: Balance,
    /// What a probe of a lease's endpoint takes of its escrow.
    pub probe: Balance,
}

/// How a provider stands.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    codec::DecodeWithMemTracking,
    codec::MaxEncodedLen,
    TypeInfo,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// It takes new work.
    #[default]
    Active,
    /// It does what it has and takes nothing new.
    Paused,
    /// It leaves as soon as it has nothing to do.
    Exiting,
}

/// A compute provider.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProviderView {
    /// Its number.
    pub id: ProviderId,
    /// The account behind it.
    pub operator: [u8; 32],
    /// The key of its libp2p identity.
    pub peer_key: PeerKey,
    /// Its multiaddress, as UTF-8.
    pub endpoint: Vec<u8>,
    /// Everything that it offers.
    pub offered: Resources,
    /// What of that is free.
    pub free: Resources,
    /// What is true of it.
    pub attributes: Attributes,
    /// What it asks.
    pub prices: Prices,
    /// How fast trackers found it.
    pub grade: Option<Grade>,
    /// Its bond.
    pub bond: Balance,
    /// What of the bond stands for work that it has.
    pub locked: Balance,
    /// Its score.
    pub score: u16,
    /// Results that it lost, or kept to itself.
    pub lost: u32,
    /// Chunks that it was drawn for and never began, or was late with.
    pub late: u32,
    /// Chunks and leases that it has.
    pub busy: u32,
    /// How it stands.
    pub standing: Standing,
}

/// Some providers, by ascending number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProvidersPage {
    /// The providers.
    pub providers: Vec<ProviderView>,
    /// The number after which the next page begins, if there is one.
    pub next: Option<ProviderId>,
}

/// What keeps a provider from a job, if anything does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct FitView {
    /// The provider.
    pub provider: ProviderId,
    /// How it stands: only an active one takes work.
    pub standing: Standing,
    /// Of what it has too little free: what is needed, and what there is.
    pub lacks: Vec<(Dimension, u32, u32)>,
    /// Whether it would have enough with nothing else to do.
    pub is_large_enough: bool,
    /// What is asked of it and it is not.
    pub mismatches: Vec<Mismatch>,
    /// What it asks for the job, in plancks a block.
    pub rate: Balance,
    /// Whether that is more than the job pays.
    pub too_dear: bool,
    /// Whether it lost so much of its bond that it takes no work until its operator has made up for that.
    pub under_bonded: bool,
}

impl FitView {
    /// Whether nothing keeps it from the job.
    pub fn fits(&self) -> bool {
        let is_willing = self.standing == Standing::Active && !self.too_dear && !self.under_bonded;
        is_willing && self.lacks.is_empty() && self.mismatches.is_empty()
    }
}

/// What keeps some providers from a job, by ascending number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct FitsPage {
    /// The providers, those that fit among them.
    pub providers: Vec<FitView>,
    /// The number after which the next page begins, if there is one.
    pub next: Option<ProviderId>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProjectView {
    /// Its number.
    pub id: ProjectId,
    /// Whose it is.
    pub owner: [u8; 32],
    /// What was asked for. Its program's class is that which it has by now for its owner.
    pub spec: ProjectSpec,
    /// Its escrow.
    pub escrow: EscrowId,
    /// What is still held there.
    pub held: Balance,
    /// Chunks in all.
    pub chunks: u32,
    /// Chunks that are over.
    pub finished: u32,
    /// Whether it takes no more claims, because its owner cancelled it or its deadline passed.
    pub closed: bool,
    /// The clock when it was created.
    pub created: Clock,
}

/// What a step forward of a chunk waits for, or that anybody can make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Due {
    /// Providers may claim it.
    Claim,
    /// The draw among those that claimed waits for randomness.
    Draw,
    /// Who was drawn has to acknowledge.
    Acknowledge,
    /// Replicas run.
    Commit,
    /// Whether there is a second replica waits for randomness.
    Check,
    /// Replicas have to reveal.
    Reveal,
    /// Somebody may challenge the result; afterwards anybody can finalise it.
    Finalise,
    /// Trackers judge.
    Verdict,
    /// Nothing.
    Nothing,
}

/// A chunk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ChunkView {
    /// Its place.
    pub index: ChunkIndex,
    /// Where it stands.
    pub stage: Stage,
    /// Its replicas.
    pub replicas: Vec<Replica>,
    /// Replicas that are wanted by now.
    pub wanted: u8,
    /// Who claimed it since the last draw.
    pub claims: Vec<ProviderId>,
    /// Who was drawn and has to acknowledge, once that is known.
    pub drawn: Vec<ProviderId>,
    /// Whose providers may not claim it any more.
    pub tried: Vec<[u8; 32]>,
    /// What it waits for.
    pub due: Due,
    /// The block of the clock until which it waits for that; 0 for no limit.
    pub until: Clock,
}

/// Some chunks of a project, by ascending place.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ChunksPage {
    /// The chunks.
    pub chunks: Vec<ChunkView>,
    /// The place after which the next page begins, if there is one.
    pub next: Option<ChunkIndex>,
}

/// Some projects, by ascending number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProjectsPage {
    /// The projects.
    pub projects: Vec<ProjectView>,
    /// The number after which the next page begins, if there is one.
    pub next: Option<ProjectId>,
}

/// A chunk that a provider could claim now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OpenChunkView {
    /// The project.
    pub project: ProjectId,
    /// The chunk.
    pub chunk: ChunkIndex,
    /// What the provider would be paid for all of its limits.
    pub price: Balance,
    /// What of its bond would stand for it.
    pub bond: Balance,
    /// How long it may take on the reference machine, in blocks of the clock.
    pub run: Clock,
    /// What it takes of a machine while it runs.
    pub resources: Resources,
}

/// Some of them, by ascending project and place. A page may be empty though there is a next one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OpenChunksPage {
    /// The chunks.
    pub chunks: Vec<OpenChunkView>,
    /// The project and place after which the next page begins, if there is one.
    pub next: Option<(ProjectId, ChunkIndex)>,
}

/// What a provider has to do with a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Duty {
    /// It was drawn and has to acknowledge.
    Acknowledge,
    /// It has to run the chunk and commit to what it found.
    Commit,
    /// It has to reveal what it found.
    Reveal,
}

/// What a provider has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DutyView {
    /// The project.
    pub project: ProjectId,
    /// The chunk.
    pub chunk: ChunkIndex,
    /// What.
    pub duty: Duty,
    /// The last block of the clock in which it can be done.
    pub until: Clock,
}

/// Some of it, by ascending project and place. A page may be empty though there is a next one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DutiesPage {
    /// What is to be done.
    pub duties: Vec<DutyView>,
    /// The project and place after which the next page begins, if there is one.
    pub next: Option<(ProjectId, ChunkIndex)>,
}

/// A tracker's seat.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SeatView {
    /// Its number.
    pub seat: SeatId,
    /// Whose it is.
    pub tracker: [u8; 32],
    /// Its bond.
    pub bond: Balance,
    /// The clock from which on it counts in draws.
    pub since: Clock,
    /// The clock at which its tracker asked to leave.
    pub leaving: Option<Clock>,
    /// Panels that it sits on.
    pub busy: u32,
}

/// A seat's place on a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PlaceView {
    /// The seat.
    pub seat: SeatId,
    /// Whether its verdict is bound.
    pub committed: bool,
    /// Its verdict, once that is shown.
    pub verdict: Option<Digest>,
}

/// A panel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PanelView {
    /// Its number.
    pub id: PanelId,
    /// What it is asked.
    pub question: Question,
    /// Its round.
    pub round: u8,
    /// The clock when it was asked for.
    pub opened: Clock,
    /// Who sits on it; empty until it is convened, which anybody can do once randomness has come.
    pub places: Vec<PlaceView>,
    /// Whether it can be convened now.
    pub can_convene: bool,
    /// Whether it can be closed now, since nobody whom it waits for still has time.
    pub can_close: bool,
    /// The block of the clock until which verdicts can be bound.
    pub commit_until: Clock,
    /// The block of the clock until which they can be shown.
    pub reveal_until: Clock,
}

/// Some panels, by ascending number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PanelsPage {
    /// The panels.
    pub panels: Vec<PanelView>,
    /// The number after which the next page begins, if there is one.
    pub next: Option<PanelId>,
}

/// An app's version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct VersionView {
    /// Its number, counted from 0.
    pub version: u32,
    /// What it is. Its class is that which its publisher declares: by what is known to a requester, it may have fallen for that one.
    pub program: Program,
    /// Whether its publisher withdrew it.
    pub yanked: bool,
}

/// An app.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct AppView {
    /// Its number.
    pub id: AppId,
    /// Whose it is.
    pub publisher: [u8; 32],
    /// Its name, as UTF-8.
    pub name: Vec<u8>,
    /// What it is for.
    pub category: Category,
    /// Its newest versions, the latest first.
    pub versions: Vec<VersionView>,
}

/// A price level of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct LevelView {
    /// The step of the ladder.
    pub tick: u16,
    /// Plancks a block.
    pub price: Balance,
    /// Orders at it.
    pub orders: u32,
}

/// The best levels of a book.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BookView {
    /// Which lots.
    pub lot: Lot,
    /// What providers ask, the cheapest first.
    pub asks: Vec<LevelView>,
    /// What requesters bid, the dearest first.
    pub bids: Vec<LevelView>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OrderView {
    /// Its number.
    pub id: OrderId,
    /// The lot.
    pub lot: Lot,
    /// Its step of the ladder.
    pub tick: u16,
    /// The provider that asks, or the service that a bid is for.
    pub of: OrderOf,
}

/// Whose order it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, codec::DecodeWithMemTracking, codec::MaxEncodedLen, TypeInfo)]
pub enum OrderOf {
    /// A provider's ask.
    Ask(ProviderId),
    /// A bid for an instance of a service.
    Bid(ServiceId),
}

/// A request for custom resources.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RequestView {
    /// Its number.
    pub id: RequestId,
    /// The service that it is for.
    pub service: ServiceId,
    /// Machines that are still wanted.
    pub instances: u8,
    /// What one of them may cost at most, in plancks a block.
    pub max_rate: Balance,
    /// The best proposal so far: providers, and what they cost together in a block.
    pub best: Option<(Vec<ProviderId>, Balance)>,
    /// The block of the clock from which on anybody can settle it, once there is a proposal.
    pub settles: Option<Clock>,
    /// Providers that may not be proposed for it, by ascending number: they failed to keep what was proposed, or turned away from a
    /// lease of the service.
    pub barred: Vec<ProviderId>,
}

/// Some requests, by ascending number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RequestsPage {
    /// The requests.
    pub requests: Vec<RequestView>,
    /// The number after which the next page begins, if there is one.
    pub next: Option<RequestId>,
}

/// A lease. The default is one of which nothing is known, to be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct LeaseView {
    /// Its number.
    pub id: LeaseId,
    /// The service.
    pub service: ServiceId,
    /// The provider.
    pub provider: ProviderId,
    /// Plancks a block.
    pub rate: Balance,
    /// Its escrow.
    pub escrow: EscrowId,
    /// What of that is set aside for its time, and not paid yet.
    pub held: Balance,
    /// What of it is set aside for probes alone.
    pub for_probes: Balance,
    /// The clock when it was matched.
    pub matched: Clock,
    /// The clock from which on it is paid: when its endpoint first answered.
    pub live: Option<Clock>,
    /// The key that answers probes, once it is published.
    pub key: Option<[u8; 32]>,
    /// Where it is reached, as UTF-8: `IP:PORT`.
    pub endpoint: Vec<u8>,
    /// What was redeemed of vouchers.
    pub redeemed: Balance,
    /// What trackers saw.
    pub probes: Probes,
    /// The clock up to which that, or a voucher, tells.
    pub probed: Clock,
    /// Probes in a row that found it silent.
    pub silent: u8,
    /// The panel that probes it at the moment.
    pub panel: Option<PanelId>,
    /// Whether its escrow would pay for a probe now.
    pub can_probe: bool,
    /// The block of the clock at which its escrow is used up; 0 before it is live.
    pub runs_out: Clock,
    /// Since when it is being closed, where it is.
    pub closing: Option<Clock>,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ServiceView {
    /// Its number.
    pub id: ServiceId,
    /// Whose it is.
    pub owner: [u8; 32],
    /// What was asked for.
    pub spec: ServiceSpec,
    /// Its escrow.
    pub escrow: EscrowId,
    /// What is still held there.
    pub held: Balance,
    /// What of that is set aside for instances that wait for a provider.
    pub free: Balance,
    /// Its leases.
    pub leases: Vec<LeaseView>,
    /// Instances that wait for a provider.
    pub wanted: u8,
    /// How many of these can be looked for: those that what is set aside pays for at the highest rate, or one at a lower rate.
    pub funded: u8,
    /// What such an instance may cost at most, in plancks a block: less than the highest rate where little is left of its escrow. `scale`
    /// to the same number puts in what lacks.
    pub affordable: Balance,
    /// Whether its owner stopped it.
    pub stopped: bool,
}

impl ServiceView {
    /// What it asks for, at what it can pay.
    pub fn asking(&self) -> ServiceSpec {
        ServiceSpec { max_rate: self.affordable, ..self.spec }
    }
}

/// Some services, by ascending number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ServicesPage {
    /// The services.
    pub services: Vec<ServiceView>,
    /// The number after which the next page begins, if there is one.
    pub next: Option<ServiceId>,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OrganisationView {
    /// Its number.
    pub id: OrganisationId,
    /// Who administers it.
    pub owner: [u8; 32],
    /// The account that it pays from.
    pub account: [u8; 32],
    /// Its name, as UTF-8.
    pub name: Vec<u8>,
    /// Members.
    pub members: u32,
}

/// Some members of an organisation with their accounts, and the one after which the next page begins.
pub type MembersPage = (Vec<([u8; 32], MemberView)>, Option<[u8; 32]>);

/// A member of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct MemberView {
    /// What it may have in escrow and spent together.
    pub quota: Balance,
    /// What of that is used.
    pub used: Balance,
}

/// An escrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EscrowView {
    /// Whose coins they were.
    pub payer: [u8; 32],
    /// What was put in.
    pub came: Balance,
    /// What was paid.
    pub paid: Balance,
    /// What was burned.
    pub burned: Balance,
    /// What went back.
    pub refunded: Balance,
    /// What is still held.
    pub held: Balance,
}
