//! On which chain a gateway ran, and for whom: with that it starts where the chain does not answer.

use std::path::Path;

use idlewild_files::whole_file::{self, FileError, PRIVATE};
use serde::{Deserialize, Serialize};

/// The file's name in a gateway's folder.
pub const FILE: &str = "chain.json";

/// What does not change as long as a gateway stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The hash of the chain's first block.
    #[serde(with = "hexed")]
    pub genesis: [u8; 32],
    /// The gateway's account.
    #[serde(with = "hexed")]
    pub gateway: [u8; 32],
    /// Whom it acts for.
    #[serde(with = "hexed")]
    pub owner: [u8; 32],
}

impl Standing {
    /// What was noted for the gateway with this account, if anything was.
    pub fn load(folder: &Path, gateway: [u8; 32]) -> Option<Self> {
        let text = std::fs::read(folder.join(FILE)).ok()?;
        let standing: Self = serde_json::from_slice(&text).ok()?;
        Some(standing).filter(|standing| standing.gateway == gateway)
    }

    /// Notes it, unless it is noted.
    pub fn keep(&self, folder: &Path) -> Result<(), FileError> {
        if Self::load(folder, self.gateway) == Some(*self) {
            return Ok(());
        }
        let text = serde_json::to_vec_pretty(self).map_err(|error| FileError::Io(error.into()))?;
        whole_file::replace(&folder.join(FILE), &text, PRIVATE)
    }
}

/// 32 bytes as people read them.
pub(super) mod hexed {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(String::deserialize(from)?, &mut bytes).map_err(D::Error::custom)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_again_for_the_same_gateway_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Standing::load(folder.path(), [2; 32]), None);
        let standing = Standing { genesis: [1; 32], gateway: [2; 32], owner: [3; 32] };
        standing.keep(folder.path()).unwrap();
        assert_eq!(Standing::load(folder.path(), [2; 32]), Some(standing));
        assert_eq!(Standing::load(folder.path(), [4; 32]), None);
        let other = Standing { owner: [5; 32], ..standing };
        other.keep(folder.path()).unwrap();
        assert_eq!(Standing::load(folder.path(), [2; 32]), Some(other));
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(Standing::load(folder.path(), [2; 32]), None);
    }
}
