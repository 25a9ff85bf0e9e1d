//! Scores, how often results are checked, and the bonds that make lying a loss.
//!
//! A provider's score is the number of its results that were agreed to and whose protocol fee was burned, so that a score costs
//! something; one requester can give only so much of it. Who is trusted works alone and is checked by chance, never less often than
//! [`LEAST_CHECKED`]; everybody else always has a second replica.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::Balance;

/// A chance, in millionths.
pub type Chance = u32;
/// Certainty.
pub const CERTAIN: Chance = 1_000_000;
/// A trusted provider's results are checked at least so often.
pub const LEAST_CHECKED: Chance = 50_000;
/// A result that was agreed to is run again by a tracker so often, where genesis says nothing else.
///
/// Who lies rarely is found late: with this much on top of [`LEAST_CHECKED`] the wrong results of a clique stay within a tenth of
/// what BOINC's adaptive replication would accept (`tests/colluders`), at about a tenth more work.
pub const SAMPLED: Chance = 50_000;
/// The chance that a check finds a lie: the second replica is of the same clique otherwise. So many of all bonded coins may be one's.
const FINDS: u64 = 800_000;
/// Part of a slashed bond that surely does not come back to who lied or a friend who challenged: the requester's and the treasury's.
const UNRECOVERABLE: u64 = 500_000;
/// How much more than the gain a lie must cost on average, in tenths.
const MARGIN: u64 = 15;
/// A bond is never less than so many times the pay: half of it is what five trackers cost who judge a dispute, each of whom is paid as
/// much. So one that lies and is found out pays for that alone, also where nobody challenged it.
pub const LEAST_BOND: Balance = 10;

/// What makes a provider trusted; fixed at genesis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrustRules {
    /// The score from which on a provider works alone.
    pub trusted_from: u16,
    /// Most of a score that one requester gives.
    pub most_of_requester: u16,
}

impl Default for TrustRules {
    fn default() -> Self {
        Self { trusted_from: 10, most_of_requester: 5 }
    }
}

impl TrustRules {
    /// The chance that a result of a provider with this score gets a second replica: certainty for who is not trusted.
    pub fn checked(&self, score: u16) -> Chance {
        if score < self.trusted_from {
            return CERTAIN;
        }
        CERTAIN.checked_div(score.into()).unwrap_or(CERTAIN).clamp(LEAST_CHECKED, CERTAIN)
    }

    /// The bond for one chunk of this pay by a provider with this score, such that
    /// `unrecoverable slash × checked × found ≥ 1.5 × pay × (1 − checked × found)`, and never less than [`LEAST_BOND`] times the pay.
    pub fn bond(&self, pay: Balance, score: u16) -> Balance {
        let million = u128::from(CERTAIN);
        let caught = u128::from(self.checked(score)).saturating_mul(FINDS.into()) / million;
        // caught is at least 5 % of 80 %.
        let caught = caught.max(1);
        let gain = pay.saturating_mul(million.saturating_sub(caught)).saturating_mul(MARGIN.into());
        let loss = caught.saturating_mul(UNRECOVERABLE.into()).saturating_mul(10) / million;
        gain.div_ceil(loss.max(1)).max(pay.saturating_mul(LEAST_BOND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{tracker_pay, Slash};

    const RULES: TrustRules = TrustRules { trusted_from: 10, most_of_requester: 5 };

    #[test]
    fn who_is_new_is_always_checked_and_nobody_never() {
        assert_eq!(RULES.checked(0), CERTAIN);
        assert_eq!(RULES.checked(9), CERTAIN);
        assert_eq!(RULES.checked(10), CERTAIN / 10);
        assert_eq!(RULES.checked(16), CERTAIN / 16);
        assert_eq!(RULES.checked(20), LEAST_CHECKED);
        assert_eq!(RULES.checked(u16::MAX), LEAST_CHECKED);
        assert_eq!(TrustRules { trusted_from: 0, ..RULES }.checked(0), CERTAIN, "a score of nothing is no divisor");
    }

    #[test]
    fn a_lie_loses_half_as_much_again_as_it_gains() {
        for score in [0, 9, 10, 15, 20, 1000] {
            for pay in [1, 1_000, 1_000_000_000_000, 10u128.pow(24)] {
                let bond = RULES.bond(pay, score);
                let caught = f64::from(RULES.checked(score)) / 1e6 * 0.8;
                let (loss, gain) = (0.5 * bond as f64 * caught, pay as f64 * (1.0 - caught));
                assert!(loss >= 1.5 * gain * 0.999_999, "{score} {pay}: {loss} {gain}");
                assert!(bond >= 10 * pay);
            }
        }
        // 1.5 × 0.96 / (0.5 × 0.04)
        assert_eq!(RULES.bond(1_000, 20), 72_000);
        assert_eq!(RULES.bond(1_000, 0), 10_000);
        assert_eq!(RULES.bond(Balance::MAX, 20), RULES.bond(Balance::MAX, 20), "no overflow panics");
    }

    #[test]
    fn one_bond_pays_the_five_trackers_that_took_it() {
        for (score, pay) in [(0, 1), (0, 1_000_000_007), (9, 333), (20, 1_000)] {
            let slash = Slash::of(RULES.bond(pay, score));
            assert!(slash.challenger + slash.checkers >= 5 * tracker_pay(pay), "{score} {pay}");
        }
    }
}
