use idlewild_network::{Identity, LookupError, Network, PeerAddr, Role};

use crate::support::{listening, no_key, quick, start, user, GENESIS, TCP};

async fn miners(count: usize) -> Vec<(Network, PeerAddr)> {
    let mut miners: Vec<(Network, PeerAddr)> = Vec::new();
    for _ in 0..count {
        let network = start(Role::Miner, GENESIS, quick());
        let address = listening(&network, TCP).await;
        if let Some((_, first)) = miners.first() {
            assert_eq!(network.bootstrap(std::slice::from_ref(first)).await.unwrap(), 1);
        }
        miners.push((network, address));
    }
    miners
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_is_found_through_others_and_reached_although_its_endpoint_is_old() {
    let miners = miners(6).await;
    let user = user();
    user.bootstrap(&[miners[0].1.clone()]).await.unwrap();
    let (wanted, address) = &miners[5];
    let found = user.find_peer(&wanted.peer_key()).await.unwrap();
    assert!(found.contains(&address.endpoint), "{found:?}");

    // The chain still says where it was once. This user has met nobody yet and knows but one other.
    let user = self::user();
    user.know(&miners[0].1).await.unwrap();
    let outdated = PeerAddr::new(wanted.peer_key(), b"/ip4/127.0.0.1/tcp/1").unwrap();
    assert!(user.dial(&outdated).await.is_err());
    user.connect(&outdated).await.unwrap();
    assert!(user.peers().await.unwrap().contains(&wanted.peer_id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_of_another_chain_are_not_found() {
    let miners = miners(2).await;
    let stranger = start(Role::Miner, [8; 32], quick());
    let elsewhere = listening(&stranger, TCP).await;
    // It connects, for a connection has no chain, but it enters nobody's table.
    stranger.dial(&miners[0].1).await.unwrap();
    let user = user();
    user.bootstrap(&[miners[0].1.clone()]).await.unwrap();
    assert!(matches!(user.find_peer(&elsewhere.peer_key).await, Err(LookupError::NotFound(_))));
    assert!(stranger.find_peer(&miners[1].0.peer_key()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_to_ask_is_named() {
    let user = start(Role::User, GENESIS, quick());
    assert_eq!(user.bootstrap(&[]).await.unwrap(), 0);
    let nowhere = PeerAddr::new(Identity::random().peer_key(), b"/ip4/127.0.0.1/tcp/1").unwrap();
    let error = user.bootstrap(std::slice::from_ref(&nowhere)).await.unwrap_err();
    assert!(matches!(error, LookupError::NoneReached { count: 1, .. }), "{error}");
    assert!(user.find_peer(&nowhere.peer_key).await.is_err());
    assert!(matches!(user.find_peer(&no_key()).await, Err(LookupError::Key(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_in_nobodys_table() {
    let miners = miners(2).await;
    let (one, two) = (user(), user());
    one.bootstrap(&[miners[0].1.clone()]).await.unwrap();
    two.bootstrap(&[miners[0].1.clone()]).await.unwrap();
    assert!(matches!(two.find_peer(&one.peer_key()).await, Err(LookupError::NotFound(_))));
}
