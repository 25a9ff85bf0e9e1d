//! How a gateway that runs is asked: HTTP over a socket in its folder, which only its owner can open.

pub mod history;
pub mod object;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{client::conn::http1::SendRequest, Method, Request};
use hyper_util::rt::TokioIo;
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use tokio::net::{UnixListener, UnixStream};

use crate::status::{Flushed, Status};

/// The socket's name in a gateway's folder.
pub const SOCKET: &str = "control.sock";
/// How long a gateway may take to answer, beside what it is asked to wait for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of an answer.
const MOST: usize = 16 << 20;

/// A wish to have everything that was written go to the miners now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flush {
    /// The only bucket, or all.
    pub bucket: Option<String>,
    /// Seconds to wait until it is there.
    pub wait_seconds: u64,
}

/// Why a gateway did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Nobody listens.
    #[error("the gateway of {} is not running: `idlewild gateway start` starts it", .0.display())]
    NotRunning(PathBuf),
    /// The socket cannot be used.
    #[error("the gateway of {folder} cannot be asked: {source}")]
    Socket {
        /// Its folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It said nothing, or nothing that can be read.
    #[error("the gateway did not answer as it should ({0}): see what it logs")]
    Silent(String),
    /// It refused.
    #[error("{0}")]
    Refused(String),
    /// What it answered with cannot be kept.
    #[error("{object} cannot be written to this disk: {source}")]
    Unwritten {
        /// What it is.
        object: String,
        /// What the system said.
        source: io::Error,
    },
}

/// What can be asked of a gateway.
#[async_trait]
pub trait Controlled: Send + Sync + 'static {
    /// How it does.
    async fn status(&self) -> Status;
    /// Sends what was written to the miners, and waits; an error says why it cannot be.
    async fn flush(&self, flush: Flush) -> Result<Flushed, String>;
    /// Reads the newest version of an object; an error says why it cannot be.
    async fn object(&self, bucket: &str, key: &str) -> Result<object::Object, String>;
    /// Tells how a bucket came about; an error says why it cannot.
    async fn history(&self, _of: history::HistoryOf) -> Result<history::History, String> {
        Err("it keeps no history".into())
    }
    /// Makes a version current again; an error says why it cannot be.
    async fn restore(&self, _restore: history::Restore) -> Result<history::VersionLine, String> {
        Err("it keeps no versions".into())
    }
}

/// Answers at the socket of a gateway's folder until `stop` resolves.
pub async fn serve(
    folder: &Path,
    gateway: Arc<dyn Controlled>,
    stop: impl std::future::Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let path = folder.join(SOCKET);
    // Whoever holds the folder's lock owns this name; what is left of a gateway that was killed answers nobody.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {},
    }
    let listener = UnixListener::bind(&path)?;
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let routes = Router::new().route("/status", get(status)).route("/flush", post(flush)).route("/object", get(object::answer));
    let routes = routes.route("/history", post(history::history)).route("/restore", post(history::restore)).with_state(gateway);
    let served = axum::serve(listener, routes).with_graceful_shutdown(stop).await;
    let _ = std::fs::remove_file(&path);
    served
}

async fn status(State(gateway): State<Arc<dyn Controlled>>) -> Json<Status> {
    Json(gateway.status().await)
}

async fn flush(State(gateway): State<Arc<dyn Controlled>>, Json(wish): Json<Flush>) -> Response {
    match gateway.flush(wish).await {
        Ok(flushed) => Json(flushed).into_response(),
        Err(reason) => (StatusCode::CONFLICT, reason).into_response(),
    }
}

/// Asks the gateway of a folder how it does.
pub async fn ask_status(folder: &Path) -> Result<Status, ControlError> {
    ask(folder, Method::GET, "/status", Bytes::new(), PATIENCE).await
}

/// Has the gateway of a folder send what was written.
pub async fn ask_flush(folder: &Path, flush: &Flush) -> Result<Flushed, ControlError> {
    let body = serde_json::to_vec(flush).map_err(|error| ControlError::Silent(error.to_string()))?;
    let patience = PATIENCE.saturating_add(Duration::from_secs(flush.wait_seconds));
    ask(folder, Method::POST, "/flush", body.into(), patience).await
}

async fn ask<T: DeserializeOwned>(
    folder: &Path,
    method: Method,
    path: &str,
    body: Bytes,
    patience: Duration,
) -> Result<T, ControlError> {
    let asked = tokio::time::timeout(patience, exchange(folder, method, path, body)).await;
    let (status, body) =
        asked.map_err(|_| ControlError::Silent(format!("nothing came in {} seconds", patience.as_secs())))??;
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|error| ControlError::Silent(error.to_string()));
    }
    Err(ControlError::Refused(String::from_utf8_lossy(&body).into_owned()))
}

/// The way to the gateway of a folder, for one request; what carries it ends with the second of what is returned.
async fn connect<B>(folder: &Path) -> Result<(SendRequest<B>, AbortOnDrop), ControlError>
where
    B: hyper::body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let stream = UnixStream::connect(folder.join(SOCKET)).await.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ControlError::NotRunning(folder.to_owned()),
        _ => ControlError::Socket { folder: folder.to_owned(), source },
    })?;
    let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (sender, connection) = shaken.map_err(|error| ControlError::Silent(error.to_string()))?;
    Ok((
        sender,
        AbortOnDrop(tokio::spawn(async move {
            // Whoever sent the request sees that it broke.
            let _ = connection.await;
        })),
    ))
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn exchange(folder: &Path, method: Method, path: &str, body: Bytes) -> Result<(StatusCode, Bytes), ControlError> {
    let silent = |error: hyper::Error| ControlError::Silent(error.to_string());
    let (mut sender, _connection) = connect(folder).await?;
    let request =
        Request::builder().method(method).uri(path).header("host", "gateway").header("content-type", "application/json");
    let request = request.body(Full::new(body)).map_err(|error| ControlError::Silent(error.to_string()))?;
    let response = sender.send_request(request).await.map_err(silent)?;
    let status = response.status();
    let limited = http_body_util::Limited::new(response.into_body(), MOST);
    let body = limited.collect().await.map_err(|error| ControlError::Silent(error.to_string()))?.to_bytes();
    Ok((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stub;

    #[async_trait]
    impl Controlled for Stub {
        async fn status(&self) -> Status {
            Status { s3: "127.0.0.1:9000".into(), ..Status::default() }
        }

        async fn flush(&self, flush: Flush) -> Result<Flushed, String> {
            match flush.bucket.as_deref() {
                Some("none") => Err("there is no bucket none".into()),
                _ => Ok(Flushed { segments: 3, waiting: 0 }),
            }
        }

        async fn object(&self, _: &str, _: &str) -> Result<object::Object, String> {
            Err("there is none".into())
        }
    }

    #[tokio::test]
    async fn a_gateway_answers_its_owner_alone_and_one_that_does_not_run_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(ask_status(folder.path()).await, Err(ControlError::NotRunning(_))));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let path = folder.path().to_owned();
        let serving = tokio::spawn(async move {
            serve(&path, Arc::new(Stub), async {
                let _ = stopped.await;
            })
            .await
        });
        while !folder.path().join(SOCKET).exists() {
            tokio::task::yield_now().await;
        }
        let status = loop {
            match ask_status(folder.path()).await {
                Err(ControlError::NotRunning(_)) => tokio::task::yield_now().await,
                other => break other.unwrap(),
            }
        };
        assert_eq!(status.s3, "127.0.0.1:9000");
        assert_eq!(ask_flush(folder.path(), &Flush::default()).await.unwrap().segments, 3);
        let refused = ask_flush(folder.path(), &Flush { bucket: Some("none".into()), wait_seconds: 0 }).await;
        assert!(matches!(refused, Err(ControlError::Refused(reason)) if reason == "there is no bucket none"));
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(folder.path().join(SOCKET)).unwrap().permissions();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
        }
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
        assert!(matches!(ask_status(folder.path()).await, Err(ControlError::NotRunning(_))));
    }
}
