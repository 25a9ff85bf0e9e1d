//! A file comes back from any k of its miners, and from fewer not one wrong byte.

use std::net::Ipv4Addr;

use idlewild_chain_client::Call;
use idlewild_client::{GetError, Listing};
use idlewild_storage_primitives::deal::Slot;
use tokio::{net::TcpListener, time::timeout};

use crate::support::{bytes, holders, options, timing, Owner, Putting, World, PATIENCE};

#[tokio::test(flavor = "multi_thread")]
async fn any_m_miners_may_be_gone_and_one_more_is_an_error_without_a_wrong_byte() {
    let mut world = World::new(4).await;
    let content = bytes(130, 900_000);
    let source = world.owner.source("file", &content);
    let report = Putting::begin(&world.owner, &source, options(256 << 10)).ended().await.0.unwrap();
    assert_eq!((report.deals.len(), report.unfilled), (4, 0));
    let listing = world.owner.listing().await;
    let first = report.deals[0];
    let who = world.chain.look(move |seen| holders(seen, first)).await;
    // Nobody repairs anything from here on.
    world.pause();

    // Those that have the data shards of the first deal, so that it has to be computed from parity alone.
    for holder in &who[..2] {
        drop(world.kill_miner(holder.unwrap()).await);
    }
    let afresh = Owner::new(&world.chain);
    assert_eq!(afresh.get("file").await, content, "from nothing but the keys and the chain");
    // Within either data shard, over both, over two segments, and the last bytes.
    for range in [0..10, 150_000..150_010, 130_000..133_000, 200_000..400_000, 899_990..900_000] {
        let expected = &content[range.start as usize..range.end as usize];
        for owner in [&afresh, &world.owner] {
            assert_eq!(owner.read(&listing, "file", range.clone()).await.unwrap(), expected, "bytes {range:?}");
        }
    }

    drop(world.kill_miner(who[2].unwrap()).await);
    for range in [0..900_000, 0..10, 150_000..150_010] {
        let (error, written) = afresh.read(&listing, "file", range.clone()).await.unwrap_err();
        assert!(matches!(error, GetError::TooFewShards { deal, needed: 2, had: 1, .. } if deal == first), "{error}");
        let text = error.to_string();
        assert!(text.contains("2 shards of a copy are needed, and 1 could be had"), "{text}");
        for (slot, miner) in who[..3].iter().enumerate() {
            assert!(text.contains(&format!("slot {slot}, miner {}: ", miner.unwrap())), "each of them is told of: {text}");
        }
        assert!(written.is_empty(), "{} bytes were written of {range:?}", written.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_deal_has_gone_is_named_and_nothing_of_it_is_written() {
    let world = World::new(4).await;
    let content = bytes(131, 500_000);
    let source = world.owner.source("file", &content);
    let report = Putting::begin(&world.owner, &source, options(256 << 10)).ended().await.0.unwrap();
    let (first, second) = (report.deals[0], report.deals[1]);
    let before = world.owner.listing().await;
    world.until_healthy(first).await;
    let shortest = world.chain.look(|seen| seen.clock()).await + timing().min_term;
    world.until("the deals have lasted the shortest term", move |seen| seen.clock() >= shortest).await;
    world.owner.session.submitter().submit(Call::Cancel { deal: first }).await.unwrap();

    let after = world.owner.listing().await;
    assert!(after.tree.get("file").is_none(), "half of a file is not listed as the file");
    assert_eq!(after.tree.incomplete().len(), 1);
    // As somebody who listed the files before it went: its miners may delete the shards at any moment, or have.
    let listing = Listing { segments: after.segments, ..before };
    let (error, written) = world.owner.read(&listing, "file", 0..500_000).await.unwrap_err();
    assert!(matches!(error, GetError::Gone(deal) if deal == first), "{error}");
    assert!(error.to_string().contains(&format!("deal {first}, which is gone")), "{error}");
    assert!(written.is_empty());
    assert!(listing.segments.contains_key(&second));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_encoded_wrongly_is_made_up_for_by_another() {
    let mut world = World::new(4).await;
    let content = bytes(132, 900_000);
    let source = world.owner.source("file", &content);
    let mut options = options(8 << 20);
    options.wish.copies = 2;
    let report = Putting::begin(&world.owner, &source, options).ended().await.0.unwrap();
    assert_eq!((report.deals.len(), report.unfilled), (1, 0));
    let deal = report.deals[0];
    let mut listing = world.owner.listing().await;
    world.pause();
    let sound = listing.segments[&deal].deal.clone();
    let slots = sound.slots.len() / 2;

    // What the first copy has are the shards of the second, which are sealed under another key: each is as its root says.
    let seen = &mut listing.segments.get_mut(&deal).unwrap().deal;
    seen.slots.copy_within(slots.., 0);
    seen.roots.copy_within(slots.., 0);
    for range in [1_000..2_000, 0..900_000] {
        let expected = &content[range.start as usize..range.end as usize];
        let read = world.owner.read(&listing, "file", range.clone()).await;
        assert!(read.unwrap() == expected, "wrong bytes of {range:?}");
    }

    // Its miners have failed on chain, and have what they had.
    let seen = &mut listing.segments.get_mut(&deal).unwrap().deal;
    seen.slots[slots..].iter_mut().for_each(|slot| slot.failed = true);
    for range in [1_000..2_000, 0..900_000] {
        let expected = &content[range.start as usize..range.end as usize];
        let read = world.owner.read(&listing, "file", range.clone()).await;
        assert!(read.unwrap() == expected, "wrong bytes of {range:?}");
    }

    // The second has too few shards left, which repair may bring back.
    let seen = &mut listing.segments.get_mut(&deal).unwrap().deal;
    seen.slots[slots..].iter_mut().for_each(|slot| slot.slot = Slot::Empty);
    for range in [1_000..2_000, 0..900_000] {
        let (error, written) = world.owner.read(&listing, "file", range).await.unwrap_err();
        assert!(matches!(error, GetError::TooFewShards { needed: 2, had: 0, .. }), "{error}");
        assert!(error.to_string().contains("slot 4: nobody holds it"), "{error}");
        assert!(written.is_empty());
    }

    // Both are wrong.
    let seen = &mut listing.segments.get_mut(&deal).unwrap().deal;
    seen.slots = sound.slots;
    seen.roots = sound.roots;
    seen.slots.rotate_left(slots);
    seen.roots.rotate_left(slots);
    for range in [1_000..2_000, 0..900_000] {
        let (error, written) = world.owner.read(&listing, "file", range).await.unwrap_err();
        assert!(matches!(error, GetError::Decode(_)), "{error}");
        assert!(written.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn miners_that_are_away_for_a_moment_are_asked_again() {
    let mut world = World::new(4).await;
    let content = bytes(133, 200_000);
    let deal = world.owner.put("file", &content).await.deals[0];
    let listing = world.owner.listing().await;
    world.pause();
    let who = world.chain.look(move |seen| holders(seen, deal)).await;
    for holder in &who[1..3] {
        drop(world.kill_miner(holder.unwrap()).await);
    }
    for range in [1_000..2_000, 0..200_000] {
        // Whoever connects meanwhile is kept waiting, and is cut off once the miner is there again.
        let site = world.kill_miner(who[0].unwrap()).await;
        let port = site.config.network.endpoint.rsplit('/').next().unwrap().parse().unwrap();
        let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        // One that knows of nobody's being away.
        let reader = Owner::new(&world.chain);
        let read = async { reader.read(&listing, "file", range.clone()).await };
        let come_back = async {
            let (stranded, _) = timeout(PATIENCE, nobody.accept()).await.expect("the miner is asked").unwrap();
            drop(nobody);
            world.restart(site).await;
            drop(stranded);
        };
        let (read, ()) = tokio::join!(read, come_back);
        let expected = &content[range.start as usize..range.end as usize];
        assert!(read.expect("the miner that is back is asked again") == expected, "wrong bytes of {range:?}");
    }
}
