use frame_support::{assert_noop, assert_ok};
use pallet_idlewild_emission::types::{PerStream, Shares};
use pallet_idlewild_test_runtime::{RuntimeOrigin, ALICE};
use sp_runtime::{DispatchError, Perbill};

use super::*;

const STREAMS: [Stream; 5] = [Stream::Capacity, Stream::Storage, Stream::Traffic, Stream::Trackers, Stream::Collators];

fn shares(percents: [u32; 5]) -> Shares {
    let [capacity, storage, traffic, trackers, collators] = percents.map(Perbill::from_percent);
    Shares(PerStream { capacity, storage, traffic, trackers, collators })
}

#[test]
fn each_stream_draws_its_share() {
    Chain::run(|| {
        assert_eq!(CurrentShares::<Test>::get(), shares([100, 0, 0, 0, 0]));
        assert_ok!(Emission::set_shares(RuntimeOrigin::root(), shares([50, 20, 15, 5, 6])));
        Emission::begin_minute(EXBIBYTE);
        let drawn = STREAMS.map(|stream| Emission::draw(stream, &ALICE, u128::MAX));
        assert_eq!(drawn, [50, 20, 15, 5, 6].map(|percent| MINUTE / 100 * percent));
        assert_eq!(Emission::remaining(), total(COIN) - MINUTE / 100 * 96, "four hundredths are nobody's");
    });
}

#[test]
fn shares_are_governed_and_come_to_the_whole_at_most() {
    Chain::run(|| {
        let all = shares([60, 10, 10, 10, 10]);
        assert_noop!(Emission::set_shares(RuntimeOrigin::signed(ALICE), all), DispatchError::BadOrigin);
        assert_noop!(Emission::set_shares(RuntimeOrigin::root(), shares([60, 10, 10, 10, 11])), Error::SharesTooLarge);
        assert_ok!(Emission::set_shares(RuntimeOrigin::root(), all));
    });
}

#[test]
fn new_shares_count_from_the_next_minute_on() {
    Chain::run(|| {
        Emission::begin_minute(EXBIBYTE);
        assert_ok!(Emission::set_shares(RuntimeOrigin::root(), shares([0, 100, 0, 0, 0])));
        assert_eq!(Emission::ready(Stream::Capacity), MINUTE);
        Emission::begin_minute(EXBIBYTE);
        assert_eq!((Emission::ready(Stream::Capacity), Emission::ready(Stream::Storage)), (0, MINUTE));
    });
}
