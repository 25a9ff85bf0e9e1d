//! Segments of another gateway that the bucket needs, whether that gateway is still there or not.

use std::{collections::BTreeSet, time::Duration};

use idlewild_objects::{version::Conditions, Store};

use crate::net::{body, open, put, Network, BUCKET};

const DAY: Duration = Duration::from_secs(86_400);

/// The numbers of what is needed of the other one, those with bytes and those for their commits.
async fn needed(store: &Store, origin: u8, grace: Duration) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let needed = store.needed_of_others(BUCKET, grace).await.unwrap();
    assert!(needed.iter().all(|of| of.origin == [origin; 32]), "{needed:?}");
    let of = |has_bytes| needed.iter().filter(|of| of.has_bytes == has_bytes).map(|of| of.number).collect();
    (of(true), of(false))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_gateway_stored_is_needed_as_long_as_something_refers_to_it() {
    let (one_folder, two_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (open(one_folder.path(), 1).await, open(two_folder.path(), 2).await);
    let network = Network::new();
    put(&one, "stays", body(1, 700_000)).await;
    put(&one, "goes", body(2, 700_000)).await;
    network.exchange(&one, &two, 1).await;
    let all: BTreeSet<u64> = network.numbers().into_iter().collect();
    assert!(all.len() >= 6, "both are in several segments: {all:?}");
    let commit = network.commits().pop().unwrap().1.segment;
    let (with_bytes, others) = needed(&two, 1, Duration::ZERO).await;
    assert_eq!(with_bytes.union(&others).copied().collect::<BTreeSet<_>>(), all);
    assert!(one.needed_of_others(BUCKET, DAY).await.unwrap().is_empty(), "its own are no others'");

    two.delete(BUCKET, "goes", None, &Conditions::default(), false).await.unwrap();
    let waiting = needed(&two, 1, Duration::ZERO).await;
    assert_eq!(waiting.0.len() + waiting.1.len(), all.len(), "the network has not heard of the removal");
    assert!(waiting.0.len() < with_bytes.len());
    network.exchange(&one, &two, 1).await;
    let recent = needed(&two, 1, DAY).await;
    assert_eq!(recent.0.len() + recent.1.len(), all.len(), "others may not have heard of it");
    let (with_bytes, others) = needed(&two, 1, Duration::ZERO).await;
    assert!(with_bytes.len() >= 2 && with_bytes.len() + others.len() < all.len(), "{with_bytes:?} {others:?} of {all:?}");
    assert!(others.is_subset(&BTreeSet::from([commit])), "only for what is told at its end: {others:?}");
    let ever = needed(&two, 1, Duration::MAX).await;
    assert_eq!(ever.0.len() + ever.1.len(), all.len());
    assert!(with_bytes.contains(&commit) || others.contains(&commit));

    // The other way round, and after everything is gone: commits are needed all the same.
    assert_eq!(needed(&one, 2, Duration::ZERO).await.1.len(), 1, "what tells of the removal");
    two.delete(BUCKET, "stays", None, &Conditions::default(), false).await.unwrap();
    network.exchange(&one, &two, 1).await;
    needed(&two, 1, Duration::ZERO).await;
    assert_eq!(needed(&two, 1, Duration::ZERO).await, (BTreeSet::new(), BTreeSet::from([commit])));
}
