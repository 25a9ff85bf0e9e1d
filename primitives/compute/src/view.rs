//! What the runtime API answers.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{
    chunk::{Deadlines, Replica, Stage},
    lease::{LeaseRules, Probes},
    lot::Lot,
    panel::Question,
    program::{Category, Program},
    project::{ProjectSpec, ServiceSpec},
    resources::{Attributes, Grade, Prices, Resources},
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
    /// Least bond of a provider.
    pub least_bond: Balance,
    /// The bond of a tracker's seat.
    pub seat_bond: Balance,
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

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ProjectView {
    /// Its number.
    pub id: ProjectId,
    /// Whose it is.
    pub owner: [u8; 32],
    /// What was asked for. Its program's class is that which it has by now.
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
    /// Who may not claim it any more.
    pub tried: Vec<ProviderId>,
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
    /// What it is. Its class is that which it has by now.
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
    /// The best proposal so far: providers, and what they cost together in a block.
    pub best: Option<(Vec<ProviderId>, Balance)>,
    /// The block of the clock from which on anybody can settle it, once there is a proposal.
    pub settles: Option<Clock>,
}

/// A lease.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
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
    /// What is still held there.
    pub held: Balance,
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
    /// Its leases.
    pub leases: Vec<LeaseView>,
    /// Instances that wait for a provider.
    pub wanted: u8,
    /// Whether its owner stopped it.
    pub stopped: bool,
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
