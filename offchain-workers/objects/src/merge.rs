//! The rules by which lines of commits become one tree, whatever order they come in.
//!
//! A version is there if its put came and nothing that removed it did: what was removed stays so. Orders are in the versions
//! themselves, and the newest one of a key is current. An order begins with the lease under which it was given, and leases have one
//! holder each, so this is the order of the commits too: by epoch, then by place in the line. The name "null" belongs to the newest
//! of those that were made as "null"; others that no writer saw stay, under their own ids. Of what may change of a version, and of
//! configurations, the newest change counts. What comes before its put waits for it as an [`Orphan`].

use codec::{Decode, Encode};

use crate::{
    bucket::{ConfigKind, Versioning},
    records::{Amended, Order, Pairs, VersionRecord},
    version::Retention,
};

impl Amended {
    /// The newest of them.
    pub fn newest(&self) -> Option<Order> {
        [self.tags, self.acl, self.retention, self.legal_hold].into_iter().flatten().min()
    }
}

/// What may change of a version, and when each was last changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Mutable {
    /// Tags.
    pub tags: Pairs,
    /// Access-control list.
    pub acl: Option<String>,
    /// Until when it is kept.
    pub retention: Option<Retention>,
    /// Whether it is kept until this is taken back.
    pub legal_hold: bool,
    /// Where the last change of each stands among all.
    pub amended: Amended,
}

impl Mutable {
    /// That of a version.
    pub fn of(version: &VersionRecord) -> Self {
        Self {
            tags: version.tags.clone(),
            acl: version.acl.clone(),
            retention: version.retention,
            legal_hold: version.legal_hold,
            amended: version.amended.clone(),
        }
    }

    /// Takes over what the other has newer.
    pub fn take_newer(&mut self, other: &Self) {
        let newer = |ours: &mut Option<Order>, theirs: &Option<Order>| {
            // Orders sort the newest first.
            let is_newer = match (&*ours, theirs) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(ours), Some(theirs)) => theirs < ours,
            };
            if is_newer {
                *ours = *theirs;
            }
            is_newer
        };
        if newer(&mut self.amended.tags, &other.amended.tags) {
            self.tags.clone_from(&other.tags);
        }
        if newer(&mut self.amended.acl, &other.amended.acl) {
            self.acl.clone_from(&other.acl);
        }
        if newer(&mut self.amended.retention, &other.amended.retention) {
            self.retention = other.retention;
        }
        if newer(&mut self.amended.legal_hold, &other.amended.legal_hold) {
            self.legal_hold = other.legal_hold;
        }
    }

    /// Makes it that of a version.
    pub fn give_to(self, version: &mut VersionRecord) {
        version.tags = self.tags;
        version.acl = self.acl;
        version.retention = self.retention;
        version.legal_hold = self.legal_hold;
        version.amended = self.amended;
    }
}

/// What is known of a version whose put has not come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Orphan {
    /// It was removed: its put will change nothing.
    Removed,
    /// It was amended.
    Amended(Box<Mutable>),
}

/// A bucket's tree, as far as the rules need to know it.
pub trait Tree {
    /// Why it cannot be read or written.
    type Error;

    /// A version.
    fn version(&self, key: &str, order: &Order) -> Result<Option<VersionRecord>, Self::Error>;
    /// The order of the version that has the name "null".
    fn null(&self, key: &str) -> Result<Option<Order>, Self::Error>;
    /// The order of the newest version that was made as "null" and has not the name.
    fn newest_hidden(&self, key: &str) -> Result<Option<Order>, Self::Error>;
    /// Adds a version, or changes the one with its order. The tree sees to which is current and which has the name "null".
    fn set_version(&mut self, key: &str, version: VersionRecord) -> Result<(), Self::Error>;
    /// Removes a version.
    fn remove_version(&mut self, key: &str, order: &Order) -> Result<(), Self::Error>;
    /// What waits for a put.
    fn orphan(&self, key: &str, order: &Order) -> Result<Option<Orphan>, Self::Error>;
    /// Lets something wait for a put, or no longer.
    fn set_orphan(&mut self, key: &str, order: &Order, orphan: Option<Orphan>) -> Result<(), Self::Error>;
    /// The order of the last change of a configuration document.
    fn config(&self, kind: ConfigKind) -> Result<Option<Order>, Self::Error>;
    /// Sets a configuration document.
    fn set_config(&mut self, kind: ConfigKind, document: Option<Vec<u8>>, order: Order) -> Result<(), Self::Error>;
    /// The order of the last change of versioning.
    fn versioning(&self) -> Result<Option<Order>, Self::Error>;
    /// Sets versioning.
    fn set_versioning(&mut self, versioning: Versioning, order: Order) -> Result<(), Self::Error>;
}

/// A version came. Whether the tree changed by it.
pub fn put<T: Tree>(tree: &mut T, key: &str, mut version: VersionRecord, replaces: Option<Order>) -> Result<bool, T::Error> {
    if let Some(replaced) = replaces {
        remove(tree, key, &replaced)?;
    }
    let order = version.order;
    match tree.orphan(key, &order)? {
        Some(Orphan::Removed) => return Ok(false),
        Some(Orphan::Amended(mutable)) => {
            let mut ours = Mutable::of(&version);
            ours.take_newer(&mutable);
            ours.give_to(&mut version);
            tree.set_orphan(key, &order, None)?;
        },
        None => {},
    }
    if tree.version(key, &order)?.is_some() {
        return Ok(false);
    }
    if version.null || version.hidden_null {
        let named = tree.null(key)?;
        let is_newest = named.is_none_or(|named| order < named);
        if let Some(named) = named.filter(|_| is_newest) {
            // It gives the name away first: at no moment do two have it.
            name(tree, key, &named, false)?;
        }
        (version.null, version.hidden_null) = (is_newest, !is_newest);
    }
    tree.set_version(key, version)?;
    Ok(true)
}

/// A version was removed. Whether it was there.
pub fn remove<T: Tree>(tree: &mut T, key: &str, order: &Order) -> Result<bool, T::Error> {
    let Some(version) = tree.version(key, order)? else {
        tree.set_orphan(key, order, Some(Orphan::Removed))?;
        return Ok(false);
    };
    tree.remove_version(key, order)?;
    if version.null {
        if let Some(next) = tree.newest_hidden(key)? {
            name(tree, key, &next, true)?;
        }
    }
    Ok(true)
}

/// Something of a version was changed. Whether the tree changed by it.
pub fn amend<T: Tree>(tree: &mut T, key: &str, order: &Order, mutable: &Mutable) -> Result<bool, T::Error> {
    if let Some(mut version) = tree.version(key, order)? {
        let mut ours = Mutable::of(&version);
        ours.take_newer(mutable);
        if ours == Mutable::of(&version) {
            return Ok(false);
        }
        ours.give_to(&mut version);
        tree.set_version(key, version)?;
        return Ok(true);
    }
    let orphan = match tree.orphan(key, order)? {
        Some(Orphan::Removed) => return Ok(false),
        Some(Orphan::Amended(mut waiting)) => {
            waiting.take_newer(mutable);
            waiting
        },
        None => Box::new(mutable.clone()),
    };
    tree.set_orphan(key, order, Some(Orphan::Amended(orphan)))?;
    Ok(false)
}

/// A configuration document was set, or removed.
pub fn config<T: Tree>(tree: &mut T, kind: ConfigKind, document: Option<Vec<u8>>, order: Order) -> Result<bool, T::Error> {
    if tree.config(kind)?.is_some_and(|ours| ours <= order) {
        return Ok(false);
    }
    tree.set_config(kind, document, order)?;
    Ok(true)
}

/// Versioning was set.
pub fn versioning<T: Tree>(tree: &mut T, versioning: Versioning, order: Order) -> Result<bool, T::Error> {
    if tree.versioning()?.is_some_and(|ours| ours <= order) {
        return Ok(false);
    }
    tree.set_versioning(versioning, order)?;
    Ok(true)
}

/// Gives a version that was made as "null" that name, or takes it.
fn name<T: Tree>(tree: &mut T, key: &str, order: &Order, named: bool) -> Result<(), T::Error> {
    let Some(mut version) = tree.version(key, order)? else { return Ok(()) };
    (version.null, version.hidden_null) = (named, !named);
    tree.set_version(key, version)
}

#[cfg(test)]
mod tests;
