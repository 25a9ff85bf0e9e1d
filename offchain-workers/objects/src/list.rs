//! Listing current versions. What begins with a common prefix is passed by, not looked through: a page costs as much as it has entries.

use std::ops::Bound;

use fjall::Iter;

use crate::{
    error::StoreError,
    layout,
    meta::{Meta, Records},
    query::{ListQuery, Listed, Listing},
    records::{decode, Kept},
    store::Store,
};

/// So many entries within a common prefix are stepped over before the rest is leapt over: short ones are more usual.
const STEPS: usize = 8;

/// Records from some key on.
pub(crate) fn from(meta: &Meta, kind: Records, at: &[u8], end: Option<&[u8]>) -> Iter {
    let end = end.map_or(Bound::Unbounded, Bound::Excluded);
    meta.of(kind).range::<&[u8], _>((Bound::Included(at), end))
}

/// What the entries are called that have the delimiter after the prefix.
pub(crate) fn common<'a>(key: &'a str, prefix: &str, delimiter: Option<&str>) -> Option<&'a str> {
    let delimiter = delimiter.filter(|delimiter| !delimiter.is_empty())?;
    let at = key.get(prefix.len()..)?.find(delimiter)?;
    key.get(..prefix.len() + at + delimiter.len())
}

impl Store {
    /// The current versions of a bucket, by key.
    pub fn list(&self, bucket: &str, query: &ListQuery) -> Result<Listing, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        let prefix = layout::plain(number, query.prefix.as_bytes());
        let end = layout::after_all(&prefix);
        let delimiter = query.delimiter.as_deref();
        let mut start = prefix.clone();
        if let Some(after) = &query.after {
            let mut past = layout::plain(number, after.as_bytes());
            match common(after, &query.prefix, delimiter) {
                // All that begins so was shown as this one entry.
                Some(shown) if shown == after && after.starts_with(&query.prefix) => match layout::after_all(&past) {
                    Some(next) => past = next,
                    None => return Ok(Listing::default()),
                },
                _ => past.push(0),
            }
            start = start.max(past);
        }
        let mut listing = Listing::default();
        let mut last = None;
        let mut records = from(&meta, Records::Current, &start, end.as_deref());
        // A common prefix that was shown, with its bucket, and how often it was met since.
        let mut passing: Option<(Vec<u8>, usize)> = None;
        while let Some(guard) = records.next() {
            let is_passed = |key: &[u8]| passing.as_ref().is_some_and(|(shown, _)| key.starts_with(shown));
            let (key, record) = guard.into_inner_if(|key| !is_passed(key))?;
            let Some(record) = record else {
                if let Some((shown, steps)) = &mut passing {
                    *steps += 1;
                    if *steps == STEPS {
                        let Some(next) = layout::after_all(shown) else { break };
                        records = from(&meta, Records::Current, &next, end.as_deref());
                    }
                }
                continue;
            };
            if !key.starts_with(&prefix) {
                break;
            }
            if listing.entries.len() >= query.limit {
                listing.next = last;
                break;
            }
            let text = std::str::from_utf8(key.get(4..).unwrap_or_default());
            let text = text.map_err(|_| StoreError::Damaged("a key cannot be read"))?;
            match common(text, &query.prefix, delimiter) {
                Some(shown) => {
                    passing = Some((layout::plain(number, shown.as_bytes()), 0));
                    last = Some(shown.to_owned());
                    listing.entries.push(Listed::Prefix(shown.to_owned()));
                },
                None => {
                    let version = self.inner.show(number, text.to_owned(), decode::<Kept>(&record)?, true);
                    last = Some(version.key.clone());
                    listing.entries.push(Listed::Object(version));
                },
            }
        }
        Ok(listing)
    }
}
