//! Bodies of answers.

use std::{
    future::{ready, Future},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures::{
    channel::mpsc,
    stream::{self, BoxStream},
    SinkExt, Stream, StreamExt,
};
use http_body_util::{combinators::UnsyncBoxBody, BodyExt, Empty, Full, StreamBody};
use hyper::body::Frame;
use idlewild_objects::{ReadError, Store, Version};

/// The body of an answer.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// Why a body ended before its end. The connection is cut, so that nobody takes what came for the whole.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BodyError {
    /// The bytes cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// They did not come in time.
    #[error("the object's bytes did not come within {0} seconds; try again later")]
    Stalled(u64),
    /// There are fewer than there should be.
    #[error("the object has fewer bytes than its version says; write it anew")]
    Short,
    /// They are not those that were hashed before.
    #[error("the object's bytes are not those that were hashed; ask again")]
    Changed,
}

/// A stream of a body's bytes.
pub(super) type Bits = BoxStream<'static, Result<Bytes, BodyError>>;

/// No bytes.
pub(super) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// Bytes at hand.
pub(super) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// Bytes as they come.
pub(super) fn streamed(bits: impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static) -> Body {
    BodyExt::boxed_unsync(StreamBody::new(bits.map(|item| item.map(Frame::data))))
}

/// Where the bytes of an object come from.
#[derive(Clone)]
pub(super) struct Source {
    size: u64,
    read: Arc<dyn Fn(Range<u64>) -> Bits + Send + Sync>,
}

impl Source {
    /// A version's; each piece must come within `patience`. It stays in its store as long as `held` lives.
    pub(super) fn of(store: Store, version: Version, patience: Duration, held: Option<Arc<()>>) -> Self {
        let size = version.size;
        let read = move |range| {
            let held = held.clone();
            let bits = timed(store.read(&version, range), patience);
            let kept = move |item| {
                let _held = &held;
                item
            };
            bits.map(kept).boxed()
        };
        Self { size, read: Arc::new(read) }
    }

    /// Bytes at hand.
    #[cfg(test)]
    pub(super) fn in_memory(bytes: Bytes) -> Self {
        let size = bytes.len() as u64;
        let read = move |range: Range<u64>| stream::iter([Ok(bytes.slice(range.start as usize..range.end as usize))]).boxed();
        Self { size, read: Arc::new(read) }
    }

    /// How many there are.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Those of a range.
    pub(super) fn read(&self, range: Range<u64>) -> Bits {
        if range.is_empty() {
            return stream::empty().boxed();
        }
        (self.read)(range)
    }

    /// As [`Self::read`], with the first bytes at hand: what cannot be read at all is known before the status is sent.
    pub(super) async fn open(&self, range: Range<u64>) -> Result<Bits, BodyError> {
        let is_empty = range.is_empty();
        let mut bits = self.read(range);
        match bits.next().await {
            Some(first) => Ok(stream::iter([Ok(first?)]).chain(bits).boxed()),
            None if is_empty => Ok(bits),
            None => Err(BodyError::Short),
        }
    }

    /// Those of a range, to be cut.
    pub(super) fn pieces(&self, range: Range<u64>) -> Pieces {
        Pieces { bits: self.read(range), held: BytesMut::new() }
    }
}

fn timed(bits: BoxStream<'static, Result<Bytes, ReadError>>, patience: Duration) -> Bits {
    stream::unfold(Some(bits), move |bits| async move {
        let mut bits = bits?;
        match tokio::time::timeout(patience, bits.next()).await {
            Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(bits))),
            Ok(Some(Err(error))) => Some((Err(error.into()), None)),
            Ok(None) => None,
            Err(_) => Some((Err(BodyError::Stalled(patience.as_secs())), None)),
        }
    })
    .boxed()
}

/// Cuts a stream into pieces of the lengths that are asked for.
pub(super) struct Pieces {
    bits: Bits,
    held: BytesMut,
}

impl Pieces {
    /// The next `length` bytes.
    pub(super) async fn take(&mut self, length: usize) -> Result<Bytes, BodyError> {
        while self.held.len() < length {
            let bytes = self.bits.next().await.ok_or(BodyError::Short)??;
            self.held.extend_from_slice(&bytes);
        }
        Ok(self.held.split_to(length).freeze())
    }
}

/// Where a producer of a body puts its bytes.
pub(super) struct Out(mpsc::Sender<Result<Bytes, BodyError>>);

impl Out {
    /// Waits until there is room: a producer is never far ahead of its reader.
    pub(super) async fn send(&mut self, bytes: impl Into<Bytes>) -> Result<(), BodyError> {
        self.0.send(Ok(bytes.into())).await.map_err(|_| BodyError::Short)
    }
}

/// What `produce` puts out. It runs only while the stream is read, and ends with it.
pub(super) fn produced<F>(produce: impl FnOnce(Out) -> F) -> Bits
where
    F: Future<Output = Result<(), BodyError>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(0);
    let end = stream::once(produce(Out(sender))).filter_map(|result| ready(result.err().map(Err)));
    stream::select(receiver, end).boxed()
}
