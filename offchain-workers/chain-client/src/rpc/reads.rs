//! Reads, through the runtime API.

use codec::{Decode, Encode};
use idlewild_storage_primitives::Balance;
use subxt::{error::ExtrinsicError, utils::H256};

use super::{RpcClient, ANSWER};
use crate::{
    call::Call,
    client::AccountBalance,
    error::{ReadError, SubmitError},
    Keypair,
};

impl RpcClient {
    /// Calls a function of the storage API at the newest final block.
    pub(crate) async fn ask<R: Decode>(&self, what: &'static str, arguments: impl Encode) -> Result<R, ReadError> {
        self.ask_at(what, arguments, None).await
    }

    /// Calls a function of the runtime API at a block.
    pub(crate) async fn ask_at<R: Decode>(
        &self,
        what: &'static str,
        arguments: impl Encode,
        at: Option<H256>,
    ) -> Result<R, ReadError> {
        let arguments = arguments.encode();
        let asking = async {
            let at = match at {
                Some(at) => at,
                None => self.methods.chain_get_finalized_head().await?,
            };
            self.methods.state_call(what, Some(&arguments), Some(at)).await
        };
        let bytes = within(what, asking).await?.map_err(|error| ReadError::Rpc(error.to_string()))?;
        R::decode(&mut bytes.as_slice()).map_err(|error| ReadError::Shape { what, reason: error.to_string() })
    }

    /// Whether the node's chain specification says that the chain is one for development, or of one machine.
    pub(crate) async fn says_development(&self) -> Result<bool, ReadError> {
        match within("system_chainType", self.methods.system_chain_type()).await? {
            Ok(kind) => Ok(matches!(kind.as_str(), "Development" | "Local")),
            // A kind that has a name of its own is no plain text.
            Err(subxt::rpcs::Error::Deserialization(_)) => Ok(false),
            Err(error) => Err(ReadError::Rpc(error.to_string())),
        }
    }

    pub(crate) async fn account_balance(&self, account: [u8; 32]) -> Result<AccountBalance, ReadError> {
        // System.Account: nonce, consumers, providers, sufficients, then free, reserved, frozen, flags.
        type Account = (u32, u32, u32, u32, (Balance, Balance, Balance, u128));
        const WHAT: &str = "System.Account";
        let key = account_key(account);
        let asking = async {
            let at = self.methods.chain_get_finalized_head().await?;
            self.methods.state_get_storage(&key, Some(at)).await
        };
        let bytes = within(WHAT, asking).await?.map_err(|error| ReadError::Rpc(error.to_string()))?;
        let Some(bytes) = bytes else { return Ok(AccountBalance::default()) };
        let (_, _, _, _, (free, held, frozen, _)) = Account::decode(&mut bytes.as_slice())
            .map_err(|error| ReadError::Shape { what: WHAT, reason: error.to_string() })?;
        // What is frozen may be on hold at the same time.
        let locked = frozen.saturating_sub(held);
        Ok(AccountBalance { free: free.saturating_sub(locked), held })
    }

    /// What the chain asks for a call at first, before it gives back what that did not take.
    pub(crate) async fn highest_fee(&self, signer: &Keypair, call: Call) -> Result<Balance, ReadError> {
        const WHAT: &str = "the fee of a call";
        let shape = |reason: String| ReadError::Shape { what: WHAT, reason };
        let asking = async {
            // The nonce is not looked at, but each byte costs something: this one has the most.
            let signed = self.sign(signer, u32::MAX.into(), call, None).await;
            let (signed, _) = signed.map_err(|error| match error {
                SubmitError::Rpc(reason) => ReadError::Rpc(reason),
                error => shape(error.to_string()),
            })?;
            signed.partial_fee_estimate().await.map_err(|error| match error {
                ExtrinsicError::CannotDecodeFeeInfo(error) => shape(error.to_string()),
                error => ReadError::Rpc(error.to_string()),
            })
        };
        within(WHAT, asking).await?
    }

    pub(crate) async fn best_block_number(&self) -> Result<u32, ReadError> {
        const WHAT: &str = "the newest block";
        let header = within(WHAT, self.methods.chain_get_header(None)).await?;
        let header = header.map_err(|error| ReadError::Rpc(error.to_string()))?;
        let number = header.map(|header| header.number).unwrap_or_default();
        u32::try_from(number).map_err(|error| ReadError::Shape { what: WHAT, reason: error.to_string() })
    }

    pub(crate) async fn account_nonce(&self, account: [u8; 32]) -> Result<u64, ReadError> {
        const WHAT: &str = "the account's next nonce";
        let account = subxt::utils::AccountId32(account);
        let nonce = within(WHAT, self.methods.system_account_next_index(&account)).await?;
        nonce.map_err(|error| ReadError::Rpc(error.to_string()))
    }
}

async fn within<R>(what: &'static str, asking: impl std::future::Future<Output = R>) -> Result<R, ReadError> {
    tokio::time::timeout(ANSWER, asking).await.map_err(|_| ReadError::TimedOut { what, after: ANSWER })
}

/// Where an account's record is: System and Account by their hashes, then Blake2-128 of the account and the account.
fn account_key(account: [u8; 32]) -> Vec<u8> {
    let mut key = Vec::with_capacity(80);
    key.extend(sp_crypto_hashing::twox_128(b"System"));
    key.extend(sp_crypto_hashing::twox_128(b"Account"));
    key.extend(sp_crypto_hashing::blake2_128(&account));
    key.extend(account);
    key
}
