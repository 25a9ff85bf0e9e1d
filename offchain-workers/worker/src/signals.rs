//! Being asked to end: by Ctrl-C, or by whatever manages services.

use std::io;

use tokio::signal::unix::{signal, SignalKind};

/// Does something as soon as this process is asked to end, which it then no longer does by itself.
pub(crate) fn on_stop(act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {},
            _ = interrupt.recv() => {},
        }
        act();
    });
    Ok(())
}
