use super::*;

#[test]
fn a_book_shows_its_best_twenty_levels() {
    Chain::run(|| {
        let provider = any_provider(0);
        let wanting = service(&ALICE, 40);
        for index in 0..30 {
            // Over several words and groups, not in order.
            placed(&account(0), ask(provider, 1_000 + (index * 7 % 30) * 11));
            placed(&ALICE, bid(wanting, 999 - (index * 7 % 30) * 11));
        }
        placed(&account(0), ask(provider, 1_011));
        let book = Market::book(LOT);
        let asks: Vec<u16> = book.asks.iter().map(|level| level.tick).collect();
        let bids: Vec<u16> = book.bids.iter().map(|level| level.tick).collect();
        assert_eq!(asks, (0..20).map(|index| 1_000 + index * 11).collect::<Vec<_>>());
        assert_eq!(bids, (0..20).map(|index| 999 - index * 11).collect::<Vec<_>>());
        assert_eq!((book.asks[0].orders, book.asks[1].orders), (1, 2));
        assert!(book.asks.iter().all(|level| Some(level.price) == price_at(level.tick)));
        assert_eq!(Market::book(Lot { size: 3, ..LOT }).asks, []);
    });
}

#[test]
fn orders_are_shown_by_whose_they_are() {
    Chain::run(|| {
        let (one, other) = (any_provider(0), any_provider(1));
        let wanting = service(&ALICE, 2);
        let first = placed(&account(0), ask(one, 600));
        placed(&account(1), ask(other, 600));
        let second = placed(&account(0), ask(one, 500));
        let third = placed(&ALICE, bid(wanting, 400));
        let of = |order: &idlewild_compute_primitives::view::OrderView| (order.id, order.lot, order.tick, order.of);
        let asks: Vec<_> = Market::orders_of(one).iter().map(of).collect();
        assert_eq!(asks, [(first, LOT, 600, OrderOf::Ask(one)), (second, LOT, 500, OrderOf::Ask(one))]);
        let bids: Vec<_> = Market::orders_of_service(wanting).iter().map(of).collect();
        assert_eq!(bids, [(third, LOT, 400, OrderOf::Bid(wanting))]);
        assert!(Market::orders_of(7).is_empty());
    });
}

#[test]
fn requests_are_shown_page_by_page() {
    Chain::run(|| {
        let provider = any_provider(0);
        let services: Vec<ServiceId> = (0..5).map(|_| service(&ALICE, 1)).collect();
        services.iter().for_each(|id| Chain::does(&ALICE, request(*id)));
        told(&ALICE, withdraw(1));
        told(&BOB, propose(0, &[provider]));
        let page = Market::requests(None, 2);
        let ids =
            |page: &idlewild_compute_primitives::view::RequestsPage| page.requests.iter().map(|at| at.id).collect::<Vec<_>>();
        assert_eq!((ids(&page), page.next), (vec![0, 2], Some(2)));
        let page = Market::requests(page.next, 9);
        assert_eq!((ids(&page), page.next), (vec![3, 4], None));
        let rate = record(provider).prices.rate(&need(&ALICE, 1).resources);
        let shown = Market::open_request(0).unwrap();
        assert_eq!((shown.service, shown.instances), (services[0], 1));
        assert_eq!(shown.best, Some((vec![provider], rate)));
        let closes = pallet_idlewild_clock::Pallet::<Test>::now() + 2;
        assert_eq!(shown.settles, Some(closes));
        let other = any_provider(1);
        told(&BOB, propose(0, &[other]));
        assert_eq!(Market::open_request(0).unwrap().settles, Some(closes + 2), "among several is drawn");
        assert_eq!(Market::open_request(2).unwrap().settles, None);
        assert_eq!(Market::open_request(1), None);
        change(services[0], |need| need.barred.try_push(9).unwrap());
        assert_eq!(Market::open_request(0).unwrap().barred, vec![9]);
        Needs::remove(services[2]);
        assert_eq!(Market::open_request(2).unwrap().instances, 0);
    });
}
