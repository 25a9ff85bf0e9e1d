//! Asking the endpoint of a lease: who is behind it, whether it is well, what it wrote last.
//!
//! Whoever answers may be anybody. Nothing is waited for without a limit, and nothing is read without a bound.

use std::{io, net::SocketAddr, time::Duration};

use codec::Encode;
use http_body_util::Empty;
use hyper::{body::Bytes, client::conn::http1, header, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use idlewild_compute_primitives::{lease::probe_message, Digest, LeaseId};
use idlewild_network::identity::{verify, SIGNATURE_BYTES};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::wire::{of_logs, prologue, LogsRequest, FAILED, LOGS, MAX_ANSWER, MAX_LINES, PROBE, REFUSED, SERVED};
use crate::{
    seal::{Receiver, SealError},
    Session,
};

/// Why an endpoint gave no answer, or none that counts.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It took too long.
    #[error("{at} did not answer within {} seconds", .limit.as_secs())]
    TimedOut {
        /// Which one.
        at: SocketAddr,
        /// How long was waited.
        limit: Duration,
    },
    /// Nobody is there, or the connection broke.
    #[error("{at} does not answer: {source}")]
    Away {
        /// Which one.
        at: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else is there.
    #[error("whoever answers at {0} does not have the lease's key: another program is there, or another machine")]
    Stranger(SocketAddr),
    /// What answers speaks no HTTP.
    #[error("{at} speaks no HTTP: {reason}")]
    NoHttp {
        /// Which one.
        at: SocketAddr,
        /// What was wrong.
        reason: String,
    },
    /// The path is not well.
    #[error("{at} answers {status} where 2xx or 3xx would say that it is well")]
    Unwell {
        /// Which one.
        at: SocketAddr,
        /// What it said.
        status: u16,
    },
    /// The provider gives the log to the owner alone.
    #[error("the provider gives the log to the service's owner alone, and this account is not that")]
    NotOwner,
    /// The provider has no log.
    #[error("the provider cannot read the log at the moment: try again in a while")]
    NoLog,
    /// The answer cannot be read.
    #[error("the provider's answer cannot be read: {0}")]
    Sealed(#[from] SealError),
    /// The answer is too long.
    #[error("the provider wants to send {0} bytes, and {MAX_ANSWER} are taken")]
    TooLong(u32),
}

/// What a lease is known by.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The chain.
    pub genesis: Digest,
    /// The lease.
    pub lease: LeaseId,
    /// Its key, as it stands on chain.
    pub key: [u8; 32],
    /// Where it is reached.
    pub at: SocketAddr,
}

impl Known {
    /// Whether whoever answers has the lease's key.
    pub async fn probe(&self, limit: Duration) -> Result<(), AskError> {
        self.bounded(limit, async { self.begin(&PROBE).await.map(drop) }).await
    }

    /// Asks for a path as any browser does: answered with 2xx or 3xx it is well.
    pub async fn health(&self, path: &str, limit: Duration) -> Result<(), AskError> {
        let status = self.bounded(limit, self.get(path)).await?;
        match status.is_success() || status.is_redirection() {
            true => Ok(()),
            false => Err(AskError::Unwell { at: self.at, status: status.as_u16() }),
        }
    }

    /// The last lines that the service wrote. The session's account has to be its owner.
    pub async fn logs(&self, session: &Session, lines: u32, limit: Duration) -> Result<Vec<u8>, AskError> {
        self.bounded(limit, self.ask_logs(session, lines)).await
    }

    async fn ask_logs(&self, session: &Session, lines: u32) -> Result<Vec<u8>, AskError> {
        let mut stream = self.begin(&LOGS).await?;
        let mut challenge = [0; 32];
        stream.read_exact(&mut challenge).await.map_err(|source| self.away(source))?;
        let (receiver, lines) = (Receiver::of(session.secret()), lines.min(MAX_LINES));
        let reply_to = receiver.public();
        let message = LogsRequest::message(&self.genesis, self.lease, &challenge, lines, &reply_to);
        let request = LogsRequest { lines, reply_to, signature: session.sign(&message) };
        stream.write_all(&request.encode()).await.map_err(|source| self.away(source))?;
        match stream.read_u8().await.map_err(|source| self.away(source))? {
            SERVED => {},
            REFUSED => return Err(AskError::NotOwner),
            FAILED => return Err(AskError::NoLog),
            _ => return Err(AskError::Stranger(self.at)),
        }
        let length = stream.read_u32_le().await.map_err(|source| self.away(source))?;
        if length > MAX_ANSWER {
            return Err(AskError::TooLong(length));
        }
        let mut sealed = vec![0; length as usize];
        stream.read_exact(&mut sealed).await.map_err(|source| self.away(source))?;
        Ok(receiver.open_bytes(&sealed, &of_logs(self.lease, &challenge))?)
    }

    /// Begins a conversation with the provider, who has to show that it has the lease's key.
    async fn begin(&self, magic: &[u8; 16]) -> Result<TcpStream, AskError> {
        let nonce: [u8; 32] = rand::random();
        let mut stream = self.connect().await?;
        stream.write_all(&prologue(magic, &nonce)).await.map_err(|source| self.away(source))?;
        let mut signature = [0; SIGNATURE_BYTES];
        match stream.read_exact(&mut signature).await {
            // Who is no provider of ours closes, or says something that is shorter.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(AskError::Stranger(self.at)),
            read => read.map_err(|source| self.away(source))?,
        };
        match verify(&self.key, &probe_message(&self.genesis, self.lease, &nonce), &signature) {
            true => Ok(stream),
            false => Err(AskError::Stranger(self.at)),
        }
    }

    async fn connect(&self) -> Result<TcpStream, AskError> {
        TcpStream::connect(self.at).await.map_err(|source| self.away(source))
    }

    async fn get(&self, path: &str) -> Result<StatusCode, AskError> {
        let no_http = |reason: String| AskError::NoHttp { at: self.at, reason };
        let uri: Uri = path.parse().map_err(|error: hyper::http::uri::InvalidUri| no_http(error.to_string()))?;
        let request = Request::get(uri)
            .header(header::HOST, self.at.to_string())
            .header(header::USER_AGENT, "idlewild-probe/1")
            .header(header::CONNECTION, "close")
            .body(Empty::<Bytes>::new())
            .map_err(|error| no_http(error.to_string()))?;
        let stream = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = http1::handshake(stream).await.map_err(|error| no_http(error.to_string()))?;
        let asked = sender.send_request(request);
        tokio::pin!(connection);
        tokio::pin!(asked);
        // The head of the answer is enough; what follows is not read.
        let answer = tokio::select! {
            answer = &mut asked => answer,
            ended = &mut connection => match ended {
                Ok(()) => asked.await,
                Err(error) => Err(error),
            },
        };
        Ok(answer.map_err(|error| no_http(error.to_string()))?.status())
    }

    fn away(&self, source: io::Error) -> AskError {
        AskError::Away { at: self.at, source }
    }

    async fn bounded<R>(
        &self,
        limit: Duration,
        ask: impl std::future::Future<Output = Result<R, AskError>>,
    ) -> Result<R, AskError> {
        timeout(limit, ask).await.map_err(|_| AskError::TimedOut { at: self.at, limit })?
    }
}
