//! How views read in JSON, where it is not as Serde would have it: amounts are strings of digits, which no program rounds as it would
//! round a number beyond 2^53; bytes are hexadecimal behind `0x`; text is text.

/// Amounts of coins.
pub mod amount {
    use alloc::string::String;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    use crate::Balance;

    /// As a string of digits.
    pub fn serialize<S: Serializer>(amount: &Balance, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    /// From such a string.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Balance, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Lists of 32-byte hashes.
pub mod hashes {
    use alloc::vec::Vec;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Hash(#[serde(with = "const_hex::serde")] [u8; 32]);

    /// As a list of hexadecimal strings.
    pub fn serialize<S: Serializer>(hashes: &[[u8; 32]], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(hashes.iter().map(|hash| Hash(*hash)))
    }

    /// From such a list.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[u8; 32]>, D::Error> {
        Ok(Vec::<Hash>::deserialize(deserializer)?.into_iter().map(|Hash(hash)| hash).collect())
    }
}

/// Bytes that are UTF-8.
pub mod text {
    use alloc::{string::String, vec::Vec};
    use serde::{Deserialize, Deserializer, Serializer};

    /// As a string; what is no UTF-8 after all becomes U+FFFD.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(bytes))
    }

    /// From a string.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        Ok(String::deserialize(deserializer)?.into_bytes())
    }
}
