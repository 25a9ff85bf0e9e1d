//! Final blocks as they come.

use futures::{stream, StreamExt};
use subxt::utils::H256;

use super::RpcClient;
use crate::{
    client::{Head, Heads},
    error::ReadError,
};

/// Blocks before the newest one that are looked up after the connection was gone; a daemon that was away for longer
/// reads the state afresh anyway.
const CATCH_UP: u64 = 64;

impl RpcClient {
    pub(crate) async fn follow_finalized(&self) -> Result<Heads, ReadError> {
        let blocks = self.client.stream_blocks().await.map_err(|error| ReadError::Rpc(error.to_string()))?;
        let client = self.clone();
        let heads = stream::unfold((client, blocks, None::<u64>), |(client, mut blocks, last)| async move {
            let next = blocks.next().await?;
            let (heads, last) = match next {
                Ok(block) => client.heads_up_to(last, block.number(), block.hash()).await,
                Err(error) => (vec![Err(ReadError::Rpc(error.to_string()))], last),
            };
            Some((stream::iter(heads), (client, blocks, last)))
        });
        Ok(Box::pin(heads.flatten()))
    }

    /// The blocks after `last` up to this one, in order. A subscription may leave some out.
    async fn heads_up_to(&self, last: Option<u64>, number: u64, hash: H256) -> (Vec<Result<Head, ReadError>>, Option<u64>) {
        let first = last.map_or(number, |last| last.saturating_add(1).max(number.saturating_sub(CATCH_UP)));
        let mut heads = Vec::new();
        for missing in first..number {
            let head = match self.methods.chain_get_block_hash(Some(missing.into())).await {
                Ok(Some(hash)) => self.head(missing, hash).await,
                Ok(None) => continue,
                Err(error) => Err(ReadError::Rpc(error.to_string())),
            };
            heads.push(head);
        }
        if number >= first {
            heads.push(self.head(number, hash).await);
        }
        (heads, Some(number.max(last.unwrap_or(0))))
    }

    pub(crate) async fn final_head(&self, number: u32) -> Result<Option<Head>, ReadError> {
        let rpc = |error: subxt::rpcs::Error| ReadError::Rpc(error.to_string());
        let newest = self.methods.chain_get_finalized_head().await.map_err(rpc)?;
        let newest = self.methods.chain_get_header(Some(newest)).await.map_err(rpc)?;
        if newest.is_none_or(|header| header.number < u64::from(number)) {
            return Ok(None);
        }
        match self.methods.chain_get_block_hash(Some(number.into())).await.map_err(rpc)? {
            Some(hash) => self.head(u64::from(number), hash).await.map(Some),
            None => Ok(None),
        }
    }

    async fn head(&self, number: u64, hash: H256) -> Result<Head, ReadError> {
        let rpc = |error: String| ReadError::Rpc(error);
        let at = self.client.at_block(hash).await.map_err(|error| rpc(error.to_string()))?;
        let events = at.events().fetch().await.map_err(|error| rpc(error.to_string()))?;
        let terms: idlewild_storage_primitives::view::TermsView = self.ask_at("StorageApi_terms", (), Some(hash)).await?;
        Ok(Head {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            hash: hash.0,
            finalized: true,
            clock: terms.clock,
            events: Self::our_events(&events)?,
        })
    }
}
