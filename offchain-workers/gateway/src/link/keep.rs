//! Deals of buckets, looked after now and then: this gateway's own, those of others that nobody else prolongs, and old commits.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use idlewild_buckets_primitives::{
    salt::{salt, tag_of},
    view::BucketView,
};
use idlewild_client::{put::Told, upkeep::Upkeep, UpkeepError};
use idlewild_objects::{Bucket, BucketKey, Needed};
use idlewild_storage_primitives::{DealId, Salt};

use super::{seconds_since, Link, LinkError};
use crate::status::OthersStatus;

/// How often deals are looked after.
const UPKEEP: Duration = Duration::from_secs(600);
/// How long a deal without bytes of any version is left to be, so that other gateways hear of it.
const GRACE: Duration = Duration::from_secs(86_400);

/// Something that is done for the deals of every bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chore {
    /// This gateway's deals go on, those that hold nothing end, and open slots are filled.
    Own,
    /// Deals of other gateways go on where these do nothing.
    Others,
    /// Deals of old commits are let go.
    Carry,
}

/// All of them, what keeps objects from being lost first.
const CHORES: [Chore; 3] = [Chore::Own, Chore::Others, Chore::Carry];

/// Whoever does them.
#[async_trait]
trait Keeper: Sync {
    async fn see_to(&self, chore: Chore, bucket: &Bucket) -> Result<(), LinkError>;
}

/// Does everything for all buckets: what fails for one keeps nothing else from being done. Tells what failed of each.
async fn keep_all(keeper: &impl Keeper, buckets: &[Bucket]) -> BTreeMap<String, Vec<LinkError>> {
    let mut failed: BTreeMap<String, Vec<LinkError>> = BTreeMap::new();
    for chore in CHORES {
        for bucket in buckets {
            if let Err(error) = keeper.see_to(chore, bucket).await {
                tracing::warn!(?chore, bucket = bucket.name, %error, "deals could not be looked after; it is tried again");
                failed.entry(bucket.name.clone()).or_default().push(error);
            }
        }
    }
    failed
}

#[async_trait]
impl Keeper for Link {
    async fn see_to(&self, chore: Chore, bucket: &Bucket) -> Result<(), LinkError> {
        let (Some(id), Some(key)) = (bucket.id, &bucket.key) else { return Ok(()) };
        let Some(view) = self.chain.bucket(id).await? else { return Ok(()) };
        match chore {
            Chore::Own => self.keep_own(bucket, id, key, &view).await,
            Chore::Others => self.keep_others(bucket, id, key).await,
            Chore::Carry => self.carry(bucket, id, key, &view).await,
        }
    }
}

impl Link {
    /// Looks after the deals now and then. An error is the chain's silence, and all of it is to be tried again soon.
    pub(super) async fn keep(&self) -> Result<(), LinkError> {
        let due = self.state().kept.is_none_or(|kept| kept.elapsed() >= UPKEEP);
        if !due {
            return Ok(());
        }
        let buckets = self.store.buckets();
        let failed = keep_all(self, &buckets).await;
        let mut silence = None;
        let mut state = self.state();
        state.unkept.clear();
        for (bucket, errors) in failed {
            let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
            state.unkept.insert(bucket, words.join("; "));
            silence = silence.or(errors.into_iter().find(|error| matches!(error, LinkError::Read(_))));
        }
        state.others.retain(|name, _| buckets.iter().any(|bucket| bucket.name == *name));
        match silence {
            Some(error) => Err(error),
            None => {
                state.kept = Some(Instant::now());
                Ok(())
            },
        }
    }

    async fn keep_own(&self, bucket: &Bucket, id: u64, key: &BucketKey, view: &BucketView) -> Result<(), LinkError> {
        let told = self.told(id, view);
        // A store that cannot say what is dead is no reason to let the rest die.
        let (dead, mut failure) = match self.store.dead_deals(&bucket.name).await {
            Ok(dead) => (dead, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let dead = dead.into_iter().filter(|dead| !told.contains(&dead.segment));
        let gone = dead.filter(|dead| seconds_since(dead.since) >= GRACE.as_secs());
        let segments: BTreeMap<u64, u64> = gone.map(|dead| (dead.deal, dead.segment)).collect();
        let wish = self.options.wish;
        let upkeep = Upkeep { wish, ends_within: wish.term / 2, dead: segments.keys().copied().collect() };
        let report = self.session_of(key).upkeep(id, &upkeep, &(Arc::new(|_| {}) as Told)).await?;
        for segment in report.cancelled.iter().filter_map(|deal| segments.get(deal)) {
            failure = failure.or(self.store.cancelled(&bucket.name, *segment).await.err());
        }
        unkept(&bucket.name, &report.failed)?;
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// A gateway that is gone prolongs nothing any more; whoever goes on with the bucket does it instead.
    async fn keep_others(&self, bucket: &Bucket, id: u64, key: &BucketKey) -> Result<(), LinkError> {
        // What could not be read may refer to any of them.
        let grace = if self.state().unread.of(id).is_some() { Duration::MAX } else { GRACE };
        let needed = self.store.needed_of_others(&bucket.name, grace).await?;
        let account = self.secret.account();
        let is_ours = !needed.is_empty() && {
            let holders = self.chain.grants(id).await?;
            holders.iter().any(|holder| holder.counts && holder.gateway == account)
        };
        if !is_ours {
            self.state().others.remove(&bucket.name);
            return Ok(());
        }
        let salt_of = |of: &Needed| salt(tag_of(id, &of.origin), of.number);
        let makers: HashMap<Salt, [u8; 32]> = needed.iter().map(|of| (salt_of(of), of.origin)).collect();
        let report = self.session_of(key).prolong(id, &makers, &self.options.wish).await?;
        // What was needed for its commit alone may have been let go by its maker.
        let with_bytes: HashSet<Salt> = needed.iter().filter(|of| of.has_bytes).map(salt_of).collect();
        let lost = report.gone.iter().filter(|salt| with_bytes.contains(*salt)).count();
        let now = OthersStatus {
            deals: needed.len().saturating_sub(report.gone.len()) as u64,
            prolonged: report.extended.len() as u64,
            failed: report.failed.len() as u64,
            lost: lost as u64,
        };
        if !report.extended.is_empty() {
            tracing::info!(bucket = bucket.name, deals = ?report.extended, "deals of other gateways were prolonged");
        }
        {
            let mut state = self.state();
            let before = state.others.remove(&bucket.name).unwrap_or_default();
            let prolonged = before.prolonged.saturating_add(now.prolonged);
            state.others.insert(bucket.name.clone(), OthersStatus { prolonged, ..now });
        }
        unkept(&bucket.name, &report.failed)
    }
}

/// Tells of deals that could not be looked after. What is wrong with a slot or a deal that should end costs no object.
fn unkept(bucket: &str, failed: &[(DealId, UpkeepError)]) -> Result<(), LinkError> {
    for (deal, error) in failed {
        tracing::warn!(deal, bucket, %error, "a deal could not be looked after; it is tried again");
    }
    let ending = || failed.iter().filter(|(_, error)| matches!(error, UpkeepError::Extend(_)));
    match ending().next() {
        Some((deal, error)) => {
            Err(LinkError::Unkept { deal: *deal, others: ending().count().saturating_sub(1), reason: error.to_string() })
        },
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use idlewild_chain_client::{ReadError, SubmitError};

    use super::*;

    /// Fails at some, and remembers what it was asked for.
    #[derive(Default)]
    struct Sham {
        fails: Vec<(Chore, &'static str)>,
        asked: Mutex<Vec<(Chore, String)>>,
    }

    #[async_trait]
    impl Keeper for Sham {
        async fn see_to(&self, chore: Chore, bucket: &Bucket) -> Result<(), LinkError> {
            self.asked.lock().unwrap().push((chore, bucket.name.clone()));
            match self.fails.contains(&(chore, bucket.name.as_str())) {
                true => Err(LinkError::Commit { deal: 7, reason: format!("{chore:?}") }),
                false => Ok(()),
            }
        }
    }

    fn bucket(name: &str) -> Bucket {
        let (name, versioning) = (name.to_owned(), idlewild_objects::Versioning::Off);
        Bucket { name, number: 1, id: Some(1), key: None, versioning, object_lock: false, created: 0 }
    }

    #[tokio::test]
    async fn what_fails_for_one_bucket_keeps_nothing_else_from_being_done() {
        let buckets = ["a", "b", "c"].map(bucket);
        let fails = vec![(Chore::Carry, "a"), (Chore::Own, "b"), (Chore::Others, "b")];
        let sham = Sham { fails, ..Sham::default() };
        let failed = keep_all(&sham, &buckets).await;
        let asked = sham.asked.into_inner().unwrap();
        let all: Vec<_> = CHORES.iter().flat_map(|chore| buckets.iter().map(|one| (*chore, one.name.clone()))).collect();
        assert_eq!(asked, all, "everything, and what prolongs deals before the rest");
        assert_eq!(CHORES[2], Chore::Carry);
        let told: Vec<_> = failed.iter().map(|(name, errors)| (name.as_str(), errors.len())).collect();
        assert_eq!(told, [("a", 1), ("b", 2)]);
    }

    #[test]
    fn only_what_may_lose_objects_is_told() {
        let filling = UpkeepError::Fill(ReadError::Rpc("gone".into()).into());
        assert!(unkept("a", &[(1, filling)]).is_ok());
        let extending = || {
            UpkeepError::Extend(SubmitError::Refused {
                pallet: "Deals".into(),
                name: "NobodyAccepts".into(),
                docs: String::new(),
            })
        };
        let told = unkept("a", &[(1, extending()), (2, extending())]).unwrap_err().to_string();
        assert!(told.contains("deal 1") && told.contains("1 other") && told.contains("NobodyAccepts"), "{told}");
    }
}
