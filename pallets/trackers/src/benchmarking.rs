//! Benchmarks of the calls. Panels are as large as they may be, and have had as many trackers before as they may.

use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Mutate, MutateHold},
        Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    commitment::{of_verdict, Salt},
    draw::{self, SEED_AFTER},
    panel::{Question, MAX_PANEL},
    Balance, Clock, Digest, PanelId, SeatId,
};
use pallet_idlewild_clock::Now;
use pallet_idlewild_randomness::{Seeds, RING};

use crate::{
    types::{ordered, Answer, Panel, Phase, Place, Seat, MAX_EARLIER, MAX_FORGOTTEN, MAX_REDRAWS, MAX_SILENT},
    *,
};

const PANEL: PanelId = 3;
const VERDICT: Digest = [1; 32];
const OTHER: Digest = [2; 32];
const SALT: Salt = [9; 16];
/// What a tracker is paid.
const PAY: Balance = 1_000_000_000_000;

/// An account with coins.
fn rich<T: Config>(name: &'static str, index: u32) -> Result<T::AccountId, BenchmarkError> {
    let who: T::AccountId = account(name, index, 0);
    let coins = T::SeatBond::get().saturating_add(T::GradeFee::get()).saturating_add(PAY).saturating_mul(1_000);
    <T as pallet_idlewild_escrow::Config>::Currency::mint_into(&who, coins)?;
    Ok(who)
}

/// A tracker with this seat, of which `bond` is left.
fn seat_with<T: Config>(seat: SeatId, bond: Balance) -> Result<T::AccountId, BenchmarkError> {
    let tracker = rich::<T>("tracker", seat)?;
    <T as Config>::Currency::hold(&HoldReason::Seat.into(), &tracker, bond)?;
    SeatOf::<T>::insert(&tracker, seat);
    let record = Seat { tracker: tracker.clone(), bond, since: 0, leaving: None, short: None, busy: 0 };
    Seats::<T>::insert(seat, record);
    SeatCount::<T>::mutate(|count| *count = seat.saturating_add(1).max(*count));
    Ok(tracker)
}

/// The same with all of its bond.
fn seat<T: Config>(seat: SeatId) -> Result<T::AccountId, BenchmarkError> {
    seat_with::<T>(seat, T::SeatBond::get())
}

/// Seats from `first` on, all of them busy with the panel.
fn seated<T: Config>(first: SeatId, count: u32) -> Result<Vec<SeatId>, BenchmarkError> {
    let seats: Vec<SeatId> = (first..first.saturating_add(count)).collect();
    for id in &seats {
        seat::<T>(*id)?;
        Seats::<T>::mutate_extant(id, |record| record.busy = 1);
        Sits::<T>::insert(id, ordered(PANEL), ());
    }
    Ok(seats)
}

/// A panel of the second round with these places and trackers of the first, and an escrow that can pay all of them.
fn panel<T: Config>(phase: Phase, places: Vec<Place>, earlier: Vec<SeatId>) -> Result<(), BenchmarkError> {
    let payer = rich::<T>("payer", 0)?;
    let escrow = pallet_idlewild_escrow::Pallet::<T>::open(&payer, PAY.saturating_mul(100))?;
    let silent = (0..MAX_SILENT).map(|index| SeatId::MAX.saturating_sub(index)).collect();
    let panel = Panel {
        question: Question::Dispute { project: 1, chunk: 2 },
        asker: None,
        escrow,
        pay: PAY,
        opened: 0,
        round: 1,
        redraws: MAX_REDRAWS,
        phase,
        places: BoundedVec::truncate_from(places),
        earlier: BoundedVec::truncate_from(earlier.into_iter().map(|seat| (seat, OTHER)).collect()),
        silent: BoundedVec::truncate_from(silent),
    };
    Panels::<T>::insert(PANEL, panel);
    Open::<T>::insert(ordered(PANEL), ());
    NextPanel::<T>::put(PANEL.saturating_add(1));
    Ok(())
}

/// A full panel that sits, whose trackers all said `answer`.
fn full<T: Config>(answer: impl Fn(&T::AccountId) -> Answer) -> Result<(), BenchmarkError> {
    let places = seated::<T>(0, MAX_PANEL)?.into_iter().filter_map(|seat| {
        let record = Seats::<T>::get(seat)?;
        Some(Place { seat, answer: answer(&record.tracker) })
    });
    let places = places.collect();
    let now = Pallet::<T>::now();
    let phase = Phase::Sitting { commit_until: now.saturating_add(1), reveal_until: now.saturating_add(2) };
    panel::<T>(phase, places, seated::<T>(MAX_PANEL, MAX_EARLIER)?)
}

/// The clock goes on.
fn pass<T: Config>(moments: Clock) {
    Now::<T>::mutate(|now| *now = now.saturating_add(moments));
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// In a place that was vacant.
    #[benchmark]
    fn take_seat() -> Result<(), BenchmarkError> {
        let who = rich::<T>("tracker", 0)?;
        SeatCount::<T>::put(8);
        Holes::<T>::insert(0, 7);
        HoleAt::<T>::insert(7, 0);
        HoleCount::<T>::put(1);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert_eq!(SeatOf::<T>::get(&who), Some(7));
        Ok(())
    }

    /// A seat that was in no draws.
    #[benchmark]
    fn top_up() -> Result<(), BenchmarkError> {
        let who = seat_with::<T>(0, 1)?;
        Seats::<T>::mutate_extant(0, |record| record.short = Some(0));
        pass::<T>(Pallet::<T>::draw_within());

        #[extrinsic_call]
        _(RawOrigin::Signed(who), 0);

        assert_eq!(Seats::<T>::get(0).map(|record| (record.bond, record.short)), Some((T::SeatBond::get(), None)));
        Ok(())
    }

    #[benchmark]
    fn leave() -> Result<(), BenchmarkError> {
        let who = seat::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who), 0);

        assert!(Seats::<T>::get(0).is_some_and(|record| record.leaving.is_some()));
        Ok(())
    }

    /// The last of many seats, all others of which are vacant: as many are forgotten as may be, each from the middle of their stack.
    #[benchmark]
    fn vacate() -> Result<(), BenchmarkError> {
        let last = MAX_FORGOTTEN.saturating_mul(2);
        let who = seat::<T>(last)?;
        for hole in 0..last {
            let place = last.saturating_sub(1).saturating_sub(hole);
            Holes::<T>::insert(place, hole);
            HoleAt::<T>::insert(hole, place);
        }
        HoleCount::<T>::put(last);
        Seats::<T>::mutate_extant(last, |record| record.leaving = Some(0));
        pass::<T>(Rules::<T>::get().leave);

        #[extrinsic_call]
        _(RawOrigin::Signed(who), last);

        assert_eq!(Seats::<T>::get(last), None);
        assert_eq!(SeatCount::<T>::get(), last.saturating_add(1).saturating_sub(MAX_FORGOTTEN));
        Ok(())
    }

    #[benchmark]
    fn ask_grade() -> Result<(), BenchmarkError> {
        let who = rich::<T>("operator", 0)?;
        let provider = T::Providers::provider_of(&who)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who), provider);

        assert!(Grading::<T>::contains_key(provider));
        Ok(())
    }

    /// Ten trackers are drawn, after `l` less ten seats were looked at that may not be.
    #[benchmark]
    fn convene(l: Linear<10, 160>) -> Result<(), BenchmarkError> {
        let asked = Pallet::<T>::now();
        // So many that hardly any is looked at twice.
        let seats = SeatId::MAX / 2;
        let seed = [7; 32];
        let mut looked = Vec::new();
        draw::panel(&seed, PANEL, 1, seats, MAX_PANEL, |seat| {
            looked.push(seat);
            false
        });
        looked.truncate(l as usize);
        let (passed, drawn) = looked.split_at(looked.len().saturating_sub(MAX_PANEL as usize));
        for id in passed {
            seat::<T>(*id)?;
            Seats::<T>::mutate_extant(id, |record| record.leaving = Some(asked));
        }
        for id in drawn {
            seat::<T>(*id)?;
        }
        let earlier = seated::<T>(0, MAX_EARLIER)?;
        panel::<T>(Phase::Drawing { asked, seats }, Vec::new(), earlier)?;
        pass::<T>(SEED_AFTER);
        let moment = asked.saturating_add(SEED_AFTER);
        Seeds::<T>::insert(moment % RING, (moment, seed));

        #[extrinsic_call]
        _(RawOrigin::Signed(account("anybody", 0, 0)), PANEL);

        assert_eq!(Panels::<T>::get(PANEL).map(|panel| panel.places.len() as u32), Some(MAX_PANEL));
        Ok(())
    }

    #[benchmark]
    fn commit() -> Result<(), BenchmarkError> {
        full::<T>(|_| Answer::Awaited)?;
        let who: T::AccountId = account("tracker", MAX_PANEL.saturating_sub(1), 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(who), PANEL, MAX_PANEL.saturating_sub(1), OTHER);

        assert!(Panels::<T>::get(PANEL).is_some_and(|panel| panel.places.last().is_some_and(Place::is_bound)));
        Ok(())
    }

    #[benchmark]
    fn reveal() -> Result<(), BenchmarkError> {
        full::<T>(|tracker| {
            let account: [u8; 32] = tracker.clone().into();
            Answer::Bound { commitment: of_verdict(PANEL, &VERDICT, &SALT, &account) }
        })?;
        let who: T::AccountId = account("tracker", MAX_PANEL.saturating_sub(1), 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(who), PANEL, MAX_PANEL.saturating_sub(1), VERDICT, SALT);

        assert!(Panels::<T>::get(PANEL).is_some_and(|panel| panel.spoken().len() == 1));
        Ok(())
    }

    /// A verdict after two rounds: those that agreed are paid, and the others, all of those of the first round among them, are charged.
    #[benchmark]
    fn close(s: Linear<8, 15>) -> Result<(), BenchmarkError> {
        let places = s.min(MAX_PANEL);
        // Eight of ten have to agree.
        let (_, agree) = Question::Dispute { project: 1, chunk: 2 }.size_in(1);
        let shown = |seat: SeatId| {
            let verdict = if seat < agree { VERDICT } else { OTHER };
            Place { seat, answer: Answer::Shown { verdict } }
        };
        let sitting = seated::<T>(0, places)?.into_iter().map(shown).collect();
        let now = Pallet::<T>::now();
        let phase = Phase::Sitting { commit_until: now, reveal_until: now.saturating_add(1) };
        panel::<T>(phase, sitting, seated::<T>(MAX_PANEL, s.saturating_sub(places))?)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account("anybody", 0, 0)), PANEL);

        assert_eq!(Panels::<T>::get(PANEL), None);
        assert_eq!(Seats::<T>::get(0).map(|record| record.busy), Some(0));
        let charged = Seats::<T>::iter_values().filter(|record| record.bond < T::SeatBond::get()).count();
        assert_eq!(charged as u32, s.saturating_sub(agree));
        Ok(())
    }

    /// Nobody showed a verdict, and there is no further draw.
    #[benchmark]
    fn close_silent(s: Linear<1, 10>) -> Result<(), BenchmarkError> {
        let bound = |seat: SeatId| Place { seat, answer: Answer::Bound { commitment: OTHER } };
        let sitting = seated::<T>(0, s)?.into_iter().map(bound).collect();
        let now = Pallet::<T>::now();
        let phase = Phase::Sitting { commit_until: now, reveal_until: now.saturating_add(1) };
        panel::<T>(phase, sitting, Vec::new())?;
        // There is room for those that are silent now.
        Panels::<T>::mutate_extant(PANEL, |panel| panel.silent.truncate(MAX_SILENT.saturating_sub(MAX_PANEL) as usize));
        pass::<T>(2);

        #[extrinsic_call]
        close(RawOrigin::Signed(account("anybody", 0, 0)), PANEL);

        assert_eq!(Panels::<T>::get(PANEL), None);
        let left = T::SeatBond::get().saturating_sub(T::SilenceCharge::get());
        assert_eq!(Seats::<T>::get(0).map(|record| record.bond), Some(left));
        Ok(())
    }
}
