//! A range of a copy, from the shards that come first.
//!
//! Asked are the data shards that hold the range. Those that fail, or do not come soon, are made up for by the others: any k of a
//! copy restore every byte of it.

use std::{collections::BTreeSet, future::Future, time::Duration};

use bytes::Bytes;
use futures::{stream::FuturesUnordered, StreamExt};
use idlewild_storage::{
    decode::Fetched,
    erasure::CodeError,
    layout::{Piece, RangePlan},
};

/// What is told of shards while a range is read.
pub(crate) enum Told<E> {
    /// It came.
    Came,
    /// It did not come soon.
    Slow,
    /// It did not come, for this reason.
    Failed(E),
}

/// Fetches what a plan needs from `available` shards; those in `slow` only where it cannot be done without them. `None` where too
/// few are left.
pub(crate) async fn fetch<E, F: Future<Output = Result<Bytes, E>>>(
    plan: &RangePlan,
    available: &[u8],
    mut slow: BTreeSet<u8>,
    patience: Duration,
    ask: impl Fn(Piece) -> F,
    mut tell: impl FnMut(u8, Told<E>),
) -> Result<Option<Fetched>, CodeError> {
    let mut left: BTreeSet<u8> = available.iter().copied().collect();
    let mut fetched = Fetched::default();
    let (mut asked, mut done): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    // Each is enough by itself.
    let mut ways: Vec<Vec<Piece>> = Vec::new();
    let mut under_way = FuturesUnordered::new();
    loop {
        let quick: Vec<u8> = left.difference(&slow).copied().collect();
        let all: Vec<u8> = left.iter().copied().collect();
        let way = match plan.fetches(&quick) {
            Err(CodeError::TooFew { .. }) => match plan.fetches(&all) {
                Err(CodeError::TooFew { .. }) => return Ok(None),
                way => way?,
            },
            way => way?,
        };
        for piece in &way {
            if !asked.iter().any(|known| covers(known, piece)) {
                asked.push(piece.clone());
                let asking = ask(piece.clone());
                let piece = piece.clone();
                under_way.push(async move { (piece, asking.await) });
            }
        }
        ways.push(way);
        // Until enough is there, or the way has to be chosen anew.
        loop {
            if ways.iter().any(|way| way.iter().all(|piece| done.iter().any(|known| covers(known, piece)))) {
                return Ok(Some(fetched));
            }
            match tokio::time::timeout(patience, under_way.next()).await {
                Ok(Some((piece, Ok(bytes)))) => {
                    fetched.insert(piece.shard, piece.range.start, bytes);
                    tell(piece.shard, Told::Came);
                    done.push(piece);
                },
                Ok(Some((piece, Err(reason)))) => {
                    left.remove(&piece.shard);
                    ways.retain(|way| way.iter().all(|needed| needed.shard != piece.shard || done.contains(needed)));
                    tell(piece.shard, Told::Failed(reason));
                    break;
                },
                Ok(None) => return Ok(None),
                Err(_) => {
                    let waited: BTreeSet<u8> = asked.iter().filter(|piece| !done.contains(piece)).map(|p| p.shard).collect();
                    let news: Vec<u8> =
                        waited.iter().filter(|shard| left.contains(shard) && !slow.contains(shard)).copied().collect();
                    if news.is_empty() {
                        // All that could be asked were; each has its own time limit.
                        continue;
                    }
                    for shard in news {
                        tell(shard, Told::Slow);
                        slow.insert(shard);
                    }
                    break;
                },
            }
        }
    }
}

fn covers(known: &Piece, piece: &Piece) -> bool {
    known.shard == piece.shard && known.range.start <= piece.range.start && known.range.end >= piece.range.end
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::Instant};

    use idlewild_storage::{
        decode::Decoder,
        encode::{plain_hash, Encoder},
        keys::StorageSecret,
        layout::Layout,
    };
    use idlewild_storage_primitives::geometry::Geometry;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    /// Reads bytes 10..20 of a segment whose shards behave as `behave` says: `None` for silence.
    async fn read(slow: &[u8], behave: impl Fn(u8) -> Option<bool>) -> (Option<Vec<u8>>, Vec<u8>) {
        let geometry = Geometry { data: 2, parity: 2 };
        let plain: Vec<u8> = (0..200_000u32).map(|byte| (byte % 251) as u8).collect();
        let key = StorageSecret::new([1; 32]).data_key(&[2; 16], 0, &plain_hash(&plain));
        let encoded = Encoder::new(geometry).unwrap().encode(&plain, &key).unwrap();
        let shards: Vec<Bytes> = encoded.shards().collect();
        let plan = Layout::new(geometry, plain.len()).unwrap().plan(10..20).unwrap();
        let asked = RefCell::new(Vec::new());
        let ask = |piece: Piece| {
            asked.borrow_mut().push(piece.shard);
            let bytes = shards[usize::from(piece.shard)].slice(piece.range.start as usize..piece.range.end as usize);
            let behaves = behave(piece.shard);
            async move {
                match behaves {
                    Some(true) => Ok(bytes),
                    Some(false) => Err("gone"),
                    None => std::future::pending().await,
                }
            }
        };
        let fetched = fetch(&plan, &[0, 1, 2, 3], slow.iter().copied().collect(), SOON, ask, |_, _| {}).await.unwrap();
        let read = fetched.map(|fetched| Decoder::new(geometry).unwrap().decode_range(&plan, &fetched, &key).unwrap());
        let asked = asked.into_inner();
        (read, asked)
    }

    fn right() -> Option<Vec<u8>> {
        Some((10..20).collect())
    }

    #[tokio::test]
    async fn one_shard_is_enough_where_it_comes() {
        assert_eq!(read(&[], |_| Some(true)).await, (right(), vec![0]));
    }

    #[tokio::test]
    async fn a_silent_miner_is_made_up_for() {
        let begun = Instant::now();
        let (bytes, asked) = read(&[], |shard| (shard != 0).then_some(true)).await;
        assert_eq!((bytes, asked), (right(), vec![0, 1, 2]));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn who_was_silent_before_is_not_waited_for() {
        assert_eq!(read(&[0], |shard| (shard != 0).then_some(true)).await, (right(), vec![1, 2]));
    }

    #[tokio::test]
    async fn failures_and_silence_together() {
        let behave = |shard| match shard {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        };
        assert_eq!(read(&[], behave).await.0, right());
    }

    #[tokio::test]
    async fn the_slow_are_waited_for_where_the_rest_is_gone() {
        let (bytes, _) = read(&[0, 1], |shard| Some(shard < 2)).await;
        assert_eq!(bytes, right());
        let (bytes, _) = read(&[], |shard| Some(shard == 3)).await;
        assert_eq!(bytes, None);
    }
}
