//! Listing all versions: the current ones and those beside them, as one list.

use fjall::{Iter, Slice};

use crate::{
    error::StoreError,
    layout,
    list::{common, from},
    meta::{Meta, Records},
    query::{Listed, VersionListing, VersionsQuery},
    records::{decode, order_of, Kept},
    store::Store,
    version::VersionId,
};

/// One of the two lists, with the record that is next in it.
struct Cursor<'a> {
    meta: &'a Meta,
    kind: Records,
    records: Iter,
    end: Option<Vec<u8>>,
    next: Option<(String, Slice)>,
}

impl<'a> Cursor<'a> {
    fn new(meta: &'a Meta, kind: Records, start: &[u8], end: Option<Vec<u8>>) -> Result<Self, StoreError> {
        let records = from(meta, kind, start, end.as_deref());
        let mut cursor = Self { meta, kind, records, end, next: None };
        cursor.step()?;
        Ok(cursor)
    }

    fn seek(&mut self, start: &[u8]) -> Result<(), StoreError> {
        self.records = from(self.meta, self.kind, start, self.end.as_deref());
        self.step()
    }

    fn step(&mut self) -> Result<(), StoreError> {
        self.next = None;
        if let Some(guard) = self.records.next() {
            let (key, record) = guard.into_inner()?;
            let key = key.get(4..).unwrap_or_default();
            let key = match self.kind {
                Records::Current => Some(key.to_vec()),
                _ => layout::unescape(key).map(|(key, _)| key),
            };
            let key = key.and_then(|key| String::from_utf8(key).ok()).ok_or(StoreError::Damaged("a key cannot be read"))?;
            self.next = Some((key, record));
        }
        Ok(())
    }

    fn key(&self) -> Option<&str> {
        self.next.as_ref().map(|(key, _)| key.as_str())
    }
}

impl Store {
    /// All versions of a bucket, delete markers among them: by key, those of each the newest first.
    pub fn list_versions(&self, bucket: &str, query: &VersionsQuery) -> Result<VersionListing, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let meta = self.inner.meta()?;
        let delimiter = query.delimiter.as_deref();
        let prefix = query.prefix.as_bytes();
        let (plain, escaped) = (layout::plain(number, prefix), layout::escaped(number, prefix));
        let (mut at_current, mut at_beside) = (plain.clone(), escaped.clone());
        // The key of which some versions were shown on the page before: the first one here is not the newest.
        let mut begun: Option<String> = None;
        if let Some(after) = &query.after_key {
            let (mut current, mut beside) = (layout::plain(number, after.as_bytes()), layout::ended(number, after.as_bytes()));
            match common(after, &query.prefix, delimiter) {
                Some(shown) if shown == after && after.starts_with(&query.prefix) => {
                    let ends = layout::after_all(&current).zip(layout::after_all(&layout::escaped(number, after.as_bytes())));
                    let Some(ends) = ends else { return Ok(VersionListing::default()) };
                    (current, beside) = ends;
                },
                _ => {
                    current.push(0);
                    let order = match &query.after_version {
                        None => None,
                        Some(id) => self.order_of(bucket, after, id)?,
                    };
                    match order {
                        Some(order) => {
                            beside.extend_from_slice(&order);
                            beside.push(0);
                            begun = Some(after.clone());
                        },
                        None => beside = layout::after_all(&beside).unwrap_or(beside),
                    }
                },
            }
            (at_current, at_beside) = (at_current.max(current), at_beside.max(beside));
        }
        let mut current = Cursor::new(&meta, Records::Current, &at_current, layout::after_all(&plain))?;
        let mut beside = Cursor::new(&meta, Records::Versions, &at_beside, layout::after_all(&escaped))?;
        let mut listing = VersionListing::default();
        let mut last: Option<(String, Option<VersionId>)> = None;
        loop {
            let is_current = match (current.key(), beside.key()) {
                (None, None) => break,
                (Some(one), Some(other)) => one <= other,
                (one, _) => one.is_some(),
            };
            let cursor = if is_current { &mut current } else { &mut beside };
            let Some((key, record)) = cursor.next.take() else { break };
            if listing.entries.len() >= query.limit {
                listing.next = last;
                break;
            }
            if let Some(shown) = common(&key, &query.prefix, delimiter) {
                let ends = layout::after_all(&layout::plain(number, shown.as_bytes()))
                    .zip(layout::after_all(&layout::escaped(number, shown.as_bytes())));
                last = Some((shown.to_owned(), None));
                listing.entries.push(Listed::Prefix(shown.to_owned()));
                let Some((next_current, next_beside)) = ends else { break };
                current.seek(&next_current)?;
                beside.seek(&next_beside)?;
                continue;
            }
            cursor.step()?;
            let is_newest = begun.as_ref() != Some(&key);
            if is_newest {
                begun = Some(key.clone());
            }
            let version = self.inner.show(number, key, decode::<Kept>(&record)?, is_newest);
            last = Some((version.key.clone(), Some(version.id.clone())));
            listing.entries.push(Listed::Object(version));
        }
        Ok(listing)
    }

    /// Where a version of an id stands; of one that is gone meanwhile, where it stood.
    fn order_of(&self, bucket: &str, key: &str, id: &VersionId) -> Result<Option<crate::records::Order>, StoreError> {
        match id.is_null() {
            false => Ok(order_of(id)),
            true => Ok(self.head(bucket, key, Some(id))?.map(|version| version.order)),
        }
    }
}
