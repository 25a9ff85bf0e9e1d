//! What a worker tells of itself before it mines.

use idlewild_chain_client::coins::COIN;
use idlewild_worker::status::rpc::{self, RpcError};
use tokio_util::sync::CancellationToken;

use crate::support::{free_port, operator, Site, Worker, World, PATIENCE};

/// Asks a worker that starts, once with each block, until it says this.
async fn until_it_says(world: &World, address: &str, words: &str) {
    let asking = async {
        loop {
            match rpc::ask(address).await {
                Err(error @ RpcError::NotMining { .. }) if error.to_string().contains(words) => return,
                Ok(report) => panic!("it mines already: {report:?}"),
                Err(_) => {},
            }
            let best = world.chain.look(|seen| seen.best()).await;
            world.until("a block comes", move |seen| seen.best() > best).await;
        }
    };
    let asked = tokio::time::timeout(PATIENCE, asking).await;
    asked.unwrap_or_else(|_| panic!("it did not say this in time: {words}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_waits_for_is_told_and_is_no_status_of_a_miner() {
    let (world, number) = (World::new(0).await, 90);
    let mut site = Site::new(number);
    let address = format!("127.0.0.1:{}", free_port());
    site.status.rpc = address.clone();
    let node = world.chain.node();
    node.cut().await;
    let (started, worker) = Worker::begin(node.clone(), site, CancellationToken::new());
    until_it_says(&world, &address, "waiting for the node: ").await;
    node.mend().await;
    let account = operator(number).public_key().to_account_id().to_string();
    until_it_says(&world, &address, &format!("waiting for coins at {account}: ")).await;
    world.chain.give(operator(number).public_key().0, 200 * COIN).await.unwrap();
    let started = tokio::time::timeout(PATIENCE, started).await.expect("it did not notice its coins").unwrap();
    assert!(started.unwrap().is_some());
    let report = rpc::ask(&address).await.expect("it mines");
    assert_eq!(report.storage.unwrap().miner.id, 0);
    drop(worker);
}
