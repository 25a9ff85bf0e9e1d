//! Bodies that come in chunks of S3's own (`aws-chunked`), before s3s decodes them. It takes each chunk whole into memory, and takes a
//! body that ends without its last chunk for complete. Here large unsigned chunks become small ones, larger signed ones than any
//! client sends are refused, and a missing end is found out.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{ready, Context, Poll},
};

use bytes::{Buf, Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};

use super::body::{Fault, Faulty};

/// The most bytes of a chunk that goes on to s3s, where its size is ours to choose.
const PIECE_BYTES: usize = 256 << 10;
/// The most bytes of a signed chunk: it cannot be cut, and is held in memory until its signature is known.
const SIGNED_CHUNK_BYTES: u64 = 16 << 20;
/// The most bytes of the line before a chunk.
const LINE_BYTES: usize = 1 << 10;

/// Whether each chunk has a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Signed,
    Unsigned,
}

impl Mode {
    /// By the value of `x-amz-content-sha256`; none where the body does not come in chunks.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        if value.starts_with(b"STREAMING-UNSIGNED-") {
            Some(Self::Unsigned)
        } else if value.starts_with(b"STREAMING-") {
            Some(Self::Signed)
        } else {
            None
        }
    }
}

/// Where in the body the reader is.
enum Place {
    /// In the line that gives a chunk's size.
    Line(BytesMut),
    /// Within a chunk.
    Data(u64),
    /// In the line end after a chunk.
    End(u8),
    /// After the last chunk: trailers.
    Tail,
}

/// Such a body on its way to s3s.
pub(super) struct Chunks<B> {
    body: B,
    mode: Mode,
    place: Place,
    out: VecDeque<Bytes>,
    failed: bool,
}

impl<B> Chunks<B> {
    pub(super) fn new(body: B, mode: Mode) -> Self {
        Self { body, mode, place: Place::Line(BytesMut::new()), out: VecDeque::new(), failed: false }
    }

    fn take(&mut self, mut bytes: Bytes) -> Result<(), Fault> {
        while bytes.has_remaining() {
            match &mut self.place {
                Place::Line(line) => {
                    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
                    let piece = bytes.split_to(end);
                    if line.len() + piece.len() > LINE_BYTES {
                        return Err(Fault::BadChunk);
                    }
                    line.extend_from_slice(&piece);
                    if line.ends_with(b"\n") {
                        let line = std::mem::take(line).freeze();
                        self.begin(line)?;
                    }
                },
                Place::Data(left) => {
                    let most = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    let piece = bytes.split_to(if self.mode == Mode::Unsigned { most.min(PIECE_BYTES) } else { most });
                    *left = left.saturating_sub(piece.len() as u64);
                    let done = *left == 0;
                    if self.mode == Mode::Unsigned {
                        self.out.push_back(format!("{:x}\r\n", piece.len()).into());
                        self.out.push_back(piece);
                        self.out.push_back(Bytes::from_static(b"\r\n"));
                    } else {
                        self.out.push_back(piece);
                    }
                    if done {
                        self.place = Place::End(0);
                    }
                },
                Place::End(seen) => {
                    if bytes.get_u8() != [b'\r', b'\n'][usize::from(*seen)] {
                        return Err(Fault::BadChunk);
                    }
                    *seen += 1;
                    if *seen == 2 {
                        self.place = Place::Line(BytesMut::new());
                        if self.mode == Mode::Signed {
                            self.out.push_back(Bytes::from_static(b"\r\n"));
                        }
                    }
                },
                Place::Tail => self.out.push_back(std::mem::take(&mut bytes)),
            }
        }
        Ok(())
    }

    /// A chunk whose line this is.
    fn begin(&mut self, line: Bytes) -> Result<(), Fault> {
        let digits = line.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(0);
        let size = std::str::from_utf8(&line[..digits])
            .ok()
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .ok_or(Fault::BadChunk)?;
        if self.mode == Mode::Signed && size > SIGNED_CHUNK_BYTES {
            return Err(Fault::LargeChunk);
        }
        self.place = if size == 0 { Place::Tail } else { Place::Data(size) };
        if size == 0 || self.mode == Mode::Signed {
            self.out.push_back(line);
        }
        Ok(())
    }
}

impl<B> Body for Chunks<B>
where
    B: Body<Data = Bytes, Error = Faulty> + Unpin,
{
    type Data = Bytes;
    type Error = Faulty;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Faulty>>> {
        let this = self.get_mut();
        loop {
            if let Some(bytes) = this.out.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            if this.failed {
                return Poll::Ready(None);
            }
            let fault = match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => this.take(bytes).err(),
                    Err(_) => None,
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if matches!(this.place, Place::Tail) => return Poll::Ready(None),
                None => Some(Fault::Incomplete),
            };
            if let Some(fault) = fault {
                this.failed = true;
                this.out.clear();
                return Poll::Ready(Some(Err(Faulty(fault))));
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use http_body_util::{BodyExt, BodyStream, StreamBody};

    use super::*;

    async fn through(mode: Mode, text: &[u8], step: usize) -> Result<Vec<u8>, Fault> {
        let pieces: Vec<_> =
            text.chunks(step).map(|piece| Ok::<_, Faulty>(Frame::data(Bytes::copy_from_slice(piece)))).collect();
        let chunks = Chunks::new(StreamBody::new(futures::stream::iter(pieces)), mode);
        let mut out = Vec::new();
        let mut stream = BodyStream::new(chunks.map_err(|error| error.0));
        while let Some(frame) = stream.next().await {
            out.extend_from_slice(&frame?.into_data().unwrap());
        }
        Ok(out)
    }

    #[tokio::test]
    async fn signed_chunks_pass_as_they_are() {
        let text = b"3;chunk-signature=ab\r\nxyz\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:AA\r\n\r\n";
        for step in [1, 2, 7, 1_000] {
            assert_eq!(through(Mode::Signed, text, step).await.unwrap(), text);
        }
        assert_eq!(through(Mode::Signed, b"1000001;chunk-signature=a\r\n", 9).await, Err(Fault::LargeChunk));
    }

    #[tokio::test]
    async fn a_large_unsigned_chunk_becomes_small_ones_of_the_same_bytes() {
        let data = vec![b'q'; PIECE_BYTES * 2 + 5];
        let mut text = format!("{:X}\r\n", data.len()).into_bytes();
        text.extend_from_slice(&data);
        text.extend_from_slice(b"\r\n0\r\nx-amz-checksum-crc32:AA\r\n\r\n");
        let mut expected = Vec::new();
        for size in [PIECE_BYTES, PIECE_BYTES, 5] {
            expected.extend_from_slice(format!("{size:x}\r\n").as_bytes());
            expected.extend_from_slice(&data[..size]);
            expected.extend_from_slice(b"\r\n");
        }
        expected.extend_from_slice(b"0\r\nx-amz-checksum-crc32:AA\r\n\r\n");
        assert_eq!(through(Mode::Unsigned, &text, usize::MAX).await.unwrap(), expected);
    }

    #[tokio::test]
    async fn what_has_no_end_or_no_form_is_found_out() {
        for mode in [Mode::Signed, Mode::Unsigned] {
            assert_eq!(through(mode, b"3\r\nxyz\r\n", 4).await, Err(Fault::Incomplete));
            assert_eq!(through(mode, b"3\r\nxy", 4).await, Err(Fault::Incomplete));
            assert_eq!(through(mode, b"", 4).await, Err(Fault::Incomplete));
            assert_eq!(through(mode, b"3\r\nxyzz\r\n0\r\n\r\n", 4).await, Err(Fault::BadChunk));
            assert_eq!(through(mode, b"\r\n", 4).await, Err(Fault::BadChunk));
            assert_eq!(through(mode, b"11111111111111111\r\n", 4).await, Err(Fault::BadChunk));
            assert_eq!(through(mode, &[b'1'; 2_000], 100).await, Err(Fault::BadChunk));
        }
    }
}
