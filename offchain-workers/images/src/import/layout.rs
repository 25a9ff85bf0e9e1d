//! OCI layouts, as `skopeo copy … oci-archive:` and `buildah push … oci-archive:` write them: manifest and layers are taken as they are.

use std::{fs::File, io::BufReader};

use serde::Deserialize;
use tempfile::TempDir;

use super::{read, Files, ImportError, Imported, Made};
use crate::{
    blob::Sha,
    fit::Config,
    index::{Descriptor, Manifest},
    inspect::{inspect, Bounds, Packing},
};

/// The media types of lists of manifests.
const LISTS: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];
/// The annotations that say what an image is called, the fullest name first.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
/// How deep lists may be in lists.
const DEEPEST: usize = 4;

#[derive(Deserialize)]
struct List {
    manifests: Vec<Listed>,
}

#[derive(Clone, Deserialize)]
struct Listed {
    #[serde(flatten)]
    manifest: Descriptor,
    platform: Option<Platform>,
    #[serde(default)]
    annotations: std::collections::BTreeMap<String, String>,
}

#[derive(Clone, Deserialize)]
struct Platform {
    architecture: String,
    os: String,
}

impl Platform {
    /// Whether machines like this one run it.
    fn is_this(&self) -> bool {
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        self.os == "linux" && self.architecture == arch
    }
}

/// The one manifest of a list: of several, the only one for machines like this.
fn only(list: List) -> Result<Listed, ImportError> {
    let several = list.manifests.len();
    let mut fitting = list.manifests;
    if several > 1 {
        fitting.retain(|listed| listed.platform.as_ref().is_some_and(Platform::is_this));
    }
    match fitting.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(ImportError::NotAnImage(format!(
            "it has {several} images, of which {} are for machines like this one, and one is taken at a time",
            fitting.len()
        ))),
    }
}

fn path_of(digest: &Sha) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

fn sha(descriptor: &Descriptor) -> Result<Sha, ImportError> {
    descriptor.sha().map_err(|error| ImportError::NotAnImage(error.to_string()))
}

pub(super) fn import(files: &Files, folder: TempDir, mut told: impl FnMut(usize, usize)) -> Result<Imported, ImportError> {
    let mut listed = only(files.json("index.json")?)?;
    let mut names: Vec<String> = Vec::new();
    for _ in 0..DEEPEST {
        names.extend(NAMES.iter().find_map(|key| listed.annotations.get(*key)).cloned());
        if !LISTS.contains(&listed.manifest.media_type.as_str()) {
            break;
        }
        listed = only(files.json(&path_of(&sha(&listed.manifest)?))?)?;
    }
    let digest = sha(&listed.manifest)?;
    let bytes = files.bytes(&path_of(&digest))?;
    if Sha::of(&bytes) != digest {
        return Err(ImportError::NotAnImage(format!("its manifest is not {digest}, as its index says")));
    }
    let manifest = Manifest::parse(&bytes).map_err(|error| ImportError::NotAnImage(error.to_string()))?;
    let mut blobs = vec![take(files, &manifest.config)?];
    let config: Config = files.json(&path_of(&sha(&manifest.config)?))?;
    if config.rootfs.diff_ids.len() != manifest.layers.len() {
        return Err(ImportError::NotAnImage("its configuration tells of more layers, or fewer, than there are".into()));
    }
    for (number, (layer, diff)) in (1..).zip(manifest.layers.iter().zip(&config.rootfs.diff_ids)) {
        told(number, manifest.layers.len());
        let made = take(files, layer)?;
        let diff = diff.parse().map_err(|error: crate::blob::NoDigest| ImportError::NotAnImage(error.to_string()))?;
        let kind =
            || ImportError::NotAnImage(format!("layer {number} is of the kind {:?}, which is not known", layer.media_type));
        let packing = Packing::of(&layer.media_type).ok_or_else(kind)?;
        let file = File::open(&made.file).map_err(|source| ImportError::File { path: made.file.clone(), source })?;
        let checked = inspect(BufReader::new(file), layer.size, packing, Bounds::default(), Some(diff));
        checked.map_err(|source| ImportError::Layer { number, source })?;
        if blobs.iter().all(|known| known.blob.digest != made.blob.digest) {
            blobs.push(made);
        }
    }
    Ok(Imported { manifest: bytes, blobs, names, _folder: folder })
}

fn take(files: &Files, named: &Descriptor) -> Result<Made, ImportError> {
    let digest = sha(named)?;
    let file = files.path(&path_of(&digest))?.to_owned();
    let blob = read(&file)?;
    if blob.digest != digest || blob.size != named.size {
        return Err(ImportError::NotAnImage(format!("its file for {digest} holds {}", blob.digest)));
    }
    Ok(Made { blob, file })
}

#[cfg(test)]
mod tests {
    use crate::{
        blob::Sha,
        import::{
            import,
            tests::{saved, tar_of},
        },
    };

    /// A layout of what `docker save` gave, with so many images for other machines beside it.
    fn layout(others: usize, wrong: bool) -> (Vec<u8>, Vec<u8>) {
        let work = tempfile::tempdir().unwrap();
        let layer = tar_of(&[("app", b"application")]);
        let made = import(saved(&[&layer], &[Sha::of(&layer)]).as_slice(), work.path(), |_, _| {}).unwrap();
        let arch = if cfg!(target_arch = "x86_64") { "amd64" } else { "arm64" };
        let describe = |arch: &str| {
            serde_json::json!({
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": made.digest().to_string(), "size": made.manifest.len(),
                "platform": { "os": "linux", "architecture": arch },
                "annotations": { "org.opencontainers.image.ref.name": "job:2" },
            })
        };
        let mut listed = vec![describe(arch)];
        listed.extend((0..others).map(|_| describe("s390x")));
        let index = serde_json::json!({ "schemaVersion": 2, "manifests": listed }).to_string();
        let mut files = vec![("index.json".to_owned(), index.into_bytes())];
        files.push((super::path_of(&made.digest()), made.manifest.clone()));
        for blob in &made.blobs {
            let mut bytes = std::fs::read(&blob.file).unwrap();
            if wrong {
                bytes.push(0);
            }
            files.push((super::path_of(&blob.blob.digest), bytes));
        }
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        (tar_of(&files), made.manifest)
    }

    #[test]
    fn a_layout_keeps_its_digest() {
        let work = tempfile::tempdir().unwrap();
        for others in [0, 2] {
            let (archive, manifest) = layout(others, false);
            let imported = import(archive.as_slice(), work.path(), |_, of| assert_eq!(of, 1)).unwrap();
            assert_eq!((imported.manifest, imported.blobs.len()), (manifest, 2));
            assert_eq!(imported.names, ["job:2"]);
        }
        let refused = import(layout(0, true).0.as_slice(), work.path(), |_, _| {}).err().unwrap().to_string();
        assert!(refused.contains("holds sha256:"), "{refused}");
    }
}
