use super::*;
use idlewild_compute_primitives::resources::{Attributes, Prices};
use pallet_idlewild_market::types::{MAX_PROPOSALS, WINDOW};
use pallet_idlewild_offers::Error as OffersError;
use pallet_idlewild_test_runtime::compute::offers::{attributes, provider, PRICES};
use sp_runtime::DispatchError;

/// A provider that asks so many times what others ask.
pub(crate) fn asking(index: u8, times: u64) -> ProviderId {
    let prices = Prices { cpu_milli: PRICES.cpu_milli * times, ram_mib: PRICES.ram_mib * times, ..PRICES };
    provider(index, MACHINE, attributes(), prices, 100 * COIN)
}

/// What a provider asks for an instance.
pub(crate) fn rate_of(provider: ProviderId) -> Balance {
    record(provider).prices.rate(&need(&ALICE, 1).resources)
}

/// A request for so many instances.
pub(crate) fn requested(instances: u8) -> (RequestId, ServiceId) {
    let wanting = service(&ALICE, instances);
    match told(&ALICE, request(wanting)).as_slice() {
        [Event::Requested { request, .. }] => (*request, wanting),
        other => panic!("nothing was requested: {other:?}"),
    }
}

fn now() -> u32 {
    pallet_idlewild_clock::Pallet::<Test>::now()
}

#[test]
fn the_cheapest_stands() {
    Chain::run(|| {
        let (cheap, fair, dear) = (asking(0, 1), asking(1, 2), asking(2, 3));
        let (id, _) = requested(2);
        let events = told(&BOB, propose(id, &[fair, dear]));
        let rate = rate_of(fair) + rate_of(dear);
        let providers = BoundedVec::truncate_from(vec![fair, dear]);
        assert_eq!(events, [Event::Proposed { request: id, providers, rate, closes: now() + WINDOW }]);
        let before = in_use(fair);
        Chain::does(&CAROL, propose(id, &[cheap, dear]));
        Chain::refuses(&BOB, propose(id, &[fair, dear]), Error::AlreadyProposed);
        let best = Market::open_request(id).unwrap().best;
        assert_eq!(best, Some((vec![cheap, dear], rate_of(cheap) + rate_of(dear))));
        assert_eq!(in_use(fair), before, "a proposal takes nothing");
    });
}

#[test]
fn the_window_closes() {
    Chain::run(|| {
        let (cheap, fair) = (asking(0, 1), asking(1, 2));
        let (id, _) = requested(1);
        Chain::pass(5);
        Chain::does(&BOB, propose(id, &[fair]));
        Chain::pass(WINDOW);
        Chain::refuses(&BOB, propose(id, &[cheap]), Error::WindowOver);
    });
}

#[test]
fn the_last_block_of_the_window_counts() {
    Chain::run(|| {
        let (cheap, fair) = (asking(0, 1), asking(1, 2));
        let (id, _) = requested(1);
        Chain::does(&BOB, propose(id, &[fair]));
        Chain::pass(WINDOW - 1);
        Chain::does(&BOB, propose(id, &[cheap]));
    });
}

#[test]
fn equals_stand_side_by_side_once_each_and_up_to_a_number() {
    Chain::run(|| {
        let providers: Vec<ProviderId> = (0..=MAX_PROPOSALS as u8).map(any_provider).collect();
        let (id, _) = requested(1);
        Chain::does(&BOB, propose(id, &providers[..1]));
        Chain::refuses(&BOB, propose(id, &providers[..1]), Error::AlreadyProposed);
        for provider in &providers[1..MAX_PROPOSALS as usize] {
            Chain::does(&BOB, propose(id, &[*provider]));
        }
        Chain::refuses(&BOB, propose(id, &providers[MAX_PROPOSALS as usize..]), Error::TooManyTied);
    });
}

#[test]
fn one_machine_takes_as_many_as_it_has_room_for() {
    Chain::run(|| {
        let one = Resources { cpu_milli: 800, ram_mib: 1_000, ..Default::default() };
        let two = Resources { cpu_milli: 1_700, ram_mib: 2_000, ..one };
        let (large, small) =
            (provider(0, two, attributes(), PRICES, 100 * COIN), provider(1, one, attributes(), PRICES, 100 * COIN));
        let (id, _) = requested(3);
        Chain::refuses(&BOB, propose(id, &[large, large, large]), Error::NoRoom);
        Chain::refuses(&BOB, propose(id, &[large, small, small]), Error::NoRoom);
        Chain::refuses(&BOB, propose(id, &[large, small, large]), Error::NotInOrder);
        Chain::does(&BOB, propose(id, &[large, large, small]));
    });
}

#[test]
fn the_number_of_machines_is_what_is_wanted_and_not_bid_for() {
    Chain::run(|| {
        let provider = any_provider(0);
        let (id, wanting) = requested(3);
        placed(&ALICE, bid(wanting, 100));
        Chain::refuses(&BOB, propose(id, &[]), Error::NothingProposed);
        Chain::refuses(&BOB, propose(id, &[provider]), Error::WrongNumber);
        Chain::refuses(&BOB, propose(id, &[provider; 3]), Error::WrongNumber);
        Chain::does(&BOB, propose(id, &[provider; 2]));
    });
}

#[test]
fn what_does_not_fit_is_refused() {
    Chain::run(|| {
        let good = any_provider(0);
        let (id, wanting) = requested(1);
        Chain::refuses(&BOB, propose(id + 1, &[good]), Error::NoSuchRequest);
        Chain::refuses(&BOB, propose(id, &[9]), OffersError::<Test>::NoSuchProvider);
        let dear = asking(1, 1_000_000_000_000);
        change(wanting, |need| need.max_rate = rate_of(good));
        Chain::refuses(&BOB, propose(id, &[dear]), Error::TooDear);
        let closed = provider(2, MACHINE, Attributes { only_for: Some(7), ..attributes() }, PRICES, 100 * COIN);
        Chain::refuses(&BOB, propose(id, &[closed]), Error::NotSuchMachine);
        change(wanting, |need| need.organisation = Some(8));
        Chain::refuses(&BOB, propose(id, &[closed]), Error::NotSuchMachine);
        change(wanting, |need| need.owner = account(0));
        Chain::refuses(&BOB, propose(id, &[good]), Error::SelfMatch);
        change(wanting, |need| need.owner = ALICE);
        set_standing(good, true);
        Chain::refuses(&BOB, propose(id, &[good]), Error::TakesNoWork);
        set_standing(good, false);
        change(wanting, |need| need.organisation = Some(7));
        Chain::does(&BOB, propose(id, &[closed]));
        Needs::remove(wanting);
        Chain::refuses(&BOB, propose(id, &[good]), DispatchError::Other("there is no such service, or it was stopped"));
    });
}

#[test]
fn the_cheapest_are_kept_and_the_dearest_gives_way() {
    Chain::run(|| {
        let providers: Vec<ProviderId> =
            (0..=MAX_PROPOSALS as u8 + 1).map(|index| asking(index, 10 + u64::from(index))).collect();
        let (cheapest, others) = providers.split_first().unwrap();
        let (dearest, kept) = others.split_last().unwrap();
        let (id, _) = requested(1);
        // Not in the order of their prices.
        for provider in kept.iter().rev() {
            Chain::does(&BOB, propose(id, &[*provider]));
        }
        Chain::refuses(&BOB, propose(id, &[*dearest]), Error::NotCheaper);
        Chain::does(&BOB, propose(id, &[*cheapest]));
        let proposed = || {
            let record = pallet_idlewild_market::Requests::<Test>::get(id).unwrap();
            record.proposals.iter().map(|proposal| proposal[0].provider).collect::<Vec<_>>()
        };
        assert_eq!(proposed(), providers[..MAX_PROPOSALS as usize]);
        assert_eq!(Market::open_request(id).unwrap().settles, Some(now() + WINDOW), "there is no draw among different prices");
    });
}

#[test]
fn the_same_machines_are_proposed_once_more_for_less() {
    Chain::run(|| {
        let (fair, dear) = (asking(0, 2), asking(1, 3));
        let (id, _) = requested(1);
        Chain::does(&BOB, propose(id, &[fair]));
        Chain::does(&BOB, propose(id, &[dear]));
        let own = record(dear);
        let call = pallet_idlewild_offers::Call::set_offer {
            provider: dear,
            offered: own.offered,
            attributes: own.attributes,
            prices: PRICES,
        };
        Chain::does(&own.operator, call.into());
        Chain::does(&CAROL, propose(id, &[dear]));
        assert_eq!(Market::open_request(id).unwrap().best, Some((vec![dear], rate_of(dear))));
        Chain::refuses(&BOB, propose(id, &[dear]), Error::AlreadyProposed);
    });
}

#[test]
fn who_turned_away_before_is_not_proposed() {
    Chain::run(|| {
        let (one, other) = (any_provider(0), any_provider(1));
        let (id, wanting) = requested(1);
        change(wanting, |need| need.barred.try_push(one).unwrap());
        Chain::refuses(&BOB, propose(id, &[one]), Error::Barred);
        Chain::does(&BOB, propose(id, &[other]));
    });
}
