//! Miners that say nothing or send wrong bytes: others make up for them, and they are asked last from then on.

use std::time::{Duration, Instant};

use idlewild_client::{GetError, Listing};
use idlewild_storage_primitives::MinerId;

use crate::support::{bytes, holders, Impostor, Manner, Owner, World};

const LENGTH: u64 = 1_000_000;
/// Far below the time after which a silent miner is given up, and above that after which another is asked as well.
const SOON: Duration = Duration::from_secs(20);

/// A file of one deal, whose holders are told by slot. No more blocks come, so that nobody repairs anything.
async fn stored(seed: u64) -> (World, Vec<u8>, Listing, Vec<MinerId>) {
    let mut world = World::new(4).await;
    let content = bytes(seed, LENGTH as usize);
    let deal = world.owner.put("file", &content).await.deals[0];
    let listing = world.owner.listing().await;
    world.pause();
    let who = world.chain.look(move |seen| holders(seen, deal)).await.into_iter().map(|holder| holder.unwrap()).collect();
    (world, content, listing, who)
}

async fn replace(world: &mut World, miner: MinerId, manner: Manner) -> Impostor {
    let site = world.kill_miner(miner).await;
    Impostor::start(world.chain.genesis(), site, manner).await
}

/// Reads a range twice and the whole twice, each by an owner who knows of nothing, while the miner of the first data shard has
/// gone bad.
async fn read_beside(manner: Manner, seed: u64) {
    let (mut world, content, listing, who) = stored(seed).await;
    let impostor = replace(&mut world, who[0], manner).await;
    for range in [1_000..2_000, 0..LENGTH] {
        let owner = Owner::new(&world.chain);
        let expected = &content[range.start as usize..range.end as usize];
        let before = impostor.asked();
        let begun = Instant::now();
        assert!(owner.read(&listing, "file", range.clone()).await.unwrap() == expected, "wrong bytes of {range:?}");
        assert!(begun.elapsed() < SOON, "{manner:?}, {range:?}: {:?}", begun.elapsed());
        assert_eq!(impostor.asked(), before + 1, "{manner:?}: the first data shard needs no decoding and is asked for first");
        assert!(owner.read(&listing, "file", range.clone()).await.unwrap() == expected, "wrong bytes of {range:?}");
        assert_eq!(impostor.asked(), before + 1, "{manner:?}: who failed is not asked where others can be");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_miner_is_overtaken_and_remembered() {
    read_beside(Manner::Silent, 140).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lying_miner_is_found_out_and_remembered() {
    read_beside(Manner::Lying, 141).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_silent_and_one_lying_are_as_many_as_may_fail() {
    let (mut world, content, listing, who) = stored(142).await;
    let _silent = replace(&mut world, who[0], Manner::Silent).await;
    let _lying = replace(&mut world, who[2], Manner::Lying).await;
    for range in [1_000..2_000, 0..LENGTH] {
        let owner = Owner::new(&world.chain);
        let expected = &content[range.start as usize..range.end as usize];
        assert!(owner.read(&listing, "file", range.clone()).await.unwrap() == expected, "wrong bytes of {range:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_liars_than_may_fail_are_an_error_and_no_wrong_byte() {
    let (mut world, _, listing, who) = stored(143).await;
    let mut liars = Vec::new();
    for miner in &who[..3] {
        liars.push(replace(&mut world, *miner, Manner::Lying).await);
    }
    for range in [1_000..2_000, 0..LENGTH] {
        let (error, written) = world.owner.read(&listing, "file", range.clone()).await.unwrap_err();
        assert!(matches!(error, GetError::TooFewShards { needed: 2, .. }), "{error}");
        assert!(error.to_string().contains("do not belong to the root"), "{error}");
        assert!(written.is_empty(), "{} bytes were written of {range:?}", written.len());
    }
    assert!(liars.iter().all(|liar| liar.asked() > 0));
}
