//! What is on the network counts only once others find it there.

use std::path::Path;

use bytes::Bytes;
use idlewild_objects::{
    sealing::Line,
    version::{Conditions, Durability},
    CommitInfo, Store,
};

use crate::net::{body, open, options, put, tree, Network, BUCKET};

fn durability(store: &Store, key: &str) -> Durability {
    store.head(BUCKET, key, None).unwrap().unwrap().durability
}

async fn send_quietly(store: &Store, network: &Network, epoch: u32) -> CommitInfo {
    store.seal(BUCKET, Line { epoch }).await.unwrap().unwrap();
    for sealed in store.outbox(BUCKET) {
        network.take_quietly(store, 1, sealed.segment).await;
    }
    store.untold_head(BUCKET).unwrap().unwrap()
}

async fn again(folder: &Path, store: Store) -> Store {
    store.close().await;
    drop(store);
    Store::open(folder, options(1)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_a_deal_is_local_until_its_commit_is_made_known() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    let first = put(&store, "first", body(1, 1_000)).await;
    let waiting = {
        let (store, first) = (store.clone(), first.clone());
        tokio::spawn(async move { store.until_network(&first).await })
    };
    let one = send_quietly(&store, &network, 1).await;
    assert!(store.outbox(BUCKET).is_empty());
    assert_eq!((durability(&store, "first"), store.state().waiting_changes), (Durability::Local, 1));
    assert!(!waiting.is_finished());
    // Another commit is no news of this one, nor is one that nobody here knows.
    store.told(BUCKET, &[9; 32]).await.unwrap();
    assert_eq!(durability(&store, "first"), Durability::Local);
    store.told(BUCKET, &one.hash).await.unwrap();
    waiting.await.unwrap();
    assert_eq!((durability(&store, "first"), store.state().waiting_changes), (Durability::Network, 0));
    assert_eq!(store.untold_head(BUCKET).unwrap(), None);

    put(&store, "second", body(2, 1_000)).await;
    let two = send_quietly(&store, &network, 1).await;
    put(&store, "third", body(3, 1_000)).await;
    let three = send_quietly(&store, &network, 1).await;
    // A restart forgets neither what is known nor what is not.
    let store = again(folder.path(), store).await;
    assert_eq!(durability(&store, "first"), Durability::Network);
    assert_eq!((durability(&store, "second"), durability(&store, "third")), (Durability::Local, Durability::Local));
    assert_eq!(store.untold_head(BUCKET).unwrap().unwrap().hash, three.hash);
    store.told(BUCKET, &two.hash).await.unwrap();
    assert_eq!((durability(&store, "second"), durability(&store, "third")), (Durability::Network, Durability::Local));
    assert_eq!(store.untold_head(BUCKET).unwrap().unwrap().hash, three.hash);
    let store = again(folder.path(), store).await;
    assert_eq!((durability(&store, "second"), durability(&store, "third")), (Durability::Network, Durability::Local));
    // What comes after it says the same of it.
    put(&store, "fourth", Bytes::new()).await;
    let four = send_quietly(&store, &network, 1).await;
    assert!(store.follows(BUCKET, &four.hash, &two.hash, (two.epoch, two.sequence)).unwrap());
    assert!(!store.follows(BUCKET, &two.hash, &four.hash, (four.epoch, four.sequence)).unwrap());
    store.told(BUCKET, &four.hash).await.unwrap();
    assert_eq!((durability(&store, "third"), store.state().waiting_changes), (Durability::Network, 0));
    // Changes that took each other back need nobody to be told.
    put(&store, "passing", body(5, 10)).await;
    store.delete(BUCKET, "passing", None, &Conditions::default(), false).await.unwrap();
    assert_eq!(store.seal(BUCKET, Line { epoch: 1 }).await.unwrap(), None);
    assert_eq!((store.untold_head(BUCKET).unwrap(), store.state().waiting_changes), (None, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deal_that_holds_nothing_stays_until_others_know_that() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    put(&store, "large", body(1, 1 << 20)).await;
    let head = send_quietly(&store, &network, 1).await;
    store.told(BUCKET, &head.hash).await.unwrap();
    store.delete(BUCKET, "large", None, &Conditions::default(), false).await.unwrap();
    let head = send_quietly(&store, &network, 1).await;
    assert!(store.dead_deals(BUCKET).await.unwrap().is_empty(), "whoever rebuilds the bucket would look for its bytes");
    store.told(BUCKET, &head.hash).await.unwrap();
    assert!(!store.dead_deals(BUCKET).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sealed_under_an_older_lease_gets_a_commit_of_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    put(&store, "key", body(1, 1_000)).await;
    let old = send_quietly(&store, &network, 5).await;
    assert_eq!(store.seal(BUCKET, Line { epoch: 6 }).await.unwrap(), None, "nothing changed");
    assert_eq!(store.sealed_head(BUCKET).unwrap(), Some(old.clone()));
    let segment = store.seal_further(BUCKET, Line { epoch: 6 }).await.unwrap().unwrap();
    assert_eq!(store.unsealed(BUCKET).unwrap().changes, 0);
    let new = store.sealed_head(BUCKET).unwrap().unwrap();
    assert_eq!((new.epoch, new.changes, new.segment, &new.parents[..]), (6, 0, segment, &[old.hash][..]));
    assert_eq!(store.untold_head(BUCKET).unwrap().unwrap().hash, old.hash, "the new one is not on the network yet");
    let store = again(folder.path(), store).await;
    network.take_quietly(&store, 1, segment).await;
    assert_eq!(store.untold_head(BUCKET).unwrap().unwrap().hash, new.hash);
    store.told(BUCKET, &new.hash).await.unwrap();
    assert_eq!((durability(&store, "key"), store.untold_head(BUCKET).unwrap()), (Durability::Network, None));
    // Others take it over as any other, and writing goes on behind it.
    let second = tempfile::tempdir().unwrap();
    let other = open(second.path(), 2).await;
    other.set_source(network.clone());
    for deal in network.deals() {
        network.tell(&other, deal).await;
    }
    assert_eq!(tree(&other).await, tree(&store).await);
    assert_eq!(other.heads(BUCKET).unwrap()[0].hash, new.hash);
    put(&store, "next", body(2, 100)).await;
    assert_eq!(send_quietly(&store, &network, 6).await.parents, [new.hash]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_without_changes_waits_for_what_came_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, network) = (open(folder.path(), 1).await, Network::new());
    put(&store, "large", body(1, 600_000)).await;
    store.seal(BUCKET, Line { epoch: 5 }).await.unwrap().unwrap();
    let before = store.outbox(BUCKET);
    let segment = store.seal_further(BUCKET, Line { epoch: 6 }).await.unwrap().unwrap();
    network.take_quietly(&store, 1, segment).await;
    assert_eq!(store.stored_head(BUCKET).unwrap(), None, "what it follows is not on the network");
    for sealed in before {
        assert_eq!(store.stored_head(BUCKET).unwrap(), None);
        network.take_quietly(&store, 1, sealed.segment).await;
    }
    let head = store.untold_head(BUCKET).unwrap().unwrap();
    assert_eq!((head.epoch, head.segment), (6, segment));
    // With something to tell it is in that commit.
    put(&store, "more", body(2, 100)).await;
    store.seal_further(BUCKET, Line { epoch: 7 }).await.unwrap().unwrap();
    let newest = store.sealed_head(BUCKET).unwrap().unwrap();
    assert_eq!((newest.epoch, newest.changes, newest.parents), (7, 1, vec![head.hash]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_has_not_come_is_noticed() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two, network) = (open(first.path(), 1).await, open(second.path(), 2).await, Network::new());
    for number in 0..2 {
        put(&one, "key", body(number, 100)).await;
        send_quietly(&one, &network, 1).await;
    }
    let deals = network.deals();
    network.tell(&two, deals[1]).await;
    assert!(two.has_gaps(BUCKET).unwrap() && !one.has_gaps(BUCKET).unwrap());
    assert_eq!(two.deals(BUCKET).unwrap(), [(deals[1], true)].into());
    network.tell(&two, deals[0]).await;
    assert!(!two.has_gaps(BUCKET).unwrap());
    assert_eq!((two.deals(BUCKET).unwrap().len(), two.origins(BUCKET).unwrap()), (2, [[1; 32]].into()));
}
