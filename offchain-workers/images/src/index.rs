//! What an image is made of, and that it is what its digest says.

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use idlewild_compute_primitives::program::Bundle;
use serde::Deserialize;

use crate::blob::{Blob, Sha, MAX_BLOB};

/// The file of an image's bundle with its [`Image`].
pub const FILE: &str = "image";
/// The file of a blob's bundle with its bytes.
pub const BLOB_FILE: &str = "blob";
/// Most bytes of a manifest, as registries have it.
pub const MAX_MANIFEST: usize = 4 << 20;
/// Most bytes of an image's file: 64 GiB in pieces are half a MiB of roots.
pub const MAX_FILE: u64 = 16 << 20;
/// Most layers, as engines have it.
pub const MAX_LAYERS: usize = 127;

/// The media type of an OCI manifest.
pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// That of Docker's second one.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// Where a blob is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Stored {
    /// The blob.
    pub blob: Blob,
    /// The bundle with its bytes, in the file [`BLOB_FILE`].
    pub bundle: Bundle,
}

/// What stands in an image's bundle.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Image {
    /// Its manifest, byte for byte.
    pub manifest: Vec<u8>,
    /// Its configuration and its layers, each once.
    pub blobs: Vec<Stored>,
}

/// Why an image cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The bytes are no image of ours.
    #[error("the image's list of blobs cannot be read: it was not written by this program")]
    Malformed,
    /// The manifest is another one.
    #[error("the image's manifest is {found}, and {expected} stands on chain")]
    WrongDigest {
        /// What stands on chain.
        expected: Sha,
        /// What it is.
        found: Sha,
    },
    /// The manifest is of no kind that is known.
    #[error("the image's manifest cannot be read: {0}")]
    Manifest(String),
    /// A blob that the manifest names is not listed, or listed otherwise.
    #[error("the image's manifest names {0}, of which its list of blobs says nothing, or another length")]
    Missing(Sha),
}

/// An OCI manifest, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    /// The version of its format.
    #[serde(rename = "schemaVersion")]
    pub schema_version: u32,
    /// What it is.
    #[serde(rename = "mediaType")]
    pub media_type: Option<String>,
    /// The configuration.
    pub config: Descriptor,
    /// The layers, the lowest first.
    pub layers: Vec<Descriptor>,
}

/// A blob, as a manifest names it.
#[derive(Clone, Debug, Deserialize)]
pub struct Descriptor {
    /// What it is.
    #[serde(rename = "mediaType")]
    pub media_type: String,
    /// Its digest.
    pub digest: String,
    /// Its bytes.
    pub size: u64,
}

impl Descriptor {
    /// Its digest, parsed.
    pub fn sha(&self) -> Result<Sha, ImageError> {
        self.digest.parse().map_err(|error: crate::blob::NoDigest| ImageError::Manifest(error.to_string()))
    }
}

impl Manifest {
    /// Reads a manifest of one image: lists of images for several machines are none.
    pub fn parse(bytes: &[u8]) -> Result<Self, ImageError> {
        if bytes.len() > MAX_MANIFEST {
            return Err(ImageError::Manifest(format!("it has {} bytes, and {MAX_MANIFEST} is the most", bytes.len())));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| ImageError::Manifest(error.to_string()))?;
        let known = manifest.media_type.as_deref().is_none_or(|kind| kind == OCI_MANIFEST || kind == DOCKER_MANIFEST);
        if manifest.schema_version != 2 || !known {
            return Err(ImageError::Manifest("it is not a manifest of one OCI or Docker image".into()));
        }
        if manifest.layers.len() > MAX_LAYERS {
            return Err(ImageError::Manifest(format!("it has {} layers, and {MAX_LAYERS} is the most", manifest.layers.len())));
        }
        Ok(manifest)
    }

    /// Configuration and layers.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        std::iter::once(&self.config).chain(&self.layers)
    }

    /// Its media type, also where it does not say so itself.
    pub fn kind(&self) -> &str {
        self.media_type.as_deref().unwrap_or(OCI_MANIFEST)
    }
}

impl Image {
    /// Reads an image's file and checks it against the digest on chain.
    pub fn open(bytes: &[u8], expected: Sha) -> Result<(Self, Manifest), ImageError> {
        let image = Self::decode(&mut &*bytes).map_err(|_| ImageError::Malformed)?;
        let manifest = image.check(expected)?;
        Ok((image, manifest))
    }

    /// Whether the manifest is the one of this digest, and every blob that it names is listed with its length.
    pub fn check(&self, expected: Sha) -> Result<Manifest, ImageError> {
        let found = Sha::of(&self.manifest);
        if found != expected {
            return Err(ImageError::WrongDigest { expected, found });
        }
        let manifest = Manifest::parse(&self.manifest)?;
        let listed: BTreeMap<Sha, &Blob> = self.blobs.iter().map(|stored| (stored.blob.digest, &stored.blob)).collect();
        for named in manifest.blobs() {
            let sha = named.sha()?;
            let listed = listed.get(&sha).filter(|blob| blob.size == named.size && blob.is_sound());
            if listed.is_none() || named.size > MAX_BLOB {
                return Err(ImageError::Missing(sha));
            }
        }
        Ok(manifest)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const BUNDLE: Bundle = Bundle { root: 7, key: [3; 32] };

    /// An image of a configuration and these layers.
    pub(crate) fn image(layers: &[&[u8]]) -> Image {
        let config = br#"{"architecture":"amd64","os":"linux"}"#.as_slice();
        let describe = |kind: &str, bytes: &[u8]| serde_json::json!({ "mediaType": kind, "digest": Sha::of(bytes).to_string(), "size": bytes.len() });
        let manifest = serde_json::json!({
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": describe("application/vnd.oci.image.config.v1+json", config),
            "layers": layers.iter().map(|layer| describe("application/vnd.oci.image.layer.v1.tar", layer)).collect::<Vec<_>>(),
        });
        let blobs = std::iter::once(&config).chain(layers).map(|bytes| Stored { blob: Blob::of(bytes), bundle: BUNDLE });
        Image { manifest: serde_json::to_vec(&manifest).unwrap(), blobs: blobs.collect() }
    }

    #[test]
    fn an_image_is_what_its_digest_says() {
        let image = image(&[b"one", b"two"]);
        let digest = Sha::of(&image.manifest);
        let (read, manifest) = Image::open(&image.encode(), digest).unwrap();
        assert_eq!(read, image);
        assert_eq!((manifest.layers.len(), manifest.kind()), (2, OCI_MANIFEST));
        assert!(matches!(image.check(Sha::of(b"")), Err(ImageError::WrongDigest { .. })));
        assert!(matches!(Image::open(b"\xff\xff\xff\xff", digest), Err(ImageError::Malformed)));

        let mut short = image.clone();
        short.blobs.pop();
        assert!(matches!(short.check(digest), Err(ImageError::Missing(sha)) if sha == Sha::of(b"two")));
        let mut longer = image.clone();
        longer.blobs[1].blob.size += 1;
        assert!(matches!(longer.check(digest), Err(ImageError::Missing(_))));
        let mut fewer = image;
        fewer.blobs[1].blob.pieces.clear();
        assert!(matches!(fewer.check(digest), Err(ImageError::Missing(_))));
    }

    #[test]
    fn what_is_no_manifest_of_one_image_is_told() {
        for wrong in [
            "",
            "{}",
            r#"{"schemaVersion":1,"config":{"mediaType":"","digest":"","size":0},"layers":[]}"#,
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":{"mediaType":"","digest":"","size":0},"layers":[]}"#,
        ] {
            assert!(matches!(Manifest::parse(wrong.as_bytes()), Err(ImageError::Manifest(_))), "{wrong}");
        }
    }
}
