//! The client's side: opening a conversation, and the questions that need no bytes.

use std::{future::Future, time::Duration};

use idlewild_storage_primitives::Root;
use libp2p::{Stream, StreamProtocol};

use super::{
    buffers::Buffers,
    message::{unpack_bits, Quote, Reason, Refusal, Request, Response, MAX_ROOTS},
    pauses::Pauses,
    wire::{self, WireError},
    PROTOCOL,
};
use crate::{
    address::PeerAddr,
    config::Timeouts,
    dial::DialError,
    network::{Network, OpenError},
};

/// Why a conversation with a peer failed.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// It was not reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// It opened no stream.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The stream failed.
    #[error("the transfer with {peer} failed: {source}")]
    Wire {
        /// The peer.
        peer: PeerAddr,
        /// What happened.
        source: WireError,
    },
    /// It said no.
    #[error("{peer} refused: {refusal}")]
    Refused {
        /// The peer.
        peer: PeerAddr,
        /// Its words.
        refusal: Refusal,
    },
    /// It said something else than the protocol allows here.
    #[error("{peer} answered something else than was asked; it is broken or hostile")]
    Unexpected {
        /// The peer.
        peer: PeerAddr,
    },
    /// All in all it took too long.
    #[error("the transfer with {peer} was given up after {after:?}")]
    TimedOut {
        /// The peer.
        peer: PeerAddr,
        /// How long was waited.
        after: Duration,
    },
}

impl ExchangeError {
    /// The peer's words, where it said no.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// Whether the same peer may well answer when it is asked again in a moment: it was away, broke off, or had no time. One that
    /// starts listens before it speaks the protocol. What took all the time that there was is not worth as much again.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Dial(error) => {
                matches!(error, DialError::TooMany { .. } | DialError::Unreachable { .. } | DialError::TimedOut { .. })
            },
            Self::Open(OpenError::Stopped(_)) | Self::Unexpected { .. } => false,
            Self::Wire { source: WireError::TooLong(_) | WireError::Malformed(_), .. } | Self::TimedOut { .. } => false,
            Self::Open(_) | Self::Wire { .. } => true,
            Self::Refused { refusal, .. } => refusal.reason == Reason::Busy,
        }
    }
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The conversation failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// Too many roots in one question.
    #[error("{0} roots were asked about, and a peer answers for at most {MAX_ROOTS} at once; ask in parts")]
    TooMany(usize),
}

/// Stores shards with peers and fetches them back. Clones share the network.
#[derive(Clone, Debug)]
pub struct ShardClient {
    network: Network,
    protocol: StreamProtocol,
    buffers: Buffers,
}

impl ShardClient {
    /// A client on a running network.
    pub fn new(network: Network) -> Self {
        Self::speaking(PROTOCOL, network)
    }

    /// The same by another name of the protocol.
    pub fn speaking(protocol: StreamProtocol, network: Network) -> Self {
        Self { network, protocol, buffers: Buffers::default() }
    }

    /// Keeps up to `bytes` bytes of memory that held whole shards, for the next ones.
    pub fn keeping(self, bytes: usize) -> Self {
        Self { buffers: Buffers::keeping(bytes), ..self }
    }

    /// The network beneath.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Asks which of `roots`, at most 256, a peer holds.
    pub async fn have(&self, peer: &PeerAddr, roots: &[Root]) -> Result<Vec<bool>, AskError> {
        if roots.len() > MAX_ROOTS {
            return Err(AskError::TooMany(roots.len()));
        }
        let request = Request::Have { roots: roots.to_vec() };
        let answered = self.bounded(peer, self.open(peer, &request)).await?;
        let (_, Response::Held(bits)) = answered else { return Err(unexpected(peer).into()) };
        unpack_bits(&bits, roots.len()).ok_or_else(|| unexpected(peer).into())
    }

    /// Asks what storing costs at a peer, and how much room it has.
    pub async fn quote(&self, peer: &PeerAddr) -> Result<Quote, AskError> {
        match self.bounded(peer, self.open(peer, &Request::Quote)).await? {
            (_, Response::Quote(quote)) => Ok(quote),
            _ => Err(unexpected(peer).into()),
        }
    }

    pub(super) fn buffers(&self) -> &Buffers {
        &self.buffers
    }

    pub(super) fn timeouts(&self) -> &Timeouts {
        self.network.timeouts()
    }

    /// Connects, opens a stream, sends `request` and returns what the peer says to it, a refusal as an error.
    ///
    /// Every request may be repeated until it is answered, so lost streams and full servers are tried again for some seconds.
    pub(super) async fn open(&self, peer: &PeerAddr, request: &Request) -> Result<(Stream, Response), ExchangeError> {
        let id = peer.peer_id().map_err(DialError::from)?;
        let mut pauses = Pauses::new();
        loop {
            let pause = pauses.next();
            self.network.connect(peer).await?;
            let outcome = match self.network.open_stream(id, self.protocol.clone()).await {
                Ok(mut stream) => self.first_words(&mut stream, request).await.map(|response| (stream, response)),
                Err(OpenError::Lost { .. }) if pause.is_some() => Err(WireError::Closed),
                Err(error) => return Err(error.into()),
            };
            match (outcome, pause) {
                (Ok((_, Response::Refused(refusal))), Some(pause)) if refusal.reason == Reason::Busy => {
                    tokio::time::sleep(pause).await;
                },
                (Err(WireError::Closed), Some(pause)) => tokio::time::sleep(pause).await,
                (Ok((_, Response::Refused(refusal))), _) => {
                    return Err(ExchangeError::Refused { peer: peer.clone(), refusal });
                },
                (Err(error), _) => return Err(lost(peer, error)),
                (Ok(answered), _) => return Ok(answered),
            }
        }
    }

    async fn first_words(&self, stream: &mut Stream, request: &Request) -> Result<Response, WireError> {
        wire::write_frame(stream, request, self.timeouts().idle).await?;
        wire::read_frame(stream, self.timeouts().answer).await
    }

    /// Bounds a whole conversation in time.
    pub(super) async fn bounded<T, E: From<ExchangeError>>(
        &self,
        peer: &PeerAddr,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let after = self.timeouts().total;
        match tokio::time::timeout(after, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ExchangeError::TimedOut { peer: peer.clone(), after }.into()),
        }
    }
}

pub(super) fn lost(peer: &PeerAddr, source: WireError) -> ExchangeError {
    ExchangeError::Wire { peer: peer.clone(), source }
}

pub(super) fn unexpected(peer: &PeerAddr) -> ExchangeError {
    ExchangeError::Unexpected { peer: peer.clone() }
}
