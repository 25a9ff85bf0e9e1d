use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc,
};

use bytes::Bytes;
use idlewild_network::transfer::{max_shard_bytes, Limits, Progress, Reason, ReceiptError, Refusal, StoreError, StoreOrder};
use idlewild_network::Timeouts;

use crate::support::{client, reference, shard, Manner, Miner, Owner, BLOCK, QUIC, TCP};

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_goes_out_and_comes_back_whole_and_in_ranges() {
    for on in [TCP, QUIC] {
        let (miner, client) = (Miner::new(on, Manner::default()).await, client());
        for length in [1usize, 64, 1 << 20, (3 << 20) + 64] {
            let bytes = shard(1, length);
            let moved = Arc::new(AtomicU64::new(0));
            let counter = moved.clone();
            let progress = Progress::new(move |by| {
                counter.fetch_add(by, Ordering::SeqCst);
            });
            let order = Owner::new().order(&bytes);
            let receipt = client.store_shard(&miner.address, &order, bytes.clone(), &progress).await.unwrap();
            assert_eq!((receipt.slot, receipt.miner, receipt.valid_until), (5, 9, BLOCK + 600));
            assert_eq!(moved.swap(0, Ordering::SeqCst), length as u64);

            let whole = client.fetch_shard(&miner.address, &reference(&bytes), &progress).await.unwrap();
            assert_eq!(whole, bytes);
            assert_eq!(moved.load(Ordering::SeqCst), length as u64);
            for range in [0..1, 0..length as u64, length as u64 / 3..length as u64 / 2 + 1] {
                let part =
                    client.fetch_range(&miner.address, &reference(&bytes), range.clone(), &Progress::none()).await.unwrap();
                assert_eq!(part, bytes.slice(range.start as usize..range.end as usize));
            }
        }
        let counts = miner.server.counts();
        assert_eq!((counts.stored, counts.served, counts.refused, counts.failed), (4, 16, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_brings_its_reason_before_any_byte() {
    let refusal = Refusal::new(Reason::Full, "this miner has 0 bytes left");
    let miner = Miner::new(TCP, Manner { refuse: Some(refusal.clone()), ..Manner::default() }).await;
    let bytes = shard(1, 5000);
    let progress = Progress::new(|_| panic!("a byte was sent"));
    let error = client().store_shard(&miner.address, &Owner::new().order(&bytes), bytes, &progress).await.unwrap_err();
    assert_eq!(error.refusal(), Some(&refusal));
    assert!(error.to_string().contains("0 bytes left"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_did_not_sign_is_refused() {
    let (miner, client, owner) = (Miner::plain().await, client(), Owner::new());
    let bytes = shard(1, 5000);
    let mut stolen = owner.order(&bytes);
    stolen.request.owner = Owner::new().order(&bytes).request.owner;
    let mut dearer = owner.order(&bytes);
    dearer.request.price += 1;
    for order in [stolen, dearer] {
        let error = client.store_shard(&miner.address, &order, bytes.clone(), &Progress::none()).await.unwrap_err();
        assert_eq!(error.refusal().unwrap().reason, Reason::BadSignature);
    }
    assert!(miner.service.shards.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_signs_for_the_owner_and_the_service_is_told_who() {
    let (miner, client, owner, signer) = (Miner::plain().await, client(), Owner::new(), Owner::new());
    let bytes = shard(1, 5000);
    let order = signer.order_for(&owner, &bytes);
    assert_eq!(order.request.owner, owner.account());
    let receipt = client.store_shard(&miner.address, &order, bytes.clone(), &Progress::none()).await.unwrap();
    assert_eq!(receipt.slot, 5, "the receipt is checked as one for the owner");
    assert_eq!(*miner.service.signers.lock().unwrap(), [signer.account()]);
    client.store_shard(&miner.address, &owner.order(&bytes), bytes, &Progress::none()).await.unwrap();
    assert_eq!(*miner.service.signers.lock().unwrap(), [signer.account(), owner.account()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_signature_under_another_request_is_taken_for_one_under_this() {
    let (miner, client, owner, signer) = (Miner::plain().await, client(), Owner::new(), Owner::new());
    let bytes = shard(1, 5000);
    let sound = signer.order_for(&owner, &bytes);
    // What it signed as the owner of something, shown as what it signed for somebody else.
    let own =
        StoreOrder { signer: Some(signer.account()), signature: signer.sign(sound.request.clone()).signature, ..sound.clone() };
    // What it signed for somebody else, shown as the owner's.
    let as_owner = StoreOrder { signer: None, ..sound.clone() };
    // What one account signed, shown as another's.
    let stolen = StoreOrder { signer: Some(Owner::new().account()), ..sound.clone() };
    for order in [own, as_owner, stolen] {
        let error = client.store_shard(&miner.address, &order, bytes.clone(), &Progress::none()).await.unwrap_err();
        assert_eq!(error.refusal().unwrap().reason, Reason::BadSignature);
    }
    assert!(miner.service.signers.lock().unwrap().is_empty(), "the service is asked only about what is signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_another_root_are_refused_and_their_room_given_back() {
    let (miner, owner) = (Miner::plain().await, Owner::new());
    let order = owner.order(&shard(1, 5000));
    let error = client().store_shard(&miner.address, &order, shard(2, 5000), &Progress::none()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::WrongRoot);
    assert!(miner.service.shards.lock().unwrap().is_empty());
    assert_eq!(miner.service.tickets.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_are_checked_on_both_sides() {
    let limits = Limits { shard_bytes: 4096, ..Limits::default() };
    let miner = Miner::limited(TCP, Manner::default(), limits, Timeouts::default()).await;
    let (client, owner) = (client(), Owner::new());
    let order = owner.order(&shard(1, 5000));
    let error = client.store_shard(&miner.address, &order, shard(1, 4999), &Progress::none()).await.unwrap_err();
    assert!(matches!(error, StoreError::WrongLength { asked: 5000, given: 4999 }), "{error}");
    let error = client.store_shard(&miner.address, &order, shard(1, 5000), &Progress::none()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::TooLarge);
    let empty = owner.order(&[]);
    let error = client.store_shard(&miner.address, &empty, Bytes::new(), &Progress::none()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::TooLarge);
    assert!(max_shard_bytes() > 64 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_the_chain_would_not_take_is_refused() {
    let bytes = shard(1, 5000);
    let order = Owner::new().order(&bytes);
    let dear = Manner { least_price: order.request.price + 1, ..Manner::default() };
    let over = Manner { valid_until: Some(BLOCK), ..Manner::default() };
    for (manner, price) in [(dear, true), (over, false)] {
        let miner = Miner::new(TCP, manner).await;
        let error = client().store_shard(&miner.address, &order, bytes.clone(), &Progress::none()).await.unwrap_err();
        match error {
            StoreError::Receipt { source: ReceiptError::Price { .. }, .. } => assert!(price),
            StoreError::Receipt { source: ReceiptError::Validity { .. }, .. } => assert!(!price),
            other => panic!("{other}"),
        }
    }
}
