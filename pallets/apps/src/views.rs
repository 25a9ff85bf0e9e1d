//! Answers to the runtime API.

use alloc::vec::Vec;
use idlewild_compute_primitives::{
    view::{AppView, VersionView},
    AppId,
};

use crate::{
    types::{App, Name},
    Apps, ByName, Config, NextApp, Pallet, Versions,
};

/// Most apps of a page.
const PAGE: u32 = 50;
/// Most versions that are shown of an app.
const SHOWN: usize = 20;
/// Apps that are looked at for one page.
const LOOKED_AT: u32 = 1_000;

impl<T: Config> Pallet<T> {
    /// An app, with its newest versions.
    pub fn app_view(id: AppId) -> Option<AppView> {
        Apps::<T>::get(id).map(|record| Self::show(id, record))
    }

    /// The app of a name.
    pub fn app_named_view(name: Vec<u8>) -> Option<AppView> {
        let name = Name::try_from(name).ok()?;
        ByName::<T>::get(name).and_then(Self::app_view)
    }

    /// Some apps that were not ended, and the number after which the next page begins.
    pub fn apps_view(after: Option<AppId>, limit: u32) -> (Vec<AppView>, Option<AppId>) {
        let limit = limit.clamp(1, PAGE) as usize;
        let end = NextApp::<T>::get();
        let first = after.map_or(0, |after| after.saturating_add(1));
        let mut page = Vec::new();
        for id in (first..end).take(LOOKED_AT as usize) {
            if let Some(record) = Apps::<T>::get(id).filter(|record| !record.retired) {
                page.push(Self::show(id, record));
            }
            if page.len() >= limit {
                return (page, Some(id).filter(|id| id.saturating_add(1) < end));
            }
        }
        let seen = first.saturating_add(LOOKED_AT);
        (page, seen.checked_sub(1).filter(|_| seen < end))
    }

    fn show(id: AppId, record: App<T::AccountId>) -> AppView {
        let newest = (record.first..record.versions).rev().take(SHOWN);
        let versions = newest.filter_map(|version| {
            let released = Versions::<T>::get(id, version)?;
            // Whoever ended an app withdrew what it had.
            let yanked = released.yanked || record.retired;
            Some(VersionView { version, program: released.program, yanked })
        });
        let versions = versions.collect();
        AppView { id, publisher: record.publisher.into(), name: record.name.into_inner(), category: record.category, versions }
    }
}
