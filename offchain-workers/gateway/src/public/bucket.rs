//! Following a bucket of another owner whose key is on chain. What can be read is shown: a commit that cannot keeps no other back, and is
//! tried again.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
    time::Instant,
};

use futures::{stream, StreamExt};
use idlewild_buckets_primitives::view::BucketView;
use idlewild_objects::{ApplyError, BucketInit, BucketKey, Commit};

use super::{
    remote::{RemoteError, Segment},
    shelf::{self, Item},
    Public, PublicError, What,
};
use crate::written::{has_heads, Written};

/// Commits that are on their way at a time.
const AT_ONCE: usize = 8;

/// What came of reading commits.
#[derive(Default)]
struct Read {
    commits: Vec<(u64, Commit)>,
    /// Deals that could not be read, and why.
    failed: Vec<(u64, PublicError)>,
    /// Whether some were not even tried.
    is_cut_short: bool,
}

/// Bytes of the commit at the end of a segment; none where it has bytes of objects alone.
fn commit_bytes(segment: &Segment) -> u64 {
    u64::from(segment.length.saturating_sub(segment.objects))
}

impl Public {
    /// Brings a bucket here, as it is on the network now.
    pub(super) async fn follow(&self, id: u64) -> Result<(), PublicError> {
        let what = What::Bucket(id);
        let Some(view) = self.remote.bucket(id).await? else {
            self.shelf.remove(&self.store, what).await;
            return Err(PublicError::NoBucket(id));
        };
        let key = view.public.ok_or(PublicError::NotPublic(id))?;
        let name = match self.whole_copy(id, key).await? {
            Some(name) => name,
            None => self.begin(id, key).await?,
        };
        // Nothing that is being brought here makes room for others.
        let _held = self.shelf.look(what, |item| item.held.clone());
        let brought = self.in_time(self.bring(&name, &view, &key)).await;
        match &brought {
            Ok(()) => {
                self.shelf.look(what, |item| item.checked = Some(Instant::now()));
            },
            // What never was here takes no room.
            Err(_) if self.store.heads(&name).is_ok_and(|heads| heads.is_empty()) => {
                self.shelf.remove(&self.store, what).await;
            },
            Err(_) => {},
        }
        brought
    }

    /// What is here of a bucket. A copy in which a commit is half taken over goes, as its other half may never come; and so does one
    /// under another key, which is of another chain.
    async fn whole_copy(&self, id: u64, key: [u8; 32]) -> Result<Option<String>, PublicError> {
        let what = What::Bucket(id);
        let Some(name) = self.shelf.look(what, |item| item.name.clone()) else { return Ok(None) };
        let is_same = self.store.bucket(&name).and_then(|bucket| bucket.key).is_some_and(|known| known.0 == key);
        if is_same && !self.store.is_amid(&name).await? {
            self.shelf.look(what, |item| item.is_amid = false);
            return Ok(Some(name));
        }
        self.shelf.remove(&self.store, what).await;
        Ok(None)
    }

    async fn begin(&self, id: u64, key: [u8; 32]) -> Result<String, PublicError> {
        let what = What::Bucket(id);
        self.shelf.room_for_bucket(&self.store, self.options.buckets).await?;
        self.state().unread.keep_only(|bucket| bucket != id && self.shelf.has(What::Bucket(bucket)));
        let name = shelf::new_name(what);
        let init = BucketInit { id: Some(id), key: Some(BucketKey(key)), ..BucketInit::default() };
        self.store.create_bucket(&name, init).await?;
        self.shelf.insert(what, Item::new(&name, 0, None, None));
        Ok(name)
    }

    /// Takes over what is on the network and not here, as far as it can be read.
    async fn bring(&self, name: &str, view: &BucketView, key: &[u8; 32]) -> Result<(), PublicError> {
        let what = What::Bucket(view.id);
        let heads: Vec<_> = view.heads.iter().map(|head| head.hash).collect();
        let whole = has_heads(&self.store, name, view)?;
        let is_shown = self.shelf.is_checked(what);
        let is_first = self.state().unread.is_first(view.id);
        // What could not be read before the gateway was stopped is noticed by the gap that it left.
        if is_first && whole && !self.store.has_gaps(name)? {
            self.state().unread.looked(view.id, heads, &HashSet::new(), Instant::now());
            return Ok(());
        }
        if is_shown && !self.state().unread.is_due(view.id, &heads, whole, Instant::now()) {
            return Ok(());
        }
        let segments = self.remote.segments(view, key).await?;
        let gateways = self.remote.gateways(view.id).await?;
        let deals: HashSet<u64> = segments.iter().map(|segment| segment.deal).collect();
        let known = self.store.deals(name)?;
        let Read { commits, mut failed, is_cut_short } = self.commits(view.id, key, &segments, &known).await?;
        let written = Written::new(view.id, gateways.into_iter().chain(self.store.origins(name)?), commits);
        for segment in segments.iter().filter(|segment| !known.contains_key(&segment.deal)) {
            let Some(place) = written.place(&segment.salt, segment.objects) else { continue };
            self.store.placed(name, place, segment.deal).await?;
        }
        for (deal, commit) in &written.commits {
            self.shelf.look(what, |item| item.is_amid = true);
            match self.store.apply(name, commit, *deal).await {
                Ok(_) => {},
                Err(ApplyError::Commit(error)) => failed.push((*deal, not_one(view.id, *deal, &error))),
                Err(ApplyError::Store(error)) => return Err(error.into()),
            }
            self.shelf.look(what, |item| {
                item.is_amid = false;
                item.seen.insert(*deal)
            });
            self.state().unread.came(view.id, *deal);
        }
        self.note_unread(view.id, &failed);
        {
            let mut state = self.state();
            state.unread.looked(view.id, heads, &deals, Instant::now());
            if is_cut_short {
                state.unread.cut_short(view.id, Instant::now());
            }
        }
        if has_heads(&self.store, name, view)? || !self.store.heads(name)?.is_empty() {
            return Ok(());
        }
        match failed.into_iter().next() {
            Some((_, error)) => Err(error),
            None if segments.is_empty() => Err(PublicError::WrongKey(view.id)),
            // Their deals may be over; what is left of the bucket is shown.
            None => Ok(()),
        }
    }

    /// Notes what could not be read, and tells of it once.
    fn note_unread(&self, bucket: u64, failed: &[(u64, PublicError)]) {
        let now = Instant::now();
        let new: Vec<_> = {
            let mut state = self.state();
            failed.iter().filter(|(deal, error)| state.unread.failed(bucket, *deal, error.to_string(), now)).collect()
        };
        if let Some((deal, error)) = new.first() {
            tracing::warn!(
                bucket,
                deals = new.len(),
                deal,
                %error,
                "what deals of a public bucket say cannot be read; the rest is shown without it, and it is tried again"
            );
        }
    }

    /// The commits that are not here yet, as far as they can be read now.
    async fn commits(
        &self,
        bucket: u64,
        key: &[u8; 32],
        segments: &[Segment],
        known: &HashMap<u64, bool>,
    ) -> Result<Read, PublicError> {
        let what = What::Bucket(bucket);
        let is_shown = self.shelf.is_checked(what);
        let (seen, taken) = self.shelf.look(what, |item| (item.seen.clone(), item.bytes)).unwrap_or_default();
        let is_here = |deal: &u64| seen.contains(deal) || known.get(deal).is_some_and(|is_applied| *is_applied);
        let with_commits = segments.iter().filter(|one| commit_bytes(one) > 0);
        let (here, new): (Vec<&Segment>, Vec<&Segment>) = with_commits.partition(|one| is_here(&one.deal));
        let mut new: Vec<Segment> = {
            let (state, now) = (self.state(), Instant::now());
            // Who sees nothing yet does not wait for what may come sooner.
            let due = new.into_iter().filter(|one| !is_shown || state.unread.may_try(bucket, one.deal, now));
            due.cloned().collect()
        };
        let sum = |bytes: u64, one: &Segment| bytes.saturating_add(commit_bytes(one));
        let taken = taken.max(here.into_iter().fold(0, sum));
        if new.iter().fold(taken, sum) > self.options.history {
            return Err(PublicError::History { bucket, most: self.options.history });
        }
        // What failed before holds up nothing else, and of the rest the newest says the most.
        {
            let state = self.state();
            new.sort_by_cached_key(|one| (state.unread.tries(bucket, one.deal), std::cmp::Reverse(one.deal)));
        }
        // What only takes its time has more of it each time.
        let tries = new.first().map_or(0, |one| self.state().unread.tries(bucket, one.deal));
        let patience = self.options.silence.saturating_mul(tries.min(5).saturating_add(1));
        let begun: Mutex<HashSet<u64>> = Mutex::default();
        let begun = &begun;
        let all: HashSet<u64> = new.iter().map(|one| one.deal).collect();
        let reads = stream::iter(new).map(|segment| async move {
            begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(segment.deal);
            let read = self.remote.commit(key, &segment).await;
            (segment.deal, read)
        });
        let mut reads = reads.buffer_unordered(AT_ONCE);
        let (mut read, mut answered) = (Read::default(), HashSet::new());
        let mut until = tokio::time::Instant::now() + patience;
        // Whoever only fails keeps visitors waiting no longer.
        while let Ok(next) = tokio::time::timeout_at(until, reads.next()).await {
            let Some((deal, bytes)) = next else { return Ok(read) };
            answered.insert(deal);
            match bytes {
                Ok(bytes) => match Commit::decode(&bytes) {
                    Ok(commit) => {
                        let length = bytes.len() as u64;
                        self.shelf.look(what, |item| item.bytes = item.bytes.saturating_add(length));
                        read.commits.push((deal, commit));
                        until = tokio::time::Instant::now() + patience;
                    },
                    Err(error) => read.failed.push((deal, not_one(bucket, deal, &error))),
                },
                // Where the chain is silent nothing is known of the deal.
                Err(error @ RemoteError::Chain(_)) => return Err(error.into()),
                Err(error) => read.failed.push((deal, error.into())),
            }
        }
        drop(reads);
        let begun = begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let late = || PublicError::from(RemoteError::Miners(format!("no answer in {} seconds", patience.as_secs())));
        read.failed.extend(begun.difference(&answered).map(|deal| (*deal, late())));
        read.is_cut_short = begun.len() < all.len();
        Ok(read)
    }
}

fn not_one(bucket: u64, deal: u64, error: &impl ToString) -> PublicError {
    PublicError::Commit { bucket, reason: format!("deal {deal}: {}", error.to_string()) }
}
