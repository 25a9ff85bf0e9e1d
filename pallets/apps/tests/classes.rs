//! `class_of`, `fall` and `check`: what can be relied on.

use pallet_idlewild_apps::Fallen;

use crate::*;

#[test]
fn what_does_not_repeat_is_metered_for_whom_that_was_shown() {
    Chain::run(|| {
        let class = |program: &Program| Apps::class_of(program, &ALICE);
        assert_eq!((class(&image(1)), class(&compared(1, 2))), (Class::Pinned, compared(1, 2).class));
        Apps::fall([1; 32], &ALICE);
        assert!(saw(Event::Fell { digest: [1; 32], requester: ALICE }));
        let pinned_module = program(1, Form::Module, Class::Pinned);
        for fallen in [image(1), compared(1, 2), pinned_module] {
            assert_eq!(class(&fallen), Class::Metered);
        }
        assert_eq!(class(&image(2)), Class::Pinned);
        assert_eq!(Apps::class(image(1), ALICE.into()), Class::Metered);
        // Once is enough.
        let (state, events) = (Chain::state(), Chain::events().len());
        Apps::fall([1; 32], &ALICE);
        assert_eq!((state, events, Fallen::<Test>::iter().count()), (Chain::state(), Chain::events().len(), 1));
    });
}

#[test]
fn nobody_takes_the_comparison_away_from_others() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", image(1)));
        // Machines of Bob's own disagree, in a project of his.
        Apps::fall([1; 32], &BOB);
        assert_eq!((Apps::class_of(&image(1), &BOB), Apps::class_of(&image(1), &ALICE)), (Class::Metered, Class::Pinned));
        assert_eq!(Apps::class(image(1), ALICE.into()), Class::Pinned);
        assert_eq!(Apps::check(Some((0, &ALICE)), &image(1).fallen()), Err(Error::OtherClass.into()));
        assert_eq!(Apps::app(0).unwrap().versions[0].program, image(1));
    });
}

#[test]
fn nobody_takes_the_slashing_away_from_a_deterministic_module() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        // As it would be if somebody declared its bytes as pinned and let machines of its own disagree.
        Apps::fall([1; 32], &ALICE);
        let class = Apps::class_of(&module(1), &ALICE);
        assert_eq!((class, Apps::check(Some((0, &ALICE)), &module(1))), (Class::Deterministic, Ok(())));
    });
}

#[test]
fn a_fallen_version_is_used_as_metered() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", image(1)));
        let metered = image(1).fallen();
        let check = |program: &Program| Apps::check(Some((0, &ALICE)), program);
        // To promise less than the publisher does would make results that could be compared ones that are not.
        assert_eq!(check(&metered), Err(Error::OtherClass.into()));
        Apps::fall([1; 32], &ALICE);
        assert_eq!((check(&metered), check(&image(1))), (Ok(()), Ok(())));
        assert_eq!(check(&program(1, Form::Module, Class::Deterministic)), Err(Error::OtherClass.into()));
    });
}

#[test]
fn a_program_is_an_apps_by_its_bytes_form_and_class() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", compared(1, 2)));
        assert_eq!(Apps::check(Some((0, &ALICE)), &compared(1, 2)), Ok(()));
        // A copy of the same bytes elsewhere.
        let copy = Program { bundle: Bundle { root: 99, key: [9; 32] }, ..compared(1, 2) };
        assert_eq!(Apps::check(Some((0, &ALICE)), &copy), Ok(()));
        for (other, error) in [
            (compared(2, 2), Error::NotOfApp),
            (compared(1, 3), Error::OtherClass),
            (image(1), Error::OtherClass),
            (Program { form: Form::Module, ..compared(1, 2) }, Error::OtherClass),
        ] {
            assert_eq!(Apps::check(Some((0, &ALICE)), &other), Err(error.into()));
        }
        assert_eq!(Apps::check(Some((1, &ALICE)), &compared(1, 2)), Err(Error::NoSuchApp.into()));
    });
}

#[test]
fn an_unsound_program_is_nobodys() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        let unsound = program(1, Form::Image, Class::Deterministic);
        assert_eq!(Apps::check(None, &unsound), Err(Error::UnsoundProgram.into()));
        assert_eq!(Apps::check(Some((0, &ALICE)), &unsound), Err(Error::UnsoundProgram.into()));
        for sound in [module(9), image(9), compared(9, 9), module(9).fallen()] {
            assert_eq!(Apps::check(None, &sound), Ok(()));
        }
    });
}
