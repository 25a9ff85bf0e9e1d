//! A service's lease: vouchers, probes and the bill.
//!
//! A lease is paid by the block. The requester signs how much of that it owes so far, again and again; each voucher is worth more than
//! the one before, and only the last one counts. Who signs nothing is billed by what trackers saw.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{panel::Question, Balance, Clock, Digest, LeaseId};

/// Times that an instance can lose its machine and find another one with what is paid ahead.
pub const MOVES_AHEAD: u32 = 2;
/// Probes that such a move takes: those that find the machine silent, and the one that the next begins with.
const PROBES_A_MOVE: u32 = 3;
/// Probes of each instance that are paid for ahead: the one that it begins with, one to find out where it stands, and those of moves.
pub const PROBES_AHEAD: u32 = 2 + MOVES_AHEAD * PROBES_A_MOVE;

/// Periods and waits of leases, in blocks of the clock; fixed at genesis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeaseRules {
    /// How often a voucher is due. So much is at risk on either side at most.
    pub period: Clock,
    /// How long who was matched may take until its endpoint answers.
    pub start: Clock,
    /// How long a close waits for a better voucher.
    pub close: Clock,
    /// How many times in a row an endpoint may be found silent before its lease is closed.
    pub silent: u8,
}

impl Default for LeaseRules {
    /// Those of a live chain.
    fn default() -> Self {
        Self { period: 600, start: 100, close: 20, silent: 2 }
    }
}

/// What a requester signs: that it owes a lease so much from its beginning on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Voucher {
    /// The lease.
    pub lease: LeaseId,
    /// Everything owed so far.
    pub amount: Balance,
}

impl Voucher {
    /// The bytes that the requester signs with its account's sr25519 key.
    pub fn message(&self, genesis: &Digest) -> Vec<u8> {
        (b"idlewild/voucher/1", genesis, self).encode()
    }
}

/// The bytes that a lease's key signs to show that it is behind an endpoint.
pub fn probe_message(genesis: &Digest, lease: LeaseId, nonce: &[u8; 32]) -> Vec<u8> {
    (b"idlewild/probe/1", genesis, lease, nonce).encode()
}

/// What trackers saw of a lease's endpoint.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Probes {
    /// Blocks of the clock for which it answered.
    pub up: Clock,
    /// Blocks for which it did not.
    pub down: Clock,
}

impl Probes {
    /// With a verdict on the `blocks` before a probe.
    pub fn judged(self, answers: bool, blocks: Clock) -> Self {
        let (up, down) = if answers { (blocks, 0) } else { (0, blocks) };
        Self { up: self.up.saturating_add(up), down: self.down.saturating_add(down) }
    }

    /// With the word of who pays that it was there for `up` of all the `elapsed` blocks: no tracker has to say that once more.
    pub fn signed(self, up: Clock, elapsed: Clock) -> Self {
        let up = self.up.max(up).min(elapsed);
        Self { up, down: self.down.min(elapsed.saturating_sub(up)) }
    }

    /// Blocks about which something is known.
    pub fn known(&self) -> Clock {
        self.up.saturating_add(self.down)
    }
}

/// What one probe takes of an escrow, where each tracker gets so much.
pub fn probe_cost(pay_each: Balance) -> Balance {
    let (trackers, _) = Question::Probe { lease: 0 }.size();
    pay_each.saturating_mul(trackers.into())
}

/// What has to be in escrow for an instance that waits for a machine: all of its term at the highest rate, and probes.
pub fn ahead(max_rate: Balance, term: Clock, probe: Balance) -> Balance {
    max_rate.saturating_mul(term.into()).saturating_add(probes_ahead(probe))
}

/// What of that is for probes.
pub fn probes_ahead(probe: Balance) -> Balance {
    probe.saturating_mul(PROBES_AHEAD.into())
}

/// Whether a period has begun, counted from when a lease went live, in which its escrow has not paid for a probe yet.
pub fn may_probe(live: Clock, last: Clock, now: Clock, period: Clock) -> bool {
    let period_of = |moment: Clock| moment.saturating_sub(live).checked_div(period).unwrap_or(0);
    period_of(now) > period_of(last)
}

/// What a lease may cost at most by now: all of the time that passed, and no more than its escrow.
pub fn most(rate: Balance, elapsed: Clock, escrow: Balance) -> Balance {
    rate.saturating_mul(elapsed.into()).min(escrow)
}

/// What a lease that closes costs: what was signed, or where that is more what trackers saw; never more than [`most`].
pub fn due(signed: Balance, probes: Probes, rate: Balance, elapsed: Clock, escrow: Balance) -> Balance {
    let seen = rate.saturating_mul(probes.up.into());
    signed.max(seen).min(most(rate, elapsed, escrow))
}

/// The block of the clock at which a lease's escrow is used up.
pub fn runs_out(since: Clock, rate: Balance, escrow: Balance) -> Clock {
    let blocks = escrow.checked_div(rate).unwrap_or(Balance::MAX);
    since.saturating_add(Clock::try_from(blocks).unwrap_or(Clock::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_bounded_by_time_and_escrow() {
        let up = |up| Probes { up, down: 0 };
        assert_eq!(due(0, up(0), 10, 100, 10_000), 0);
        assert_eq!(due(500, up(0), 10, 100, 10_000), 500);
        assert_eq!(due(500, up(70), 10, 100, 10_000), 700);
        assert_eq!(due(5_000, up(70), 10, 100, 10_000), 1_000, "never for more than the time that passed");
        assert_eq!(due(5_000, up(70), 10, 100, 600), 600, "never for more than there is");
        assert_eq!(runs_out(7, 10, 605), 67);
        assert_eq!(runs_out(7, 0, 605), Clock::MAX);
    }

    #[test]
    fn what_is_known_is_never_more_than_what_passed() {
        let probes = Probes::default().judged(true, 10).judged(false, 5);
        assert_eq!(probes, Probes { up: 10, down: 5 });
        assert_eq!(probes.signed(8, 20), probes, "who signs for less takes nothing back");
        assert_eq!(probes.signed(13, 20), Probes { up: 13, down: 5 });
        assert_eq!(probes.signed(20, 20), Probes { up: 20, down: 0 }, "who pays may forgive");
        assert_eq!(probes.signed(90, 20), Probes { up: 20, down: 0 });
        assert_eq!(Probes { up: Clock::MAX, down: 1 }.known(), Clock::MAX);
    }

    #[test]
    fn one_probe_is_paid_for_in_a_period() {
        assert!(!may_probe(7, 7, 16, 10), "the one that it began with");
        assert!(may_probe(7, 7, 17, 10));
        assert!(!may_probe(7, 18, 26, 10));
        assert!(may_probe(7, 26, 27, 10), "who asks late in one period is not late for all of them");
        assert!(!may_probe(7, 7, 100, 0));
    }

    #[test]
    fn an_instance_is_paid_for_to_the_end_of_its_term() {
        assert_eq!(probe_cost(5), 15);
        assert_eq!(ahead(10, 100, 15), 1_120);
        assert_eq!(ahead(Balance::MAX, 2, 1), Balance::MAX);
    }

    #[test]
    fn a_voucher_is_of_one_chain_and_one_lease() {
        let voucher = Voucher { lease: 1, amount: 2 };
        assert_ne!(voucher.message(&[1; 32]), voucher.message(&[2; 32]));
        assert_ne!(voucher.message(&[1; 32]), Voucher { lease: 2, ..voucher }.message(&[1; 32]));
    }
}
