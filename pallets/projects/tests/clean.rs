//! `clean` and `close`: nothing is kept for ever.

use idlewild_compute_primitives::ProjectId;
use pallet_idlewild_projects::{Chunks, Projects, ProjectsOf, WeightInfo};
use pallet_idlewild_test_runtime::{
    compute::projects::{advance, claim, operator, Keep},
    Chain, RuntimeCall, Test, ALICE, BOB, CAROL,
};

use crate::{started, Call, Error};

fn clean(project: ProjectId, limit: u32) -> RuntimeCall {
    Call::clean { project, limit }.into()
}

fn close(project: ProjectId) -> RuntimeCall {
    Call::close { project }.into()
}

fn over() -> ProjectId {
    let (id, all) = started(1);
    Chain::does(&operator(all[0]), claim(id, all[0], &[0, 1, 2]));
    Chain::refuses(&ALICE, clean(id, 9), Error::NotEnded);
    Chain::refuses(&ALICE, close(id), Error::NotEnded);
    Chain::does(&ALICE, Call::cancel { project: id }.into());
    (0..3).for_each(|index| Chain::does(&CAROL, advance(id, index)));
    id
}

#[test]
fn its_owner_removes_it_page_by_page() {
    Chain::run(|| {
        let id = over();
        Chain::refuses(&ALICE, close(id), Error::ChunksLeft);
        Chain::refuses(&ALICE, clean(id, 0), Error::NothingToClean);
        Chain::does(&ALICE, clean(id, 2));
        assert_eq!(Chunks::<Test>::iter_prefix(id).count(), 1);
        let info = Chain::call_with_info(&ALICE, clean(id, 64)).unwrap();
        assert_eq!(info.actual_weight, Some(<() as WeightInfo>::clean(1)));
        Chain::refuses(&ALICE, clean(id, 9), Error::NothingToClean);
        Chain::does(&ALICE, close(id));
        assert!(!Projects::<Test>::contains_key(id));
        assert_eq!(ProjectsOf::<Test>::iter().count(), 0);
        Chain::refuses(&ALICE, close(id), Error::NoSuchProject);
    });
}

#[test]
fn anybody_does_when_there_was_time_to_fetch_results() {
    Chain::run(|| {
        let id = over();
        Chain::refuses(&BOB, clean(id, 9), Error::TooEarly);
        Chain::pass(Keep::get());
        Chain::refuses(&BOB, clean(id, 9), Error::TooEarly);
        Chain::next_block();
        Chain::does(&BOB, clean(id, u32::MAX));
        Chain::does(&BOB, close(id));
    });
}
