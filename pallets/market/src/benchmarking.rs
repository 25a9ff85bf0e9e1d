//! Benchmarks of calls, in a book with orders at very many prices.

use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::traits::Get;
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    draw::SEED_AFTER,
    lot::{Lot, LotClass},
    resources::{Arch, Attributes, Resources, Runtimes, Tier, Wishes},
    view, Balance, OrderId, ProviderId, RequestId, ServiceId,
};
use pallet_idlewild_offers::{types::Provider, Pallet as Offers, Providers};
use pallet_idlewild_randomness::Seeds;

use crate::{
    types::{Part, Proposal, Request, Side, GROUP_TICKS, MAX_BARRED, MAX_DROPPED, MAX_PROPOSALS, MAX_PROVIDERS, PAGE_ORDERS},
    *,
};

/// The lot that is traded: the smallest of containers.
const LOT: Lot = Lot {
    class: LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true },
    size: 0,
};
/// More than any benchmark takes of a machine.
const PLENTY: Resources = Resources {
    cpu_milli: 1 << 30,
    ram_mib: 1 << 30,
    disk_mib: 1 << 30,
    gpus: 0,
    vram_mib: 0,
    up_kbps: 1 << 30,
    down_kbps: 1 << 30,
};
/// Providers whose machines are in the book, each with one ask and beside a service with one bid. Their records make all maps as deep
/// as in a busy market.
const PLAYERS: u32 = 1_000;
/// The lowest price that anybody asks in a full book. All bids are below.
const MIDDLE: u16 = 2_048;

/// A provider of an operator of its own that has this number, and is there but for what the market never looks at.
fn provider<T: Config>(id: ProviderId) -> T::AccountId {
    let operator: T::AccountId = account("operator", id, 0);
    let record = Provider {
        operator: operator.clone(),
        peer_key: [0; 32],
        offered: PLENTY,
        free: PLENTY,
        attributes: Attributes { runtimes: Runtimes { wasi: true, oci: true }, ..Default::default() },
        prices: Default::default(),
        grade: Some(Default::default()),
        bond: T::LeastBond::get().saturating_add(T::Stake::get().saturating_mul(types::MAX_ORDERS.into())),
        locked: 0,
        raised: 0,
        score: 0,
        lost: 1,
        late: 0,
        busy: 0,
        standing: Default::default(),
        last_lost: Some(1),
    };
    Providers::<T>::insert(id, record);
    operator
}

/// What fits into the lot, and costs whatever it may.
fn need<T: Config>(owner: &T::AccountId, instances: u8) -> Need<T::AccountId> {
    Need {
        owner: owner.clone(),
        organisation: None,
        resources: Resources { cpu_milli: 250, ram_mib: 512, ..Default::default() },
        wishes: Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Default::default() },
        max_rate: Balance::from(u64::MAX),
        instances,
        barred: Default::default(),
    }
}

fn owner<T: Config>() -> T::AccountId {
    account("owner", 0, 0)
}

fn service<T: Config>(instances: u8) -> Result<ServiceId, BenchmarkError> {
    Ok(T::Demand::deploy(&need::<T>(&owner::<T>(), instances))?)
}

/// Takes of a machine what an ask keeps free, and puts it into the book.
fn asked<T: Config>(id: ProviderId, tick: u16) -> Result<OrderId, BenchmarkError> {
    let resources = LOT.resources().ok_or(BenchmarkError::Stop("there is no such lot"))?;
    Offers::<T>::take_work(id, &resources, T::Stake::get())?;
    Ok(Pallet::<T>::enqueue(&LOT, tick, view::OrderOf::Ask(id))?)
}

fn bidden<T: Config>(service: ServiceId, tick: u16) -> Result<OrderId, BenchmarkError> {
    Ok(Pallet::<T>::enqueue(&LOT, tick, view::OrderOf::Bid(service))?)
}

/// A book with orders in every word of its bitmaps, and in many groups: asks from [`MIDDLE`] on, and as many bids below. Between them are
/// two words with no order.
fn fill_book<T: Config>() -> Result<(), BenchmarkError> {
    for index in 0..PLAYERS {
        let id = index.saturating_add(1_000);
        provider::<T>(id);
        // Steps 2 apart, from the ends towards the middle.
        let step = (index as u16).saturating_mul(39) % 1_900;
        asked::<T>(id, 4_095u16.saturating_sub(step))?;
        // Numbers of services that nobody looks at here.
        bidden::<T>(u64::MAX.saturating_sub(index.into()), step)?;
    }
    Ok(())
}

/// Steps on the inner side of all others, each in a group and a word of its own, the best first.
fn steps(side: Side, count: u32) -> Vec<u16> {
    let apart = GROUP_TICKS.saturating_mul(5);
    let step = |index: u32| match side {
        Side::Ask => MIDDLE.saturating_sub(1_000).saturating_add(apart.saturating_mul(index as u16)),
        Side::Bid => MIDDLE.saturating_add(1_000).saturating_sub(apart.saturating_mul(index as u16)),
    };
    // They cross what the book has on the other side, at which a call that goes through this side never looks.
    (0..count).map(step).collect()
}

/// A book of one side, with orders at very many prices, that has so many stale orders of it in front and one behind them that stands.
fn stale_first<T: Config>(side: Side, stale: u32, then: bool) -> Result<(), BenchmarkError> {
    fill_book::<T>()?;
    for (index, tick) in (0u32..).zip(steps(side, stale.saturating_add(1))) {
        let stands = index == stale;
        if stands && !then {
            break;
        }
        match side {
            Side::Ask => {
                provider::<T>(index);
                asked::<T>(index, tick)?;
                if !stands {
                    Providers::<T>::mutate_extant(index, |record| record.standing = view::Standing::Paused);
                }
            },
            Side::Bid => {
                let id = service::<T>(1)?;
                bidden::<T>(id, tick)?;
                if !stands {
                    // It has a machine from elsewhere by now.
                    let machine = u32::MAX.saturating_sub(index);
                    provider::<T>(machine);
                    let resources = LOT.resources().ok_or(BenchmarkError::Stop("there is no such lot"))?;
                    Offers::<T>::take_work(machine, &resources, 0)?;
                    T::Demand::matched(id, machine, 1, &resources, 0)?;
                }
            },
        }
    }
    Ok(())
}

/// A level whose last page has no place left, so that the next order needs another.
fn full_page<T: Config>(side: Side, tick: u16) -> Result<(), BenchmarkError> {
    provider::<T>(900_000);
    for _ in 0..PAGE_ORDERS {
        match side {
            Side::Ask => asked::<T>(900_000, tick)?,
            Side::Bid => bidden::<T>(900_000, tick)?,
        };
    }
    Ok(())
}

/// The limit with which an order takes all that [`stale_first`] put in front, and nothing of the book behind.
fn limit(side: Side) -> u16 {
    match side {
        Side::Ask => MIDDLE.saturating_sub(400),
        Side::Bid => MIDDLE.saturating_add(400),
    }
}

/// A level of three pages of which the middle one has one order left: its number.
fn alone_in_the_middle<T: Config>(mut put: impl FnMut() -> Result<OrderId, BenchmarkError>) -> Result<OrderId, BenchmarkError> {
    let mut orders = Vec::new();
    for _ in 0..u32::from(PAGE_ORDERS).saturating_mul(3) {
        orders.push(put()?);
    }
    let page = usize::from(PAGE_ORDERS);
    let (gone, left) = (page..page.saturating_mul(2).saturating_sub(1), page.saturating_mul(2).saturating_sub(1));
    for order in orders.get(gone).unwrap_or_default() {
        let found = Pallet::<T>::order(*order).ok_or(BenchmarkError::Stop("an order is not there"))?;
        Pallet::<T>::dequeue(found);
    }
    orders.get(left).copied().ok_or(BenchmarkError::Stop("there are too few orders"))
}

/// A request for so many machines, with as many proposals and providers that are kept from it as there may be.
fn requested<T: Config>(machines: u32) -> Result<(RequestId, ServiceId), BenchmarkError> {
    let service = service::<T>(machines as u8)?;
    let full = || BenchmarkError::Stop("there is no room for so many");
    let mut record = Request { service, closes: None, proposals: Default::default(), barred: Default::default() };
    for other in 0..MAX_BARRED {
        record.barred.try_push(u32::MAX.saturating_sub(other)).map_err(|_| full())?;
    }
    for tied in 0..MAX_PROPOSALS {
        let mut proposal = Proposal::new();
        for place in 0..machines {
            // The last one differs, so that none is the same; each of them could win.
            let last = place.saturating_add(1) == machines;
            let id = if last { place.saturating_add(tied) } else { place };
            provider::<T>(id);
            proposal.try_push(Part { provider: id, rate: 0 }).map_err(|_| full())?;
        }
        record.proposals.try_push(proposal).map_err(|_| full())?;
    }
    let now = pallet_idlewild_clock::Pallet::<T>::now();
    record.closes = Some(now.saturating_add(1));
    let request = NextRequest::<T>::get();
    NextRequest::<T>::put(request.saturating_add(1));
    Requests::<T>::insert(request, record);
    RequestOf::<T>::insert(service, request);
    Ok((request, service))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// An ask that clears stale bids, each alone at its price, and is matched with the bid behind them.
    #[benchmark]
    fn ask_matched(d: Linear<0, MAX_DROPPED>) -> Result<(), BenchmarkError> {
        stale_first::<T>(Side::Bid, d, true)?;
        let asking = PLAYERS.saturating_add(5_000);
        let operator = provider::<T>(asking);

        #[extrinsic_call]
        ask(RawOrigin::Signed(operator), asking, LOT, limit(Side::Bid));

        assert!(OrdersOf::<T>::get(view::OrderOf::Ask(asking)).is_empty());
        assert_eq!(Offers::<T>::get(asking).map(|record| record.busy), Ok(1));
        Ok(())
    }

    /// An ask that clears stale bids and finds none behind them.
    #[benchmark]
    fn ask_placed(d: Linear<0, MAX_DROPPED>) -> Result<(), BenchmarkError> {
        stale_first::<T>(Side::Bid, d, false)?;
        let asking = PLAYERS.saturating_add(5_000);
        let operator = provider::<T>(asking);
        let tick = MIDDLE.saturating_sub(100);
        full_page::<T>(Side::Ask, tick)?;

        #[extrinsic_call]
        ask(RawOrigin::Signed(operator), asking, LOT, tick);

        assert_eq!(OrdersOf::<T>::get(view::OrderOf::Ask(asking)).len(), 1);
        Ok(())
    }

    /// A bid that clears stale asks, each alone at its price, and is matched with the ask behind them.
    #[benchmark]
    fn bid_matched(d: Linear<0, MAX_DROPPED>) -> Result<(), BenchmarkError> {
        stale_first::<T>(Side::Ask, d, true)?;
        let bidding = service::<T>(1)?;

        #[extrinsic_call]
        bid(RawOrigin::Signed(owner::<T>()), bidding, LOT, limit(Side::Ask));

        assert!(OrdersOf::<T>::get(view::OrderOf::Ask(d)).is_empty());
        assert!(OrdersOf::<T>::get(view::OrderOf::Bid(bidding)).is_empty());
        Ok(())
    }

    /// A bid that clears stale asks and finds none behind them.
    #[benchmark]
    fn bid_placed(d: Linear<0, MAX_DROPPED>) -> Result<(), BenchmarkError> {
        stale_first::<T>(Side::Ask, d, false)?;
        let bidding = service::<T>(1)?;
        full_page::<T>(Side::Bid, limit(Side::Ask))?;

        #[extrinsic_call]
        bid(RawOrigin::Signed(owner::<T>()), bidding, LOT, limit(Side::Ask));

        assert_eq!(OrdersOf::<T>::get(view::OrderOf::Bid(bidding)).len(), 1);
        Ok(())
    }

    /// An ask that is the last of a page between two others.
    #[benchmark]
    fn cancel_ask() -> Result<(), BenchmarkError> {
        fill_book::<T>()?;
        let operator = provider::<T>(1);
        let order = alone_in_the_middle::<T>(|| asked::<T>(1, MIDDLE))?;

        #[extrinsic_call]
        cancel(RawOrigin::Signed(operator), order);

        assert!(Pallet::<T>::order(order).is_none());
        Ok(())
    }

    /// A bid that is the last of a page between two others.
    #[benchmark]
    fn cancel_bid() -> Result<(), BenchmarkError> {
        fill_book::<T>()?;
        let bidding = service::<T>(idlewild_compute_primitives::project::MAX_INSTANCES)?;
        let order = alone_in_the_middle::<T>(|| bidden::<T>(bidding, MIDDLE.saturating_sub(100)))?;

        #[extrinsic_call]
        cancel(RawOrigin::Signed(owner::<T>()), order);

        assert!(Pallet::<T>::order(order).is_none());
        Ok(())
    }

    #[benchmark]
    fn request() -> Result<(), BenchmarkError> {
        let wanting = service::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner::<T>()), wanting);

        assert!(RequestOf::<T>::contains_key(wanting));
        Ok(())
    }

    /// A proposal of the last place beside all others.
    #[benchmark]
    fn propose(p: Linear<1, MAX_PROVIDERS>) -> Result<(), BenchmarkError> {
        let (id, _) = requested::<T>(p)?;
        let last = Requests::<T>::mutate(id, |slot| slot.as_mut().and_then(|record| record.proposals.pop()));
        let last = last.ok_or(BenchmarkError::Stop("there is no proposal"))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner::<T>()), id, custom::named(&last));

        assert_eq!(Requests::<T>::get(id).map(|record| record.proposals.len()), Some(MAX_PROPOSALS as usize));
        Ok(())
    }

    /// A request with as many proposals as there may be, all of the same price.
    #[benchmark]
    fn settle(p: Linear<1, MAX_PROVIDERS>) -> Result<(), BenchmarkError> {
        let (id, wanting) = requested::<T>(p)?;
        let closes = pallet_idlewild_clock::Pallet::<T>::now().saturating_add(1);
        let decides = closes.saturating_add(SEED_AFTER);
        pallet_idlewild_clock::Now::<T>::put(decides);
        Seeds::<T>::insert(decides % pallet_idlewild_randomness::RING, (decides, [7u8; 32]));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner::<T>()), id);

        assert!(!Requests::<T>::contains_key(id) && !RequestOf::<T>::contains_key(wanting));
        Ok(())
    }

    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        let (id, _) = requested::<T>(MAX_PROVIDERS)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner::<T>()), id);

        assert!(!Requests::<T>::contains_key(id));
        Ok(())
    }
}
