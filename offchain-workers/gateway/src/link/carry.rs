//! Letting go of deals that stand for old commits alone.

use std::{collections::HashSet, future::Future};

use idlewild_buckets_primitives::{
    salt::{number_of, tag_of},
    view::BucketView,
};
use idlewild_client::Session;
use idlewild_objects::{Bucket, BucketKey, Burden, Commit};
use rand::seq::SliceRandom;

use super::{Link, LinkError};

/// Deals of commits alone that a bucket may have: telling of them again costs as much as keeping a few.
const MOST: usize = 16;
/// Commits that are carried on at a time; the rest have their turn later.
const AT_ONCE: usize = 64;
/// Commits that may be impossible to read at a time: each takes as long as miners are waited for.
const MOST_FAILURES: usize = 4;

impl Link {
    /// Segments of this gateway by which the chain tells where a bucket stands. Their deals stay, whatever is in them.
    pub(super) fn told(&self, id: u64, view: &BucketView) -> HashSet<u64> {
        let tag = tag_of(id, &self.secret.account());
        view.heads.iter().filter_map(|head| number_of(tag, &head.salt)).collect()
    }

    /// Has the next commit say what old ones say, where these keep many deals that hold nothing else. Only where this gateway writes the
    /// bucket anyway: what nobody writes gets no more of them.
    pub(super) async fn carry(&self, bucket: &Bucket, id: u64, key: &BucketKey, view: &BucketView) -> Result<(), LinkError> {
        if !self.holds(&bucket.name) {
            return Ok(());
        }
        let told = self.told(id, view);
        let mut burdens = self.store.burdens(&bucket.name)?;
        burdens.retain(|burden| !told.contains(&burden.segment));
        if burdens.len() < MOST {
            return Ok(());
        }
        // Those that cannot be read come first again and again if they are the oldest.
        burdens.shuffle(&mut rand::thread_rng());
        let (session, name) = (self.session_of(key), bucket.name.as_str());
        let (commits, failed) = some(&burdens, |burden| self.carry_one(&session, name, burden)).await;
        if commits > 0 {
            tracing::info!(bucket = bucket.name, commits, "old commits are told again, so that their deals can end");
        }
        failed.map_or(Ok(()), Err)
    }

    async fn carry_one(&self, session: &Session, bucket: &str, burden: Burden) -> Result<(), LinkError> {
        let segment = session.open_segment(burden.deal).await?;
        let bytes = session.read_index_bytes(&segment).await?;
        let unreadable = |reason: String| LinkError::Commit { deal: burden.deal, reason };
        let commit = Commit::decode(&bytes).map_err(|error| unreadable(error.to_string()))?;
        let carried = self.store.carry(bucket, burden.segment, &commit).await;
        carried.map_err(|error| unreadable(error.to_string()))
    }
}

/// Carries some on. One that cannot be keeps no other from it; many that cannot are left for later. Tells how many were, and the first
/// failure.
async fn some<F, T>(burdens: &[Burden], carry: F) -> (usize, Option<LinkError>)
where
    F: Fn(Burden) -> T,
    T: Future<Output = Result<(), LinkError>>,
{
    let (mut carried, mut failures, mut first) = (0usize, 0usize, None);
    for burden in burdens {
        if carried >= AT_ONCE || failures >= MOST_FAILURES {
            break;
        }
        match carry(*burden).await {
            Ok(()) => carried = carried.saturating_add(1),
            Err(error) => {
                tracing::warn!(deal = burden.deal, %error, "an old commit could not be told again; it is tried again");
                failures = failures.saturating_add(1);
                first = first.or(Some(error));
            },
        }
    }
    (carried, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many are carried on of so many, where some cannot be.
    async fn carried(all: u64, cannot: impl Fn(u64) -> bool) -> (usize, bool) {
        let burdens: Vec<_> = (0..all).map(|number| Burden { segment: number, deal: number }).collect();
        let carry = |burden: Burden| {
            let outcome = match cannot(burden.deal) {
                true => Err(LinkError::Commit { deal: burden.deal, reason: "no commit".into() }),
                false => Ok(()),
            };
            std::future::ready(outcome)
        };
        let (carried, failed) = some(&burdens, carry).await;
        (carried, failed.is_some())
    }

    #[tokio::test]
    async fn one_that_cannot_be_read_keeps_no_other_from_being_carried_on() {
        assert_eq!(carried(20, |_| false).await, (20, false));
        assert_eq!(carried(20, |deal| deal == 0).await, (19, true));
        assert_eq!(carried(200, |deal| deal == 7).await, (AT_ONCE, true), "the rest have their turn later");
        assert_eq!(carried(200, |_| true).await, (0, true));
    }
}
