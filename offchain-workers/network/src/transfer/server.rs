//! The server's side: one task a stream, each within limits and timeouts.

use std::{future::Future, ops::Range, sync::Arc, time::Duration};

use bytes::Bytes;
use idlewild_storage_primitives::{receipt::StoreRequest, Root};
use libp2p::{PeerId, Stream, StreamProtocol};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    gate::{Entry, Gate, Kind, Memory},
    limits::{count, Counters, Limits, TransferCounts},
    message::{pack_bits, Reason, Refusal, Request, Response, MAX_ROOTS},
    outboards::Outboards,
    owner::signed_by,
    service::ShardService,
    slice::{self, Outboard},
    wire::{self, WireError},
    PROTOCOL,
};
use crate::{
    config::Timeouts,
    network::{AlreadyServed, Network},
    origin::Origin,
};

/// Bytes of a shard that are read from the service at once.
const BLOCK: u64 = 1 << 20;
/// How long a stream may take to bring its request.
const GREETING: Duration = Duration::from_secs(10);
/// How long a request that finds no room may take to hear of it.
const BUSY_PATIENCE: Duration = Duration::from_secs(2);

/// What a request that finds no room is told.
const BUSY: &str = "too many transfers are under way here; try again in a moment";

/// A running server; it stops when this is dropped or the network stops.
pub struct ShardServer {
    stop: CancellationToken,
    tasks: TaskTracker,
    counters: Arc<Counters>,
}

impl Drop for ShardServer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl std::fmt::Debug for ShardServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ShardServer").field(&self.counts()).finish()
    }
}

impl ShardServer {
    /// What it has done so far.
    pub fn counts(&self) -> TransferCounts {
        self.counters.read()
    }

    /// Takes no more requests, lets those under way end for at most `grace`, then cuts them.
    pub async fn shutdown(self, grace: Duration) {
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::warn!("cutting transfers that did not end in time");
        }
        self.stop.cancel();
    }
}

/// Serves shards of `service` to whoever dials `network`.
pub fn serve<S: ShardService>(network: &Network, service: Arc<S>, limits: Limits) -> Result<ShardServer, AlreadyServed> {
    serve_as(PROTOCOL, network, service, limits)
}

/// The same by another name, with limits of its own.
pub fn serve_as<S: ShardService>(
    protocol: StreamProtocol,
    network: &Network,
    service: Arc<S>,
    limits: Limits,
) -> Result<ShardServer, AlreadyServed> {
    let mut incoming = network.accept(protocol)?;
    let stop = network.stopping();
    let tasks = TaskTracker::new();
    let counters = Arc::new(Counters::default());
    let session = Session {
        service,
        genesis: *network.genesis(),
        timeouts: *network.timeouts(),
        limits,
        gate: Arc::new(Gate::new(limits, counters.clone())),
        outboards: Arc::new(Outboards::new(limits.outboards)),
        counters: counters.clone(),
    };
    let (spawner, cut) = (tasks.clone(), stop.clone());
    // Not tracked: it ends with the token, and must never wait, because streams that nobody takes are dropped.
    tokio::spawn(async move {
        loop {
            let (peer, origin, stream) = tokio::select! {
                () = cut.cancelled() => break,
                next = incoming.next_with_origin() => match next {
                    Some(next) => next,
                    None => break,
                },
            };
            // A closed tracker means that the server is stopping: the stream is dropped, and the client turns elsewhere.
            if spawner.is_closed() {
                continue;
            }
            let (session, cut) = (session.clone(), cut.clone());
            spawner.spawn(async move {
                tokio::select! {
                    () = cut.cancelled() => {},
                    () = session.handle(peer, origin, stream) => {},
                }
            });
        }
    });
    Ok(ShardServer { stop, tasks, counters })
}

/// How a request ended early.
enum Broken {
    Refused(Refusal),
    /// Nothing came on it, and others need its place.
    Silent,
    Wire(WireError),
}

impl From<Refusal> for Broken {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<WireError> for Broken {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

fn refuse(reason: Reason, text: impl Into<String>) -> Broken {
    Broken::Refused(Refusal::new(reason, text))
}

struct Session<S> {
    service: Arc<S>,
    genesis: [u8; 32],
    timeouts: Timeouts,
    limits: Limits,
    gate: Arc<Gate>,
    outboards: Arc<Outboards>,
    counters: Arc<Counters>,
}

impl<S> Clone for Session<S> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            gate: self.gate.clone(),
            outboards: self.outboards.clone(),
            counters: self.counters.clone(),
            ..*self
        }
    }
}

impl<S: ShardService> Session<S> {
    async fn handle(&self, peer: PeerId, origin: Option<Origin>, mut stream: Stream) {
        let entry = self.gate.enter(peer, origin);
        let patience = if entry.is_some() { self.timeouts.total } else { BUSY_PATIENCE };
        let work = async {
            let outcome = match entry {
                Some(entry) => self.converse(peer, &mut stream, entry).await,
                None => self.turn_away(&mut stream).await,
            };
            match outcome {
                Ok(()) => wire::close(&mut stream, self.timeouts.idle).await,
                Err(Broken::Refused(refusal)) => {
                    count(&self.counters.refused, 1);
                    tracing::debug!(%peer, %refusal, "refused a request");
                    wire::write_frame(&mut stream, &Response::Refused(refusal), self.timeouts.idle).await?;
                    wire::close(&mut stream, self.timeouts.idle).await
                },
                // Nothing is said: whoever is honest tries again.
                Err(Broken::Silent) => {
                    count(&self.counters.failed, 1);
                    tracing::debug!(%peer, "dropped a stream on which nothing came, for another");
                    Ok(())
                },
                Err(Broken::Wire(error)) => Err(error),
            }
        };
        let outcome = tokio::time::timeout(patience, work).await;
        if let Some(error) = outcome.unwrap_or(Err(WireError::TimedOut(patience))).err() {
            count(&self.counters.failed, 1);
            tracing::debug!(%peer, %error, "a request broke off");
        }
    }

    /// Reads the request before saying no, so that the answer is not lost in a reset.
    async fn turn_away(&self, stream: &mut Stream) -> Result<(), Broken> {
        let _: Request = wire::read_frame(stream, self.timeouts.idle).await?;
        Err(refuse(Reason::Busy, BUSY))
    }

    async fn converse(&self, peer: PeerId, stream: &mut Stream, entry: Entry) -> Result<(), Broken> {
        let patience = self.timeouts.idle.min(GREETING);
        let dropped = entry.dropped();
        let request = tokio::select! {
            () = dropped.cancelled() => return Err(Broken::Silent),
            request = tokio::time::timeout(patience, wire::read_frame::<Request, _>(stream, patience)) => request,
        };
        let request = match request.unwrap_or(Err(WireError::TimedOut(patience))) {
            Err(error @ (WireError::TooLong(_) | WireError::Malformed(_))) => {
                return Err(refuse(Reason::Malformed, error.to_string()));
            },
            other => other?,
        };
        let kind = match &request {
            Request::Store { .. } | Request::StoreFor { .. } => Kind::Write,
            _ => Kind::Read,
        };
        let Some(entry) = entry.begin(kind) else { return Err(refuse(Reason::Busy, BUSY)) };
        match request {
            Request::Store { request, signature } => {
                let signer = request.owner;
                self.store(peer, stream, &entry, request, signer, signature).await
            },
            Request::StoreFor { request, signer, signature } => {
                self.store(peer, stream, &entry, request, signer, signature).await
            },
            Request::Fetch { root, range: None } => {
                let length = self.service.length(&root).await?;
                self.timely(length, self.whole(stream, &entry, root, length)).await
            },
            Request::Fetch { root, range: Some((start, end)) } => self.range(stream, &entry, root, start..end).await,
            Request::Have { roots } => {
                if roots.len() > MAX_ROOTS {
                    return Err(refuse(Reason::Malformed, format!("at most {MAX_ROOTS} roots can be asked about at once")));
                }
                let held = self.service.has(&roots).await?;
                if held.len() != roots.len() {
                    return Err(refuse(Reason::Internal, "this miner's index does not answer for every root"));
                }
                self.say(stream, &Response::Held(pack_bits(&held))).await
            },
            Request::Quote => {
                let quote = self.service.quote().await?;
                self.say(stream, &Response::Quote(quote)).await
            },
        }
    }

    async fn say(&self, stream: &mut Stream, response: &Response) -> Result<(), Broken> {
        Ok(wire::write_frame(stream, response, self.timeouts.idle).await?)
    }

    async fn store(
        &self,
        peer: PeerId,
        stream: &mut Stream,
        entry: &Entry,
        request: StoreRequest,
        signer: [u8; 32],
        signature: [u8; 64],
    ) -> Result<(), Broken> {
        let length = u64::from(request.length);
        if length == 0 || length > self.limits.shard_bytes {
            let most = self.limits.shard_bytes;
            return Err(refuse(Reason::TooLarge, format!("a shard has 1 to {most} bytes here, not {length}")));
        }
        if !signed_by(&self.genesis, &request, &signer, &signature) {
            return Err(refuse(Reason::BadSignature, "the account named did not sign this request for this chain"));
        }
        let ticket = self.service.admit(peer, &request, &signer).await?;
        let _memory = self.memory(entry, length).await?;
        self.say(stream, &Response::Proceed).await?;

        let mut hasher = blake3::Hasher::new();
        let reading = wire::read_body(stream, length, self.timeouts.idle, |piece| {
            hasher.update(piece);
            count(&self.counters.bytes_in, piece.len() as u64);
        });
        let bytes = self.timely(length, async { Ok::<_, Broken>(reading.await?) }).await?;
        if *hasher.finalize().as_bytes() != request.root {
            return Err(refuse(
                Reason::WrongRoot,
                format!("the {length} bytes sent do not have the root {}", hex::encode(request.root)),
            ));
        }
        let receipt = self.service.store(ticket, bytes).await?;
        count(&self.counters.stored, 1);
        let response = Response::Stored {
            least_price: receipt.least_price,
            valid_until: receipt.valid_until,
            signature: receipt.signature,
        };
        self.say(stream, &response).await
    }

    async fn whole(&self, stream: &mut Stream, entry: &Entry, root: Root, length: u64) -> Result<(), Broken> {
        let _memory = self.memory(entry, length.min(BLOCK.saturating_mul(2))).await?;
        let mut next = self.read(&root, 0..length.min(BLOCK)).await?;
        self.say(stream, &Response::Content { length, body: length }).await?;
        let mut at = 0u64;
        while at < length {
            let end = at.saturating_add(next.len() as u64);
            let ahead = end..length.min(end.saturating_add(BLOCK));
            // The next block is read while this one is sent.
            let (sent, read) = tokio::join!(
                wire::write_body(stream, &next, self.timeouts.idle, |sent| count(&self.counters.bytes_out, sent as u64)),
                async {
                    if ahead.is_empty() {
                        Ok(Bytes::new())
                    } else {
                        self.read(&root, ahead).await
                    }
                }
            );
            sent?;
            at = end;
            // The header is out, so a failure now can only be shown by breaking off.
            next = match read {
                Ok(block) => block,
                Err(Broken::Refused(refusal)) => {
                    tracing::warn!(root = %hex::encode(root), %refusal, "a shard could not be read to its end");
                    return Err(Broken::Wire(WireError::Truncated { got: at, expected: length }));
                },
                Err(other) => return Err(other),
            };
        }
        wire::flush(stream, self.timeouts.idle).await?;
        count(&self.counters.served, 1);
        Ok(())
    }

    async fn range(&self, stream: &mut Stream, entry: &Entry, root: Root, range: Range<u64>) -> Result<(), Broken> {
        let length = self.service.length(&root).await?;
        if range.start >= range.end || range.end > length {
            let Range { start, end } = range;
            return Err(refuse(Reason::BadRange, format!("bytes {start} to {end} are no range of a shard of {length} bytes")));
        }
        let wide = slice::widened(&range, length);
        let known = self.outboards.get(&root);
        let width = wide.end.saturating_sub(wide.start);
        // What the slice is made of, and the slice.
        let read = if known.is_some() { width } else { length };
        let mut memory = self.memory(entry, read.saturating_add(width).min(self.limits.shard_bytes.saturating_mul(2))).await?;
        let (outboard, bytes) = match known {
            Some(outboard) => (outboard, self.read(&root, wide).await?),
            None => {
                let shard = self.read(&root, 0..length).await?;
                let part = shard.slice(wide.start as usize..wide.end as usize);
                let outboard = Arc::new(compute(move || Outboard::new(&shard)).await?);
                if outboard.root() != root {
                    return Err(self.damaged(&root));
                }
                self.outboards.put(outboard.clone());
                (outboard, part)
            },
        };
        let Ok(slice) = compute(move || outboard.slice(&range, &bytes)).await? else {
            self.outboards.forget(&root);
            return Err(self.damaged(&root));
        };
        // The peer may take its time, or never read: no more is kept for it than what it is sent.
        memory.shrink(width);
        self.say(stream, &Response::Content { length, body: slice.len() as u64 }).await?;
        let sending = async {
            let sent = |sent: usize| count(&self.counters.bytes_out, sent as u64);
            wire::write_body(stream, &slice, self.timeouts.idle, sent).await?;
            Ok::<_, Broken>(wire::flush(stream, self.timeouts.idle).await?)
        };
        self.timely(slice.len() as u64, sending).await?;
        count(&self.counters.served, 1);
        Ok(())
    }

    fn damaged(&self, root: &Root) -> Broken {
        tracing::error!(root = %hex::encode(root), "a shard on disk does not match its root");
        refuse(Reason::Internal, "this miner's copy of the shard is damaged; fetch it elsewhere")
    }

    /// Gives a body the time that its size allows: who sends or takes a byte now and then would never be idle.
    async fn timely<T>(&self, bytes: u64, work: impl Future<Output = Result<T, Broken>>) -> Result<T, Broken> {
        let allowed = self.limits.allowance(bytes);
        tokio::time::timeout(allowed, work).await.unwrap_or(Err(Broken::Wire(WireError::TooSlow { bytes, allowed })))
    }

    async fn memory(&self, entry: &Entry, bytes: u64) -> Result<Memory, Broken> {
        let room = entry.memory(bytes, self.timeouts.idle).await;
        room.ok_or_else(|| refuse(Reason::Busy, "too many bytes are under way here; try again in a moment"))
    }

    async fn read(&self, root: &Root, range: Range<u64>) -> Result<Bytes, Broken> {
        let wanted = range.end.saturating_sub(range.start);
        let bytes = self.service.read(root, range).await?;
        if bytes.len() as u64 != wanted {
            return Err(self.damaged(root));
        }
        Ok(bytes)
    }
}

/// Hashes on a thread that may be kept busy.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Broken> {
    tokio::task::spawn_blocking(work).await.map_err(|_| refuse(Reason::Internal, "this miner failed to hash a shard"))
}
