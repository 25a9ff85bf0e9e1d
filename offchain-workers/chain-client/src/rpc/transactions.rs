//! Signing, sending, and learning what became of it.

use std::time::Duration;

use subxt::{
    config::DefaultExtrinsicParamsBuilder,
    error::DispatchError,
    ext::{
        scale_decode::FieldIter,
        scale_encode::{EncodeAsFields, Error as EncodeError},
        scale_type_resolver::TypeResolver,
    },
    tx::{StaticPayload, TransactionStatus},
    utils::H256,
};

use tokio::time::Instant;

use super::{calls, RpcClient, ANSWER};
use crate::{call::Call, client::Pending, error::SubmitError, submit::Outcome, Keypair};

/// Blocks for which a transaction may wait in a pool before it is worth nothing.
const MORTAL: u64 = 64;
/// How often is looked whether a transaction's time is over.
const LOOK: Duration = Duration::from_secs(6);
/// How long the chain may stand still before nobody waits for it any more.
const STILL: Duration = Duration::from_secs(180);

/// Arguments that are encoded already, from the static interface.
struct Encoded(Vec<u8>);

impl EncodeAsFields for Encoded {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        _: &mut dyn FieldIter<'_, R::TypeId>,
        _: &R,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}

impl RpcClient {
    pub(crate) async fn sign_and_send(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Pending, SubmitError> {
        let sending = self.sign_and_send_now(signer, nonce, call, since);
        match tokio::time::timeout(ANSWER, sending).await {
            Ok(outcome) => outcome,
            Err(_) => Err(SubmitError::TimedOut(ANSWER)),
        }
    }

    async fn sign_and_send_now(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<Pending, SubmitError> {
        let (signed, dies) = self.sign(signer, nonce, call, since).await?;
        let progress = signed.submit_and_watch().await.map_err(|error| classify(&error.to_string()))?;
        let (chain, account, is_urgent) = (self.clone(), signer.public_key().0, since.is_some());
        let hash = format!("{:?}", progress.extrinsic_hash());
        Ok(Box::pin(async move {
            let lost = |error| match error {
                SubmitError::Rpc(reason) => SubmitError::Unknown { hash: hash.clone(), reason },
                other => other,
            };
            tokio::select! {
                outcome = watch(progress, is_urgent) => outcome.map_err(lost),
                error = chain.outlive(&hash, account, nonce, dies) => Err(error),
            }
        }))
    }

    /// Signs a call. Returns with it the number of the block after which none can take it.
    ///
    /// What is signed names the block that it may wait from, so that a chain without that block finds the signature wrong.
    pub(super) async fn sign(
        &self,
        signer: &Keypair,
        nonce: u64,
        call: Call,
        since: Option<[u8; 32]>,
    ) -> Result<(Signed, u64), SubmitError> {
        let rpc = |error: String| SubmitError::Rpc(error);
        let at = match since {
            Some(block) => self.client.at_block(H256(block)).await,
            None => self.client.at_current_block().await,
        };
        let at = at.map_err(|error| rpc(error.to_string()))?;
        let dies = at.block_number().saturating_add(MORTAL);
        let mut tx = at.tx();
        let (pallet, name, data) = calls::encode(&tx, call).map_err(|error| SubmitError::Invalid(error.to_string()))?;
        // The first two bytes name the call; subxt writes them itself.
        let arguments = data.get(2..).unwrap_or_default().to_vec();
        let payload = StaticPayload::new(pallet, name, Encoded(arguments));
        let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).mortal(MORTAL).build();
        let signed = tx.create_signed(&payload, signer, params).await.map_err(|error| rpc(error.to_string()))?;
        Ok((signed, dies))
    }

    /// Waits until a transaction that no block took cannot be taken any more, or until the chain stands still.
    ///
    /// To give up earlier would invite sending it twice.
    async fn outlive(&self, hash: &str, account: [u8; 32], nonce: u64, dies: u64) -> SubmitError {
        let unknown = |reason: &str| SubmitError::Unknown { hash: hash.to_owned(), reason: reason.to_owned() };
        let mut newest = 0;
        let mut moved = Instant::now();
        loop {
            tokio::time::sleep(LOOK).await;
            let seen = self.final_number().await.unwrap_or(newest);
            if seen >= dies {
                // Had it been taken, the node would be about to say so.
                tokio::time::sleep(LOOK).await;
                return match self.account_nonce(account).await {
                    Ok(next) if next <= nonce => SubmitError::Expired { hash: hash.to_owned() },
                    Ok(_) => unknown("its time is over, but a transaction with its number went through"),
                    Err(error) => unknown(&error.to_string()),
                };
            }
            if seen > newest {
                (newest, moved) = (seen, Instant::now());
            } else if moved.elapsed() > STILL {
                return unknown("the node has seen no new final block for three minutes");
            }
        }
    }

    async fn final_number(&self) -> Result<u64, SubmitError> {
        let asking = async {
            let hash = self.methods.chain_get_finalized_head().await?;
            self.methods.chain_get_header(Some(hash)).await
        };
        match tokio::time::timeout(ANSWER, asking).await {
            Ok(header) => {
                let header = header.map_err(|error| SubmitError::Rpc(error.to_string()))?;
                Ok(header.map(|header| header.number).unwrap_or_default())
            },
            Err(_) => Err(SubmitError::TimedOut(ANSWER)),
        }
    }
}

/// A transaction that is ready to be sent.
pub(super) type Signed =
    subxt::tx::SubmittableTransaction<subxt::PolkadotConfig, subxt::client::OnlineClientAtBlockImpl<subxt::PolkadotConfig>>;

type Progress =
    subxt::tx::TransactionProgress<subxt::PolkadotConfig, subxt::client::OnlineClientAtBlockImpl<subxt::PolkadotConfig>>;

/// Waits until a transaction is in a final block, or where it is urgent in any.
async fn watch(mut progress: Progress, is_urgent: bool) -> Result<Outcome, SubmitError> {
    let rpc = |error: String| SubmitError::Rpc(error);
    let block = loop {
        let status = progress.next().await.ok_or_else(|| rpc("the node stopped reporting".to_owned()))?;
        match status.map_err(|error| rpc(error.to_string()))? {
            TransactionStatus::InFinalizedBlock(block) => break block,
            TransactionStatus::InBestBlock(block) if is_urgent => break block,
            TransactionStatus::Invalid { message } => return Err(classify(&message)),
            TransactionStatus::Error { message } | TransactionStatus::Dropped { message } => return Err(rpc(message)),
            _ => {},
        }
    };
    let hash = block.block_hash();
    let at = block.at().await.map_err(|error| rpc(error.to_string()))?;
    let number = at.block_number();
    match block.wait_for_success().await {
        Ok(events) => Ok(Outcome {
            block: u32::try_from(number).unwrap_or(u32::MAX),
            block_hash: hash.0,
            events: RpcClient::our_events(events.all_events_in_block()).map_err(|error| rpc(error.to_string()))?,
        }),
        Err(subxt::error::TransactionEventsError::ExtrinsicFailed(error)) => Err(refusal(error)),
        Err(error) => Err(rpc(error.to_string())),
    }
}

fn refusal(error: DispatchError) -> SubmitError {
    let DispatchError::Module(module) = &error else {
        return SubmitError::Refused { pallet: "the runtime".to_owned(), name: format!("{error:?}"), docs: error.to_string() };
    };
    match module.details() {
        Ok(details) => SubmitError::Refused {
            pallet: details.pallet.name().to_owned(),
            name: details.variant.name.clone(),
            docs: details.variant.docs.join(" "),
        },
        Err(error) => SubmitError::Rpc(error.to_string()),
    }
}

/// What a node means when it will not take a transaction; the pool's words are all there is.
fn classify(message: &str) -> SubmitError {
    let lower = message.to_lowercase();
    if lower.contains("outdated")
        || lower.contains("stale")
        || lower.contains("priority is too low")
        || lower.contains("future")
    {
        SubmitError::Nonce
    } else if lower.contains("inability to pay") || lower.contains("payment") {
        SubmitError::CannotPay
    } else if ["connection", "transport", "restart", "already imported", "temporarily banned"]
        .iter()
        .any(|sign| lower.contains(sign))
    {
        // A pool that knows the transaction, or knew it, may have taken it for good.
        SubmitError::Rpc(message.to_owned())
    } else {
        SubmitError::Invalid(message.to_owned())
    }
}
