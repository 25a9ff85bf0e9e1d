//! Reaching an engine, and asking it so that no question waits for ever.

use std::{future::Future, path::Path, pin::pin, time::Duration};

use bollard::{
    container::AttachContainerResults,
    errors::Error,
    models::{ContainerCreateBody, ContainerInspectResponse, SystemInfo},
    query_parameters::{
        AttachContainerOptions, CreateContainerOptions, KillContainerOptions, RemoveContainerOptions, WaitContainerOptions,
    },
    Docker, API_DEFAULT_VERSION,
};
use futures::StreamExt;

use crate::executor::ExecutorError;

/// An engine that has answered once. Each request opens a connection of its own, so it outlives restarts of the engine.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    docker: Docker,
    limit: Duration,
}

/// Why a question was not answered as it should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    /// Nobody is there.
    #[error("{0}")]
    Unreachable(String),
    /// It says no.
    #[error("{what}: {reason}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// As in HTTP.
        status: u16,
        /// Its words.
        reason: String,
    },
    /// It said nothing, or nothing that makes sense.
    #[error("{what}: {reason}")]
    Failed {
        /// What was asked.
        what: &'static str,
        /// What went wrong.
        reason: String,
    },
}

impl AskError {
    fn of(what: &'static str, error: Error) -> Self {
        match error {
            Error::DockerResponseServerError { status_code, message } => {
                Self::Refused { what, status: status_code, reason: message.trim().to_owned() }
            },
            Error::SocketNotFoundError(path) => Self::Unreachable(format!("there is no socket {path}")),
            Error::HyperLegacyError { err } if err.is_connect() => Self::Unreachable(chain(&err)),
            other => Self::Failed { what, reason: chain(&other) },
        }
    }
}

impl From<AskError> for ExecutorError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Unreachable(reason) => Self::Absent {
                what: "the Docker Engine",
                reason: format!(
                    "{reason}; install Docker Engine, start it (systemctl start docker), and let this user use its socket \
                     (usermod -aG docker USER, then log in again)"
                ),
            },
            other => Self::Engine(other.to_string()),
        }
    }
}

/// An error with what caused it: clients of HTTP say little themselves.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl Engine {
    /// Connects, and agrees on a version of the interface.
    pub(super) async fn connect(socket: &Path, limit: Duration) -> Result<Self, AskError> {
        const WHAT: &str = "agreeing on a version";
        let path = socket.to_string_lossy();
        // The client counts whole seconds, and only until the head of an answer; `ask` is more exact.
        let docker = Docker::connect_with_unix(&path, limit.as_secs().saturating_add(1), API_DEFAULT_VERSION)
            .map_err(|error| AskError::of(WHAT, error))?;
        let docker = bounded(WHAT, limit, docker.negotiate_version()).await?;
        Ok(Self { docker, limit })
    }

    pub(super) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// How long an answer may take.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// The version of the interface that both speak.
    pub(super) fn version(&self) -> (usize, usize) {
        let version = self.docker.client_version();
        (version.major_version, version.minor_version)
    }

    /// Waits for an answer no longer than one may take.
    pub(super) async fn ask<T>(
        &self,
        what: &'static str,
        asked: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, AskError> {
        bounded(what, self.limit, asked).await
    }

    pub(super) async fn info(&self) -> Result<SystemInfo, AskError> {
        self.ask("asking the engine about itself", self.docker.info()).await
    }

    pub(super) async fn create(&self, name: &str, body: ContainerCreateBody) -> Result<String, AskError> {
        let options = CreateContainerOptions { name: Some(name.to_owned()), ..Default::default() };
        let made = self.ask("creating a container", self.docker.create_container(Some(options), body)).await?;
        Ok(made.id)
    }

    pub(super) async fn attach(&self, name: &str, stdin: bool) -> Result<AttachContainerResults, AskError> {
        let options = AttachContainerOptions { stream: true, stdin, stdout: true, stderr: true, ..Default::default() };
        self.ask("attaching to a container", self.docker.attach_container(name, Some(options))).await
    }

    pub(super) async fn start(&self, name: &str) -> Result<(), AskError> {
        self.ask("starting a container", self.docker.start_container(name, None)).await
    }

    pub(super) async fn inspect(&self, name: &str) -> Result<ContainerInspectResponse, AskError> {
        self.ask("looking at a container", self.docker.inspect_container(name, None)).await
    }

    /// Ends what runs in a container at once. It is no fault that nothing does.
    pub(super) async fn kill(&self, name: &str) -> Result<(), AskError> {
        let options = KillContainerOptions { signal: "KILL".to_owned() };
        match self.ask("killing a container", self.docker.kill_container(name, Some(options))).await {
            Err(AskError::Refused { status: 404 | 409, .. }) => Ok(()),
            other => other,
        }
    }

    /// Waits until a container has ended, for as long as that takes, and returns its code. Whoever calls has a limit.
    pub(super) async fn ended(&self, name: &str) -> Result<i64, AskError> {
        const WHAT: &str = "waiting for a container";
        let options = WaitContainerOptions { condition: "not-running".to_owned() };
        let mut answers = pin!(self.docker.wait_container(name, Some(options)));
        match answers.next().await {
            Some(Ok(answer)) => Ok(answer.status_code),
            // So the client calls every code but 0.
            Some(Err(Error::DockerContainerWaitError { code, .. })) => Ok(code),
            Some(Err(error)) => Err(AskError::of(WHAT, error)),
            None => Err(AskError::Failed { what: WHAT, reason: "the engine broke off".into() }),
        }
    }

    /// Removes a container with its anonymous volumes, whether it runs or not. It is no fault that there is none.
    pub(super) async fn remove(&self, name: &str) -> Result<(), AskError> {
        let options = RemoveContainerOptions { v: true, force: true, link: false };
        match self.ask("removing a container", self.docker.remove_container(name, Some(options))).await {
            Err(AskError::Refused { status: 404, .. }) => Ok(()),
            // Somebody else is at it.
            Err(AskError::Refused { status: 409, reason, .. }) if reason.contains("already in progress") => Ok(()),
            other => other,
        }
    }
}

pub(super) async fn bounded<T>(
    what: &'static str,
    limit: Duration,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, AskError> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer.map_err(|error| AskError::of(what, error)),
        Err(_) => Err(AskError::Failed { what, reason: format!("no answer within {limit:?}; is the machine overloaded?") }),
    }
}
