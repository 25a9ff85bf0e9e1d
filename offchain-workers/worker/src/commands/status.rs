//! `status`: asks a running worker.

use std::path::Path;

use idlewild_chain_client::coins::show_coins;

use super::Failure;
use crate::{config::Config, status::rpc};

/// Asks the worker of this configuration how it is.
pub async fn run(path: &Path, json: bool) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let report = rpc::ask(&config.status.rpc).await?;
    if json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    let miner = &report.miner;
    if let Some(trouble) = &report.trouble {
        println!("not following the chain: {trouble}");
    }
    println!("miner      {} ({:?})", miner.id, miner.status);
    println!("endpoint   {}", report.endpoint);
    println!("block      {} (clock {})", report.block, report.clock);
    println!("peers      {}", report.peers);
    println!("slots      {} on chain, {} shards and {} bytes on disk", miner.slots, report.shards, report.bytes);
    println!("capacity   {} of {} bytes promised", miner.used, miner.capacity);
    println!("proven     {} periods", miner.proven);
    println!("score      {:.2} %", f64::from(miner.score) / 100.0);
    println!("bond       {}, of which {} is required", show_coins(miner.bond), show_coins(miner.required));
    Ok(())
}
