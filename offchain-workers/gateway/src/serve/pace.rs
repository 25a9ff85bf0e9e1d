//! Patience with clients, and its end: a body that comes too slowly, and an answer that is not taken.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{ready, Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{sleep, Instant, Sleep},
};

/// Why the rest of a body does not come.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Too slow.
    #[error("the body came too slowly; send it faster, or in smaller parts")]
    TooSlow,
    /// The client went away, or sent what is not HTTP.
    #[error("the body broke off: {0}")]
    Broken(#[from] hyper::Error),
}

/// A request's body whose client must send some bytes in each stretch of time that it lets the server wait. Time in which the
/// server itself takes nothing does not count.
pub struct Paced {
    body: BoxBody<Bytes, BodyError>,
    patience: Duration,
    least: u64,
    /// What came, and how long was waited, since the last time that enough had come.
    came: u64,
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    pub(super) fn new(body: BoxBody<Bytes, BodyError>, patience: Duration, least: u64) -> Self {
        Self { body, patience, least, came: 0, waited: Duration::ZERO, waiting: None }
    }

    /// Of bytes that are here already.
    pub fn full(bytes: Bytes) -> Self {
        use http_body_util::BodyExt;
        let body = http_body_util::Full::new(bytes).map_err(|never| match never {}).boxed();
        Self::new(body, Duration::MAX, 0)
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            if let Some((since, _)) = this.waiting.take() {
                this.waited = this.waited.saturating_add(since.elapsed());
            }
            if let Some(Ok(frame)) = &frame {
                this.came = this.came.saturating_add(frame.data_ref().map_or(0, |data| data.len() as u64));
            }
            if this.came >= this.least {
                (this.came, this.waited) = (0, Duration::ZERO);
            }
            return Poll::Ready(frame);
        }
        let left = this.patience.saturating_sub(this.waited);
        let (_, alarm) = this.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyError::TooSlow)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection whose other side must take what is written to it.
pub(super) struct Patient<T> {
    stream: T,
    patience: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<T> Patient<T> {
    pub(super) fn new(stream: T, patience: Duration) -> Self {
        Self { stream, patience, alarm: None }
    }

    /// What a write came to, unless it has been waiting for too long.
    fn within<V>(&mut self, written: Poll<io::Result<V>>, cx: &mut Context<'_>) -> Poll<io::Result<V>> {
        if written.is_ready() {
            self.alarm = None;
            return written;
        }
        let patience = self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of the answer")))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Patient<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Patient<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.within(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.within(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.within(flushed, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.within(shut, cx)
    }
}
