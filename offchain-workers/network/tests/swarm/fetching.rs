use bytes::Bytes;
use idlewild_network::transfer::{slice::SliceError, AskError, FetchError, Progress, Quote, Reason, ShardRef};

use crate::support::{client, reference, shard, Miner};

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_tells_what_it_has_and_what_it_costs() {
    let (miner, client) = (Miner::plain().await, client());
    let held = miner.hold(&shard(1, 100)).root;
    let roots: Vec<_> = (0..256u32).map(|index| if index % 5 == 0 { held } else { [9; 32] }).collect();
    let answers = client.have(&miner.address, &roots).await.unwrap();
    assert_eq!(answers.len(), 256);
    assert!(answers.iter().enumerate().all(|(index, held)| *held == (index % 5 == 0)));
    assert!(client.have(&miner.address, &[]).await.unwrap().is_empty());
    assert!(matches!(client.have(&miner.address, &[[0; 32]; 257]).await, Err(AskError::TooMany(257))));
    assert_eq!(client.quote(&miner.address).await.unwrap(), Quote { price: 42, free: 1 << 30, clock: 11 });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named() {
    let (miner, client) = (Miner::plain().await, client());
    let gone = reference(&shard(1, 100));
    let error = client.fetch_shard(&miner.address, &gone, &Progress::none()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::NotFound);
    let error = client.fetch_range(&miner.address, &gone, 0..10, &Progress::none()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn impossible_ranges_and_lengths_are_named() {
    let (miner, client) = (Miner::plain().await, client());
    let held = miner.hold(&shard(1, 100));
    for range in [5..5, 0..101] {
        let error = client.fetch_range(&miner.address, &held, range, &Progress::none()).await.unwrap_err();
        assert!(matches!(error, FetchError::Range(SliceError::BadRange { .. })), "{error}");
    }
    let longer = ShardRef { length: 200, ..held };
    let error = client.fetch_shard(&miner.address, &longer, &Progress::none()).await.unwrap_err();
    assert!(matches!(error, FetchError::WrongLength { offered: 100, length: 200, .. }), "{error}");
    let error = client.fetch_range(&miner.address, &longer, 150..160, &Progress::none()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::BadRange);
    let endless = ShardRef { length: u32::MAX, ..held };
    let error = client.fetch_shard(&miner.address, &endless, &Progress::none()).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLong(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_disk_is_found_out() {
    let (miner, client) = (Miner::plain().await, client());
    let bytes = shard(1, 300_000);
    let held = miner.hold(&bytes);
    let silent = Progress::none();
    let fetch = || client.fetch_range(&miner.address, &held, 100_000..100_010, &silent);
    assert_eq!(fetch().await.unwrap(), bytes.slice(100_000..100_010));

    let mut damaged = bytes.to_vec();
    damaged[100_005] ^= 1;
    miner.service.shards.lock().unwrap().insert(held.root, damaged.into());
    // Once from remembered hashes, once from fresh ones.
    for _ in 0..2 {
        assert_eq!(fetch().await.unwrap_err().refusal().unwrap().reason, Reason::Internal);
    }
    let error = client.fetch_shard(&miner.address, &held, &Progress::none()).await.unwrap_err();
    assert!(matches!(error, FetchError::Corrupt { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_to_one_miner_is_served() {
    let (miner, client) = (Miner::plain().await, client());
    let shards: Vec<Bytes> = (0..64).map(|seed| shard(seed, 50_000)).collect();
    let fetches = shards.iter().map(|bytes| {
        let (held, client, address) = (miner.hold(bytes), client.clone(), miner.address.clone());
        tokio::spawn(async move { client.fetch_shard(&address, &held, &Progress::none()).await })
    });
    let fetches: Vec<_> = fetches.collect();
    for (fetch, bytes) in fetches.into_iter().zip(&shards) {
        assert_eq!(&fetch.await.unwrap().unwrap(), bytes);
    }
}
