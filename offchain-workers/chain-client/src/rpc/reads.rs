//! Reads, through the runtime API.

use codec::{Decode, Encode};
use idlewild_storage_primitives::Balance;
use subxt::{
    error::{ExtrinsicError, StorageError},
    utils::H256,
};

use super::{RpcClient, ANSWER};
use crate::{
    call::Call,
    error::{ReadError, SubmitError},
    holdings::{AccountBalance, HoldReason, Holdings},
    metadata::{idlewild, runtime_types},
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

    /// At the newest final block, where `at` names none.
    pub(crate) async fn account_balance(&self, account: [u8; 32], at: Option<H256>) -> Result<AccountBalance, ReadError> {
        // System.Account: nonce, consumers, providers, sufficients, then free, reserved, frozen, flags.
        type Account = (u32, u32, u32, u32, (Balance, Balance, Balance, u128));
        const WHAT: &str = "System.Account";
        let key = account_key(account);
        let asking = async {
            let at = match at {
                Some(at) => at,
                None => self.methods.chain_get_finalized_head().await?,
            };
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

    /// Sums and parts are of one block.
    pub(crate) async fn account_holdings(&self, account: [u8; 32]) -> Result<Holdings, ReadError> {
        const WHAT: &str = "Balances.Holds";
        let shape = |reason: String| ReadError::Shape { what: WHAT, reason };
        let rpc = |reason: String| ReadError::Rpc(reason);
        let asking = async {
            let at = self.client.at_current_block().await.map_err(|error| rpc(error.to_string()))?;
            let entry = idlewild::storage().balances().holds().unvalidated();
            let holds = at.storage().try_fetch(entry, (subxt::utils::AccountId32(account),)).await;
            let holds = holds.map_err(|error| match error {
                error @ StorageError::CannotFetchValue(_) => rpc(error.to_string()),
                error => shape(error.to_string()),
            })?;
            let holds = match holds {
                Some(holds) => holds.decode().map_err(|error| shape(error.to_string()))?.0,
                None => Vec::new(),
            };
            let balance = self.account_balance(account, Some(at.block_hash())).await?;
            Ok(Holdings::new(balance, holds.into_iter().map(|hold| (reason_of(&hold.id), hold.amount))))
        };
        within(WHAT, asking).await?
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

fn reason_of(reason: &runtime_types::idlewild_runtime::RuntimeHoldReason) -> HoldReason {
    use runtime_types::{idlewild_runtime::RuntimeHoldReason as Of, *};
    match reason {
        Of::Deals(pallet_idlewild_deals::pallet::HoldReason::Deal) => HoldReason::Deals,
        Of::Providers(pallet_idlewild_providers::pallet::HoldReason::Bond) => HoldReason::MinerBond,
        Of::Capacity(pallet_idlewild_capacity::pallet::HoldReason::Bond) => HoldReason::ClaimBond,
        Of::Capacity(pallet_idlewild_capacity::pallet::HoldReason::Fee) => HoldReason::ClaimFees,
        Of::Escrow(pallet_idlewild_escrow::pallet::HoldReason::Escrow) => HoldReason::Escrows,
        Of::Offers(pallet_idlewild_offers::pallet::HoldReason::Bond) => HoldReason::ProviderBond,
        Of::Trackers(pallet_idlewild_trackers::pallet::HoldReason::Seat) => HoldReason::TrackerBond,
        Of::Projects(pallet_idlewild_projects::pallet::HoldReason::Project) => HoldReason::Jobs,
        Of::Projects(pallet_idlewild_projects::pallet::HoldReason::Challenge) => HoldReason::Challenges,
        Of::Services(pallet_idlewild_services::pallet::HoldReason::Word) => HoldReason::Reports,
        Of::Organisations(pallet_idlewild_organisations::pallet::HoldReason::Deposit) => HoldReason::Organisations,
        Of::Apps(pallet_idlewild_apps::pallet::HoldReason::Deposit) => HoldReason::Apps,
        Of::Gateways(pallet_idlewild_gateways::pallet::HoldReason::Deposit) => HoldReason::Gateways,
        Of::Buckets(pallet_idlewild_buckets::pallet::HoldReason::Deposit) => HoldReason::Buckets,
        Of::Names(_) => HoldReason::Names,
        Of::Shares(pallet_idlewild_shares::pallet::HoldReason::Deposit) => HoldReason::Shares,
        Of::Session(_) | Of::PolkadotXcm(_) => HoldReason::Other,
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
