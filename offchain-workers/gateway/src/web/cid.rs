//! Content identifiers (CIDv1) with BLAKE3, and the little of DAG-CBOR that nodes of links need.
//!
//! Numbers are those of the multicodec table. All of them are below 128, so that each is one byte.

const VERSION: u8 = 1;
const BLAKE3: u8 = 0x1e;
const DIGEST_BYTES: u8 = 32;
/// Bytes of a binary CID.
pub(super) const CID_BYTES: usize = 36;
/// CBOR's tag of a link, and the byte that stands before a binary CID there.
const LINK_TAG: u64 = 42;
const LINK_PREFIX: u8 = 0;
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What the bytes of a block are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Codec {
    /// Bytes.
    Raw = 0x55,
    /// A node of links.
    DagCbor = 0x71,
}

/// The identifier of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cid {
    pub(super) codec: Codec,
    pub(super) digest: [u8; 32],
}

impl Cid {
    /// That of these bytes.
    pub(super) fn of(codec: Codec, bytes: &[u8]) -> Self {
        Self { codec, digest: *blake3::hash(bytes).as_bytes() }
    }

    /// Its binary form.
    pub(super) fn to_bytes(self) -> [u8; CID_BYTES] {
        let mut bytes = [0; CID_BYTES];
        let (head, digest) = bytes.split_at_mut(4);
        head.copy_from_slice(&[VERSION, self.codec as u8, BLAKE3, DIGEST_BYTES]);
        digest.copy_from_slice(&self.digest);
        bytes
    }
}

impl std::fmt::Display for Cid {
    /// Its text form: base 32 in lower case, which `b` stands for.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::from("b");
        let (mut bits, mut held) = (0u32, 0u32);
        for byte in self.to_bytes() {
            held = (held << 8) | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                text.push(digit(held >> bits));
            }
            held &= (1 << bits) - 1;
        }
        if bits > 0 {
            text.push(digit(held << (5 - bits)));
        }
        f.write_str(&text)
    }
}

fn digit(value: u32) -> char {
    char::from(BASE32.get((value & 31) as usize).copied().unwrap_or(b'a'))
}

/// A number in groups of seven bits, the lowest first.
pub(super) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(10);
    while value >= 128 {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A writer of CBOR in its one deterministic form.
#[derive(Default)]
pub(super) struct Cbor(Vec<u8>);

impl Cbor {
    /// What was written.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn head(mut self, major: u8, value: u64) -> Self {
        let major = major << 5;
        let bytes = value.to_be_bytes();
        // The shortest form that holds the value, as the deterministic form demands.
        let (info, width) = match value {
            0..=23 => (value as u8, 0),
            24..=0xff => (24, 1),
            0x100..=0xffff => (25, 2),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 8),
        };
        self.0.push(major | info);
        self.0.extend_from_slice(bytes.get(8 - width..).unwrap_or_default());
        self
    }

    pub(super) fn unsigned(self, value: u64) -> Self {
        self.head(0, value)
    }

    pub(super) fn text(self, text: &str) -> Self {
        let mut this = self.head(3, text.len() as u64);
        this.0.extend_from_slice(text.as_bytes());
        this
    }

    pub(super) fn array(self, items: usize) -> Self {
        self.head(4, items as u64)
    }

    /// A map; its keys follow by length, then by bytes.
    pub(super) fn map(self, pairs: usize) -> Self {
        self.head(5, pairs as u64)
    }

    pub(super) fn link(self, cid: Cid) -> Self {
        let mut this = self.head(6, LINK_TAG).head(2, CID_BYTES as u64 + 1);
        this.0.push(LINK_PREFIX);
        this.0.extend_from_slice(&cid.to_bytes());
        this
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints() {
        assert_eq!(varint(0), [0]);
        assert_eq!(varint(127), [127]);
        assert_eq!(varint(128), [0x80, 1]);
        assert_eq!(varint(300), [0xac, 2]);
        assert_eq!(varint(u64::MAX), [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
    }

    /// The examples in appendix A of RFC 8949.
    #[test]
    fn numbers_in_cbor() {
        for (value, bytes) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (1_000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (u64::MAX, "1bffffffffffffffff"),
        ] {
            assert_eq!(hex::encode(Cbor::default().unsigned(value).into_bytes()), bytes);
        }
    }

    #[test]
    fn text_arrays_and_maps_in_cbor() {
        let written = Cbor::default().map(1).text("IETF").array(3).unsigned(1).unsigned(2).unsigned(3);
        assert_eq!(hex::encode(written.into_bytes()), "a1644945544683010203");
    }

    /// BLAKE3 of nothing is the first of its own test vectors.
    #[test]
    fn identifiers() {
        let cid = Cid::of(Codec::Raw, b"");
        assert_eq!(hex::encode(cid.to_bytes()), "01551e20af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
        assert_eq!(cid.to_string(), "bafkr4ifpcne3t5pzugtkaqcn5i3nzskjtpfslsnnyejlpte2spfoihzsmi");
        let link = Cbor::default().link(cid).into_bytes();
        assert_eq!(hex::encode(&link[..5]), "d82a582500");
        assert_eq!(link[5..], cid.to_bytes());
    }
}
