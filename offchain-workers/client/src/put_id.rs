//! What makes a put the same put when it is tried again.

use idlewild_storage::index::ObjectId;
use idlewild_storage_primitives::Salt;
use rand::RngCore;

/// Names one put. Everything random about a put follows from it: the same files put again under the same id give the same
/// objects, segments and salts, and so what the chain has already is found and not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutId([u8; 32]);

impl PutId {
    /// A new put.
    pub fn random() -> Self {
        let mut id = [0; 32];
        rand::thread_rng().fill_bytes(&mut id);
        Self(id)
    }

    /// The put of these bytes, as kept from an earlier try.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What to keep for a later try.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the salt of a deal is one of this put's.
    pub fn has_salt(&self, salt: &Salt) -> bool {
        // 4 TiB in segments of the largest size, in a hundredth of a second.
        (0..1 << 16).any(|number| self.salt(number) == *salt)
    }

    /// The id of the object that is packed as number `number`.
    pub(crate) fn object(&self, number: u64) -> ObjectId {
        self.derive(b"object", number)
    }

    /// The salt of the deal of segment `number`.
    pub fn salt(&self, number: u64) -> Salt {
        self.derive(b"salt", number)
    }

    /// Another put that belongs to this one, and is the same whenever this one is.
    pub(crate) fn companion(&self) -> Self {
        Self(*blake3::keyed_hash(&self.0, b"companion").as_bytes())
    }

    fn derive(&self, what: &[u8], number: u64) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(what).update(&number.to_le_bytes());
        let mut out = [0; 16];
        hasher.finalize_xof().fill(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_follows_from_the_id_and_nothing_is_drawn_twice() {
        let (one, other) = (PutId::random(), PutId::random());
        let again = PutId::from_bytes(*one.as_bytes());
        assert_eq!((one.salt(3), one.object(3)), (again.salt(3), again.object(3)));
        assert!(one.has_salt(&one.salt(70)) && !one.has_salt(&other.salt(70)));
        let drawn = [one.salt(0), one.salt(1), one.object(0), one.object(1), other.salt(0), other.object(0)];
        let distinct: std::collections::HashSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), drawn.len());
    }
}
