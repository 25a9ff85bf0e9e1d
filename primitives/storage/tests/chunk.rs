//! A chunk proof is accepted for its own chunk, shard and index, and for nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage_primitives::{
    chunk::{path, verify, ChunkError, MAX_PATH},
    geometry::{chunk_len, chunks},
    Root, CHUNK_BYTES,
};
use proptest::prelude::*;

fn shard(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|i| (i as u32).wrapping_mul(2_654_435_761).to_le_bytes()[3] ^ seed).collect()
}

fn root(shard: &[u8]) -> Root {
    *blake3::hash(shard).as_bytes()
}

fn chunk(shard: &[u8], index: u32) -> &[u8] {
    let start = index as usize * CHUNK_BYTES;
    &shard[start..start + chunk_len(shard.len() as u32, index).unwrap()]
}

/// Every attack on the proof of one chunk.
fn attack(shard: &[u8], index: u32) {
    let (root, count) = (root(shard), chunks(shard.len() as u32));
    let (bytes, siblings) = (chunk(shard, index).to_vec(), path(shard, index).unwrap());
    assert!(siblings.len() <= MAX_PATH);
    assert_eq!(verify(&root, count, index, &bytes, &siblings), Ok(()));

    // Out of range, and every other index.
    assert_eq!(verify(&root, count, count, &bytes, &siblings), Err(ChunkError::OutOfRange));
    assert_eq!(verify(&root, 0, 0, &bytes, &siblings), Err(ChunkError::OutOfRange));
    for other in [0, index ^ 1, index / 2, count / 2, count - 1] {
        if other != index && other < count {
            assert!(verify(&root, count, other, &bytes, &siblings).is_err(), "{other} for {index} of {count}");
        }
    }
    // Altered, cut short, drawn out, empty.
    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert_eq!(verify(&root, count, index, &altered, &siblings), Err(ChunkError::WrongRoot));
    }
    let truncated = verify(&root, count, index, &bytes[..bytes.len() - 1], &siblings).unwrap_err();
    let last = index + 1 == count;
    assert_eq!(truncated, if last && bytes.len() > 1 { ChunkError::WrongRoot } else { ChunkError::WrongLength });
    let longer = [&bytes[..], &[0]].concat();
    let expected = if longer.len() > CHUNK_BYTES { ChunkError::WrongLength } else { ChunkError::WrongRoot };
    assert_eq!(verify(&root, count, index, &longer, &siblings), Err(expected));
    assert_eq!(verify(&root, count, index, &[], &siblings), Err(ChunkError::WrongLength));
    // A path too long, too short, out of order, or altered.
    let long = [&siblings[..], &[[7; 32]]].concat();
    assert_eq!(verify(&root, count, index, &bytes, &long), Err(ChunkError::WrongPathLength));
    for at in 0..siblings.len() {
        assert_eq!(verify(&root, count, index, &bytes, &siblings[at + 1..]), Err(ChunkError::WrongPathLength));
        let mut altered = siblings.clone();
        altered[at][31] ^= 0x80;
        assert_eq!(verify(&root, count, index, &bytes, &altered), Err(ChunkError::WrongRoot));
    }
    if siblings.len() > 1 {
        let mut swapped = siblings.clone();
        swapped.swap(0, 1);
        assert_eq!(verify(&root, count, index, &bytes, &swapped), Err(ChunkError::WrongRoot));
    }
    // Against another shard's root.
    assert_eq!(verify(&[1; 32], count, index, &bytes, &siblings), Err(ChunkError::WrongRoot));
    assert_eq!(path(shard, count), None);
}

#[test]
fn sizes_around_every_edge() {
    for len in [1, 64, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 4096, 4097, 5 * 1024, 7 * 1024 + 1, 64 * 1024, 65_537] {
        let shard = shard(len, 3);
        for index in 0..chunks(len as u32) {
            attack(&shard, index);
        }
    }
}

#[test]
fn a_shard_of_the_largest_segment_at_hot() {
    let len = 4 << 20;
    for len in [len, len + 1, len - 1] {
        let shard = shard(len, 9);
        let count = chunks(len as u32);
        for index in [0, 1, 2047, 2048, 4094, count - 1] {
            attack(&shard, index);
        }
    }
}

#[test]
fn a_right_chunk_of_another_shard_is_refused() {
    let (mine, other) = (shard(10_000, 1), shard(10_000, 2));
    for index in 0..10 {
        let siblings = path(&other, index).unwrap();
        let outcome = verify(&root(&mine), 10, index, chunk(&other, index), &siblings);
        assert_eq!(outcome, Err(ChunkError::WrongRoot));
        // Its bytes under my siblings, and mine under its.
        assert!(verify(&root(&mine), 10, index, chunk(&other, index), &path(&mine, index).unwrap()).is_err());
        assert!(verify(&root(&mine), 10, index, chunk(&mine, index), &siblings).is_err());
    }
}

#[test]
fn equal_chunks_at_different_places_are_told_apart() {
    // All zeros: only the position that BLAKE3 hashes with each chunk differs.
    let shard = vec![0u8; 8 * CHUNK_BYTES];
    let root = root(&shard);
    let siblings = path(&shard, 2).unwrap();
    assert_eq!(verify(&root, 8, 2, chunk(&shard, 2), &siblings), Ok(()));
    for other in [0, 1, 3, 4, 5, 6, 7] {
        assert_eq!(verify(&root, 8, other, chunk(&shard, other), &siblings), Err(ChunkError::WrongRoot));
    }
}

#[test]
fn an_inner_node_is_no_chunk() {
    // The two chaining values below the root, shown as if they were a 64-byte shard of one chunk.
    let shard = shard(2048, 5);
    let (left, right) = (path(&shard, 1).unwrap(), path(&shard, 0).unwrap());
    let posing = [left[0], right[0]].concat();
    assert_eq!(verify(&root(&shard), 1, 0, &posing, &[]), Err(ChunkError::WrongRoot));
}

proptest! {
    #[test]
    fn every_chunk_of_any_shard(len in 1usize..70_000, seed: u8, pick: u32) {
        let shard = shard(len, seed);
        attack(&shard, pick % chunks(len as u32));
    }
}
