//! Storing a shard with a miner.

use bytes::Bytes;
use idlewild_storage_primitives::receipt::{SlotReceipt, StoreRequest};

use super::{
    client::{lost, unexpected, ExchangeError, ShardClient},
    message::{Refusal, Request, Response},
    progress::Progress,
    receipt::{check_receipt, ReceiptError},
    wire,
};
use crate::address::PeerAddr;

/// What an owner asks of a miner, or another account for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOrder {
    /// The wish.
    pub request: StoreRequest,
    /// Who signs it, where that is not the owner itself.
    pub signer: Option<[u8; 32]>,
    /// The sr25519 signature of [`StoreRequest::message_of`] by the one or the other.
    pub signature: [u8; 64],
    /// The block that the owner sees, by which the receipt's validity is judged.
    pub block: u32,
}

/// Why a shard was not stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The conversation failed, or the miner refused.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The bytes are not those of the request.
    #[error("the request is for a shard of {asked} bytes, but {given} were given; nothing was sent")]
    WrongLength {
        /// Bytes that the request names.
        asked: u32,
        /// Bytes given.
        given: usize,
    },
    /// The miner's receipt is worth nothing.
    #[error("{peer} took the shard, but its receipt is worth nothing: {source}")]
    Receipt {
        /// The miner.
        peer: PeerAddr,
        /// Why.
        source: ReceiptError,
    },
}

impl StoreError {
    /// The miner's words, where it said no.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Exchange(error) => error.refusal(),
            _ => None,
        }
    }
}

impl ShardClient {
    /// Sends a shard to a miner and returns its receipt, once that is checked in every field.
    pub async fn store_shard(
        &self,
        peer: &PeerAddr,
        order: &StoreOrder,
        shard: Bytes,
        progress: &Progress,
    ) -> Result<SlotReceipt, StoreError> {
        let asked = order.request.length;
        if shard.len() as u64 != u64::from(asked) {
            return Err(StoreError::WrongLength { asked, given: shard.len() });
        }
        self.bounded(peer, self.send(peer, order, &shard, progress)).await
    }

    async fn send(
        &self,
        peer: &PeerAddr,
        order: &StoreOrder,
        shard: &[u8],
        progress: &Progress,
    ) -> Result<SlotReceipt, StoreError> {
        let (request, signature) = (order.request.clone(), order.signature);
        let request = match order.signer {
            Some(signer) => Request::StoreFor { request, signer, signature },
            None => Request::Store { request, signature },
        };
        let (mut stream, Response::Proceed) = self.open(peer, &request).await? else {
            return Err(unexpected(peer).into());
        };
        let idle = self.timeouts().idle;
        let sent = async {
            wire::write_body(&mut stream, shard, idle, |moved| progress.add(moved)).await?;
            wire::flush(&mut stream, idle).await
        }
        .await;
        // A miner may refuse while bytes are still under way; what it says then explains more than the broken stream.
        let answer = wire::read_frame(&mut stream, self.timeouts().answer).await;
        let response = match (answer, sent) {
            (Ok(response), _) => response,
            (Err(_), Err(error)) | (Err(error), Ok(())) => return Err(lost(peer, error).into()),
        };
        match response {
            Response::Stored { least_price, valid_until, signature } => {
                let StoreRequest { slot, miner, .. } = order.request;
                let receipt = SlotReceipt { slot, miner, least_price, valid_until, signature };
                check_receipt(&peer.peer_key, self.network().genesis(), &order.request, &receipt, order.block)
                    .map_err(|source| StoreError::Receipt { peer: peer.clone(), source })?;
                Ok(receipt)
            },
            Response::Refused(refusal) => Err(ExchangeError::Refused { peer: peer.clone(), refusal }.into()),
            _ => Err(unexpected(peer).into()),
        }
    }
}
