//! Bad requests: refused by name, and nothing of them stays.

use std::time::Duration;

use futures::{AsyncRead, AsyncWrite, AsyncWriteExt};
use idlewild_chain_client::coins::COIN;
use idlewild_network::transfer::{
    message::{Request, Response},
    wire::{self, WireError},
    Progress, Reason, StoreOrder, PROTOCOL,
};
use idlewild_storage_primitives::{
    receipt::{StoreRequest, MAX_VALIDITY},
    terms::LEAST_PAID,
    view::MinerStatus,
};

use crate::support::{keys, timing, ByHand, Owner, Worker, World};

const IDLE: Duration = Duration::from_secs(10);

/// Nothing is on disk, nothing is on record, and a sound request is still taken.
async fn nothing_stays(world: &World, by_hand: &ByHand) {
    let worker = &world.workers[0];
    assert_eq!(worker.miner().store.used(), 0, "bytes were kept");
    assert!(worker.miner().index.all_pending().unwrap().is_empty(), "a record was kept");
    by_hand.upload(&world.owner, worker, 0).await;
    assert!(worker.miner().store.contains(&by_hand.key(0)).await.unwrap());
}

/// What a miner says to a request that the owner signs after `change`.
async fn said_to(world: &World, by_hand: &ByHand, change: impl FnOnce(&mut StoreRequest)) -> Reason {
    let worker = &world.workers[0];
    let mut request = by_hand.request(&world.owner, worker, 0);
    change(&mut request);
    let error = by_hand.send(&world.owner, worker, request).await.unwrap_err();
    error.refusal().unwrap_or_else(|| panic!("it did not refuse but: {error}")).reason
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_say_what_cannot_be() {
    let world = World::new(1).await;
    let by_hand = ByHand::new(70);
    let block = world.workers[0].miner().moment().block;
    let said = |change: fn(&mut StoreRequest)| said_to(&world, &by_hand, change);
    assert_eq!(said(|request| request.miner += 1).await, Reason::WrongMiner);
    assert_eq!(said(|request| request.valid_until = 1).await, Reason::Expired);
    assert_eq!(said(|request| request.valid_until = u32::MAX).await, Reason::Expired);
    assert_eq!(said(|request| request.term = timing().min_term - 1).await, Reason::Term);
    assert_eq!(said(|request| request.term = timing().max_term + 1).await, Reason::Term);
    assert_eq!(said(|request| request.price = COIN - 1).await, Reason::Price);
    let too_long = said_to(&world, &by_hand, |request| request.valid_until = block + MAX_VALIDITY + 300).await;
    assert_eq!(too_long, Reason::Expired);
    // The owner has ten thousand coins, and this would cost more.
    assert_eq!(said(|request| request.price = 1_000_000_000 * COIN).await, Reason::Unfunded);
    nothing_stays(&world, &by_hand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_the_owner_did_not_sign() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(71), &world.workers[0]);
    let genesis = *world.owner.shards.network().genesis();
    let request = by_hand.request(&world.owner, worker, 0);
    let sound = world.owner.keys.sign(&request.message(&genesis)).0;
    let mut flipped = sound;
    flipped[10] ^= 1;
    let mut dearer = request.clone();
    dearer.price += 1;
    let forged = [
        (request.clone(), keys("//Somebody//Else").sign(&request.message(&genesis)).0),
        (request.clone(), world.owner.keys.sign(&request.message(&[9; 32])).0),
        (request.clone(), flipped),
        (request.clone(), [0; 64]),
        // Signed, but not this.
        (dearer, sound),
    ];
    for (number, (request, signature)) in forged.into_iter().enumerate() {
        let order = StoreOrder { request, signer: None, signature, block: worker.miner().moment().block };
        let (address, progress) = (worker.address(), Progress::none());
        let sent = world.owner.shards.store_shard(&address, &order, by_hand.shards[0].clone(), &progress);
        let error = sent.await.unwrap_err();
        assert_eq!(error.refusal().map(|refusal| refusal.reason), Some(Reason::BadSignature), "forgery {number}: {error}");
    }
    nothing_stays(&world, &by_hand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_do_not_have_the_root() {
    let world = World::new(1).await;
    let (by_hand, other) = (ByHand::new(72), ByHand::new(73));
    let worker = &world.workers[0];
    let request = by_hand.request(&world.owner, worker, 0);
    let wrong = ByHand { salt: by_hand.salt, shards: other.shards.clone(), term: by_hand.term };
    let error = wrong.send(&world.owner, worker, request).await.unwrap_err();
    let refusal = error.refusal().unwrap_or_else(|| panic!("{error}"));
    assert_eq!(refusal.reason, Reason::WrongRoot, "{refusal}");
    assert!(refusal.text.contains(&hex::encode(by_hand.root(0))), "the root must be named: {refusal}");
    nothing_stays(&world, &by_hand).await;
}

/// Opens a stream to the worker.
async fn stream(world: &World, worker: &Worker) -> impl AsyncRead + AsyncWrite + Unpin {
    let network = world.owner.shards.network();
    network.dial(&worker.address()).await.unwrap();
    network.open_stream(worker.miner().identity.peer_id(), PROTOCOL).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_cut_short_or_no_requests_at_all() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(74), &world.workers[0]);
    let request = by_hand.request(&world.owner, worker, 0);
    let signature = world.owner.keys.sign(&request.message(world.owner.shards.network().genesis())).0;

    // Half a request, and then nothing more.
    let mut cut = stream(&world, worker).await;
    cut.write_all(&200u32.to_le_bytes()).await.unwrap();
    cut.write_all(&[0; 50]).await.unwrap();
    cut.close().await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut cut, IDLE).await;
    assert!(matches!(answer, Err(WireError::Closed)), "nothing is said to half a request: {answer:?}");

    // A frame that is none.
    let mut garbled = stream(&world, worker).await;
    garbled.write_all(&3u32.to_le_bytes()).await.unwrap();
    garbled.write_all(&[0xff; 3]).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut garbled, IDLE).await.unwrap();
    assert!(matches!(&answer, Response::Refused(refusal) if refusal.reason == Reason::Malformed), "{answer:?}");

    // A frame that would be too long.
    let mut long = stream(&world, worker).await;
    long.write_all(&u32::MAX.to_le_bytes()).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut long, IDLE).await.unwrap();
    assert!(matches!(&answer, Response::Refused(refusal) if refusal.reason == Reason::Malformed), "{answer:?}");

    // A sound request with half of its bytes.
    let mut half = stream(&world, worker).await;
    wire::write_frame(&mut half, &Request::Store { request, signature }, IDLE).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut half, IDLE).await.unwrap();
    assert_eq!(answer, Response::Proceed);
    let shard = &by_hand.shards[0];
    wire::write_body(&mut half, &shard[..shard.len() / 2], IDLE, |_| ()).await.unwrap();
    half.close().await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut half, IDLE).await;
    assert!(matches!(answer, Err(WireError::Closed)), "half a shard must not be receipted: {answer:?}");
    nothing_stays(&world, &by_hand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_of_no_bytes_or_of_too_many() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(75), &world.workers[0]);
    for length in [0, u32::MAX] {
        let mut request = by_hand.request(&world.owner, worker, 0);
        request.length = length;
        let signature = world.owner.keys.sign(&request.message(world.owner.shards.network().genesis())).0;
        let mut stream = stream(&world, worker).await;
        wire::write_frame(&mut stream, &Request::Store { request, signature }, IDLE).await.unwrap();
        let answer = wire::read_frame::<Response, _>(&mut stream, IDLE).await.unwrap();
        assert!(matches!(&answer, Response::Refused(refusal) if refusal.reason == Reason::TooLarge), "{answer:?}");
    }
    nothing_stays(&world, &by_hand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_of_a_length_that_no_deal_can_have() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(79), &world.workers[0]);
    let mut request = by_hand.request(&world.owner, worker, 0);
    request.length += 1;
    let signature = world.owner.keys.sign(&request.message(world.owner.shards.network().genesis())).0;
    let mut stream = stream(&world, worker).await;
    wire::write_frame(&mut stream, &Request::Store { request, signature }, IDLE).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut stream, IDLE).await.unwrap();
    assert!(matches!(&answer, Response::Refused(refusal) if refusal.reason == Reason::Malformed), "{answer:?}");
    nothing_stays(&world, &by_hand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_on_its_way_in_than_the_owner_could_pay_for() {
    let world = World::new(1).await;
    let (first, second, worker) = (ByHand::new(80), ByHand::new(81), &world.workers[0]);
    // The owner has ten thousand coins, and each of the two would cost it six thousand.
    let dear = |by_hand: &ByHand| {
        let mut request = by_hand.request(&world.owner, worker, 0);
        let for_a_coin = u128::from(request.length.max(LEAST_PAID)) * u128::from(request.term / timing().period);
        request.price = 6_000 * COIN * (1 << 30) / for_a_coin;
        request
    };
    let request = dear(&first);
    let signature = world.owner.keys.sign(&request.message(world.owner.shards.network().genesis())).0;
    let mut begun = stream(&world, worker).await;
    wire::write_frame(&mut begun, &Request::Store { request, signature }, IDLE).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut begun, IDLE).await.unwrap();
    assert_eq!(answer, Response::Proceed);
    let error = second.send(&world.owner, worker, dear(&second)).await.unwrap_err();
    assert_eq!(error.refusal().map(|refusal| refusal.reason), Some(Reason::Unfunded), "{error}");
    // Broken off, it counts no more.
    begun.close().await.unwrap();
    let _ = wire::read_frame::<Response, _>(&mut begun, IDLE).await;
    nothing_stays(&world, &second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_replayed_before_the_deal_gives_the_same_receipt_and_stores_nothing_twice() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(76), &world.workers[0]);
    let request = by_hand.request(&world.owner, worker, 0);
    let first = by_hand.send(&world.owner, worker, request.clone()).await.unwrap();
    let used = worker.miner().store.used();
    let again = by_hand.send(&world.owner, worker, request).await.unwrap();
    assert_eq!(first, again, "an owner whose receipt was lost on the way gets it again");
    assert_eq!(worker.miner().store.used(), used);
    assert_eq!(worker.miner().index.all_pending().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_waits_for_another_owners_deal() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(82), &world.workers[0]);
    let other = Owner::another(&world.chain).await;
    let mut first = by_hand.request(&world.owner, worker, 0);
    first.valid_until = worker.miner().moment().block + 60;
    by_hand.send(&world.owner, worker, first.clone()).await.unwrap();
    let second = by_hand.request(&other, worker, 0);
    let error = by_hand.send(&other, worker, second).await.unwrap_err();
    let refusal = error.refusal().unwrap_or_else(|| panic!("it did not refuse but: {error}"));
    assert_eq!(refusal.reason, Reason::NotTaking, "{refusal}");
    assert!(refusal.text.contains("another account's deal"), "{refusal}");
    by_hand.send(&world.owner, worker, first).await.expect("an owner may ask for its own receipt again");
    // No deal comes.
    worker.until("the first receipt is over", |miner| miner.index.all_pending().unwrap().is_empty()).await;
    by_hand.upload(&other, worker, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_another_owner_uploads_meanwhile() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(83), &world.workers[0]);
    let other = Owner::another(&world.chain).await;
    let request = by_hand.request(&other, worker, 0);
    let signature = other.keys.sign(&request.message(world.owner.shards.network().genesis())).0;
    let mut begun = stream(&world, worker).await;
    wire::write_frame(&mut begun, &Request::Store { request, signature }, IDLE).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut begun, IDLE).await.unwrap();
    assert_eq!(answer, Response::Proceed);
    by_hand.upload(&world.owner, worker, 0).await;
    wire::write_body(&mut begun, &by_hand.shards[0], IDLE, |_| ()).await.unwrap();
    wire::flush(&mut begun, IDLE).await.unwrap();
    let answer = wire::read_frame::<Response, _>(&mut begun, IDLE).await.unwrap();
    assert!(matches!(&answer, Response::Refused(refusal) if refusal.reason == Reason::NotTaking), "{answer:?}");
    let records = worker.miner().index.all_pending().unwrap();
    assert_eq!(records.iter().map(|record| record.owner).collect::<Vec<_>>(), [world.owner.account()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_meant_for_another_miner_is_not_taken_here() {
    let world = World::new(2).await;
    let by_hand = ByHand::new(77);
    let request = by_hand.request(&world.owner, &world.workers[0], 0);
    by_hand.send(&world.owner, &world.workers[0], request.clone()).await.unwrap();
    let error = by_hand.send(&world.owner, &world.workers[1], request).await.unwrap_err();
    assert_eq!(error.refusal().map(|refusal| refusal.reason), Some(Reason::WrongMiner), "{error}");
    assert_eq!(world.workers[1].miner().store.used(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_is_paused_takes_nothing() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(78), &world.workers[0]);
    let pause = idlewild_chain_client::Call::Pause { miner: 0 };
    worker.miner().submitter.submit(pause).await.unwrap();
    worker.until("it knows that it is paused", |miner| miner.record().status == MinerStatus::Paused).await;
    assert_eq!(said_to(&world, &by_hand, |_| {}).await, Reason::NotTaking);
    let resume = idlewild_chain_client::Call::Resume { miner: 0 };
    worker.miner().submitter.submit(resume).await.unwrap();
    worker.until("it is active again", |miner| miner.record().status == MinerStatus::Active).await;
    nothing_stays(&world, &by_hand).await;
}
