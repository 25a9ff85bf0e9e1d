//! What the chain answers, page by page.

use idlewild_compute_primitives::{
    program::Class,
    project::ProjectSpec,
    resources::{Prices, Wishes},
    view::{Due, Duty},
};
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            begin, claim, commits, create, draw, operator, pass_challenge, program, quick, right, run, spec, spec_of, view,
            BOND, PRICE,
        },
    },
    Apps, Chain, Clock, Projects, ALICE, BOB, CAROL, COIN,
};

use crate::{held, started, Call};

#[test]
fn projects_are_told_by_ascending_number() {
    Chain::run(|| {
        quick();
        let mine: Vec<u64> = (0..5).map(|_| create(&ALICE, spec())).collect();
        let others: Vec<u64> = (0..2).map(|_| create(&BOB, spec())).collect();
        let page = Projects::projects(None, 4);
        assert_eq!(page.projects.iter().map(|project| project.id).collect::<Vec<_>>(), [0, 1, 2, 3]);
        let rest = Projects::projects(page.next, 99);
        assert_eq!(rest.projects.iter().map(|project| project.id).collect::<Vec<_>>(), [4, 5, 6]);
        assert_eq!(rest.next, None);
        let page = Projects::projects_of(ALICE.into(), None, 3);
        assert_eq!((page.projects.len(), page.next), (3, Some(mine[2])));
        let rest = Projects::projects_of(ALICE.into(), page.next, 3);
        assert_eq!((rest.projects.len(), rest.next), (2, None));
        assert_eq!(Projects::projects_of(BOB.into(), None, 9).projects[1].id, others[1]);
        let shown = Projects::project(mine[1]).unwrap();
        assert_eq!((shown.owner, shown.held, shown.chunks, shown.finished), (ALICE.into(), held(mine[1]), 4, 0));
        assert_eq!(Projects::project(99), None);
    });
}

#[test]
fn a_program_that_fell_is_shown_as_what_it_is() {
    Chain::run(|| {
        quick();
        let id = create(&ALICE, spec_of(Class::Pinned));
        Apps::fall(program(Class::Pinned).digest, &ALICE);
        assert_eq!(Projects::project(id).unwrap().spec.program.class, Class::Metered);
    });
}

#[test]
fn chunks_are_told_whether_they_were_touched_or_not() {
    Chain::run(|| {
        let (id, all) = started(2);
        run(id, 1, &[(all[0], right()), (all[1], right())]);
        let page = Projects::chunks(id, None, 3);
        assert_eq!((page.chunks.len(), page.next), (3, Some(2)));
        assert_eq!((page.chunks[0].due, page.chunks[0].until), (Due::Claim, crate::projects::project(id).spec.deadline));
        assert_eq!((page.chunks[1].due, page.chunks[1].replicas.len()), (Due::Finalise, 2));
        assert_eq!(Projects::chunks(id, page.next, 3).chunks[0].index, 3);
        assert_eq!(Projects::chunk(id, 4), None);
        assert_eq!(Projects::chunk(9, 0), None);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        assert_eq!(view(id, 0).due, Due::Nothing);
        pass_challenge();
        Chain::does(&CAROL, crate::projects::finalise(id, &[1]));
        assert_eq!(view(id, 1).due, Due::Nothing);
    });
}

#[test]
fn a_provider_sees_what_it_could_claim() {
    Chain::run(|| {
        let (id, all) = started(3);
        create(&ALICE, ProjectSpec { wishes: Wishes { region: Some(*b"NO"), ..Default::default() }, ..spec() });
        let own = create(&operator(all[0]), spec());
        let found = |provider, after, limit| {
            let page = Projects::open_chunks(provider, after, limit);
            (page.chunks.iter().map(|open| (open.project, open.chunk)).collect::<Vec<_>>(), page.next)
        };
        let all_of = |id| (0..4).map(move |chunk| (id, chunk));
        assert_eq!(found(all[0], None, 99), (all_of(id).collect(), None));
        assert_eq!(found(all[1], None, 99), (all_of(id).chain(all_of(own)).collect(), None));
        let (page, next) = found(all[1], None, 3);
        assert_eq!((page.len(), next), (3, Some((id, 2))));
        assert_eq!(found(all[1], next, 99).0, [(id, 3)].into_iter().chain(all_of(own)).collect::<Vec<_>>());
        let open = Projects::open_chunks(all[1], None, 1).chunks[0];
        assert_eq!((open.price, open.bond, open.run), (PRICE, BOND, 5));
        // Those that it is in already, that are drawn, or that have all their replicas are not among them; those that miss one are.
        Chain::does(&operator(all[1]), claim(id, all[1], &[0]));
        begin(id, 1, &all[..2]);
        begin(id, 2, &all[..1]);
        assert_eq!(found(all[1], None, 1).0, vec![(id, 2)]);
        assert_eq!(found(all[2], None, 2).0, vec![(id, 2), (id, 3)]);
        // What was drawn and not acknowledged in time is open as soon as anybody asks.
        Chain::pass(5);
        assert_eq!(found(all[2], None, 1).0, vec![(id, 0)]);
        assert!(!found(all[1], None, 99).0.contains(&(id, 0)));
        // Nothing was changed by asking.
        assert_eq!(offers::record(all[1]).late, 0);
        assert_eq!(found(77, None, 9), (vec![], None));
    });
}

#[test]
fn work_is_not_hidden_behind_what_nobody_runs() {
    Chain::run(|| {
        quick();
        let many = ProjectSpec { tasks: 60_000, per_chunk: 1, price: COIN / 200, ..spec() };
        let dear = Prices { cpu_milli: 1_000_000_000, ..offers::PRICES };
        let provider = offers::provider(0, offers::MACHINE, offers::attributes(), dear, 40 * COIN);
        // Its time is over, it pays less than the provider asks, and more than its bond can stand for.
        create(&BOB, ProjectSpec { deadline: Clock::now() + 1, price: 3 * COIN, tasks: 4_000, ..many });
        create(&BOB, many);
        create(&BOB, ProjectSpec { price: 5 * COIN, tasks: 4_000, ..many });
        Chain::pass(2);
        let id = create(&ALICE, ProjectSpec { price: 4 * COIN, ..spec() });
        let page = Projects::open_chunks(provider, None, 9);
        assert_eq!(
            page.chunks.iter().map(|open| (open.project, open.chunk)).collect::<Vec<_>>(),
            [(id, 0), (id, 1), (id, 2), (id, 3)]
        );
    });
}

#[test]
fn a_search_goes_on_where_it_ended() {
    Chain::run(|| {
        let (_, all) = started(1);
        Chain::does(&ALICE, Call::cancel { project: 0 }.into());
        let id = create(&ALICE, ProjectSpec { tasks: 3_000, per_chunk: 1, price: COIN / 200, ..spec() });
        let limit = 300;
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = Projects::open_chunks(all[0], after, limit);
            assert!(page.chunks.len() <= 256, "a page has an end, whatever is asked");
            seen += page.chunks.len();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, 3_000);
        assert_eq!(Projects::open_chunks(all[0], Some((id, 2_999)), 9).chunks, vec![]);
    });
}

#[test]
fn a_provider_sees_what_it_has_to_do_and_until_when() {
    Chain::run(|| {
        let (id, all) = started(2);
        draw(id, 0, &all);
        begin(id, 1, &all);
        begin(id, 2, &all);
        all.iter().for_each(|provider| commits(id, 2, *provider, &right()));
        let page = Projects::duties(all[0], None, 2);
        assert_eq!(
            page.duties.iter().map(|duty| (duty.chunk, duty.duty)).collect::<Vec<_>>(),
            [(1, Duty::Commit), (2, Duty::Reveal)]
        );
        assert_eq!(page.duties[1].until, Clock::now() + crate::projects::QUICK.reveal);
        let one = Projects::duties(all[0], None, 1);
        assert_eq!(one.next, Some((id, 1)));
        assert_eq!(Projects::duties(all[0], one.next, 9).duties[0].chunk, 2);
        assert_eq!(Projects::duties(9, None, 9).duties, vec![]);
    });
}
