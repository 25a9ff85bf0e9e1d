//! Calls, out of our words and into the chain's.

use codec::{Compact, Encode};
use idlewild_capacity_primitives::round::tag;
use subxt::{
    client::OnlineClientAtBlockImpl,
    error::ExtrinsicError,
    ext::{
        scale_decode::FieldIter,
        scale_encode::{EncodeAsFields, Error as EncodeError},
        scale_type_resolver::TypeResolver,
    },
    tx::{Payload, StaticPayload, TransactionsClient},
    utils::{AccountId32, MultiAddress, Static},
    PolkadotConfig,
};

use crate::{
    call::{Call, Clearing, DealRequest},
    metadata::{
        runtime_types::{
            bounded_collections::bounded_vec::BoundedVec, pallet_idlewild_deals::types::Request,
            pallet_idlewild_slots::pallet::Clearing as ChainClearing,
        },
        tx,
    },
};

pub(super) type Client<'a> = TransactionsClient<PolkadotConfig, OnlineClientAtBlockImpl<PolkadotConfig>>;

/// A call's pallet, its name, and its bytes, the two that name it included.
pub(super) type Encoded = (String, String, Vec<u8>);

/// Encodes a call, after checking that the chain's is of the shape that this program was built for.
pub(super) fn encode(client: &Client<'_>, call: Call) -> Result<Encoded, ExtrinsicError> {
    match call {
        Call::TransferCoins { to, amount } => {
            bytes(client, tx().balances().transfer_keep_alive(MultiAddress::Id(AccountId32(to)), amount))
        },
        Call::Register { peer_key, peer_signature, endpoint, capacity, price, bond } => bytes(
            client,
            tx().providers().register(peer_key, peer_signature, bounded(endpoint.into_bytes()), capacity, price, bond),
        ),
        Call::AddBond { miner, amount } => bytes(client, tx().providers().add_bond(miner, amount)),
        Call::WithdrawBond { miner, amount } => bytes(client, tx().providers().withdraw_bond(miner, amount)),
        Call::SetCapacity { miner, capacity } => bytes(client, tx().providers().set_capacity(miner, capacity)),
        Call::SetEndpoint { miner, endpoint } => {
            bytes(client, tx().providers().set_endpoint(miner, bounded(endpoint.into_bytes())))
        },
        Call::SetPrice { miner, price } => bytes(client, tx().providers().set_price(miner, price)),
        Call::Pause { miner } => bytes(client, tx().providers().pause(miner)),
        Call::Resume { miner } => bytes(client, tx().providers().resume(miner)),
        Call::Exit { miner } => bytes(client, tx().providers().exit(miner)),
        Call::Remove { miner } => bytes(client, tx().providers().remove(miner)),
        Call::Prove { miner, period, proofs } => {
            bytes(client, tx().proofs().prove(miner, period, bounded(proofs.into_iter().map(Static).collect())))
        },
        Call::ReportMissed { miner } => bytes(client, tx().proofs().report_missed(miner)),
        Call::CreateDeals { requests } => {
            bytes(client, tx().deals().create_deals(bounded(requests.into_iter().map(request).collect())))
        },
        Call::FillSlots { deal, receipts } => {
            bytes(client, tx().deals().fill_slots(deal, bounded(receipts.into_iter().map(Static).collect())))
        },
        Call::Settle { deals } => bytes(client, tx().deals().settle(bounded(deals))),
        Call::DecideProbation { deal, slot } => bytes(client, tx().deals().decide_probation(deal, slot)),
        Call::TopUp { deal, amount } => bytes(client, tx().deals().top_up(deal, amount)),
        Call::Extend { deal, term, max_price } => bytes(client, tx().deals().extend(deal, term, max_price)),
        Call::Cancel { deal } => bytes(client, tx().deals().cancel(deal)),
        Call::TransferDeal { deal, to, manifest } => {
            bytes(client, tx().deals().transfer(deal, AccountId32(to), bounded(manifest)))
        },
        Call::Append { miner, slots } => bytes(client, tx().slots().append(miner, bounded(slots))),
        Call::Clear { miner, clearings } => {
            bytes(client, tx().slots().clear(miner, bounded(clearings.into_iter().map(clearing).collect())))
        },
        Call::ReportUnappended { deal, slot } => bytes(client, tx().slots().report_unappended(deal, slot)),
        Call::DeclareLost { miner, deal, slot, index, path } => {
            bytes(client, tx().slots().declare_lost(miner, deal, slot, index, bounded(path.into_iter().map(Static).collect())))
        },
        Call::ClaimRepair { miner, deal, slot } => bytes(client, tx().repair().claim_repair(miner, deal, slot)),
        Call::CompleteRepair { miner, deal, slot } => bytes(client, tx().repair().complete_repair(miner, deal, slot)),
        Call::DropClaims { miner } => bytes(client, tx().repair().drop_claims(miner)),
        Call::Compute(call) => super::compute_calls::encode(client, call),
        Call::BondCapacity { amount } => bytes(client, tx().capacity().bond(amount)),
        Call::UnbondCapacity { amount } => bytes(client, tx().capacity().unbond(amount)),
        Call::ClaimRound { of, round, challenge, seed, nonce, quality } => {
            bytes(client, tx().capacity().submit(of.map(AccountId32), round, tag(&challenge), seed, nonce, quality))
        },
        Call::Gateway(call) => super::gateway_calls::of_gateways(client, call),
        Call::Bucket(call) => super::gateway_calls::of_buckets(client, call),
        Call::Name(call) => super::gateway_calls::of_names(client, call),
        Call::Share(call) => super::gateway_calls::of_shares(client, call),
        Call::Act(call) => {
            let (_, _, inner) = encode(client, *call)?;
            around(client, "Gateways", "act", &inner)
        },
        Call::Batch(calls) => {
            let mut inner = Compact(calls.len() as u32).encode();
            for call in calls {
                inner.extend(encode(client, call)?.2);
            }
            around(client, "Utility", "batch_all", &inner)
        },
    }
}

/// A call that takes other calls and nothing else, around these.
///
/// Those have been checked. That the chain has the outer one, with one argument, is all there is to know of it.
fn around(client: &Client<'_>, pallet: &str, name: &str, inner: &[u8]) -> Result<Encoded, ExtrinsicError> {
    let payload = StaticPayload::new(pallet, name, Wrapped(inner));
    Ok((pallet.to_owned(), name.to_owned(), client.call_data(&payload)?))
}

/// Calls that are encoded already.
struct Wrapped<'a>(&'a [u8]);

impl EncodeAsFields for Wrapped<'_> {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        fields: &mut dyn FieldIter<'_, R::TypeId>,
        _: &R,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let found = fields.count();
        if found != 1 {
            return Err(EncodeError::custom_string(format!("it takes {found} arguments, and one was to be given")));
        }
        out.extend_from_slice(self.0);
        Ok(())
    }
}

pub(super) fn bytes<P: Payload>(client: &Client<'_>, payload: P) -> Result<Encoded, ExtrinsicError> {
    client.validate(&payload)?;
    let data = client.call_data(&payload)?;
    Ok((payload.pallet_name().to_owned(), payload.call_name().to_owned(), data))
}

/// The chain refuses what is longer than its bound.
pub(super) fn bounded<T>(items: Vec<T>) -> BoundedVec<T> {
    BoundedVec(items)
}

fn request(request: DealRequest) -> Request {
    Request {
        salt: request.salt,
        geometry: Static(request.geometry),
        copies: request.copies,
        shard_len: request.shard_len,
        term: request.term,
        price: request.price,
        roots: bounded(request.roots),
        receipts: bounded(request.receipts.into_iter().map(Static).collect()),
        manifest: bounded(request.manifest),
    }
}

fn clearing(clearing: Clearing) -> ChainClearing {
    ChainClearing {
        leaf: Static(clearing.leaf),
        index: clearing.index,
        path: bounded(clearing.path.into_iter().map(Static).collect()),
    }
}
