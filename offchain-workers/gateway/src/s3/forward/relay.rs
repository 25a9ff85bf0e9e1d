//! What goes with a request through s3s, for the case that another gateway answers it: s3s gives a handler neither the path as it was
//! meant nor the bytes of a document, and takes no answer from it that is not of its own making.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{ready, Context, Poll},
};

use bytes::Bytes;
use hyper::{
    body::{Body, Frame, SizeHint},
    Response,
};

use crate::s3::XML_BYTES;

#[derive(Default)]
struct Inner {
    bucket: String,
    key: Option<String>,
    document: Vec<u8>,
    /// More came than any document has, or in a form that is not the document's own.
    spoilt: bool,
    answer: Option<Response<s3s::Body>>,
    proof: Option<String>,
}

/// It is among the extensions of a request.
#[derive(Clone, Default)]
pub(crate) struct Relay(Arc<Mutex<Inner>>);

impl Relay {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the request is about.
    pub(crate) fn aim(&self, bucket: &str, key: Option<&str>) {
        let mut inner = self.lock();
        (inner.bucket, inner.key) = (bucket.to_owned(), key.map(str::to_owned));
    }

    /// See [`Relay::aim`].
    pub(crate) fn target(&self) -> (String, Option<String>) {
        let inner = self.lock();
        (inner.bucket.clone(), inner.key.clone())
    }

    /// The document that came, which was read whole. None where it cannot be passed on.
    pub(crate) fn document(&self) -> Option<Bytes> {
        let mut inner = self.lock();
        (!inner.spoilt).then(|| std::mem::take(&mut inner.document).into())
    }

    /// The document does not come as it is.
    pub(crate) fn spoil(&self) {
        self.lock().spoilt = true;
    }

    /// Another gateway answered.
    pub(crate) fn answered(&self, response: Response<s3s::Body>) {
        self.lock().answer = Some(response);
    }

    /// What it answered.
    pub(crate) fn answer(&self) -> Option<Response<s3s::Body>> {
        self.lock().answer.take()
    }

    /// The request is of another gateway, which is to be shown this.
    pub(crate) fn prove(&self, proof: String) {
        self.lock().proof = Some(proof);
    }

    /// See [`Relay::prove`].
    pub(crate) fn proof(&self) -> Option<String> {
        self.lock().proof.take()
    }
}

/// A document's body, which leaves its bytes with the request.
pub(crate) struct Read<B> {
    body: B,
    relay: Relay,
}

impl<B> Read<B> {
    pub(crate) fn new(body: B, relay: Relay) -> Self {
        Self { body, relay }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Read<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            let mut inner = this.relay.lock();
            if inner.document.len().saturating_add(data.len()) > XML_BYTES {
                inner.spoilt = true;
            } else {
                inner.document.extend_from_slice(data);
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
