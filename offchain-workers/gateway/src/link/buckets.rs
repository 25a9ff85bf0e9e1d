//! Local buckets go on chain, and those of the chain come here.

use codec::Encode;
use idlewild_buckets_primitives::view::GrantView;
use idlewild_chain_client::{BucketCall, BucketClient, BucketEvent, Event, Pages, ReadError};
use idlewild_client::seal;
use idlewild_objects::{BucketError, BucketInit, BucketKey};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::{label, Link, LinkError};

const PAGE: u32 = 100;

/// What a bucket's key is sealed to a gateway for.
pub fn of_gateway(owner: &[u8; 32], gateway: &[u8; 32]) -> Vec<u8> {
    (b"idlewild/bucket-key/1", owner, gateway).encode()
}

/// What it is sealed to its owner for.
pub fn of_owner(owner: &[u8; 32]) -> Vec<u8> {
    (b"idlewild/bucket-key/owner/1", owner).encode()
}

/// The buckets that a gateway was given, by number.
pub async fn granted(chain: &dyn BucketClient, gateway: [u8; 32]) -> Result<Vec<GrantView>, ReadError> {
    Pages::new(PAGE, |grant: &GrantView| grant.bucket.id, |after, limit| chain.granted(gateway, after, limit)).all().await
}

impl Link {
    /// Brings both sides together: a local bucket without a number gets one, and a bucket that this gateway was given is made here.
    pub(super) async fn meet_buckets(&self) -> Result<(), LinkError> {
        let waits = |name: &str| self.store.bucket(name).is_some_and(|bucket| bucket.id.is_none());
        // The oldest first: of two that were made for one name the same one is taken everywhere.
        let granted = granted(&*self.chain, self.secret.account()).await?;
        let here: Vec<u64> = self.store.buckets().into_iter().filter_map(|bucket| bucket.id).collect();
        for grant in granted.iter().filter(|grant| !here.contains(&grant.bucket.id)) {
            let id = grant.bucket.id;
            let key = BucketKey(*self.open(grant)?);
            let name = label::open(&key, &grant.bucket.label).ok_or(LinkError::Label(id))?;
            if waits(&name) {
                // Made on chain by this gateway, which was stopped before it noted that.
                self.store.adopt(&name, id, key).await?;
                continue;
            }
            let init = BucketInit { id: Some(id), key: Some(key.clone()), ..BucketInit::default() };
            match self.store.create_bucket(&name, init.clone()).await {
                Err(BucketError::AlreadyExists) => {
                    self.store.create_bucket(&format!("{name}-{id}"), init).await?;
                },
                made => {
                    made?;
                },
            }
        }
        for bucket in self.store.buckets().into_iter().filter(|bucket| bucket.id.is_none()) {
            self.establish(&bucket.name).await?;
        }
        Ok(())
    }

    fn open(&self, grant: &GrantView) -> Result<Zeroizing<[u8; 32]>, LinkError> {
        let opened =
            Zeroizing::new(self.secret.receiver().open_bytes(&grant.sealed, &of_gateway(&self.owner, &self.secret.account()))?);
        let key: [u8; 32] = opened.as_slice().try_into().map_err(|_| LinkError::Label(grant.bucket.id))?;
        Ok(Zeroizing::new(key))
    }

    /// Makes a local bucket on chain, with its key for the owner and for this gateway.
    async fn establish(&self, name: &str) -> Result<(), LinkError> {
        let Some(record) = self.state().record.clone() else { return Err(LinkError::Unregistered) };
        let mut bytes = Zeroizing::new([0u8; 32]);
        SystemRandom::new().fill(&mut *bytes).map_err(|_| seal::SealError::Refused)?;
        let key = BucketKey(*bytes);
        let label = label::seal(&key, name).ok_or(seal::SealError::Refused)?;
        let account = self.secret.account();
        let sealed = seal::seal_bytes(&key.0, &record.owner_key, &of_owner(&self.owner))?;
        let own = seal::seal_bytes(&key.0, &self.secret.receiver().public(), &of_gateway(&self.owner, &account))?;
        let call = BucketCall::Create { label, sealed, grant: Some((account, own)) };
        let submitted = self.session.submitter().submit(self.session.call(call.into())).await;
        let outcome = submitted.map_err(|source| LinkError::Submit { what: "the bucket was not made on chain", source })?;
        let made = outcome.events.iter().find_map(|event| match event {
            Event::Bucket(BucketEvent::Created { bucket, .. }) => Some(*bucket),
            _ => None,
        });
        if let Some(id) = made {
            self.store.adopt(name, id, key).await?;
        }
        // Else the next round finds it among what this gateway was given.
        Ok(())
    }
}
