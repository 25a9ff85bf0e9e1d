//! Panels with trackers that do anything: each ends, and no coin is made, lost or taken from who is honest.

use pallet_idlewild_test_runtime::compute::trackers::{reveal, QUICK};
use pallet_idlewild_trackers::types::{Answer, Phase};
use proptest::prelude::*;

use super::*;

/// How a tracker behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    Honest,
    Liar,
    Unable,
    Absent,
    Withholder,
    Leaver,
}

fn manner() -> impl Strategy<Value = Manner> {
    prop_oneof![
        5 => Just(Manner::Honest),
        2 => Just(Manner::Liar),
        2 => Just(Manner::Unable),
        1 => Just(Manner::Absent),
        1 => Just(Manner::Withholder),
        1 => Just(Manner::Leaver),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    prop_oneof![4 => Just(DISPUTE), 1 => Just(SAMPLE), 1 => Just(PROBE)]
}

/// What each tracker on a panel does in this block.
fn act(panel: PanelId, manners: &[Manner]) {
    let Some(record) = Panels::<Test>::get(panel) else { return };
    let Phase::Sitting { commit_until, reveal_until } = record.phase else { return };
    let now = Clock::now();
    for place in &record.places {
        let manner = manners[place.seat as usize];
        let is_probe = record.question == PROBE;
        let verdict = match manner {
            Manner::Liar if is_probe => SILENT,
            Manner::Liar => B,
            Manner::Unable => UNKNOWN,
            _ if is_probe => ANSWERS,
            _ => A,
        };
        let who = tracker(place.seat);
        match place.answer {
            Answer::Awaited if now <= commit_until && manner != Manner::Absent => {
                assert_eq!(Chain::call(&who, commit(panel, place.seat, verdict)), Ok(()));
            },
            Answer::Bound { .. } if record.is_bound() && now <= reveal_until && manner != Manner::Withholder => {
                assert_eq!(Chain::call(&who, reveal(panel, place.seat, verdict)), Ok(()));
            },
            _ => {},
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_panel_ends_and_nothing_is_lost(
        manners in proptest::collection::vec(manner(), 0..40),
        questions in proptest::collection::vec(question(), 1..4),
        amount in 1..60u128,
        lazy in 0..4u32,
    ) {
        run(manners.len() as u8, || {
            let supply = Chain::supply();
            let asked: Vec<(PanelId, EscrowId)> = questions.iter().map(|question| ask_with(*question, amount * PAY)).collect();
            let mut blocks = 0u32;
            while asked.iter().any(|(panel, _)| Panels::<Test>::contains_key(panel)) {
                Chain::next_block();
                blocks += 1;
                // Two rounds of three draws, each with all its waits, and whoever makes the calls is not always there.
                assert!(blocks < 2 * 3 * (2 + 2 * QUICK.commit + QUICK.reveal + 20), "a panel hangs");
                for (index, manner) in manners.iter().enumerate() {
                    let seat = index as SeatId;
                    if *manner == Manner::Leaver && Seats::<Test>::get(seat).is_some_and(|record| record.leaving.is_none()) {
                        Chain::does(&tracker(seat), Call::leave { seat }.into());
                    }
                }
                for (panel, _) in &asked {
                    act(*panel, &manners);
                    if blocks.is_multiple_of(lazy + 1) {
                        // Whatever is due; what is not is refused and changes nothing.
                        let convened = Chain::call(&BOB, Call::convene { panel: *panel }.into()).is_ok();
                        let closed = Chain::call(&BOB, Call::close { panel: *panel }.into()).is_ok();
                        if convened || closed {
                            Chain::assert_sound();
                        }
                    }
                }
            }
            assert_eq!(verdicts().len(), questions.len(), "a question was decided not once");
            assert_eq!(Chain::supply(), supply);
            let lies = verdicts().iter().any(|(_, verdict)| *verdict == Some(B));
            assert!(!verdicts().iter().any(|(_, verdict)| *verdict == Some(UNKNOWN)), "a panel decided that it cannot decide");
            let judged = verdicts().iter().any(|(question, verdict)| *question == DISPUTE && verdict.is_some());
            let mut missing = 0;
            for (index, manner) in manners.iter().enumerate() {
                let lost = BOND - bond(index as SeatId);
                missing += lost;
                let is_honest = matches!(manner, Manner::Honest | Manner::Leaver);
                assert!(!is_honest || lost == 0 || lies, "an honest tracker was charged");
                let is_unable = *manner == Manner::Unable;
                assert!(!is_unable || lost == 0 || judged, "who could not judge was charged where nobody could");
            }
            assert_eq!(treasury(), missing, "what was charged is not with the treasury");
            for (_, escrow) in asked {
                Escrows::close(escrow).unwrap();
            }
            Chain::assert_sound();
        });
    }
}
