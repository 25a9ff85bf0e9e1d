//! What this account pushed: small files that appear whole, in a folder for each account and chain.
//!
//! ```text
//! FOLDER/KEY/blobs/HEX    a blob: its pieces, its bundle, its deals
//! FOLDER/KEY/images/HEX   an image: its bundle, its names, all of its deals
//! FOLDER/KEY/begun/HEX    a put that has not ended: what it takes to go on with it
//! ```
//!
//! Bundles' keys stand in them, so that only their owner reads them; who runs an image makes its key public.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use codec::{Decode, DecodeAll, Encode};
use idlewild_client::bundle::{new_key, Bundle};
use idlewild_compute_primitives::{
    program::{Class, Form, Program},
    DealId,
};
use idlewild_files::whole_file;
use idlewild_images::{blob::Sha, index::Stored};

use super::ImageError;

/// Least hexadecimal digits of a digest that stand for it.
const LEAST_DIGITS: usize = 8;

/// What this account pushed from this machine.
#[derive(Clone, Debug)]
pub struct PushedImages {
    folder: PathBuf,
}

/// An image that was pushed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PushedImage {
    /// Its digest.
    pub digest: Sha,
    /// Where it is.
    pub bundle: Bundle,
    /// What it is called.
    pub names: Vec<String>,
    /// Bytes of its blobs.
    pub bytes: u64,
    /// All deals that it takes.
    pub deals: Vec<DealId>,
    /// When it was pushed, in seconds since 1970.
    pub at: u64,
}

/// A blob that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct Kept {
    pub(super) stored: Stored,
    pub(super) deals: Vec<DealId>,
}

/// A put that was begun: the same again goes on where it stopped.
pub(super) struct Begun {
    pub(super) key: [u8; 32],
    pub(super) put: [u8; 32],
    pub(super) is_again: bool,
}

impl Begun {
    /// A new one, which is nowhere written down.
    pub(super) fn new() -> Self {
        Self { key: new_key(), put: new_key(), is_again: false }
    }
}

impl PushedImage {
    pub(super) fn new(digest: Sha, bundle: Bundle, names: Vec<String>, bytes: u64, mut deals: Vec<DealId>) -> Self {
        deals.sort_unstable();
        deals.dedup();
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { digest, bundle, names, bytes, deals, at }
    }

    /// What is run, and how far its results are said to repeat.
    pub fn program(&self, class: Class) -> Program {
        Program { form: Form::Image, digest: self.digest.0, bundle: self.bundle, class }
    }

    /// Whether it is called so: with its tag, without one where that is `latest`, or by what stands before its tag.
    fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name || own.rsplit_once(':').is_some_and(|(front, _)| front == name))
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> ImageError {
    let path = path.to_owned();
    move |source| ImageError::File { path, source }
}

impl PushedImages {
    /// What an account pushed on a chain. The folder is made when something is kept.
    pub fn open(folder: &Path, genesis: &[u8; 32], account: &[u8; 32]) -> Self {
        let key = blake3::hash(&[*genesis, *account].concat()).to_hex();
        Self { folder: folder.join(key.get(..16).unwrap_or(&key)) }
    }

    /// All images, the newest first.
    pub fn list(&self) -> Result<Vec<PushedImage>, ImageError> {
        let folder = self.folder.join("images");
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(disk(&folder))?,
        };
        let mut images = Vec::new();
        for entry in entries {
            let path = entry.map_err(disk(&folder))?.path();
            // Another run's file that has not its name yet begins with a dot.
            let is_name = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.starts_with('.'));
            if is_name {
                images.extend(read::<PushedImage>(&path)?);
            }
        }
        images.sort_by_key(|image: &PushedImage| std::cmp::Reverse(image.at));
        Ok(images)
    }

    /// An image by its name, by its digest, or by the first digits of that. Of several of a name it is the newest.
    pub fn find(&self, name_or_digest: &str) -> Result<Option<PushedImage>, ImageError> {
        let images = self.list()?;
        if let Some(named) = images.iter().find(|image| image.is_called(name_or_digest)) {
            return Ok(Some(named.clone()));
        }
        let digits = name_or_digest.strip_prefix("sha256:").unwrap_or(name_or_digest);
        if digits.len() < LEAST_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let digits = digits.to_ascii_lowercase();
        let found: Vec<&PushedImage> = images.iter().filter(|image| image.digest.hex().starts_with(&digits)).collect();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            several => {
                let digests: Vec<String> = several.iter().map(|image| image.digest.to_string()).collect();
                Err(ImageError::Ambiguous { name: name_or_digest.to_owned(), digests: digests.join(", ") })
            },
        }
    }

    pub(super) fn image(&self, digest: &Sha) -> Result<Option<PushedImage>, ImageError> {
        read(&self.path("images", digest))
    }

    pub(super) fn keep_image(&self, image: &PushedImage) -> Result<(), ImageError> {
        self.write("images", &image.digest, image)
    }

    pub(super) fn blob(&self, digest: &Sha) -> Result<Option<Kept>, ImageError> {
        read(&self.path("blobs", digest))
    }

    pub(super) fn keep_blob(&self, kept: &Kept) -> Result<(), ImageError> {
        self.write("blobs", &kept.stored.blob.digest, kept)
    }

    /// The put of these bytes that was begun before, or a new one, which is not kept yet.
    pub(super) fn begun(&self, name: &Sha) -> Result<Begun, ImageError> {
        let known: Option<([u8; 32], [u8; 32])> = read(&self.path("begun", name))?;
        Ok(known.map_or_else(Begun::new, |(key, put)| Begun { key, put, is_again: true }))
    }

    /// The same, kept before anything is sent.
    pub(super) fn begin(&self, name: &Sha) -> Result<Begun, ImageError> {
        let begun = self.begun(name)?;
        if !begun.is_again {
            self.write("begun", name, &(begun.key, begun.put))?;
        }
        Ok(begun)
    }

    pub(super) fn forget_begun(&self, name: &Sha) -> Result<(), ImageError> {
        let path = self.path("begun", name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(&path)(error)),
            _ => Ok(()),
        }
    }

    fn path(&self, room: &str, name: &Sha) -> PathBuf {
        self.folder.join(room).join(name.hex())
    }

    fn write(&self, room: &str, name: &Sha, value: &impl Encode) -> Result<(), ImageError> {
        let folder = self.folder.join(room);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(disk(&folder))?;
        let path = self.path(room, name);
        let written = whole_file::replace(&path, &value.encode(), whole_file::PRIVATE);
        written.map_err(|error| disk(&path)(error.into()))
    }
}

/// What stands in a file. What was not written by this program is of no use to anybody, and is taken for nothing.
fn read<T: Decode>(path: &Path) -> Result<Option<T>, ImageError> {
    match fs::read(path) {
        Ok(bytes) => Ok(T::decode_all(&mut bytes.as_slice()).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(disk(path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(content: &[u8], name: &str, at: u64) -> PushedImage {
        let bundle = Bundle { root: 3, key: [4; 32] };
        PushedImage { at, ..PushedImage::new(Sha::of(content), bundle, vec![name.into()], 7, vec![3, 1, 3]) }
    }

    #[test]
    fn images_are_found_by_name_and_by_digest() {
        let folder = tempfile::tempdir().unwrap();
        let pushed = PushedImages::open(folder.path(), &[1; 32], &[2; 32]);
        assert!(pushed.list().unwrap().is_empty() && pushed.find("render").unwrap().is_none());
        let (old, new) = (image(b"old", "render:1", 5), image(b"new", "render:2", 6));
        for image in [&old, &new] {
            pushed.keep_image(image).unwrap();
        }
        assert_eq!(old.deals, [1, 3]);
        assert_eq!(pushed.list().unwrap(), [new.clone(), old.clone()]);
        assert_eq!(pushed.find("render").unwrap(), Some(new.clone()), "the newest of a name");
        assert_eq!(pushed.find("render:1").unwrap(), Some(old.clone()));
        assert_eq!(pushed.find(&old.digest.to_string()).unwrap(), Some(old.clone()));
        assert_eq!(pushed.find(&new.digest.hex()[..12].to_uppercase()).unwrap(), Some(new.clone()));
        assert_eq!(pushed.find(&new.digest.hex()[..4]).unwrap(), None, "too few digits");
        let other = PushedImages::open(folder.path(), &[1; 32], &[3; 32]);
        assert!(other.list().unwrap().is_empty(), "each account has its own");
        fs::write(pushed.path("images", &old.digest), b"half").unwrap();
        assert_eq!(pushed.list().unwrap(), [new]);
    }

    #[test]
    fn what_was_begun_is_gone_on_with_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let pushed = PushedImages::open(folder.path(), &[1; 32], &[2; 32]);
        let name = Sha::of(b"layer");
        let first = pushed.begin(&name).unwrap();
        assert!(!first.is_again);
        let again = pushed.begin(&name).unwrap();
        assert!(again.is_again && (again.key, again.put) == (first.key, first.put));
        pushed.forget_begun(&name).unwrap();
        assert_ne!(pushed.begin(&name).unwrap().key, first.key);
    }
}
