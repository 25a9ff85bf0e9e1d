//! Calls about gateways, buckets, names and shares, out of our words and into the chain's.

use idlewild_shares_primitives::audience::Audience;
use subxt::{
    error::ExtrinsicError,
    utils::{AccountId32, Static},
};

use super::calls::{bounded, bytes, Client, Encoded};
use crate::{
    buckets::BucketCall,
    gateways::GatewayCall,
    metadata::{runtime_types::pallet_idlewild_shares::types::Audience as ChainAudience, tx},
    names::NameCall,
    shares::ShareCall,
};

/// Encodes a call about gateways, after checking that the chain's is of the shape that this program was built for.
pub(super) fn of_gateways(client: &Client<'_>, call: GatewayCall) -> Result<Encoded, ExtrinsicError> {
    let calls = tx().gateways();
    match call {
        GatewayCall::Register { account, receiver, owner_key, endpoint, allowance, until, signature } => bytes(
            client,
            calls.register(
                AccountId32(account),
                receiver,
                owner_key,
                bounded(endpoint.into_bytes()),
                allowance,
                until,
                signature,
            ),
        ),
        GatewayCall::Allow { account, allowance } => bytes(client, calls.allow(AccountId32(account), allowance)),
        GatewayCall::SetEndpoint { account, endpoint } => {
            bytes(client, calls.set_endpoint(AccountId32(account), bounded(endpoint.into_bytes())))
        },
        GatewayCall::Retire { account } => bytes(client, calls.retire(AccountId32(account))),
        GatewayCall::Issue { account, user, scopes } => {
            bytes(client, calls.issue(AccountId32(account), AccountId32(user), Static(scopes)))
        },
        GatewayCall::Rotate { account, key } => bytes(client, calls.rotate(AccountId32(account), key)),
        GatewayCall::SetScopes { account, key, scopes } => {
            bytes(client, calls.set_scopes(AccountId32(account), key, Static(scopes)))
        },
        GatewayCall::Revoke { account, key } => bytes(client, calls.revoke(AccountId32(account), key)),
    }
}

/// The same of a call about buckets.
pub(super) fn of_buckets(client: &Client<'_>, call: BucketCall) -> Result<Encoded, ExtrinsicError> {
    let calls = tx().buckets();
    match call {
        BucketCall::Create { label, sealed, grant } => {
            let grant = grant.map(|(gateway, sealed)| (AccountId32(gateway), bounded(sealed)));
            bytes(client, calls.create(bounded(label), bounded(sealed), grant))
        },
        BucketCall::Grant { bucket, gateway, sealed } => {
            bytes(client, calls.grant(bucket, AccountId32(gateway), bounded(sealed)))
        },
        BucketCall::Withdraw { bucket, gateway } => bytes(client, calls.withdraw(bucket, AccountId32(gateway))),
        BucketCall::Acquire { bucket, blocks } => bytes(client, calls.acquire(bucket, blocks)),
        BucketCall::Release { bucket } => bytes(client, calls.release(bucket)),
        BucketCall::Commit { bucket, epoch, sequence, hash, salt, replaces } => {
            bytes(client, calls.commit(bucket, epoch, sequence, hash, salt, bounded(replaces)))
        },
        BucketCall::Remove { bucket } => bytes(client, calls.remove(bucket)),
        BucketCall::SetLabel { bucket, label } => bytes(client, calls.set_label(bucket, bounded(label))),
        BucketCall::Publish { bucket, key } => bytes(client, calls.publish(bucket, key)),
        BucketCall::DropDeal { bucket, deal } => bytes(client, calls.drop_deal(bucket, deal)),
        BucketCall::ProlongDeal { bucket, maker, deal, term, max_price } => {
            bytes(client, calls.prolong_deal(bucket, AccountId32(maker), deal, term, max_price))
        },
    }
}

/// The same of a call about names.
pub(super) fn of_names(client: &Client<'_>, call: NameCall) -> Result<Encoded, ExtrinsicError> {
    let calls = tx().names();
    let text = |text: String| bounded(text.into_bytes());
    match call {
        NameCall::Commit { hash } => bytes(client, calls.commit(hash)),
        NameCall::Register { name, salt, periods, max_price } => {
            bytes(client, calls.register(text(name), salt, periods, max_price))
        },
        NameCall::Renew { name, periods, max_price } => bytes(client, calls.renew(text(name), periods, max_price)),
        NameCall::Transfer { path, to } => bytes(client, calls.transfer(text(path), AccountId32(to))),
        NameCall::SetOperator { path, who, allowed } => {
            bytes(client, calls.set_operator(text(path), AccountId32(who), allowed))
        },
        NameCall::SetRecord { path, key, value } => bytes(client, calls.set_record(text(path), Static(key), value.map(Static))),
        NameCall::CreateSub { parent, label, owner } => {
            bytes(client, calls.create_sub(text(parent), text(label), AccountId32(owner)))
        },
        NameCall::RemoveSub { path } => bytes(client, calls.remove_sub(text(path))),
        NameCall::SetReverse { path } => bytes(client, calls.set_reverse(path.map(text))),
        NameCall::Release { name } => bytes(client, calls.release(text(name))),
        NameCall::Reclaim { node, limit } => bytes(client, calls.reclaim(node, limit)),
        NameCall::Uncommit { hash } => bytes(client, calls.uncommit(hash)),
    }
}

/// The same of a call about shares and publications.
pub(super) fn of_shares(client: &Client<'_>, call: ShareCall) -> Result<Encoded, ExtrinsicError> {
    let calls = tx().shares();
    match call {
        ShareCall::AnnounceKey { key } => bytes(client, calls.announce_key(key)),
        ShareCall::ConcealKey => bytes(client, calls.conceal_key()),
        ShareCall::Share { root, audience, until } => {
            let audience = match audience {
                Audience::Link => ChainAudience::Link,
                Audience::Account { account, sealed } => {
                    ChainAudience::Account { account: AccountId32(account), sealed: bounded(sealed) }
                },
            };
            bytes(client, calls.share(root, audience, until))
        },
        ShareCall::Revoke { share } => bytes(client, calls.revoke(share)),
        ShareCall::Publish { root, key, hash, length, name } => {
            bytes(client, calls.publish(root, key, hash, length, bounded(name)))
        },
        ShareCall::Relocate { publication, root, key } => bytes(client, calls.relocate(publication, root, key)),
        ShareCall::Withdraw { publication } => bytes(client, calls.withdraw(publication)),
    }
}
