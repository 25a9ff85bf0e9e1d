//! From a bucket's versions, in their order, to what of them is to end.

use idlewild_objects::{Conditions, Version, VersionId};

use super::Lifecycle;

/// A version that is to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Of which object.
    pub(super) key: String,
    /// Which version goes for good; none for the current one, which is deleted as a client would delete it.
    pub(super) version: Option<VersionId>,
    /// What tells it from another that was written since it was looked at, even under the same id, as "null" is one.
    pub(super) conditions: Conditions,
}

impl End {
    fn of(version: Version, for_good: bool) -> Self {
        let conditions = if version.is_delete_marker {
            Conditions { if_none_match: Some("*".to_owned()), ..Conditions::default() }
        } else {
            Conditions { if_match: Some(version.etag), if_modified_at: Some(version.modified), ..Conditions::default() }
        };
        Self { key: version.key, version: for_good.then_some(version.id), conditions }
    }
}

/// Where in the versions of one key the walk is. They come newest first.
#[derive(Clone, Debug)]
struct Place {
    key: String,
    /// When the version before this one was made, which is when this one ceased to be the newest.
    since: i64,
    /// How many versions came before that are not the newest.
    noncurrent: u32,
    /// A delete marker that is the newest: whether anything is behind it shows with the next version.
    marker: Option<Version>,
}

/// A walk over a bucket's versions. Pages of any size may be put into it.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    place: Option<Place>,
}

impl Walk {
    /// The next version.
    pub(super) fn step(&mut self, rules: &Lifecycle, now: i64, version: Version) -> Vec<End> {
        match &mut self.place {
            Some(place) if place.key == version.key => {
                place.marker = None;
                let over = rules.end_of_noncurrent(&version, place.since, place.noncurrent).is_some_and(|at| at <= now);
                place.since = version.modified;
                place.noncurrent = place.noncurrent.saturating_add(1);
                over.then(|| End::of(version, true)).into_iter().collect()
            },
            _ => {
                let mut ends = self.finish(rules, now);
                let over = !version.is_delete_marker && rules.end_of(&version).is_some_and(|(at, _)| at <= now);
                self.place = Some(Place {
                    key: version.key.clone(),
                    since: version.modified,
                    noncurrent: 0,
                    marker: version.is_delete_marker.then(|| version.clone()),
                });
                ends.extend(over.then(|| End::of(version, false)));
                ends
            },
        }
    }

    /// There is no more of the last key.
    pub(super) fn finish(&mut self, rules: &Lifecycle, now: i64) -> Vec<End> {
        let marker = self.place.take().and_then(|place| place.marker);
        let over = marker.filter(|marker| rules.end_of_marker(marker).is_some_and(|at| at <= now));
        over.map(|marker| End::of(marker, true)).into_iter().collect()
    }
}
