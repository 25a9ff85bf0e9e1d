//! The main path: what a deal names is appended, proven each period, and paid.

use idlewild_chain_client::Event;

use crate::support::{bytes, holders, proofs, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_put_file_is_appended_proven_each_period_paid_and_got_back() {
    let world = World::new(4).await;
    let content = bytes(1, 300_000);
    let report = world.owner.put("file", &content).await;
    assert_eq!((report.deals.len(), report.unfilled), (1, 0));
    let deal = report.deals[0];
    world.until_healthy(deal).await;
    let mut who = world.chain.look(move |seen| holders(seen, deal)).await;
    who.sort();
    assert_eq!(who, [Some(0), Some(1), Some(2), Some(3)], "each miner has one shard");
    assert_eq!(world.owner.get("file").await, content);

    for miner in 0..4 {
        world.until(&format!("miner {miner} proves four periods"), move |seen| proofs(seen, miner).len() >= 4).await;
        let periods = world.chain.look(move |seen| proofs(seen, miner)).await;
        let first = periods[0];
        let expected: Vec<u32> = (first..).take(periods.len()).collect();
        assert_eq!(periods, expected, "miner {miner} left a period out");
        world
            .until(&format!("miner {miner} is paid"), move |seen| {
                seen.count(|event| matches!(event, Event::Paid { miner: of, amount, .. } if *of == miner && *amount > 0)) > 0
            })
            .await;
    }
    let lost = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. } | Event::Slashed { .. }))).await;
    assert_eq!(lost, 0, "no honest miner may lose anything");
    assert_eq!(world.owner.get("file").await, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_slots_are_proven_together() {
    let world = World::new(4).await;
    let contents: Vec<Vec<u8>> = (0..3).map(|seed| bytes(seed + 10, 50_000)).collect();
    let mut deals = Vec::new();
    for (number, content) in contents.iter().enumerate() {
        deals.extend(world.owner.put(&format!("file {number}"), content).await.deals);
    }
    for deal in deals {
        world.until_healthy(deal).await;
    }
    for miner in 0..4 {
        let slots = world.chain.look(move |seen| seen.miner(miner).unwrap().slots).await;
        assert_eq!(slots, 3);
        // The second proof from here on is of a period whose sealed range has all three.
        world.until_proven(miner, 2).await;
    }
    for (number, content) in contents.iter().enumerate() {
        assert_eq!(&world.owner.get(&format!("file {number}")).await, content);
    }
}
