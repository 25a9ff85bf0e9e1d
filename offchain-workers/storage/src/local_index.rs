//! The local index: what a miner holds, what it has committed to, and how far it has followed the chain.
//!
//! A redb database in one file. Every change is one transaction, durable when the call returns; after a crash the index is as
//! it was before or after a call, never in between. The range's inner nodes are not stored: they follow from the leaves and
//! are rebuilt at the start, a million in about a second.

use std::{path::Path, sync::RwLock};

use codec::{Decode, Encode};
use idlewild_storage_primitives::{sum_range::Node, DealId, Root, SlotIndex};
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table, TableDefinition, WriteTransaction};

use crate::{
    index_error::{ApplyError, IndexFault, OpenIndexError, PurgeError},
    range_tree::{RangeTree, RangeView, UnknownVersion, Version},
    records::{Cursor, HeldSlot, Journalled, JournalledChange, Pending, RangeChange, SlotId},
    shard_key::ShardKey,
    tally::{Counter, Sum},
};

const FORMAT: u32 = 1;

type Bytes = &'static [u8];
const META: TableDefinition<&str, Bytes> = TableDefinition::new("meta");
const PENDING: TableDefinition<Bytes, Bytes> = TableDefinition::new("pending");
/// Every leaf ever appended, as its node: what the tree is rebuilt from.
const NODES: TableDefinition<u32, Bytes> = TableDefinition::new("nodes");
/// The slots behind leaves whose bytes are still here.
const HELD: TableDefinition<u32, Bytes> = TableDefinition::new("held");
/// The leaves behind which a shard stands: its name and then the leaf's index, so that a root is found without a scan.
const SHARDS: TableDefinition<Bytes, ()> = TableDefinition::new("shards");
/// The newest leaf of each slot that the range holds.
const SLOTS: TableDefinition<(DealId, SlotIndex), u32> = TableDefinition::new("slots");
/// Changes of the range by the version that they led to.
const JOURNAL: TableDefinition<Version, Bytes> = TableDefinition::new("journal");

/// A miner's index.
#[derive(Debug)]
pub struct LocalIndex {
    database: Database,
    tree: RwLock<RangeTree>,
    waiting: Counter,
}

impl LocalIndex {
    /// Opens the index in a file, which is made if need be. One process at a time can have it open.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenIndexError> {
        let path = path.as_ref();
        let shown = || path.display().to_string();
        let database = Database::create(path).map_err(|error| OpenIndexError::from_redb(shown(), error))?;
        let tree = prepare(&database).and_then(|format| match format {
            FORMAT => load(&database).map(Ok),
            other => Ok(Err(OpenIndexError::UnknownFormat { path: shown(), format: other })),
        });
        let tree = tree.map_err(|fault| OpenIndexError::Fault { path: shown(), fault })??;
        let index = Self { database, tree: RwLock::new(tree), waiting: Counter::default() };
        index.recount().map_err(|fault| OpenIndexError::Fault { path: shown(), fault })?;
        Ok(index)
    }

    /// Records a shard that waits for a deal; replaces an earlier record of it.
    pub fn add_pending(&self, pending: &Pending) -> Result<(), IndexFault> {
        let _changing = self.waiting.begin();
        let before: Option<Pending> = self.write(|transaction| {
            let mut table = transaction.open_table(PENDING)?;
            let name = pending.key.encode();
            let before = get(&table, name.as_slice())?;
            put(&mut table, name.as_slice(), pending)?;
            Ok(before)
        })?;
        self.waiting.replace(before.as_ref(), Some(pending));
        Ok(())
    }

    /// Notes that a deal asks for a pending shard, which then no longer expires; `false` where it is not pending.
    pub fn set_deal(&self, key: &ShardKey, deal: DealId) -> Result<bool, IndexFault> {
        let _changing = self.waiting.begin();
        let before = self.write(|transaction| {
            let mut table = transaction.open_table(PENDING)?;
            let name = key.encode();
            let Some(pending) = get::<_, Pending>(&table, name.as_slice())? else { return Ok(None) };
            put(&mut table, name.as_slice(), &Pending { deal: Some(deal), ..pending })?;
            Ok(Some(pending))
        })?;
        self.waiting.replace(before.as_ref(), None);
        Ok(before.is_some())
    }

    /// Forgets a pending shard; `false` where it is not pending.
    pub fn remove_pending(&self, key: &ShardKey) -> Result<bool, IndexFault> {
        let _changing = self.waiting.begin();
        let before: Option<Pending> = self.write(|transaction| {
            let mut table = transaction.open_table(PENDING)?;
            let removed = table.remove(key.encode().as_slice())?;
            removed.map(|row| decode(row.value())).transpose()
        })?;
        self.waiting.replace(before.as_ref(), None);
        Ok(before.is_some())
    }

    /// Shards that wait and that no deal asks for: all, and an owner's. Nothing is read for that.
    pub fn waiting(&self, owner: &[u8; 32]) -> (Sum, Sum) {
        self.waiting.sums(owner)
    }

    fn recount(&self) -> Result<(), IndexFault> {
        self.waiting.set(&self.all_pending()?);
        Ok(())
    }

    /// A pending shard.
    pub fn pending(&self, key: &ShardKey) -> Result<Option<Pending>, IndexFault> {
        get(&self.database.begin_read()?.open_table(PENDING)?, key.encode().as_slice())
    }

    /// All pending shards.
    pub fn all_pending(&self) -> Result<Vec<Pending>, IndexFault> {
        let table = self.database.begin_read()?.open_table(PENDING)?;
        let mut all = Vec::new();
        for row in table.iter()? {
            all.push(decode(row?.1.value())?);
        }
        Ok(all)
    }

    /// Pending shards that no deal asked for by block `finalized`: their bytes may go.
    pub fn expired(&self, finalized: u32) -> Result<Vec<Pending>, IndexFault> {
        let mut all = self.all_pending()?;
        all.retain(|pending| pending.deal.is_none() && pending.valid_until < finalized);
        Ok(all)
    }

    /// The slot behind a leaf, as long as its bytes are kept.
    pub fn held(&self, index: u32) -> Result<Option<HeldSlot>, IndexFault> {
        get(&self.database.begin_read()?.open_table(HELD)?, index)
    }

    /// The leaf and the record of a slot that stands in the range.
    pub fn slot(&self, deal: DealId, slot: SlotIndex) -> Result<Option<(u32, HeldSlot)>, IndexFault> {
        let transaction = self.database.begin_read()?;
        let Some(index) = transaction.open_table(SLOTS)?.get((deal, slot))?.map(|row| row.value()) else {
            return Ok(None);
        };
        Ok(get(&transaction.open_table(HELD)?, index)?.map(|held| (index, held)))
    }

    /// The slots of a deal that stand in the range, by leaf.
    pub fn slots_of_deal(&self, deal: DealId) -> Result<Vec<(u32, HeldSlot)>, IndexFault> {
        let transaction = self.database.begin_read()?;
        let held = transaction.open_table(HELD)?;
        let mut slots = Vec::new();
        for row in transaction.open_table(SLOTS)?.range((deal, SlotIndex::MIN)..=(deal, SlotIndex::MAX))? {
            let index = row?.1.value();
            slots.extend(get(&held, index)?.map(|slot| (index, slot)));
        }
        Ok(slots)
    }

    /// All slots whose bytes are kept, by leaf, cleared ones included.
    pub fn all_held(&self) -> Result<Vec<(u32, HeldSlot)>, IndexFault> {
        let table = self.database.begin_read()?.open_table(HELD)?;
        let mut all = Vec::new();
        for row in table.iter()? {
            let (index, held) = row?;
            all.push((index.value(), decode(held.value())?));
        }
        Ok(all)
    }

    /// Whether a shard's bytes are needed by anything in the index.
    pub fn needs(&self, key: &ShardKey) -> Result<bool, IndexFault> {
        let transaction = self.database.begin_read()?;
        let name = key.encode();
        let pending = transaction.open_table(PENDING)?.get(name.as_slice())?.is_some();
        Ok(pending || first_with_prefix(&transaction.open_table(SHARDS)?, &name)?.is_some())
    }

    /// Whether the range holds a shard, or did a short while ago.
    pub fn is_held(&self, key: &ShardKey) -> Result<bool, IndexFault> {
        let transaction = self.database.begin_read()?;
        Ok(first_with_prefix(&transaction.open_table(SHARDS)?, &key.encode())?.is_some())
    }

    /// A shard with this root whose bytes are kept, whoever's it is: the bytes are the same.
    pub fn shard_with_root(&self, root: &Root) -> Result<Option<ShardKey>, IndexFault> {
        let transaction = self.database.begin_read()?;
        let held = first_with_prefix(&transaction.open_table(SHARDS)?, root)?;
        let name = match held {
            Some(name) => Some(name),
            None => first_with_prefix(&transaction.open_table(PENDING)?, root)?,
        };
        name.map(|name| decode(&name)).transpose()
    }

    /// How far the index has followed the chain.
    pub fn cursor(&self) -> Result<Option<Cursor>, IndexFault> {
        get(&self.database.begin_read()?.open_table(META)?, "cursor")
    }

    /// Takes in a block: its changes of this miner's range, in their order, and the block itself as the cursor, all or
    /// nothing. Returns the version that the range then has.
    pub fn apply(&self, block: Cursor, changes: &[RangeChange]) -> Result<Version, ApplyError> {
        let mut tree = self.tree.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let _changing = self.waiting.begin();
        let before = tree.version();
        if let Err(error) = self.apply_to(&mut tree, block, changes) {
            // The transaction was dropped; memory must follow the disk. The log holds all of these changes.
            let _ = tree.rollback_to(before);
            return Err(error);
        }
        // Few blocks have any, and these are few.
        if !changes.is_empty() {
            self.recount()?;
        }
        Ok(tree.version())
    }

    fn apply_to(&self, tree: &mut RangeTree, block: Cursor, changes: &[RangeChange]) -> Result<(), ApplyError> {
        let transaction = self.database.begin_write().map_err(IndexFault::from)?;
        change(&transaction, tree, block.number, changes)?;
        finish(transaction, block)?;
        Ok(())
    }

    /// Throws the range away, and what was held in it, and makes it anew from the changes of each block, in their order; `end`
    /// is the cursor then. All or nothing. Shards that wait for a deal stay. Returns the version that the range then has.
    pub fn rebuild(&self, blocks: &[(u32, Vec<RangeChange>)], end: Cursor) -> Result<Version, ApplyError> {
        let mut tree = self.tree.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let _changing = self.waiting.begin();
        let transaction = self.database.begin_write().map_err(IndexFault::from)?;
        empty(&transaction)?;
        let mut anew = RangeTree::default();
        for (block, changes) in blocks {
            change(&transaction, &mut anew, *block, changes)?;
        }
        finish(transaction, end)?;
        *tree = anew;
        self.recount()?;
        Ok(tree.version())
    }

    /// Takes back every change that a block after `block` made, and makes `block` the cursor: the chain has left the fork
    /// that they happened on. Returns the version that the range then has.
    pub fn rollback(&self, block: Cursor) -> Result<Version, ApplyError> {
        let mut tree = self.tree.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let _changing = self.waiting.begin();
        let transaction = self.database.begin_write().map_err(IndexFault::from)?;
        let forgotten: Option<u32> = get(&transaction.open_table(META).map_err(IndexFault::from)?, "forgotten")?;
        if forgotten.is_some_and(|forgotten| block.number < forgotten) {
            return Err(ApplyError::TooFarBack { block: block.number });
        }
        let version = undo(&transaction, block.number, tree.version(), tree.leaves())?;
        finish(transaction, block)?;
        tree.rollback_to(version)?;
        self.recount()?;
        Ok(version)
    }

    /// The range's live version.
    pub fn version(&self) -> Version {
        self.tree.read().unwrap_or_else(|poisoned| poisoned.into_inner()).version()
    }

    /// Shows the tree, live or as it was, to `look`. Keep it short: the range does not move on meanwhile.
    pub fn with_tree<T>(&self, look: impl FnOnce(&RangeTree) -> T) -> T {
        look(&self.tree.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// Shows the range as it was after change `version`.
    pub fn with_view_at<T>(&self, version: Version, look: impl FnOnce(&RangeView<'_>) -> T) -> Result<T, UnknownVersion> {
        self.with_tree(|tree| tree.view_at(version).map(|view| look(&view)))
    }

    /// Drops the journal up to `version`: no proof and no fork will ask for an earlier state. Call it with a version whose
    /// block is final and that is sealed or older than what is sealed.
    pub fn forget_before(&self, version: Version) -> Result<(), IndexFault> {
        let mut tree = self.tree.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let version = version.min(tree.version());
        self.write(|transaction| {
            // Entry `v` leads from `v - 1` to `v`, so the state `version` itself needs only those after it.
            let mut table = transaction.open_table(JOURNAL)?;
            let last: Option<Journalled> = get(&table, version)?;
            table.retain_in(..=version, |_, _| false)?;
            match last {
                Some(last) => put(&mut transaction.open_table(META)?, "forgotten", &last.block),
                None => Ok(()),
            }
        })?;
        tree.forget_before(version);
        Ok(())
    }

    /// Forgets slots cleared in or before block `last`, and returns the shards whose bytes nothing needs any more.
    ///
    /// Bytes of a cleared slot stay until the next period begins, because the sealed range may still challenge them. So this
    /// refuses while the journal still reaches back before one of these clearings: [`LocalIndex::forget_before`] comes first.
    pub fn purge(&self, last: u32) -> Result<Vec<ShardKey>, PurgeError> {
        let transaction = self.database.begin_write().map_err(IndexFault::from)?;
        let (gone, kept) = purge(&transaction, last)?;
        transaction.commit().map_err(IndexFault::from)?;
        let mut free = Vec::new();
        for key in gone {
            if !kept.contains(&key) && self.pending(&key)?.is_none() {
                free.push(key);
            }
        }
        Ok(free)
    }

    /// A value that another module keeps here, such as a nonce or the number of a period that it has proven.
    pub fn note(&self, name: &str) -> Result<Option<Vec<u8>>, IndexFault> {
        let table = self.database.begin_read()?.open_table(META)?;
        Ok(table.get(format!("note/{name}").as_str())?.map(|row| row.value().to_vec()))
    }

    /// Keeps a value for another module, durably.
    pub fn set_note(&self, name: &str, value: &[u8]) -> Result<(), IndexFault> {
        self.write(|transaction| {
            transaction.open_table(META)?.insert(format!("note/{name}").as_str(), value)?;
            Ok(())
        })
    }

    fn write<T>(&self, change: impl FnOnce(&WriteTransaction) -> Result<T, IndexFault>) -> Result<T, IndexFault> {
        let transaction = self.database.begin_write()?;
        let value = change(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

/// Makes all tables and returns the file's format.
fn prepare(database: &Database) -> Result<u32, IndexFault> {
    let transaction = database.begin_write()?;
    let format = {
        transaction.open_table(PENDING)?;
        transaction.open_table(NODES)?;
        transaction.open_table(HELD)?;
        transaction.open_table(SHARDS)?;
        transaction.open_table(SLOTS)?;
        transaction.open_table(JOURNAL)?;
        let mut meta = transaction.open_table(META)?;
        match get(&meta, "format")? {
            Some(format) => format,
            None => {
                put(&mut meta, "format", &FORMAT)?;
                FORMAT
            },
        }
    };
    transaction.commit()?;
    Ok(format)
}

/// Rebuilds the tree: from the leaves as they were before the journal began, through the journal.
fn load(database: &Database) -> Result<RangeTree, IndexFault> {
    let transaction = database.begin_read()?;
    let (nodes, held, table) =
        (transaction.open_table(NODES)?, transaction.open_table(HELD)?, transaction.open_table(JOURNAL)?);
    let mut leaves: Vec<Node> = Vec::with_capacity(nodes.len()? as usize);
    for row in nodes.iter()? {
        let (index, node) = row?;
        if index.value() as usize != leaves.len() {
            return Err(IndexFault::Inconsistent("a leaf is missing"));
        }
        leaves.push(decode(node.value())?);
    }
    let mut changes = Vec::new();
    let mut first = None;
    for row in table.iter()? {
        let (version, change) = row?;
        first.get_or_insert(version.value());
        changes.push(decode::<Journalled>(change.value())?.change);
    }
    let oldest = match first {
        Some(first) => first.saturating_sub(1),
        None => get(&transaction.open_table(META)?, "version")?.unwrap_or(0),
    };
    let appended = changes.iter().filter(|change| matches!(change, JournalledChange::Append(_))).count();
    let base = leaves.len().checked_sub(appended).ok_or(IndexFault::Inconsistent("the journal appends too much"))?;
    for change in &changes {
        if let JournalledChange::Clear(index) = change {
            // The record of a cleared slot is kept as long as the journal can take the clearing back.
            let slot: HeldSlot = get(&held, *index)?.ok_or(IndexFault::Inconsistent("a cleared slot was forgotten"))?;
            let leaf = leaves.get_mut(*index as usize).ok_or(IndexFault::Inconsistent("a leaf is missing"))?;
            *leaf = slot.leaf.node();
        }
    }
    let refused = |_| IndexFault::Inconsistent("the journal does not fit the leaves");
    let mut later = leaves.split_off(base).into_iter();
    let mut tree = RangeTree::from_leaves(leaves, oldest).map_err(refused)?;
    for change in changes {
        match change {
            JournalledChange::Append(_) => {
                let leaf = later.next().ok_or(IndexFault::Inconsistent("a leaf is missing"))?;
                tree.append(leaf).map_err(refused)?;
            },
            JournalledChange::Clear(index) => {
                tree.clear(index).map_err(refused)?;
            },
        }
    }
    Ok(tree)
}

/// Makes a block's changes, in the tree and on disk.
fn change(transaction: &WriteTransaction, tree: &mut RangeTree, block: u32, changes: &[RangeChange]) -> Result<(), ApplyError> {
    for change in changes {
        let change = match *change {
            RangeChange::Append { index, leaf, key, length } => {
                let expected = tree.leaves();
                if index != expected {
                    return Err(ApplyError::OutOfOrder { expected, got: index });
                }
                tree.append(leaf.node())?;
                let held = HeldSlot { leaf, key, length, cleared: None };
                JournalledChange::Append(append(transaction, index, &held)?)
            },
            RangeChange::Clear { index } => {
                tree.clear(index)?;
                clear(transaction, index, Some(block))?;
                JournalledChange::Clear(index)
            },
        };
        journal(transaction, tree.version(), &Journalled { block, change })?;
    }
    Ok(())
}

/// Forgets the range and everything in it.
fn empty(transaction: &WriteTransaction) -> Result<(), IndexFault> {
    transaction.open_table(NODES)?.retain(|_, _| false)?;
    transaction.open_table(HELD)?.retain(|_, _| false)?;
    transaction.open_table(SHARDS)?.retain(|_, _| false)?;
    transaction.open_table(SLOTS)?.retain(|_, _| false)?;
    transaction.open_table(JOURNAL)?.retain(|_, _| false)?;
    let mut meta = transaction.open_table(META)?;
    for name in ["cursor", "forgotten", "version"] {
        meta.remove(name)?;
    }
    Ok(())
}

fn append(transaction: &WriteTransaction, index: u32, held: &HeldSlot) -> Result<Option<Pending>, IndexFault> {
    put(&mut transaction.open_table(NODES)?, index, &held.leaf.node())?;
    put(&mut transaction.open_table(HELD)?, index, held)?;
    transaction.open_table(SHARDS)?.insert(shard_row(&held.key, index).as_slice(), ())?;
    transaction.open_table(SLOTS)?.insert((held.leaf.deal, held.leaf.slot), index)?;
    let mut pending = transaction.open_table(PENDING)?;
    let consumed = pending.remove(held.key.encode().as_slice())?;
    consumed.map(|row| decode(row.value())).transpose()
}

/// Marks a leaf as cleared in a block, or, with `None`, as standing.
fn clear(transaction: &WriteTransaction, index: u32, cleared: Option<u32>) -> Result<(), IndexFault> {
    let mut table = transaction.open_table(HELD)?;
    let held: HeldSlot = get(&table, index)?.ok_or(IndexFault::Inconsistent("a held slot was forgotten"))?;
    put(&mut table, index, &HeldSlot { cleared, ..held })?;
    let node = if cleared.is_some() { Node::CLEARED } else { held.leaf.node() };
    put(&mut transaction.open_table(NODES)?, index, &node)?;
    let (mut slots, id): (_, SlotId) = (transaction.open_table(SLOTS)?, (held.leaf.deal, held.leaf.slot));
    if cleared.is_none() {
        slots.insert(id, index)?;
        return Ok(());
    }
    // The same slot may have come back under a later leaf.
    let current = slots.get(id)?.map(|row| row.value());
    if current == Some(index) {
        slots.remove(id)?;
    }
    Ok(())
}

fn journal(transaction: &WriteTransaction, version: Version, entry: &Journalled) -> Result<(), IndexFault> {
    put(&mut transaction.open_table(JOURNAL)?, version, entry)?;
    // Needed when the journal is empty, which then says nothing of how many changes there were.
    put(&mut transaction.open_table(META)?, "version", &version)
}

fn undo(transaction: &WriteTransaction, block: u32, version: Version, leaves: u32) -> Result<Version, IndexFault> {
    let (mut version, mut leaves) = (version, leaves);
    loop {
        let entry = get::<_, Journalled>(&transaction.open_table(JOURNAL)?, version)?;
        let Some(Journalled { change, .. }) = entry.filter(|entry| entry.block > block) else { break };
        match change {
            JournalledChange::Append(pending) => {
                leaves = leaves.saturating_sub(1);
                unappend(transaction, leaves, pending)?;
            },
            JournalledChange::Clear(index) => clear(transaction, index, None)?,
        }
        transaction.open_table(JOURNAL)?.remove(version)?;
        version = version.saturating_sub(1);
    }
    put(&mut transaction.open_table(META)?, "version", &version)?;
    Ok(version)
}

fn unappend(transaction: &WriteTransaction, index: u32, pending: Option<Pending>) -> Result<(), IndexFault> {
    transaction.open_table(NODES)?.remove(index)?;
    let held = transaction.open_table(HELD)?.remove(index)?.map(|row| decode::<HeldSlot>(row.value())).transpose()?;
    if let Some(held) = held {
        transaction.open_table(SHARDS)?.remove(shard_row(&held.key, index).as_slice())?;
        transaction.open_table(SLOTS)?.remove((held.leaf.deal, held.leaf.slot))?;
    }
    if let Some(pending) = pending {
        put(&mut transaction.open_table(PENDING)?, pending.key.encode().as_slice(), &pending)?;
    }
    Ok(())
}

fn finish(transaction: WriteTransaction, block: Cursor) -> Result<(), IndexFault> {
    put(&mut transaction.open_table(META)?, "cursor", &block)?;
    Ok(transaction.commit()?)
}

type GoneAndKept = (Vec<ShardKey>, std::collections::HashSet<ShardKey>);

fn purge(transaction: &WriteTransaction, last: u32) -> Result<GoneAndKept, PurgeError> {
    let mut journalled = std::collections::HashSet::new();
    for row in transaction.open_table(JOURNAL).map_err(IndexFault::from)?.iter().map_err(IndexFault::from)? {
        if let JournalledChange::Clear(index) = decode::<Journalled>(row.map_err(IndexFault::from)?.1.value())?.change {
            journalled.insert(index);
        }
    }
    let mut table = transaction.open_table(HELD).map_err(IndexFault::from)?;
    let (mut gone, mut kept) = (Vec::new(), std::collections::HashSet::new());
    for row in table.iter().map_err(IndexFault::from)? {
        let (index, held) = row.map_err(IndexFault::from)?;
        let (index, held): (u32, HeldSlot) = (index.value(), decode(held.value())?);
        match held.cleared {
            Some(block) if block <= last => {
                if journalled.contains(&index) {
                    return Err(PurgeError::StillJournalled { index });
                }
                gone.push((index, held.key));
            },
            _ => {
                kept.insert(held.key);
            },
        }
    }
    let mut shards = transaction.open_table(SHARDS).map_err(IndexFault::from)?;
    for (index, key) in &gone {
        table.remove(index).map_err(IndexFault::from)?;
        shards.remove(shard_row(key, *index).as_slice()).map_err(IndexFault::from)?;
    }
    Ok((gone.into_iter().map(|(_, key)| key).collect(), kept))
}

/// The row of a leaf in the table of shards.
fn shard_row(key: &ShardKey, index: u32) -> Vec<u8> {
    let mut row = key.encode();
    row.extend_from_slice(&index.to_be_bytes());
    row
}

/// The first name in a table that begins with `prefix`.
fn first_with_prefix<V: redb::Value + 'static>(
    table: &impl ReadableTable<Bytes, V>,
    prefix: &[u8],
) -> Result<Option<Vec<u8>>, IndexFault> {
    let first = table.range(prefix..)?.next().transpose()?;
    Ok(first.map(|(name, _)| name.value().to_vec()).filter(|name| name.starts_with(prefix)))
}

fn decode<T: Decode>(mut bytes: &[u8]) -> Result<T, IndexFault> {
    T::decode(&mut bytes).map_err(|_| IndexFault::Inconsistent("a record cannot be read"))
}

fn get<'k, K: redb::Key + 'static, T: Decode>(
    table: &impl ReadableTable<K, Bytes>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
) -> Result<Option<T>, IndexFault> {
    table.get(key)?.map(|row| decode(row.value())).transpose()
}

fn put<'k, K: redb::Key + 'static>(
    table: &mut Table<'_, K, Bytes>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
    value: &impl Encode,
) -> Result<(), IndexFault> {
    table.insert(key, value.encode().as_slice())?;
    Ok(())
}
