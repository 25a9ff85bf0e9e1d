//! Coins from space: against the closed form, through the ends of eras, and to the last unit.

use idlewild_capacity_primitives::emission::{era_of, marked, total, Emission, MOST_MARKED, TOTAL_COINS};
use proptest::prelude::*;

const UNIT: u128 = 1_000_000_000_000;
const EXBIBYTE: u128 = 1 << 60;

fn run(emission: &mut Emission, minutes: u64, bytes: u128) -> u128 {
    (0..minutes)
        .map(|_| {
            let made = emission.minute(bytes, UNIT);
            assert_eq!(emission.credit(made), made, "more was made than there is");
            made
        })
        .sum()
}

#[test]
fn an_exbibyte_emits_by_halves() {
    let mut emission = Emission::new(UNIT);
    let mut emitted = 0;
    for coins in [536_870_912, 805_306_368, 939_524_096] {
        emitted += run(&mut emission, 1 << 18, EXBIBYTE);
        assert_eq!(emitted, coins * UNIT);
        assert_eq!(emission.remaining + emitted, TOTAL_COINS * UNIT);
    }
}

#[test]
fn a_million_minutes_emit_what_they_mark() {
    // No power of two, so that every minute leaves something to carry; it stays in the first era.
    let bytes = EXBIBYTE / 5 + 12_345;
    let mut emission = Emission::new(UNIT);
    let emitted = run(&mut emission, 1 << 20, bytes);
    assert_eq!(emitted, ((marked(bytes) * UNIT) << 20) >> 30);
    assert_eq!(emission.remaining + emitted, total(UNIT));
}

#[test]
fn a_minute_in_which_an_era_ends_is_split() {
    let start = Emission { remaining: total(UNIT) / 2 + 1_000 * UNIT, carry: 0, era: 0 };
    let mut emission = start;
    // Of 2,048 GiB a thousand count whole, and the others half.
    assert_eq!(emission.minute(EXBIBYTE, UNIT), 1_000 * UNIT + 1_048 * UNIT / 2);
    assert_eq!((emission.carry, emission.era), (0, 1));
    assert_eq!(emission.remaining, start.remaining, "coins leave when they are credited");
}

#[test]
fn the_last_coins_are_emitted_and_then_none() {
    let mut emission = Emission { remaining: 1_000, carry: 0, era: 0 };
    // Every era lasts as long as the first, and this is in the tenth before the last.
    assert_eq!(run(&mut emission, 11 << 18, EXBIBYTE), 1_000);
    assert_eq!((emission.remaining, emission.minute(EXBIBYTE, UNIT)), (0, 0));
    assert_eq!(emission.give_back(UNIT, UNIT), UNIT);
    assert!(run(&mut emission, 1 << 19, EXBIBYTE) > 0, "what came back is emitted again");
}

#[test]
fn no_more_comes_back_than_ever_left() {
    let mut emission = Emission::new(UNIT);
    assert_eq!(emission.credit(7), 7);
    assert_eq!(emission.give_back(10, UNIT), 7);
    assert_eq!(emission.remaining, total(UNIT));
}

#[test]
fn a_carry_is_worth_the_same_in_another_era() {
    // Half a unit, noted in era 1, and then eras 0 and 3.
    for (remaining, carry) in [(total(UNIT), 1 << 29), (total(UNIT) / 8, 1 << 32)] {
        let mut emission = Emission { remaining, carry: 1 << 30, era: 1 };
        assert_eq!(emission.minute(0, UNIT), 0);
        assert_eq!(emission.carry, carry);
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_or_made(
        minutes in prop::collection::vec((0u128..EXBIBYTE * 2, 0u128..=100, any::<bool>()), 1..200),
        left in 1u128..=1 << 30,
    ) {
        let mut emission = Emission { remaining: left * UNIT, carry: 0, era: 0 };
        let mut out = total(UNIT) - left * UNIT;
        for (bytes, percent, sweep) in minutes {
            let made = emission.minute(bytes, UNIT);
            prop_assert!(made <= emission.remaining);
            prop_assert!(made <= (MOST_MARKED * UNIT) >> 30);
            prop_assert!(emission.carry < 1u128 << (30 + emission.era));
            // Streams without a payee leave their part.
            out += emission.credit(made * percent / 100);
            if sweep {
                out -= emission.give_back(out / 3, UNIT);
            }
            prop_assert_eq!(emission.remaining + out, total(UNIT));
        }
    }
}

#[test]
fn a_minute_marks_no_more_than_it_may() {
    assert_eq!(marked(EXBIBYTE), MOST_MARKED);
    assert_eq!(marked(u128::MAX), MOST_MARKED);
    assert_eq!(marked(1 << 19), 1);
    assert_eq!(marked((1 << 19) - 1), 0);
}

#[test]
fn eras_end_where_half_of_the_rest_is_gone() {
    let all = total(UNIT);
    assert_eq!(era_of(all, all), Some(0));
    assert_eq!(era_of(all / 2 + 1, all), Some(0));
    assert_eq!(era_of(all / 2, all), Some(1));
    assert_eq!(era_of(all / 4 + 1, all), Some(1));
    assert_eq!(era_of(all / 4, all), Some(2));
    assert_eq!(era_of(1, all), Some(69));
    assert_eq!(era_of(0, all), None);
}
