//! Segments go to a network that is a map in memory, and come back from there.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod carrying;
mod foreign;
mod net;
mod restoring;
mod telling;

use bytes::Bytes;
use idlewild_objects::{
    apply::Applied,
    bucket::{BucketInit, BucketKey, ConfigKind, Versioning},
    commit::{Commit, Place},
    sealing::Line,
    version::{Amendment, Conditions, Durability},
    ReadError, Store,
};
use net::{body, open, options, put, read, tree, Network, BUCKET, ID};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_is_evicted_and_comes_back_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::new();
    let store = Store::open(folder.path(), net::Options { keep_bytes: 0, ..options(1) }).await.unwrap();
    store
        .create_bucket(BUCKET, BucketInit { id: Some(ID), key: Some(BucketKey([7; 32])), ..BucketInit::default() })
        .await
        .unwrap();
    let mut versions = Vec::new();
    for (number, size) in [0, 1, 100, 5000, 300_000, 3 << 20].into_iter().enumerate() {
        versions.push((put(&store, &format!("key{number}"), body(number, size)).await, body(number, size)));
    }
    assert!(versions.iter().all(|(version, _)| version.durability == Durability::Local));
    let waiting = {
        let (store, version) = (store.clone(), versions[5].0.clone());
        tokio::spawn(async move { store.until_network(&version).await })
    };
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap().unwrap();
    assert!(!waiting.is_finished());
    let before = store.state();
    assert!(
        before.sealed_bytes > 3 << 20
            && before.open_bytes == 0
            && before.waiting_changes == 6
            && before.oldest_waiting.is_some()
    );
    network.take_all(&store).await;
    waiting.await.unwrap();
    let after = store.state();
    assert_eq!((after.sealed_bytes, after.kept_bytes, after.waiting_changes, after.oldest_waiting), (0, 0, 0, None));
    assert_eq!(net::files(folder.path()), 0, "nothing is kept");

    for (version, bytes) in &versions {
        let now = store.head(BUCKET, &version.key, None).unwrap().unwrap();
        assert_eq!(now.durability, Durability::Network);
        let is_empty = bytes.is_empty();
        // Without a source it says so; with one the bytes come, by any range.
        let failed = net::read_range(&store, &now, 0..now.size).await;
        assert!(is_empty || matches!(failed, Err(ReadError::Remote(_))));
    }
    store.set_source(network.clone());
    for (version, bytes) in &versions {
        assert_eq!(read(&store, version).await, *bytes);
        let size = version.size;
        for (start, end) in [(0, size / 2), (size / 3, size), (size / 2, size / 2), (size.saturating_sub(1), size)] {
            let came = net::read_range(&store, version, start..end).await.unwrap();
            assert_eq!(came, bytes.slice(start as usize..end as usize));
        }
    }
    // The caches are within bounds, so this is nearly all from there.
    let asked = network.asked();
    assert_eq!(read(&store, &versions[3].0).await, versions[3].1);
    assert_eq!(network.asked(), asked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_stored_is_never_evicted() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::new();
    let store = Store::open(folder.path(), net::Options { keep_bytes: 0, ..options(1) }).await.unwrap();
    store.create_bucket(BUCKET, BucketInit { id: Some(ID), ..BucketInit::default() }).await.unwrap();
    put(&store, "first", body(1, 1000)).await;
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    put(&store, "second", body(2, 1000)).await;
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    put(&store, "third", body(3, 1000)).await;
    let outbox = store.outbox(BUCKET);
    assert_eq!(outbox.len(), 2);
    // The second one first: what is before it is not on the network yet, so neither is its commit's line.
    network.take(&store, outbox[1].segment).await;
    store.reclaim().await.unwrap();
    assert_eq!(net::files(folder.path()), 2);
    assert!(store.stored_head(BUCKET).unwrap().is_none());
    for (key, number) in [("first", 1), ("third", 3)] {
        let version = store.head(BUCKET, key, None).unwrap().unwrap();
        assert_eq!(read(&store, &version).await, body(number, 1000));
        assert_eq!(version.durability, Durability::Local);
    }
    network.take(&store, outbox[0].segment).await;
    let head = store.stored_head(BUCKET).unwrap().unwrap();
    assert_eq!((head.sequence, head.segment), (2, outbox[1].segment));
    assert_eq!(store.heads(BUCKET).unwrap(), std::slice::from_ref(&head));
    let history = store.history(BUCKET, None, 10).unwrap();
    assert_eq!(history.iter().map(|commit| commit.sequence).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(store.history(BUCKET, Some(&history[0]), 10).unwrap(), history[1..]);
    assert_eq!(head.parents, [history[1].hash]);
}

/// All that a bucket can have.
async fn furnish(store: &Store) {
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    let first = put(store, "doc", body(1, 5000)).await;
    put(store, "doc", body(2, 6000)).await;
    store.copy(&first, BUCKET, "copy", Default::default()).await.unwrap();
    put(store, "gone", body(3, 100)).await;
    store.delete(BUCKET, "gone", None, &Conditions::default(), false).await.unwrap();
    let removed = put(store, "removed", body(4, 100)).await;
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    store.delete(BUCKET, "removed", Some(&removed.id), &Conditions::default(), false).await.unwrap();
    store.amend(BUCKET, "doc", Some(&first.id), Amendment::Tags(vec![("a".into(), "b".into())])).await.unwrap();
    store.set_config(BUCKET, ConfigKind::Cors, Some(Bytes::from_static(b"<cors/>"))).await.unwrap();
    store.set_config(BUCKET, ConfigKind::Policy, Some(Bytes::from_static(b"{}"))).await.unwrap();
    store.set_config(BUCKET, ConfigKind::Policy, None).await.unwrap();
    put(store, "large", body(5, 2 << 20)).await;
    for number in 0..1500 {
        put(store, &format!("many/{number:05}"), body(number, 64)).await;
    }
    store.set_versioning(BUCKET, Versioning::Suspended).await.unwrap();
    put(store, "doc", body(6, 10)).await;
    put(store, "doc", body(7, 11)).await;
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_store_is_rebuilt_from_the_network_alone_in_any_order() {
    let network = Network::new();
    let lost = tempfile::tempdir().unwrap();
    let store = open(lost.path(), 1).await;
    furnish(&store).await;
    network.take_all(&store).await;
    let expected = tree(&store).await;
    assert!(expected.len() > 1500);
    store.close().await;
    drop((store, lost));

    for backwards in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), 1).await;
        store.set_source(network.clone());
        let mut deals = network.deals();
        if backwards {
            deals.reverse();
        }
        for deal in deals {
            network.tell(&store, deal).await;
        }
        assert_eq!(tree(&store).await, expected, "backwards: {backwards}");
        assert_eq!(store.config(BUCKET, ConfigKind::Cors).unwrap().unwrap(), "<cors/>");
        assert!(store.config(BUCKET, ConfigKind::Policy).unwrap().is_none());
        assert_eq!(store.bucket(BUCKET).unwrap().versioning, Versioning::Suspended);
        assert_eq!(store.state().waiting_changes, 0);
        // It goes on where it was: no number and no place in the line is used again.
        put(&store, "next", body(9, 100)).await;
        store.seal(BUCKET, Line { epoch: 2 }).await.unwrap().unwrap();
        let heads = store.heads(BUCKET).unwrap();
        assert_eq!((heads.len(), heads[0].epoch), (1, 2));
        assert!(store.outbox(BUCKET).iter().all(|sealed| !network.numbers().contains(&sealed.segment)));
        let history = store.history(BUCKET, None, 100).unwrap();
        assert_eq!(heads[0].sequence, history.len() as u64);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_gateways_converge_and_what_neither_saw_stays_as_a_version() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (open(first.path(), 1).await, open(second.path(), 2).await);
    let network = Network::new();
    one.set_source(network.clone());
    two.set_source(network.clone());
    one.hold(BUCKET, Line { epoch: 1 }).await.unwrap();
    put(&one, "shared", body(1, 1000)).await;
    let amended = put(&one, "amended", body(1, 10)).await;
    network.exchange(&one, &two, 1).await;
    assert_eq!(tree(&one).await, tree(&two).await);

    // The second gateway has the lease now; the first did not hear of it.
    two.hold(BUCKET, Line { epoch: 2 }).await.unwrap();
    put(&two, "shared", body(2, 2000)).await;
    put(&one, "shared", body(3, 3000)).await;
    put(&two, "new", body(4, 100)).await;
    put(&one, "new", body(5, 100)).await;
    put(&two, "deleted", body(6, 100)).await;
    let tags = Amendment::Tags(vec![("from".into(), "one".into())]);
    one.amend(BUCKET, "amended", Some(&amended.id), tags).await.unwrap();
    two.amend(BUCKET, "amended", Some(&amended.id), Amendment::Acl(Some("two".into()))).await.unwrap();
    one.set_config(BUCKET, ConfigKind::Tags, Some(Bytes::from_static(b"one"))).await.unwrap();
    two.set_config(BUCKET, ConfigKind::Tags, Some(Bytes::from_static(b"two"))).await.unwrap();
    one.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    two.seal(BUCKET, Line { epoch: 2 }).await.unwrap();
    network.exchange(&one, &two, 2).await;

    let (tree_one, tree_two) = (tree(&one).await, tree(&two).await);
    assert_eq!(tree_one, tree_two);
    for store in [&one, &two] {
        // The newer lease wins, whatever the clocks say, and what the older one wrote is there under its own id.
        let current = store.head(BUCKET, "shared", None).unwrap().unwrap();
        assert_eq!(read(store, &current).await, body(2, 2000));
        let versions = net::versions(store, "shared");
        assert_eq!(versions.len(), 2, "the one that both saw was replaced");
        assert!(versions[0].id.is_null() && versions[0].is_current && !versions[1].id.is_null());
        let loser = store.head(BUCKET, "shared", Some(&versions[1].id)).unwrap().unwrap();
        assert_eq!(read(store, &loser).await, body(3, 3000));
        let amended = store.head(BUCKET, "amended", None).unwrap().unwrap();
        assert_eq!((amended.tags.len(), amended.acl.as_deref()), (1, Some("two")));
        assert_eq!(store.config(BUCKET, ConfigKind::Tags).unwrap().unwrap(), "two");
        assert_eq!(store.heads(BUCKET).unwrap().len(), 2);
    }
    // A next write has seen both and joins the lines.
    put(&one, "shared", body(8, 8)).await;
    one.seal(BUCKET, Line { epoch: 3 }).await.unwrap();
    network.exchange(&one, &two, 3).await;
    assert_eq!(tree(&one).await, tree(&two).await);
    let heads = two.heads(BUCKET).unwrap();
    assert_eq!((heads.len(), heads[0].parents.len()), (1, 2));
    let current = two.head(BUCKET, "shared", None).unwrap().unwrap();
    assert_eq!(read(&two, &current).await, body(8, 8));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_counts_once_and_says_what_is_missing() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (open(first.path(), 1).await, open(second.path(), 2).await);
    let network = Network::new();
    two.set_source(network.clone());
    put(&one, "key", body(1, 100)).await;
    one.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    put(&one, "key", body(2, 100)).await;
    put(&one, "large", body(2, 1 << 20)).await;
    one.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    network.take_all(&one).await;
    let mut commits: Vec<(u64, Commit)> = network.commits();
    commits.sort_by_key(|(_, commit)| commit.sequence);
    let [(first_deal, first), .., (last_deal, last)] = &commits[..] else { panic!("two commits at least") };
    let applied = two.apply(BUCKET, last, *last_deal).await.unwrap();
    assert_eq!(applied.missing.len(), 1);
    assert!(applied.is_new && !applied.awaited.is_empty(), "the large one is in segments of its own");
    let large = two.head(BUCKET, "large", None).unwrap().unwrap();
    assert!(matches!(net::read_range(&two, &large, 0..large.size).await, Err(ReadError::Remote(_))));
    for place in applied.awaited {
        two.placed(BUCKET, place, network.deal_of(place.number)).await.unwrap();
    }
    assert_eq!(read(&two, &large).await, body(2, 1 << 20));
    for (deal, commit) in &commits {
        two.apply(BUCKET, commit, *deal).await.unwrap();
    }
    let expected = tree(&two).await;
    let again = two.apply(BUCKET, first, *first_deal).await.unwrap();
    assert_eq!(again, Applied::default());
    assert_eq!(tree(&two).await, expected);
    assert_eq!(tree(&one).await, expected);
    // What contradicts itself changes nothing.
    let mut wrong = last.clone();
    wrong.segments = vec![Place { origin: [9; 32], number: 1, length: 1 }];
    assert!(two.apply(BUCKET, &wrong, 77).await.is_err());
    assert_eq!(tree(&two).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deals_that_hold_nothing_are_told_once_the_network_knows_why() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1).await;
    let network = Network::new();
    put(&store, "large", body(1, 2 << 20)).await;
    put(&store, "small", body(2, 100)).await;
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    network.take_all(&store).await;
    assert!(store.dead_deals(BUCKET).await.unwrap().is_empty());
    store.delete(BUCKET, "large", None, &Conditions::default(), false).await.unwrap();
    assert!(store.dead_deals(BUCKET).await.unwrap().is_empty(), "nobody else knows yet");
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    assert!(store.dead_deals(BUCKET).await.unwrap().is_empty());
    network.take_all(&store).await;
    let dead = store.dead_deals(BUCKET).await.unwrap();
    assert!(dead.len() >= 7, "{dead:?}");
    for dead in dead {
        store.cancelled(BUCKET, dead.segment).await.unwrap();
        network.cancel(dead.deal);
    }
    assert!(store.dead_deals(BUCKET).await.unwrap().is_empty());
    // Without those deals the bucket is rebuilt all the same.
    let expected = tree(&store).await;
    let rebuilt = tempfile::tempdir().unwrap();
    let again = open(rebuilt.path(), 1).await;
    again.set_source(network.clone());
    for deal in network.deals() {
        network.tell(&again, deal).await;
    }
    assert_eq!(tree(&again).await, expected);
}

/// A million objects of 4 KiB in segments of 64 MiB, with both at 1/256.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_small_objects_fit_into_a_hundred_deals() {
    const OBJECTS: usize = 1_000_000 / 256;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1).await;
    let network = Network::new();
    for first in (0..OBJECTS).step_by(8) {
        let puts = (first..(first + 8).min(OBJECTS)).map(|number| {
            let store = &store;
            async move { put(store, &format!("photos/2026/11/{number:08}.jpg"), body(number, 4096)).await }
        });
        futures::future::join_all(puts).await;
        if store.is_due(BUCKET).unwrap() {
            store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
        }
    }
    store.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    network.take_all(&store).await;
    let deals = network.deals().len();
    assert!(deals <= 100, "{deals} deals");
    let commits: usize = network.commits().iter().map(|(_, commit)| commit.encode().len()).sum();
    assert!(commits <= OBJECTS * 250, "{} bytes of commits an object", commits / OBJECTS);
    assert_eq!(store.state().waiting_changes, 0);
}
