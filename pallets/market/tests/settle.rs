use super::{
    propose::{asking, rate_of, requested},
    *,
};
use idlewild_compute_primitives::{draw::SEED_AFTER, resources::Prices};
use pallet_idlewild_market::types::WINDOW;
use pallet_idlewild_test_runtime::compute::market::Broke;
use sp_runtime::DispatchError;
use std::collections::BTreeMap;

fn named(providers: &[ProviderId]) -> pallet_idlewild_market::types::Proposed {
    BoundedVec::truncate_from(providers.to_vec())
}

fn set_prices(provider: ProviderId, prices: Prices) {
    let own = record(provider);
    let call = pallet_idlewild_offers::Call::set_offer { provider, offered: own.offered, attributes: own.attributes, prices };
    Chain::does(&own.operator, call.into());
}

#[test]
fn all_machines_are_matched_when_the_window_is_over() {
    Chain::run(|| {
        let (cheap, dear) = (asking(0, 1), asking(1, 3));
        let (id, wanting) = requested(3);
        Chain::refuses(&BOB, settle(id + 1), Error::NoSuchRequest);
        Chain::refuses(&BOB, settle(id), Error::NothingProposed);
        Chain::does(&BOB, propose(id, &[cheap, cheap, dear]));
        Chain::refuses(&BOB, settle(id), Error::WindowOpen);
        Chain::pass(WINDOW - 1);
        Chain::refuses(&BOB, settle(id), Error::WindowOpen);
        Chain::pass(1);
        let events = told(&CAROL, settle(id));
        let rate = 2 * rate_of(cheap) + rate_of(dear);
        assert_eq!(events, [Event::Settled { request: id, service: wanting, providers: named(&[cheap, cheap, dear]), rate }]);
        let resources = need(&ALICE, 1).resources;
        let of = |provider| (wanting, provider, rate_of(provider), resources);
        assert_eq!(Matches::get().unwrap(), [of(cheap), of(cheap), of(dear)]);
        assert_eq!((in_use(cheap).cpu_milli, in_use(dear).cpu_milli), (1_600, 800));
        assert_eq!((record(cheap).busy, record(cheap).locked), (2, 0));
        Chain::refuses(&BOB, settle(id), Error::NoSuchRequest);
        assert_eq!(Needs::get(wanting).unwrap().instances, 0);
    });
}

#[test]
fn nobody_is_barred_because_the_service_can_pay_less() {
    Chain::run(|| {
        let provider = asking(0, 1);
        let (id, wanting) = requested(1);
        Chain::does(&BOB, propose(id, &[provider]));
        Chain::pass(WINDOW);
        let could = Needs::get(wanting).unwrap().max_rate;
        change(wanting, |need| need.max_rate = rate_of(provider) - 1);
        let dropped = Event::ProposalDropped { request: id, providers: named(&[provider]), reason: Error::TooDear.into() };
        assert_eq!(told(&CAROL, settle(id)).first(), Some(&dropped));
        assert!(Market::requests(None, 9).requests[0].barred.is_empty());
        change(wanting, |need| need.max_rate = could);
        Chain::does(&BOB, propose(id, &[provider]));
        Chain::pass(WINDOW);
        told(&CAROL, settle(id));
        assert_eq!(matches(), 1);
    });
}

#[test]
fn a_proposal_that_fails_takes_nothing_and_the_window_reopens() {
    Chain::run(|| {
        let (good, bad) = (asking(0, 1), asking(1, 1));
        let (id, wanting) = requested(2);
        Chain::does(&BOB, propose(id, &[good, bad]));
        Chain::pass(WINDOW);
        set_standing(bad, true);
        let events = told(&CAROL, settle(id));
        let reason = Error::TakesNoWork.into();
        let expected = [
            Event::ProposalDropped { request: id, providers: named(&[good, bad]), reason },
            Event::WindowReopened { request: id, closes: None },
        ];
        assert_eq!(events, expected);
        assert_eq!((in_use(good), matches()), (Resources::default(), 0));
        assert_eq!(Needs::get(wanting).unwrap().instances, 2);
        // Who failed is kept from it; the other is not.
        set_standing(bad, false);
        Chain::refuses(&BOB, propose(id, &[good, bad]), Error::Barred);
        Chain::does(&BOB, propose(id, &[good, good]));
        Chain::pass(WINDOW);
        told(&CAROL, settle(id));
        assert_eq!(matches(), 2);
    });
}

#[test]
fn room_that_is_gone_is_found_before_anything_is_taken() {
    Chain::run(|| {
        let one = Resources { cpu_milli: 1_000, ram_mib: 2_048, disk_mib: 4_096, up_kbps: 4_000, down_kbps: 4_000, ..MACHINE };
        let narrow = pallet_idlewild_test_runtime::compute::offers::provider(
            5,
            one,
            pallet_idlewild_test_runtime::compute::offers::attributes(),
            Default::default(),
            100 * COIN,
        );
        let wide = any_provider(6);
        let (id, _) = requested(2);
        Chain::does(&BOB, propose(id, &[narrow, wide]));
        Chain::pass(WINDOW);
        placed(&account(5), ask(narrow, 600));
        let events = told(&CAROL, settle(id));
        assert!(matches!(&events[0], Event::ProposalDropped { reason, .. } if *reason == Error::NoRoom.into()));
        assert_eq!((in_use(wide), matches()), (Resources::default(), 0));
    });
}

#[test]
fn nobody_is_paid_more_than_was_proposed() {
    Chain::run(|| {
        let (one, other) = (asking(0, 2), asking(1, 2));
        let before = record(one).prices;
        let (id, wanting) = requested(2);
        Chain::does(&BOB, propose(id, &[one, other]));
        Chain::pass(WINDOW);
        // Cheaper together, but one of them is dearer than it was.
        set_prices(one, Prices { cpu_milli: before.cpu_milli + 600, ..before });
        set_prices(other, Prices::default());
        let events = told(&CAROL, settle(id));
        assert!(matches!(&events[0], Event::ProposalDropped { reason, .. } if *reason == Error::Dearer.into()), "{events:?}");
        assert_eq!(matches(), 0);
        let third = asking(2, 2);
        Chain::does(&BOB, propose(id, &[other, third]));
        Chain::pass(WINDOW);
        set_prices(third, Prices { cpu_milli: before.cpu_milli / 2, ..before });
        told(&CAROL, settle(id));
        let rates: Vec<_> = Matches::get().unwrap().iter().map(|(_, provider, rate, _)| (*provider, *rate)).collect();
        assert_eq!(rates, [(other, 0), (third, rate_of(third))], "what they ask now, as it is less");
        assert_eq!(Needs::get(wanting).unwrap().instances, 0);
    });
}

#[test]
fn one_of_equals_is_drawn_by_a_seed_of_afterwards() {
    let mut won = BTreeMap::<ProviderId, u32>::new();
    Chain::run(|| {
        let providers: Vec<ProviderId> = (0..3).map(any_provider).collect();
        for round in 0..60 {
            let (id, _) = requested(1);
            for provider in &providers {
                assert_eq!(Chain::call(&BOB, propose(id, &[*provider])), Ok(()));
            }
            Chain::pass(WINDOW);
            assert_eq!(Chain::call(&BOB, settle(id)), Err(Error::NotDrawn.into()));
            Chain::pass(SEED_AFTER - 1);
            assert_eq!(Chain::call(&BOB, settle(id)), Err(Error::NotDrawn.into()));
            Chain::pass(1 + round % 3);
            assert_eq!(Chain::call(&BOB, settle(id)), Ok(()));
            *won.entry(last_match().1).or_default() += 1;
        }
    });
    // 60 draws among three: 20 each, give or take four standard deviations.
    assert_eq!(won.len(), 3);
    assert!(won.values().all(|times| (6..=34).contains(times)), "{won:?}");
}

#[test]
fn of_equals_the_others_are_left_where_one_fails() {
    Chain::run(|| {
        let providers: Vec<ProviderId> = (0..3).map(any_provider).collect();
        let (id, _) = requested(1);
        for provider in &providers {
            Chain::does(&BOB, propose(id, &[*provider]));
        }
        Chain::pass(WINDOW + SEED_AFTER);
        set_standing(0, true);
        set_standing(1, true);
        set_standing(2, true);
        let events = told(&BOB, settle(id));
        let [Event::ProposalDropped { providers: dropped, .. }] = events.as_slice() else { panic!("{events:?}") };
        let left: Vec<ProviderId> = providers.into_iter().filter(|provider| !dropped.contains(provider)).collect();
        left.iter().for_each(|provider| set_standing(*provider, false));
        // Nobody has to wait once more.
        told(&BOB, settle(id));
        assert!(left.contains(&last_match().1));
    });
}

#[test]
fn where_the_seed_is_forgotten_the_window_opens_once_more() {
    Chain::run(|| {
        let providers: Vec<ProviderId> = (0..2).map(any_provider).collect();
        let cheap = 2;
        let (id, _) = requested(1);
        for provider in &providers {
            Chain::does(&BOB, propose(id, &[*provider]));
        }
        Chain::pass(WINDOW + SEED_AFTER + pallet_idlewild_randomness::RING);
        let closes = pallet_idlewild_clock::Pallet::<Test>::now() + WINDOW;
        assert_eq!(told(&BOB, settle(id)), [Event::WindowReopened { request: id, closes: Some(closes) }]);
        assert_eq!(matches(), 0);
        assert_eq!(
            pallet_idlewild_test_runtime::compute::offers::provider(
                9,
                MACHINE,
                pallet_idlewild_test_runtime::compute::offers::attributes(),
                Prices::default(),
                100 * COIN,
            ),
            cheap
        );
        Chain::does(&BOB, propose(id, &[cheap]));
        Chain::pass(WINDOW);
        told(&BOB, settle(id));
        assert_eq!(last_match().1, cheap);
    });
}

#[test]
fn the_services_own_failure_bars_nobody() {
    Chain::run(|| {
        let provider = any_provider(0);
        let (id, wanting) = requested(2);
        Chain::does(&BOB, propose(id, &[provider, provider]));
        Chain::pass(WINDOW);
        Broke::insert(wanting, ());
        let events = told(&BOB, settle(id));
        // Events do not keep what such an error says.
        let reason = DispatchError::Other("");
        assert_eq!(events[0], Event::ProposalDropped { request: id, providers: named(&[provider, provider]), reason });
        assert_eq!((in_use(provider), matches()), (Resources::default(), 0));
        Broke::remove(wanting);
        // It wants another number by now.
        Chain::does(&BOB, propose(id, &[provider, provider]));
        Chain::pass(WINDOW);
        change(wanting, |need| need.instances = 1);
        let events = told(&BOB, settle(id));
        assert!(matches!(&events[0], Event::ProposalDropped { reason, .. } if *reason == Error::WrongNumber.into()));
        Chain::does(&BOB, propose(id, &[provider]));
        Chain::pass(WINDOW);
        Needs::remove(wanting);
        Chain::refuses(&BOB, settle(id), DispatchError::Other("there is no such service, or it was stopped"));
        told(&BOB, withdraw(id));
    });
}

#[test]
fn where_a_cheaper_one_fails_the_next_is_settled_without_another_window() {
    Chain::run(|| {
        let decoys = [asking(0, 1), asking(1, 2)];
        let (fair, dear) = (asking(2, 3), asking(3, 4));
        let (id, _) = requested(1);
        for provider in [decoys[0], decoys[1], fair, dear] {
            Chain::does(&BOB, propose(id, &[provider]));
        }
        Chain::pass(WINDOW);
        decoys.iter().for_each(|decoy| set_standing(*decoy, true));
        for decoy in decoys {
            let reason = Error::TakesNoWork.into();
            assert_eq!(told(&CAROL, settle(id)), [Event::ProposalDropped { request: id, providers: named(&[decoy]), reason }]);
            Chain::refuses(&BOB, propose(id, &[decoy]), Error::WindowOver);
        }
        told(&CAROL, settle(id));
        assert_eq!((last_match().1, matches()), (fair, 1));
    });
}

#[test]
fn one_that_is_gone_or_turned_away_since_takes_no_other_with_it() {
    Chain::run(|| {
        let (gone, barred, fair) = (asking(0, 1), asking(1, 2), asking(2, 3));
        Chain::pass(20);
        let (id, wanting) = requested(1);
        for provider in [gone, barred, fair] {
            Chain::does(&BOB, propose(id, &[provider]));
        }
        Chain::does(&account(0), pallet_idlewild_offers::Call::exit { provider: gone }.into());
        Chain::does(&account(0), pallet_idlewild_offers::Call::remove { provider: gone }.into());
        change(wanting, |need| need.barred.try_push(barred).unwrap());
        Chain::pass(WINDOW);
        let reasons = [pallet_idlewild_offers::Error::<Test>::NoSuchProvider.into(), DispatchError::from(Error::Barred)];
        for (provider, reason) in [gone, barred].into_iter().zip(reasons) {
            let dropped = Event::ProposalDropped { request: id, providers: named(&[provider]), reason };
            assert_eq!(told(&CAROL, settle(id)), [dropped]);
        }
        told(&CAROL, settle(id));
        assert_eq!(last_match().1, fair);
    });
}
