//! What must be true of the book and of requests at all times.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::iter::successors;
use frame_support::{ensure, traits::Get};
use idlewild_compute_primitives::{
    lot::{Lot, TICKS},
    resources::Resources,
    view::OrderOf,
    Balance, OrderId, ProviderId,
};
use pallet_idlewild_offers::Pallet as Offers;
use sp_runtime::TryRuntimeError;

use crate::{
    book::{group_of, join},
    types::{total, Book, Level, Page, Side, GROUP_TICKS, PAGE_ORDERS},
    Books, Config, Groups, NextPage, NextRequest, OrdersOf, Pages, Pallet, RequestOf, Requests,
};

/// Orders that were found in the book, by whose they are.
type Seen = BTreeMap<Vec<u8>, (OrderOf, BTreeSet<OrderId>)>;

impl<T: Config> Pallet<T> {
    /// Checks that bitmaps, levels, pages and lists of orders tell the same, that no book is crossed, that machines are kept free for
    /// what is asked, and that requests have what they should.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut pages = 0usize;
        let mut levels = 0usize;
        let mut seen = Seen::new();
        for (lot, book) in Books::<T>::iter() {
            ensure!(lot.resources().is_some(), "there is a book of no lot");
            ensure!(!book.is_empty(), "an empty book is kept");
            ensure!(book.asks.is_sound() && book.bids.is_sound(), "a bitmap is not what its summary says");
            if let (Some(ask), Some(bid)) = (book.best(Side::Ask), book.best(Side::Bid)) {
                ensure!(bid < ask, "a book is crossed");
            }
            for side in [Side::Ask, Side::Bid] {
                for tick in ticks(&book, side) {
                    ensure!(tick < TICKS, "there is a level at no price");
                    let level = Self::level(&lot, side, tick).ok_or("a step has a bit and no level")?;
                    pages = pages.saturating_add(Self::check_level(&lot, side, tick, &level, &mut seen)?);
                    levels = levels.saturating_add(1);
                }
            }
        }
        ensure!(pages == Pages::<T>::iter_keys().count(), "a page is in no level");
        Self::check_groups(levels)?;
        Self::check_orders(seen)?;
        Self::check_requests()
    }

    /// Walks along a level's pages. Returns how many there are.
    fn check_level(lot: &Lot, side: Side, tick: u16, level: &Level, seen: &mut Seen) -> Result<usize, TryRuntimeError> {
        let (mut pages, mut orders) = (0usize, 0u32);
        let (mut number, mut before) = (level.head, None);
        loop {
            let page = Pages::<T>::get(number).ok_or("a page is missing")?;
            ensure!(number < NextPage::<T>::get(), "a page has a number that was not given yet");
            ensure!((page.lot, page.side, page.tick) == (*lot, side, tick), "a page is in the wrong level");
            ensure!(before.is_none_or(|before| page.before == before), "a page does not know the page before it");
            Self::check_page(number, &page, seen)?;
            orders = orders.saturating_add(page.entries.len() as u32);
            pages = pages.saturating_add(1);
            if number == level.tail {
                break;
            }
            ensure!(page.after > number, "pages are not in the order in which they were made");
            (before, number) = (Some(number), page.after);
        }
        ensure!(orders == level.orders, "a level has another number of orders than it says");
        Ok(pages)
    }

    fn check_page(number: u64, page: &Page, seen: &mut Seen) -> Result<(), TryRuntimeError> {
        ensure!(!page.entries.is_empty(), "an empty page is kept");
        ensure!(page.given <= PAGE_ORDERS, "a page gave more places than it has");
        ensure!(page.entries.is_sorted_by(|a, b| a.place < b.place), "orders of a page are not in order of time");
        for entry in &page.entries {
            ensure!(entry.place < page.given, "an order has a place that was not given yet");
            ensure!(Side::of(&entry.of) == page.side, "an order is on the wrong side");
            let (_, orders) = seen.entry(codec::Encode::encode(&entry.of)).or_insert_with(|| (entry.of, BTreeSet::new()));
            orders.insert(join(number, entry.place));
        }
        Ok(())
    }

    fn check_groups(levels: usize) -> Result<(), TryRuntimeError> {
        let mut found = 0usize;
        for (lot, (side, group), members) in Groups::<T>::iter() {
            ensure!(!members.is_empty(), "an empty group is kept");
            ensure!(members.is_sorted_by(|a, b| a.place < b.place), "levels of a group are not in order");
            let book = Books::<T>::get(lot);
            for level in &members {
                let tick = u16::from(group).saturating_mul(GROUP_TICKS).saturating_add(level.place.into());
                ensure!(group_of(tick) == (group, level.place), "a level has no place in its group");
                ensure!(book.of(side).contains(tick), "a level has no bit");
            }
            found = found.saturating_add(members.len());
        }
        ensure!(found == levels, "there are more levels than bits");
        Ok(())
    }

    /// What a provider has in use for its asks: resources, how often, and what stands for them of its bond.
    pub fn asks_of(provider: ProviderId) -> (Resources, u32, Balance) {
        let lots = OrdersOf::<T>::get(OrderOf::Ask(provider)).into_iter().filter_map(Self::order).map(|found| found.page.lot);
        let add = |(sum, count): (Resources, u32), lot: Lot| {
            (sum.plus(&lot.resources().unwrap_or_default()), count.saturating_add(1))
        };
        let (sum, count) = lots.fold(Default::default(), add);
        (sum, count, T::Stake::get().saturating_mul(count.into()))
    }

    /// Compares the orders of the book with what is listed of providers and services, and asks with what providers have in use.
    fn check_orders(mut seen: Seen) -> Result<(), TryRuntimeError> {
        let mut asking = BTreeSet::<ProviderId>::new();
        for (of, orders) in OrdersOf::<T>::iter() {
            let listed: BTreeSet<OrderId> = orders.iter().copied().collect();
            ensure!(listed.len() == orders.len(), "an order is listed twice");
            let in_book = seen.remove(&codec::Encode::encode(&of));
            ensure!(in_book == Some((of, listed)), "the book has other orders than are listed");
            ensure!(orders.iter().all(|order| Self::order(*order).is_some()), "an order is not found by its number");
            if let OrderOf::Ask(provider) = of {
                asking.insert(provider);
            }
        }
        ensure!(seen.is_empty(), "an order is not listed");
        for provider in asking {
            let (sum, count, stakes) = Self::asks_of(provider);
            let record = Offers::<T>::get(provider).map_err(|_| "an order's provider is gone")?;
            ensure!(record.in_use().covers(&sum) && record.busy >= count, "a machine is not kept free for what is asked");
            ensure!(record.locked >= stakes, "too little stands for what is asked");
        }
        Ok(())
    }

    fn check_requests() -> Result<(), TryRuntimeError> {
        for (id, request) in Requests::<T>::iter() {
            ensure!(id < NextRequest::<T>::get(), "a request has a number that was not given yet");
            ensure!(RequestOf::<T>::get(request.service) == Some(id), "a request is not found by its service");
            ensure!(request.closes.is_none() == request.proposals.is_empty(), "a window is open for nothing, or for ever");
            ensure!(
                request.proposals.is_sorted_by_key(|proposal| total(proposal)),
                "proposals are not in the order of their prices"
            );
            let mut sets = BTreeSet::new();
            for proposal in &request.proposals {
                ensure!(!proposal.is_empty(), "a proposal is of no machine");
                ensure!(proposal.is_sorted_by_key(|part| part.provider), "providers are not in order");
                ensure!(!proposal.iter().any(|part| request.barred.contains(&part.provider)), "one that is barred is proposed");
                let providers: Vec<ProviderId> = proposal.iter().map(|part| part.provider).collect();
                ensure!(sets.insert(providers), "the same is proposed twice");
            }
        }
        ensure!(RequestOf::<T>::iter_keys().count() == Requests::<T>::iter_keys().count(), "a service's request is gone");
        Ok(())
    }
}

fn ticks(book: &Book, side: Side) -> impl Iterator<Item = u16> + '_ {
    successors(book.best(side), move |tick| book.worse(side, *tick))
}
