//! Whether there is an engine, and what it says of itself.

use std::{sync::Arc, time::Duration};

use idlewild_compute::{
    executor::{Executor, ExecutorError},
    oci::{Oci, Report},
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::pause::rest;

/// How often an engine that is there is asked whether it still is.
const STILL: Duration = Duration::from_secs(60);
/// How long one that is not there is left alone, the first time and at most; each time twice as long as before.
const ABSENT: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(900);
/// How soon one that did not answer once is asked again, before it counts as gone: a busy machine is no other one.
const AGAIN: Duration = Duration::from_secs(10);

type Told = watch::Sender<Option<Arc<Report>>>;

/// Looks for the engine once, removes what an earlier run of this worker left there, and goes on looking until `stop`. Where the owner
/// demands an engine, that there is none is an error, and otherwise only worth a word.
pub(super) async fn begin(
    oci: Oci,
    keep: Vec<String>,
    is_demanded: bool,
    tasks: &TaskTracker,
    stop: CancellationToken,
) -> watch::Receiver<Option<Arc<Report>>> {
    let (told, reports) = watch::channel(None);
    let mut watch = Watch { oci, keep, is_demanded, is_swept: false, told };
    let found = watch.look().await;
    watch.tell(found);
    tasks.spawn(async move { watch.run(stop).await });
    reports
}

struct Watch {
    oci: Oci,
    keep: Vec<String>,
    is_demanded: bool,
    is_swept: bool,
    told: Told,
}

impl Watch {
    async fn run(mut self, stop: CancellationToken) {
        let mut pause = ABSENT;
        loop {
            let is_there = self.told.borrow().is_some();
            if !rest(if is_there { STILL } else { pause }, &stop).await {
                return;
            }
            let mut found = tokio::select! {
                () = stop.cancelled() => return,
                found = self.look() => found,
            };
            if is_there && found.is_err() {
                if !rest(AGAIN, &stop).await {
                    return;
                }
                found = tokio::select! {
                    () = stop.cancelled() => return,
                    found = self.look() => found,
                };
            }
            pause = match &found {
                Ok(_) => ABSENT,
                Err(_) if is_there => ABSENT,
                Err(_) => pause.saturating_mul(2).min(LONGEST),
            };
            self.tell_change(found);
        }
    }

    /// Asks the engine. What an earlier run left is removed before anything is run.
    async fn look(&mut self) -> Result<Report, ExecutorError> {
        self.oci.check().await?;
        if !self.is_swept {
            let keep: Vec<&str> = self.keep.iter().map(String::as_str).collect();
            let swept = self.oci.sweep(&keep).await?;
            self.is_swept = true;
            if swept != Default::default() {
                tracing::info!(?swept, "what an earlier run of this worker had left in the engine was removed");
            }
        }
        self.oci.report().await
    }

    /// Says what was found at the start.
    fn tell(&self, found: Result<Report, ExecutorError>) {
        match found {
            Ok(report) => self.note(report),
            Err(error) if self.is_demanded => {
                tracing::error!(
                    %error,
                    "no containers are run, although compute.oci.engine is \"on\"; modules are. The engine is looked for again"
                );
            },
            Err(error) => tracing::info!(%error, "no containers are run, modules are. The engine is looked for again"),
        }
    }

    /// Says what was found later, where it is something else than before.
    fn tell_change(&self, found: Result<Report, ExecutorError>) {
        match found {
            Ok(report) if self.told.borrow().as_deref() == Some(&report) => {},
            Ok(report) => self.note(report),
            Err(error) if self.told.borrow().is_some() => {
                tracing::warn!(%error, "the engine for containers is gone; modules are run as ever");
                self.told.send_replace(None);
            },
            Err(error) => tracing::debug!(%error, "there is still no engine for containers"),
        }
    }

    fn note(&self, report: Report) {
        tracing::info!(version = report.version, tier = ?report.tier, "containers are run by the Docker Engine");
        self.told.send_replace(Some(Arc::new(report)));
    }
}
