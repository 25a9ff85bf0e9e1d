//! Single files that were published, checked against their hash on chain.

use std::time::Duration;

use bao_tree::{
    io::{sync::DecodeResponseIter, BaoContentItem},
    BaoTree, BlockSize, ChunkRanges,
};
use idlewild_gateway::public::PublicOptions;
use idlewild_objects::BucketInit;

use crate::{
    elsewhere::{open, options, Beside, Elsewhere},
    support::{noise, Answer},
};

const PLAIN: &str = "localhost";

async fn get(beside: &Beside, id: u64) -> Answer {
    beside.world.get(PLAIN, &format!("/publication/{id}")).await
}

#[tokio::test]
async fn a_published_file_is_shown_once_it_was_checked() {
    let beside = Beside::new(options()).await;
    let bytes = noise(2_500_000);
    let hash = blake3::hash(&bytes).to_hex();
    beside.remote.publish(7, "a book.pdf", &bytes, &bytes);
    let world = &beside.world;
    let whole = world.get(PLAIN, "/publication/7").await;
    assert_eq!((whole.status, whole.header("content-type")), (200, Some("application/pdf")));
    assert!(whole.body == bytes);
    assert_eq!(whole.header("x-idlewild-hash"), Some(hash.as_str()));
    assert_eq!(whole.header("x-idlewild-blake3"), Some(hash.as_str()));
    assert!(whole.header("content-security-policy").unwrap().starts_with("sandbox"));
    let part = world.get_with(PLAIN, "/publication/7/a%20book.pdf", &[("range", "bytes=1048570-1048580")]).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[1_048_570..=1_048_580]));
    assert_eq!(part.header("x-idlewild-hash"), Some(hash.as_str()));
    let etag = whole.header("etag").unwrap();
    let same = world.get_with(PLAIN, "/publication/7", &[("if-none-match", etag)]).await;
    assert_eq!((same.status, same.header("x-idlewild-hash")), (304, Some(hash.as_str())));
    // Under a name it has an origin of its own.
    let named = world.get("book.localhost", "/").await;
    assert!(named.status == 200 && named.body == bytes && named.header("content-security-policy").is_none());
    let below = world.get("book.localhost", "/other.html").await;
    assert!(below.status == 404 && below.text().contains("is one file") && below.header("x-idlewild-hash").is_none());
    assert_eq!(beside.downloads(), 1);
    assert_eq!(world.get(PLAIN, "/publication/8").await.status, 404);
    assert_eq!(world.get(PLAIN, "/publication/seven").await.status, 404);
}

#[tokio::test]
async fn the_root_of_the_verified_stream_is_the_hash_on_chain() {
    let beside = Beside::new(options()).await;
    for (id, size) in [(1, 0), (2, 1), (3, 700_001)] {
        let bytes = noise(size);
        beside.remote.publish(id, "", &bytes, &bytes);
        let answer = beside.world.get(PLAIN, &format!("/publication/{id}?format=bao")).await;
        assert_eq!(answer.status, 200);
        // Decoded with the hash of the chain alone, as a client does.
        let on_chain = blake3::Hash::from_hex(answer.header("x-idlewild-hash").unwrap()).unwrap();
        assert_eq!(on_chain, blake3::hash(&bytes));
        let (length, stream) = answer.body.split_first_chunk::<8>().unwrap();
        let tree = BaoTree::new(u64::from_le_bytes(*length), BlockSize::from_chunk_log(4));
        let ranges = ChunkRanges::all();
        let mut decoded = Vec::new();
        for item in DecodeResponseIter::new(on_chain, tree, std::io::Cursor::new(stream), &ranges) {
            if let BaoContentItem::Leaf(leaf) = item.unwrap() {
                decoded.extend_from_slice(&leaf.data);
            }
        }
        assert!(decoded == bytes);
    }
}

#[tokio::test]
async fn what_is_not_what_was_published_is_refused_and_not_kept() {
    let beside = Beside::new(options()).await;
    let promised = noise(1_200_000);
    let mut altered = promised.clone();
    altered[700_000] ^= 1;
    let longer = [promised.as_slice(), b"x"].concat();
    for (id, bytes) in [(1, &altered), (2, &longer), (3, &promised[..1_199_999].to_vec()), (4, &Vec::new())] {
        beside.remote.publish(id, "file.txt", bytes, &promised);
        let answer = get(&beside, id).await;
        assert_eq!(answer.status, 502, "{id}");
        assert!(answer.text().contains("something else than its owner published"), "{}", answer.text());
        assert!(answer.header("x-idlewild-hash").is_none());
        assert_eq!(beside.kept(), 0);
    }
    assert_eq!(beside.downloads(), 4);
}

#[tokio::test]
async fn what_is_too_large_is_not_even_fetched() {
    let beside = Beside::new(PublicOptions { largest: 999, ..options() }).await;
    beside.remote.publish(1, "large", &noise(1_000), &noise(1_000));
    let answer = get(&beside, 1).await;
    assert!(answer.status == 413 && answer.text().contains("1000 bytes") && answer.text().contains("idlewild get"));
    assert_eq!((beside.downloads(), beside.kept()), (0, 0));
    beside.remote.publish(2, "fits", &noise(999), &noise(999));
    assert_eq!(get(&beside, 2).await.status, 200);
}

#[tokio::test]
async fn visitors_at_the_same_time_wait_for_one_fetch() {
    let beside = Beside::new(options()).await;
    beside.remote.publish(7, "file", b"bytes", b"bytes");
    let closed = beside.remote.gate.acquire_many(100).await.unwrap();
    let visits = futures::future::join_all((0..8).map(|_| get(&beside, 7)));
    let opens = async {
        while beside.downloads() == 0 {
            tokio::task::yield_now().await;
        }
        drop(closed);
    };
    let (answers, ()) = tokio::join!(visits, opens);
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == b"bytes"));
    assert_eq!(beside.downloads(), 1);
}

#[tokio::test]
async fn who_does_not_want_to_wait_is_told_so_and_finds_it_later() {
    let beside = Beside::new(PublicOptions { patience: Duration::from_millis(20), ..options() }).await;
    beside.remote.publish(7, "file", b"bytes", b"bytes");
    let closed = beside.remote.gate.acquire_many(100).await.unwrap();
    let answer = get(&beside, 7).await;
    assert!(answer.status == 503 && answer.text().contains("being fetched") && answer.header("retry-after").is_some());
    drop(closed);
    while get(&beside, 7).await.status != 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(beside.downloads(), 1);
}

#[tokio::test]
async fn what_is_withdrawn_goes() {
    let beside = Beside::new(options()).await;
    beside.remote.publish(7, "file", b"bytes", b"bytes");
    assert_eq!(get(&beside, 7).await.status, 200);
    *beside.remote.is_silent.lock().unwrap() = true;
    assert_eq!(get(&beside, 7).await.status, 200, "nothing says that it was withdrawn");
    *beside.remote.is_silent.lock().unwrap() = false;
    beside.remote.publications.lock().unwrap().clear();
    let answer = get(&beside, 7).await;
    assert!(answer.status == 410 && answer.text().contains("withdrawn"));
    assert_eq!(beside.kept(), 0);
    assert_eq!(get(&beside, 7).await.status, 404);
}

#[tokio::test]
async fn so_many_bytes_are_kept_and_what_was_not_read_for_longest_goes() {
    let beside = Beside::new(PublicOptions { bytes: 1_000, ..options() }).await;
    for id in 1..=3 {
        beside.remote.publish(id, "file", &noise(400 + id as usize), &noise(400 + id as usize));
    }
    for id in [1, 2, 1, 3] {
        assert_eq!(get(&beside, id).await.body.len(), 400 + id as usize);
        assert!(beside.kept() <= 2);
    }
    // The second went for the third.
    assert_eq!((get(&beside, 1).await.status, beside.downloads()), (200, 3));
    let held = [beside.public.publication(1).await.unwrap(), beside.public.publication(3).await.unwrap()];
    assert_eq!(get(&beside, 2).await.status, 503, "both are being read");
    drop(held);
    assert_eq!((get(&beside, 2).await.status, beside.downloads()), (200, 4));
}

#[tokio::test]
async fn what_was_checked_outlives_a_restart_and_what_was_broken_off_does_not() {
    let (folder, remote) = (tempfile::tempdir().unwrap(), Elsewhere::new());
    remote.publish(7, "file", b"bytes", b"bytes");
    let public = open(folder.path(), &remote, options()).await;
    drop(public.publication(7).await.unwrap());
    // As if killed while it fetched: a bucket without a checked file.
    public.store().create_bucket("publication-9.00000000", BucketInit::default()).await.unwrap();
    public.close().await;
    drop(public);
    let public = open(folder.path(), &remote, options()).await;
    assert_eq!(public.store().buckets().len(), 1);
    *remote.is_silent.lock().unwrap() = true;
    assert!(public.publication(7).await.is_err(), "it may have been withdrawn meanwhile");
    *remote.is_silent.lock().unwrap() = false;
    let found = public.publication(7).await.unwrap();
    assert_eq!(found.file.unwrap().key, "file");
    assert_eq!(remote.downloads.load(std::sync::atomic::Ordering::Relaxed), 1);
}
