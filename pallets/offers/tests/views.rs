//! Answers to the runtime API.

use idlewild_compute_primitives::{
    resources::{Arch, Attributes, Dimension, Mismatch, Prices, Resources, Runtimes, Tier, Wishes},
    view::{FitView, Standing},
    Balance,
};
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, attributes, peer_key, provider, provider_of, record, ENDPOINT, MACHINE, PRICES},
    Chain, ALICE, BOB, COIN,
};
use sp_core::Pair;

use crate::{age_bonds, exit, pause, remove, takes, Offers, PART};

#[test]
fn a_provider_is_shown_as_it_is() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 5 * COIN);
        Offers::note_agreed(0, &ALICE);
        Offers::note_late(0);
        Offers::note_lost(0);
        Offers::note_agreed(0, &ALICE);
        Offers::set_grade(0, Default::default());
        Chain::does(&account(0), pause(0));
        let (view, of) = (Offers::provider(0).unwrap(), record(0));
        assert_eq!((view.id, view.operator, view.peer_key), (0, account(0).into(), peer_key(0).public().0));
        assert_eq!((view.endpoint, view.standing), (ENDPOINT.as_bytes().to_vec(), Standing::Paused));
        assert_eq!((view.offered, view.free, view.attributes, view.prices), (MACHINE, of.free, of.attributes, of.prices));
        assert_eq!((view.bond, view.locked, view.busy), (1_000 * COIN, 5 * COIN, 1));
        assert_eq!((view.grade, view.score, view.lost, view.late), (Some(Default::default()), 1, 1, 1));
        assert_eq!(Offers::provider_of_peer(peer_key(0).public().0), Offers::provider(0));
        assert_eq!((Offers::provider(1), Offers::provider_of_peer([0; 32])), (None, None));
    });
}

#[test]
fn pages_go_over_all_and_over_gaps() {
    Chain::run(|| {
        for (index, operator) in [&ALICE, &BOB, &ALICE, &BOB, &ALICE].into_iter().enumerate() {
            provider_of(operator, index as u8, MACHINE, attributes(), PRICES, 10 * COIN);
        }
        Chain::does(&ALICE, exit(2));
        age_bonds();
        Chain::does(&ALICE, remove(2));
        let ids = |page: idlewild_compute_primitives::view::ProvidersPage| {
            (page.providers.into_iter().map(|view| view.id).collect::<Vec<_>>(), page.next)
        };
        assert_eq!(ids(Offers::providers(None, 100)), (vec![0, 1, 3, 4], None));
        assert_eq!(ids(Offers::providers(None, 2)), (vec![0, 1], Some(1)));
        assert_eq!(ids(Offers::providers(Some(1), 2)), (vec![3, 4], None));
        assert_eq!(ids(Offers::providers(Some(4), 2)), (vec![], None));
        assert_eq!(ids(Offers::providers(Some(u32::MAX), 2)), (vec![], None));
        assert_eq!(ids(Offers::providers_of(ALICE.into(), None, 100)), (vec![0, 4], None));
        assert_eq!(ids(Offers::providers_of(BOB.into(), Some(1), 100)), (vec![3], None));
        assert_eq!(ids(Offers::providers_of([9; 32], None, 100)), (vec![], None));
    });
}

/// What `explain` says of the only provider.
fn explained(resources: Resources, wishes: Wishes, organisation: Option<u32>, max_rate: Balance) -> FitView {
    let page = Offers::explain(resources, wishes, organisation, max_rate, None, 100);
    assert_eq!((page.providers.len(), page.next), (1, None));
    page.providers.into_iter().next().unwrap()
}

#[test]
fn what_does_not_fit_is_told_dimension_by_dimension() {
    Chain::run(|| {
        let attributes = Attributes { runtimes: Runtimes { wasi: true, oci: false }, only_for: Some(7), ..attributes() };
        provider(0, MACHINE, attributes, PRICES, 10 * COIN);
        let wishes = Wishes::default();
        let rate = PRICES.rate(&PART);
        assert!(rate > 0);
        let fits = explained(PART, wishes, Some(7), rate);
        assert!(fits.fits());
        let expected = FitView {
            provider: 0,
            standing: Standing::Active,
            lacks: vec![],
            is_large_enough: true,
            mismatches: vec![],
            rate,
            too_dear: false,
            under_bonded: false,
        };
        assert_eq!(fits, expected);
        // Each reason on its own is enough.
        let dear = explained(PART, wishes, Some(7), rate - 1);
        assert_eq!((dear.too_dear, dear.fits()), (true, false));
        let closed = explained(PART, wishes, None, rate);
        assert_eq!((closed.mismatches.clone(), closed.fits()), (vec![Mismatch::Organisation], false));
        let all = Wishes {
            region: Some(*b"NO"),
            arch: Some(Arch::Arm64),
            tier: Tier::Virtual,
            runtimes: Runtimes { wasi: false, oci: true },
            gpu_model: Some(9),
            host_class: Some([9; 8]),
        };
        assert_eq!(explained(PART, all, Some(8), rate).mismatches.len(), 7);
        let large = Resources { cpu_milli: MACHINE.cpu_milli + 1, gpus: 3, ..PART };
        let lacking = explained(large, wishes, Some(7), Balance::MAX);
        let lacks = vec![(Dimension::CpuMilli, MACHINE.cpu_milli + 1, MACHINE.cpu_milli), (Dimension::Gpus, 3, 2)];
        assert_eq!((lacking.lacks.clone(), lacking.is_large_enough, lacking.fits()), (lacks, false, false));
        // It would be large enough, but has other work.
        takes(0, &Resources { gpus: 2, ..PART }, 0);
        let busy = explained(PART, wishes, Some(7), rate);
        assert_eq!((busy.lacks.clone(), busy.is_large_enough), (vec![(Dimension::Gpus, 1, 0)], true));
        assert!(!busy.fits());
        Offers::end_work(0, &Resources { gpus: 2, ..PART }, 0);
        drop(Offers::slash(0, 1));
        let poor = explained(PART, wishes, Some(7), rate);
        assert_eq!((poor.under_bonded, poor.fits()), (true, false));
        Chain::does(&account(0), crate::add_bond(0, 1));
        assert!(explained(PART, wishes, Some(7), rate).fits());
        Chain::does(&account(0), pause(0));
        let paused = explained(PART, wishes, Some(7), rate);
        assert_eq!((paused.standing, paused.fits()), (Standing::Paused, false));
    });
}

#[test]
fn what_fits_is_what_can_be_taken() {
    Chain::run(|| {
        let small = Resources { cpu_milli: 4_000, ..MACHINE };
        provider(0, small, attributes(), PRICES, 10 * COIN);
        provider(1, MACHINE, attributes(), Prices::default(), 10 * COIN);
        any_provider(2);
        Chain::does(&account(2), pause(2));
        takes(0, &Resources { cpu_milli: 1, ..Resources::default() }, 0);
        let page = Offers::explain(PART, Wishes::default(), None, Balance::MAX, None, 2);
        assert_eq!(page.next, Some(1));
        let rest = Offers::explain(PART, Wishes::default(), None, Balance::MAX, page.next, 2);
        assert_eq!(rest.next, None);
        let views: Vec<FitView> = page.providers.into_iter().chain(rest.providers).collect();
        assert_eq!(views.iter().map(FitView::fits).collect::<Vec<_>>(), [false, true, false]);
        for view in views {
            assert_eq!(Offers::take_work(view.provider, &PART, 0).is_ok(), view.fits());
        }
    });
}
