//! The tree: all of an account's objects, rebuilt from the indexes of its segments.

use std::{collections::BTreeMap, ops::Range};

use crate::index::{Entry, Index, ObjectId};

/// Where a part of an object lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<S> {
    /// The segment.
    pub segment: S,
    /// Where the part begins in the object.
    pub object_offset: u64,
    /// Where it begins in the segment.
    pub offset: u32,
    /// Its bytes.
    pub length: u32,
}

/// An object with all of its parts, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object<S> {
    /// Its id.
    pub id: ObjectId,
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// When it was modified, in milliseconds since 1970.
    pub modified: i64,
    /// Its parts; those of length zero are left out unless the object is empty.
    pub parts: Vec<Part<S>>,
}

/// An object of which some parts are in no segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete<S> {
    /// Its id.
    pub id: ObjectId,
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// Parts found.
    pub found: u32,
    /// Parts that it has.
    pub parts: u32,
    /// The segments of those found.
    pub segments: Vec<S>,
}

/// A range of an object in one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent<S> {
    /// The segment.
    pub segment: S,
    /// The bytes of the segment's plaintext.
    pub range: Range<u32>,
}

/// Objects by path.
#[derive(Clone, Debug)]
pub struct Tree<S> {
    objects: BTreeMap<String, Object<S>>,
    superseded: Vec<Object<S>>,
    incomplete: Vec<Incomplete<S>>,
}

impl<S: Clone + Ord> Tree<S> {
    /// Builds the tree from segments and their indexes, in any order.
    ///
    /// `S` names a segment, usually by its deal; a later segment compares greater. Of two objects with one path the one that
    /// was put later counts, so that putting a file again replaces it.
    pub fn build(indexes: impl IntoIterator<Item = (S, Index)>) -> Self {
        let mut found: BTreeMap<ObjectId, Vec<(S, Entry)>> = BTreeMap::new();
        for (segment, index) in indexes {
            for entry in index.entries {
                found.entry(entry.object).or_default().push((segment.clone(), entry));
            }
        }
        let mut tree = Self { objects: BTreeMap::new(), superseded: Vec::new(), incomplete: Vec::new() };
        for (id, parts) in found {
            match assemble(id, parts) {
                Ok(object) => tree.insert(object),
                Err(incomplete) => tree.incomplete.push(incomplete),
            }
        }
        tree
    }

    fn insert(&mut self, object: Object<S>) {
        let age = |object: &Object<S>| (object.parts.iter().map(|part| part.segment.clone()).max(), object.modified);
        match self.objects.get(&object.path) {
            Some(known) if age(known) > age(&object) => self.superseded.push(object),
            _ => self.superseded.extend(self.objects.insert(object.path.clone(), object)),
        }
    }

    /// The object at a path.
    pub fn get(&self, path: &str) -> Option<&Object<S>> {
        self.objects.get(path)
    }

    /// All objects by path.
    pub fn objects(&self) -> impl Iterator<Item = &Object<S>> {
        self.objects.values()
    }

    /// The objects whose path begins with `prefix`.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Object<S>> {
        self.objects.range(prefix.to_owned()..).map(|(_, object)| object).take_while(move |o| o.path.starts_with(prefix))
    }

    /// Objects that a later put with the same path replaced.
    pub fn superseded(&self) -> &[Object<S>] {
        &self.superseded
    }

    /// Objects of which parts are missing: a put that was broken off, or deals that have ended.
    pub fn incomplete(&self) -> &[Incomplete<S>] {
        &self.incomplete
    }
}

impl<S: Clone> Object<S> {
    /// Where the bytes `range` of the object lie, in order; what goes beyond its end is left out.
    pub fn extents(&self, range: Range<u64>) -> Vec<Extent<S>> {
        let mut extents = Vec::new();
        for part in &self.parts {
            let part_end = part.object_offset.saturating_add(u64::from(part.length));
            let (start, end) = (range.start.max(part.object_offset), range.end.min(part_end));
            if start < end {
                // Both lie within the part, whose length is a u32.
                let from = part.offset.saturating_add((start - part.object_offset) as u32);
                let to = part.offset.saturating_add((end - part.object_offset) as u32);
                extents.push(Extent { segment: part.segment.clone(), range: from..to });
            }
        }
        extents
    }
}

fn assemble<S: Clone + Ord>(id: ObjectId, mut found: Vec<(S, Entry)>) -> Result<Object<S>, Incomplete<S>> {
    // A segment may stand in two deals when a put was resumed: the later one lives longer.
    found.sort_by(|(a, x), (b, y)| (x.part, b).cmp(&(y.part, a)));
    found.dedup_by_key(|(_, entry)| entry.part);
    let Some((_, head)) = found.first().cloned() else {
        return Err(Incomplete { id, path: String::new(), size: 0, found: 0, parts: 0, segments: Vec::new() });
    };
    let mut parts = Vec::with_capacity(found.len());
    let mut at = 0u64;
    let mut whole = found.len() as u64 == u64::from(head.parts);
    for (segment, entry) in &found {
        whole &= entry.object_offset == at && entry.size == head.size && entry.path == head.path;
        at = at.saturating_add(u64::from(entry.length));
        if entry.length > 0 || head.size == 0 {
            let Entry { object_offset, offset, length, .. } = *entry;
            parts.push(Part { segment: segment.clone(), object_offset, offset, length });
        }
    }
    let Entry { path, size, modified, parts: count, .. } = head;
    if !whole || at != size {
        let segments = found.iter().map(|(segment, _)| segment.clone()).collect();
        return Err(Incomplete { id, path, size, found: found.len() as u32, parts: count, segments });
    }
    Ok(Object { id, path, size, modified, parts })
}
