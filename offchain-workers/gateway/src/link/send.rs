//! Segments to miners, and heads to the chain.

use std::time::Instant;

use idlewild_buckets_primitives::{
    salt::{salt, tag_of},
    view::BucketView,
    Epoch,
};
use idlewild_chain_client::BucketCall;
use idlewild_client::segments::{Content, ReadySegment};
use idlewild_objects::{Bucket, BucketKey, CommitInfo, Line, Sealed};

use super::{Link, LinkError};

impl Link {
    /// Closes what is open of a bucket, and sends what waits. Every step can be done twice: the salt of a deal follows from the segment.
    pub(super) async fn send(&self, bucket: &Bucket, id: u64, key: &BucketKey) -> Result<(), LinkError> {
        let (epoch, view) = self.lease(id).await?;
        self.state().held.insert(bucket.name.clone(), Instant::now());
        // Between two writers: what the one before wrote last is to be a parent of what is written now.
        self.follow(bucket, key, &view).await?;
        self.store.hold(&bucket.name, Line { epoch }).await?;
        if self.is_due(&bucket.name)? {
            self.store.seal(&bucket.name, Line { epoch }).await?;
        }
        if self.is_outdated(&bucket.name, epoch, &view)? || self.is_unheard(&bucket.name, &view)? {
            self.store.seal_further(&bucket.name, Line { epoch }).await?;
        }
        let sealed = self.store.outbox(&bucket.name);
        let tag = tag_of(id, &self.secret.account());
        let mut ready = Vec::with_capacity(sealed.len());
        for segment in &sealed {
            let file = self.store.sealed_bytes(&bucket.name, segment.segment)?;
            let (salt, content) = (salt(tag, segment.segment), Content::File(file.path));
            ready.push(ReadySegment { salt, content, index_offset: file.index_offset });
        }
        if !ready.is_empty() {
            self.store_segments(bucket, key, ready, &sealed).await?;
        }
        self.tell(bucket, id, epoch).await
    }

    /// Sends sealed segments to miners.
    async fn store_segments(
        &self,
        bucket: &Bucket,
        key: &BucketKey,
        ready: Vec<ReadySegment>,
        sealed: &[Sealed],
    ) -> Result<(), LinkError> {
        let deals = self.depot.put(&bucket.name, key, ready, &self.options.wish).await?;
        for (segment, deal) in sealed.iter().zip(deals) {
            self.store.stored(&bucket.name, segment.segment, deal).await?;
            let mut state = self.state();
            state.sent = state.sent.saturating_add(1);
        }
        Ok(())
    }

    /// Whether what was sealed last is of an earlier lease and the chain does not know of it. It is not taken any more; a commit that
    /// follows it is.
    fn is_outdated(&self, bucket: &str, epoch: Epoch, view: &BucketView) -> Result<bool, LinkError> {
        let Some(newest) = self.store.sealed_head(bucket)?.filter(|newest| newest.epoch != epoch) else { return Ok(false) };
        Ok(!self.is_known(bucket, &newest, view)?)
    }

    /// Whether this gateway wrote something before it lost its disk that came to the network and of which the chain was not told: it is
    /// newer than all that the chain knows, so none of that follows it. A commit that does is told.
    pub(super) fn is_unheard(&self, bucket: &str, view: &BucketView) -> Result<bool, LinkError> {
        let known = view.heads.iter().map(|head| (head.epoch, head.sequence)).max();
        let sealed = self.store.sealed_head(bucket)?.map(|sealed| sealed.hash);
        let own = self.secret.account();
        let heads = self.store.heads(bucket)?;
        Ok(heads
            .iter()
            .any(|head| head.origin == own && Some(head.hash) != sealed && Some((head.epoch, head.sequence)) > known))
    }

    /// Whether a commit is a head on chain or comes before one.
    fn is_known(&self, bucket: &str, commit: &CommitInfo, view: &BucketView) -> Result<bool, LinkError> {
        let place = (commit.epoch, commit.sequence);
        for head in &view.heads {
            if self.store.follows(bucket, &head.hash, &commit.hash, place)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Notes what the chain knows of what was written here.
    pub(super) async fn note_told(&self, bucket: &str, view: &BucketView) -> Result<(), LinkError> {
        for head in &view.heads {
            self.store.told(bucket, &head.hash).await?;
        }
        Ok(())
    }

    /// Tells the chain of the newest commit that is on the network with all that it names. Until then nobody else knows of it; an answer
    /// that was lost is noticed the next time, when the head is there.
    async fn tell(&self, bucket: &Bucket, id: u64, epoch: Epoch) -> Result<(), LinkError> {
        let view = self.chain.bucket(id).await?.ok_or(LinkError::Label(id))?;
        self.note_told(&bucket.name, &view).await?;
        // One of another epoch is not taken: what is sent next has one of this epoch that follows it.
        let Some(head) = self.store.untold_head(&bucket.name)?.filter(|head| head.epoch == epoch) else {
            return Ok(());
        };
        let mut replaces = Vec::new();
        for told in &view.heads {
            if self.store.follows(&bucket.name, &head.hash, &told.hash, (told.epoch, told.sequence))? {
                replaces.push(told.hash);
            }
        }
        let salt = salt(tag_of(id, &self.secret.account()), head.segment);
        let (sequence, hash) = (head.sequence, head.hash);
        let call = BucketCall::Commit { bucket: id, epoch, sequence, hash, salt, replaces };
        match self.session.submitter().submit(call.into()).await {
            Ok(_) => {},
            // An answer was lost before.
            Err(error) if error.is("Buckets", "AlreadyHead") => {},
            Err(source) => {
                return Err(LinkError::Submit { what: "the chain was not told of what was written", source });
            },
        }
        Ok(self.store.told(&bucket.name, &hash).await?)
    }
}
