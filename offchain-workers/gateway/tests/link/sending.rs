//! What is written comes to the chain whatever happens to leases, and to other gateways whatever happens to deals.

use std::{future::Future, time::Duration};

use bytes::Bytes;
use idlewild_buckets_primitives::head::Head;
use idlewild_chain_client::{BucketCall, BucketClient, Call};
use idlewild_chain_memory::{Fault, Verdict};
use idlewild_objects::{Durability, NewVersion, Store};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{depot::Sham, Gateway, Scene, NAME};

const PATIENCE: Duration = Duration::from_secs(180);

/// A link at work.
struct Work {
    task: JoinHandle<()>,
    stop: DropGuard,
}

impl Work {
    async fn end(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}

impl Gateway {
    fn work(&self) -> Work {
        let stop = CancellationToken::new();
        let task = tokio::spawn(self.link.clone().run(stop.clone()));
        Work { task, stop: stop.drop_guard() }
    }

    async fn put(&self, key: &str) {
        let mut writer = self.store.writer(NAME, None).await.unwrap();
        writer.write(Bytes::from(key.as_bytes().to_vec())).await.unwrap();
        let staged = writer.finish().await.unwrap();
        self.store.put(NAME, key, staged, NewVersion::default()).await.unwrap();
    }

    async fn flush(&self) {
        self.link.flush(Some(NAME), PATIENCE).await.unwrap();
    }

    fn durability(&self, key: &str) -> Durability {
        self.store.head(NAME, key, None).unwrap().unwrap().durability
    }

    fn has(&self, key: &str) -> bool {
        has(&self.store, key)
    }

    /// Resolves once something that others wrote is here.
    async fn until(&self, key: &str) {
        let mut changed = self.store.changed();
        let waiting = async {
            while !has(&self.store, key) {
                changed.changed().await.unwrap();
            }
        };
        in_time(waiting).await
    }
}

fn has(store: &Store, key: &str) -> bool {
    store.head(NAME, key, None).unwrap().is_some()
}

async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.unwrap()
}

fn is_commit(call: &Call) -> bool {
    matches!(call, Call::Bucket(BucketCall::Commit { .. }))
}

impl Scene {
    async fn heads(&self) -> Vec<Head> {
        self.node.bucket(self.bucket).await.unwrap().unwrap().heads
    }

    /// Time passes until nobody has the right to write.
    async fn let_go(&self) {
        while self.lease().await.is_some() {
            self.chain.blocks(50).await;
        }
    }

    /// How often the chain was told of a commit, and how often it refused one.
    async fn commits(&self) -> (usize, usize) {
        self.chain
            .look(|seen| {
                let refused = |verdict: &Option<Verdict>| matches!(verdict, Some(Verdict::Refused(..)));
                let refused = seen.sent(is_commit).filter(|sent| refused(&sent.verdict)).count();
                (seen.sent(is_commit).count(), refused)
            })
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_under_a_lease_that_ran_out_is_told_under_the_next() {
    let scene = Scene::begin().await;
    let depot = Sham::of(scene.owner.account());
    let gateway = scene.gateway_at(depot.clone()).await;
    gateway.put("key").await;
    depot.refuse(true);
    let work = gateway.work();
    gateway.link.hurry(None);
    in_time(depot.refused()).await;
    work.end().await;
    let sealed = gateway.store.sealed_head(NAME).unwrap().unwrap();
    scene.let_go().await;
    depot.refuse(false);
    let _work = gateway.work();
    gateway.flush().await;
    let heads = scene.heads().await;
    let [head] = &heads[..] else { panic!("{heads:?}") };
    assert!(head.epoch > sealed.epoch, "an epoch that is over takes no more commits");
    let told = gateway.store.commit(NAME, &head.hash).unwrap().unwrap();
    assert_eq!((told.parents, told.changes), (vec![sealed.hash], 0));
    assert_eq!(gateway.durability("key"), Durability::Network);
    assert_eq!(scene.commits().await, (1, 0), "nothing was tried that the chain refuses");
    // Others see it.
    let other = scene.gateway_at(depot).await;
    let _other = other.work();
    other.until("key").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_does_not_know_yet_is_local_though_its_deal_stands() {
    let scene = Scene::begin().await;
    let depot = Sham::of(scene.owner.account());
    let gateway = scene.gateway_at(depot.clone()).await;
    scene.node.fail_next(1, Fault::Hold, is_commit).await;
    gateway.put("key").await;
    let _work = gateway.work();
    gateway.link.hurry(None);
    scene.chain.until("a commit is told", |seen| seen.sent(is_commit).count() == 1).await;
    assert!(gateway.store.outbox(NAME).is_empty() && depot.deals().len() == 1);
    assert_eq!(gateway.durability("key"), Durability::Local);
    let early = gateway.link.flush(Some(NAME), Duration::from_millis(50)).await;
    assert!(early.is_err(), "{early:?}");
    scene.chain.release().await;
    gateway.flush().await;
    assert_eq!(gateway.durability("key"), Durability::Network);
    // Where the answer is lost, the head on chain says the same.
    scene.node.fail_next(1, Fault::LoseAnswer, is_commit).await;
    gateway.put("second").await;
    gateway.flush().await;
    assert_eq!(gateway.durability("second"), Durability::Network);
    assert_eq!(scene.heads().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_cannot_be_read_keeps_nothing_else_back() {
    let scene = Scene::begin().await;
    let depot = Sham::of(scene.owner.account());
    let (one, two) = (scene.gateway_at(depot.clone()).await, scene.gateway_at(depot.clone()).await);
    one.put("first").await;
    let work = one.work();
    one.flush().await;
    work.end().await;
    scene.let_go().await;
    let deals = depot.deals();
    depot.lose(&deals);
    // The other one sends beside it what it has.
    two.put("second").await;
    let _two = two.work();
    two.flush().await;
    assert!(two.durability("second") == Durability::Network && !two.has("first"));
    assert_eq!(scene.heads().await.len(), 2, "what could not be read is still a head");
    assert!(two.link.missing_of(scene.bucket).is_some());
    // What comes after it is read all the same.
    scene.let_go().await;
    one.put("third").await;
    let _one = one.work();
    one.flush().await;
    assert!(one.has("second") && one.link.missing_of(scene.bucket).is_none());
    two.until("third").await;
    assert_eq!(scene.heads().await.len(), 1);
    // Whoever builds the bucket anew has what can be had, and knows that this is not all.
    depot.garble(&deals);
    let three = scene.gateway_at(depot.clone()).await;
    let _three = three.work();
    three.until("third").await;
    assert!(three.has("second") && !three.has("first"));
    assert!(three.link.missing_of(scene.bucket).unwrap().contains(&deals[0].to_string()));
    // It comes when it can be read.
    depot.find();
    three.until("first").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_gateway_stored_and_did_not_tell_before_it_lost_its_disk_is_told_though_nothing_is_written() {
    let scene = Scene::begin().await;
    let depot = Sham::of(scene.owner.account());
    let lost = scene.gateway_at(depot.clone()).await;
    lost.put("told").await;
    let work = lost.work();
    lost.flush().await;
    scene.node.fail_next(1, Fault::Lose, is_commit).await;
    lost.put("stored").await;
    lost.link.hurry(None);
    scene.chain.until("a commit is told", |seen| seen.sent(is_commit).count() == 2).await;
    assert_eq!((depot.deals().len(), scene.heads().await.len()), (2, 1));
    let stored = lost.store.untold_head(NAME).unwrap().unwrap();
    // It never gets there, and the disk is gone.
    drop(work.stop);
    work.task.abort();
    let rebuilt = scene.rebuilt(&lost, depot.clone()).await;
    assert_eq!(rebuilt.account, lost.account);
    let _work = rebuilt.work();
    rebuilt.until("stored").await;
    let told = async {
        loop {
            let heads = scene.heads().await;
            if let [head] = &heads[..] {
                if rebuilt.store.follows(NAME, &head.hash, &stored.hash, (stored.epoch, stored.sequence)).unwrap() {
                    return;
                }
            }
            scene.chain.blocks(1).await;
        }
    };
    in_time(told).await;
    // Once: what is told is not told again.
    let deals = depot.deals().len();
    rebuilt.put("more").await;
    rebuilt.flush().await;
    assert_eq!(depot.deals().len(), deals + 1);
}
