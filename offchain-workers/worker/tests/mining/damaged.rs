//! Bytes that a disk lost or changed: rebuilt from the others where they can be, and admitted lost where they cannot.

use std::path::{Path, PathBuf};

use idlewild_chain_client::{Call, Event};

use crate::support::{bytes, setup, timing, ByHand, Site, World};

fn is_declare(call: &Call) -> bool {
    matches!(call, Call::DeclareLost { .. })
}

/// The files of a store's shards.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder.join("shards")).unwrap() {
        let files = std::fs::read_dir(entry.unwrap().path()).unwrap();
        found.extend(files.map(|file| file.unwrap().path()));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_shard_is_rebuilt_and_proven() {
    let world = World::new(4).await;
    let deal = world.owner.put("file", &bytes(80, 100_000)).await.deals[0];
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
    let shards = files(&world.workers[0].miner().config.folder);
    assert_eq!(shards.len(), 1);
    let sound = std::fs::read(&shards[0]).unwrap();
    // A byte of each chunk, so that every challenge meets one.
    let damaged: Vec<u8> = sound.iter().enumerate().map(|(at, byte)| if at % 1024 == 7 { byte ^ 1 } else { *byte }).collect();
    std::fs::write(&shards[0], damaged).unwrap();
    world.until_proven(0, 2).await;
    assert_eq!(std::fs::read(&shards[0]).unwrap(), sound, "the shard must be as it was");
    let (declared, missed) = world
        .chain
        .look(|seen| (seen.sent(is_declare).count(), seen.count(|event| matches!(event, Event::Missed { .. }))))
        .await;
    assert_eq!((declared, missed), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_shard_waits_for_others_that_are_away_for_a_moment() {
    let mut setup = setup();
    setup.timing.period = 200;
    setup.timing.min_term = 200;
    setup.timing.append_deadline = 400;
    let mut world = World::with(setup, (0..2).map(Site::meek)).await;
    let by_hand = ByHand::new(81);
    let deal = by_hand.store(&world).await;
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
    let (other, _) = world.workers.remove(1).stop().await;
    for file in files(&world.workers[0].miner().config.folder) {
        std::fs::remove_file(file).unwrap();
    }
    let period = world.chain.look(|seen| seen.owed(0).unwrap().period).await;
    world
        .until("miner 0 owes a proof that it cannot give for a while", move |seen| {
            let owed = seen.owed(0).unwrap();
            owed.period > period && !owed.proven && seen.clock() > owed.started + 20
        })
        .await;
    let declared = world.chain.look(|seen| seen.sent(is_declare).count()).await;
    assert_eq!(declared, 0, "there is time left in which the other may come back");
    world.restart(other).await;
    world.until_proven(0, 1).await;
    let stored = world.workers[0].miner().store.read(&by_hand.key(0)).await.unwrap();
    assert_eq!(stored, by_hand.shards[0]);
    let lost = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Lost { .. }))).await;
    assert_eq!(lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_nobody_can_rebuild_is_declared_lost() {
    let mut world = World::with(setup(), [Site::meek(0)]).await;
    let deal = ByHand::new(82).store(&world).await;
    world.until_proven(0, 1).await;
    for file in files(&world.workers[0].miner().config.folder) {
        std::fs::remove_file(file).unwrap();
    }
    world.until("a slot is declared lost", |seen| seen.count(|event| matches!(event, Event::Lost { miner: 0, .. })) > 0).await;
    let late = world
        .chain
        .look(|seen| {
            let lost = seen.events().find(|(_, event)| matches!(event, Event::Lost { .. })).unwrap().0;
            let clock = seen.heads().iter().find(|head| head.number == lost).unwrap().clock;
            let owed = seen.owed(0).unwrap();
            (clock, owed.started, owed.ends)
        })
        .await;
    let quarter = timing().period / 4;
    assert!(late.0 + quarter >= late.2 || late.0 < late.1, "not before the period's last quarter: {late:?}");
    world.workers[0]
        .until("the range follows", |miner| {
            miner.index.slot(deal, 0).unwrap().is_none() || miner.index.slot(deal, 1).unwrap().is_none()
        })
        .await;
    world.pause();
}
