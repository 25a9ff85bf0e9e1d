use idlewild_compute_primitives::lease::Probes;

use super::*;

#[test]
fn a_lease_tells_where_it_stands() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let provider = any_provider(0);
        let id = matched(service, provider, RATE);
        let view = Services::lease(id).unwrap();
        assert_eq!((view.service, view.provider, view.rate), (service, provider, RATE));
        assert_eq!((view.held, view.held + view.for_probes), (Balance::from(TERM) * RATE, ahead()));
        assert_eq!((view.live, view.key, view.panel, view.runs_out, view.closing), (None, None, None, 0, None));
        Chain::does(&operator(id), accept(id));
        assert_eq!(Services::lease(id).unwrap().panel, Some(panel_of(id)));
        probe(id, true);
        pass_since_live(id, RULES.period);
        Chain::does(&who, voucher(&owner_key(1), id, 10 * RATE));
        let view = Services::lease(id).unwrap();
        let live = view.live.unwrap();
        assert_eq!((view.redeemed, view.held), (10 * RATE, Balance::from(TERM - 10) * RATE));
        assert_eq!(view.for_probes, lease::probes_ahead(probe_cost()) - probe_cost());
        assert_eq!((view.probes, view.probed), (Probes { up: 10, down: 0 }, live + 10));
        assert_eq!((view.endpoint, view.key, view.can_probe), (AT.as_bytes().to_vec(), Some(LEASE_KEY), true));
        assert_eq!(view.runs_out, live + TERM);
        let whole = Services::service(service).unwrap();
        assert_eq!((whole.owner, whole.wanted, whole.funded, whole.stopped), (who.clone().into(), 1, 1, false));
        assert_eq!(whole.affordable, RATE);
        assert_eq!((whole.held, whole.free), (held(service), ahead()));
        assert_eq!(whole.leases.len(), 1);
        assert_eq!(Services::leases_of(provider, None, 10), whole.leases);
        assert!(Services::leases_of(provider + 1, None, 10).is_empty());
        Chain::does(&who, close(id));
        let view = Services::lease(id).unwrap();
        assert_eq!((view.closing, view.can_probe, view.held), (Some(now()), false, 40 * RATE));
        assert_eq!(Services::lease(id + 1), None);
        assert_eq!(Services::service(service + 1), None);
    });
}

#[test]
fn services_are_told_in_pages() {
    run(|who| {
        let mine: Vec<_> = (0..3).map(|_| deploy(&who, spec(1))).collect();
        let other = deploy(&ALICE, spec(1));
        Chain::does(&who, stop(mine[1]));
        let first = Services::services(None, 1);
        assert_eq!(first.services.iter().map(|service| service.id).collect::<Vec<_>>(), [mine[0]]);
        let rest = Services::services(first.next, 10);
        assert_eq!(rest.services.iter().map(|service| service.id).collect::<Vec<_>>(), [mine[2], other]);
        assert_eq!(rest.next, None);
        let owner: [u8; 32] = who.into();
        let page = |after| Services::services_of(owner, after, 1).first().map(|service| service.id);
        let one = page(None).unwrap();
        let two = page(Some(one)).unwrap();
        assert_eq!(page(Some(two)), None);
        let mut both = [one, two];
        both.sort_unstable();
        assert_eq!(both, [mine[0], mine[2]]);
        assert_eq!(Services::rules(), RULES);
    });
}
