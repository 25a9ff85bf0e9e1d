//! `status`: asks a running worker.

use std::path::Path;

use idlewild_chain_client::coins::show_coins;
use indicatif::BinaryBytes;

use super::Failure;
use crate::{
    capacity::progress::CapacityReport,
    compute::{owner::in_words, progress::ComputeReport},
    config::Config,
    sizes::gib,
    status::{rpc, StorageReport},
};

/// Asks the worker of this configuration how it is.
pub async fn run(path: &Path, json: bool) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let report = rpc::ask(&config.status.rpc).await?;
    if json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(());
    }
    if let Some(storage) = &report.storage {
        show_storage(storage);
    }
    if let Some(capacity) = &report.capacity {
        show_capacity(capacity);
    }
    if let Some(compute) = &report.compute {
        show_compute(compute);
    }
    Ok(())
}

fn show_storage(report: &StorageReport) {
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
}

fn show_capacity(report: &CapacityReport) {
    println!("plots      {} of {}, for {}", gib(report.plotted), gib(report.space), report.account);
    if let Some(plotting) = &report.plotting {
        let part = plotting.made as f64 * 100.0 / plotting.nonces.max(1) as f64;
        println!("plotting   {} ({part:.1} %, {} nonces a minute)", plotting.plot, plotting.per_minute);
    }
    println!("network    {}", gib(report.network));
    let counts = match report.rounds_left {
        0 => String::new(),
        left => format!(", which counts in {left} rounds"),
    };
    println!("bond       {} for claims{counts}", show_coins(report.bond));
    println!(
        "rounds     {} now; {} scans, {} skipped; the last read {} in {:.1} s",
        report.round,
        report.scanned,
        report.skipped,
        BinaryBytes(report.scan_bytes),
        report.scan_ms as f64 / 1e3
    );
    println!("won        {} of {} claimed: {}", report.won, report.claimed, show_coins(report.earned));
    if report.claimed_falsely > 0 {
        println!("false      {} claims, which cost bond", report.claimed_falsely);
    }
    for path in &report.damaged {
        println!("damaged    {}", path.display());
    }
    for (place, trouble) in &report.troubles {
        println!("trouble    {place}: {trouble}");
    }
}

fn show_compute(report: &ComputeReport) {
    match report.provider {
        Some(provider) => println!("provider   {provider} ({:?})", report.standing),
        None => println!("provider   none yet"),
    }
    if let Some(trouble) = &report.trouble {
        println!("trouble    {trouble}");
    }
    if let Some(why) = in_words(&report.resting) {
        println!("resting    {why}");
    }
    println!(
        "jobs       {} running, {} claimed, {} waiting to be agreed to or final; {} tasks run since the start",
        report.running.len(),
        report.claimed,
        report.waiting,
        report.tasks
    );
    for chunk in &report.running {
        let (project, place) = (chunk.project, chunk.chunk);
        println!(
            "running    project {project}, chunk {place}: {} of {} tasks, {}",
            chunk.done,
            chunk.tasks,
            chunk.doing.word()
        );
    }
    println!("earned     {} for {} chunks", show_coins(report.earned), report.finished);
    println!("results    {} agreed to, {} lost, {} chunks late", report.score, report.lost, report.late);
    println!("bond       {} for jobs, of which {} stands for work", show_coins(report.bond), show_coins(report.locked));
}
