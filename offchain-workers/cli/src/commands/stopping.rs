//! Commands that are stopped clean up after themselves.

use std::future::Future;

use anyhow::bail;

/// Gives up on Ctrl-C or SIGTERM, so that what is on its way is removed, and says `stopped`.
pub(crate) async fn unless_stopped(stopped: &str, work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let terminated = async {
        #[cfg(unix)]
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending().await
    };
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => bail!("{stopped}"),
        () = terminated => bail!("{stopped}"),
    }
}
