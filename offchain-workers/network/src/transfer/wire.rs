//! Frames and bodies on a stream, every one bounded in length and in time.

use std::{future::Future, io, time::Duration};

use bytes::Bytes;
use codec::{DecodeAll, Encode};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::buffers::{Buffer, Buffers};

/// Longest message, in bytes: 256 roots and room to spare.
pub const MAX_FRAME: usize = 16 << 10;
/// Bytes that are read or written at once.
pub const STEP: usize = 256 << 10;

/// What goes wrong on a stream.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The stream ended before a message began, or before one was taken.
    #[error("the other side closed the stream without an answer")]
    Closed,
    /// The stream ended early.
    #[error("the stream ended after {got} of {expected} bytes")]
    Truncated {
        /// Bytes that came.
        got: u64,
        /// Bytes that were announced.
        expected: u64,
    },
    /// A message is longer than any may be.
    #[error("a message of {0} bytes was announced, and at most {MAX_FRAME} are taken")]
    TooLong(usize),
    /// A message is no SCALE of the type expected.
    #[error("a message cannot be decoded: {0}; the other side may be another version")]
    Malformed(String),
    /// Nothing came or went for too long.
    #[error("the other side was silent for {0:?}")]
    TimedOut(Duration),
    /// Something came or went all the time, and too little of it.
    #[error("the other side was too slow: {bytes} bytes took longer than {allowed:?}")]
    TooSlow {
        /// Bytes that were to be moved.
        bytes: u64,
        /// How long they might take.
        allowed: Duration,
    },
    /// The transport failed.
    #[error("the stream failed: {0}")]
    Io(io::Error),
}

async fn within<T>(idle: Duration, work: impl Future<Output = io::Result<T>>) -> Result<T, WireError> {
    match tokio::time::timeout(idle, work).await {
        Ok(outcome) => outcome.map_err(WireError::Io),
        Err(_) => Err(WireError::TimedOut(idle)),
    }
}

/// Writes one message and flushes it.
pub async fn write_frame<W: AsyncWrite + Unpin>(
    stream: &mut W,
    message: &impl Encode,
    idle: Duration,
) -> Result<(), WireError> {
    let body = message.encode();
    if body.len() > MAX_FRAME {
        return Err(WireError::TooLong(body.len()));
    }
    let mut frame = (body.len() as u32).to_le_bytes().to_vec();
    frame.extend_from_slice(&body);
    let written = within(idle, async {
        stream.write_all(&frame).await?;
        stream.flush().await
    });
    match written.await {
        Err(WireError::Io(error)) if is_closed(&error) => Err(WireError::Closed),
        other => other,
    }
}

/// Reads one message.
pub async fn read_frame<T: DecodeAll, R: AsyncRead + Unpin>(stream: &mut R, idle: Duration) -> Result<T, WireError> {
    let mut header = [0u8; 4];
    let mut got = 0;
    while got < header.len() {
        let read = match (within(idle, stream.read(&mut header[got..])).await, got) {
            // A peer that drops a stream may close it or reset it; before the first byte both mean the same.
            (Ok(0), 0) => return Err(WireError::Closed),
            (Err(WireError::Io(error)), 0) if is_closed(&error) => return Err(WireError::Closed),
            (Ok(0), _) => return Err(WireError::Truncated { got: got as u64, expected: header.len() as u64 }),
            (outcome, _) => outcome?,
        };
        got += read;
    }
    let length = u32::from_le_bytes(header) as usize;
    if length > MAX_FRAME {
        return Err(WireError::TooLong(length));
    }
    let body = read_body(stream, length as u64, idle, |_| ()).await?;
    T::decode_all(&mut &body[..]).map_err(|error| WireError::Malformed(error.to_string()))
}

fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::WriteZero
    )
}

/// Reads exactly `length` bytes, and shows each piece as it comes.
///
/// The caller bounds `length`. Its memory is set aside at once, but touched only as bytes really come.
pub async fn read_body<R: AsyncRead + Unpin>(
    stream: &mut R,
    length: u64,
    idle: Duration,
    seen: impl FnMut(&[u8]),
) -> Result<Bytes, WireError> {
    read_body_into(Buffers::default().take(), stream, length, idle, seen).await
}

/// The same, into memory that was used before.
pub(super) async fn read_body_into<R: AsyncRead + Unpin>(
    mut body: Buffer,
    stream: &mut R,
    length: u64,
    idle: Duration,
    mut seen: impl FnMut(&[u8]),
) -> Result<Bytes, WireError> {
    let total = usize::try_from(length).map_err(|_| WireError::TooLong(usize::MAX))?;
    body.reserve(total);
    let mut got = 0usize;
    while got < total {
        let room = body.room(got, total.min(got.saturating_add(STEP)));
        let read = match within(idle, stream.read(room)).await {
            Ok(read) => read,
            Err(WireError::Io(error)) if is_closed(&error) => 0,
            Err(error) => return Err(error),
        };
        if read == 0 {
            return Err(WireError::Truncated { got: got as u64, expected: length });
        }
        seen(&room[..read]);
        got = got.saturating_add(read);
    }
    Ok(body.freeze())
}

/// Writes bytes and shows how many each time; the caller flushes with the last ones.
pub async fn write_body<W: AsyncWrite + Unpin>(
    stream: &mut W,
    body: &[u8],
    idle: Duration,
    mut sent: impl FnMut(usize),
) -> Result<(), WireError> {
    for piece in body.chunks(STEP) {
        within(idle, stream.write_all(piece)).await?;
        sent(piece.len());
    }
    Ok(())
}

/// Flushes what was written.
pub async fn flush<W: AsyncWrite + Unpin>(stream: &mut W, idle: Duration) -> Result<(), WireError> {
    within(idle, stream.flush()).await
}

/// Ends this side of the stream, so that what was written arrives.
pub async fn close<W: AsyncWrite + Unpin>(stream: &mut W, idle: Duration) -> Result<(), WireError> {
    within(idle, stream.close()).await
}
