use std::time::{Duration, Instant};

use idlewild_network::{
    transfer::{Candidate, Progress},
    Identity, PeerAddr,
};

use crate::support::{client, reference, shard, Manner, Miner, TCP};

const PATIENCE: Duration = Duration::from_millis(300);

async fn miners(delays: &[u64]) -> (Vec<Miner>, Vec<Candidate>) {
    let mut miners = Vec::new();
    let mut candidates = Vec::new();
    for (index, delay) in delays.iter().enumerate() {
        let miner = Miner::new(TCP, Manner { delay: Duration::from_millis(*delay), ..Manner::default() }).await;
        let shard = miner.hold(&shard(index as u8, 100_000));
        candidates.push(Candidate { peer: miner.address.clone(), shard });
        miners.push(miner);
    }
    (miners, candidates)
}

fn indices(mut got: Vec<(usize, bytes::Bytes)>) -> Vec<usize> {
    got.sort_by_key(|(index, _)| *index);
    for (index, bytes) in &got {
        assert_eq!(bytes, &shard(*index as u8, 100_000));
    }
    got.into_iter().map(|(index, _)| index).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_as_many_as_needed_are_asked() {
    let (miners, candidates) = miners(&[0, 0, 0, 0, 0, 0]).await;
    let got = client().fetch_any(&candidates, 4, None, Duration::from_secs(20), &Progress::none()).await.unwrap();
    assert_eq!(indices(got), [0, 1, 2, 3]);
    for spare in &miners[4..] {
        assert_eq!(spare.server.counts(), Default::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_miner_is_hedged_and_cut_off() {
    let (miners, candidates) = miners(&[0, 30_000, 0, 0, 0, 0]).await;
    let begun = Instant::now();
    let got = client().fetch_any(&candidates, 4, None, PATIENCE, &Progress::none()).await.unwrap();
    let got = indices(got);
    assert_eq!(got.len(), 4);
    assert!(!got.contains(&1));
    assert!(begun.elapsed() >= PATIENCE && begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(miners[1].server.counts().served, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_and_corrupt_miners_are_replaced_at_once() {
    let (miners, mut candidates) = miners(&[0, 0, 0, 0, 0, 0]).await;
    candidates[0].peer =
        PeerAddr { peer_key: Identity::random().peer_key(), endpoint: "/ip4/127.0.0.1/tcp/1".parse().unwrap() };
    let damaged = vec![0; 100_000].into();
    miners[2].service.shards.lock().unwrap().insert(candidates[2].shard.root, damaged);
    let got = client().fetch_any(&candidates, 4, None, Duration::from_secs(20), &Progress::none()).await.unwrap();
    assert_eq!(indices(got), [1, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_taken_of_each() {
    let (_miners, candidates) = miners(&[0, 0, 0]).await;
    let got = client().fetch_any(&candidates, 2, Some(70_000..70_100), PATIENCE, &Progress::none()).await.unwrap();
    assert_eq!(got.len(), 2);
    for (index, bytes) in got {
        assert_eq!(bytes, shard(index as u8, 100_000).slice(70_000..70_100));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_miners_are_named_with_what_came() {
    let (_miners, mut candidates) = miners(&[0, 0, 0]).await;
    candidates[1].shard = reference(b"nobody has this");
    let error = client().fetch_any(&candidates, 3, None, PATIENCE, &Progress::none()).await.unwrap_err();
    assert_eq!((error.wanted, error.asked, error.got.len(), error.failures.len()), (3, 3, 2, 1));
    assert_eq!(error.failures[0].0, 1);
    assert!(error.to_string().starts_with("2 of 3 shards needed came from 3 miners; the first failure:"), "{error}");
    let error = client().fetch_any(&[], 1, None, PATIENCE, &Progress::none()).await.unwrap_err();
    assert_eq!(error.to_string(), "0 of 1 shards needed came from 0 miners");
    assert!(client().fetch_any(&[], 0, None, PATIENCE, &Progress::none()).await.unwrap().is_empty());
}
