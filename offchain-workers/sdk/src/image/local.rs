//! Images of an engine on this machine.

use std::{path::Path, time::Duration};

use bollard::{errors::Error, Docker, API_DEFAULT_VERSION};
use futures::StreamExt;
use tokio::io::AsyncWriteExt;

/// The engine's usual socket.
pub const SOCKET: &str = "/var/run/docker.sock";
/// How long the engine may say nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why an image does not come from the engine.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// There is none.
    #[error(
        "there is no Docker Engine at {socket}: {reason}. Start it, or give an archive that `docker save` wrote in place of a name"
    )]
    NoEngine {
        /// Where.
        socket: String,
        /// Why.
        reason: String,
    },
    /// It has no such image.
    #[error("the Docker Engine has no image {0:?}: see `docker images`, and `idlewild image ls` for what was pushed")]
    NoImage(String),
    /// It broke off.
    #[error("the Docker Engine did not hand the image over: {0}")]
    Failed(String),
    /// Where it goes.
    #[error("the image cannot be written to {path}: {source}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Writes an image of the engine's to a file, as `docker save` does. `told` hears of bytes.
pub async fn save(name: &str, socket: &str, to: &Path, told: impl Fn(u64)) -> Result<(), LocalError> {
    let absent = |error: Error| LocalError::NoEngine { socket: socket.to_owned(), reason: error.to_string() };
    let late = || LocalError::Failed(format!("nothing came within {PATIENCE:?}"));
    let docker = Docker::connect_with_unix(socket, PATIENCE.as_secs(), API_DEFAULT_VERSION).map_err(absent)?;
    let negotiated = tokio::time::timeout(PATIENCE, docker.negotiate_version()).await.map_err(|_| late())?;
    let docker = negotiated.map_err(absent)?;
    let failed = |error: Error| match error {
        Error::DockerResponseServerError { status_code: 404, .. } => LocalError::NoImage(name.to_owned()),
        other => LocalError::Failed(other.to_string()),
    };
    // Exporting something that is not there ends in an archive of nothing with some engines.
    tokio::time::timeout(PATIENCE, docker.inspect_image(name)).await.map_err(|_| late())?.map_err(failed)?;
    let disk = |source| LocalError::File { path: to.to_owned(), source };
    let mut file = tokio::fs::File::create(to).await.map_err(disk)?;
    let mut pieces = std::pin::pin!(docker.export_image(name));
    while let Some(piece) = tokio::time::timeout(PATIENCE, pieces.next()).await.map_err(|_| late())? {
        let piece = piece.map_err(failed)?;
        told(piece.len() as u64);
        file.write_all(&piece).await.map_err(disk)?;
    }
    file.flush().await.map_err(disk)
}
