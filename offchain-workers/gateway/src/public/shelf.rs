//! What is here of what others made public, and what goes when there is too much of it.

use std::{
    collections::{hash_map::Entry, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use idlewild_objects::{ConfigKind, ListQuery, Listed, Store, StoreError};
use idlewild_storage_primitives::DealId;

use super::{File, Found, PublicError, What};

/// The mark of a bucket that is being dropped: a crash may leave some of it, which is no bucket any more.
const DROPPING: ConfigKind = ConfigKind::Other(255);
/// What the names of these buckets begin with, before their numbers.
const BUCKET: &str = "bucket-";
const PUBLICATION: &str = "publication-";

/// Something that is here.
pub(super) struct Item {
    /// The bucket of the store that it is in.
    pub(super) name: String,
    /// Bytes of a published file, or of a bucket's commits.
    pub(super) bytes: u64,
    /// The file, of a publication.
    pub(super) file: Option<File>,
    /// When the chain said last that it is as it is here; not since the start, where there is nothing.
    pub(super) checked: Option<Instant>,
    /// Deals whose commits are taken over, of a bucket.
    pub(super) seen: HashSet<DealId>,
    /// Whether a commit of a bucket is being taken over, or was until that was broken off. Nobody is shown half of one.
    pub(super) is_amid: bool,
    /// It does not make room for others while somebody else has this too.
    pub(super) held: Arc<()>,
    used: Instant,
}

/// What is here.
#[derive(Default)]
pub(super) struct Shelf {
    items: Mutex<Items>,
}

#[derive(Default)]
struct Items {
    all: HashMap<What, Item>,
    /// Bytes of publications that are on their way.
    coming: u64,
}

/// Room for what is on its way. It is given back when this is dropped.
pub(super) struct Room<'a> {
    shelf: &'a Shelf,
    bytes: u64,
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let mut items = self.shelf.items();
        items.coming = items.coming.saturating_sub(self.bytes);
    }
}

impl Shelf {
    /// What an earlier run left in a store. What was broken off goes.
    pub(super) async fn of(store: &Store) -> Result<Self, StoreError> {
        let shelf = Self::default();
        for bucket in store.buckets() {
            let is_marked = store.config(&bucket.name, DROPPING).is_ok_and(|mark| mark.is_some());
            let known = if is_marked { None } else { shelf.known(store, &bucket.name)? };
            if let Some((what, item)) = known {
                if let Entry::Vacant(place) = shelf.items().all.entry(what) {
                    place.insert(item);
                    continue;
                }
            }
            drop_bucket(store, &bucket.name).await;
        }
        Ok(shelf)
    }

    fn known(&self, store: &Store, name: &str) -> Result<Option<(What, Item)>, StoreError> {
        let number = |rest: &str| rest.split('.').next().and_then(|number| number.parse::<u64>().ok());
        if let Some(id) = name.strip_prefix(BUCKET).and_then(number) {
            return Ok(Some((What::Bucket(id), Item::new(name, 0, None, None))));
        }
        let Some(id) = name.strip_prefix(PUBLICATION).and_then(number) else { return Ok(None) };
        let query = ListQuery { prefix: String::new(), delimiter: None, after: None, limit: 1 };
        let listing = store.list(name, &query)?;
        let Some(Listed::Object(version)) = listing.entries.into_iter().next() else { return Ok(None) };
        let Some(hash) = version.blake3 else { return Ok(None) };
        let file = File { key: version.key.clone(), hash };
        Ok(Some((What::Publication(id), Item::new(name, version.size, Some(file), None))))
    }

    fn items(&self) -> MutexGuard<'_, Items> {
        // Each change is one insertion or removal, so it is whole even if its thread has panicked.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where something is, if it was checked since the start, and no longer ago than `within`.
    pub(super) fn take(&self, store: &Store, what: What, within: Option<Duration>) -> Option<Found> {
        let mut items = self.items();
        let item = items.all.get_mut(&what)?;
        let since = item.checked.filter(|_| !item.is_amid)?.elapsed();
        if within.is_some_and(|within| since >= within) {
            return None;
        }
        item.used = Instant::now();
        Some(Found { bucket: store.bucket(&item.name)?, file: item.file.clone(), held: item.held.clone() })
    }

    /// Whether something is here and was checked since the start.
    pub(super) fn is_checked(&self, what: What) -> bool {
        self.items().all.get(&what).is_some_and(|item| item.checked.is_some())
    }

    /// Looks at something.
    pub(super) fn look<T>(&self, what: What, look: impl FnOnce(&mut Item) -> T) -> Option<T> {
        self.items().all.get_mut(&what).map(look)
    }

    /// Whether something is here.
    pub(super) fn has(&self, what: What) -> bool {
        self.items().all.contains_key(&what)
    }

    /// Puts something here.
    pub(super) fn insert(&self, what: What, item: Item) {
        self.items().all.insert(what, item);
    }

    /// Something goes.
    pub(super) async fn remove(&self, store: &Store, what: What) {
        let removed = self.items().all.remove(&what);
        if let Some(item) = removed {
            drop_bucket(store, &item.name).await;
        }
    }

    /// Makes room for one more bucket.
    pub(super) async fn room_for_bucket(&self, store: &Store, most: usize) -> Result<(), PublicError> {
        let is_bucket = |what: &What| matches!(what, What::Bucket(_));
        loop {
            let gone = {
                let mut items = self.items();
                if items.all.keys().filter(|what| is_bucket(what)).count() < most {
                    return Ok(());
                }
                items.take_oldest(is_bucket)
            };
            drop_bucket(store, &gone.ok_or(PublicError::NoRoom)?.name).await;
        }
    }

    /// Makes room for so many bytes of a publication, of `most` for all of them.
    pub(super) async fn room_for_bytes(&self, store: &Store, bytes: u64, most: u64) -> Result<Room<'_>, PublicError> {
        let is_publication = |what: &What| matches!(what, What::Publication(_));
        loop {
            let gone = {
                let mut items = self.items();
                let here = items.all.iter().filter(|(what, _)| is_publication(what)).map(|(_, item)| item.bytes);
                let taken = here.fold(items.coming, u64::saturating_add);
                if taken.saturating_add(bytes) <= most {
                    items.coming = items.coming.saturating_add(bytes);
                    return Ok(Room { shelf: self, bytes });
                }
                items.take_oldest(is_publication)
            };
            drop_bucket(store, &gone.ok_or(PublicError::NoRoom)?.name).await;
        }
    }
}

impl Items {
    /// Takes away what was not used for the longest time and is not being read.
    fn take_oldest(&mut self, among: impl Fn(&What) -> bool) -> Option<Item> {
        let idle = self.all.iter().filter(|(what, item)| among(what) && Arc::strong_count(&item.held) == 1);
        let oldest = idle.min_by_key(|(_, item)| item.used).map(|(what, _)| *what)?;
        self.all.remove(&oldest)
    }
}

impl Item {
    pub(super) fn new(name: &str, bytes: u64, file: Option<File>, checked: Option<Instant>) -> Self {
        let (seen, held) = (HashSet::new(), Arc::default());
        Self { name: name.to_owned(), bytes, file, checked, seen, is_amid: false, held, used: Instant::now() }
    }
}

/// A name in the store that no other bucket has, nor one that is just being dropped.
pub(super) fn new_name(what: What) -> String {
    let once = rand::random::<u32>();
    match what {
        What::Bucket(id) => format!("{BUCKET}{id}.{once:08x}"),
        What::Publication(id) => format!("{PUBLICATION}{id}.{once:08x}"),
    }
}

/// Drops a bucket of the store. One that cannot be dropped now goes at the next start.
pub(super) async fn drop_bucket(store: &Store, name: &str) {
    let dropping = async {
        store.set_config(name, DROPPING, Some(Bytes::from_static(b"1"))).await?;
        store.drop_bucket(name).await
    };
    if let Err(error) = dropping.await {
        tracing::warn!(%error, bucket = name, "a copy of something public could not be removed; it goes at the next start");
    }
}
