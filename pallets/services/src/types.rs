//! What is recorded of a service and of its leases.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use idlewild_compute_primitives::{
    lease::{self, Probes},
    project::ServiceSpec,
    resources::Resources,
    Balance, Clock, EscrowId, LeaseId, PanelId, ProviderId, ServiceId,
};
use pallet_idlewild_market::types::MAX_BARRED;
use scale_info::TypeInfo;

/// Most leases of a service: as many as it may have instances, and as many again that are being closed.
pub const MAX_LEASES: u32 = 32;
/// Most bytes of an endpoint: an IPv6 address in its longest form, brackets and a port fit.
pub const MAX_ENDPOINT: u32 = 64;

/// Where a lease is reached: `IP:PORT`, as UTF-8.
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT>>;

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Service<AccountId> {
    /// Who deployed it, and signs its vouchers.
    pub owner: AccountId,
    /// What was asked for; its instances as they were scaled last.
    pub spec: ServiceSpec,
    /// What everything is paid from.
    pub escrow: EscrowId,
    /// What of the escrow is set aside for leases and their panels. The rest is for instances that wait.
    pub allotted: Balance,
    /// Its leases, in the order in which they were matched.
    pub leases: BoundedVec<LeaseId, ConstU32<MAX_LEASES>>,
    /// How many of them are not being closed.
    pub active: u8,
    /// Providers that turned away from one, the latest last. They are not proposed for it any more.
    pub barred: BoundedVec<ProviderId, ConstU32<MAX_BARRED>>,
    /// Whether its owner stopped it.
    pub stopped: bool,
}

impl<AccountId> Service<AccountId> {
    /// Keeps a provider from being proposed for it.
    pub fn bar(&mut self, provider: ProviderId) {
        if self.barred.contains(&provider) {
            return;
        }
        if self.barred.is_full() {
            // The oldest may be proposed again.
            self.barred.remove(0);
        }
        let _ = self.barred.try_push(provider);
    }

    /// Instances that have no machine.
    pub fn wanted(&self) -> u8 {
        if self.stopped {
            0
        } else {
            self.spec.instances.saturating_sub(self.active)
        }
    }
}

/// Somebody's word on what a probe will find, and the coins that stand for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Word<AccountId> {
    /// Whose.
    pub who: AccountId,
    /// Whether the endpoint answers.
    pub answers: bool,
    /// What is on hold, and lost where trackers find the contrary.
    pub deposit: Balance,
}

/// A panel that probes a lease.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Probing<AccountId> {
    /// Which one.
    pub panel: PanelId,
    /// When it was asked: its verdict is on the blocks before that.
    pub asked: Clock,
    /// What is set aside for it.
    pub reserved: Balance,
    /// How much of that is of the lease's time.
    pub of_time: Balance,
    /// The word of who asked, unless that was the owner, who pays for it.
    pub word: Option<Word<AccountId>>,
}

/// A lease.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Lease<AccountId> {
    /// Of which service.
    pub service: ServiceId,
    /// By which provider.
    pub provider: ProviderId,
    /// Plancks a block.
    pub rate: Balance,
    /// What it takes of the provider, given back when it ends.
    pub resources: Resources,
    /// What stands for it of the provider's bond, if that asked for the match. Lost where it turns away, else free again when it ends.
    pub stake: Balance,
    /// When it was matched, or when a probe that no trackers decided let its provider begin anew.
    pub matched: Clock,
    /// The key that answers probes, once its provider accepted.
    pub key: Option<[u8; 32]>,
    /// Where it is reached, once its provider accepted.
    pub endpoint: Endpoint,
    /// Since when it is paid.
    pub live: Option<Clock>,
    /// What it may cost in all: what was redeemed and what is still set aside for its time.
    pub funds: Balance,
    /// What is set aside for probes alone, those of its instance's moves included: time that it takes is not paid from this.
    pub for_probes: Balance,
    /// What was redeemed of vouchers.
    pub redeemed: Balance,
    /// What trackers saw, and the owner signed.
    pub probes: Probes,
    /// Up to when that tells.
    pub probed: Clock,
    /// Of how many blocks the next verdict tells at most: a period, and one more for each probe in a row that was not decided.
    pub span: Clock,
    /// Probes in a row that found it silent.
    pub silent: u8,
    /// When its escrow was last asked for a probe.
    pub asked: Clock,
    /// The panel that probes it at the moment.
    pub probing: Option<Probing<AccountId>>,
    /// Since when it is being closed: it costs nothing from then on.
    pub closing: Option<Clock>,
}

impl<AccountId> Lease<AccountId> {
    /// What is set aside for it, its panel included.
    pub fn allotted(&self) -> Balance {
        let reserved = self.probing.as_ref().map_or(0, |probing| probing.reserved);
        self.held().saturating_add(reserved)
    }

    /// What is set aside for its time and for probes that nobody has asked for.
    pub fn held(&self) -> Balance {
        self.funds.saturating_sub(self.redeemed).saturating_add(self.for_probes)
    }

    /// For how many blocks it is paid at most by now.
    pub fn elapsed(&self, now: Clock) -> Clock {
        let until = self.closing.unwrap_or(now);
        self.live.map_or(0, |live| until.saturating_sub(live))
    }

    /// What it may cost at most by now, and never less than was redeemed.
    pub fn most(&self, now: Clock) -> Balance {
        lease::most(self.rate, self.elapsed(now), self.funds).max(self.redeemed)
    }

    /// What it costs, were it closed now.
    pub fn due(&self, now: Clock) -> Balance {
        lease::due(self.redeemed, self.probes, self.rate, self.elapsed(now), self.funds).max(self.redeemed)
    }

    /// The block of the clock at which its funds are used up, once it is live.
    pub fn runs_out(&self) -> Option<Clock> {
        self.live.map(|live| lease::runs_out(live, self.rate, self.funds))
    }

    /// Whether its first period is not over, by which it would be worth what it takes to begin it.
    pub fn is_fresh(&self, now: Clock, period: Clock) -> bool {
        self.live.is_none_or(|live| now < live.saturating_add(period))
    }

    /// Whether it is live and not being closed.
    pub fn is_running(&self) -> bool {
        self.live.is_some() && self.closing.is_none()
    }
}

/// Why a lease is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Why {
    /// Its owner closed it.
    Owner,
    /// Its provider closed it.
    Provider,
    /// Its funds are used up.
    RanOut,
    /// Its provider did not accept it in time, or its endpoint did not answer when it did.
    NotBegun,
    /// Its endpoint was silent too often.
    Silent,
    /// The service has fewer instances.
    Scaled,
    /// The service was stopped.
    Stopped,
}
