use idlewild_compute_primitives::{panel::digest_of, resources::Grade};
use pallet_idlewild_test_runtime::compute::trackers::{close, speak, Grades, Operators};

use super::*;

const FEE: Balance = 2 * COIN;
const PROVIDER: u32 = 900;
const QUESTION: Question = Question::Grade { provider: PROVIDER };

fn ask_grade(provider: u32) -> RuntimeCall {
    Call::ask_grade { provider }.into()
}

fn grade(core: u32) -> Digest {
    digest_of(&Grade { core, memory: 2 * core, disk: 5, gpu: 0 })
}

#[test]
fn the_middle_of_what_was_measured_is_the_grade_and_everybody_is_paid() {
    run(3, || {
        Operators::insert(PROVIDER, CAROL);
        Chain::does(&CAROL, ask_grade(PROVIDER));
        let before = Chain::wealth(&CAROL);
        Chain::refuses(&CAROL, ask_grade(PROVIDER), Error::AlreadyGrading);
        let seats = convene(&BOB, 0);
        assert_eq!(seats.len(), 3);
        let said: Vec<_> = seats.iter().copied().zip([grade(900), grade(50_000), grade(1_000)]).collect();
        speak(0, &said);
        let wealth: Balance = (0..3).map(|index| Chain::wealth(&account(index))).sum();
        close(&BOB, 0);
        assert_eq!(Grades::get(PROVIDER), Some(Grade { core: 1_000, memory: 2_000, disk: 5, gpu: 0 }));
        assert_eq!((0..3).map(|index| Chain::wealth(&account(index))).sum::<Balance>(), wealth + 3 * FEE);
        assert_eq!(Chain::wealth(&CAROL), before - 3 * FEE);
        assert_eq!((0..3).map(bond).collect::<Vec<_>>(), vec![BOND; 3], "no two measurements are equal, and nobody is charged");
        assert_eq!(verdicts(), vec![(QUESTION, Some(grade(1_000)))]);
        assert_eq!(Escrows::held(0), 0);
        Chain::does(&CAROL, ask_grade(PROVIDER));
    });
}

#[test]
fn what_is_not_paid_comes_back() {
    run(2, || {
        Operators::insert(PROVIDER, CAROL);
        let gained = gain(&CAROL, || {
            Chain::does(&CAROL, ask_grade(PROVIDER));
            let seats = convene(&BOB, 0);
            assert_eq!(seats.len(), 2, "two of three are enough to agree");
            speak(0, &[(seats[0], grade(700)), (seats[1], grade(800))]);
            close(&BOB, 0);
        });
        assert_eq!(gained, -(2 * FEE as i128));
        assert_eq!(Grades::get(PROVIDER).map(|grade| grade.core), Some(700), "the lower one of two");
    });
    run(1, || {
        Operators::insert(PROVIDER, CAROL);
        let gained = gain(&CAROL, || {
            Chain::does(&CAROL, ask_grade(PROVIDER));
            assert!(convene(&BOB, 0).is_empty());
        });
        assert_eq!((gained, Grades::get(PROVIDER)), (0, None));
        assert_eq!(verdicts(), vec![(QUESTION, None)]);
    });
}

#[test]
fn nobody_measures_its_own_machine() {
    run(3, || {
        Operators::insert(PROVIDER, account(1));
        Chain::does(&account(1), ask_grade(PROVIDER));
        // Nor one that was given up since.
        Operators::remove(PROVIDER);
        let mut seats = convene(&BOB, 0);
        seats.sort_unstable();
        assert_eq!(seats, vec![0, 2]);
    });
}

#[test]
fn it_is_the_operators_own_machine() {
    run(0, || {
        Chain::refuses(&CAROL, ask_grade(PROVIDER), Error::NoSuchProvider);
        Operators::insert(PROVIDER, CAROL);
        Chain::refuses(&BOB, ask_grade(PROVIDER), Error::NotOperator);
        let poor = AccountId::new([0x50; 32]);
        Operators::insert(PROVIDER, &poor);
        Chain::refuses(&poor, ask_grade(PROVIDER), pallet_idlewild_escrow::Error::<Test>::NotEnoughCoins);
    });
}

#[test]
fn what_trackers_get_for_it_is_in_its_escrow() {
    run(3, || {
        Operators::insert(PROVIDER, CAROL);
        Chain::does(&CAROL, ask_grade(PROVIDER));
        assert_eq!(Escrows::held(0), 3 * FEE);
        assert_eq!(Trackers::do_try_state(), Ok(()));
        Escrows::refund(0, 1).unwrap();
        assert!(Trackers::do_try_state().is_err());
        Escrows::add(0, 1).unwrap();
    });
}
