//! Between the words of gateways, their owners and owners of names and those of the runtime.

use idlewild_buckets_primitives::scopes::Scopes;
use idlewild_chain_client::{BucketCall, BucketEvent, Event, GatewayCall, GatewayEvent, NameCall, NameEvent};
use pallet_idlewild_test_runtime::{AccountId, RuntimeCall, RuntimeEvent, Test};

use crate::translate::bounded;

type Buckets = pallet_idlewild_buckets::Call<Test>;
type Gateways = pallet_idlewild_gateways::Call<Test>;
type Names = pallet_idlewild_names::Call<Test>;

/// Does a call as the owner of who signs it.
pub(crate) fn act(call: RuntimeCall) -> RuntimeCall {
    Gateways::act { call: Box::new(call) }.into()
}

/// A call about gateways in the runtime's words, or why it could not even be decoded there.
pub(crate) fn gateway_call(call: GatewayCall) -> Result<RuntimeCall, String> {
    Ok(match call {
        GatewayCall::Register { account, receiver, owner_key, endpoint, allowance, until, signature } => {
            let (account, endpoint) = (AccountId::new(account), bounded(endpoint.into_bytes())?);
            Gateways::register { account, receiver, owner_key, endpoint, allowance, until, signature }.into()
        },
        GatewayCall::Allow { account, allowance } => Gateways::allow { account: AccountId::new(account), allowance }.into(),
        GatewayCall::SetEndpoint { account, endpoint } => {
            Gateways::set_endpoint { account: AccountId::new(account), endpoint: bounded(endpoint.into_bytes())? }.into()
        },
        GatewayCall::Retire { account } => Gateways::retire { account: AccountId::new(account) }.into(),
        GatewayCall::Issue { account, user, scopes: said } => {
            Gateways::issue { account: AccountId::new(account), user: AccountId::new(user), scopes: scopes(said)? }.into()
        },
        GatewayCall::Rotate { account, key } => Gateways::rotate { account: AccountId::new(account), key }.into(),
        GatewayCall::SetScopes { account, key, scopes: said } => {
            Gateways::set_scopes { account: AccountId::new(account), key, scopes: scopes(said)? }.into()
        },
        GatewayCall::Revoke { account, key } => Gateways::revoke { account: AccountId::new(account), key }.into(),
    })
}

fn scopes(Scopes { rights, buckets }: Scopes) -> Result<pallet_idlewild_gateways::types::Scopes, String> {
    Ok(pallet_idlewild_gateways::types::Scopes { rights, buckets: buckets.map(bounded).transpose()? })
}

/// The same of a call about buckets.
pub(crate) fn bucket_call(call: BucketCall) -> Result<RuntimeCall, String> {
    Ok(match call {
        BucketCall::Create { label, sealed, grant } => {
            let grant = match grant {
                Some((gateway, sealed)) => Some((AccountId::new(gateway), bounded(sealed)?)),
                None => None,
            };
            Buckets::create { label: bounded(label)?, sealed: bounded(sealed)?, grant }.into()
        },
        BucketCall::Grant { bucket, gateway, sealed } => {
            Buckets::grant { bucket, gateway: AccountId::new(gateway), sealed: bounded(sealed)? }.into()
        },
        BucketCall::Withdraw { bucket, gateway } => Buckets::withdraw { bucket, gateway: AccountId::new(gateway) }.into(),
        BucketCall::Acquire { bucket, blocks } => Buckets::acquire { bucket, blocks }.into(),
        BucketCall::Release { bucket } => Buckets::release { bucket }.into(),
        BucketCall::Commit { bucket, epoch, sequence, hash, salt, replaces } => {
            Buckets::commit { bucket, epoch, sequence, hash, salt, replaces: bounded(replaces)? }.into()
        },
        BucketCall::Remove { bucket } => Buckets::remove { bucket }.into(),
        BucketCall::SetLabel { bucket, label } => Buckets::set_label { bucket, label: bounded(label)? }.into(),
        BucketCall::Publish { bucket, key } => Buckets::publish { bucket, key }.into(),
        BucketCall::DropDeal { bucket, deal } => Buckets::drop_deal { bucket, deal }.into(),
        BucketCall::ProlongDeal { bucket, maker, deal, term, max_price } => {
            Buckets::prolong_deal { bucket, maker: maker.into(), deal, term, max_price }.into()
        },
    })
}

/// The same of a call about names.
pub(crate) fn name_call(call: NameCall) -> Result<RuntimeCall, String> {
    Ok(match call {
        NameCall::Commit { hash } => Names::commit { hash }.into(),
        NameCall::Register { name, salt, periods, max_price } => {
            Names::register { name: bounded(name.into_bytes())?, salt, periods, max_price }.into()
        },
        NameCall::Renew { name, periods, max_price } => {
            Names::renew { name: bounded(name.into_bytes())?, periods, max_price }.into()
        },
        NameCall::Transfer { path, to } => Names::transfer { path: bounded(path.into_bytes())?, to: AccountId::new(to) }.into(),
        NameCall::SetOperator { path, who, allowed } => {
            Names::set_operator { path: bounded(path.into_bytes())?, who: AccountId::new(who), allowed }.into()
        },
        NameCall::SetRecord { path, key, value } => Names::set_record { path: bounded(path.into_bytes())?, key, value }.into(),
        NameCall::CreateSub { parent, label, owner } => {
            let (parent, label) = (bounded(parent.into_bytes())?, bounded(label.into_bytes())?);
            Names::create_sub { parent, label, owner: AccountId::new(owner) }.into()
        },
        NameCall::RemoveSub { path } => Names::remove_sub { path: bounded(path.into_bytes())? }.into(),
        NameCall::SetReverse { path } => {
            Names::set_reverse { path: path.map(|path| bounded(path.into_bytes())).transpose()? }.into()
        },
        NameCall::Release { name } => Names::release { name: bounded(name.into_bytes())? }.into(),
        NameCall::Reclaim { node, limit } => Names::reclaim { node, limit }.into(),
        NameCall::Uncommit { hash } => Names::uncommit { hash }.into(),
    })
}

/// An event that daemons act on, in their words.
pub(crate) fn event(event: RuntimeEvent) -> Option<Event> {
    match event {
        RuntimeEvent::Gateways(event) => of_gateway(event),
        RuntimeEvent::Buckets(event) => of_bucket(event),
        RuntimeEvent::Names(event) => of_name(event),
        _ => None,
    }
}

fn of_gateway(event: pallet_idlewild_gateways::Event<Test>) -> Option<Event> {
    use pallet_idlewild_gateways::Event as E;
    let event = match event {
        E::Registered { gateway, owner, .. } => GatewayEvent::Registered { gateway: gateway.into(), owner: owner.into() },
        E::Allowed { gateway, allowance } => GatewayEvent::Allowed { gateway: gateway.into(), allowance },
        E::EndpointSet { gateway, .. } => GatewayEvent::EndpointSet { gateway: gateway.into() },
        E::Retired { gateway, owner, .. } => GatewayEvent::Retired { gateway: gateway.into(), owner: owner.into() },
        E::Issued { gateway, key, user, .. } => GatewayEvent::Issued { gateway: gateway.into(), key, user: user.into() },
        E::Rotated { gateway, key, generation } => GatewayEvent::Rotated { gateway: gateway.into(), key, generation },
        E::ScopesSet { gateway, key, .. } => GatewayEvent::ScopesSet { gateway: gateway.into(), key },
        E::Revoked { gateway, key } => GatewayEvent::Revoked { gateway: gateway.into(), key },
        E::Acted { gateway, owner, spent, allowance } => {
            GatewayEvent::Acted { gateway: gateway.into(), owner: owner.into(), spent, allowance }
        },
        _ => return None,
    };
    Some(event.into())
}

fn of_bucket(event: pallet_idlewild_buckets::Event<Test>) -> Option<Event> {
    use pallet_idlewild_buckets::Event as E;
    let event = match event {
        E::Created { bucket, owner } => BucketEvent::Created { bucket, owner: owner.into() },
        E::Granted { bucket, gateway } => BucketEvent::Granted { bucket, gateway: gateway.into() },
        E::Withdrawn { bucket, gateway } => BucketEvent::Withdrawn { bucket, gateway: gateway.into() },
        E::Acquired { bucket, gateway, epoch, until } => {
            BucketEvent::Acquired { bucket, gateway: gateway.into(), epoch, until }
        },
        E::Released { bucket, gateway } => BucketEvent::Released { bucket, gateway: gateway.into() },
        E::Committed { bucket, gateway, head, replaced } => {
            BucketEvent::Committed { bucket, gateway: gateway.into(), head, replaced: replaced.into_inner() }
        },
        E::Removed { bucket, owner } => BucketEvent::Removed { bucket, owner: owner.into() },
        E::LabelSet { bucket } => BucketEvent::LabelSet { bucket },
        E::Published { bucket, key } => BucketEvent::Published { bucket, key },
        E::DealDropped { bucket, gateway, deal } => BucketEvent::DealDropped { bucket, gateway: gateway.into(), deal },
        E::DealProlonged { bucket, gateway, maker, deal } => {
            BucketEvent::DealProlonged { bucket, gateway: gateway.into(), maker: maker.into(), deal }
        },
        _ => return None,
    };
    Some(event.into())
}

fn of_name(event: pallet_idlewild_names::Event<Test>) -> Option<Event> {
    use pallet_idlewild_names::Event as E;
    let event = match event {
        E::Committed { who, hash } => NameEvent::Committed { who: who.into(), hash },
        E::Registered { node, name, owner, paid, until } => {
            NameEvent::Registered { node, name: name.into_inner(), owner: owner.into(), paid, until }
        },
        E::Renewed { node, name, paid, until, .. } => NameEvent::Renewed { node, name: name.into_inner(), paid, until },
        E::Transferred { node, from, to } => NameEvent::Transferred { node, from: from.into(), to: to.into() },
        E::RecordSet { node, key } => NameEvent::RecordSet { node, key },
        E::RecordRemoved { node, key } => NameEvent::RecordRemoved { node, key },
        E::SubCreated { node, parent, label, owner } => {
            NameEvent::SubCreated { node, parent, label: label.into_inner(), owner: owner.into() }
        },
        E::SubRemoved { node, parent, label } => NameEvent::SubRemoved { node, parent, label: label.into_inner() },
        E::ReverseSet { who, node } => NameEvent::ReverseSet { who: who.into(), node },
        E::Released { node, name } => NameEvent::Released { node, name: name.into_inner() },
        E::Reclaimed { node, records, ended } => NameEvent::Reclaimed { node, records, ended },
        _ => return None,
    };
    Some(event.into())
}
