//! Orders of standard lots: asked, bid, matched, cancelled.

use frame_support::{ensure, pallet_prelude::*, storage::with_storage_layer, traits::Get};
use idlewild_compute_primitives::{
    lot::{price_at, Lot},
    resources::{Attributes, Resources, Runtimes},
    view::OrderOf,
    Balance, OrderId, ProviderId, ServiceId,
};
use pallet_idlewild_offers::{types::Provider, Pallet as Offers};

use crate::{
    book::Found,
    types::{Side, MAX_DROPPED},
    Books, Config, Demand, Error, Event, Need, OrdersOf, Pallet, RequestOf, WeightInfo,
};

/// What became of an order that looked for another one.
enum Met {
    /// It was matched.
    Match,
    /// Nothing rests that it takes.
    Nothing,
    /// As many orders that no longer stand were dropped as one call may, and still there is one.
    Stale,
}

impl<T: Config> Pallet<T> {
    /// Returns how many orders that no longer stood were dropped.
    pub(crate) fn do_ask(who: T::AccountId, provider: ProviderId, lot: Lot, tick: u16) -> Result<u32, DispatchError> {
        let (resources, _) = Self::terms(&lot, tick)?;
        let record = Offers::<T>::operated(provider, &who)?;
        ensure!(is_such(&record, &lot), Error::<T>::NotSuchMachine);
        let stake = T::Stake::get();
        Offers::<T>::take_work(provider, &resources, stake)?;
        let (met, dropped) = Self::meet(&lot, OrderOf::Ask(provider), tick, |resting, rate| {
            let OrderOf::Bid(service) = resting else { return Ok(false) };
            let Some(need) = Self::standing_bid(service, &lot, &resources, rate) else { return Ok(false) };
            ensure!(need.owner != who, Error::<T>::SelfMatch);
            // A service that cannot pay for what it bids does not stand in the way of others.
            Ok(with_storage_layer(|| T::Demand::matched(service, provider, rate, &resources, stake)).is_ok())
        })?;
        match met {
            Met::Match => {},
            Met::Nothing => Self::place(&lot, tick, OrderOf::Ask(provider))?,
            Met::Stale => {
                Offers::<T>::end_work(provider, &resources, stake);
                Self::deposit_event(Event::NotPlaced { of: OrderOf::Ask(provider), lot, tick });
            },
        }
        Ok(dropped)
    }

    /// What an ask weighs that dropped so many bids. Each of them may have been tried, where its service turned out unable to pay.
    pub(crate) fn weight_of_ask(dropped: u32) -> Weight {
        let tried = <T as Config>::WeightInfo::ask_matched(0).saturating_mul(dropped.into());
        let rest = <T as Config>::WeightInfo::ask_matched(dropped).max(<T as Config>::WeightInfo::ask_placed(dropped));
        tried.saturating_add(rest)
    }

    /// What a bid weighs that dropped so many asks, of which each is seen not to stand without being tried.
    pub(crate) fn weight_of_bid(dropped: u32) -> Weight {
        <T as Config>::WeightInfo::bid_matched(dropped).max(<T as Config>::WeightInfo::bid_placed(dropped))
    }

    /// Returns how many orders that no longer stood were dropped.
    pub(crate) fn do_bid(who: T::AccountId, service: ServiceId, lot: Lot, tick: u16) -> Result<u32, DispatchError> {
        let (resources, price) = Self::terms(&lot, tick)?;
        let need = T::Demand::need(service)?;
        ensure!(need.owner == who, Error::<T>::NotOwner);
        Self::suits(&need, &lot, &resources, price)?;
        ensure!(Self::open_instances(service, &need) > 0, Error::<T>::NothingWanted);
        let (met, dropped) = Self::meet(&lot, OrderOf::Bid(service), tick, |resting, rate| {
            let OrderOf::Ask(provider) = resting else { return Ok(false) };
            let Some(record) = Self::standing_ask(provider, &lot) else { return Ok(false) };
            ensure!(record.operator != who, Error::<T>::SelfMatch);
            T::Demand::matched(service, provider, rate, &resources, T::Stake::get())?;
            Ok(true)
        })?;
        match met {
            Met::Match => {},
            Met::Nothing => Self::place(&lot, tick, OrderOf::Bid(service))?,
            Met::Stale => Self::deposit_event(Event::NotPlaced { of: OrderOf::Bid(service), lot, tick }),
        }
        Ok(dropped)
    }

    pub(crate) fn do_cancel(who: T::AccountId, order: OrderId) -> DispatchResult {
        let found = Self::order(order).ok_or(Error::<T>::NoSuchOrder)?;
        let lot = found.page.lot;
        let (resources, price) = Self::terms(&lot, found.page.tick)?;
        let (is_own, stands) = match found.of {
            OrderOf::Ask(provider) => {
                let is_own = Offers::<T>::get(provider).is_ok_and(|record| record.operator == who);
                (is_own, Self::standing_ask(provider, &lot).is_some())
            },
            OrderOf::Bid(service) => {
                let is_own = T::Demand::need(service).is_ok_and(|need| need.owner == who);
                (is_own, Self::standing_bid(service, &lot, &resources, price).is_some())
            },
        };
        ensure!(is_own || !stands, Error::<T>::NotYours);
        Self::take_out(found, &resources);
        Ok(())
    }

    /// Goes through what rests on the other side at the limit or better, in the order of price and time, until `matches` says that one
    /// was matched. What it says does not stand is dropped.
    fn meet(
        lot: &Lot,
        of: OrderOf,
        limit: u16,
        matches: impl Fn(OrderOf, Balance) -> Result<bool, DispatchError>,
    ) -> Result<(Met, u32), DispatchError> {
        let side = Side::of(&of);
        let mut dropped = 0;
        loop {
            let best = Books::<T>::get(lot).best(side.other()).filter(|tick| side.takes(limit, *tick));
            let Some(tick) = best else { return Ok((Met::Nothing, dropped)) };
            let (resources, rate) = Self::terms(lot, tick)?;
            let resting = Self::oldest(lot, side.other(), tick).ok_or(Error::<T>::Inconsistent)?;
            if matches(resting.of, rate)? {
                if let (OrderOf::Ask(provider), OrderOf::Bid(service)) | (OrderOf::Bid(service), OrderOf::Ask(provider)) =
                    (of, resting.of)
                {
                    Self::deposit_event(Event::Matched { order: resting.order, service, provider, lot: *lot, rate });
                }
                Self::dequeue(resting);
                return Ok((Met::Match, dropped));
            }
            if dropped >= MAX_DROPPED {
                return Ok((Met::Stale, dropped));
            }
            Self::take_out(resting, &resources);
            dropped = dropped.saturating_add(1);
        }
    }

    /// Puts an order that takes nothing into the book.
    fn place(lot: &Lot, tick: u16, of: OrderOf) -> DispatchResult {
        let order = Self::enqueue(lot, tick, of)?;
        Self::deposit_event(Event::Placed { order, of, lot: *lot, tick });
        Ok(())
    }

    /// Takes an order out of the book that was not matched, and gives its provider back what stood for it.
    fn take_out(found: Found, resources: &Resources) {
        let (order, of) = (found.order, found.of);
        Self::dequeue(found);
        if let OrderOf::Ask(provider) = of {
            Offers::<T>::end_work(provider, resources, T::Stake::get());
        }
        Self::deposit_event(Event::TakenOut { order, of });
    }

    /// Takes all that a service bids out of the book, and its request back: it wants nothing any more. It bids for no more instances than
    /// it may have.
    pub fn forget_service(service: ServiceId) {
        for found in OrdersOf::<T>::get(OrderOf::Bid(service)).into_iter().filter_map(Self::order) {
            Self::take_out(found, &Resources::default());
        }
        if let Some(request) = RequestOf::<T>::get(service) {
            Self::forget(request, service);
            Self::deposit_event(Event::Withdrawn { request, service });
        }
    }

    /// What a lot is, and what it costs at a step of the ladder in plancks a block.
    pub(crate) fn terms(lot: &Lot, tick: u16) -> Result<(Resources, Balance), DispatchError> {
        let resources = lot.resources().ok_or(Error::<T>::NoSuchLot)?;
        let price = price_at(tick).ok_or(Error::<T>::NoSuchPrice)?;
        Ok((resources, price))
    }

    /// A provider, if an ask of it can be matched: where it left, or takes no work, or not of everybody, it cannot.
    fn standing_ask(provider: ProviderId, lot: &Lot) -> Option<Provider<T::AccountId>> {
        Offers::<T>::get(provider).ok().filter(|record| Self::takes_work(record) && is_such(record, lot))
    }

    /// What a service needs, if a bid of it can be matched at this price.
    fn standing_bid(service: ServiceId, lot: &Lot, resources: &Resources, price: Balance) -> Option<Need<T::AccountId>> {
        let need = T::Demand::need(service).ok().filter(|need| need.instances > 0)?;
        Self::suits(&need, lot, resources, price).is_ok().then_some(need)
    }

    /// Whether a lot at this price is something for a service.
    fn suits(need: &Need<T::AccountId>, lot: &Lot, resources: &Resources, price: Balance) -> DispatchResult {
        ensure!(resources.covers(&need.resources), Error::<T>::LotTooSmall);
        ensure!(promised(lot).misses(&need.wishes, need.organisation).is_empty(), Error::<T>::NotSuchMachine);
        ensure!(price <= need.max_rate, Error::<T>::TooDear);
        Ok(())
    }

    /// Instances of a service that are wanted and not bid for.
    pub(crate) fn open_instances(service: ServiceId, need: &Need<T::AccountId>) -> u8 {
        let bids = OrdersOf::<T>::decode_len(OrderOf::Bid(service)).unwrap_or(0);
        need.instances.saturating_sub(u8::try_from(bids).unwrap_or(u8::MAX))
    }

    /// Whether a provider takes work: what [`take_work`](Offers::take_work) asks for but room.
    pub(crate) fn takes_work(record: &Provider<T::AccountId>) -> bool {
        record.is_active() && record.bond >= T::LeastBond::get()
    }
}

/// Whether a machine is what a lot says. One that works for an organisation's members alone is not: anybody may buy a lot.
fn is_such<AccountId>(record: &Provider<AccountId>, lot: &Lot) -> bool {
    record.attributes.misses(&lot.wishes(), None).is_empty()
}

/// What is certain of a machine of which only the lot is known.
fn promised(lot: &Lot) -> Attributes {
    let class = lot.class;
    Attributes {
        region: class.region,
        arch: class.arch,
        tier: class.tier,
        runtimes: Runtimes { wasi: !class.containers, oci: class.containers },
        gpu_model: class.gpu_model,
        ..Default::default()
    }
}
