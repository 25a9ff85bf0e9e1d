//! Pieces of a blob, and their roots.

use std::{
    fmt::{self, Write as _},
    io::{self, Read},
    ops::Range,
    str::FromStr,
};

use codec::{Decode, Encode};
use idlewild_compute_primitives::Digest;
use sha2::{Digest as _, Sha256};

/// Bytes of every piece but the last one of a blob.
pub const PIECE: u64 = 4 << 20;
/// The largest blob: 64 GiB.
pub const MAX_BLOB: u64 = 64 << 30;

/// The BLAKE3 root of a piece.
pub type Root = [u8; 32];

/// The SHA-256 by which OCI names bytes, written as `sha256:` and hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Sha(pub Digest);

/// What is no such name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no bytes: a digest is `sha256:` and 64 hexadecimal digits")]
pub struct NoDigest(String);

impl Sha {
    /// That of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hexadecimal digits alone.
    pub fn hex(&self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sha {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let wrong = || NoDigest(text.chars().take(80).collect());
        let hex = text.strip_prefix("sha256:").ok_or_else(wrong)?;
        let is_lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if hex.len() != 64 || !hex.bytes().all(is_lower) {
            return Err(wrong());
        }
        let mut digest = Digest::default();
        for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(digest))
    }
}

/// A blob: what it is called, how long it is, and the roots of its pieces.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Blob {
    /// Its name.
    pub digest: Sha,
    /// Its bytes.
    pub size: u64,
    /// The roots of its pieces, in order.
    pub pieces: Vec<Root>,
}

impl Blob {
    /// The blob that some bytes are.
    pub fn of(bytes: &[u8]) -> Self {
        let pieces = bytes.chunks(PIECE as usize).map(|piece| *blake3::hash(piece).as_bytes()).collect();
        Self { digest: Sha::of(bytes), size: bytes.len() as u64, pieces }
    }

    /// The blob that a reader gives, to its end.
    pub fn read(mut from: impl Read) -> io::Result<Self> {
        let (mut name, mut size, mut pieces) = (Sha256::new(), 0u64, Vec::new());
        let mut piece = Vec::with_capacity(PIECE as usize);
        loop {
            piece.clear();
            from.by_ref().take(PIECE).read_to_end(&mut piece)?;
            if piece.is_empty() {
                return Ok(Self { digest: Sha(name.finalize().into()), size, pieces });
            }
            name.update(&piece);
            size = size.saturating_add(piece.len() as u64);
            pieces.push(*blake3::hash(&piece).as_bytes());
        }
    }

    /// Whether it has as many pieces as its bytes make, and is not too long.
    pub fn is_sound(&self) -> bool {
        self.size <= MAX_BLOB && self.pieces.len() as u64 == self.size.div_ceil(PIECE)
    }

    /// The bytes of a piece; empty where there is none.
    pub fn range(&self, piece: usize) -> Range<u64> {
        let start = (piece as u64).saturating_mul(PIECE).min(self.size);
        start..start.saturating_add(PIECE).min(self.size)
    }

    /// Whether these are the bytes of a piece.
    pub fn is_piece(&self, piece: usize, bytes: &[u8]) -> bool {
        let range = self.range(piece);
        let root = self.pieces.get(piece);
        range.end.saturating_sub(range.start) == bytes.len() as u64
            && root.is_some_and(|root| blake3::hash(bytes).as_bytes() == root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_as_it_is_written() {
        let name = Sha::of(b"abc");
        let text = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(name.to_string(), text);
        assert_eq!(text.parse(), Ok(name));
        for wrong in ["", "sha256:", &text[..70], &text.to_uppercase(), &text.replace("sha256", "sha512"), &format!("{text}0")]
        {
            assert!(wrong.parse::<Sha>().is_err(), "{wrong}");
        }
        assert!("sha256:+a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".parse::<Sha>().is_err());
    }

    #[test]
    fn pieces_are_of_all_the_bytes() {
        for length in [0usize, 1, PIECE as usize, PIECE as usize + 1, 2 * PIECE as usize + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| (at / 3) as u8).collect();
            let blob = Blob::of(&bytes);
            assert!(blob.is_sound());
            assert_eq!(Blob::read(bytes.as_slice()).unwrap(), blob);
            for (at, piece) in bytes.chunks(PIECE as usize).enumerate() {
                assert!(blob.is_piece(at, piece));
                assert!(!blob.is_piece(at + 1, piece) && !blob.is_piece(at, &piece[1..]));
            }
            assert!(blob.range(blob.pieces.len()).is_empty());
            assert!(!Blob { size: blob.size + PIECE, ..blob }.is_sound());
        }
    }
}
