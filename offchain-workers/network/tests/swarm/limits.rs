use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use idlewild_network::{
    transfer::{
        message::{Request, Response},
        wire, Limits, Progress, Reason, PROTOCOL,
    },
    ConnectionBounds, Identity, Network, NetworkConfig, Role, Timeouts,
};

use crate::support::{client, listening, quick, reference, shard, user, Manner, Miner, Owner, GENESIS, TCP};

const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_says_so_and_recovers() {
    let limits = Limits { transfers_per_peer: 1, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let held = miner.hold(&shard(1, 1000));
    let (user, other) = (user(), client());
    user.dial(&miner.address).await.unwrap();
    // One request that never comes takes the only room of this peer.
    let idle = user.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut second = user.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap();
    wire::write_frame(&mut second, &Request::Quote, PATIENCE).await.unwrap();
    let Response::Refused(refusal) = wire::read_frame(&mut second, PATIENCE).await.unwrap() else { panic!("there was room") };
    assert_eq!(refusal.reason, Reason::Busy);
    // Other peers have room of their own.
    other.fetch_shard(&miner.address, &held, &Progress::none()).await.unwrap();
    drop(idle);
    let mine = idlewild_network::transfer::ShardClient::new(user);
    mine.fetch_shard(&miner.address, &held, &Progress::none()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_sending_is_cut_off_and_its_room_given_back() {
    let miner = Miner::limited(TCP, Manner::default(), Limits::default(), quick()).await;
    let user = user();
    user.dial(&miner.address).await.unwrap();
    let bytes = shard(1, 100_000);
    let order = Owner::new().order(&bytes);
    let mut stream = user.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap();
    let request = Request::Store { request: order.request, signature: order.signature };
    wire::write_frame(&mut stream, &request, PATIENCE).await.unwrap();
    assert_eq!(wire::read_frame::<Response, _>(&mut stream, PATIENCE).await.unwrap(), Response::Proceed);
    wire::write_body(&mut stream, &bytes[..50_000], PATIENCE, |_| ()).await.unwrap();
    wire::flush(&mut stream, PATIENCE).await.unwrap();
    assert_eq!(miner.service.tickets.load(Ordering::SeqCst), 1);
    let begun = Instant::now();
    while miner.service.tickets.load(Ordering::SeqCst) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(4), "the room is held");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(miner.service.shards.lock().unwrap().is_empty());
    let counts = miner.server.counts();
    assert_eq!((counts.failed, counts.stored, counts.active), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_wait_for_room_in_memory() {
    let limits = Limits { memory_bytes: 0, shard_bytes: 1 << 20, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let client = client();
    let owner = Owner::new();
    let uploads = (0..12u8).map(|seed| {
        let bytes = shard(seed, 1 << 20);
        let (order, client, address) = (owner.order(&bytes), client.clone(), miner.address.clone());
        tokio::spawn(async move { client.store_shard(&address, &order, bytes, &Progress::none()).await })
    });
    for upload in uploads.collect::<Vec<_>>() {
        upload.await.unwrap().unwrap();
    }
    assert_eq!(miner.service.shards.lock().unwrap().len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_lets_transfers_end_before_it_stops() {
    let miner = Miner::new(TCP, Manner { delay: Duration::from_millis(500), ..Manner::default() }).await;
    let held = miner.hold(&shard(1, 1000));
    let client = client();
    let (address, under_way) = (miner.address.clone(), client.clone());
    let fetch = tokio::spawn(async move { under_way.fetch_shard(&address, &held, &Progress::none()).await });
    tokio::time::sleep(Duration::from_millis(250)).await;
    miner.server.shutdown(Duration::from_secs(5)).await;
    assert_eq!(fetch.await.unwrap().unwrap(), shard(1, 1000));
    let error = client.fetch_shard(&miner.address, &reference(b"x"), &Progress::none()).await.unwrap_err();
    assert!(error.refusal().is_none(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_limited() {
    let mut config = NetworkConfig::new(Identity::random(), GENESIS, Role::Miner);
    config.connections = ConnectionBounds { total: 2, ..ConnectionBounds::default() };
    let miner = Network::start(config).unwrap();
    let address = listening(&miner, TCP).await;
    let users = [user(), user(), user()];
    for user in &users {
        let _ = user.dial(&address).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(miner.peers().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_are_let_in_leave_room_for_those_who_are_called() {
    let mut config = NetworkConfig::new(Identity::random(), GENESIS, Role::Miner);
    config.connections = ConnectionBounds { total: 4, incoming: 2, ..ConnectionBounds::default() };
    let miner = Network::start(config).unwrap();
    let address = listening(&miner, TCP).await;
    let users = [user(), user(), user(), user(), user()];
    for user in &users {
        let _ = user.dial(&address).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(miner.peers().await.unwrap().len(), 2);
    let other = Miner::plain().await;
    miner.dial(&other.address).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_hang_do_not_keep_readers_out() {
    let limits = Limits { writes: 2, writes_per_peer: 1, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let held = miner.hold(&shard(1, 1000));
    let (owner, bytes) = (Owner::new(), shard(2, 100_000));
    let mut hanging = Vec::new();
    for refused in [false, false, true] {
        let user = user();
        user.dial(&miner.address).await.unwrap();
        let mut stream = user.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap();
        let order = owner.order(&bytes);
        let request = Request::Store { request: order.request, signature: order.signature };
        wire::write_frame(&mut stream, &request, PATIENCE).await.unwrap();
        match wire::read_frame::<Response, _>(&mut stream, PATIENCE).await.unwrap() {
            Response::Proceed => assert!(!refused),
            Response::Refused(refusal) => assert!(refused && refusal.reason == Reason::Busy, "{refusal}"),
            other => panic!("{other:?}"),
        }
        hanging.push((user, stream));
    }
    client().fetch_shard(&miner.address, &held, &Progress::none()).await.unwrap();
}
