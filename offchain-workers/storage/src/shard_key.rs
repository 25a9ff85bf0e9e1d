//! What names a stored shard.

use std::{fmt, str::FromStr};

use codec::{Decode, Encode, MaxEncodedLen};
use idlewild_storage_primitives::{Root, Salt, SlotIndex};

/// Names a shard from its upload on, before a deal has a number: its root, and the slot of the deal-to-be under its salt.
///
/// Two owners who store the same bytes get two names, so that ending one deal never deletes the other's shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode, MaxEncodedLen)]
pub struct ShardKey {
    /// The BLAKE3 root of the shard.
    pub root: Root,
    /// The deal's salt.
    pub salt: Salt,
    /// The slot, over all copies.
    pub slot: SlotIndex,
}

/// Why a text names no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no shard: a name is root, salt and slot, as in <64 digits>-<32 digits>-<2 digits>")]
pub struct NotAKey(pub String);

impl fmt::Display for ShardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:02x}", hex::encode(self.root), hex::encode(self.salt), self.slot)
    }
}

impl FromStr for ShardKey {
    type Err = NotAKey;

    fn from_str(name: &str) -> Result<Self, NotAKey> {
        let parse = || {
            let mut key = Self { root: [0; 32], salt: [0; 16], slot: 0 };
            let mut slot = [0u8; 1];
            let mut parts = name.split('-');
            hex::decode_to_slice(parts.next()?, &mut key.root).ok()?;
            hex::decode_to_slice(parts.next()?, &mut key.salt).ok()?;
            hex::decode_to_slice(parts.next()?, &mut slot).ok()?;
            let [slot] = slot;
            parts.next().is_none().then_some(Self { slot, ..key })
        };
        parse().ok_or_else(|| NotAKey(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        let key = ShardKey { root: [0xAB; 32], salt: [1; 16], slot: 95 };
        assert_eq!(key.to_string().parse(), Ok(key));
        for bad in ["", "ab", "x-y-z", &format!("{key}-00"), &key.to_string()[1..]] {
            assert_eq!(bad.parse::<ShardKey>(), Err(NotAKey(bad.into())));
        }
    }
}
