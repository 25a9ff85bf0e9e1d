use std::time::{Duration, Instant};

use idlewild_network::{
    network::{OpenError, Stopped},
    transfer::PROTOCOL,
    DialError, Identity, ListenError, PeerAddr, Role, Timeouts,
};

use crate::support::{listening, no_key, quick, start, user, GENESIS, QUIC, TCP};

#[tokio::test(flavor = "multi_thread")]
async fn the_right_key_is_reached_over_every_transport() {
    for on in [TCP, QUIC] {
        let (miner, user) = (start(Role::Miner, GENESIS, quick()), user());
        let address = listening(&miner, on).await;
        user.dial(&address).await.unwrap();
        user.dial(&address).await.unwrap();
        assert_eq!(user.peers().await.unwrap(), [miner.peer_id()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_cut_off_and_named() {
    for on in [TCP, QUIC] {
        let (miner, user) = (start(Role::Miner, GENESIS, quick()), user());
        let right = listening(&miner, on).await;
        let claimed = Identity::random();
        let wrong = PeerAddr { peer_key: claimed.peer_key(), endpoint: right.endpoint.clone() };
        let error = user.dial(&wrong).await.unwrap_err();
        let text = error.to_string();
        match error {
            DialError::WrongPeer { expected, obtained, endpoint } => {
                assert_eq!((expected, obtained), (claimed.peer_id(), miner.peer_id()));
                assert_eq!(endpoint, right.endpoint);
            },
            other => panic!("{other}"),
        }
        assert!(text.contains("the connection was cut"), "{text}");
        assert!(user.peers().await.unwrap().is_empty());
        assert!(matches!(user.connect(&wrong).await, Err(DialError::WrongPeer { .. })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_and_a_silent_one_are_told_apart() {
    let user = start(Role::User, GENESIS, Timeouts { dial: Duration::from_millis(400), ..quick() });
    let closed = {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.local_addr().unwrap().port()
    };
    let key = Identity::random().peer_key();
    let at = |port: u16| PeerAddr::new(key, format!("/ip4/127.0.0.1/tcp/{port}").as_bytes()).unwrap();
    let error = user.dial(&at(closed)).await.unwrap_err();
    assert!(matches!(error, DialError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let begun = Instant::now();
    let error = user.dial(&at(silent.local_addr().unwrap().port())).await.unwrap_err();
    assert!(matches!(error, DialError::TimedOut { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_no_peer_of_itself() {
    let node = start(Role::Miner, GENESIS, quick());
    let address = listening(&node, TCP).await;
    assert!(matches!(node.dial(&address).await, Err(DialError::Oneself { .. } | DialError::Unreachable { .. })));
    let key = PeerAddr { peer_key: no_key(), endpoint: address.endpoint };
    assert!(matches!(node.dial(&key).await, Err(DialError::Key(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_share_one_connection() {
    let (miner, user) = (start(Role::Miner, GENESIS, quick()), user());
    let address = listening(&miner, TCP).await;
    let dials = (0..32).map(|_| user.dial(&address));
    for outcome in futures::future::join_all(dials).await {
        outcome.unwrap();
    }
    assert_eq!(user.peers().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named() {
    let (one, two) = (start(Role::Miner, GENESIS, quick()), start(Role::Miner, GENESIS, quick()));
    let address = listening(&one, TCP).await;
    let error = two.listen(address.endpoint).await.unwrap_err();
    assert!(matches!(error, ListenError::Refused { .. }), "{error}");
    let error = two.listen("/ip4/127.0.0.1/tcp/0/ws".parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, ListenError::Unsupported(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protocol_nobody_serves_is_named() {
    let (miner, user) = (start(Role::Miner, GENESIS, quick()), user());
    let address = listening(&miner, TCP).await;
    user.dial(&address).await.unwrap();
    let error = user.open_stream(miner.peer_id(), PROTOCOL).await.unwrap_err();
    assert!(matches!(error, OpenError::NotSpoken { .. }), "{error}");
    let _serving = miner.accept(PROTOCOL).unwrap();
    assert!(miner.accept(PROTOCOL).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_ends_connections_and_handles() {
    let (miner, user) = (start(Role::Miner, GENESIS, quick()), user());
    let address = listening(&miner, TCP).await;
    user.dial(&address).await.unwrap();
    miner.shutdown().await;
    assert_eq!(miner.peers().await, Err(Stopped));
    assert!(matches!(miner.dial(&address).await, Err(DialError::Stopped(_))));
    let begun = Instant::now();
    while !user.peers().await.unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(5), "the connection stands still");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(user.dial(&address).await.is_err());
}
