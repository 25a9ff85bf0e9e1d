//! A dead miner's misses come out, because others report them.

use idlewild_chain_client::{Call, Event};
use idlewild_chain_memory::Fault;

use crate::support::{bytes, holders, is_append, operator, setup, ByHand, Site, World};

fn is_report(call: &Call) -> bool {
    matches!(call, Call::ReportUnappended { .. })
}

/// A deal of which the first miner, which does nothing else either, never appends its slot, and another one that reports.
async fn with_a_slot_that_is_never_appended(seed: u64) -> World {
    let world = World::with(setup(), [Site::meek(0), Site::new(1)]).await;
    world.workers[0].node.fail_next(u32::MAX, Fault::Refuse, is_append).await;
    let deal = ByHand::new(seed).store(&world).await;
    world.workers[1].until("it has taken in the deal's block", |miner| miner.index.slot(deal, 1).unwrap().is_some()).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_the_node_did_not_take_is_sent_again() {
    let world = with_a_slot_that_is_never_appended(160).await;
    world.workers[1].node.fail_next(2, Fault::Refuse, is_report).await;
    world.until("the slot is reported", |seen| seen.sent(is_report).any(|report| report.is_done())).await;
    let sent = world.chain.look(|seen| seen.sent(is_report).count()).await;
    assert_eq!(sent, 3, "two were not taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_reported_outlives_a_restart() {
    let mut world = with_a_slot_that_is_never_appended(161).await;
    let site = world.kill(1).await;
    let sent = world.chain.look(|seen| seen.sent(is_report).count()).await;
    assert_eq!(sent, 0, "its time has not come");
    world.restart(site).await;
    world.until("the slot is reported", |seen| seen.sent(is_report).any(|report| report.is_done())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_miner_is_reported_until_it_has_failed() {
    let sites = (0..4).map(|number| {
        let mut site = Site::new(number);
        site.config.storage.repair = false;
        site
    });
    let mut world = World::with(setup(), sites).await;
    let deal = world.owner.put("file", &bytes(6, 50_000)).await.deals[0];
    world.until_healthy(deal).await;
    world.kill(3).await;
    world.until("miner 3 has failed", |seen| seen.count(|event| *event == Event::Failed { miner: 3 }) == 1).await;
    let dead = operator(3).public_key().0;
    let (missed, slashed, reporters, of_others, slots) = world
        .chain
        .look(move |seen| {
            let reports = seen.sent(|call| *call == Call::ReportMissed { miner: 3 }).filter(|report| report.is_done());
            (
                seen.count(|event| matches!(event, Event::Missed { miner: 3, .. })),
                seen.count(|event| matches!(event, Event::Slashed { miner: 3, .. })),
                reports.map(|report| report.account).collect::<Vec<_>>(),
                seen.count(|event| matches!(event, Event::Missed { miner, .. } if *miner != 3)),
                seen.deal(deal).unwrap().slots,
            )
        })
        .await;
    assert!(missed > 0 && slashed > 0, "it must have paid for what it missed");
    assert!(!reporters.is_empty() && !reporters.contains(&dead), "others must have reported it");
    assert_eq!(of_others, 0, "whoever is at work misses nothing");
    let open: Vec<bool> = slots.iter().map(|slot| slot.is_open()).collect();
    assert_eq!(open.iter().filter(|open| **open).count(), 1, "exactly the dead miner's slot is open: {open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_not_to_report_does_not() {
    let mut world = World::with(setup(), (0..2).map(Site::meek)).await;
    let deal = crate::support::ByHand::new(7).store(&world).await;
    world.until_healthy(deal).await;
    world.kill(1).await;
    world.until("miner 1 is overdue", |seen| seen.miner(1).is_some_and(|miner| miner.overdue)).await;
    world.until_proven(0, 2).await;
    let (reports, held) = world
        .chain
        .look(move |seen| (seen.sent(|call| matches!(call, Call::ReportMissed { .. })).count(), holders(seen, deal)))
        .await;
    assert_eq!(reports, 0);
    assert_eq!(held, [Some(0), Some(1)]);
}
