//! That a layer holds nothing that could harm who unpacks it.
//!
//! Engines unpack layers as root. What they are given has been read through here to its end: every path stays within the image, every
//! hard link points into it, nothing is written through a link, there are no devices, no more bytes and files than were allowed, and
//! the whole is what the image's configuration says.
//!
//! A symbolic link may be absolute: it is followed within the container, and distributions are full of them. What would be written
//! through one is refused.

use std::{
    collections::BTreeSet,
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tar::{Archive, EntryType};

use crate::blob::Sha;

/// Most bytes of a path, as Linux has it.
const MAX_PATH: usize = 4_096;
/// Most bytes of what describes one file beside its contents.
const MAX_HEADER: u64 = 1 << 20;
/// A compressed layer may become so many times larger, beyond [`FREE`].
const MAX_RATIO: u64 = 100;
/// Bytes that any layer may become.
const FREE: u64 = 64 << 20;

/// What a layer may be at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Files, folders and links.
    pub entries: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: 32 << 30, entries: 1_000_000 }
    }
}

/// How a layer is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
}

impl Packing {
    /// As a layer's media type says; `None` for what is no layer that is known.
    pub fn of(media_type: &str) -> Option<Self> {
        Some(match media_type {
            "application/vnd.oci.image.layer.v1.tar" | "application/vnd.docker.image.rootfs.diff.tar" => Self::Plain,
            "application/vnd.oci.image.layer.v1.tar+gzip" | "application/vnd.docker.image.rootfs.diff.tar.gzip" => Self::Gzip,
            "application/vnd.oci.image.layer.v1.tar+zstd" => Self::Zstd,
            _ => return None,
        })
    }
}

/// Why a layer is not given to an engine.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// It is cut off, or no archive at all.
    #[error("the layer cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A path leads out of the image, or cannot be one.
    #[error("the layer has a path that leads out of the image, or is none: {0:?}")]
    Path(String),
    /// A hard link leads out of the image.
    #[error("the layer's {path:?} is a hard link that leads out of the image: {target:?}")]
    Link {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: String,
    },
    /// Something would be written through a symbolic link.
    #[error("the layer writes {0:?} through a symbolic link")]
    ThroughLink(PathBuf),
    /// A device, or something else that is no file.
    #[error("the layer's {0:?} is a device, or something else that no image needs")]
    Device(PathBuf),
    /// Too much.
    #[error("the layer unpacks to more than {bytes} bytes or {entries} files")]
    Bomb {
        /// The most bytes.
        bytes: u64,
        /// The most files.
        entries: u64,
    },
    /// It is another layer.
    #[error("the layer unpacks to {found}, and its image says {expected}")]
    WrongDiff {
        /// What the image says.
        expected: Sha,
        /// What it is.
        found: Sha,
    },
}

/// What was found out about a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// SHA-256 of it, unpacked: its diff id.
    pub diff: Sha,
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Files, folders and links.
    pub entries: u64,
}

/// Reads a layer of `size` bytes to its end and checks all of it.
pub fn inspect(
    layer: impl Read,
    size: u64,
    packing: Packing,
    bounds: Bounds,
    expected: Option<Sha>,
) -> Result<Inspected, LayerError> {
    let most = match packing {
        Packing::Plain => bounds.bytes,
        _ => bounds.bytes.min(size.saturating_mul(MAX_RATIO).saturating_add(FREE)),
    };
    let plain: Box<dyn Read + '_> = match packing {
        Packing::Plain => Box::new(layer),
        Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(layer)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(layer)?),
    };
    let mut counted = Counted { from: plain, name: Sha256::new(), bytes: 0, most, burst: false };
    let walked = walk(&mut counted, bounds.entries);
    let bomb = LayerError::Bomb { bytes: most, entries: bounds.entries };
    let entries = match walked {
        _ if counted.burst => return Err(bomb),
        Err(Walk::TooMany) => return Err(bomb),
        Err(Walk::Bad(error)) => return Err(error),
        Ok(entries) => entries,
    };
    // The end of an archive is not always the end of the layer.
    let rest = io::copy(&mut counted, &mut io::sink());
    if counted.burst {
        return Err(bomb);
    }
    rest?;
    let (diff, bytes) = (Sha(counted.name.finalize().into()), counted.bytes);
    match expected {
        Some(expected) if expected != diff => Err(LayerError::WrongDiff { expected, found: diff }),
        _ => Ok(Inspected { diff, bytes, entries }),
    }
}

/// Hashes and counts what passes, and stops where it is too much.
struct Counted<R> {
    from: R,
    name: Sha256,
    bytes: u64,
    most: u64,
    burst: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.bytes = self.bytes.saturating_add(read as u64);
        if self.bytes > self.most {
            self.burst = true;
            return Err(io::Error::other("too many bytes"));
        }
        self.name.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

enum Walk {
    TooMany,
    Bad(LayerError),
}

impl<E: Into<LayerError>> From<E> for Walk {
    fn from(error: E) -> Self {
        Self::Bad(error.into())
    }
}

/// Goes over all entries. Names that are too long for a header stand in entries of their own before: they are read here, where their
/// length can be bounded.
fn walk(layer: &mut impl Read, most: u64) -> Result<u64, Walk> {
    let mut archive = Archive::new(layer);
    let (mut entries, mut links) = (0u64, BTreeSet::<PathBuf>::new());
    let (mut long_path, mut long_link) = (None, None);
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let describes = kind.is_gnu_longname()
            || kind.is_gnu_longlink()
            || kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions();
        if describes {
            if entry.header().entry_size()? > MAX_HEADER {
                return Err(Walk::TooMany);
            }
            if let Some(extensions) = entry.pax_extensions()? {
                for extension in extensions {
                    let extension = extension?;
                    match extension.key_bytes() {
                        b"path" => long_path = Some(extension.value_bytes().to_vec()),
                        b"linkpath" => long_link = Some(extension.value_bytes().to_vec()),
                        _ => {},
                    }
                }
            } else {
                let mut name = Vec::new();
                entry.read_to_end(&mut name)?;
                while name.last() == Some(&0) {
                    name.pop();
                }
                if kind.is_gnu_longname() {
                    long_path = Some(name);
                } else {
                    long_link = Some(name);
                }
            }
            continue;
        }
        entries = entries.saturating_add(1);
        if entries > most {
            return Err(Walk::TooMany);
        }
        let path = long_path.take().unwrap_or_else(|| entry.header().path_bytes().into_owned());
        let link = long_link.take().or_else(|| entry.header().link_name_bytes().map(std::borrow::Cow::into_owned));
        let path = within(&path)?;
        if let Some(through) = path.ancestors().skip(1).find(|above| links.contains(*above)) {
            let _ = through;
            return Err(LayerError::ThroughLink(path).into());
        }
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                links.remove(&path);
            },
            EntryType::Directory => {
                links.remove(&path);
            },
            EntryType::Symlink => {
                links.insert(path);
            },
            EntryType::Link => {
                let target = link.unwrap_or_default();
                if within(&target).is_err() {
                    let target = String::from_utf8_lossy(&target).into_owned();
                    return Err(LayerError::Link { path, target }.into());
                }
                links.remove(&path);
            },
            // Named pipes are files like others in a container; devices, and what nobody knows, are not.
            EntryType::Fifo => {},
            _ => return Err(LayerError::Device(path).into()),
        }
    }
    Ok(entries)
}

/// A path as it is within the image: relative, and never above its root.
fn within(bytes: &[u8]) -> Result<PathBuf, LayerError> {
    use std::os::unix::ffi::OsStrExt;
    let wrong = || LayerError::Path(String::from_utf8_lossy(bytes).chars().take(200).collect());
    if bytes.is_empty() || bytes.len() > MAX_PATH || bytes.contains(&0) {
        return Err(wrong());
    }
    let mut path = PathBuf::new();
    for component in Path::new(std::ffi::OsStr::from_bytes(bytes)).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {},
            _ => return Err(wrong()),
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// An archive of entries: kind, path and where a link leads, or the contents of a file.
    fn archive(entries: &[(EntryType, &str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (kind, path, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            // Written by hand: the library refuses to write what has to be refused when it is read.
            let name = &mut header.as_gnu_mut().unwrap().name;
            name[..path.len()].copy_from_slice(path.as_bytes());
            let body: &[u8] = if kind.is_file() { content.as_bytes() } else { b"" };
            if !kind.is_file() {
                header.as_gnu_mut().unwrap().linkname[..content.len()].copy_from_slice(content.as_bytes());
            }
            header.set_size(body.len() as u64);
            header.set_cksum();
            builder.append(&header, body).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn look(bytes: &[u8]) -> Result<Inspected, LayerError> {
        inspect(bytes, bytes.len() as u64, Packing::Plain, Bounds::default(), None)
    }

    use EntryType as Kind;

    #[test]
    fn an_honest_layer_passes_however_it_is_packed() {
        let plain = archive(&[
            (Kind::Directory, "bin/", ""),
            (Kind::Regular, "./bin/busybox", "binary"),
            (Kind::Link, "bin/sh", "bin/busybox"),
            (Kind::Symlink, "etc", "/usr/etc"),
            (Kind::Regular, "bin/.wh.gone", ""),
        ]);
        let expected = Inspected { diff: Sha::of(&plain), bytes: plain.len() as u64, entries: 5 };
        assert_eq!(look(&plain).unwrap(), expected);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&plain).unwrap();
        let gzip = gzip.finish().unwrap();
        let zstd = zstd::encode_all(plain.as_slice(), 3).unwrap();
        for (bytes, packing) in [(gzip, Packing::Gzip), (zstd, Packing::Zstd)] {
            let found = inspect(bytes.as_slice(), bytes.len() as u64, packing, Bounds::default(), Some(expected.diff));
            assert_eq!(found.unwrap(), expected);
            let cut = &bytes[..bytes.len() / 2];
            assert!(matches!(inspect(cut, cut.len() as u64, packing, Bounds::default(), None), Err(LayerError::Read(_))));
        }
    }

    #[test]
    fn what_leads_out_of_the_image_is_refused() {
        for path in ["../etc/passwd", "/etc/passwd", "a/../../b", ".."] {
            assert!(matches!(look(&archive(&[(Kind::Regular, path, "x")])), Err(LayerError::Path(_))), "{path}");
        }
        for target in ["../../etc/shadow", "/etc/shadow"] {
            let layer = archive(&[(Kind::Link, "shadow", target)]);
            assert!(matches!(look(&layer), Err(LayerError::Link { .. })), "{target}");
        }
        let through = archive(&[(Kind::Symlink, "etc", "/etc"), (Kind::Regular, "etc/passwd", "x")]);
        assert!(matches!(look(&through), Err(LayerError::ThroughLink(path)) if path == Path::new("etc/passwd")));
        let replaced = archive(&[(Kind::Symlink, "etc", "/etc"), (Kind::Directory, "etc", ""), (Kind::Regular, "etc/x", "x")]);
        look(&replaced).unwrap();
        for kind in [Kind::Char, Kind::Block] {
            assert!(matches!(look(&archive(&[(kind, "dev/sda", "")])), Err(LayerError::Device(_))));
        }
    }

    #[test]
    fn long_names_are_looked_at_too() {
        let long = |kind: Kind, name: &[u8], path: &str, rest: Kind| {
            let mut builder = tar::Builder::new(Vec::new());
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(name.len() as u64);
            header.set_cksum();
            builder.append(&header, name).unwrap();
            builder.into_inner().map(|mut bytes| {
                bytes.truncate(bytes.len() - 1_024);
                bytes.extend(archive(&[(rest, path, "")]));
                bytes
            })
        };
        let escape = long(Kind::GNULongName, b"../escape\0", "innocent", Kind::Regular).unwrap();
        assert!(matches!(look(&escape), Err(LayerError::Path(path)) if path == "../escape"));
        let link = long(Kind::GNULongLink, b"/etc/shadow\0", "innocent", Kind::Link).unwrap();
        assert!(matches!(look(&link), Err(LayerError::Link { .. })));
        let pax = long(Kind::XHeader, b"18 path=../escape\n", "innocent", Kind::Regular).unwrap();
        assert!(matches!(look(&pax), Err(LayerError::Path(path)) if path == "../escape"));
    }

    #[test]
    fn a_bomb_is_stopped_where_it_becomes_one() {
        let zeros = vec![0u8; 8 << 20];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        (0..12).for_each(|_| gzip.write_all(&zeros).unwrap());
        let bomb = gzip.finish().unwrap();
        // 96 MiB of a hundred KiB: beyond what is free, and a thousand times as large.
        let found = inspect(bomb.as_slice(), bomb.len() as u64, Packing::Gzip, Bounds::default(), None);
        assert!(matches!(found, Err(LayerError::Bomb { .. })), "{found:?}");
        let many: Vec<(Kind, &str, &str)> = vec![(Kind::Regular, "x", ""); 11];
        let bounds = Bounds { entries: 10, ..Bounds::default() };
        let layer = archive(&many);
        let found = inspect(layer.as_slice(), layer.len() as u64, Packing::Plain, bounds, None);
        assert!(matches!(found, Err(LayerError::Bomb { entries: 10, .. })));
    }

    #[test]
    fn another_layer_than_the_image_says_is_refused() {
        let layer = archive(&[(Kind::Regular, "x", "y")]);
        let other = Sha::of(b"another");
        let found = inspect(layer.as_slice(), layer.len() as u64, Packing::Plain, Bounds::default(), Some(other));
        assert!(matches!(found, Err(LayerError::WrongDiff { expected, .. }) if expected == other));
        // Bytes behind the archive's end count as well.
        let mut longer = layer.clone();
        longer.extend([0; 512]);
        assert_ne!(look(&longer).unwrap().diff, look(&layer).unwrap().diff);
    }
}
