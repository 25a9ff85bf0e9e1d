//! The calls that daemons and the command line make.

use idlewild_capacity_primitives::{format::Seed, Challenge, Quality, RoundIndex};
use idlewild_storage_primitives::{
    geometry::Geometry,
    proof::ChunkProof,
    receipt::SlotReceipt,
    sum_range::{Leaf, Node},
    Balance, Clock, DealId, MinerId, PeerKey, Period, Root, Salt, SlotIndex,
};

/// A deal that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealRequest {
    /// Never used before by this owner.
    pub salt: Salt,
    /// Data and parity shards of a copy.
    pub geometry: Geometry,
    /// Copies.
    pub copies: u8,
    /// Bytes of a shard.
    pub shard_len: u32,
    /// How long it is to last, in blocks of the clock.
    pub term: Clock,
    /// Its price, in plancks per GiB and period.
    pub price: Balance,
    /// The roots of all shards, by slot.
    pub roots: Vec<Root>,
    /// What miners signed.
    pub receipts: Vec<SlotReceipt>,
    /// The encrypted manifest.
    pub manifest: Vec<u8>,
}

/// A leaf to be cleared from a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearing {
    /// The slot as it was appended.
    pub leaf: Leaf,
    /// Its index in the range.
    pub index: u32,
    /// From its sibling up to the peak, after the clearings before this one.
    pub path: Vec<Node>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the call of the same name in its pallet.
pub enum Call {
    /// Sends coins, and keeps the sender's account alive.
    TransferCoins { to: [u8; 32], amount: Balance },
    /// Registers a miner.
    Register { peer_key: PeerKey, peer_signature: [u8; 64], endpoint: String, capacity: u64, price: Balance, bond: Balance },
    /// Raises a miner's bond.
    AddBond { miner: MinerId, amount: Balance },
    /// Takes back bond that stands for no slot.
    WithdrawBond { miner: MinerId, amount: Balance },
    /// Offers another capacity.
    SetCapacity { miner: MinerId, capacity: u64 },
    /// Moves a miner to another multiaddress.
    SetEndpoint { miner: MinerId, endpoint: String },
    /// Posts another price.
    SetPrice { miner: MinerId, price: Balance },
    /// Stops taking new slots.
    Pause { miner: MinerId },
    /// Takes new slots again.
    Resume { miner: MinerId },
    /// Begins to leave.
    Exit { miner: MinerId },
    /// Removes a miner that answers for nothing any more.
    Remove { miner: MinerId },
    /// Proves a period.
    Prove { miner: MinerId, period: Period, proofs: Vec<ChunkProof> },
    /// Reports periods that passed unproven.
    ReportMissed { miner: MinerId },
    /// Creates deals.
    CreateDeals { requests: Vec<DealRequest> },
    /// Fills slots of a deal.
    FillSlots { deal: DealId, receipts: Vec<SlotReceipt> },
    /// Pays, and closes what is over.
    Settle { deals: Vec<DealId> },
    /// Pays a repairer's bounty, or opens its slot again.
    DecideProbation { deal: DealId, slot: SlotIndex },
    /// Adds to a deal's reserve.
    TopUp { deal: DealId, amount: Balance },
    /// Lets a deal go on.
    Extend { deal: DealId, term: Clock, max_price: Balance },
    /// Ends a deal.
    Cancel { deal: DealId },
    /// Gives a deal away.
    TransferDeal { deal: DealId, to: [u8; 32], manifest: Vec<u8> },
    /// Appends assigned slots.
    Append { miner: MinerId, slots: Vec<(DealId, SlotIndex)> },
    /// Clears slots that the miner no longer answers for.
    Clear { miner: MinerId, clearings: Vec<Clearing> },
    /// Reports a slot that was not appended in time.
    ReportUnappended { deal: DealId, slot: SlotIndex },
    /// Admits that a slot is lost.
    DeclareLost { miner: MinerId, deal: DealId, slot: SlotIndex, index: u32, path: Vec<Node> },
    /// Sets out to repair a slot.
    ClaimRepair { miner: MinerId, deal: DealId, slot: SlotIndex },
    /// Appends a rebuilt shard.
    CompleteRepair { miner: MinerId, deal: DealId, slot: SlotIndex },
    /// Gives up all claims.
    DropClaims { miner: MinerId },
    /// A call of the compute market.
    Compute(crate::ComputeCall),
    /// Puts up a bond for claims of rounds.
    BondCapacity { amount: Balance },
    /// Takes such a bond back.
    UnbondCapacity { amount: Balance },
    /// Claims that a nonce answers a round with this quality: for another account, whose proxy the signer is, where one is named.
    ClaimRound { of: Option<[u8; 32]>, round: RoundIndex, challenge: Challenge, seed: Seed, nonce: u64, quality: Quality },
    /// A call about gateways.
    Gateway(crate::GatewayCall),
    /// A call about buckets.
    Bucket(crate::BucketCall),
    /// A call about names.
    Name(crate::NameCall),
    /// A call about shares and publications.
    Share(crate::ShareCall),
    /// Does something as the owner that the signer is a gateway of.
    Act(Box<Call>),
    /// Does all of these or none.
    Batch(Vec<Call>),
}

impl Call {
    /// The calls themselves, without what they are wrapped in, in their order.
    pub fn parts(&self) -> Vec<&Call> {
        match self {
            Self::Act(call) => call.parts(),
            Self::Batch(calls) => calls.iter().flat_map(Self::parts).collect(),
            call => vec![call],
        }
    }
}
