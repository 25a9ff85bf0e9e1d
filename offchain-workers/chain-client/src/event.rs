//! What happens on chain, as far as daemons and the command line act on it.

use idlewild_capacity_primitives::{Quality, RoundIndex};
use idlewild_storage_primitives::{Balance, DealId, MinerId, PeerKey, Period, Salt, SlotIndex};

/// An event of one of our pallets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the event of the same name in its pallet.
pub enum Event {
    /// A miner was registered.
    Registered { miner: MinerId, operator: [u8; 32], peer_key: PeerKey },
    /// A miner lost part of its bond.
    Slashed { miner: MinerId, amount: Balance, burned: Balance },
    /// A miner proved a period.
    Proven { miner: MinerId, period: Period },
    /// A miner let periods pass unproven.
    Missed { miner: MinerId, periods: u32 },
    /// A miner failed.
    Failed { miner: MinerId },
    /// A deal stands.
    Created { deal: DealId, owner: [u8; 32], salt: Salt, filled: u8, slots: u8, held: Balance },
    /// A deal was left out.
    Skipped { owner: [u8; 32], salt: Salt },
    /// A miner took a slot.
    Assigned { deal: DealId, slot: SlotIndex, miner: MinerId },
    /// A miner was paid.
    Paid { deal: DealId, miner: MinerId, amount: Balance },
    /// A repairer was paid its bounty.
    BountyPaid { deal: DealId, slot: SlotIndex, miner: MinerId, amount: Balance },
    /// A slot waits for a repairer.
    SlotOpened { deal: DealId, slot: SlotIndex },
    /// A deal is over.
    Closed { deal: DealId, refunded: Balance },
    /// A slot was appended.
    Appended { miner: MinerId, deal: DealId, slot: SlotIndex, index: u32 },
    /// A slot was cleared.
    Cleared { miner: MinerId, deal: DealId, slot: SlotIndex, index: u32 },
    /// A slot was admitted lost.
    Lost { miner: MinerId, deal: DealId, slot: SlotIndex, index: u32 },
    /// A miner set out to repair a slot.
    Claimed { miner: MinerId, deal: DealId, slot: SlotIndex },
    /// A slot is filled again.
    Repaired { miner: MinerId, deal: DealId, slot: SlotIndex, index: u32, bounty: Balance },
    /// Something in the compute market.
    Compute(crate::ComputeEvent),
    /// Something about a gateway.
    Gateway(crate::GatewayEvent),
    /// Something about a bucket.
    Bucket(crate::BucketEvent),
    /// Something about a name.
    Name(crate::NameEvent),
    /// Something about a share or a publication.
    Share(crate::ShareEvent),
    /// A claim is the best of its round so far.
    RoundClaimed { round: RoundIndex, miner: [u8; 32], quality: Quality },
    /// A claim was false.
    RoundClaimedFalsely { round: RoundIndex, miner: [u8; 32], slashed: Balance },
    /// A round is over.
    RoundClosed { round: RoundIndex, winner: Option<[u8; 32]>, reward: Balance },
}
