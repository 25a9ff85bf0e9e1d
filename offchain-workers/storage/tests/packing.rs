//! Files into segments, and the tree of files back from nothing but segments and manifests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io::{self, Read},
};

use idlewild_storage::{
    encode::plain_hash,
    index::Index,
    keys::storage_secret_from_seed,
    manifest::Manifest,
    packer::{lengths, ObjectMeta, PackError, Packer, Segment},
    tree::Tree,
};
use proptest::prelude::*;
use rand::{rngs::StdRng, RngCore, SeedableRng};

const CAPACITY: u32 = 256 << 10;

fn meta(path: &str, size: usize) -> ObjectMeta {
    ObjectMeta { path: path.into(), size: size as u64, modified: 1_700_000_000_000 }
}

fn bytes(len: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; len];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

fn pack(files: &[(String, Vec<u8>)]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut packer = Packer::with_capacity(CAPACITY, |segment| {
        segments.push(segment);
        Ok::<_, Infallible>(())
    });
    for (path, contents) in files {
        packer.add(&meta(path, contents.len()), &contents[..]).unwrap();
    }
    packer.finish().unwrap();
    segments
}

/// Everything through the manifests, as a clean machine with the mnemonic would do it.
fn tree_of(segments: &[Segment]) -> Tree<usize> {
    let secret = storage_secret_from_seed(&[1; 32]);
    Tree::build(segments.iter().enumerate().map(|(deal, segment)| {
        let key = secret.manifest_key(&[deal as u8; 16]);
        let on_chain = segment.manifest(plain_hash(&segment.bytes)).seal(&key).unwrap();
        let manifest = Manifest::open(&key, &on_chain).unwrap();
        assert_eq!(manifest.length as usize, segment.bytes.len());
        let index = &segment.bytes[manifest.index_offset as usize..];
        (deal, Index::from_bytes(index, manifest.index_offset).unwrap())
    }))
}

fn read_back(tree: &Tree<usize>, segments: &[Segment], path: &str, range: std::ops::Range<u64>) -> Vec<u8> {
    let extents = tree.get(path).unwrap().extents(range);
    extents.iter().flat_map(|e| segments[e.segment].bytes[e.range.start as usize..e.range.end as usize].to_vec()).collect()
}

/// The segments are as was known from paths and sizes alone.
fn check_lengths(files: &[(String, Vec<u8>)], segments: &[Segment]) {
    let metas: Vec<_> = files.iter().map(|(path, contents)| meta(path, contents.len())).collect();
    let expected: Result<Vec<u32>, PackError<Infallible>> = lengths(&metas, CAPACITY);
    let expected = expected.unwrap();
    assert_eq!(expected.len(), segments.len());
    for (expected, segment) in expected.into_iter().zip(segments) {
        // The count of entries may take four bytes less than it can at most.
        let made = segment.bytes.len() as u32;
        assert!((made..=made + 4).contains(&expected), "{made} bytes where {expected} were expected");
    }
}

fn check_all(files: &[(String, Vec<u8>)]) -> Vec<Segment> {
    let segments = pack(files);
    assert!(segments.iter().all(|segment| segment.bytes.len() <= CAPACITY as usize));
    check_lengths(files, &segments);
    let tree = tree_of(&segments);
    assert!(tree.incomplete().is_empty());
    let expected: BTreeMap<_, _> = files.iter().cloned().collect();
    assert_eq!(tree.objects().count(), expected.len());
    for (path, contents) in &expected {
        assert_eq!(tree.get(path).unwrap().size, contents.len() as u64);
        assert_eq!(&read_back(&tree, &segments, path, 0..u64::MAX), contents, "{path}");
    }
    segments
}

#[test]
fn small_objects_share_a_segment() {
    let files: Vec<_> = (0..100).map(|i| (format!("docs/{i}.txt"), bytes(i * 10, i as u64))).collect();
    assert_eq!(check_all(&files).len(), 1);
}

#[test]
fn long_paths_take_their_place() {
    let path = |i: usize| format!("{i:04}{}", "x".repeat(3_996));
    let files: Vec<_> = (0..300).map(|i| (path(i), vec![7])).collect();
    // 64 entries of 4,058 bytes to a segment.
    assert_eq!(check_all(&files).len(), 5);
}

#[test]
fn edges() {
    assert!(pack(&[]).is_empty());
    check_lengths(&[], &[]);
    assert_eq!(check_all(&[("empty".into(), vec![])]).len(), 1);
    assert_eq!(check_all(&[("one".into(), vec![7])]).len(), 1);
    // The largest object that fits one segment, and one byte more.
    let probe = pack(&[("x".into(), bytes(1000, 1))]);
    // The count of entries may take four bytes more than it does with one.
    let room = CAPACITY as usize - (probe[0].bytes.len() - 1000) - 4;
    assert_eq!(check_all(&[("x".into(), bytes(room, 2))]).len(), 1);
    let two = check_all(&[("x".into(), bytes(room + 1, 3))]);
    assert_eq!(two.len(), 2);
    // A large one, and small ones in the rest of its last segment.
    let files = [("big".into(), bytes(5 * CAPACITY as usize, 4)), ("s".into(), bytes(10, 5)), ("t".into(), bytes(0, 5))];
    assert_eq!(check_all(&files).len(), 6);
}

#[test]
fn a_later_put_of_a_path_replaces_the_earlier() {
    let first = pack(&[("a".into(), bytes(10, 1)), ("b".into(), bytes(11, 2))]);
    let second = pack(&[("a".into(), bytes(12, 3))]);
    let segments = [first, second].concat();
    let tree = tree_of(&segments);
    assert_eq!(tree.get("a").unwrap().size, 12);
    assert_eq!(tree.get("b").unwrap().size, 11);
    assert_eq!(tree.superseded().len(), 1);
    assert_eq!(tree.superseded()[0].size, 10);
    assert_eq!(tree.below("").count(), 2);
    assert_eq!(tree.below("b").count(), 1);
}

#[test]
fn an_object_whose_segment_is_gone_is_reported_and_the_rest_stands() {
    let mut segments = pack(&[("big".into(), bytes(700_000, 1)), ("small".into(), bytes(9, 2))]);
    segments.remove(0);
    let tree = tree_of(&segments);
    assert!(tree.get("big").is_none());
    assert_eq!(read_back(&tree, &segments, "small", 0..9), bytes(9, 2));
    let [missing] = tree.incomplete() else { panic!("{:?}", tree.incomplete()) };
    assert_eq!((missing.path.as_str(), missing.found, missing.parts), ("big", 2, 3));
}

struct Breaks;

impl Read for Breaks {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_file_that_changes_or_breaks_leaves_the_others_alone() {
    let mut segments = Vec::new();
    let mut packer = Packer::with_capacity(CAPACITY, |segment| {
        segments.push(segment);
        Ok::<_, Infallible>(())
    });
    packer.add(&meta("good", 5), &b"fives"[..]).unwrap();
    let shrunk = packer.add(&meta("shrunk", 100), &b"short"[..]).unwrap_err();
    assert!(matches!(shrunk, PackError::Changed { size: 100, .. }), "{shrunk}");
    let grown = packer.add(&meta("grown", 3), &b"longer"[..]).unwrap_err();
    assert!(matches!(grown, PackError::Changed { size: 3, .. }), "{grown}");
    let broken = packer.add(&meta("broken", 3), Breaks).unwrap_err();
    assert!(broken.to_string().contains("the disk is gone"), "{broken}");
    for path in ["", "/abs", "a//b", "a/../b", ".", "nul\0"] {
        let error = packer.add(&meta(path, 0), io::empty()).unwrap_err();
        assert!(matches!(error, PackError::BadPath { .. }), "{error}");
    }
    packer.add(&meta("also", 2), &b"ok"[..]).unwrap();
    packer.finish().unwrap();
    let tree = tree_of(&segments);
    assert_eq!(tree.objects().map(|o| o.path.as_str()).collect::<Vec<_>>(), ["also", "good"]);
    assert_eq!(read_back(&tree, &segments, "also", 0..2), b"ok");
}

#[test]
fn a_sink_that_refuses_stops_the_packing() {
    #[derive(Debug, thiserror::Error)]
    #[error("no miner takes it")]
    struct Refused;
    let mut packer = Packer::with_capacity(CAPACITY, |_| Err(Refused));
    let error = packer.add(&meta("big", 1 << 20), &bytes(1 << 20, 1)[..]).unwrap_err();
    assert!(matches!(error, PackError::Sink(Refused)));
}

#[test]
fn the_same_ids_give_the_same_segments() {
    let pack = || {
        let mut segments = Vec::new();
        let mut packer = Packer::with_capacity(CAPACITY, |segment| {
            segments.push(segment);
            Ok::<_, Infallible>(())
        });
        packer.add_as([3; 16], &meta("f", 400_000), &bytes(400_000, 1)[..]).unwrap();
        packer.finish().unwrap();
        segments
    };
    assert_eq!(pack(), pack());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_files_come_back(sizes in prop::collection::vec(prop_oneof![0usize..2000, 0usize..600_000], 0..20), seed: u64) {
        let files: Vec<_> =
            sizes.iter().enumerate().map(|(i, len)| (format!("d{}/{i}", i % 3), bytes(*len, seed ^ i as u64))).collect();
        let segments = check_all(&files);
        let tree = tree_of(&segments);
        for (path, contents) in &files {
            let (from, to) = (contents.len() / 3, contents.len() / 2);
            prop_assert_eq!(read_back(&tree, &segments, path, from as u64..to as u64), &contents[from..to]);
        }
    }
}
