//! What is recorded of a provider.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use idlewild_compute_primitives::{
    resources::{Attributes, Grade, Prices, Resources},
    view::Standing,
    Balance, Clock, PeerKey,
};
use scale_info::TypeInfo;

/// The highest score. Results are checked as seldom as may be from a score of 20 on; what is above that is what being late can
/// cost before they are checked more often again. It also bounds how many requesters are remembered of a provider.
pub const TOP_SCORE: u16 = 64;

/// What a provider puts on the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Offer {
    /// How much of everything.
    pub offered: Resources,
    /// Of what kind.
    pub attributes: Attributes,
    /// For how much.
    pub prices: Prices,
}

/// A compute provider.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Provider<AccountId> {
    /// The account behind it, which holds the bond and is paid.
    pub operator: AccountId,
    /// The key of its libp2p identity.
    pub peer_key: PeerKey,
    /// Everything that it offers.
    pub offered: Resources,
    /// What of that is free.
    pub free: Resources,
    /// What is true of it.
    pub attributes: Attributes,
    /// What it asks.
    pub prices: Prices,
    /// How fast trackers found it, once they did.
    pub grade: Option<Grade>,
    /// Its bond, which is on hold.
    pub bond: Balance,
    /// What of the bond stands for work that it has.
    pub locked: Balance,
    /// When its bond was last put up or raised: no coin of it leaves for a while after that.
    pub raised: Clock,
    /// Results that were agreed to, as far as they count: up to [`TOP_SCORE`].
    pub score: u16,
    /// Results that it lost, or kept to itself.
    pub lost: u32,
    /// Chunks that it was drawn for and never began, or was late with, and leases that it turned away from.
    pub late: u32,
    /// Chunks, orders and leases that it has.
    pub busy: u32,
    /// How it stands.
    pub standing: Standing,
    /// When it last lost a result.
    pub last_lost: Option<Clock>,
}

impl<AccountId> Provider<AccountId> {
    /// What of its bond stands for nothing yet.
    pub fn spare(&self) -> Balance {
        self.bond.saturating_sub(self.locked)
    }

    /// Whether it takes new work.
    pub fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }

    /// What is in use of what it offers. Memory of graphics processors is each one's own and is not shared out, so that there all of
    /// it is in use as soon as one of them is.
    pub fn in_use(&self) -> Resources {
        let used = |offered: u32, free: u32| offered.saturating_sub(free);
        let gpus = used(self.offered.gpus, self.free.gpus);
        Resources {
            cpu_milli: used(self.offered.cpu_milli, self.free.cpu_milli),
            ram_mib: used(self.offered.ram_mib, self.free.ram_mib),
            disk_mib: used(self.offered.disk_mib, self.free.disk_mib),
            gpus,
            vram_mib: if gpus > 0 { self.offered.vram_mib } else { 0 },
            up_kbps: used(self.offered.up_kbps, self.free.up_kbps),
            down_kbps: used(self.offered.down_kbps, self.free.down_kbps),
        }
    }
}

/// What a requester gave of a provider's score.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Given<AccountId> {
    /// Who.
    pub requester: AccountId,
    /// How many points of it are left.
    pub points: u16,
}

/// Everything that a provider's score consists of. Nobody is in it with nothing, so that there are never more than points.
pub type Givers<AccountId> = BoundedVec<Given<AccountId>, ConstU32<{ TOP_SCORE as u32 }>>;
