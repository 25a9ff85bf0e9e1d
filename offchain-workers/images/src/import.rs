//! Images as engines and tools write them, made into blobs.
//!
//! An engine's archive (`docker save`, `podman save`) has a configuration and plain layers. Here it gets a manifest, and its layers are
//! compressed, in the same way each time: a layer that was there before becomes the same blob, and need not be sent again. An OCI
//! layout is taken as it is.

mod layout;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};
use serde::Deserialize;
use tar::Archive;
use tempfile::TempDir;

use crate::{
    blob::{Blob, Sha},
    fit::Config,
    index::{MAX_LAYERS, MAX_MANIFEST, OCI_MANIFEST},
    inspect::{inspect, Bounds, LayerError, Packing},
};

/// The media type of a configuration.
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// That of the layers that are made here.
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Why an archive is no image.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The archive cannot be read.
    #[error("the image's archive cannot be read: {0}")]
    Archive(io::Error),
    /// It is not what engines write.
    #[error("the archive is not an image as `docker save` writes it, nor an OCI layout: {0}")]
    NotAnImage(String),
    /// A layer that nobody should unpack.
    #[error("layer {number}: {source}")]
    Layer {
        /// Which one, counted from 1.
        number: usize,
        /// Why.
        source: LayerError,
    },
}

/// A blob that was made, and where it is.
#[derive(Clone, Debug)]
pub struct Made {
    /// The blob.
    pub blob: Blob,
    /// Its file, which goes with the [`Imported`].
    pub file: PathBuf,
}

/// An image ready to be stored.
pub struct Imported {
    /// Its manifest.
    pub manifest: Vec<u8>,
    /// Its configuration and layers, each blob once.
    pub blobs: Vec<Made>,
    /// What the archive calls it.
    pub names: Vec<String>,
    // The files' folder.
    _folder: TempDir,
}

impl Imported {
    /// An image that something else made, whose files are in a folder that goes with it. Nothing of it is looked at.
    pub fn new(manifest: Vec<u8>, blobs: Vec<Made>, names: Vec<String>, folder: TempDir) -> Self {
        Self { manifest, blobs, names, _folder: folder }
    }

    /// The digest that will stand on chain.
    pub fn digest(&self) -> Sha {
        Sha::of(&self.manifest)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// Reads an archive to its end and makes an image of it, with its files in a folder below `work`. Blocks; `told` hears of each layer.
pub fn import(archive: impl Read, work: &Path, mut told: impl FnMut(usize, usize)) -> Result<Imported, ImportError> {
    let folder = TempDir::new_in(work).map_err(|source| ImportError::File { path: work.to_owned(), source })?;
    let files = Files::take(archive, folder.path())?;
    if files.path("manifest.json").is_err() && files.path("index.json").is_ok() {
        return layout::import(&files, folder, told);
    }
    let saved: Vec<Saved> = files.json("manifest.json")?;
    let [saved] = saved.as_slice() else {
        return Err(ImportError::NotAnImage(format!("it has {} images, and one is taken at a time", saved.len())));
    };
    if saved.layers.len() > MAX_LAYERS {
        return Err(ImportError::NotAnImage(format!("it has {} layers, and {MAX_LAYERS} is the most", saved.layers.len())));
    }
    let config: Config = files.json(&saved.config)?;
    if config.rootfs.diff_ids.len() != saved.layers.len() {
        return Err(ImportError::NotAnImage("its configuration tells of more layers, or fewer, than there are".into()));
    }
    let config = files.path(&saved.config)?.to_owned();
    let mut blobs = vec![Made { blob: read(&config)?, file: config }];
    let mut descriptors = Vec::with_capacity(saved.layers.len());
    for (number, (layer, diff)) in saved.layers.iter().zip(&config_diffs(&files, saved)?).enumerate() {
        told(number.saturating_add(1), saved.layers.len());
        let made = compress(files.path(layer)?, *diff, folder.path(), number)?;
        descriptors.push(describe(LAYER, &made.blob));
        if blobs.iter().all(|known| known.blob.digest != made.blob.digest) {
            blobs.push(made);
        }
    }
    let config = blobs.first().map(|made| describe(CONFIG, &made.blob));
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": config,
        "layers": descriptors,
    });
    let manifest = serde_json::to_vec(&manifest).map_err(|error| ImportError::NotAnImage(error.to_string()))?;
    let names = saved.repo_tags.clone().unwrap_or_default();
    Ok(Imported { manifest, blobs, names, _folder: folder })
}

fn config_diffs(files: &Files, saved: &Saved) -> Result<Vec<Sha>, ImportError> {
    let config: Config = files.json(&saved.config)?;
    let parse = |text: &String| text.parse().map_err(|error: crate::blob::NoDigest| ImportError::NotAnImage(error.to_string()));
    config.rootfs.diff_ids.iter().map(parse).collect()
}

fn describe(kind: &str, blob: &Blob) -> serde_json::Value {
    serde_json::json!({ "mediaType": kind, "digest": blob.digest.to_string(), "size": blob.size })
}

fn read(path: &Path) -> Result<Blob, ImportError> {
    let disk = |source| ImportError::File { path: path.to_owned(), source };
    Blob::read(BufReader::new(File::open(path).map_err(disk)?)).map_err(disk)
}

/// Checks a layer and compresses it: no time and no name goes into it, so that it is the same each time.
fn compress(layer: &Path, diff: Sha, folder: &Path, number: usize) -> Result<Made, ImportError> {
    let disk = |path: &Path| {
        let path = path.to_owned();
        move |source| ImportError::File { path, source }
    };
    let open = || File::open(layer).map_err(disk(layer));
    let size = fs::metadata(layer).map_err(disk(layer))?.len();
    // An archive's layers may be compressed already.
    let packing = packing_of(layer).map_err(disk(layer))?;
    let checked = inspect(BufReader::new(open()?), size, packing, Bounds::default(), Some(diff));
    checked.map_err(|source| ImportError::Layer { number: number.saturating_add(1), source })?;
    let file = folder.join(format!("layer-{number}.gz"));
    let writer = BufWriter::new(File::create(&file).map_err(disk(&file))?);
    let mut gzip = GzBuilder::new().mtime(0).write(writer, Compression::new(6));
    let mut plain: Box<dyn Read> = match packing {
        Packing::Plain => Box::new(BufReader::new(open()?)),
        Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(open()?))),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(open()?).map_err(disk(layer))?),
    };
    io::copy(&mut plain, &mut gzip).map_err(disk(&file))?;
    gzip.finish().and_then(|mut writer| writer.flush()).map_err(disk(&file))?;
    Ok(Made { blob: read(&file)?, file })
}

/// How a file is compressed, by its first bytes.
fn packing_of(path: &Path) -> io::Result<Packing> {
    let mut first = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut first)?;
    Ok(match first.as_slice() {
        [0x1f, 0x8b, ..] => Packing::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Packing::Zstd,
        _ => Packing::Plain,
    })
}

/// An archive's files, each under a number of its own: its names are nobody's paths.
struct Files {
    by_name: BTreeMap<String, PathBuf>,
}

impl Files {
    fn take(archive: impl Read, folder: &Path) -> Result<Self, ImportError> {
        let mut by_name = BTreeMap::new();
        let mut archive = Archive::new(archive);
        for (number, entry) in archive.entries().map_err(ImportError::Archive)?.enumerate() {
            let mut entry = entry.map_err(ImportError::Archive)?;
            let name = entry.path().map_err(ImportError::Archive)?.to_string_lossy().into_owned();
            if entry.header().entry_type().is_symlink() {
                // Engines link a layer that an image has twice: `../ID/layer.tar`.
                let target = entry.link_name().map_err(ImportError::Archive)?;
                let target = target.map(|target| target.to_string_lossy().trim_start_matches("../").to_owned());
                let known = target.and_then(|target| by_name.get(&target).cloned());
                by_name.extend(known.map(|known| (name, known)));
                continue;
            }
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = folder.join(format!("file-{number}"));
            let disk = |source| ImportError::File { path: path.clone(), source };
            let mut file = File::create(&path).map_err(disk)?;
            io::copy(&mut entry, &mut file).map_err(disk)?;
            by_name.insert(name, path);
        }
        Ok(Self { by_name })
    }

    fn path(&self, name: &str) -> Result<&Path, ImportError> {
        let found = self.by_name.get(name).map(PathBuf::as_path);
        found.ok_or_else(|| ImportError::NotAnImage(format!("it has no file \"{name}\"")))
    }

    fn json<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Result<T, ImportError> {
        let bytes = self.bytes(name)?;
        serde_json::from_slice(&bytes).map_err(|error| ImportError::NotAnImage(format!("its {name}: {error}")))
    }

    /// A small file.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, ImportError> {
        let path = self.path(name)?;
        let disk = |source| ImportError::File { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        File::open(path).map_err(disk)?.take(MAX_MANIFEST as u64).read_to_end(&mut bytes).map_err(disk)?;
        Ok(bytes)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::index::Manifest;

    pub(crate) fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    pub(crate) fn saved(layers: &[&[u8]], diffs: &[Sha]) -> Vec<u8> {
        let config = serde_json::json!({ "architecture": "amd64", "os": "linux", "rootfs": {
            "type": "layers", "diff_ids": diffs.iter().map(Sha::to_string).collect::<Vec<_>>(),
        }});
        let config = serde_json::to_vec(&config).unwrap();
        let names: Vec<String> = (0..layers.len()).map(|number| format!("{number}/layer.tar")).collect();
        let manifest = serde_json::json!([{ "Config": "config.json", "RepoTags": ["job:1"], "Layers": names }]);
        let manifest = serde_json::to_vec(&manifest).unwrap();
        let mut files: Vec<(&str, &[u8])> = vec![("config.json", &config), ("manifest.json", &manifest)];
        files.extend(names.iter().map(String::as_str).zip(layers.iter().copied()));
        tar_of(&files)
    }

    #[test]
    fn an_engines_archive_becomes_the_same_blobs_each_time() {
        let work = tempfile::tempdir().unwrap();
        let (base, top) = (tar_of(&[("bin/sh", b"shell")]), tar_of(&[("app", b"application")]));
        let diffs = [Sha::of(&base), Sha::of(&top)];
        let archive = saved(&[&base, &top], &diffs);
        let first = import(archive.as_slice(), work.path(), |_, of| assert_eq!(of, 2)).unwrap();
        let again = import(archive.as_slice(), work.path(), |_, _| {}).unwrap();
        assert_eq!(first.manifest, again.manifest);
        assert_eq!((first.blobs.len(), first.names.as_slice()), (3, ["job:1".to_owned()].as_slice()));
        let manifest = Manifest::parse(&first.manifest).unwrap();
        for (layer, diff) in manifest.layers.iter().zip(diffs) {
            let sha = layer.sha().unwrap();
            let made = first.blobs.iter().find(|made| made.blob.digest == sha).unwrap();
            assert_eq!((made.blob.size, Packing::of(&layer.media_type)), (layer.size, Some(Packing::Gzip)));
            let bytes = fs::read(&made.file).unwrap();
            let found = inspect(bytes.as_slice(), layer.size, Packing::Gzip, Bounds::default(), Some(diff));
            assert_eq!(found.unwrap().entries, 1);
        }
        // Another top layer leaves the one below as it was.
        let other = tar_of(&[("app", b"another")]);
        let changed = import(saved(&[&base, &other], &[diffs[0], Sha::of(&other)]).as_slice(), work.path(), |_, _| {}).unwrap();
        assert_eq!(changed.blobs[1].blob, first.blobs[1].blob);
        assert_ne!(changed.blobs[2].blob, first.blobs[2].blob);
        drop((first, again, changed));
        assert_eq!(fs::read_dir(work.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn what_is_no_image_is_told() {
        let work = tempfile::tempdir().unwrap();
        let refused = |archive: &[u8]| import(archive, work.path(), |_, _| {}).err().unwrap().to_string();
        assert!(refused(b"not an archive at all, but longer than a header of one would be").contains("archive"));
        assert!(refused(&tar_of(&[("x", b"y")])).contains("manifest.json"));
        let layer = tar_of(&[("x", b"y")]);
        assert!(refused(&saved(&[&layer], &[])).contains("more layers"));
        assert!(refused(&saved(&[&layer], &[Sha::of(b"z")])).contains("layer 1"));
        let mut evil = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..9].copy_from_slice(b"../escape");
        header.set_size(0);
        header.set_cksum();
        evil.append(&header, &b""[..]).unwrap();
        let evil = evil.into_inner().unwrap();
        assert!(refused(&saved(&[&evil], &[Sha::of(&evil)])).contains("leads out of the image"));
        assert_eq!(fs::read_dir(work.path()).unwrap().count(), 0);
    }
}
