//! Answers to the runtime API.

use alloc::vec::Vec;
use core::iter::successors;
use idlewild_compute_primitives::{
    draw::SEED_AFTER,
    lot::{price_at, Lot},
    view::{BookView, LevelView, OrderOf, OrderView, RequestView, RequestsPage},
    RequestId,
};
use idlewild_storage_primitives::page::page;

use crate::{
    custom::named,
    types::{total, Book, Side},
    Books, Config, Demand, NextRequest, OrdersOf, Pallet, Requests,
};

/// Most levels of a side that are shown.
const LEVELS: usize = 20;

impl<T: Config> Pallet<T> {
    pub(crate) fn book_view(lot: Lot) -> BookView {
        let book = Books::<T>::get(lot);
        BookView { lot, asks: Self::levels(&lot, &book, Side::Ask), bids: Self::levels(&lot, &book, Side::Bid) }
    }

    fn levels(lot: &Lot, book: &Book, side: Side) -> Vec<LevelView> {
        let ticks = successors(book.best(side), |tick| book.worse(side, *tick)).take(LEVELS);
        let show = |tick| Some(LevelView { tick, price: price_at(tick)?, orders: Self::level(lot, side, tick)?.orders });
        ticks.filter_map(show).collect()
    }

    pub(crate) fn orders_view(of: OrderOf) -> Vec<OrderView> {
        let mut ids = OrdersOf::<T>::get(of).into_inner();
        ids.sort_unstable();
        let found = ids.into_iter().filter_map(Self::order);
        found.map(|found| OrderView { id: found.order, lot: found.page.lot, tick: found.page.tick, of: found.of }).collect()
    }

    pub(crate) fn request_view(id: RequestId) -> Option<RequestView> {
        let record = Requests::<T>::get(id)?;
        let need = T::Demand::need(record.service);
        let instances = need.as_ref().map_or(0, |need| Self::open_instances(record.service, need));
        let max_rate = need.as_ref().map_or(0, |need| need.max_rate);
        let mut barred = record.barred.to_vec();
        barred.extend(need.into_iter().flat_map(|need| need.barred));
        barred.sort_unstable();
        barred.dedup();
        // One wins when the window is over; among several is drawn.
        let wait = if record.tied() > 1 { SEED_AFTER } else { 0 };
        Some(RequestView {
            id,
            service: record.service,
            instances,
            max_rate,
            best: record.proposals.first().map(|proposal| (named(proposal).into_inner(), total(proposal))),
            settles: record.closes.map(|closes| closes.saturating_add(wait)),
            barred,
        })
    }

    pub(crate) fn requests_page(after: Option<RequestId>, limit: u32) -> RequestsPage {
        let end = NextRequest::<T>::get();
        let numbers = after.map_or(0, |after| after.saturating_add(1)).min(end)..end;
        let (requests, next) = page(numbers, limit, |id, found| found.extend(Self::request_view(id)));
        RequestsPage { requests, next }
    }
}
