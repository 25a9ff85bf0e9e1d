//! A chain in place of another one: what it does not answer itself it asks that one, which its method `chain` returns or says why not.

/// Asks the other chain each of these questions; what comes before them in braces is answered otherwise.
macro_rules! asking {
    ($trait:path, $own:ty, { $($rest:tt)* } $($name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait::async_trait]
        impl $trait for $own {
            $($rest)*
            $(async fn $name(&self, $($arg: $type),*) -> Result<$answer, idlewild_chain_client::ReadError> {
                self.chain()?.$name($($arg),*).await
            })*
        }
    };
}

/// A [`ChainClient`](idlewild_chain_client::ChainClient) that answers for itself what its genesis is, and what is known of deals and of a
/// miner.
macro_rules! chain_client {
    ($own:ty, { $($rest:tt)* }) => {
        $crate::link::delegate::asking! {
            idlewild_chain_client::ChainClient, $own,
            {
                async fn send_since(
                    &self,
                    signer: &idlewild_chain_client::Keypair,
                    nonce: u64,
                    call: idlewild_chain_client::Call,
                    since: Option<[u8; 32]>,
                ) -> Result<idlewild_chain_client::Pending, idlewild_chain_client::SubmitError> {
                    let chain = self.chain();
                    let chain = chain.map_err(|error| idlewild_chain_client::SubmitError::Rpc(error.to_string()))?;
                    chain.send_since(signer, nonce, call, since).await
                }
                $($rest)*
            }
            is_development() -> bool;
            finalized_heads() -> idlewild_chain_client::Heads;
            finalized_head(number: u32) -> Option<idlewild_chain_client::Head>;
            best_number() -> u32;
            terms() -> idlewild_storage_primitives::view::TermsView;
            deal_at(id: u64, block: [u8; 32]) -> Option<idlewild_storage_primitives::view::DealView>;
            miner_at(id: idlewild_storage_primitives::MinerId, number: u32) -> Option<idlewild_storage_primitives::view::MinerView>;
            miner_of_peer(key: idlewild_storage_primitives::PeerKey) -> Option<idlewild_storage_primitives::view::MinerView>;
            miners(after: Option<idlewild_storage_primitives::MinerId>, limit: u32) -> idlewild_storage_primitives::view::MinersPage;
            candidates(bytes: u64, after: Option<idlewild_storage_primitives::MinerId>, limit: u32)
                -> idlewild_storage_primitives::view::CandidatesView;
            slots_of(miner: idlewild_storage_primitives::MinerId, after: Option<u64>, limit: u32)
                -> idlewild_storage_primitives::view::SlotsPage;
            earnings(miner: idlewild_storage_primitives::MinerId, after: Option<u64>, limit: u32)
                -> idlewild_storage_primitives::view::EarningsPage;
            owed(miner: idlewild_storage_primitives::MinerId) -> Option<idlewild_storage_primitives::view::OwedView>;
            repairable(after: Option<u64>, limit: u32) -> idlewild_storage_primitives::view::RepairablePage;
            claims_of(miner: idlewild_storage_primitives::MinerId) -> Vec<idlewild_storage_primitives::view::ClaimView>;
            may_store_for(owner: [u8; 32], signer: [u8; 32]) -> bool;
            balance(account: [u8; 32]) -> idlewild_chain_client::AccountBalance;
            holdings(account: [u8; 32]) -> idlewild_chain_client::Holdings;
            next_nonce(account: [u8; 32]) -> u64;
            fee(signer: &idlewild_chain_client::Keypair, call: idlewild_chain_client::Call) -> idlewild_storage_primitives::Balance;
        }
    };
}

pub(crate) use asking;
pub(crate) use chain_client;
