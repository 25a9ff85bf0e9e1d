//! Gateways: what is asked of the chain about them, what they and their owners call, and what happens to them.

use async_trait::async_trait;
use idlewild_buckets_primitives::{
    scopes::Scopes,
    view::{CredentialView, GatewayView},
    Balance, Clock, KeyNumber, SealingKey,
};

use crate::error::ReadError;

/// A call about gateways. What a gateway does in its owner's name is [`Call::Act`](crate::Call::Act).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the call of the same name in its pallet.
pub enum GatewayCall {
    /// Has a gateway serve the signer.
    Register {
        account: [u8; 32],
        receiver: SealingKey,
        owner_key: SealingKey,
        endpoint: String,
        allowance: Balance,
        until: Clock,
        signature: [u8; 64],
    },
    /// Sets what a gateway may spend from now on.
    Allow { account: [u8; 32], allowance: Balance },
    /// Says where a gateway is.
    SetEndpoint { account: [u8; 32], endpoint: String },
    /// Ends a gateway and all of its credentials.
    Retire { account: [u8; 32] },
    /// Lets somebody use a gateway.
    Issue { account: [u8; 32], user: [u8; 32], scopes: Scopes },
    /// Gives a credential another secret.
    Rotate { account: [u8; 32], key: KeyNumber },
    /// Sets what a credential may do.
    SetScopes { account: [u8; 32], key: KeyNumber, scopes: Scopes },
    /// Ends a credential.
    Revoke { account: [u8; 32], key: KeyNumber },
}

impl From<GatewayCall> for crate::Call {
    fn from(call: GatewayCall) -> Self {
        Self::Gateway(call)
    }
}

/// Something that happened to a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the event of the same name in its pallet.
pub enum GatewayEvent {
    /// A gateway serves an owner.
    Registered { gateway: [u8; 32], owner: [u8; 32] },
    /// It may spend so much from now on.
    Allowed { gateway: [u8; 32], allowance: Balance },
    /// It is somewhere else.
    EndpointSet { gateway: [u8; 32] },
    /// It serves its owner no longer.
    Retired { gateway: [u8; 32], owner: [u8; 32] },
    /// There is a new credential.
    Issued { gateway: [u8; 32], key: KeyNumber, user: [u8; 32] },
    /// A credential has another secret.
    Rotated { gateway: [u8; 32], key: KeyNumber, generation: u32 },
    /// A credential may do something else.
    ScopesSet { gateway: [u8; 32], key: KeyNumber },
    /// A credential was ended.
    Revoked { gateway: [u8; 32], key: KeyNumber },
    /// A gateway did something as its owner.
    Acted { gateway: [u8; 32], owner: [u8; 32], spent: Balance, allowance: Balance },
}

impl From<GatewayEvent> for crate::Event {
    fn from(event: GatewayEvent) -> Self {
        Self::Gateway(event)
    }
}

/// Everything that gateways and their owners ask of the chain about them. Answers are of the newest final block.
#[async_trait]
pub trait GatewayClient: Send + Sync + 'static {
    /// A gateway.
    async fn gateway(&self, account: [u8; 32]) -> Result<Option<GatewayView>, ReadError>;

    /// An owner's gateways, in the order in which they came.
    async fn gateways_of(&self, owner: [u8; 32]) -> Result<Vec<GatewayView>, ReadError>;

    /// A credential of a gateway.
    async fn credential(&self, gateway: [u8; 32], key: KeyNumber) -> Result<Option<CredentialView>, ReadError>;

    /// Credentials of a gateway after `after`, by number.
    async fn credentials(
        &self,
        gateway: [u8; 32],
        after: Option<KeyNumber>,
        limit: u32,
    ) -> Result<Vec<CredentialView>, ReadError>;
}

/// Everything that a gateway asks of the chain.
pub trait GatewayChain:
    crate::ChainClient + GatewayClient + crate::BucketClient + crate::NameClient + crate::ShareClient
{
}

impl<T> GatewayChain for T where
    T: crate::ChainClient + GatewayClient + crate::BucketClient + crate::NameClient + crate::ShareClient
{
}
