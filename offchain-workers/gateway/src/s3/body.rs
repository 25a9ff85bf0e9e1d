//! What comes with a write: its bytes into a segment, checked on the way against all that the client says of them.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{ready, Context, Poll},
};

use base64::{engine::general_purpose::STANDARD, Engine};
use bytes::Bytes;
use futures::StreamExt;
use hyper::{
    body::{Body, Frame, SizeHint},
    http::Extensions,
    HeaderMap,
};
use idlewild_objects::Staged;
use s3s::{dto::StreamingBlob, S3Error, S3ErrorCode, S3Result, TrailingHeaders};
use sha2::{Digest, Sha256};

use super::{
    checksums::{self, Algorithm, Hasher, Sums},
    errors::{self, custom, refuse},
    Front,
};
use crate::serve::{pace::BodyError, Paced};

/// The most bytes of one PUT, or of one part.
pub(crate) const PUT_BYTES: u64 = 5 << 30;

/// Why a body cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    TooSlow,
    Broken,
    BadChunk,
    LargeChunk,
    Incomplete,
    TooMuch,
    /// Other bytes than `x-amz-content-sha256` says.
    OtherBytes,
}

impl Fault {
    pub(crate) fn error(self) -> S3Error {
        match self {
            Self::TooSlow => refuse(
                S3ErrorCode::RequestTimeout,
                "The body came too slowly, and the connection is closed; send it faster, or in smaller parts",
            ),
            Self::Broken => {
                refuse(S3ErrorCode::IncompleteBody, "The connection broke off before the end of the body; send it again")
            },
            Self::BadChunk => {
                refuse(S3ErrorCode::InvalidRequest, "The body is not in the form of aws-chunked that its head says")
            },
            Self::LargeChunk => refuse(S3ErrorCode::InvalidRequest, "A signed chunk may have 16 MiB here; send smaller chunks"),
            Self::Incomplete => refuse(
                S3ErrorCode::IncompleteBody,
                "You did not provide the number of bytes specified by the Content-Length HTTP header; send all of them",
            ),
            Self::TooMuch => {
                refuse(S3ErrorCode::IncompleteBody, "The body has more bytes than its head says; say how many you send")
            },
            Self::OtherBytes => custom(
                "XAmzContentSHA256Mismatch",
                hyper::StatusCode::BAD_REQUEST,
                "The provided 'x-amz-content-sha256' header does not match what was computed; sign the body that you send",
            ),
        }
    }
}

/// A fault, as the error of a body.
#[derive(Debug, thiserror::Error)]
#[error("the body cannot be taken: {0:?}")]
pub(crate) struct Faulty(pub(crate) Fault);

/// Where a request's body leaves its fault: s3s hands its errors on as texts. It is among the extensions of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultSlot(Arc<OnceLock<Fault>>);

impl FaultSlot {
    pub(crate) fn get(&self) -> Option<Fault> {
        self.0.get().copied()
    }

    fn set(&self, fault: Fault) {
        // The first one is the cause of the others.
        let _ = self.0.set(fault);
    }
}

/// The body of a request, that leaves its fault where it is found.
pub(super) struct Observed<B> {
    body: B,
    slot: FaultSlot,
    /// What the bytes must hash to, where nobody else says so in S3's words.
    hash: Option<(Sha256, Vec<u8>)>,
}

impl<B> Observed<B> {
    pub(super) fn new(body: B, slot: FaultSlot, sha256: Option<Vec<u8>>) -> Self {
        Self { body, slot, hash: sha256.map(|expected| (Sha256::new(), expected)) }
    }
}

impl<B> Body for Observed<B>
where
    B: Body<Data = Bytes, Error = Faulty> + Unpin,
{
    type Data = Bytes;
    type Error = Faulty;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Faulty>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let (Some((hasher, _)), Some(data)) = (&mut this.hash, frame.data_ref()) {
                    hasher.update(data);
                }
            },
            Some(Err(Faulty(fault))) => this.slot.set(*fault),
            None => {},
        }
        // s3s stops reading once all bytes are there, and so never sees the end.
        if frame.is_none() || this.body.is_end_stream() {
            if let Some((hasher, expected)) = this.hash.take() {
                if hasher.finalize().as_slice() != expected {
                    this.slot.set(Fault::OtherBytes);
                }
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body as it comes, its errors as faults.
pub(super) struct Arriving(pub(super) Paced);

impl Body for Arriving {
    type Data = Bytes;
    type Error = Faulty;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Faulty>>> {
        let frame = ready!(Pin::new(&mut self.get_mut().0).poll_frame(cx));
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| {
                Faulty(match error {
                    BodyError::TooSlow => Fault::TooSlow,
                    BodyError::Broken(_) => Fault::Broken,
                })
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// What a client says of a body.
pub(crate) struct Said {
    length: u64,
    md5: Option<[u8; 16]>,
    sum: Option<(Algorithm, String)>,
    /// What is computed: the client's, and that of the upload that this is a part of.
    algorithms: Vec<Algorithm>,
    trailers: Vec<String>,
    trailing: Option<TrailingHeaders>,
    slot: FaultSlot,
}

impl Said {
    /// Reads what the head says. `sum` is the one checksum in it, `algorithm` what the client says that it will give or wants.
    pub(crate) fn of(
        headers: &HeaderMap,
        extensions: &Extensions,
        trailing: Option<TrailingHeaders>,
        md5: Option<&str>,
        sum: Option<(Algorithm, String)>,
        algorithm: Option<&str>,
    ) -> S3Result<Self> {
        let number = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let length = number("x-amz-decoded-content-length")
            .or_else(|| number("content-length"))
            .ok_or_else(|| refuse(S3ErrorCode::MissingContentLength, "You must provide the Content-Length HTTP header"))?;
        if length > PUT_BYTES {
            return Err(refuse(
                S3ErrorCode::EntityTooLarge,
                "Your proposed upload exceeds the maximum allowed size of 5 GiB; upload it in parts",
            ));
        }
        let md5 = match md5 {
            None => None,
            Some(text) => Some(STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
                refuse(S3ErrorCode::InvalidDigest, "The Content-MD5 you specified is not valid: it is the Base64 of 16 bytes")
            })?),
        };
        if let Some((algorithm, value)) = &sum {
            checksums::check_form(*algorithm, value)?;
        }
        let trailers: Vec<String> = headers
            .get_all("x-amz-trailer")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let announced = Algorithm::ALL.into_iter().find(|one| trailers.iter().any(|name| name == one.field()));
        let algorithm = match (&sum, announced, algorithm) {
            (Some((algorithm, _)), ..) => *algorithm,
            (None, Some(algorithm), _) => algorithm,
            (None, None, Some(name)) => Algorithm::named(name)?,
            (None, None, None) => Algorithm::DEFAULT,
        };
        let slot = extensions.get::<FaultSlot>().cloned().unwrap_or_default();
        Ok(Self { length, md5, sum, algorithms: vec![algorithm], trailers, trailing, slot })
    }

    /// Has one more checksum computed.
    pub(crate) fn and(mut self, algorithm: Option<Algorithm>) -> Self {
        self.algorithms.extend(algorithm);
        self
    }

    /// The checksum that was promised to come after the body.
    fn trailer(&self) -> S3Result<Option<(Algorithm, String)>> {
        let mut found = None;
        for name in &self.trailers {
            let value = self
                .trailing
                .as_ref()
                .and_then(|trailing| {
                    trailing.read(|all| all.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned))
                })
                .flatten()
                .ok_or_else(|| {
                    custom(
                        "MalformedTrailerError",
                        hyper::StatusCode::BAD_REQUEST,
                        format!("The trailer {name} was announced and did not come; send the body again"),
                    )
                })?;
            if let Some(algorithm) = Algorithm::ALL.into_iter().find(|algorithm| algorithm.field() == name) {
                checksums::check_form(algorithm, &value)?;
                found = Some((algorithm, value));
            }
        }
        Ok(found)
    }
}

/// Takes a body into the bucket's segments. What is returned belongs to nothing yet; dropped, it is gone.
pub(crate) async fn receive(front: &Front, bucket: &str, body: Option<StreamingBlob>, said: &Said) -> S3Result<(Staged, Sums)> {
    let mut writer = front.store().writer(bucket, Some(said.length)).await.map_err(errors::store)?;
    let mut hasher = Hasher::new(&said.algorithms);
    let mut came = 0u64;
    if let Some(mut body) = body {
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(|error| broken(&said.slot, &*error))?;
            came = came.saturating_add(bytes.len() as u64);
            if came > said.length {
                return Err(Fault::TooMuch.error());
            }
            hasher.update(&bytes);
            writer.write(bytes).await.map_err(errors::store)?;
        }
    }
    if came != said.length {
        return Err(Fault::Incomplete.error());
    }
    let staged = writer.finish().await.map_err(errors::store)?;
    if said.md5.is_some_and(|md5| md5 != staged.md5) {
        return Err(refuse(
            S3ErrorCode::BadDigest,
            "The Content-MD5 you specified did not match what we received; send the body again",
        ));
    }
    let sums = hasher.finish();
    for (algorithm, value) in said.trailer()?.iter().chain(&said.sum) {
        checksums::check(*algorithm, value, &sums)?;
    }
    Ok((staged, sums))
}

/// What s3s says about a body, in S3's words: its own errors are texts alone.
pub(super) fn broken(slot: &FaultSlot, error: &(dyn std::error::Error + Send + Sync)) -> S3Error {
    if let Some(fault) = slot.get() {
        return fault.error();
    }
    let text = error.to_string();
    let says = |what: &str| text.contains(what);
    if says("SignatureMismatch") {
        refuse(
            S3ErrorCode::SignatureDoesNotMatch,
            "The signature of a chunk of the body does not match what was computed; check the secret key and the signing",
        )
    } else if says("Sha256Mismatch") {
        Fault::OtherBytes.error()
    } else if says("Incomplete") || says("LengthMismatch") {
        Fault::Incomplete.error()
    } else if says("FormatError") || says("TooLarge") || says("TooMany") {
        Fault::BadChunk.error()
    } else {
        tracing::debug!(error = %text, "a body broke off");
        Fault::Broken.error()
    }
}
