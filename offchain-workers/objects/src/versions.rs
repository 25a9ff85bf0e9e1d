//! The versions of a key within a write: the newest in `current` unless it is a delete marker, the others in `versions`.

use codec::Encode;

use crate::{
    error::StoreError,
    layout,
    meta::Records,
    records::{decode, Kept, Order},
    tx::Tx,
};

impl Tx<'_> {
    /// The newest version, if it is no delete marker.
    pub(crate) fn current(&self, bucket: u32, key: &str) -> Result<Option<Kept>, StoreError> {
        self.read(Records::Current, &layout::plain(bucket, key.as_bytes()))
    }

    /// The newest of `versions`: a delete marker above all, where there is no current version.
    fn newest_beside(&self, bucket: u32, key: &str) -> Result<Option<Kept>, StoreError> {
        if !self.inner.clocks.get(bucket).versions {
            return Ok(None);
        }
        let prefix = layout::ended(bucket, key.as_bytes());
        let first = self.first(Records::Versions, &prefix, &prefix)?;
        first.map(|(_, kept)| decode(&kept)).transpose()
    }

    /// All versions beside the current one, the newest first.
    pub(crate) fn versions_beside(&self, bucket: u32, key: &str) -> Result<Vec<Kept>, StoreError> {
        let mut all = Vec::new();
        if !self.inner.clocks.get(bucket).versions {
            return Ok(all);
        }
        let prefix = layout::ended(bucket, key.as_bytes());
        let mut from = prefix.clone();
        while let Some((found, kept)) = self.first(Records::Versions, &from, &prefix)? {
            all.push(decode(&kept)?);
            from = found;
            from.push(0);
        }
        Ok(all)
    }

    /// A version of this order.
    pub(crate) fn find_version(&self, bucket: u32, key: &str, order: &Order) -> Result<Option<Kept>, StoreError> {
        match self.current(bucket, key)? {
            Some(current) if current.version.order == *order => Ok(Some(current)),
            _ => self.read(Records::Versions, &layout::version(bucket, key.as_bytes(), order)),
        }
    }

    /// The version that has the name "null".
    pub(crate) fn null_version(&self, bucket: u32, key: &str) -> Result<Option<Kept>, StoreError> {
        if let Some(current) = self.current(bucket, key)? {
            if current.version.null {
                return Ok(Some(current));
            }
        }
        if !self.inner.clocks.get(bucket).versions {
            return Ok(None);
        }
        match self.get(Records::Nulls, &layout::plain(bucket, key.as_bytes()))? {
            Some(order) => {
                let order: Order = order[..].try_into().map_err(|_| StoreError::Damaged("an order cannot be read"))?;
                self.read(Records::Versions, &layout::version(bucket, key.as_bytes(), &order))
            },
            None => Ok(None),
        }
    }

    fn put_current(&mut self, bucket: u32, key: &str, kept: &Kept) {
        self.put(Records::Current, layout::plain(bucket, key.as_bytes()), kept.encode());
    }

    fn put_beside(&mut self, bucket: u32, key: &str, kept: &Kept) {
        self.clocks.insert(bucket);
        self.inner.clocks.set_versions(bucket);
        self.put(Records::Versions, layout::version(bucket, key.as_bytes(), &kept.version.order), kept.encode());
        if kept.version.null {
            self.put(Records::Nulls, layout::plain(bucket, key.as_bytes()), kept.version.order.to_vec());
        }
    }

    fn remove_beside(&mut self, bucket: u32, key: &str, kept: &Kept) {
        self.remove(Records::Versions, layout::version(bucket, key.as_bytes(), &kept.version.order));
        if kept.version.null {
            self.remove(Records::Nulls, layout::plain(bucket, key.as_bytes()));
        }
    }

    /// Puts a version where its order says, in place of one of the same order. A "null" takes the place of the "null" that there is.
    pub(crate) fn insert_version(&mut self, bucket: u32, key: &str, kept: &Kept) -> Result<(), StoreError> {
        let order = kept.version.order;
        self.add_live(bucket, &kept.version.extents);
        let mut current = self.current(bucket, key)?;
        if kept.version.null {
            // The usual overwrite of a bucket without versions: one record in place of another.
            if let Some(before) = current.as_ref().filter(|before| before.version.null) {
                self.sub_live(bucket, &before.version.extents);
                if !kept.version.marker && order <= before.version.order {
                    self.put_current(bucket, key, kept);
                    return Ok(());
                }
                self.remove(Records::Current, layout::plain(bucket, key.as_bytes()));
                current = None;
            } else if let Some(before) = self.null_version(bucket, key)? {
                self.sub_live(bucket, &before.version.extents);
                self.remove_beside(bucket, key, &before);
            }
        }
        match &current {
            Some(before) if before.version.order == order => {
                self.sub_live(bucket, &before.version.extents);
                if !kept.version.marker {
                    self.put_current(bucket, key, kept);
                    return Ok(());
                }
                self.remove(Records::Current, layout::plain(bucket, key.as_bytes()));
                current = None;
            },
            _ => {
                let beside: Option<Kept> = match self.inner.clocks.get(bucket).versions {
                    true => self.read(Records::Versions, &layout::version(bucket, key.as_bytes(), &order))?,
                    false => None,
                };
                if let Some(before) = beside {
                    self.sub_live(bucket, &before.version.extents);
                    self.remove_beside(bucket, key, &before);
                }
            },
        }
        let newest = match &current {
            Some(current) => Some(current.version.order),
            None => self.newest_beside(bucket, key)?.map(|newest| newest.version.order),
        };
        if newest.is_some_and(|newest| newest < order) {
            self.put_beside(bucket, key, kept);
            if current.is_none() {
                self.promote(bucket, key)?;
            }
            return Ok(());
        }
        if let Some(current) = &current {
            self.remove(Records::Current, layout::plain(bucket, key.as_bytes()));
            self.put_beside(bucket, key, current);
        }
        if kept.version.marker {
            self.put_beside(bucket, key, kept);
        } else {
            self.put_current(bucket, key, kept);
        }
        Ok(())
    }

    /// Makes the newest of `versions` the current one, where there is none and that is no delete marker.
    fn promote(&mut self, bucket: u32, key: &str) -> Result<(), StoreError> {
        match self.newest_beside(bucket, key)? {
            Some(newest) if !newest.version.marker => {
                self.remove_beside(bucket, key, &newest);
                self.put_current(bucket, key, &newest);
            },
            _ => {},
        }
        Ok(())
    }

    /// Removes a version for good; the next newest becomes current where it was the newest.
    pub(crate) fn remove_version(&mut self, bucket: u32, key: &str, order: &Order) -> Result<Option<Kept>, StoreError> {
        let current = self.current(bucket, key)?;
        let has_current = current.is_some();
        let removed = match current.filter(|current| current.version.order == *order) {
            Some(current) => {
                self.remove(Records::Current, layout::plain(bucket, key.as_bytes()));
                self.promote(bucket, key)?;
                current
            },
            None => {
                let beside: Option<Kept> = self.read(Records::Versions, &layout::version(bucket, key.as_bytes(), order))?;
                let Some(beside) = beside else { return Ok(None) };
                self.remove_beside(bucket, key, &beside);
                if !has_current {
                    self.promote(bucket, key)?;
                }
                beside
            },
        };
        self.sub_live(bucket, &removed.version.extents);
        Ok(Some(removed))
    }

    /// Changes what is kept of a version, which stays where it is.
    pub(crate) fn rewrite_version(&mut self, bucket: u32, key: &str, kept: &Kept) -> Result<(), StoreError> {
        match self.current(bucket, key)? {
            Some(current) if current.version.order == kept.version.order => self.put_current(bucket, key, kept),
            _ => self.put_beside(bucket, key, kept),
        }
        Ok(())
    }
}
