//! How fast a provider's machine is, is what trackers find when they have it work.

use std::time::Duration;

use futures::StreamExt;
use idlewild_chain_client::{Call, ChainClient, ComputeCall, ComputeClient, ComputeEvent, Event};
use idlewild_chain_memory::Pace;
use idlewild_compute::benchmark::work;
use idlewild_compute_primitives::{
    panel::{digest_of, verdict, Question},
    Digest,
};
use idlewild_network::{peer_id_of, transfer::wire, Identity, Network, NetworkConfig, PeerAddr, Role};
use idlewild_worker::compute::machine::{signed, Answer, Ask, Hello, Why, PROTOCOL};

use crate::support::{Does, Host, World, PATIENCE};

/// Time for three trackers to measure a machine one after the other, within as many blocks as they have.
const SLOW: Pace = Pace { quiet: Duration::from_millis(400), longest: Duration::from_millis(500) };

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_joins_and_asks_and_what_trackers_measure_stands_on_chain() {
    let mut world = World::new(2).await;
    let mut hosts = Vec::new();
    for number in 0..3 {
        hosts.push(Host::start_as(&world, number, Does::judge()).await);
    }
    let seated = |event: &Event| matches!(event, Event::Compute(ComputeEvent::SeatTaken { .. }));
    world.until("all trackers have seats", move |seen| seen.count(seated) == 3).await;
    world.running = Some(world.chain.run(SLOW));
    hosts.push(Host::start_as(&world, 3, Does { listens: true, ..Does::provide() }).await);

    let asked = |call: &Call| matches!(call, Call::Compute(ComputeCall::AskGrade { .. }));
    world.until("the provider asks for a grade", move |seen| seen.sent(asked).count() == 1).await;
    let revealed = |call: &Call| matches!(call, Call::Compute(ComputeCall::RevealVerdict { .. }));
    world.until("all three say what they found", move |seen| seen.sent(revealed).count() >= 3).await;
    let node = world.owner.node.clone();
    let mut heads = node.finalized_heads().await.unwrap();
    let grade = tokio::time::timeout(PATIENCE, async {
        loop {
            heads.next().await.expect("blocks come").unwrap();
            if let Some(grade) = node.provider(0).await.unwrap().unwrap().grade {
                return grade;
            }
        }
    });
    let grade = grade.await.expect("its grade stands in time");
    // What one that cannot be measured gets is nothing; how much it is, is the machine's affair, and that of what else it does now.
    assert!(grade.core > 0 && grade.gpu == 0, "{grade:?}");
    let said = |call: &Call| match call {
        Call::Compute(ComputeCall::RevealVerdict { verdict, .. }) => Some(*verdict),
        _ => None,
    };
    let votes: Vec<Digest> =
        world.chain.look(move |seen| seen.transactions().iter().filter_map(|sent| said(&sent.call)).collect()).await;
    let middle = verdict(&Question::Grade { provider: 0 }, &votes, 2);
    assert_eq!((votes.len(), middle), (3, Some(digest_of(&grade))), "it is the middle of what they found");
    for tracker in &hosts[..3] {
        let seat = node.seat_of(tracker.keys().public_key().0).await.unwrap().unwrap();
        assert_eq!((seat.bond, seat.busy), (node.compute_terms().await.unwrap().seat_bond, 0), "nobody was silent");
    }
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_works_for_nobody_who_does_not_sit_on_a_panel_about_it() {
    let world = World::new(2).await;
    let mut host = Host::start_as(&world, 0, Does { listens: true, ..Does::provide() }).await;
    let node = world.owner.node.clone();
    let provider = node.provider(0).await.unwrap().unwrap();
    let network = Network::start(NetworkConfig::new(Identity::random(), world.chain.genesis(), Role::User)).unwrap();
    let peer = PeerAddr::new(provider.peer_key, &provider.endpoint).unwrap();
    let keys = crate::support::keys("//Nobody");
    let message = signed(&world.chain.genesis(), 0, 0, &provider.peer_key, &network.peer_key());
    let own =
        Hello { panel: 0, seat: 0, account: keys.public_key().0, key: network.peer_key(), signature: keys.sign(&message).0 };
    for (hello, why) in [
        (own.clone(), Why::NotOnPanel),
        (Hello { panel: 1, ..own.clone() }, Why::NotSigned),
        (Hello { account: [1; 32], ..own.clone() }, Why::NotSigned),
        (Hello { key: Identity::random().peer_key(), ..own.clone() }, Why::NotSigned),
    ] {
        network.connect(&peer).await.unwrap();
        let mut stream = network.open_stream(peer_id_of(&provider.peer_key).unwrap(), PROTOCOL).await.unwrap();
        wire::write_frame(&mut stream, &hello, PATIENCE).await.unwrap();
        let answer: Answer = wire::read_frame(&mut stream, PATIENCE).await.unwrap();
        assert_eq!(answer, Answer::Refused(why), "{hello:?}");
        // Whatever is asked now, nobody answers.
        let _ = wire::write_frame(&mut stream, &Ask::Write { seed: [0; 32], bytes: work::MOST_FILE }, PATIENCE).await;
        assert!(wire::read_frame::<Answer, _>(&mut stream, PATIENCE).await.is_err());
    }
    network.shutdown().await;
    host.stop().await;
}
