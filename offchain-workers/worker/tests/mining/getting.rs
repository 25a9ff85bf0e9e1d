//! A file comes back from any k of its miners, and from fewer not one wrong byte.

use idlewild_chain_client::Call;
use idlewild_client::{GetError, Listing};

use crate::support::{bytes, holders, options, timing, Owner, Putting, World};

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
        assert!(text.contains("2 shards of a copy are needed") && text.contains("The last failure"), "{text}");
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
