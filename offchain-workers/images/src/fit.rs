//! That an image whose blobs are here can be given to an engine: each layer is read to its end before the engine sees any of them.

use std::io::{self, BufReader, Read};

use serde::Deserialize;

use crate::{
    blob::Sha,
    index::{Descriptor, ImageError, Manifest, MAX_MANIFEST},
    inspect::{inspect, Bounds, LayerError, Packing},
    store::{Store, StoreError},
};

/// What of an image's configuration matters here.
#[derive(Deserialize)]
pub(crate) struct Config {
    pub(crate) rootfs: RootFs,
}

#[derive(Deserialize)]
pub(crate) struct RootFs {
    /// The SHA-256 of each layer, unpacked.
    pub(crate) diff_ids: Vec<String>,
}

/// Why an image cannot be used, whoever tries: it says the same on every machine.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Its manifest.
    #[error(transparent)]
    Manifest(#[from] ImageError),
    /// Its configuration.
    #[error("the image's configuration cannot be read: {0}")]
    Config(String),
    /// A layer of a kind that is not known.
    #[error("layer {number} ({digest}) is of the kind {kind:?}, which is not known here")]
    Kind {
        /// Which one, counted from 1, the lowest first.
        number: usize,
        /// Its digest.
        digest: Sha,
        /// What it is said to be.
        kind: String,
    },
    /// A layer that nobody should unpack.
    #[error("layer {number} ({digest}): {source}")]
    Layer {
        /// Which one, counted from 1, the lowest first.
        number: usize,
        /// Its digest.
        digest: Sha,
        /// Which file, and why.
        source: LayerError,
    },
}

/// Why it is not known whether an image can be used.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// It cannot.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// A blob is not here, or the disk failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk failed.
    #[error("a layer that is here cannot be read: {0}")]
    Disk(io::Error),
}

/// Reads all layers of an image whose blobs are here. Returns its bytes, unpacked. Blocks for as long as that takes.
pub fn check(store: &Store, manifest: &Manifest) -> Result<u64, FitError> {
    let diffs = diffs(store, manifest)?;
    let mut bytes = 0u64;
    for (number, (layer, diff)) in (1..).zip(manifest.layers.iter().zip(diffs)) {
        bytes = bytes.saturating_add(check_layer(store, number, layer, diff)?);
    }
    Ok(bytes)
}

fn check_layer(store: &Store, number: usize, layer: &Descriptor, diff: Sha) -> Result<u64, FitError> {
    let digest = layer.sha().map_err(Unfit::Manifest)?;
    let Some(packing) = Packing::of(&layer.media_type) else {
        return Err(Unfit::Kind { number, digest, kind: layer.media_type.clone() }.into());
    };
    let (file, size) = store.open_blob(&digest)?;
    match inspect(BufReader::new(file), size, packing, Bounds::default(), Some(diff)) {
        Ok(inspected) => Ok(inspected.bytes),
        // Bytes that are here were hashed: what makes no sense is the image's fault, what the system refuses is not.
        Err(LayerError::Read(error)) if error.raw_os_error().is_some() => Err(FitError::Disk(error)),
        Err(source) => Err(Unfit::Layer { number, digest, source }.into()),
    }
}

/// What each layer is, unpacked.
fn diffs(store: &Store, manifest: &Manifest) -> Result<Vec<Sha>, FitError> {
    let (file, _) = store.open_blob(&manifest.config.sha().map_err(Unfit::Manifest)?)?;
    let mut bytes = Vec::new();
    file.take(MAX_MANIFEST as u64).read_to_end(&mut bytes).map_err(FitError::Disk)?;
    let wrong = |reason: String| Unfit::Config(reason);
    let config: Config = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if config.rootfs.diff_ids.len() != manifest.layers.len() {
        return Err(wrong("it tells of more layers, or fewer, than there are".into()).into());
    }
    let parsed = config.rootfs.diff_ids.iter().map(|text| text.parse::<Sha>());
    Ok(parsed.collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{blob::Blob, import::tests::saved};

    fn tar_of(name: &[u8]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
        header.set_size(0);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
        builder.into_inner().unwrap()
    }

    /// A store with an image of one plain layer, which its configuration calls `diff`.
    fn image(folder: &std::path::Path, layer: &[u8], diff: Sha) -> (std::sync::Arc<Store>, Manifest) {
        let config = serde_json::json!({ "rootfs": { "diff_ids": [diff.to_string()] } }).to_string();
        let describe = |kind: &str, bytes: &[u8]| serde_json::json!({ "mediaType": kind, "digest": Sha::of(bytes).to_string(), "size": bytes.len() });
        let manifest = serde_json::json!({
            "schemaVersion": 2,
            "config": describe("application/vnd.oci.image.config.v1+json", config.as_bytes()),
            "layers": [describe("application/vnd.oci.image.layer.v1.tar", layer)],
        });
        let store = Store::open(folder, 1 << 24).unwrap();
        for bytes in [config.as_bytes(), layer] {
            let blob = Blob::of(bytes);
            // Nothing else comes that would need the room.
            let _ = store.expect(&blob).unwrap();
            store.put(&blob.digest, 0, bytes).unwrap();
        }
        (store, Manifest::parse(manifest.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn the_file_and_the_layer_that_are_refused_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let good = tar_of(b"bin/sh");
        let (store, manifest) = image(&folder.path().join("good"), &good, Sha::of(&good));
        assert_eq!(check(&store, &manifest).unwrap(), good.len() as u64);
        let evil = tar_of(b"../etc/passwd");
        let (store, manifest) = image(&folder.path().join("evil"), &evil, Sha::of(&evil));
        let error = check(&store, &manifest).unwrap_err();
        assert!(matches!(error, FitError::Unfit(Unfit::Layer { number: 1, .. })), "{error}");
        let (layer, text) = (Sha::of(&evil).to_string(), error.to_string());
        assert!(text.contains("layer 1") && text.contains(&layer) && text.contains("../etc/passwd"), "{text}");
        let (store, manifest) = image(&folder.path().join("other"), &good, Sha::of(&evil));
        assert!(matches!(check(&store, &manifest), Err(FitError::Unfit(Unfit::Layer { .. }))));
        // A blob that is not here yet is nobody's fault.
        let empty = Store::open(&folder.path().join("empty"), 1 << 24).unwrap();
        assert!(matches!(check(&empty, &manifest), Err(FitError::Store(StoreError::Unknown(_)))));
    }

    #[test]
    fn what_is_imported_is_fit() {
        let (folder, layer) = (tempfile::tempdir().unwrap(), tar_of(b"app"));
        let archive = saved(&[&layer], &[Sha::of(&layer)]);
        let imported = crate::import::import(archive.as_slice(), folder.path(), |_, _| {}).unwrap();
        let store = Store::open(&folder.path().join("store"), 1 << 24).unwrap();
        for made in &imported.blobs {
            let _ = store.expect(&made.blob).unwrap();
            store.put(&made.blob.digest, 0, &std::fs::read(&made.file).unwrap()).unwrap();
        }
        let manifest = Manifest::parse(&imported.manifest).unwrap();
        assert_eq!(check(&store, &manifest).unwrap(), layer.len() as u64);
    }
}
