//! Commits whose deals nobody needs any more.

use bytes::Bytes;
use idlewild_objects::{
    bucket::{ConfigKind, Versioning},
    sealing::Line,
    version::{Amendment, Conditions},
    CarryError, Store,
};

use crate::net::{body, open, put, tree, Network, BUCKET};

const LINE: Line = Line { epoch: 1 };
const ROUNDS: usize = 12;

async fn send(store: &Store, network: &Network) {
    store.seal(BUCKET, LINE).await.unwrap();
    network.take_all(store).await;
}

async fn remove(store: &Store, key: &str) {
    store.delete(BUCKET, key, None, &Conditions::default(), false).await.unwrap();
}

/// A bucket that is written and emptied again and again, with some things that last.
async fn churn(store: &Store, network: &Network) {
    for round in 0..ROUNDS {
        put(store, "turn", body(round, 2_000)).await;
        put(store, &format!("passing {round}"), body(round, 3_000)).await;
        send(store, network).await;
        remove(store, &format!("passing {round}")).await;
        if round == 3 {
            store.set_config(BUCKET, ConfigKind::Cors, Some(Bytes::from_static(b"<cors/>"))).await.unwrap();
            store.set_config(BUCKET, ConfigKind::Policy, Some(Bytes::from_static(b"{}"))).await.unwrap();
            put(store, "lasting", Bytes::new()).await;
        }
        if round == 5 {
            store.amend(BUCKET, "lasting", None, Amendment::Tags(vec![("a".into(), "b".into())])).await.unwrap();
            store.set_config(BUCKET, ConfigKind::Policy, None).await.unwrap();
        }
        send(store, network).await;
    }
}

async fn carry_all(store: &Store, network: &Network) -> Vec<u64> {
    let burdens = store.burdens(BUCKET).unwrap();
    for burden in &burdens {
        store.carry(BUCKET, burden.segment, &network.commit_of(burden.deal)).await.unwrap();
    }
    burdens.into_iter().map(|burden| burden.deal).collect()
}

async fn cancel_dead(store: &Store, network: &Network) -> Vec<u64> {
    let dead = store.dead_deals(BUCKET).await.unwrap();
    for dead in &dead {
        store.cancelled(BUCKET, dead.segment).await.unwrap();
        network.cancel(dead.deal);
    }
    dead.into_iter().map(|dead| dead.deal).collect()
}

async fn rebuilt(network: &std::sync::Arc<Network>, origin: u8) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), origin).await;
    store.set_source(network.clone());
    for deal in network.deals() {
        network.tell(&store, deal).await;
    }
    (folder, store)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_changes_for_ever_does_not_keep_deals_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    churn(&store, &network).await;
    let before = network.deals().len();
    assert!(before >= 2 * ROUNDS, "{before} deals");
    let expected = tree(&store).await;
    cancel_dead(&store, &network).await;
    let carried = carry_all(&store, &network).await;
    assert!(carried.len() >= 2 * ROUNDS - 3, "{} of {before} deals are burdens", carried.len());
    assert!(store.burdens(BUCKET).unwrap().is_empty(), "none is carried twice");
    assert!(cancel_dead(&store, &network).await.is_empty(), "the network has not heard what was carried on");
    store.seal(BUCKET, LINE).await.unwrap();
    assert!(cancel_dead(&store, &network).await.is_empty(), "nor now");
    network.take_all(&store).await;
    let gone = cancel_dead(&store, &network).await;
    assert!(carried.iter().all(|deal| gone.contains(deal)), "{carried:?} of which {gone:?} are gone");
    assert!(network.deals().len() <= 4, "{} deals are left", network.deals().len());
    assert_eq!(tree(&store).await, expected);
    let (_folder, again) = rebuilt(&network, 1).await;
    assert_eq!(tree(&again).await, expected);
    assert_eq!(again.config(BUCKET, ConfigKind::Cors).unwrap(), Some(Bytes::from_static(b"<cors/>")));
    assert_eq!(again.config(BUCKET, ConfigKind::Policy).unwrap(), None);
    // It goes on, and so does a bucket that was carried on once.
    churn(&again, &network).await;
    carry_all(&again, &network).await;
    send(&again, &network).await;
    cancel_dead(&again, &network).await;
    let expected = tree(&again).await;
    let (_folder, third) = rebuilt(&network, 3).await;
    assert_eq!(tree(&third).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_heard_of_a_put_hears_of_its_removal_though_both_commits_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    put(&store, "removed", body(1, 1_000)).await;
    let kept = put(&store, "amended", Bytes::new()).await;
    send(&store, &network).await;
    let (_folder, other) = rebuilt(&network, 2).await;
    assert_eq!(tree(&other).await, tree(&store).await);
    remove(&store, "removed").await;
    send(&store, &network).await;
    store.amend(BUCKET, "amended", Some(&kept.id), Amendment::Acl(Some("later".into()))).await.unwrap();
    send(&store, &network).await;
    put(&store, "newest", Bytes::new()).await;
    send(&store, &network).await;
    let carried = carry_all(&store, &network).await;
    assert_eq!(carried.len(), 3);
    // Amended and removed between being carried on and being told.
    store.amend(BUCKET, "amended", Some(&kept.id), Amendment::Tags(vec![("c".into(), "d".into())])).await.unwrap();
    remove(&store, "newest").await;
    send(&store, &network).await;
    cancel_dead(&store, &network).await;
    assert!(carried.iter().all(|deal| !network.deals().contains(deal)));
    for deal in network.deals() {
        network.tell(&other, deal).await;
    }
    let expected = tree(&store).await;
    assert_eq!((expected.len(), tree(&other).await), (1, expected.clone()));
    let (_folder, third) = rebuilt(&network, 3).await;
    assert_eq!(tree(&third).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_and_what_replaced_null_ones_are_carried_on() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    put(&store, "key", Bytes::new()).await;
    send(&store, &network).await;
    let (_folder, other) = rebuilt(&network, 2).await;
    put(&store, "key", Bytes::new()).await;
    send(&store, &network).await;
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    put(&store, "key", Bytes::new()).await;
    remove(&store, "key").await;
    send(&store, &network).await;
    put(&store, "end", Bytes::new()).await;
    send(&store, &network).await;
    assert_eq!(carry_all(&store, &network).await.len(), 3);
    send(&store, &network).await;
    assert_eq!(cancel_dead(&store, &network).await.len(), 3);
    for deal in network.deals() {
        network.tell(&other, deal).await;
    }
    let (_folder, third) = rebuilt(&network, 3).await;
    let expected = tree(&store).await;
    assert_eq!(expected.len(), 4, "{expected:?}");
    assert_eq!((tree(&other).await, tree(&third).await), (expected.clone(), expected));
    assert_eq!(third.bucket(BUCKET).unwrap().versioning, Versioning::Enabled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_and_foreign_commits_are_not_carried() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    put(&store, "key", Bytes::new()).await;
    send(&store, &network).await;
    assert!(store.burdens(BUCKET).unwrap().is_empty(), "the only commit is a head");
    let (_, head) = network.commits().pop().unwrap();
    assert!(matches!(store.carry(BUCKET, head.segment, &head).await, Err(CarryError::Head(_))));
    assert!(matches!(store.carry(BUCKET, head.segment + 1, &head).await, Err(CarryError::Foreign(_))));
    let (_folder, other) = rebuilt(&network, 2).await;
    assert!(matches!(other.carry(BUCKET, head.segment, &head).await, Err(CarryError::Foreign(_))));
}
