//! What is run, where its bytes are, and how far its results can be trusted to repeat.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{DealId, Digest};

/// Files in the storage network that whoever knows the key can read: what a project's input and output, a module and an image are in.
///
/// The files were put under a storage secret of their own. `root` is the deal whose segment holds the list of all of them; the list
/// names the other deals. Whoever stands on chain with its key is public.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    /// The deal with the list.
    pub root: DealId,
    /// The storage secret that everything in it is encrypted under.
    #[serde(with = "const_hex::serde")]
    pub key: [u8; 32],
}

/// The form of a program.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A WASI module; its digest is BLAKE3 of its bytes.
    Module,
    /// An OCI image; its digest is SHA-256 of its manifest.
    Image,
}

/// How far results of a program repeat, and so what can be done about a wrong one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// D0: a module under the deterministic profile. Anybody can run it again, so a wrong result is proven and slashed.
    Deterministic,
    /// D1: a pinned container, whose results are compared by hash within one class of hosts.
    Pinned,
    /// D2: as D1, where results that differ are compared by a deterministic module of the publisher's with this digest.
    Compared {
        /// BLAKE3 of the comparator.
        #[serde(with = "const_hex::serde")]
        comparator: Digest,
        /// Where the comparator is.
        bundle: Bundle,
    },
    /// D3: nothing is compared. Work is metered, and paid for the time it took.
    Metered,
}

/// A program that is pinned to its bytes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// Its form.
    pub form: Form,
    /// The digest of its bytes.
    #[serde(with = "const_hex::serde")]
    pub digest: Digest,
    /// Where its bytes are.
    pub bundle: Bundle,
    /// How far its results repeat.
    pub class: Class,
}

impl Program {
    /// Whether the form can be what the class says: only a module is deterministic, and whoever has a comparator is not.
    pub fn is_sound(&self) -> bool {
        !matches!((self.form, self.class), (Form::Image, Class::Deterministic))
    }

    /// The same, once it is known that its results do not repeat.
    pub fn fallen(self) -> Self {
        Self { class: Class::Metered, ..self }
    }
}

impl Class {
    /// Whether results are compared at all.
    pub fn is_compared(&self) -> bool {
        !matches!(self, Self::Metered)
    }

    /// Whether a result that differs is proof of a fault, for which a bond can be slashed.
    pub fn is_slashable(&self) -> bool {
        matches!(self, Self::Deterministic)
    }

    /// Whether results can only be compared within one class of hosts.
    pub fn is_of_one_host_class(&self) -> bool {
        matches!(self, Self::Pinned | Self::Compared { .. })
    }
}

/// What an app is for, which a provider may choose among.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // They say what they are.
pub enum Category {
    ScientificComputing,
    MachineLearning,
    DataAnalysis,
    Rendering,
    LifeScience,
    Services,
    Mining,
}
