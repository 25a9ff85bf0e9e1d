//! A miner's index: what is applied survives, what fails changes nothing, and sealed ranges stay provable.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use bytes::Bytes;
use idlewild_storage::{
    index_error::{ApplyError, OpenIndexError, PurgeError},
    local_index::LocalIndex,
    prover::{owed, prove, sealed_version, OwedError, ProveError},
    records::{Cursor, Pending, RangeChange},
    shard_key::ShardKey,
    tally::Sum,
};
use idlewild_storage_primitives::{
    geometry::chunks,
    proof,
    sum_range::{Leaf, Node, Peaks},
};

fn block(number: u32) -> Cursor {
    Cursor { number, hash: [number as u8; 32] }
}

fn shard(seed: u8, length: usize) -> Bytes {
    (0..length).map(|i| (i / 7) as u8 ^ seed).collect::<Vec<u8>>().into()
}

fn change(index: u32, seed: u8, bytes: &Bytes) -> RangeChange {
    let root = *blake3::hash(bytes).as_bytes();
    let count = chunks(bytes.len() as u32);
    let leaf = Leaf { deal: u64::from(seed), copy: 0, slot: seed, root, count };
    RangeChange::Append { index, leaf, key: ShardKey { root, salt: [seed; 16], slot: seed }, length: bytes.len() as u32 }
}

fn pending_of(change: &RangeChange, valid_until: u32) -> Pending {
    let RangeChange::Append { key, length, .. } = *change else { panic!("{change:?}") };
    Pending { key, length, owner: [1; 32], valid_until, deal: None }
}

fn nodes(index: &LocalIndex) -> Vec<Node> {
    index.with_tree(|tree| tree.view().nodes())
}

fn open(folder: &Path) -> LocalIndex {
    LocalIndex::open(folder.join("index.redb")).unwrap()
}

#[test]
fn everything_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    assert_eq!((index.cursor().unwrap(), index.version()), (None, 0));
    let changes: Vec<_> = (0..5u8).map(|i| change(i.into(), i, &shard(i, 3000 + usize::from(i)))).collect();
    let pending = pending_of(&changes[0], 50);
    index.add_pending(&pending).unwrap();
    assert!(index.set_deal(&pending.key, 9).unwrap());
    index.apply(block(1), &changes).unwrap();
    index.apply(block(2), &[RangeChange::Clear { index: 2 }]).unwrap();
    index.set_note("nonce", &[7]).unwrap();
    let (live, version) = (nodes(&index), index.version());
    assert_eq!(index.pending(&pending.key).unwrap(), None, "an append ends the waiting");
    assert!(index.slot(2, 2).unwrap().is_none());
    assert_eq!(index.slot(3, 3).unwrap().unwrap().0, 3);

    drop(index);
    let index = open(folder.path());
    assert_eq!((nodes(&index), index.version(), index.cursor().unwrap()), (live, version, Some(block(2))));
    assert_eq!(index.note("nonce").unwrap(), Some(vec![7]));
    assert_eq!(index.all_held().unwrap().len(), 5);
    assert_eq!(index.held(2).unwrap().unwrap().cleared, Some(2));

    // A fork: block 2 never happened, and then neither did block 1.
    index.rollback(block(1)).unwrap();
    assert_eq!(index.slot(2, 2).unwrap().unwrap().0, 2);
    assert_eq!(index.rollback(block(0)).unwrap(), 0);
    assert!(nodes(&index).is_empty() && index.all_held().unwrap().is_empty());
    // The shard waits again for the deal that it waited for.
    assert_eq!(index.pending(&pending.key).unwrap(), Some(Pending { deal: Some(9), ..pending }));
    drop(index);
    assert_eq!(open(folder.path()).cursor().unwrap(), Some(block(0)));
}

#[test]
fn a_block_is_taken_in_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    index.apply(block(1), &[change(0, 0, &shard(0, 100))]).unwrap();
    let before = nodes(&index);
    let skipped = [change(1, 1, &shard(1, 100)), change(3, 3, &shard(3, 100))];
    let error = index.apply(block(2), &skipped).unwrap_err();
    assert!(matches!(error, ApplyError::OutOfOrder { expected: 2, got: 3 }), "{error}");
    let twice = [RangeChange::Clear { index: 0 }, RangeChange::Clear { index: 0 }];
    assert!(matches!(index.apply(block(2), &twice), Err(ApplyError::Change(_))));
    assert_eq!((nodes(&index), index.cursor().unwrap()), (before, Some(block(1))));
    assert_eq!(index.held(0).unwrap().unwrap().cleared, None);
}

#[test]
fn waiting_ends_with_the_receipt_unless_a_deal_came() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let (a, b) = (change(0, 1, &shard(1, 10)), change(0, 2, &shard(2, 10)));
    index.add_pending(&pending_of(&a, 10)).unwrap();
    index.add_pending(&pending_of(&b, 10)).unwrap();
    let (key_a, key_b) = (pending_of(&a, 0).key, pending_of(&b, 0).key);
    assert!(index.expired(10).unwrap().is_empty(), "valid until the block, that one included");
    index.set_deal(&key_a, 4).unwrap();
    let expired = index.expired(11).unwrap();
    assert_eq!(expired.iter().map(|pending| pending.key).collect::<Vec<_>>(), [key_b]);
    assert!(index.needs(&key_b).unwrap());
    assert!(index.remove_pending(&key_b).unwrap() && !index.remove_pending(&key_b).unwrap());
    assert!(!index.needs(&key_b).unwrap());
    assert!(!index.set_deal(&key_b, 5).unwrap());
}

#[test]
fn a_root_is_found_while_its_bytes_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let (a, b) = (change(0, 1, &shard(1, 10)), change(1, 2, &shard(2, 10)));
    let (key_a, key_b) = (pending_of(&a, 0).key, pending_of(&b, 0).key);
    let found = |index: &LocalIndex| (index.shard_with_root(&key_a.root).unwrap(), index.shard_with_root(&key_b.root).unwrap());
    assert_eq!(found(&index), (None, None));
    index.add_pending(&pending_of(&a, 10)).unwrap();
    assert_eq!(found(&index), (Some(key_a), None));
    index.apply(block(1), &[a]).unwrap();
    index.apply(block(2), &[b]).unwrap();
    assert_eq!(found(&index), (Some(key_a), Some(key_b)));
    index.rollback(block(1)).unwrap();
    assert_eq!(found(&index), (Some(key_a), None), "the fork with the second append was left");
    index.apply(block(2), &[RangeChange::Clear { index: 0 }]).unwrap();
    assert!(index.needs(&key_a).unwrap(), "the sealed range may still be challenged");
    index.forget_before(index.version()).unwrap();
    assert_eq!(index.purge(2).unwrap(), [key_a]);
    assert_eq!(found(&index), (None, None));
    assert!(!index.needs(&key_a).unwrap());
}

#[test]
fn a_sealed_range_is_proven_while_the_live_one_moves_on() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let shards: Vec<Bytes> = (0..12u8).map(|i| shard(i, 1000 * usize::from(i) + 1)).collect();
    let changes: Vec<_> = (0..).zip(&shards).map(|(i, bytes)| change(i, i as u8, bytes)).collect();
    index.apply(block(1), &changes[..9]).unwrap();
    let mut sealed = Peaks::default();
    for change in &changes[..9] {
        let RangeChange::Append { leaf, .. } = change else { unreachable!() };
        sealed.append(leaf.node()).unwrap();
    }
    let at_seal = index.version();
    // After the seal: two cleared, three appended.
    index.apply(block(2), &[RangeChange::Clear { index: 8 }, RangeChange::Clear { index: 4 }]).unwrap();
    index.apply(block(3), &changes[9..]).unwrap();

    // Also after a restart.
    drop(index);
    let index = open(folder.path());
    assert_eq!(sealed_version(&index, &sealed).unwrap(), at_seal);
    let seed = [42; 32];
    let owing = owed(&index, &sealed, &seed, 3, 8).unwrap();
    let proofs: Vec<_> = owing.iter().map(|o| prove(o, &shards[o.index as usize]).unwrap()).collect();
    assert_eq!(proof::verify(&sealed, &seed, 3, 8, &proofs), Ok(()));
    // Bytes that rot on disk are noticed here and not on chain.
    let place = &owing[0];
    let mut rotten = shards[place.index as usize].to_vec();
    rotten[place.chunk as usize * 1024] ^= 1;
    assert_eq!(prove(place, &rotten), Err(ProveError::Damaged(place.index)));
    assert!(matches!(prove(place, &[]), Err(ProveError::WrongLength { got: 0, .. })));
    // Cleared bytes may go once no proof can ask for them, and not before.
    let error = index.purge(2).unwrap_err();
    assert!(matches!(error, PurgeError::StillJournalled { .. }), "{error}");
    assert_eq!(index.all_held().unwrap().len(), 12);
    index.forget_before(index.version()).unwrap();
    let free = index.purge(2).unwrap();
    assert_eq!(free.len(), 2);
    assert_eq!(index.all_held().unwrap().len(), 10);
    assert!(matches!(owed(&index, &sealed, &seed, 3, 8), Err(OwedError::UnknownSeal)));
    assert!(owed(&index, &Peaks::default(), &seed, 3, 8).unwrap().is_empty());
    let error = index.rollback(block(2)).unwrap_err();
    assert!(matches!(error, ApplyError::TooFarBack { block: 2 }), "{error}");
    index.rollback(block(3)).unwrap();
}

#[test]
fn bytes_that_something_else_needs_stay() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let bytes = shard(1, 500);
    // Lost and repaired by the same miner: two leaves, one shard.
    let (first, again) = (change(0, 1, &bytes), change(1, 1, &bytes));
    index.apply(block(1), &[first]).unwrap();
    index.apply(block(2), &[RangeChange::Clear { index: 0 }, again]).unwrap();
    assert_eq!(index.slot(1, 1).unwrap().unwrap().0, 1);
    index.forget_before(index.version()).unwrap();
    assert!(index.purge(5).unwrap().is_empty());
    index.apply(block(3), &[RangeChange::Clear { index: 1 }]).unwrap();
    index.forget_before(index.version()).unwrap();
    index.add_pending(&pending_of(&again, 99)).unwrap();
    assert!(index.purge(5).unwrap().is_empty());
    drop(index);
    let index = open(folder.path());
    assert_eq!((index.version(), index.with_tree(|tree| tree.leaves())), (4, 2));
}

#[test]
fn a_second_worker_and_a_file_of_something_else_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _index = open(folder.path());
    let error = LocalIndex::open(folder.path().join("index.redb")).unwrap_err();
    assert!(matches!(error, OpenIndexError::InUse(_)), "{error}");
    let other = folder.path().join("other");
    std::fs::write(&other, [1; 10_000]).unwrap();
    let error = LocalIndex::open(&other).unwrap_err();
    assert!(matches!(error, OpenIndexError::Unusable { .. }), "{error}");
}

#[test]
fn a_range_that_is_made_anew_is_the_one_that_was() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let changes: Vec<_> = (0..5u8).map(|i| change(i.into(), i, &shard(i, 3000 + usize::from(i)))).collect();
    let waiting = pending_of(&change(9, 9, &shard(9, 100)), 50);
    index.add_pending(&waiting).unwrap();
    index.apply(block(1), &changes).unwrap();
    index.apply(block(2), &[RangeChange::Clear { index: 2 }]).unwrap();
    let (live, version) = (nodes(&index), index.version());
    index.forget_before(version).unwrap();

    // What does not fit together changes nothing.
    let gap = [(1, changes[1..].to_vec())];
    assert!(matches!(index.rebuild(&gap, block(3)), Err(ApplyError::OutOfOrder { expected: 0, got: 1 })));
    assert_eq!((nodes(&index), index.cursor().unwrap()), (live.clone(), Some(block(2))));

    let blocks = [(1, changes), (2, vec![RangeChange::Clear { index: 2 }])];
    assert_eq!(index.rebuild(&blocks, block(7)).unwrap(), 6);
    drop(index);
    let index = open(folder.path());
    assert_eq!((nodes(&index), index.version(), index.cursor().unwrap()), (live, 6, Some(block(7))));
    assert_eq!(index.held(2).unwrap().unwrap().cleared, Some(2));
    assert_eq!(index.slot(3, 3).unwrap().unwrap().0, 3);
    assert_eq!(index.pending(&waiting.key).unwrap(), Some(waiting), "what waits for a deal still does");
    assert!(!index.is_held(&waiting.key).unwrap());
}

#[test]
fn what_waits_for_a_deal_is_counted_through_every_change() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let changes: Vec<_> = (0..4u8).map(|i| change(i.into(), i, &shard(i, 5000))).collect();
    let of = |bytes, shards| Sum { bytes, shards };
    let counted = |index: &LocalIndex, bytes, shards, what: &str| {
        assert_eq!(index.waiting(&[1; 32]), (of(bytes, shards), of(bytes, shards)), "{what}");
        assert_eq!(index.waiting(&[2; 32]).1, Sum::default(), "{what}: nothing is another owner's");
    };
    for change in &changes {
        index.add_pending(&pending_of(change, 50)).unwrap();
    }
    counted(&index, 20_000, 4, "four came");
    index.add_pending(&Pending { length: 10, ..pending_of(&changes[3], 60) }).unwrap();
    counted(&index, 15_000 + 4096, 4, "one was replaced by a short one, which counts for 4 KiB");
    index.set_deal(&pending_of(&changes[1], 0).key, 7).unwrap();
    counted(&index, 10_000 + 4096, 3, "a deal asks for one");
    index.apply(block(1), &changes[..1]).unwrap();
    counted(&index, 5_000 + 4096, 2, "one was appended");
    index.apply(block(2), &changes[1..3]).unwrap();
    counted(&index, 4096, 1, "and two more, of which one was asked for before");
    index.rollback(block(1)).unwrap();
    counted(&index, 5_000 + 4096, 2, "which were taken back");
    drop(index);
    let index = open(folder.path());
    counted(&index, 5_000 + 4096, 2, "counted anew at the start");
    index.remove_pending(&pending_of(&changes[3], 0).key).unwrap();
    counted(&index, 5_000, 1, "one is forgotten");
    index.remove_pending(&pending_of(&changes[3], 0).key).unwrap();
    counted(&index, 5_000, 1, "and not twice");
}
