//! Buckets as their owner opens them, who needs no gateway for that: their keys are on chain, sealed to the owner.

use idlewild_buckets_primitives::view::BucketView;
use idlewild_chain_client::{BucketClient, Pages, ReadError};
use idlewild_client::seal::{Receiver, SealError};
use idlewild_objects::BucketKey;
use zeroize::Zeroizing;

use crate::link::{buckets::of_owner, label};

const PAGE: u32 = 100;

/// Why an owner's bucket is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OwnedError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is none.
    #[error("you have no bucket {0}: `idlewild gateway status` shows those of a gateway that runs, with their numbers")]
    NoSuchBucket(String),
    /// It is somebody else's.
    #[error("bucket {0} is not yours: choose the account that owns it with --account")]
    Foreign(u64),
    /// Several have the name.
    #[error("{} of your buckets are called {name}: name one by its number, {}", .numbers.len(), listed(.numbers))]
    Ambiguous {
        /// The name.
        name: String,
        /// Their numbers.
        numbers: Vec<u64>,
    },
    /// Its key does not open.
    #[error("the key of bucket {bucket} does not open for this account: {source}")]
    Seal {
        /// Which bucket.
        bucket: u64,
        /// Why.
        source: SealError,
    },
    /// What opened is no key.
    #[error("what is sealed to you with bucket {0} is no key: the gateway that made the bucket did not make it well")]
    NoKey(u64),
}

fn listed(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" or ")
}

/// A bucket that its owner has opened.
pub struct OwnedBucket {
    /// As the chain has it.
    pub view: BucketView,
    /// Its name, if its label can be read.
    pub name: Option<String>,
    /// Everything in it is encrypted under this.
    pub key: Zeroizing<[u8; 32]>,
}

impl OwnedBucket {
    /// Opens a bucket; `receiver` is its owner's.
    pub fn open(view: BucketView, receiver: &Receiver) -> Result<Self, OwnedError> {
        let bucket = view.id;
        let opened = receiver.open_bytes(&view.sealed, &of_owner(&view.owner));
        let opened = Zeroizing::new(opened.map_err(|source| OwnedError::Seal { bucket, source })?);
        let key: &[u8; 32] = opened.as_slice().try_into().map_err(|_| OwnedError::NoKey(bucket))?;
        let name = label::open(&BucketKey(*key), &view.label);
        Ok(Self { key: Zeroizing::new(*key), name, view })
    }

    /// An owner's bucket by its number on chain, or else by its name.
    pub async fn find(
        chain: &dyn BucketClient,
        owner: [u8; 32],
        receiver: &Receiver,
        wanted: &str,
    ) -> Result<Self, OwnedError> {
        if let Ok(id) = wanted.parse::<u64>() {
            match chain.bucket(id).await? {
                Some(view) if view.owner == owner => return Self::open(view, receiver),
                Some(_) => return Err(OwnedError::Foreign(id)),
                // A name may have digits alone.
                None => {},
            }
        }
        let mut named = Vec::new();
        for view in views_of(chain, owner).await? {
            // Of one that does not open nobody knows the name.
            if let Ok(bucket) = Self::open(view, receiver) {
                if bucket.name.as_deref() == Some(wanted) {
                    named.push(bucket);
                }
            }
        }
        let numbers = || named.iter().map(|bucket| bucket.view.id).collect();
        match named.len() {
            0 => Err(OwnedError::NoSuchBucket(wanted.to_owned())),
            1 => named.pop().ok_or_else(|| OwnedError::NoSuchBucket(wanted.to_owned())),
            _ => Err(OwnedError::Ambiguous { name: wanted.to_owned(), numbers: numbers() }),
        }
    }
}

/// All buckets of an owner, by number.
pub async fn views_of(chain: &dyn BucketClient, owner: [u8; 32]) -> Result<Vec<BucketView>, ReadError> {
    Pages::new(PAGE, |bucket: &BucketView| bucket.id, |after, limit| chain.buckets_of(owner, after, limit)).all().await
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use idlewild_buckets_primitives::view::{GrantView, HolderView};
    use idlewild_client::seal;
    use idlewild_storage::keys::StorageSecret;

    use super::*;

    struct Chain(Vec<BucketView>);

    #[async_trait]
    impl BucketClient for Chain {
        async fn bucket(&self, id: u64) -> Result<Option<BucketView>, ReadError> {
            Ok(self.0.iter().find(|bucket| bucket.id == id).cloned())
        }

        async fn buckets_of(&self, owner: [u8; 32], after: Option<u64>, limit: u32) -> Result<Vec<BucketView>, ReadError> {
            let all = self.0.iter().filter(|bucket| bucket.owner == owner && Some(bucket.id) > after);
            Ok(all.take(limit as usize).cloned().collect())
        }

        async fn granted(&self, _: [u8; 32], _: Option<u64>, _: u32) -> Result<Vec<GrantView>, ReadError> {
            Ok(Vec::new())
        }

        async fn grants(&self, _: u64) -> Result<Vec<HolderView>, ReadError> {
            Ok(Vec::new())
        }
    }

    fn bucket(id: u64, owner: [u8; 32], name: &str, receiver: &Receiver) -> BucketView {
        let key = BucketKey([id as u8; 32]);
        BucketView {
            id,
            owner,
            label: label::seal(&key, name).unwrap(),
            sealed: seal::seal_bytes(&key.0, &receiver.public(), &of_owner(&owner)).unwrap(),
            epoch: 0,
            lease: None,
            heads: Vec::new(),
            public: None,
        }
    }

    #[tokio::test]
    async fn an_owner_opens_its_own_buckets_by_number_and_by_name() {
        let (me, other) = ([1; 32], [2; 32]);
        let receiver = Receiver::of(&StorageSecret::new([3; 32]));
        let theirs = Receiver::of(&StorageSecret::new([4; 32]));
        let mut all: Vec<BucketView> = (10..10 + u64::from(PAGE)).map(|id| bucket(id, me, "many", &receiver)).collect();
        all.extend([bucket(200, me, "photos", &receiver), bucket(201, other, "photos", &theirs)]);
        // Sealed to another: it has no name here, and hides none.
        all.push(bucket(202, me, "photos", &theirs));
        let chain = Chain(all);
        let find = |wanted: &'static str| OwnedBucket::find(&chain, me, &receiver, wanted);
        assert_eq!((find("photos").await.unwrap().view.id, *find("200").await.unwrap().key), (200, [200; 32]));
        assert_eq!(find("10").await.unwrap().name.as_deref(), Some("many"));
        assert!(matches!(find("201").await, Err(OwnedError::Foreign(201))));
        assert!(matches!(find("202").await, Err(OwnedError::Seal { bucket: 202, .. })));
        assert!(matches!(find("none").await, Err(OwnedError::NoSuchBucket(_))));
        assert!(matches!(find("9999").await, Err(OwnedError::NoSuchBucket(_))));
        assert!(matches!(find("many").await, Err(OwnedError::Ambiguous { numbers, .. }) if numbers.len() == 100));
    }
}
