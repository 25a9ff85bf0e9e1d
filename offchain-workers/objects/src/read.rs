//! Looking at a version, and reading its bytes.

use std::{fs::File, io, ops::Range, sync::Arc};

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};

use crate::{
    cache::{BLOCK, WIDE_BLOCK},
    error::{ReadError, StoreError},
    layout,
    meta::Records,
    records::{decode, order_of, Extent, Kept, Order},
    store::{Inner, Store},
    version::{Version, VersionId},
};

/// Bytes of a piece from a file.
const LOCAL_PIECE: u64 = 1 << 20;
/// Pieces that are on their way at once, from files and from the network: the one that is waited for, and those that come next.
const LOCAL_AHEAD: usize = 2;
const REMOTE_AHEAD: usize = 4;
/// So little is read where it is asked for, if the system has it in memory.
const READ_HERE: usize = 128 << 10;

/// A piece of a version, and where it is.
struct Piece {
    segment: u64,
    offset: u32,
    length: u32,
}

/// The pieces that a range of the extents falls into: `most` says how long one of a segment may be that begins at an offset.
fn pieces(extents: &[Extent], range: Range<u64>, most: impl Fn(u64, u32) -> u64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut begins = 0u64;
    for extent in extents {
        let ends = begins + u64::from(extent.length);
        let (mut at, until) = (range.start.max(begins), range.end.min(ends));
        while at < until {
            let offset = extent.offset + (at - begins) as u32;
            let length = (until - at).min(most(extent.segment, offset));
            pieces.push(Piece { segment: extent.segment, offset, length: length as u32 });
            at += length;
        }
        begins = ends;
    }
    pieces
}

impl Inner {
    /// The version of an id, or the newest one; and whether it is the newest.
    fn look(&self, bucket: u32, key: &str, id: Option<&VersionId>) -> Result<Option<(Kept, bool)>, StoreError> {
        let meta = self.meta()?;
        let read = |kind, key: &[u8]| meta.get(kind, key)?.map(|kept| decode::<Kept>(&kept)).transpose();
        let current = read(Records::Current, &layout::plain(bucket, key.as_bytes()))?;
        let beside = self.clocks.get(bucket).versions;
        let newest_beside = || -> Result<Option<Kept>, StoreError> {
            let prefix = layout::ended(bucket, key.as_bytes());
            match meta.of(Records::Versions).prefix(&prefix).next() {
                Some(guard) => Ok(Some(decode(&guard.value()?)?)),
                None => Ok(None),
            }
        };
        let order = match (id, current) {
            (None, Some(current)) => return Ok(Some((current, true))),
            (None, None) if beside => return Ok(newest_beside()?.map(|kept| (kept, true))),
            (None, None) => return Ok(None),
            (Some(id), Some(current)) if current.version.id() == *id => return Ok(Some((current, true))),
            (Some(_), _) if !beside => return Ok(None),
            (Some(id), _) if id.is_null() => match meta.get(Records::Nulls, &layout::plain(bucket, key.as_bytes()))? {
                Some(order) => Order::try_from(&order[..]).map_err(|_| StoreError::Damaged("an order cannot be read"))?,
                None => return Ok(None),
            },
            (Some(id), _) => match order_of(id) {
                Some(order) => order,
                None => return Ok(None),
            },
        };
        let kept = read(Records::Versions, &layout::version(bucket, key.as_bytes(), &order))?;
        let Some(kept) = kept.filter(|kept| id.is_some_and(|id| kept.version.id() == *id)) else { return Ok(None) };
        let is_newest = kept.version.marker && newest_beside()?.is_some_and(|newest| newest.version.order == order) && {
            meta.get(Records::Current, &layout::plain(bucket, key.as_bytes()))?.is_none()
        };
        Ok(Some((kept, is_newest)))
    }

    /// Bytes of a segment, from its file or from the network in blocks of that size.
    async fn piece(self: Arc<Self>, bucket: u32, piece: Piece, block: u32) -> Result<Bytes, ReadError> {
        let key = (bucket, piece.segment);
        let local = {
            let mut table = self.segments.lock();
            let known = table.known.get_mut(&key).ok_or(ReadError::Gone)?;
            known.used = crate::store::now();
            known.record.local
        };
        if local {
            match self.local(key, &piece).await {
                // It was evicted since.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {},
                read => return read.map_err(|error| ReadError::Io(error.to_string())),
            }
        }
        self.remote(bucket, piece.segment, piece.offset..piece.offset + piece.length, block).await
    }

    async fn local(&self, key: (u32, u64), piece: &Piece) -> io::Result<Bytes> {
        let file = self.segments.reader(key)?;
        let (offset, length) = (u64::from(piece.offset), piece.length as usize);
        if length <= READ_HERE {
            if let Some(bytes) = read_cached(&file, offset, length) {
                return Ok(bytes);
            }
        }
        let reading = tokio::task::spawn_blocking(move || read_whole(&file, offset, length));
        reading.await.map_err(io::Error::other)?
    }
}

/// Bytes of a file that the system has in memory; none where it would have to wait for the disk.
fn read_cached(file: &File, offset: u64, length: usize) -> Option<Bytes> {
    let mut buffer = vec![0; length];
    let mut slices = [io::IoSliceMut::new(&mut buffer)];
    let read = rustix::io::preadv2(file, &mut slices, offset, rustix::io::ReadWriteFlags::NOWAIT).ok()?;
    (read == length).then(|| buffer.into())
}

fn read_whole(file: &File, offset: u64, length: usize) -> io::Result<Bytes> {
    let mut buffer = Vec::with_capacity(length);
    while buffer.len() < length {
        let at = offset + buffer.len() as u64;
        match rustix::io::pread(file, rustix::buffer::spare_capacity(&mut buffer), at) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) | Err(rustix::io::Errno::INTR) => {},
            Err(error) => return Err(error.into()),
        }
    }
    buffer.truncate(length);
    Ok(buffer.into())
}

impl Store {
    /// A version of an object, or its newest, which may be a delete marker.
    pub fn head(&self, bucket: &str, key: &str, version: Option<&VersionId>) -> Result<Option<Version>, StoreError> {
        let number = self.inner.bucket_number(bucket)?;
        let found = self.inner.look(number, key, version)?;
        Ok(found.map(|(kept, is_current)| self.inner.show(number, key.into(), kept, is_current)))
    }

    /// The bytes of a version, piece by piece, from wherever they are. An empty range has no pieces.
    pub fn read(&self, version: &Version, range: Range<u64>) -> BoxStream<'static, Result<Bytes, ReadError>> {
        if range.start > range.end || range.end > version.size {
            return stream::once(async { Err(ReadError::Range) }).boxed();
        }
        let inner = self.inner.clone();
        let bucket = version.bucket;
        let block = if range.end - range.start < u64::from(WIDE_BLOCK) { BLOCK } else { WIDE_BLOCK };
        let (pieces, ahead) = {
            let table = inner.segments.lock();
            let is_local = |segment| table.known.get(&(bucket, segment)).is_some_and(|known| known.record.local);
            // A piece is no more than a block, so that none is put together of two.
            let left_of_block = |offset| u64::from(WIDE_BLOCK - offset % WIDE_BLOCK);
            let most = |segment, offset| if is_local(segment) { LOCAL_PIECE } else { left_of_block(offset) };
            let pieces = pieces(&version.extents, range, most);
            let ahead = if pieces.iter().all(|piece| is_local(piece.segment)) { LOCAL_AHEAD } else { REMOTE_AHEAD };
            (pieces, ahead)
        };
        match <[Piece; 1]>::try_from(pieces) {
            Ok([piece]) => stream::once(inner.piece(bucket, piece, block)).boxed(),
            // The next ones are on their way while one is given out.
            Err(pieces) => {
                stream::iter(pieces).map(move |piece| inner.clone().piece(bucket, piece, block)).buffered(ahead).boxed()
            },
        }
    }
}
