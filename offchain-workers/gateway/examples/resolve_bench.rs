//! Resolves a name of a chain as a gateway's HTTP front does, from its cache and without it, and prints how long that took and how often
//! the chain was asked: for benchmarks.
//!
//! `cargo run --release -p idlewild-gateway --example resolve_bench -- --node ws://127.0.0.1:9944 --name garden`

use std::{
    error::Error,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::Instant,
};

use clap::Parser;
use idlewild_chain_client::RpcClient;
use idlewild_gateway::{
    link::{names::ChainNames, pulse::Pulse},
    names::{CacheOptions, CachedNames, Names, NamesError, Resolution},
};
use idlewild_storage_primitives::Clock;

#[derive(Parser)]
struct Arguments {
    /// A node's JSON-RPC address.
    #[arg(long)]
    node: String,
    /// A registered name.
    #[arg(long)]
    name: String,
    /// Look-ups of each kind.
    #[arg(long, default_value_t = 500)]
    count: usize,
}

/// Counts the look-ups that reach the chain.
struct Counted {
    names: ChainNames,
    asked: AtomicU64,
}

#[async_trait::async_trait]
impl Names for Counted {
    async fn resolve(&self, path: &str) -> Result<Option<Resolution>, NamesError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.names.resolve(path).await
    }

    fn height(&self) -> Option<Clock> {
        self.names.height()
    }
}

/// How long look-ups took, in milliseconds: the middle one, and the one that only a hundredth of them are slower than.
async fn clocked(names: &dyn Names, arguments: &Arguments) -> Result<(f64, f64), Box<dyn Error>> {
    // Connections are made, and the cache is filled, by the first.
    names.resolve(&arguments.name).await?.ok_or("nobody has registered the name")?;
    let mut each = Vec::with_capacity(arguments.count);
    for _ in 0..arguments.count {
        let began = Instant::now();
        names.resolve(&arguments.name).await?;
        each.push(began.elapsed().as_secs_f64() * 1e3);
    }
    each.sort_by(f64::total_cmp);
    let at = |part: f64| each.get((each.len() as f64 * part) as usize).copied().unwrap_or_default();
    Ok((at(0.5), at(0.99)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let chain = Arc::new(RpcClient::connect(&arguments.node).await?);
    let names = Arc::new(Counted { names: ChainNames::new(chain.clone(), Pulse::of(chain)), asked: AtomicU64::new(0) });
    let (chain_ms, chain_slow_ms) = clocked(&*names, &arguments).await?;
    let before = names.asked.load(Ordering::Relaxed);
    let (cached_ms, cached_slow_ms) = clocked(&CachedNames::new(names.clone(), CacheOptions::default()), &arguments).await?;
    let asked = names.asked.load(Ordering::Relaxed) - before;
    println!(
        "{}",
        serde_json::json!({
            "chain_ms": chain_ms, "chain_slow_ms": chain_slow_ms, "cached_ms": cached_ms, "cached_slow_ms": cached_slow_ms,
            "asked": asked,
        })
    );
    Ok(())
}
