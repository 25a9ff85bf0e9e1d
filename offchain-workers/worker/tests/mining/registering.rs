//! Becoming a miner, once.

use idlewild_chain_client::coins::COIN;
use idlewild_chain_memory::{Fault, Pace, Verdict};
use idlewild_worker::{daemon::StartError, role::RoleError};
use tokio_util::sync::CancellationToken;

use crate::support::{is_register, operator, setup, ByHand, Site, Worker, World, PATIENCE, STOPS_WITHIN};

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_registers_once_and_is_the_same_after_every_restart() {
    let mut world = World::new(1).await;
    let key = world.workers[0].miner().identity.peer_key();
    let (site, _) = world.workers.remove(0).stop().await;
    world.restart(site).await;
    assert_eq!(world.workers[0].id(), 0);
    let site = world.kill(0).await;
    world.restart(site).await;
    assert_eq!(world.workers[0].id(), 0);
    let (registrations, record, others) =
        world.chain.look(|seen| (seen.sent(is_register).count(), seen.miner(0).unwrap(), seen.miner(1).is_some())).await;
    assert_eq!(registrations, 1, "a registered miner must not register again");
    assert_eq!((record.peer_key, others), (key, false));
    assert_eq!((record.bond, record.capacity, record.price), (100 * COIN, 1 << 30, COIN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_whose_answer_was_lost_makes_one_miner() {
    let world = World::new(0).await;
    let node = world.chain.node();
    node.fail_next(1, Fault::LoseAnswer, is_register).await;
    let worker = Worker::start_at(node, Site::new(0)).await;
    assert_eq!(worker.id(), 0);
    let (sent, second) = world.chain.look(|seen| (seen.sent(is_register).count(), seen.miner(1).is_some())).await;
    assert_eq!((sent, second), (2, false), "the second registration must have been sent and refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_in_the_configuration_is_told_to_the_chain() {
    let mut world = World::new(1).await;
    let (mut site, _) = world.workers.remove(0).stop().await;
    site.config.storage.price = 3 * COIN;
    site.config.storage.capacity = 2 << 30;
    let elsewhere = Site::new(0).config.network;
    site.config.network = elsewhere.clone();
    world.restart(site).await;
    let record = world.chain.look(|seen| seen.miner(0).unwrap()).await;
    assert_eq!((record.price, record.capacity), (3 * COIN, 2 << 30));
    assert_eq!(record.endpoint, elsewhere.endpoint.as_bytes());
    let known = world.workers[0].miner().record();
    assert_eq!(known.price, record.price, "the worker must know of its own change");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_nobody_can_dial_is_named() {
    let world = World::new(0).await;
    for wrong in ["localhost:4001", "/ip4/127.0.0.1", "/ip4/300.0.0.1/tcp/4001", ""] {
        let mut site = Site::new(0);
        site.config.network.endpoint = wrong.into();
        let error = Worker::refused(&world.chain, site).await;
        assert!(matches!(error, StartError::Address(_)), "{wrong:?}: {error}");
        assert!(wrong.is_empty() || error.to_string().contains(wrong), "the endpoint must be named: {error}");
    }
    let sent = world.chain.look(|seen| seen.transactions().len()).await;
    assert_eq!(sent, 0, "nothing may be paid for a miner that cannot be reached");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_named() {
    let world = World::new(1).await;
    let mut site = Site::new(1);
    site.config.network.listen = vec![world.workers[0].address().endpoint.to_string()];
    let error = Worker::refused(&world.chain, site).await;
    assert!(matches!(error, StartError::Listen(_)), "{error}");
    assert!(error.to_string().contains("another program"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bond_below_the_least_is_refused_by_name() {
    let world = World::new(0).await;
    let mut site = Site::new(0);
    site.config.storage.bond = COIN;
    let error = Worker::refused(&world.chain, site).await;
    let refused = matches!(&error, StartError::Role(RoleError::Submit(refused)) if refused.is("Providers", "BondTooLow"));
    assert!(refused, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_that_do_not_cover_the_bond_and_what_must_stay_are_waited_for() {
    let world = World::new(0).await;
    let account = operator(77).public_key().0;
    // More than the bond, and less than the bond and an account's least balance.
    world.chain.give(account, 100 * COIN + 1).await.unwrap();
    let (mut started, worker) = Worker::begin(world.chain.node(), Site::new(77), CancellationToken::new());
    let best = world.chain.look(|seen| seen.best()).await;
    world.until("ten blocks pass", move |seen| seen.best() >= best + 10).await;
    assert!(started.try_recv().is_err(), "it must neither start nor end");
    let sent = world.chain.look(|seen| seen.sent(is_register).count()).await;
    assert_eq!(sent, 0, "a registration that cannot be paid must not be sent");
    world.chain.give(account, COIN).await.unwrap();
    let started = tokio::time::timeout(PATIENCE, started).await.expect("it did not notice its coins").unwrap();
    assert!(started.unwrap().is_some());
    drop(worker);
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_that_go_before_the_registration_is_in_a_block_are_waited_for() {
    let world = World::new(0).await;
    let (account, node) = (operator(78).public_key().0, world.chain.node());
    world.chain.give(account, 101 * COIN).await.unwrap();
    node.fail_next(1, Fault::Hold, is_register).await;
    let (started, worker) = Worker::begin(node, Site::new(78), CancellationToken::new());
    world.until("the registration waits", |seen| seen.sent(is_register).next().is_some()).await;
    world.chain.take(account, 50 * COIN).await;
    world.chain.release().await;
    world
        .until("it is refused", |seen| seen.sent(is_register).any(|sent| matches!(sent.verdict, Some(Verdict::Refused(..)))))
        .await;
    world.chain.give(account, 100 * COIN).await.unwrap();
    let started = tokio::time::timeout(PATIENCE, started).await.expect("it did not notice its coins").unwrap();
    assert!(started.expect("a lack of coins must not end it").is_some());
    drop(worker);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_operators_key_is_refused_with_both_addresses() {
    let mut world = World::new(1).await;
    let (mut site, _) = world.workers.remove(0).stop().await;
    let other = Site::new(5);
    site.keys.operator = other.keys.operator.clone();
    // What it would tell the chain at once, and pay for.
    site.config.storage.price = 9 * COIN;
    let before = world.chain.look(|seen| seen.transactions().len()).await;
    let error = Worker::refused(&world.chain, site).await;
    assert!(matches!(error, StartError::Role(RoleError::OtherOperator { miner: 0, .. })), "{error}");
    for number in [0, 5] {
        let address = operator(number).public_key().to_account_id().to_string();
        assert!(error.to_string().contains(&address), "{address} is not named: {error}");
    }
    assert_eq!(world.chain.look(|seen| seen.transactions().len()).await, before, "it must send nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_where_shards_should_be_is_no_new_disk() {
    let mut world = World::with(setup(), [Site::meek(0)]).await;
    let deal = ByHand::new(120).store(&world).await;
    world.until_healthy(deal).await;
    let (mut site, _) = world.workers.remove(0).stop().await;
    let (disk, mount) = (site.config.storage.folder.clone(), site.config.storage.folder.with_extension("elsewhere"));
    std::fs::rename(&disk, &mount).unwrap();
    // As often as a supervisor tries.
    for _ in 0..2 {
        let (error, back) = Worker::refused_and_back(&world.chain, site).await;
        site = back;
        assert!(matches!(error, StartError::EmptyDisk { miner: 0, slots: 2, .. }), "{error}");
        assert!(error.to_string().contains(&disk.display().to_string()), "the folder must be named: {error}");
    }
    // Mounted, everything is there.
    std::fs::remove_dir_all(&disk).unwrap();
    std::fs::rename(&mount, &disk).unwrap();
    world.restart(site).await;
    world.until_proven(0, 1).await;
    // Lost, it goes on without it as soon as it is told to.
    let (mut site, _) = world.workers.remove(0).stop().await;
    std::fs::remove_dir_all(&disk).unwrap();
    site.accept_empty_disk = true;
    world.restart(site).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_without_coins_is_waited_for() {
    let world = World::new(0).await;
    let account = crate::support::operator(88).public_key().0;
    let (started, worker) = Worker::begin(world.chain.node(), Site::new(88), CancellationToken::new());
    let best = world.chain.look(|seen| seen.best()).await;
    world.until("ten blocks pass", move |seen| seen.best() >= best + 10).await;
    let sent = world.chain.look(|seen| seen.sent(is_register).count()).await;
    assert_eq!(sent, 0, "an account without coins must not register");
    world.chain.give(account, 200 * COIN).await.unwrap();
    let started = tokio::time::timeout(PATIENCE, started).await.expect("it did not notice its coins").unwrap();
    assert_eq!(started.unwrap().expect("nobody stopped it").id, 0);
    drop(worker);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_coins_ends_when_it_is_told_to() {
    let chain = idlewild_chain_memory::MemoryChain::start(setup()).await;
    let _running = chain.run(Pace::default());
    let stop = CancellationToken::new();
    let (started, worker) = Worker::begin(chain.node(), Site::new(99), stop.clone());
    chain.until("some blocks pass", |seen| seen.best() > 5).await;
    stop.cancel();
    let started = tokio::time::timeout(STOPS_WITHIN, started).await.expect("it went on waiting").unwrap();
    assert!(started.unwrap().is_none());
    drop(worker);
}
