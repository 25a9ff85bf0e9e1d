//! Several ranges in one answer: `multipart/byteranges`.

use std::ops::Range;

use bytes::Bytes;
use futures::{stream, StreamExt};

use super::body::{Bits, Source};

/// An answer of several ranges.
pub(super) struct Multipart {
    boundary: String,
    parts: Vec<(Bytes, Range<u64>)>,
    end: Bytes,
}

impl Multipart {
    /// The answer with these ranges of `size` bytes of the given type.
    pub(super) fn new(ranges: Vec<Range<u64>>, size: u64, media_type: &str) -> Self {
        // Nobody who writes an object can know it, so that no object can hold it.
        let boundary = hex::encode(rand::random::<[u8; 16]>());
        let parts = ranges
            .into_iter()
            .enumerate()
            .map(|(number, range)| {
                let before = if number == 0 { "" } else { "\r\n" };
                let head = format!(
                    "{before}--{boundary}\r\ncontent-type: {media_type}\r\ncontent-range: {}\r\n\r\n",
                    content_range(&range, size)
                );
                (Bytes::from(head), range)
            })
            .collect();
        let end = Bytes::from(format!("\r\n--{boundary}--\r\n"));
        Self { boundary, parts, end }
    }

    pub(super) fn media_type(&self) -> String {
        format!("multipart/byteranges; boundary={}", self.boundary)
    }

    pub(super) fn length(&self) -> u64 {
        let parts: u64 = self.parts.iter().map(|(head, range)| head.len() as u64 + (range.end - range.start)).sum();
        parts + self.end.len() as u64
    }

    /// The bytes; each range is read when its turn comes.
    pub(super) fn bits(self, source: Source) -> Bits {
        let end = self.end;
        stream::iter(self.parts)
            .flat_map(move |(head, range)| stream::iter([Ok(head)]).chain(source.read(range)))
            .chain(stream::iter([Ok(end)]))
            .boxed()
    }
}

/// A range as it stands in a header.
pub(super) fn content_range(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1))
}
