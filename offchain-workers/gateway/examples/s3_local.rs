//! A store in a folder, served to S3 clients with one key, without a chain: for trying clients out, for tests and for benchmarks.
//!
//! `cargo run --release -p idlewild-gateway --example s3_local -- --dir /tmp/store`

use std::{error::Error, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use clap::Parser;
use idlewild_buckets_primitives::scopes::{Rights, Scopes};
use idlewild_gateway::{
    credentials::{Credential, StaticKeyring},
    s3::{Front, Settings},
    serve::{self, Limits},
};
use idlewild_objects::{Options, Store};
use tokio::net::TcpListener;

#[derive(Parser)]
struct Arguments {
    /// Folder of the store; made if it is not there.
    #[arg(long)]
    dir: PathBuf,
    /// Where clients connect. Port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// The only access key id.
    #[arg(long, default_value = "local")]
    access_key: String,
    /// Its secret.
    #[arg(long, default_value = "localsecret")]
    secret_key: String,
    /// What clients are told the region is.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// The domain that buckets may be subdomains of.
    #[arg(long)]
    domain: Option<String>,
    /// MiB of a segment.
    #[arg(long, default_value_t = 64)]
    segment_mib: u32,
    /// Connections at a time.
    #[arg(long, default_value_t = 2_048)]
    connections: usize,
    /// Seconds that a client may take for a head, and for each part of a body.
    #[arg(long, default_value_t = 30)]
    patience: u64,
    /// Seconds that a client may wait for the network, which never comes here.
    #[arg(long, default_value_t = 5)]
    acknowledge_within: u64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,s3s=off".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.dir)?;
    let owner = [1; 32];
    let options = Options { segment_bytes: arguments.segment_mib << 20, origin: owner, ..Options::default() };
    let store = Store::open(&arguments.dir, options).await?;
    let credential =
        Credential { secret: arguments.secret_key.into(), user: owner, scopes: Scopes { rights: Rights::ALL, buckets: None } };
    let keyring = StaticKeyring::default().with(arguments.access_key, credential);
    let settings = Settings {
        owner,
        region: arguments.region,
        domain: arguments.domain,
        acknowledge_within: Duration::from_secs(arguments.acknowledge_within),
        ..Settings::default()
    };
    let service = Front::new(store.clone(), Arc::new(keyring), settings).service()?;
    let patience = Duration::from_secs(arguments.patience);
    let limits = Limits { connections: arguments.connections, head: patience, pace: patience, ..Limits::default() };
    let listener = TcpListener::bind(arguments.listen).await?;
    // Whoever started this waits for the line.
    println!("listening on http://{}", listener.local_addr()?);
    serve::serve(listener, limits, service, stopped()).await?;
    store.close().await;
    Ok(())
}

async fn stopped() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "no signals; stop this with SIGKILL");
        std::future::pending::<()>().await;
    }
}
