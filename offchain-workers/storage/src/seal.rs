//! Sealing: AES-256-GCM in frames of 64 KiB, so that a range is opened without the rest.
//!
//! Frame `i` is encrypted with nonce `i`, which is safe because a data key belongs to one plaintext alone (see [`crate::keys`]).
//! A frame moved to another place, cut short or altered does not open.

use idlewild_storage_primitives::geometry::{sealed_len, FRAME_BYTES, FRAME_TAG_BYTES};
use ring::aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_256_GCM, NONCE_LEN};

use crate::keys::DataKey;

const FRAME: usize = FRAME_BYTES as usize;
const TAG: usize = FRAME_TAG_BYTES as usize;
/// Bytes of a full frame once sealed.
pub const SEALED_FRAME: usize = FRAME + TAG;

/// Why a segment could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The buffer does not fit.
    #[error(
        "a segment of {plain} bytes needs {needed} bytes once sealed, and the buffer has {got}; pass a buffer of that size"
    )]
    WrongBuffer {
        /// Bytes to seal.
        plain: usize,
        /// Bytes needed.
        needed: usize,
        /// Bytes given.
        got: usize,
    },
    /// The cipher refused, which it does only beyond its limits.
    #[error("the cipher refused frame {0}: the segment is larger than the cipher allows")]
    Refused(u32),
}

/// Why sealed bytes could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The frame is not what was sealed.
    #[error("frame {0} does not open: its bytes were altered, or the key belongs to another account, deal, copy or file")]
    Forged(u32),
    /// There are not even enough bytes for a frame's tag.
    #[error("frame {0} is cut short: fetch the segment's bytes again")]
    Truncated(u32),
}

/// Seals and opens the frames of one copy of one segment.
#[derive(Debug)]
pub struct Cipher(LessSafeKey);

impl Cipher {
    /// Takes the copy's key into use.
    pub fn new(key: &DataKey) -> Self {
        Self(expand(key.bytes()))
    }

    /// Seals `plain` into `sealed`, which must have exactly [`sealed_len`] bytes.
    pub fn seal(&self, plain: &[u8], sealed: &mut [u8]) -> Result<(), SealError> {
        let needed = u32::try_from(plain.len()).map_or(usize::MAX, |len| sealed_len(len) as usize);
        if sealed.len() != needed {
            return Err(SealError::WrongBuffer { plain: plain.len(), needed, got: sealed.len() });
        }
        for (index, (from, to)) in (0u32..).zip(plain.chunks(FRAME).zip(sealed.chunks_mut(SEALED_FRAME))) {
            self.seal_frame(index, from, to)?;
        }
        Ok(())
    }

    /// Seals one frame into `sealed`, which is longer than it by a tag. Frames may be sealed in any order.
    pub fn seal_frame(&self, index: u32, plain: &[u8], sealed: &mut [u8]) -> Result<(), SealError> {
        let (needed, got) = (plain.len().saturating_add(TAG), sealed.len());
        if got != needed {
            return Err(SealError::WrongBuffer { plain: plain.len(), needed, got });
        }
        let (body, tag_place) = sealed.split_at_mut(plain.len());
        // Copying frame by frame keeps the copy in the cache that the cipher then works in.
        body.copy_from_slice(plain);
        let tag = self.0.seal_in_place_separate_tag(nonce(index), Aad::empty(), body).map_err(|_| SealError::Refused(index))?;
        tag_place.copy_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens one sealed frame in place and returns its plaintext.
    pub fn open_frame<'a>(&self, index: u32, sealed: &'a mut [u8]) -> Result<&'a mut [u8], OpenError> {
        if sealed.len() <= TAG {
            return Err(OpenError::Truncated(index));
        }
        self.0.open_in_place(nonce(index), Aad::empty(), sealed).map_err(|_| OpenError::Forged(index))
    }

    /// Opens consecutive frames, the first of which is frame `first`, and appends their plaintext to `plain`.
    ///
    /// All but the last frame of a segment are full, so `sealed` is cut at multiples of [`SEALED_FRAME`].
    pub fn open_frames(&self, first: u32, sealed: &mut [u8], plain: &mut Vec<u8>) -> Result<(), OpenError> {
        for (index, frame) in (first..).zip(sealed.chunks_mut(SEALED_FRAME)) {
            plain.extend_from_slice(self.open_frame(index, frame)?);
        }
        Ok(())
    }
}

/// A key of the only length that the cipher has, so the cipher cannot refuse it.
pub(crate) fn expand(key: &[u8; 32]) -> LessSafeKey {
    match UnboundKey::new(&AES_256_GCM, key) {
        Ok(key) => LessSafeKey::new(key),
        Err(_) => unreachable!("AES-256 takes 32 bytes"),
    }
}

fn nonce(frame: u32) -> Nonce {
    let mut bytes = [0u8; NONCE_LEN];
    bytes[..4].copy_from_slice(&frame.to_le_bytes());
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::StorageSecret;

    fn cipher(copy: u8) -> Cipher {
        Cipher::new(&StorageSecret::new([1; 32]).data_key(&[2; 16], copy, &[3; 32]))
    }

    fn sealed(cipher: &Cipher, plain: &[u8]) -> Vec<u8> {
        let mut out = vec![0; sealed_len(plain.len() as u32) as usize];
        cipher.seal(plain, &mut out).unwrap();
        out
    }

    #[test]
    fn frames_open_where_they_stand_and_nowhere_else() {
        let cipher = cipher(0);
        for len in [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 77] {
            let plain: Vec<u8> = (0..len).map(|i| (i * 31) as u8).collect();
            let mut bytes = sealed(&cipher, &plain);
            let mut opened = Vec::new();
            cipher.open_frames(0, &mut bytes, &mut opened).unwrap();
            assert_eq!(opened, plain);
        }
        let mut bytes = sealed(&cipher, &[9; 2 * FRAME]);
        bytes.rotate_left(SEALED_FRAME);
        assert_eq!(cipher.open_frames(0, &mut bytes, &mut Vec::new()), Err(OpenError::Forged(0)));
    }

    #[test]
    fn one_bit_or_another_key_is_noticed() {
        let plain = [5u8; 1000];
        let good = sealed(&cipher(0), &plain);
        for at in [0, 500, 999, 1000, 1015] {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            assert_eq!(cipher(0).open_frames(0, &mut bytes, &mut Vec::new()), Err(OpenError::Forged(0)));
        }
        assert_eq!(cipher(1).open_frames(0, &mut good.clone(), &mut Vec::new()), Err(OpenError::Forged(0)));
        assert_eq!(cipher(0).open_frames(0, &mut good[..16].to_vec(), &mut Vec::new()), Err(OpenError::Truncated(0)));
    }

    #[test]
    fn a_buffer_of_another_size_is_refused() {
        let error = cipher(0).seal(&[0; 10], &mut [0; 25]).unwrap_err();
        assert_eq!(error, SealError::WrongBuffer { plain: 10, needed: 26, got: 25 });
    }
}
