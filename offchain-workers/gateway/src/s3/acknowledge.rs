//! Where an object is safe: clients are told, and may wait until the network has it.

use hyper::{
    header::{HeaderName, HeaderValue},
    HeaderMap, Uri,
};
use idlewild_objects::{Durability, Version};
use s3s::{S3ErrorCode, S3Result};
use tokio::time::timeout;

use super::{
    authority::value_of,
    errors::{refuse, with_headers},
    Front,
};

/// In answers: where the version is safe. `local` is on this machine's disk; `network` is with the miners too.
const DURABILITY: HeaderName = HeaderName::from_static("x-idlewild-durability");
/// In requests, as a header or in the query: `network` waits for it.
const ACKNOWLEDGE: &str = "x-idlewild-ack";

/// When a write is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acknowledge {
    Local,
    Network,
}

impl Acknowledge {
    /// What a request asks for.
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri) -> S3Result<Self> {
        let header = headers.get(ACKNOWLEDGE).map(|value| value.to_str().unwrap_or_default().to_owned());
        match header.or_else(|| value_of(uri.query().unwrap_or_default(), ACKNOWLEDGE)).as_deref() {
            None | Some("local") => Ok(Self::Local),
            Some("network") => Ok(Self::Network),
            Some(_) => Err(refuse(S3ErrorCode::InvalidArgument, "x-idlewild-ack must be local or network")),
        }
    }
}

/// Adds to an answer where a version is safe.
pub(crate) fn tell(headers: &mut HeaderMap, durability: Durability) {
    headers.insert(
        DURABILITY,
        HeaderValue::from_static(match durability {
            Durability::Local => "local",
            Durability::Network => "network",
        }),
    );
}

/// Waits as the client asked, and says in the answer's head how far the version came.
pub(crate) async fn wait(front: &Front, version: &Version, bucket: &str, wanted: Acknowledge) -> S3Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    tell(&mut headers, version.durability);
    if wanted == Acknowledge::Local || version.durability == Durability::Network {
        return Ok(headers);
    }
    if let Some(hurry) = &front.settings().hurry {
        hurry(bucket);
    }
    if timeout(front.settings().acknowledge_within, front.store().until_network(version)).await.is_ok() {
        tell(&mut headers, Durability::Network);
        return Ok(headers);
    }
    if let Ok(id) = HeaderValue::from_str(&version.id.0) {
        headers.insert("x-amz-version-id", id);
    }
    Err(with_headers(
        refuse(
            S3ErrorCode::ServiceUnavailable,
            "The object is durable on this gateway, but not on the network yet. Do not send it again: HEAD it until \
             x-idlewild-durability says network",
        ),
        headers,
    ))
}
