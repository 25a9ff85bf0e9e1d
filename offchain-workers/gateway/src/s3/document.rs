//! How configurations of buckets are written into the store: JSON with the version of its form.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The form that this program writes, and the newest that it reads.
const FORM: u32 = 1;

/// Why a configuration cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A later program wrote it.
    #[error("it has form {0}, which a later version of the gateway wrote; update this one")]
    Newer(u32),
    /// It is damaged.
    #[error("it is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// What it says is not sound.
    #[error("{0}")]
    Content(String),
}

#[derive(Serialize)]
struct Written<'a, T> {
    form: u32,
    content: &'a T,
}

#[derive(Deserialize)]
struct Head {
    form: u32,
}

#[derive(Deserialize)]
struct Read<T> {
    content: T,
}

/// Writes a configuration.
pub(crate) fn encode<T: Serialize>(content: &T) -> Result<Bytes, DocumentError> {
    Ok(serde_json::to_vec(&Written { form: FORM, content })?.into())
}

/// Reads a configuration.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DocumentError> {
    // The form first, since the content of another form need not be readable at all.
    let Head { form } = serde_json::from_slice(bytes)?;
    if form > FORM {
        return Err(DocumentError::Newer(form));
    }
    Ok(serde_json::from_slice::<Read<T>>(bytes)?.content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_and_a_newer_one_is_told_from_a_damaged_one() {
        let bytes = encode(&vec![1, 2]).unwrap();
        assert_eq!(decode::<Vec<u32>>(&bytes).unwrap(), [1, 2]);
        assert!(matches!(decode::<Vec<u32>>(br#"{"form":2,"content":{}}"#), Err(DocumentError::Newer(2))));
        assert!(matches!(decode::<Vec<u32>>(br#"{"form":1,"content":{}}"#), Err(DocumentError::Damaged(_))));
        assert!(matches!(decode::<Vec<u32>>(b""), Err(DocumentError::Damaged(_))));
    }
}
