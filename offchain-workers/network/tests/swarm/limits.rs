use std::{sync::atomic::Ordering, time::Duration};

use idlewild_network::{
    transfer::{
        message::{Request, Response},
        wire::{self, WireError},
        Limits, Progress, Reason, ShardRef, PROTOCOL,
    },
    ConnectionBounds, Identity, Network, NetworkConfig, PeerAddr, Role, Timeouts,
};
use libp2p::Stream;

use crate::support::{client, listening, quick, reference, shard, until, user, Manner, Miner, Owner, GENESIS, TCP};

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
    until("it is in", || async { miner.server.counts().active == 1 }).await;
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
    until("the room is given back", || async { miner.service.tickets.load(Ordering::SeqCst) == 0 }).await;
    assert!(miner.service.shards.lock().unwrap().is_empty());
    until("it has ended", || async { miner.server.counts().active == 0 }).await;
    let counts = miner.server.counts();
    assert_eq!((counts.failed, counts.stored), (1, 0));
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
    until("it is under way", || async { miner.server.counts().active == 1 }).await;
    miner.server.shutdown(Duration::from_secs(5)).await;
    assert_eq!(fetch.await.unwrap().unwrap(), shard(1, 1000));
    let error = client.fetch_shard(&miner.address, &reference(b"x"), &Progress::none()).await.unwrap_err();
    assert!(error.refusal().is_none(), "{error}");
}

/// A miner with these bounds, at which so many users have called one after the other; those who were refused have heard of it.
async fn called(connections: ConnectionBounds, users: usize, let_in: usize) -> (Network, PeerAddr, Vec<Network>) {
    let mut config = NetworkConfig::new(Identity::random(), GENESIS, Role::Miner);
    config.connections = connections;
    let miner = Network::start(config).unwrap();
    let address = listening(&miner, TCP).await;
    let users: Vec<_> = (0..users).map(|_| user()).collect();
    for user in &users {
        // Who is refused may hear of it here or later.
        let _ = user.dial(&address).await;
    }
    until("the others are refused", || async {
        let mut connected = 0;
        for user in &users {
            connected += user.peers().await.unwrap().len();
        }
        connected == let_in && miner.peers().await.unwrap().len() == let_in
    })
    .await;
    (miner, address, users)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_limited() {
    called(ConnectionBounds { total: 2, ..ConnectionBounds::default() }, 3, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_peers_of_one_address_have_so_many_connections_and_no_more() {
    let bounds = ConnectionBounds { per_origin: 2, counts_loopback: true, ..ConnectionBounds::default() };
    let (miner, address, users) = called(bounds, 4, 2).await;
    // Who leaves makes room for the next one.
    users[0].shutdown().await;
    until("the first has gone", || async { miner.peers().await.unwrap().len() == 1 }).await;
    let next = user();
    next.dial(&address).await.unwrap();
    until("the next is in", || async { miner.peers().await.unwrap().contains(&next.peer_id()) }).await;
    // This machine does not count unless told to.
    called(ConnectionBounds { per_origin: 2, ..ConnectionBounds::default() }, 4, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_are_let_in_leave_room_for_those_who_are_called() {
    let bounds = ConnectionBounds { total: 4, incoming: 2, ..ConnectionBounds::default() };
    let (miner, _, _users) = called(bounds, 5, 2).await;
    let other = Miner::plain().await;
    miner.dial(&other.address).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_streams_keep_nobody_out() {
    let limits = Limits { greetings: 2, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let held = miner.hold(&shard(1, 1000));
    let silent = user();
    silent.dial(&miner.address).await.unwrap();
    let mut streams = Vec::new();
    for count in 1..=2 {
        streams.push(silent.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap());
        until("it is in", || async { miner.server.counts().active == count }).await;
    }
    client().fetch_shard(&miner.address, &held, &Progress::none()).await.unwrap();
    // The oldest had to go for it; the other is still heard.
    until("one was dropped", || async { miner.server.counts().failed == 1 }).await;
    let dropped = wire::read_frame::<Response, _>(&mut streams[0], PATIENCE).await.unwrap_err();
    assert!(matches!(dropped, WireError::Closed), "{dropped}");
    wire::write_frame(&mut streams[1], &Request::Quote, PATIENCE).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut streams[1], PATIENCE).await.unwrap();
    assert!(matches!(answer, Response::Quote(_)), "{answer:?}");
}

/// Asks for a range of a shard.
async fn ask(user: &Network, miner: &Miner, held: &ShardRef, end: u64) -> Stream {
    let mut stream = user.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap();
    let request = Request::Fetch { root: held.root, range: Some((0, end)) };
    wire::write_frame(&mut stream, &request, PATIENCE).await.unwrap();
    stream
}

/// Waits until a slice is offered, and takes nothing of it.
async fn offered(stream: &mut Stream) {
    let answer = wire::read_frame::<Response, _>(stream, PATIENCE).await.unwrap();
    assert!(matches!(answer, Response::Content { .. }), "{answer:?}");
}

/// A range of a shard that nobody has asked for yet comes, long before anything times out.
async fn is_served(miner: &Miner) {
    let other = miner.hold(&shard(9, 200_000));
    let client = client();
    let progress = Progress::none();
    let fetch = client.fetch_range(&miner.address, &other, 5..50, &progress);
    let came = tokio::time::timeout(PATIENCE, fetch).await.expect("others are kept waiting").unwrap();
    assert_eq!(came, shard(9, 200_000).slice(5..50));
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_peer_that_takes_nothing_no_more_is_kept_than_it_is_sent() {
    // Memory for two of the largest shards: for hashing one of them, and the slice of all of it.
    let limits = Limits { memory_bytes: 0, shard_bytes: 1 << 20, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let held = miner.hold(&shard(1, 1 << 20));
    let idle = user();
    idle.dial(&miner.address).await.unwrap();
    let mut stream = ask(&idle, &miner, &held, 1 << 20).await;
    offered(&mut stream).await;
    is_served(&miner).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_peer_does_not_take_the_memory_of_all() {
    // For reading there are 8 MiB, of which one peer has one.
    let limits = Limits { memory_bytes: 16 << 20, shard_bytes: 1 << 20, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let held = miner.hold(&shard(1, 1 << 20));
    let idle = user();
    idle.dial(&miner.address).await.unwrap();
    // The first takes all of the peer's share, and the others wait for it.
    let mut streams = vec![ask(&idle, &miner, &held, 1 << 20).await];
    offered(&mut streams[0]).await;
    for _ in 1..8 {
        streams.push(ask(&idle, &miner, &held, 1 << 20).await);
    }
    until("all are in", || async { miner.server.counts().active == 8 }).await;
    is_served(&miner).await;
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
