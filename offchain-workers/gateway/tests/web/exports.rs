//! Forms that a client checks for itself.

use bao_tree::{
    io::{sync::DecodeResponseIter, BaoContentItem},
    BaoTree, BlockSize, ChunkRanges,
};

use crate::{
    car_reader,
    support::{noise, Answer, World},
};

/// Sizes around the places where the forms change their shape.
const SIZES: [usize; 9] = [0, 1, 16 << 10, (16 << 10) + 1, 262_144, 1 << 20, (1 << 20) + 1, 1_310_720, 3_000_001];

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.header(name).unwrap_or_else(|| panic!("{name} is missing"))
}

#[tokio::test]
async fn raw_is_the_bytes_and_their_hash() {
    let world = World::new().await;
    for size in [0, 1, 2_000_000] {
        let bytes = noise(size);
        world.put("open", "a.html", &bytes).await;
        let answer = world.get("alice.localhost", "/a.html?format=raw").await;
        assert_eq!(answer.status, 200);
        assert!(answer.body == bytes);
        assert_eq!(header(&answer, "x-idlewild-blake3"), blake3::hash(&bytes).to_hex().as_str());
        // A browser takes it for a file, and not for a page of the site.
        assert_eq!(header(&answer, "content-type"), "application/vnd.ipld.raw");
        assert!(header(&answer, "content-disposition").starts_with("attachment; filename=\"a.html.raw\""));
    }
    let part = world.get_with("alice.localhost", "/a.html?format=raw", &[("range", "bytes=5-9")]).await;
    assert!(part.status == 206 && part.body == noise(2_000_000)[5..10]);
}

#[tokio::test]
async fn the_hash_of_an_object_of_parts_is_found_by_reading_it() {
    let world = World::new().await;
    let bytes = noise(6 << 20);
    let upload = world.store.begin_upload("open", "parts", Default::default()).await.unwrap();
    let mut parts = Vec::new();
    for (number, part) in [(1, &bytes[..5 << 20]), (2, &bytes[5 << 20..])] {
        let mut writer = world.store.writer("open", Some(part.len() as u64)).await.unwrap();
        writer.write(part.to_vec().into()).await.unwrap();
        let staged = writer.finish().await.unwrap();
        parts.push((number, world.store.put_part(&upload, number, staged).await.unwrap().etag));
    }
    let version = world.store.complete_upload(&upload, &parts, &Default::default()).await.unwrap();
    assert_eq!(version.blake3, None, "the test is about objects whose hash is not known");
    let digest = blake3::hash(&bytes).to_hex();
    for _ in 0..2 {
        let answer = world.head("alice.localhost", "/parts?format=raw").await;
        assert_eq!(header(&answer, "x-idlewild-blake3"), digest.as_str());
    }
    let answer = world.get("alice.localhost", "/parts?format=bao").await;
    assert_eq!(header(&answer, "x-idlewild-blake3"), digest.as_str());
    let answer = world.get("alice.localhost", "/parts?format=car").await;
    assert!(car_reader::read(&answer.body).unwrap().object == bytes);
}

#[tokio::test]
async fn a_car_file_proves_itself_block_by_block() {
    let world = World::new().await;
    for size in SIZES {
        let bytes = noise(size);
        world.put("open", "a", &bytes).await;
        let answer = world.get("alice.localhost", "/a?format=car").await;
        assert_eq!(answer.status, 200);
        assert_eq!(header(&answer, "content-type"), "application/vnd.ipld.car; version=1; order=dfs; dups=y");
        assert_eq!(header(&answer, "accept-ranges"), "none");
        let read = car_reader::read(&answer.body).unwrap_or_else(|error| panic!("{size}: {error}"));
        assert!(read.object == bytes, "{size}");
        assert_eq!(read.nodes, usize::from(size > 1 << 20), "{size}");
        assert_eq!(header(&answer, "x-idlewild-root"), text_of(&read.root));
        if size <= 1 << 20 {
            assert_eq!(read.root[4..], blake3::hash(&bytes).as_bytes()[..]);
        }
        // A range would be one of the file, of which only the whole makes sense.
        let part = world.get_with("alice.localhost", "/a?format=car", &[("range", "bytes=0-9")]).await;
        assert!(part.status == 200 && part.body == answer.body);
    }
}

/// A text identifier, by arithmetic on one large number: another way than the writer's.
fn text_of(bytes: &[u8]) -> String {
    let mut bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1)).collect();
    bits.resize(bits.len().next_multiple_of(5), 0);
    let digits = bits.chunks(5).map(|five| five.iter().fold(0, |value, bit| value * 2 + bit));
    "b".chars().chain(digits.map(|digit| char::from(if digit < 26 { b'a' + digit } else { b'2' + digit - 26 }))).collect()
}

#[tokio::test]
async fn a_damaged_car_file_is_noticed() {
    let world = World::new().await;
    world.put("open", "a", noise(1_100_000)).await;
    let file = world.get("alice.localhost", "/a?format=car").await.body;
    for at in [70, 200, 600, 500_000, file.len() - 1] {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert!(car_reader::read(&damaged).is_err(), "{at}");
    }
    assert!(car_reader::read(&file[..file.len() - 100]).is_err());
}

#[tokio::test]
async fn a_verified_stream_is_verified() {
    let world = World::new().await;
    for size in SIZES {
        let bytes = noise(size);
        world.put("open", "a", &bytes).await;
        let answer = world.get("alice.localhost", "/a?format=bao").await;
        assert_eq!((answer.status, header(&answer, "x-idlewild-bao-group")), (200, "16384"));
        let (length, mut encoded) = answer.body.split_at(8);
        assert_eq!(u64::from_le_bytes(length.try_into().unwrap()), size as u64);
        let tree = BaoTree::new(size as u64, BlockSize::from_chunk_log(4));
        let mut decoded = Vec::new();
        for item in DecodeResponseIter::new(blake3::hash(&bytes), tree, &mut encoded, &ChunkRanges::all()) {
            if let BaoContentItem::Leaf(leaf) = item.unwrap() {
                decoded.extend_from_slice(&leaf.data);
            }
        }
        assert!(decoded == bytes && encoded.is_empty(), "{size}");
    }
}

#[tokio::test]
async fn a_form_can_be_accepted_by_its_media_type() {
    let world = World::new().await;
    world.put("open", "a.txt", "hello").await;
    for (accept, media_type) in [
        ("application/vnd.ipld.car", "application/vnd.ipld.car; version=1; order=dfs; dups=y"),
        ("application/vnd.ipld.raw, */*;q=0.1", "application/vnd.ipld.raw"),
        ("text/html, */*", "text/plain; charset=utf-8"),
    ] {
        let answer = world.get_with("alice.localhost", "/a.txt", &[("accept", accept)]).await;
        assert_eq!(header(&answer, "content-type"), media_type);
        assert_eq!(header(&answer, "vary"), "accept");
    }
    assert_eq!(world.get("alice.localhost", "/a.txt?format=tar").await.status, 400);
}
