//! Events of gateways, buckets, names and shares, out of the chain's words and into ours.

use crate::{
    buckets::BucketEvent, event::Event, gateways::GatewayEvent, metadata::runtime_types as types, names::NameEvent,
    shares::ShareEvent,
};

/// The event of a gateway in our words.
pub(super) fn of_gateways(event: types::pallet_idlewild_gateways::pallet::Event) -> Event {
    use types::pallet_idlewild_gateways::pallet::Event as E;
    let event = match event {
        E::Registered { gateway, owner, .. } => GatewayEvent::Registered { gateway: gateway.0, owner: owner.0 },
        E::Allowed { gateway, allowance } => GatewayEvent::Allowed { gateway: gateway.0, allowance },
        E::EndpointSet { gateway, .. } => GatewayEvent::EndpointSet { gateway: gateway.0 },
        E::Retired { gateway, owner, .. } => GatewayEvent::Retired { gateway: gateway.0, owner: owner.0 },
        E::Issued { gateway, key, user, .. } => GatewayEvent::Issued { gateway: gateway.0, key, user: user.0 },
        E::Rotated { gateway, key, generation } => GatewayEvent::Rotated { gateway: gateway.0, key, generation },
        E::ScopesSet { gateway, key, .. } => GatewayEvent::ScopesSet { gateway: gateway.0, key },
        E::Revoked { gateway, key } => GatewayEvent::Revoked { gateway: gateway.0, key },
        E::Acted { gateway, owner, spent, allowance } => {
            GatewayEvent::Acted { gateway: gateway.0, owner: owner.0, spent, allowance }
        },
    };
    event.into()
}

/// The event of a bucket in our words.
pub(super) fn of_buckets(event: types::pallet_idlewild_buckets::pallet::Event) -> Event {
    use types::pallet_idlewild_buckets::pallet::Event as E;
    let event = match event {
        E::Created { bucket, owner } => BucketEvent::Created { bucket, owner: owner.0 },
        E::Granted { bucket, gateway } => BucketEvent::Granted { bucket, gateway: gateway.0 },
        E::Withdrawn { bucket, gateway } => BucketEvent::Withdrawn { bucket, gateway: gateway.0 },
        E::Acquired { bucket, gateway, epoch, until } => BucketEvent::Acquired { bucket, gateway: gateway.0, epoch, until },
        E::Released { bucket, gateway } => BucketEvent::Released { bucket, gateway: gateway.0 },
        E::Committed { bucket, gateway, head, replaced } => {
            BucketEvent::Committed { bucket, gateway: gateway.0, head: head.0, replaced: replaced.0 }
        },
        E::Removed { bucket, owner } => BucketEvent::Removed { bucket, owner: owner.0 },
        E::LabelSet { bucket } => BucketEvent::LabelSet { bucket },
        E::Published { bucket, key } => BucketEvent::Published { bucket, key },
        E::DealDropped { bucket, gateway, deal } => BucketEvent::DealDropped { bucket, gateway: gateway.0, deal },
        E::DealProlonged { bucket, gateway, maker, deal } => {
            BucketEvent::DealProlonged { bucket, gateway: gateway.0, maker: maker.0, deal }
        },
    };
    event.into()
}

/// The event of a name in our words, where somebody acts on it.
pub(super) fn of_names(event: types::pallet_idlewild_names::pallet::Event) -> Option<Event> {
    use types::pallet_idlewild_names::pallet::Event as E;
    let event = match event {
        E::Committed { who, hash } => NameEvent::Committed { who: who.0, hash },
        E::Registered { node, name, owner, paid, until } => {
            NameEvent::Registered { node, name: name.0, owner: owner.0, paid, until }
        },
        E::Renewed { node, name, paid, until, .. } => NameEvent::Renewed { node, name: name.0, paid, until },
        E::Transferred { node, from, to } => NameEvent::Transferred { node, from: from.0, to: to.0 },
        E::RecordSet { node, key } => NameEvent::RecordSet { node, key: key.0 },
        E::RecordRemoved { node, key } => NameEvent::RecordRemoved { node, key: key.0 },
        E::SubCreated { node, parent, label, owner } => NameEvent::SubCreated { node, parent, label: label.0, owner: owner.0 },
        E::SubRemoved { node, parent, label } => NameEvent::SubRemoved { node, parent, label: label.0 },
        E::ReverseSet { who, node } => NameEvent::ReverseSet { who: who.0, node },
        E::Released { node, name } => NameEvent::Released { node, name: name.0 },
        E::Reclaimed { node, records, ended } => NameEvent::Reclaimed { node, records, ended },
        E::Uncommitted { .. } | E::OperatorSet { .. } => return None,
    };
    Some(event.into())
}

/// The event of a share or a publication in our words.
pub(super) fn of_shares(event: types::pallet_idlewild_shares::pallet::Event) -> Event {
    use types::pallet_idlewild_shares::pallet::Event as E;
    let event = match event {
        E::KeyAnnounced { account, key } => ShareEvent::KeyAnnounced { account: account.0, key },
        E::KeyConcealed { account } => ShareEvent::KeyConcealed { account: account.0 },
        E::Shared { share, owner, root, to, until } => {
            ShareEvent::Shared { share, owner: owner.0, root, to: to.map(|account| account.0), until }
        },
        E::Revoked { share, owner } => ShareEvent::Revoked { share, owner: owner.0 },
        E::Published { publication, owner, root, hash, length } => {
            ShareEvent::Published { publication, owner: owner.0, root, hash, length }
        },
        E::Relocated { publication, root } => ShareEvent::Relocated { publication, root },
        E::Withdrawn { publication, owner } => ShareEvent::Withdrawn { publication, owner: owner.0 },
    };
    event.into()
}
