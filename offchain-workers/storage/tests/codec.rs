//! From plaintext to shards and back: any `k` restore, fewer do not, and no altered byte passes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use idlewild_storage::{
    decode::{DecodeError, Decoder, Fetched, VerifiedShard},
    encode::{plain_hash, EncodedCopy, Encoder},
    erasure::CodeError,
    keys::{storage_secret_from_seed, DataKey, StorageSecret},
    layout::{Layout, LayoutError},
    seal::{Cipher, OpenError},
};
use idlewild_storage_primitives::geometry::{sealed_len, Geometry};
use proptest::prelude::*;
use rand::{rngs::StdRng, seq::SliceRandom, Rng, RngCore, SeedableRng};

const SALT: [u8; 16] = [5; 16];
const FRAME: usize = 64 << 10;
const CLASSES: [Geometry; 3] = [Geometry::HOT, Geometry::STANDARD, Geometry::ARCHIVE];

fn secret() -> StorageSecret {
    storage_secret_from_seed(&[9; 32])
}

fn random(len: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; len];
    StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
    bytes
}

fn key_of(plain: &[u8], copy: u8) -> DataKey {
    secret().data_key(&SALT, copy, &plain_hash(plain))
}

fn encoded(geometry: Geometry, plain: &[u8]) -> EncodedCopy {
    Encoder::new(geometry).unwrap().encode(plain, &key_of(plain, 0)).unwrap()
}

fn checked(copy: &EncodedCopy, kept: &[u8]) -> Vec<VerifiedShard> {
    let root = |i: u8| &copy.roots()[usize::from(i)];
    kept.iter().map(|i| VerifiedShard::check(*i, copy.shard(*i).unwrap(), root(*i)).unwrap()).collect()
}

fn some_of(count: u8, of: u8, rng: &mut StdRng) -> Vec<u8> {
    let mut all: Vec<u8> = (0..of).collect();
    all.shuffle(rng);
    all.truncate(usize::from(count));
    all
}

#[test]
fn sizes_at_every_edge_survive_the_loss_of_any_m() {
    let mut rng = StdRng::seed_from_u64(4);
    let sizes = [1, 15, 63, 64, 1023, 1024, 1025, FRAME - 1, FRAME, FRAME + 1, 5 * FRAME + 1234];
    for geometry in CLASSES {
        let decoder = Decoder::new(geometry).unwrap();
        for (seed, size) in sizes.into_iter().enumerate() {
            let plain = random(size, seed as u64);
            let copy = encoded(geometry, &plain);
            let kept = some_of(geometry.data, geometry.shards(), &mut rng);
            let shards = checked(&copy, &kept);
            let restored = decoder.decode(&shards, size as u32, &plain_hash(&plain), &key_of(&plain, 0)).unwrap();
            assert_eq!(restored, plain, "{size} bytes at {geometry:?} from {kept:?}");
        }
    }
}

#[test]
fn one_loss_too_many_says_how_many_are_missing() {
    let plain = random(1000, 1);
    for geometry in CLASSES {
        let copy = encoded(geometry, &plain);
        let kept: Vec<u8> = (geometry.parity + 1..geometry.shards()).collect();
        let error = Decoder::new(geometry)
            .unwrap()
            .decode(&checked(&copy, &kept), 1000, &plain_hash(&plain), &key_of(&plain, 0))
            .unwrap_err();
        let needed = usize::from(geometry.data);
        assert_eq!(error, DecodeError::Code(CodeError::TooFew { have: needed - 1, needed }));
        assert!(error.to_string().contains("fetch 1 more"), "{error}");
    }
}

#[test]
fn a_wrong_shard_is_named_and_a_wrong_plaintext_never_returned() {
    let plain = random(300_000, 2);
    let copy = encoded(Geometry::HOT, &plain);
    let mut bytes = copy.shard(2).unwrap().to_vec();
    bytes[70_000] ^= 1;
    let error = VerifiedShard::check(2, bytes.clone().into(), &copy.roots()[2]).unwrap_err();
    assert!(error.to_string().contains("shard 2"), "{error}");
    // A right shard in another's place is as wrong.
    assert!(VerifiedShard::check(1, copy.shard(2).unwrap(), &copy.roots()[1]).is_err());

    // Even if somebody skips the check against the root, the altered byte does not get out.
    let decoder = Decoder::new(Geometry::HOT).unwrap();
    let mut shards = checked(&copy, &[0, 1, 3]);
    shards.push(VerifiedShard::already_checked(2, bytes.into()));
    let (hash, key) = (plain_hash(&plain), key_of(&plain, 0));
    let error = decoder.decode(&shards, 300_000, &hash, &key).unwrap_err();
    assert!(matches!(error, DecodeError::Open(OpenError::Forged(_))), "{error}");

    let shards = checked(&copy, &[0, 1, 2, 3]);
    assert_eq!(decoder.decode(&shards, 300_000, &[0; 32], &key), Err(DecodeError::WrongPlaintext));
    let other = secret().data_key(&[6; 16], 0, &hash);
    assert_eq!(decoder.decode(&shards, 300_000, &hash, &other), Err(DecodeError::Open(OpenError::Forged(0))));
    let error = decoder.decode(&shards, 100, &hash, &key).unwrap_err();
    assert!(matches!(error, DecodeError::WrongLength { .. }), "{error}");
}

#[test]
fn copies_and_changed_files_share_no_key_and_no_root() {
    let encoder = Encoder::new(Geometry::HOT).unwrap();
    let plain = random(100_000, 3);
    let secret = secret();
    let (hash, copies) = encoder.copies(&plain, &secret, SALT, 3);
    let copies: Vec<EncodedCopy> = copies.map(Result::unwrap).collect();
    let mut roots: Vec<_> = copies.iter().flat_map(|copy| copy.roots().to_vec()).collect();
    assert_eq!(roots.len(), 24);
    roots.sort_unstable();
    roots.dedup();
    assert_eq!(roots.len(), 24, "every (copy, shard) has its own bytes");
    for (number, copy) in (0u8..).zip(&copies) {
        let shards = checked(copy, &[4, 5, 6, 7]);
        let key = secret.data_key(&SALT, number, &hash);
        assert_eq!(Decoder::new(Geometry::HOT).unwrap().decode(&shards, 100_000, &hash, &key).unwrap(), plain);
    }

    // The same deal resumed with one bit changed at the end: were key and nonce the same, the keystream would be too, and
    // all other sealed bytes would not change.
    let mut changed = plain.clone();
    changed[99_999] ^= 1;
    let (_, again) = encoder.copies(&changed, &secret, SALT, 1);
    let again: Vec<EncodedCopy> = again.map(Result::unwrap).collect();
    let equal = copies[0].shard(0).unwrap().iter().zip(again[0].shard(0).unwrap().iter()).filter(|(a, b)| a == b).count();
    assert!(equal < 300, "{equal} equal bytes of 25,024 are more than chance");
}

#[test]
fn reused_memory_leaves_no_trace() {
    let encoder = Encoder::new(Geometry::STANDARD).unwrap();
    let large = random(1_000_000, 4);
    let small = random(999, 5);
    encoder.recycle(encoder.encode(&large, &key_of(&large, 0)).unwrap());
    let recycled = encoder.encode(&small, &key_of(&small, 0)).unwrap();
    assert_eq!(recycled.roots(), encoded(Geometry::STANDARD, &small).roots());
    // A shard that is still held keeps its bytes.
    let held = recycled.shard(0).unwrap();
    let before = held.to_vec();
    encoder.recycle(recycled);
    encoder.encode(&large[..999], &key_of(&large[..999], 0)).unwrap();
    assert_eq!(held, before);
}

#[test]
fn the_layout_is_the_documented_one() {
    // Shard i is bytes [i*L, (i+1)*L) of the sealed segment, padded with zeros; parity is the reference library's.
    let plain = random(200_001, 6);
    let key = key_of(&plain, 0);
    let copy = encoded(Geometry::STANDARD, &plain);
    let mut sealed = vec![0; sealed_len(plain.len() as u32) as usize];
    Cipher::new(&key).seal(&plain, &mut sealed).unwrap();
    let shard_len = copy.layout().shard_len() as usize;
    sealed.resize(16 * shard_len, 0);
    let mut expected: Vec<Vec<u8>> = sealed.chunks(shard_len).map(<[u8]>::to_vec).collect();
    expected.extend(std::iter::repeat_n(vec![0; shard_len], 8));
    reed_solomon_erasure::galois_8::ReedSolomon::new(16, 8).unwrap().encode(&mut expected).unwrap();
    assert_eq!(copy.shards().map(|shard| shard.to_vec()).collect::<Vec<_>>(), expected);
    assert_eq!(shard_len % 64, 0);
}

#[test]
fn a_repairer_rebuilds_under_the_same_root() {
    let plain = random(150_000, 7);
    let copy = encoded(Geometry::ARCHIVE, &plain);
    let shards = checked(&copy, &(10..30).collect::<Vec<_>>());
    let lost = [0u8, 5, 9];
    let rebuilt = Decoder::new(Geometry::ARCHIVE).unwrap().rebuild(&shards, &lost).unwrap();
    for (index, bytes) in lost.into_iter().zip(rebuilt) {
        VerifiedShard::check(index, bytes, &copy.roots()[usize::from(index)]).unwrap();
    }
}

fn fetch(copy: &EncodedCopy, layout: &Layout, range: std::ops::Range<u32>, available: &[u8]) -> (Fetched, usize) {
    let (mut fetched, mut bytes) = (Fetched::default(), 0);
    for piece in layout.plan(range).unwrap().fetches(available).unwrap() {
        let shard = copy.shard(piece.shard).unwrap();
        let part: Bytes = shard.slice(piece.range.start as usize..piece.range.end as usize);
        bytes += part.len();
        fetched.insert(piece.shard, piece.range.start, part);
    }
    (fetched, bytes)
}

#[test]
fn ranges_cost_their_frames_and_no_more() {
    let plain = random(40 * FRAME, 8);
    let key = key_of(&plain, 0);
    for geometry in CLASSES {
        let copy = encoded(geometry, &plain);
        let decoder = Decoder::new(geometry).unwrap();
        let layout = *copy.layout();
        let all: Vec<u8> = (0..geometry.shards()).collect();
        let one_lost: Vec<u8> = (1..geometry.shards()).collect();
        for (range, whole, most) in
            [(10..20, &all, FRAME + 4096), (10..20, &one_lost, usize::from(geometry.data) * (FRAME + 4096))]
        {
            let (fetched, bytes) = fetch(&copy, &layout, range.clone(), whole);
            assert!(bytes <= most, "{bytes} fetched for ten at {geometry:?}");
            let plan = layout.plan(range.clone()).unwrap();
            let got = decoder.decode_range(&plan, &fetched, &key).unwrap();
            assert_eq!(got, plain[range.start as usize..range.end as usize]);
        }
    }
}

#[test]
fn a_range_with_a_piece_missing_or_altered_fails() {
    let plain = random(3 * FRAME, 9);
    let copy = encoded(Geometry::HOT, &plain);
    let (layout, key) = (*copy.layout(), key_of(&plain, 0));
    let decoder = Decoder::new(Geometry::HOT).unwrap();
    let plan = layout.plan(0..100).unwrap();
    let error = decoder.decode_range(&plan, &Fetched::default(), &key).unwrap_err();
    assert!(matches!(error, DecodeError::MissingPiece { shard: 0, .. }), "{error}");
    let mut altered = copy.shard(0).unwrap().to_vec();
    altered[50] ^= 4;
    let mut fetched = Fetched::default();
    fetched.insert(0, 0, altered.into());
    fetched.insert(1, 0, copy.shard(1).unwrap());
    assert_eq!(decoder.decode_range(&plan, &fetched, &key), Err(DecodeError::Open(OpenError::Forged(0))));
    assert_eq!(Encoder::new(Geometry::HOT).unwrap().encode(&[], &key).unwrap_err(), LayoutError::Empty.into());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_loss_of_m_restores(data in 1u8..24, parity in 1u8..12, len in 1usize..200_000, seed: u64) {
        let geometry = Geometry { data, parity };
        let mut rng = StdRng::seed_from_u64(seed);
        let plain = random(len, seed);
        let copy = encoded(geometry, &plain);
        let kept = some_of(data, geometry.shards(), &mut rng);
        let decoder = Decoder::new(geometry).unwrap();
        let restored = decoder.decode(&checked(&copy, &kept), len as u32, &plain_hash(&plain), &key_of(&plain, 0));
        prop_assert_eq!(restored, Ok(plain));
    }

    #[test]
    fn any_range_restores_from_any_k(class in 0usize..3, len in 1usize..400_000, seed: u64) {
        let geometry = CLASSES[class];
        let mut rng = StdRng::seed_from_u64(seed);
        let plain = random(len, seed);
        let copy = encoded(geometry, &plain);
        let available = some_of(rng.gen_range(geometry.data..=geometry.shards()), geometry.shards(), &mut rng);
        let start = rng.gen_range(0..=len);
        let end = rng.gen_range(start..=len);
        let layout = *copy.layout();
        let range = start as u32..end as u32;
        let (fetched, _) = fetch(&copy, &layout, range.clone(), &available);
        let plan = layout.plan(range).unwrap();
        let got = Decoder::new(geometry).unwrap().decode_range(&plan, &fetched, &key_of(&plain, 0));
        prop_assert_eq!(got, Ok(plain[start..end].to_vec()));
    }
}
