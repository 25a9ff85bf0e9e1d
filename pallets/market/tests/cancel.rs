use super::*;
use pallet_idlewild_market::{Books, Groups, OrdersOf, Pages};

#[test]
fn a_cancelled_ask_gives_its_machine_back() {
    Chain::run(|| {
        let provider = any_provider(0);
        let order = placed(&account(0), ask(provider, 600));
        let events = told(&account(0), cancel(order));
        assert_eq!(events, [Event::TakenOut { order, of: OrderOf::Ask(provider) }]);
        assert_eq!(in_use(provider), Resources::default());
        assert_eq!(record(provider).busy, 0);
        Chain::refuses(&account(0), cancel(order), Error::NoSuchOrder);
    });
}

#[test]
fn a_cancelled_bid_can_be_made_again() {
    Chain::run(|| {
        let wanting = service(&ALICE, 1);
        let order = placed(&ALICE, bid(wanting, 600));
        told(&ALICE, cancel(order));
        assert_ne!(placed(&ALICE, bid(wanting, 600)), order);
    });
}

#[test]
fn others_cannot_cancel_what_stands() {
    Chain::run(|| {
        let provider = any_provider(0);
        let asked = placed(&account(0), ask(provider, 600));
        let wanting = service(&ALICE, 1);
        let bidden = placed(&ALICE, bid(wanting, 500));
        Chain::refuses(&BOB, cancel(asked), Error::NotYours);
        Chain::refuses(&ALICE, cancel(asked), Error::NotYours);
        Chain::refuses(&account(0), cancel(bidden), Error::NotYours);
        Chain::refuses(&BOB, cancel(bidden + 1), Error::NoSuchOrder);
    });
}

#[test]
fn anybody_cancels_what_does_not_stand() {
    Chain::run(|| {
        let provider = any_provider(0);
        let asked = placed(&account(0), ask(provider, 600));
        set_standing(provider, true);
        told(&BOB, cancel(asked));
        assert_eq!(in_use(provider), Resources::default());
        let ways: [fn(&mut Need<AccountId>); 4] = [
            |need| need.instances = 0,
            |need| need.max_rate = 1,
            |need| need.resources.cpu_milli = 1_001,
            |need| need.wishes.tier = Tier::Virtual,
        ];
        for way in ways {
            let wanting = service(&ALICE, 1);
            let order = placed(&ALICE, bid(wanting, 500));
            Chain::refuses(&BOB, cancel(order), Error::NotYours);
            change(wanting, way);
            told(&BOB, cancel(order));
        }
        let stopped = service(&ALICE, 1);
        let order = placed(&ALICE, bid(stopped, 500));
        Needs::remove(stopped);
        told(&BOB, cancel(order));
        assert_eq!(levels(), (vec![], vec![]));
    });
}

#[test]
fn nothing_is_left_of_an_empty_book() {
    Chain::run(|| {
        let providers = [any_provider(0), any_provider(1)];
        let mut orders = Vec::new();
        for index in 0..100u16 {
            let provider = providers[usize::from(index % 2)];
            // Seven pages of one step, and steps of other groups and words.
            let tick = if index < 90 { 600 } else { 600 + index };
            orders.push((provider, placed(&account((index % 2) as u8), ask(provider, tick))));
        }
        assert_eq!(Pages::<Test>::iter().count(), 6 + 10);
        // Out of the middle, from the front, from the back.
        let order_of_removal = (40..60).chain(0..40).chain((60..100).rev());
        for index in order_of_removal {
            let (provider, order) = orders[index];
            told(&record(provider).operator, cancel(order));
        }
        assert_eq!(Pages::<Test>::iter().count(), 0);
        assert_eq!(Groups::<Test>::iter().count(), 0);
        assert_eq!(Books::<Test>::iter().count(), 0);
        assert_eq!(OrdersOf::<Test>::iter().count(), 0);
        assert!(providers.iter().all(|provider| record(*provider).busy == 0));
    });
}

#[test]
fn the_queue_keeps_its_order_around_what_is_gone() {
    Chain::run(|| {
        let provider = any_provider(0);
        let orders: Vec<OrderId> = (0..60).map(|_| placed(&account(0), ask(provider, 600))).collect();
        // The whole second page, a part of the first, and the last of all.
        let gone: Vec<usize> = (16..32).chain([0, 1, 7]).chain([59]).collect();
        for index in &gone {
            told(&account(0), cancel(orders[*index]));
        }
        let more = placed(&account(0), ask(provider, 600));
        let wanting = service(&ALICE, 255);
        let left = (0..60).filter(|index| !gone.contains(index)).map(|index| orders[index]).chain([more]);
        for expected in left {
            let events = told(&ALICE, bid(wanting, 600));
            assert!(matches!(events.as_slice(), [Event::Matched { order, .. }] if *order == expected), "{events:?}");
        }
        assert_eq!(levels(), (vec![], vec![]));
    });
}
