//! Answers to the runtime API.

use alloc::vec::Vec;
use idlewild_compute_primitives::{
    view::{PanelView, PanelsPage, PlaceView, SeatView},
    PanelId, SeatId,
};
use idlewild_storage_primitives::page::{page, PAGE};

use crate::{
    types::{ordered, Ordered, Panel, Phase, Place},
    Config, Open, Pallet, Panels, SeatCount, SeatOf, Seats, Sits,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn seat_view(seat: SeatId) -> Option<SeatView> {
        let record = Seats::<T>::get(seat)?;
        Some(SeatView {
            seat,
            tracker: record.tracker.into(),
            bond: record.bond,
            since: record.since,
            leaving: record.leaving,
            busy: record.busy,
        })
    }

    pub(crate) fn seat_of_view(tracker: [u8; 32]) -> Option<SeatView> {
        SeatOf::<T>::get(T::AccountId::from(tracker)).and_then(Self::seat_view)
    }

    pub(crate) fn seats_view(after: Option<SeatId>, limit: u32) -> (Vec<SeatView>, Option<SeatId>) {
        let first = after.map_or(0, |after| after.saturating_add(1));
        page(first..SeatCount::<T>::get(), limit, |seat, found| found.extend(Self::seat_view(seat)))
    }

    pub(crate) fn panel_view(id: PanelId) -> Option<PanelView> {
        Panels::<T>::get(id).map(|panel| Self::show(id, panel))
    }

    pub(crate) fn panels_of_view(tracker: [u8; 32]) -> Vec<PanelView> {
        let seat = SeatOf::<T>::get(T::AccountId::from(tracker));
        let keys = seat.into_iter().flat_map(Sits::<T>::iter_key_prefix).take(PAGE as usize);
        let mut panels: Vec<PanelView> = keys
            .filter_map(Self::view_of_key)
            .filter(|panel| panel.places.iter().any(|place| Some(place.seat) == seat))
            .collect();
        let others = Self::open_panels_view(None, PAGE).panels.into_iter().filter(|panel| panel.can_convene);
        let new: Vec<PanelView> = others.filter(|panel| panels.iter().all(|known| known.id != panel.id)).collect();
        panels.extend(new);
        panels
    }

    pub(crate) fn open_panels_view(after: Option<PanelId>, limit: u32) -> PanelsPage {
        let limit = limit.clamp(1, PAGE) as usize;
        let mut keys = match after {
            None => Open::<T>::iter_keys(),
            Some(after) => Open::<T>::iter_keys_from(Open::<T>::hashed_key_for(ordered(after))),
        };
        let panels: Vec<PanelView> = keys.by_ref().take(limit).filter_map(Self::view_of_key).collect();
        let next = panels.last().map(|panel| panel.id).filter(|_| keys.next().is_some());
        PanelsPage { panels, next }
    }

    fn view_of_key(key: Ordered) -> Option<PanelView> {
        Self::panel_view(PanelId::from_be_bytes(key))
    }

    fn show(id: PanelId, panel: Panel<T::AccountId>) -> PanelView {
        let (can_convene, commit_until, reveal_until) = match panel.phase {
            Phase::Drawing { asked, .. } => (Self::seed_to_convene(asked).is_ok(), 0, 0),
            Phase::Sitting { commit_until, reveal_until } => (false, commit_until, reveal_until),
        };
        let can_close = Self::ensure_closable(&panel).is_ok();
        let place = |place: &Place| PlaceView { seat: place.seat, committed: place.is_bound(), verdict: place.verdict() };
        PanelView {
            id,
            question: panel.question,
            round: panel.round,
            opened: panel.opened,
            places: panel.places.iter().map(place).collect(),
            can_convene,
            can_close,
            commit_until,
            reveal_until,
        }
    }
}
