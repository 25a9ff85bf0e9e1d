//! What a chunk's escrow holds, what work is billed, and how it is paid, kept and slashed. Amounts are plancks, roundings favour who pays.

use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{Balance, Clock};

/// Most replicas of a chunk.
pub const MAX_REPLICAS: u8 = 5;
/// Part of a bill that is paid when a result is agreed to; the rest when nobody can challenge it any more. In hundredths.
pub const AT_ONCE: u128 = 80;
/// Part of a bill that is burned on top of it, in hundredths: what makes a score cost something.
pub const PROTOCOL_FEE: u128 = 2;
/// What a chunk costs at least for each block of the clock that it is declared to run: a thousandth of a coin of twelve digits. What a
/// panel is paid follows the price, so that nobody has trackers work for nothing; and every chunk that providers look at when they search
/// for work has as much behind it.
pub const LEAST_PRICE: Balance = 1_000_000_000;
/// A result counts for a provider's score only where as much was burned for it: a ten-thousandth of a coin of twelve digits.
pub const LEAST_FEE_OF_POINT: Balance = 100_000_000;
/// Part of a chunk's bond that being late costs, in hundredths.
pub const LATE_FEE: u128 = 1;

fn hundredths(of: Balance, part: u128) -> Balance {
    // Divided first, so that it cannot overflow; what that leaves over is below a hundred plancks.
    (of / 100).saturating_mul(part).saturating_add((of % 100).saturating_mul(part) / 100)
}

/// What a chunk costs at least that is declared to `run` for so long.
pub fn least_price(run: Clock) -> Balance {
    LEAST_PRICE.saturating_mul(run.into())
}

/// Milliseconds that one task may take at most of a chunk that is declared to `run` for so long: all of it.
pub fn longest_task(run: Clock) -> u64 {
    u64::from(run).saturating_mul(MILLIS_PER_BLOCK)
}

/// Whether what was burned for a result is enough for a point of a score.
pub fn buys_a_point(fee: Balance) -> bool {
    fee >= LEAST_FEE_OF_POINT
}

/// What has to be in escrow for one chunk of this price: five replicas, their fees, and one adjudication by `panel` trackers.
pub fn escrow_of_chunk(price: Balance, panel: u32) -> Balance {
    let replicas = cost(price).saturating_mul(MAX_REPLICAS.into());
    replicas.saturating_add(tracker_pay(price).saturating_mul(panel.into()))
}

/// What one replica costs the requester: its bill and the fee on it.
pub fn cost(bill: Balance) -> Balance {
    bill.saturating_add(protocol_fee(bill))
}

/// The fee on a bill.
pub fn protocol_fee(bill: Balance) -> Balance {
    hundredths(bill, PROTOCOL_FEE)
}

/// What a tracker gets for judging a chunk of this price: it runs the same once more.
pub fn tracker_pay(price: Balance) -> Balance {
    price
}

/// What is paid of a bill at once, and what is kept until it is final.
pub fn split(bill: Balance) -> (Balance, Balance) {
    let now = hundredths(bill, AT_ONCE);
    (now, bill.saturating_sub(now))
}

/// The fee for having been late with a chunk of this bond.
pub fn late_fee(bond: Balance) -> Balance {
    hundredths(bond, LATE_FEE)
}

/// The bill for a chunk: of its price the part that was used of what was declared, never more than the price.
pub fn bill(price: Balance, used: u64, declared: u64) -> Balance {
    match declared {
        0 => price,
        _ if used >= declared => price,
        _ => {
            let (used, declared) = (u128::from(used), u128::from(declared));
            // price / declared * used without an overflow.
            (price / declared).saturating_mul(used).saturating_add((price % declared).saturating_mul(used) / declared)
        },
    }
}

/// What metered use may be billed for at most: `reported`, but no more than what was `reserved` for all of the time that passed.
pub fn bounded_use(reported: u64, reserved_milli: u32, elapsed_ms: u64) -> u64 {
    let reserved = u128::from(reserved_milli).saturating_mul(elapsed_ms.into()) / 1_000;
    reported.min(u64::try_from(reserved).unwrap_or(u64::MAX))
}

/// Milliseconds of a block of the clock.
pub const MILLIS_PER_BLOCK: u64 = 3_600_000 / crate::resources::BLOCKS_PER_HOUR as u64;

/// Milliseconds that may have passed between a call in one block of the clock and one in another: both blocks count.
pub fn most_elapsed(from: Clock, to: Clock) -> u64 {
    u64::from(to.saturating_sub(from)).saturating_add(1).saturating_mul(MILLIS_PER_BLOCK)
}

/// Where a slashed bond goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Slash {
    /// For a challenger, before anybody else has any of it: who doubts a result first must gain by that, whatever trackers cost. Where
    /// nobody challenged, it goes with the next part.
    pub challenger: Balance,
    /// For those that ran the work again; what is over of it is a challenger's.
    pub checkers: Balance,
    /// For the requester.
    pub requester: Balance,
    /// For the treasury.
    pub treasury: Balance,
}

impl Slash {
    /// Half, of which a fifth is a challenger's; three tenths; and the rest.
    pub fn of(bond: Balance) -> Self {
        let (half, challenger, requester) = (hundredths(bond, 50), hundredths(bond, 10), hundredths(bond, 30));
        let (checkers, treasury) = (half.saturating_sub(challenger), bond.saturating_sub(half).saturating_sub(requester));
        Self { challenger, checkers, requester, treasury }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_made_and_nothing_is_lost() {
        for amount in [0, 1, 2, 3, 99, 100, 101, 12_345, Balance::MAX - 1, Balance::MAX] {
            let (now, later) = split(amount);
            assert_eq!(now + later, amount);
            assert!(now <= amount / 100 * 80 + 80);
            let slash = Slash::of(amount);
            assert_eq!(slash.challenger + slash.checkers + slash.requester + slash.treasury, amount);
        }
        assert_eq!(split(100), (80, 20));
        assert_eq!(Slash::of(100), Slash { challenger: 10, checkers: 40, requester: 30, treasury: 20 });
    }

    #[test]
    fn a_report_only_lowers_a_bill() {
        assert_eq!(bill(1_000, 500, 1_000), 500);
        assert_eq!(bill(1_000, 2_000, 1_000), 1_000);
        assert_eq!(bill(1_000, 1, 3), 333);
        assert_eq!(bill(7, 5, 0), 7);
        assert_eq!(bill(Balance::MAX, u64::MAX - 1, u64::MAX), Balance::MAX - Balance::MAX.div_ceil(u64::MAX.into()));
        // Half a core for two seconds is a second of processor time at most.
        assert_eq!(bounded_use(5_000, 500, 2_000), 1_000);
        assert_eq!(bounded_use(400, 500, 2_000), 400);
        assert_eq!(bounded_use(u64::MAX, u32::MAX, u64::MAX), u64::MAX);
        assert_eq!(most_elapsed(7, 7), 6_000, "what began and ended in one block still took time");
        assert_eq!(most_elapsed(7, 10), 24_000);
        assert_eq!(bounded_use(u64::MAX, 500, most_elapsed(1, 2)), 6_000);
    }

    #[test]
    fn nothing_is_run_or_trusted_for_nothing() {
        assert_eq!((least_price(1), least_price(50)), (LEAST_PRICE, 50 * LEAST_PRICE));
        assert_eq!((longest_task(1), longest_task(50), longest_task(0)), (6_000, 300_000, 0));
        assert!(buys_a_point(LEAST_FEE_OF_POINT) && !buys_a_point(LEAST_FEE_OF_POINT - 1));
    }

    #[test]
    fn an_escrow_covers_the_worst_that_can_happen() {
        let price = 1_000_003;
        let worst = 5 * (price + protocol_fee(price)) + 5 * tracker_pay(price);
        assert_eq!(escrow_of_chunk(price, 5), worst);
    }
}
