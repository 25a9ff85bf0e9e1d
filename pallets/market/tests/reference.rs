//! The book against a naive one: the same matches, in the order of price and time.

use super::*;
use pallet_idlewild_market::types::{MAX_DROPPED, MAX_ORDERS};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Providers and services of the play. Provider 0 and service 0 are of the same account.
const PLAYERS: u8 = 4;

#[derive(Clone, Debug)]
enum Step {
    Ask(u8, u16),
    Bid(u8, u16),
    Cancel(prop::sample::Index),
    Pause(u8),
    Stop(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Few prices, so that queues get long, on both sides of the ends of groups and words; rarely any other.
    let near = |from: u16| prop_oneof![8 => prop::sample::select(vec![from, from + 1, from + 16]), 1 => from..from + 40];
    let low = || near(112);
    let high = || near(127);
    let step = prop_oneof![
        10 => (0..PLAYERS, high()).prop_map(|(who, tick)| Step::Ask(who, tick)),
        3 => (0..PLAYERS, low()).prop_map(|(who, tick)| Step::Ask(who, tick)),
        10 => (0..PLAYERS, low()).prop_map(|(who, tick)| Step::Bid(who, tick)),
        3 => (0..PLAYERS, high()).prop_map(|(who, tick)| Step::Bid(who, tick)),
        4 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => (0..PLAYERS).prop_map(Step::Pause),
        1 => (0..PLAYERS).prop_map(Step::Stop),
    ];
    prop::collection::vec(step, 1..250)
}

type Queues = BTreeMap<u16, VecDeque<(OrderId, OrderOf)>>;

#[derive(Clone, Default)]
struct Reference {
    asks: Queues,
    bids: Queues,
    /// Who paused, and which services are stopped.
    out: BTreeSet<Vec<u8>>,
}

/// What a call must tell, but for the number of what is placed, which only the chain knows.
#[derive(Debug, PartialEq)]
enum Told {
    Out(OrderId),
    Match(OrderId, ServiceId, ProviderId, Balance),
    Placed,
    NotPlaced,
}

impl Reference {
    fn stands(&self, of: OrderOf) -> bool {
        !self.out.contains(&codec::Encode::encode(&of))
    }

    fn side(&mut self, of: OrderOf) -> &mut Queues {
        match of {
            OrderOf::Ask(_) => &mut self.asks,
            OrderOf::Bid(_) => &mut self.bids,
        }
    }

    /// The best order that one meets.
    fn best(&self, of: OrderOf, limit: u16) -> Option<(u16, OrderId, OrderOf)> {
        let (tick, queue) = match of {
            OrderOf::Ask(_) => self.bids.iter().next_back().filter(|(tick, _)| **tick >= limit)?,
            OrderOf::Bid(_) => self.asks.iter().next().filter(|(tick, _)| **tick <= limit)?,
        };
        let (order, of) = *queue.front().unwrap();
        Some((*tick, order, of))
    }

    fn remove(&mut self, order: OrderId) {
        for side in [&mut self.asks, &mut self.bids] {
            side.values_mut().for_each(|queue| queue.retain(|(other, _)| *other != order));
            side.retain(|_, queue| !queue.is_empty());
        }
    }

    fn all(&self) -> Vec<(OrderId, OrderOf)> {
        self.asks.values().chain(self.bids.values()).flatten().copied().collect()
    }

    /// What a new order does, or `None` where it is refused because it would meet one of the same account.
    fn order(&mut self, of: OrderOf, limit: u16) -> Option<Vec<Told>> {
        let mut told = Vec::new();
        loop {
            let Some((tick, order, resting)) = self.best(of, limit) else {
                told.push(Told::Placed);
                return Some(told);
            };
            if self.stands(resting) {
                let (service, provider) = match (of, resting) {
                    (OrderOf::Ask(provider), OrderOf::Bid(service)) | (OrderOf::Bid(service), OrderOf::Ask(provider)) => {
                        (service, provider)
                    },
                    _ => unreachable!("orders of one side meet"),
                };
                if (service, provider) == (0, 0) {
                    return None;
                }
                self.remove(order);
                told.push(Told::Match(order, service, provider, price_at(tick).unwrap()));
                return Some(told);
            }
            if told.len() == MAX_DROPPED as usize {
                told.push(Told::NotPlaced);
                return Some(told);
            }
            self.remove(order);
            told.push(Told::Out(order));
        }
    }
}

/// What the market told, and the number of an order that was placed.
fn read(events: &[Event]) -> (Vec<Told>, Option<OrderId>) {
    let mut number = None;
    let told = events.iter().map(|event| match event {
        Event::TakenOut { order, .. } => Told::Out(*order),
        Event::Matched { order, service, provider, rate, .. } => Told::Match(*order, *service, *provider, *rate),
        Event::Placed { order, .. } => {
            number = Some(*order);
            Told::Placed
        },
        Event::NotPlaced { .. } => Told::NotPlaced,
        other => panic!("an order told something else: {other:?}"),
    });
    (told.collect(), number)
}

/// Makes a call and returns what the market told, without looking at the other pallets.
fn events_of(who: &AccountId, call: RuntimeCall) -> Result<Vec<Event>, sp_runtime::DispatchError> {
    let before = Chain::events().len();
    Chain::call(who, call)?;
    Market::do_try_state().unwrap();
    let new = Chain::events().into_iter().skip(before);
    let of = |event| match event {
        RuntimeEvent::Market(event) => Some(event),
        _ => None,
    };
    Ok(new.filter_map(of).collect())
}

fn play(steps: Vec<Step>) {
    let owner = |index: u8| if index == 0 { account(0) } else { account(20 + index) };
    (0..PLAYERS).for_each(|index| assert_eq!(any_provider(index), u32::from(index)));
    let small = |index| Need { resources: Resources { cpu_milli: 250, ..Default::default() }, ..need(&owner(index), 255) };
    (0..PLAYERS).for_each(|index| assert_eq!(needing(small(index)), u64::from(index)));
    // The smallest, so that nobody runs out of machines.
    let lot = Lot { size: 0, ..LOT };
    let mut reference = Reference::default();
    for step in steps {
        match step {
            Step::Ask(index, tick) => {
                let of = OrderOf::Ask(index.into());
                let call = Call::ask { provider: index.into(), lot, tick }.into();
                try_order(&mut reference, &account(index), of, tick, call);
            },
            Step::Bid(index, tick) => {
                let of = OrderOf::Bid(index.into());
                let call = Call::bid { service: index.into(), lot, tick }.into();
                try_order(&mut reference, &owner(index), of, tick, call);
            },
            Step::Cancel(nth) => {
                let all = reference.all();
                if all.is_empty() {
                    continue;
                }
                let (order, of) = *nth.get(&all);
                let who = match of {
                    OrderOf::Ask(provider) => account(provider as u8),
                    OrderOf::Bid(service) => owner(service as u8),
                };
                assert_eq!(events_of(&who, cancel(order)), Ok(vec![Event::TakenOut { order, of }]));
                reference.remove(order);
            },
            Step::Pause(index) => {
                let of = codec::Encode::encode(&OrderOf::Ask(index.into()));
                let pause = reference.out.insert(of.clone());
                if !pause {
                    reference.out.remove(&of);
                }
                set_standing(index.into(), pause);
            },
            Step::Stop(index) => {
                let id = ServiceId::from(index);
                let of = codec::Encode::encode(&OrderOf::Bid(id));
                if reference.out.insert(of.clone()) {
                    Needs::remove(id);
                } else {
                    reference.out.remove(&of);
                    Needs::insert(id, small(index));
                }
            },
        }
    }
    // What is left is matched in the order in which it waits.
    let left = Market::book(lot);
    let levels = |queues: &Queues| queues.iter().map(|(tick, queue)| (*tick, queue.len() as u32)).collect::<Vec<_>>();
    let shown = |side: &[LevelView]| side.iter().map(|at| (at.tick, at.orders)).collect::<Vec<_>>();
    let bids: Vec<_> = levels(&reference.bids).into_iter().rev().take(20).collect();
    assert_eq!(shown(&left.asks), levels(&reference.asks).into_iter().take(20).collect::<Vec<_>>());
    assert_eq!(shown(&left.bids), bids);
}

fn try_order(reference: &mut Reference, who: &AccountId, of: OrderOf, tick: u16, call: RuntimeCall) {
    let before = reference.all();
    let mut after = reference.clone();
    let expected = if reference.stands(of) { after.order(of, tick) } else { None };
    let Some(expected) = expected else {
        // Who paused or was stopped orders nothing, and nobody of themselves.
        let root = Chain::state();
        let refused = Chain::call(who, call);
        assert!(refused.is_err());
        assert!(!reference.stands(of) || refused == Err(Error::SelfMatch.into()), "{refused:?}");
        assert_eq!(root, Chain::state());
        return;
    };
    match events_of(who, call) {
        Ok(events) => {
            let (told, number) = read(&events);
            assert_eq!(told, expected);
            if let Some(number) = number {
                assert!(before.iter().all(|(other, _)| *other != number), "a number was given twice");
                after.side(of).entry(tick).or_default().push_back((number, of));
            }
            *reference = after;
        },
        Err(error) => {
            let waiting = before.iter().filter(|(_, other)| *other == of).count();
            let is_full =
                error == Error::TooManyOrders.into() && waiting == MAX_ORDERS as usize && expected.ends_with(&[Told::Placed]);
            assert!(is_full, "{error:?} with {waiting} orders");
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_book_is_as_the_naive_one(steps in steps()) {
        Chain::run(|| play(steps));
    }
}
