//! Bodies on their way to another gateway and back: never held whole, and never waited for without an end.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{ready, Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::Stream;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use s3s::{dto::StreamingBlob, StdError, TrailingHeaders};
use tokio::time::{sleep, Sleep};

/// A trailer of our own, where the client sends none: without any a body in chunks is not taken.
pub(crate) const END_TRAILER: &str = "x-idlewild-end";

/// Whom a request waits for, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    /// The client, who has to send the next bytes; something else sees to it that he does.
    Client,
    /// The other gateway, which has to take them.
    Taking(Instant),
    /// The other gateway, which has everything and has to answer.
    Answering(Instant),
}

#[derive(Debug)]
struct State {
    turn: Turn,
    failure: Option<StdError>,
}

/// How far a request's body is, for who watches over it.
#[derive(Clone, Debug)]
pub(crate) struct Flow(Arc<Mutex<State>>);

impl Flow {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State { turn: Turn::Taking(Instant::now()), failure: None })))
    }

    /// A request is sent from now on.
    pub(super) fn begin(&self, body: &Outgoing) {
        // Of nothing, nobody asks for the next bytes.
        self.set(if body.is_end_stream() { Turn::Answering(Instant::now()) } else { Turn::Taking(Instant::now()) });
    }

    fn set(&self, turn: Turn) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).turn = turn;
    }

    /// Whose turn it is.
    pub(crate) fn turn(&self) -> Turn {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).turn
    }

    /// Whether something was wrong with the client's body.
    pub(crate) fn has_failed(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failure.is_some()
    }

    /// What was wrong with it.
    pub(crate) fn failure(&self) -> Option<StdError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failure.take()
    }
}

/// A client's body, until somebody has begun to take it.
pub(crate) type Shared = Arc<Mutex<Option<StreamingBlob>>>;

/// What is sent: a body in chunks, which tells its end from a connection that broke, or bytes that are here.
pub(crate) enum Outgoing {
    Chunks(Box<Chunked>),
    Whole(Option<Bytes>, Flow),
}

/// A client's body in chunks.
pub(crate) struct Chunked {
    source: Shared,
    /// Once it was begun.
    begun: Option<StreamingBlob>,
    trailers: Vec<String>,
    said: Option<TrailingHeaders>,
    queue: VecDeque<Bytes>,
    done: bool,
    flow: Flow,
}

impl Outgoing {
    /// A client's body. `trailers` are those that its head announces.
    pub(crate) fn chunks(source: Shared, trailers: Vec<String>, said: Option<TrailingHeaders>, flow: Flow) -> Self {
        let queue = VecDeque::new();
        Self::Chunks(Box::new(Chunked { source, begun: None, trailers, said, queue, done: false, flow }))
    }

    /// Bytes that are here.
    pub(crate) fn whole(bytes: Bytes, flow: Flow) -> Self {
        Self::Whole(Some(bytes).filter(|bytes| !bytes.is_empty()), flow)
    }
}

impl Chunked {
    fn end(&mut self) {
        self.queue.push_back(Bytes::from_static(b"0\r\n"));
        for name in &self.trailers {
            let value = match name == END_TRAILER {
                true => Some("1".to_owned()),
                false => self.said.as_ref().and_then(|said| {
                    said.read(|all| all.get(name.as_str()).and_then(|value| value.to_str().ok()).map(str::to_owned)).flatten()
                }),
            };
            // One that was promised and did not come is missed by who knows what to say of it.
            self.queue.extend(value.map(|value| Bytes::from(format!("{name}:{value}\r\n"))));
        }
        self.queue.push_back(Bytes::from_static(b"\r\n"));
        self.done = true;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StdError>>> {
        loop {
            if let Some(bytes) = self.queue.pop_front() {
                self.flow.set(Turn::Taking(Instant::now()));
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            if self.done {
                self.flow.set(Turn::Answering(Instant::now()));
                return Poll::Ready(None);
            }
            if self.begun.is_none() {
                self.begun = self.source.lock().unwrap_or_else(PoisonError::into_inner).take();
            }
            let next = match &mut self.begun {
                Some(body) => {
                    // Before it is asked, as it may be asked again at once.
                    self.flow.set(Turn::Client);
                    ready!(Pin::new(body).poll_next(cx))
                },
                None => None,
            };
            match next {
                None => self.end(),
                Some(Ok(bytes)) if bytes.is_empty() => {},
                Some(Ok(bytes)) => {
                    self.queue.push_back(format!("{:x}\r\n", bytes.len()).into());
                    self.queue.push_back(bytes);
                    self.queue.push_back(Bytes::from_static(b"\r\n"));
                },
                Some(Err(error)) => {
                    self.done = true;
                    self.flow.0.lock().unwrap_or_else(PoisonError::into_inner).failure = Some(error);
                    return Poll::Ready(Some(Err("the client's body broke off".into())));
                },
            }
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = StdError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StdError>>> {
        match self.get_mut() {
            Self::Chunks(chunks) => chunks.poll(cx),
            Self::Whole(bytes, flow) => {
                flow.set(Turn::Answering(Instant::now()));
                Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes))))
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Chunks(_) => false,
            Self::Whole(bytes, _) => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Chunks(_) => SizeHint::default(),
            Self::Whole(bytes, _) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
        }
    }
}

/// An answer's body whose next bytes must come in time. The connection ends with it.
pub(crate) struct Answered {
    body: Incoming,
    patience: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
    _connection: tokio_util::task::AbortOnDropHandle<()>,
}

impl Answered {
    pub(super) fn new(body: Incoming, patience: Duration, connection: tokio_util::task::AbortOnDropHandle<()>) -> Self {
        Self { body, patience, alarm: None, _connection: connection }
    }
}

impl Body for Answered {
    type Data = Bytes;
    type Error = StdError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StdError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.alarm = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(StdError::from)));
        }
        let patience = this.patience;
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(Some(Err("the gateway that writes this bucket sends nothing any more".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
