//! Between the words of those who share and publish and those of the runtime.

use idlewild_chain_client::{Event, ShareCall, ShareEvent};
use idlewild_shares_primitives::audience::Audience;
use pallet_idlewild_test_runtime::{AccountId, RuntimeCall, Test};

use crate::translate::bounded;

type Shares = pallet_idlewild_shares::Call<Test>;
type RuntimeAudience = pallet_idlewild_shares::types::Audience<AccountId>;

/// A call about shares and publications in the runtime's words, or why it could not even be decoded there.
pub(crate) fn share_call(call: ShareCall) -> Result<RuntimeCall, String> {
    Ok(match call {
        ShareCall::AnnounceKey { key } => Shares::announce_key { key }.into(),
        ShareCall::ConcealKey => Shares::conceal_key {}.into(),
        ShareCall::Share { root, audience: said, until } => Shares::share { root, audience: audience(said)?, until }.into(),
        ShareCall::Revoke { share } => Shares::revoke { share }.into(),
        ShareCall::Publish { root, key, hash, length, name } => {
            Shares::publish { root, key, hash, length, name: bounded(name)? }.into()
        },
        ShareCall::Relocate { publication, root, key } => Shares::relocate { publication, root, key }.into(),
        ShareCall::Withdraw { publication } => Shares::withdraw { publication }.into(),
    })
}

fn audience(said: Audience) -> Result<RuntimeAudience, String> {
    Ok(match said {
        Audience::Link => RuntimeAudience::Link,
        Audience::Account { account, sealed } => {
            RuntimeAudience::Account { account: AccountId::new(account), sealed: bounded(sealed)? }
        },
    })
}

/// An event of a share or a publication in the daemons' words.
pub(crate) fn event(event: pallet_idlewild_shares::Event<Test>) -> Option<Event> {
    use pallet_idlewild_shares::Event as E;
    let event = match event {
        E::KeyAnnounced { account, key } => ShareEvent::KeyAnnounced { account: account.into(), key },
        E::KeyConcealed { account } => ShareEvent::KeyConcealed { account: account.into() },
        E::Shared { share, owner, root, to, until } => {
            ShareEvent::Shared { share, owner: owner.into(), root, to: to.map(Into::into), until }
        },
        E::Revoked { share, owner } => ShareEvent::Revoked { share, owner: owner.into() },
        E::Published { publication, owner, root, hash, length } => {
            ShareEvent::Published { publication, owner: owner.into(), root, hash, length }
        },
        E::Relocated { publication, root } => ShareEvent::Relocated { publication, root },
        E::Withdrawn { publication, owner } => ShareEvent::Withdrawn { publication, owner: owner.into() },
        _ => return None,
    };
    Some(event.into())
}
