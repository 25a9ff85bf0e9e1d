//! The book: which orders wait at which price, and in which order.
//!
//! | record | key | what it says |
//! | --- | --- | --- |
//! | [`Book`](crate::types::Book) | lot | the steps at which there are orders, of both sides |
//! | [`Group`](crate::types::Group) | lot, side, step / 16 | of each step the first and the last page, and the number of orders |
//! | [`Page`] | number | up to 16 orders of one step, and the pages before and after |
//! | [`Orders`](crate::types::Orders) | provider or service | the numbers of its orders |
//!
//! To find the best order takes a read of the first three each, however many there are. An order's number says its page and its place
//! there, so that none has a record of its own. A page whose last order goes is taken out at once; so is a level, a group, a book.

use frame_support::ensure;
use idlewild_compute_primitives::{lot::Lot, view::OrderOf, OrderId};
use sp_runtime::DispatchError;

use crate::{
    types::{Entry, Level, Page, Side, GROUP_TICKS, PAGE_ORDERS},
    Books, Config, Error, Groups, NextPage, OrdersOf, Pages, Pallet,
};

/// An order that was found: its number, its page, and whose it is.
pub(crate) struct Found {
    pub(crate) order: OrderId,
    pub(crate) page: Page,
    pub(crate) of: OrderOf,
}

impl<T: Config> Pallet<T> {
    /// An order's record.
    pub(crate) fn order(order: OrderId) -> Option<Found> {
        let (number, place) = split(order);
        let page = Pages::<T>::get(number)?;
        let of = page.entries.iter().find(|entry| entry.place == place)?.of;
        Some(Found { order, page, of })
    }

    /// The oldest order at a step.
    pub(crate) fn oldest(lot: &Lot, side: Side, tick: u16) -> Option<Found> {
        let level = Self::level(lot, side, tick)?;
        let page = Pages::<T>::get(level.head)?;
        let entry = page.entries.first()?;
        let (order, of) = (join(level.head, entry.place), entry.of);
        Some(Found { order, page, of })
    }

    /// The orders of a step.
    pub(crate) fn level(lot: &Lot, side: Side, tick: u16) -> Option<Level> {
        let (group, place) = group_of(tick);
        Groups::<T>::get(lot, (side, group)).iter().find(|level| level.place == place).copied()
    }

    /// Puts an order at the end of the queue of its step.
    pub(crate) fn enqueue(lot: &Lot, tick: u16, of: OrderOf) -> Result<OrderId, DispatchError> {
        let side = Side::of(&of);
        let (group, place) = group_of(tick);
        let mut levels = Groups::<T>::get(lot, (side, group));
        let order = match levels.iter_mut().find(|level| level.place == place) {
            Some(level) => {
                let order = Self::append(lot, tick, level, of)?;
                level.orders = level.orders.checked_add(1).ok_or(Error::<T>::OutOfNumbers)?;
                order
            },
            None => {
                let number = Self::number_page()?;
                let order = Self::begin_page(Page::empty(lot, side, tick), number, of)?;
                let at = levels.iter().position(|level| level.place > place).unwrap_or(levels.len());
                let level = Level { place, head: number, tail: number, orders: 1 };
                levels.try_insert(at, level).map_err(|_| Error::<T>::Inconsistent)?;
                Books::<T>::mutate(lot, |book| book.of_mut(side).insert(tick));
                order
            },
        };
        Groups::<T>::insert(lot, (side, group), levels);
        OrdersOf::<T>::try_mutate(of, |orders| orders.try_push(order)).map_err(|_| Error::<T>::TooManyOrders)?;
        Ok(order)
    }

    /// Puts an order into the last page of a level, or into a new one after it.
    fn append(lot: &Lot, tick: u16, level: &mut Level, of: OrderOf) -> Result<OrderId, DispatchError> {
        let mut last = Pages::<T>::get(level.tail).ok_or(Error::<T>::Inconsistent)?;
        if last.given < PAGE_ORDERS {
            return Self::begin_page(last, level.tail, of);
        }
        let number = Self::number_page()?;
        last.after = number;
        Pages::<T>::insert(level.tail, last);
        let page = Page { before: level.tail, ..Page::empty(lot, Side::of(&of), tick) };
        level.tail = number;
        Self::begin_page(page, number, of)
    }

    /// Gives a page's next place to an order, and writes the page.
    fn begin_page(mut page: Page, number: u64, of: OrderOf) -> Result<OrderId, DispatchError> {
        let place = page.given;
        ensure!(place < PAGE_ORDERS, Error::<T>::Inconsistent);
        page.given = place.saturating_add(1);
        page.entries.try_push(Entry { place, of }).map_err(|_| Error::<T>::Inconsistent)?;
        Pages::<T>::insert(number, page);
        Ok(join(number, place))
    }

    fn number_page() -> Result<u64, DispatchError> {
        let number = NextPage::<T>::get();
        // The number of every order of it must be one.
        let next = number.checked_add(1).filter(|next| next.checked_mul(PAGE_ORDERS.into()).is_some());
        NextPage::<T>::put(next.ok_or(Error::<T>::OutOfNumbers)?);
        Ok(number)
    }

    /// Takes an order out of the book, and out of what its provider or service has.
    pub(crate) fn dequeue(found: Found) {
        let Found { order, mut page, of } = found;
        let (number, place) = split(order);
        page.entries.retain(|entry| entry.place != place);
        let (group, step) = group_of(page.tick);
        let (lot, key) = (page.lot, (page.side, group));
        let mut levels = Groups::<T>::get(lot, key);
        if let Some(level) = levels.iter_mut().find(|level| level.place == step) {
            level.orders = level.orders.saturating_sub(1);
            if page.entries.is_empty() {
                Self::unlink(number, &page, level);
            } else {
                Pages::<T>::insert(number, &page);
            }
        }
        if levels.iter().any(|level| level.orders == 0) {
            levels.retain(|level| level.orders > 0);
            Self::forget_tick(&lot, page.side, page.tick);
        }
        if levels.is_empty() {
            Groups::<T>::remove(lot, key);
        } else {
            Groups::<T>::insert(lot, key, levels);
        }
        let mut orders = OrdersOf::<T>::get(of);
        orders.retain(|other| *other != order);
        if orders.is_empty() {
            OrdersOf::<T>::remove(of);
        } else {
            OrdersOf::<T>::insert(of, orders);
        }
    }

    /// Takes an empty page out of its queue.
    fn unlink(number: u64, page: &Page, level: &mut Level) {
        Pages::<T>::remove(number);
        match (level.head == number, level.tail == number) {
            // It was the only one: the level goes.
            (true, true) => {},
            (true, false) => level.head = page.after,
            (false, true) => level.tail = page.before,
            (false, false) => {
                Self::change_page(page.before, |before| before.after = page.after);
                Self::change_page(page.after, |after| after.before = page.before);
            },
        }
    }

    fn change_page(number: u64, change: impl FnOnce(&mut Page)) {
        Pages::<T>::mutate_extant(number, change);
    }

    fn forget_tick(lot: &Lot, side: Side, tick: u16) {
        let mut book = Books::<T>::get(lot);
        book.of_mut(side).remove(tick);
        if book.is_empty() {
            Books::<T>::remove(lot);
        } else {
            Books::<T>::insert(lot, book);
        }
    }
}

impl Page {
    fn empty(lot: &Lot, side: Side, tick: u16) -> Self {
        Self { lot: *lot, side, tick, before: 0, after: 0, given: 0, entries: Default::default() }
    }
}

/// A step's group, and its place there.
pub(crate) fn group_of(tick: u16) -> (u8, u8) {
    // Below 256 and 16, as there are 4,096 steps.
    ((tick / GROUP_TICKS) as u8, (tick % GROUP_TICKS) as u8)
}

/// An order's page, and its place there.
pub(crate) fn split(order: OrderId) -> (u64, u8) {
    let orders = u64::from(PAGE_ORDERS);
    (order / orders, (order % orders) as u8)
}

/// The number of the order at a place of a page.
pub(crate) fn join(page: u64, place: u8) -> OrderId {
    page.saturating_mul(PAGE_ORDERS.into()).saturating_add(place.into())
}

const _: () = assert!(idlewild_compute_primitives::lot::TICKS / GROUP_TICKS <= 256, "a group's number is one byte");
