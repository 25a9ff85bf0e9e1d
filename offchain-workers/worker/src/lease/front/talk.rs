//! What a front answers itself.

use std::io;

use idlewild_client::{
    seal::seal_bytes,
    service::wire::{of_logs, LogsRequest, FAILED, MAX_LINES, MAX_LOG, REFUSED, SERVED},
};
use idlewild_compute_primitives::lease::probe_message;
use subxt_signer::sr25519::{verify, PublicKey, Signature};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Shared;

impl Shared {
    /// Shows that the lease's key is here, as long as the service is.
    pub(super) async fn answer_probe(&self, stream: &mut TcpStream, nonce: &[u8; 32]) -> io::Result<()> {
        self.sign(stream, nonce).await?;
        stream.shutdown().await
    }

    /// Gives the owner the end of the log, sealed: what it wrote is nobody else's business.
    pub(super) async fn answer_logs(&self, stream: &mut TcpStream, nonce: &[u8; 32]) -> io::Result<()> {
        self.sign(stream, nonce).await?;
        let challenge: [u8; 32] = rand::random();
        stream.write_all(&challenge).await?;
        let mut bytes = [0; LogsRequest::BYTES];
        stream.read_exact(&mut bytes).await?;
        let request = LogsRequest::from_bytes(&bytes).filter(|request| self.is_owners(request, &challenge));
        let Some(request) = request else {
            stream.write_u8(REFUSED).await?;
            return stream.shutdown().await;
        };
        match self.sealed_log(&request, &challenge).await {
            Some(sealed) => {
                stream.write_u8(SERVED).await?;
                stream.write_u32_le(u32::try_from(sealed.len()).unwrap_or(u32::MAX)).await?;
                stream.write_all(&sealed).await?;
            },
            None => stream.write_u8(FAILED).await?,
        }
        stream.shutdown().await
    }

    fn is_owners(&self, request: &LogsRequest, challenge: &[u8; 32]) -> bool {
        let behind = &self.behind;
        let message = LogsRequest::message(&behind.genesis, behind.lease, challenge, request.lines, &request.reply_to);
        verify(&Signature(request.signature), message, &PublicKey(behind.owner))
    }

    async fn sealed_log(&self, request: &LogsRequest, challenge: &[u8; 32]) -> Option<Vec<u8>> {
        let log = self.behind.host.logs(self.behind.lease, request.lines.min(MAX_LINES)).await;
        let log = log.inspect_err(|error| tracing::debug!(lease = self.behind.lease, %error, "a log was not read")).ok()?;
        let end = log.get(log.len().saturating_sub(MAX_LOG)..).unwrap_or_default();
        seal_bytes(end, &request.reply_to, &of_logs(self.behind.lease, challenge)).ok()
    }

    async fn sign(&self, stream: &mut TcpStream, nonce: &[u8; 32]) -> io::Result<()> {
        let message = probe_message(&self.behind.genesis, self.behind.lease, nonce);
        stream.write_all(&self.behind.key.sign(&message)).await
    }
}
