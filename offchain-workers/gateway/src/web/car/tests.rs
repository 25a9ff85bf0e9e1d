//! Tests of CAR files.

use futures::TryStreamExt;

use super::*;

#[path = "../../../tests/web/car_reader.rs"]
mod car_reader;

/// Every size around the places where the shape changes, read by a decoder that shares no code with the writer.
#[tokio::test]
async fn what_is_written_can_be_read_and_checked() {
    let shape = Shape { single: 10, block: 4, links: 3 };
    for size in (0..=30).chain([35, 36, 37, 48, 200]) {
        let object: Vec<u8> = (0..size).map(|number| (number * 7 % 251) as u8).collect();
        let source = Source::in_memory(object.clone().into());
        let roots = hash(shape, &source).await.unwrap();
        let file: Vec<u8> = file(shape, source, roots.clone()).try_collect::<Vec<_>>().await.unwrap().concat();
        assert_eq!(file.len() as u64, length(shape, size), "{size}");
        let read = car_reader::read(&file).unwrap_or_else(|error| panic!("{size}: {error}"));
        assert_eq!(read.object, object);
        assert_eq!(read.root, roots.root.to_bytes());
        assert_eq!(read.nodes > 1, size > 12, "{size}");
    }
}

#[tokio::test]
async fn a_file_ends_where_the_bytes_are_others() {
    let shape = Shape { single: 10, block: 4, links: 3 };
    let roots = hash(shape, &Source::in_memory(vec![1; 40].into())).await.unwrap();
    let file = file(shape, Source::in_memory(vec![2; 40].into()), roots).try_collect::<Vec<_>>().await;
    assert!(matches!(file, Err(BodyError::Changed)));
}

#[test]
fn an_object_is_cut_without_gap_or_overlap() {
    for (size, step, count) in [(0, 10, 0), (10, 10, 1), (11, 10, 2), (30, 10, 3)] {
        let pieces: Vec<_> = cut(5..5 + size, step).collect();
        assert_eq!(pieces.len(), count);
        assert!(pieces.windows(2).all(|two| two[0].end == two[1].start));
        assert_eq!(pieces.iter().map(|piece| piece.end - piece.start).sum::<u64>(), size);
    }
}

/// Written by hand from the format's description: a map of `roots` and `version`, and the first vector of BLAKE3.
#[test]
fn the_header_of_a_file() {
    let root = Cid::of(Codec::Raw, b"");
    let digest = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    assert_eq!(hex::encode(header(root)), format!("3aa265726f6f747381d82a58250001551e20{digest}6776657273696f6e01"));
}

#[test]
fn a_node_of_two_blocks() {
    let cid = Cid::of(Codec::Raw, b"");
    let digest = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    let link = format!("d82a58250001551e20{digest}");
    assert_eq!(
        hex::encode(node(&[cid, cid], 300_000, SHAPE.block)),
        format!("a26473697a651a000493e0656c696e6b738282{link}1a0004000082{link}1993e0")
    );
}

/// The largest object's root is a block that other tools still take.
#[test]
fn no_node_is_too_large() {
    let any = Cid::of(Codec::Raw, b"");
    assert!(node(&vec![any; 16_384], MAX_BYTES, SHAPE.span()).len() < 1 << 20);
    assert!(node(&vec![any; SHAPE.links as usize], SHAPE.span(), SHAPE.block).len() < 1 << 20);
}
