//! `idlewild gateway start`

use std::path::Path;

use anyhow::Context;
use idlewild_gateway::daemon::Daemon;
use tokio::signal::unix::{signal, SignalKind};

use crate::output::plain;

/// Runs a gateway until it is told to stop.
pub(super) async fn run(folder: &Path) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be waited for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be waited for")?;
    let daemon = Daemon::start(folder).await?;
    eprintln!("S3 at http://{}", daemon.s3());
    if let Some(web) = daemon.web() {
        eprintln!("names at http://NAME.localhost:{}", web.port());
    }
    if let Some(why) = daemon.waits_for_chain() {
        eprintln!("the chain is not there: what is here is read, and what is written waits until it is ({})", plain(&why));
    }
    eprintln!("`idlewild gateway status` tells how it does; Ctrl-C stops it");
    tokio::select! {
        _ = terminate.recv() => {},
        _ = interrupt.recv() => {},
        ended = daemon.ended() => {
            daemon.stop().await;
            anyhow::bail!("the gateway cannot go on: {ended}");
        },
    }
    daemon.stop().await;
    Ok(())
}
