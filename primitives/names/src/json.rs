//! How views read in JSON where it is not as Serde would have it: amounts are strings of digits, which no program rounds as it would
//! round a number beyond 2^53; paths and names are text.

/// Amounts of coins.
pub(crate) mod amount {
    use alloc::string::String;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    use crate::Balance;

    pub(crate) fn serialize<S: Serializer>(amount: &Balance, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Balance, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Lists of accounts, in hexadecimal.
pub(crate) mod accounts {
    use alloc::vec::Vec;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Account(#[serde(with = "const_hex::serde")] [u8; 32]);

    pub(crate) fn serialize<S: Serializer>(accounts: &[[u8; 32]], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(accounts.iter().map(|account| Account(*account)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[u8; 32]>, D::Error> {
        Ok(Vec::<Account>::deserialize(deserializer)?.into_iter().map(|Account(account)| account).collect())
    }
}

/// Bytes that are UTF-8.
pub(crate) mod text {
    use alloc::{string::String, vec::Vec};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        Ok(String::deserialize(deserializer)?.into_bytes())
    }
}

/// Bytes that are UTF-8, if there are any.
pub(crate) mod optional_text {
    use alloc::{string::String, vec::Vec};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes)).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(String::into_bytes))
    }
}
