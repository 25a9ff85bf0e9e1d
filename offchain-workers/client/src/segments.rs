//! Segments that are ready made: each becomes a deal under the salt that it comes with.
//!
//! Whoever makes them keeps an account of what is in them; here they are bytes. What is to be done on chain once their deals stand goes
//! into one transaction with the last of them.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use bytes::Bytes;
use idlewild_chain_client::Call;
use idlewild_storage::{keys::PlainHash, packer::Segment};
use idlewild_storage_primitives::{
    geometry::{sealed_len, MAX_SEGMENT_BYTES},
    Balance, Salt,
};

use crate::{
    deals::{Aim, Standing},
    encoding::{Encoding, Supply},
    market::{Market, Offer, Wish},
    put::{PutError, PutEvent, PutReport, Told},
    session::Session,
};

/// A segment's plaintext.
#[derive(Clone, Debug)]
pub enum Content {
    /// In memory.
    Bytes(Bytes),
    /// The whole of a file, which is read when its turn comes, and must not change until then.
    File(PathBuf),
}

/// A segment to be stored as it is.
#[derive(Clone, Debug)]
pub struct ReadySegment {
    /// The salt of its deal. It follows from what the segment is, so that it is the same when the segment is put again.
    pub salt: Salt,
    /// Its plaintext: contents and then the index, whatever that is; 64 MiB at most.
    pub content: Content,
    /// Where the index begins.
    pub index_offset: u32,
}

/// How segments are put.
#[derive(Clone, Copy, Debug)]
pub struct SegmentOptions {
    /// What is asked of deals.
    pub wish: Wish,
    /// The most that the new deals may have on hold together; [`Balance::MAX`] where only the wish's price bounds it.
    pub agreed: Balance,
    /// Whether any of the segments may have been put before: those whose deals stand are then not sent again.
    pub again: bool,
}

impl ReadySegment {
    /// What it is called in errors.
    fn name(&self) -> String {
        match &self.content {
            Content::File(path) => path.display().to_string(),
            Content::Bytes(_) => format!("with salt {:032x}", u128::from_be_bytes(self.salt)),
        }
    }

    fn unfit(&self, reason: impl ToString) -> PutError {
        PutError::Segment { name: self.name(), reason: reason.to_string() }
    }

    /// Its bytes, where a segment can have so many and its index is within them.
    fn length(&self) -> Result<u32, PutError> {
        let length = match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(path) => std::fs::metadata(path).map_err(|error| self.unfit(error))?.len(),
        };
        match u32::try_from(length) {
            Ok(length) if (1..=MAX_SEGMENT_BYTES).contains(&length) && self.index_offset <= length => Ok(length),
            _ => Err(self.unfit(format!(
                "it has {length} bytes with an index from {} on; a segment has 1 to {MAX_SEGMENT_BYTES}, and its index is within it",
                self.index_offset
            ))),
        }
    }

    /// The segment itself.
    pub(crate) fn read(&self) -> Result<Segment, PutError> {
        let length = self.length()?;
        let bytes = match &self.content {
            Content::Bytes(bytes) => bytes.clone().into(),
            Content::File(path) => std::fs::read(path).map_err(|error| self.unfit(error))?,
        };
        match bytes.len() == length as usize {
            true => Ok(Segment { bytes, index_offset: self.index_offset }),
            false => Err(self.unfit("its file changed while it was read")),
        }
    }
}

impl Session {
    /// What storing segments would cost, but for those whose deals stand where these are looked for.
    pub async fn offer_segments(&self, segments: &[ReadySegment], options: &SegmentOptions) -> Result<Offer, PutError> {
        let known = self.known(segments, options).await?;
        self.offer_left(&left_of(segments, &known)?, known.len(), options).await
    }

    /// Stores segments, each as a deal under its salt, several in a transaction, and with the last of them carries out `further`, or
    /// alone where all stood already. The report's deals are in the order of the segments. Memory is a few segments, however many
    /// there are.
    ///
    /// `further` is sent as it is: what is to be done for the owner comes as [`Session::call`] makes it. It is carried out only where
    /// all deals were asked for in the same transaction or stand. Two things can be otherwise than hoped:
    ///
    /// - [`PutError::Skipped`]: of the deals that were asked for last one was left out, as too few of its miners had room by then.
    ///   `further` may have been carried out all the same. Put again, that deal is made.
    /// - [`PutError::Further`]: all deals stand, and `further` was refused. That is so also where an earlier sending of it was carried
    ///   out and its answer was lost: the chain knows.
    ///
    /// Where it fails, deals of segments that were at their miners still are made: put again with [`SegmentOptions::again`], it goes on
    /// from there.
    pub async fn put_segments(
        &self,
        segments: Vec<ReadySegment>,
        options: &SegmentOptions,
        further: Vec<Call>,
        event: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<PutReport, PutError> {
        let event: Told = Arc::new(event);
        let known = self.known(&segments, options).await?;
        let left = left_of(&segments, &known)?;
        if !known.is_empty() {
            event(PutEvent::Resumed { deals: known.len() });
        }
        if !left.is_empty() {
            self.check_means(&self.offer_left(&left, known.len(), options).await?, options.agreed).await?;
        }
        let salts: Vec<Salt> = segments.iter().map(|segment| segment.salt).collect();
        let hashes: HashMap<Salt, PlainHash> = known.iter().map(|(salt, standing)| (*salt, standing.hash)).collect();
        let shape = (options.wish.geometry, options.wish.copies);
        let encoding = Encoding::begin(Supply::Ready(segments), shape, self.secret.clone(), hashes)?;
        let aim = Aim { agreed: options.agreed, deals: left.len(), further: further.clone() };
        let made = self.carry_out(encoding, &options.wish, aim, &event).await?;
        if left.is_empty() && !further.is_empty() {
            self.submit_further(&further).await?;
        }
        Ok(in_order(&salts, &known, made))
    }

    /// Deals of an earlier try.
    async fn known(&self, segments: &[ReadySegment], options: &SegmentOptions) -> Result<HashMap<Salt, Standing>, PutError> {
        match options.again {
            true => Ok(self.deals_of_salts(&segments.iter().map(|segment| segment.salt).collect()).await?),
            false => Ok(HashMap::new()),
        }
    }

    async fn offer_left(&self, left: &[(Salt, u32)], standing: usize, options: &SegmentOptions) -> Result<Offer, PutError> {
        let standing = standing as u32;
        let Some(longest) = left.iter().map(|(_, length)| *length).max() else {
            return Ok(Offer { standing, ..Offer::default() });
        };
        let shard = options.wish.geometry.shard_len(sealed_len(longest)).unwrap_or(u32::MAX);
        let market = Market::survey(self.chain(), shard).await?;
        Ok(Offer { standing, ..market.offer(left, &options.wish)? })
    }
}

/// The salts and lengths of what has no deal yet. No salt can be spent twice.
fn left_of(segments: &[ReadySegment], known: &HashMap<Salt, Standing>) -> Result<Vec<(Salt, u32)>, PutError> {
    let mut salts = HashSet::new();
    let mut left = Vec::new();
    for segment in segments {
        let length = segment.length()?;
        if !salts.insert(segment.salt) {
            return Err(segment.unfit("another segment has the same salt"));
        }
        if !known.contains_key(&segment.salt) {
            left.push((segment.salt, length));
        }
    }
    Ok(left)
}

/// What was made, and what stood, in the order of the segments' salts.
fn in_order(salts: &[Salt], known: &HashMap<Salt, Standing>, made: PutReport) -> PutReport {
    let mut report = PutReport { deals: Vec::with_capacity(salts.len()), resumed: known.len(), ..made };
    let mut made = made.deals.into_iter();
    for salt in salts {
        match known.get(salt) {
            Some(standing) => {
                report.deals.push(standing.deal);
                report.open.push(standing.deal);
                report.held = report.held.saturating_add(standing.held);
                report.bytes = report.bytes.saturating_add(u64::from(standing.bytes));
            },
            None => report.deals.extend(made.next()),
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(salt: u8, bytes: usize, index_offset: u32) -> ReadySegment {
        ReadySegment { salt: [salt; 16], content: Content::Bytes(vec![salt; bytes].into()), index_offset }
    }

    #[test]
    fn what_can_be_no_segment_is_refused_before_anything_is_sent() {
        let known = HashMap::new();
        assert_eq!(left_of(&[segment(1, 10, 10), segment(2, 7, 0)], &known).unwrap(), [([1; 16], 10), ([2; 16], 7)]);
        let refused = |segments: &[ReadySegment]| left_of(segments, &known).unwrap_err().to_string();
        assert!(refused(&[segment(1, 0, 0)]).contains("1 to 67108864"));
        assert!(refused(&[segment(1, 10, 11)]).contains("index from 11 on"));
        assert!(refused(&[segment(1, 10, 10), segment(1, 11, 10)]).contains("the same salt"));
        let gone = ReadySegment { content: Content::File("/nowhere/5.segment".into()), ..segment(1, 1, 0) };
        assert!(refused(&[gone]).contains("/nowhere/5.segment"));
    }

    #[test]
    fn deals_are_told_in_the_order_of_their_segments() {
        let standing = |deal| Standing { deal, hash: [0; 32], bytes: 100, held: 5 };
        let known = HashMap::from([([2; 16], standing(20)), ([4; 16], standing(40))]);
        let made = PutReport { deals: vec![71, 72], held: 3, bytes: 10, ..PutReport::default() };
        let report = in_order(&[[1; 16], [2; 16], [3; 16], [4; 16]], &known, made);
        assert_eq!(report.deals, [71, 20, 72, 40]);
        assert_eq!((report.held, report.bytes, report.resumed), (13, 210, 2));
    }
}
