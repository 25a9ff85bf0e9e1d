//! An object's bytes for the owner of the gateway, who puts them somewhere else: streamed, and told apart from those of which something
//! is missing.

use std::{io, path::Path, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Query, State},
    http::{header::CONTENT_LENGTH, StatusCode},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{stream::BoxStream, StreamExt};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Method, Request};
use idlewild_objects::Store;
use percent_encoding::{utf8_percent_encode, NON_ALPHANUMERIC};
use serde::Deserialize;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::{connect, ControlError, Controlled, MOST, PATIENCE};

/// How long the next bytes may take: they may have to come from miners.
const PACE: Duration = Duration::from_secs(120);

/// An object that is read.
pub struct Object {
    /// Its bytes.
    pub size: u64,
    /// The bytes themselves.
    pub bytes: BoxStream<'static, Result<Bytes, io::Error>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    bucket: String,
    key: String,
}

/// The newest version of an object in a store; an error says why there is none.
pub(crate) fn of_store(store: &Store, bucket: &str, key: &str) -> Result<Object, String> {
    let version = store.head(bucket, key, None).map_err(|error| error.to_string())?;
    let version = version.filter(|version| !version.is_delete_marker);
    let version = version.ok_or_else(|| format!("the bucket {bucket} has no object {key:?}"))?;
    let bytes = store.read(&version, 0..version.size).map(|piece| piece.map_err(io::Error::other));
    Ok(Object { size: version.size, bytes: bytes.boxed() })
}

pub(super) async fn answer(State(gateway): State<Arc<dyn Controlled>>, Query(wanted): Query<Wanted>) -> Response {
    match gateway.object(&wanted.bucket, &wanted.key).await {
        Ok(object) => {
            let told = object.bytes.inspect(|piece| {
                if let Err(error) = piece {
                    tracing::warn!(%error, "an object could not be read to its end");
                }
            });
            ([(CONTENT_LENGTH, object.size)], Body::from_stream(told)).into_response()
        },
        Err(reason) => (StatusCode::NOT_FOUND, reason).into_response(),
    }
}

/// Gets an object from the gateway of a folder, all of it or an error. `begin` is told of its size first and may refuse it; `moved` is
/// told of each piece.
pub async fn fetch(
    folder: &Path,
    bucket: &str,
    key: &str,
    output: &mut (impl AsyncWrite + Unpin + Send),
    begin: impl FnOnce(u64) -> Result<(), String>,
    moved: impl Fn(u64),
) -> Result<u64, ControlError> {
    let silent = |error: &dyn std::fmt::Display| ControlError::Silent(error.to_string());
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let request = Request::builder()
        .method(Method::GET)
        .uri(format!("/object?bucket={}&key={}", encoded(bucket), encoded(key)))
        .header("host", "gateway")
        .body(Empty::<Bytes>::new())
        .map_err(|error| silent(&error))?;
    let asking = async {
        let (mut sender, connection) = connect(folder).await?;
        let response = sender.send_request(request).await.map_err(|error| silent(&error))?;
        Ok((response, sender, connection))
    };
    let asked = tokio::time::timeout(PATIENCE, asking).await;
    let (response, _sender, _connection) =
        asked.map_err(|_| ControlError::Silent(format!("nothing came in {} seconds", PATIENCE.as_secs())))??;
    if !response.status().is_success() {
        let reading = Limited::new(response.into_body(), MOST).collect();
        let reason = tokio::time::timeout(PATIENCE, reading).await.map_err(|error| silent(&error))?;
        let reason = reason.map_err(|error| silent(&error))?.to_bytes();
        return Err(ControlError::Refused(String::from_utf8_lossy(&reason).into_owned()));
    }
    let size = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let size = size.ok_or_else(|| ControlError::Silent("it does not tell the object's size".into()))?;
    begin(size).map_err(ControlError::Refused)?;
    let unwritten = |source| ControlError::Unwritten { object: format!("s3://{bucket}/{key}"), source };
    let (mut body, mut came) = (response.into_body(), 0u64);
    while let Some(frame) = tokio::time::timeout(PACE, body.frame()).await.map_err(|error| silent(&error))? {
        let frame = frame.map_err(|error| silent(&format!("the object broke off: {error}")))?;
        let Ok(piece) = frame.into_data() else { continue };
        output.write_all(&piece).await.map_err(unwritten)?;
        came = came.saturating_add(piece.len() as u64);
        moved(piece.len() as u64);
    }
    output.flush().await.map_err(unwritten)?;
    match came == size {
        true => Ok(size),
        false => Err(ControlError::Silent(format!("{came} of {size} bytes of the object came"))),
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;
    use crate::{
        control::{serve, Flush, SOCKET},
        status::{Flushed, Status},
    };

    struct Stub;

    #[async_trait::async_trait]
    impl Controlled for Stub {
        async fn status(&self) -> Status {
            Status::default()
        }

        async fn flush(&self, _: Flush) -> Result<Flushed, String> {
            Err("not asked for".into())
        }

        async fn object(&self, bucket: &str, key: &str) -> Result<Object, String> {
            let pieces = match key {
                "whole & sound/ä" => vec![Ok(Bytes::from_static(b"some ")), Ok(Bytes::from_static(b"bytes"))],
                "broken" => vec![Ok(Bytes::from_static(b"some ")), Err(io::Error::other("the disk is gone"))],
                _ => return Err(format!("{bucket} has no {key}")),
            };
            Ok(Object { size: 10, bytes: stream::iter(pieces).boxed() })
        }
    }

    async fn fetched(folder: &Path, key: &str, most: u64) -> (Result<u64, ControlError>, Vec<u8>) {
        let mut output = Vec::new();
        let begin = |size| if size > most { Err("too much".to_owned()) } else { Ok(()) };
        let outcome = fetch(folder, "b", key, &mut output, begin, |_| {}).await;
        (outcome, output)
    }

    #[tokio::test]
    async fn an_object_comes_whole_or_the_lack_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(fetched(folder.path(), "broken", 10).await.0, Err(ControlError::NotRunning(_))));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let path = folder.path().to_owned();
        let serving = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serve(&path, Arc::new(Stub), stopped).await
        });
        while tokio::net::UnixStream::connect(folder.path().join(SOCKET)).await.is_err() {
            tokio::task::yield_now().await;
        }
        let (outcome, bytes) = fetched(folder.path(), "whole & sound/ä", 10).await;
        assert_eq!((outcome.unwrap(), bytes.as_slice()), (10, b"some bytes".as_slice()));
        let (outcome, bytes) = fetched(folder.path(), "whole & sound/ä", 9).await;
        assert!(matches!(outcome, Err(ControlError::Refused(reason)) if reason == "too much") && bytes.is_empty());
        assert!(matches!(fetched(folder.path(), "broken", 10).await.0, Err(ControlError::Silent(_))));
        let none = fetched(folder.path(), "none", 10).await.0;
        assert!(matches!(none, Err(ControlError::Refused(reason)) if reason == "b has no none"));
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
    }
}
