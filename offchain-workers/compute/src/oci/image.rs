//! Images: finding one by its digest, and getting it where it is not there.

use std::{
    path::Path,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use bollard::{
    errors::Error,
    models::{ImageConfig, ImageInspect},
    query_parameters::{CreateImageOptions, ImportImageOptions},
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use idlewild_compute_primitives::Digest;
use tokio::io::AsyncReadExt;

use super::{
    engine::{AskError, Engine},
    settings::Settings,
};
use crate::executor::ExecutorError;

/// Who a program is, unless its image says so by a number.
const NOBODY: &str = "65534:65534";
/// Most volumes that an image may ask for; each is mounted for each task.
const MOST_VOLUMES: usize = 16;
/// Bytes of a tarball that are read at once.
const PIECE: usize = 1 << 18;

/// An image that the engine has.
#[derive(Debug)]
pub struct Image {
    /// The engine's name for it: the SHA-256 of its configuration.
    pub(super) id: String,
    /// The user and the group that its program is run as.
    pub(super) user: String,
    /// Folders that it wants to write.
    pub(super) volumes: Vec<String>,
    /// Why nobody can run it, if nobody can.
    pub(super) fault: Option<String>,
    /// Whether somebody removed it since.
    gone: AtomicBool,
}

impl Image {
    fn new(inspected: ImageInspect) -> Result<Self, ExecutorError> {
        let id = inspected.id.ok_or_else(|| ExecutorError::Engine("an image without a name".into()))?;
        let ImageConfig { user, volumes, .. } = inspected.config.unwrap_or_default();
        let volumes = volumes.unwrap_or_default();
        let fault = fault(&volumes);
        Ok(Self { id, user: user_of(user.as_deref().unwrap_or_default()), volumes, fault, gone: AtomicBool::new(false) })
    }

    /// The engine's name for it.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Notes that the engine does not have it any more, so that it is got again.
    pub(super) fn lose(&self) -> ExecutorError {
        self.gone.store(true, Ordering::Relaxed);
        ExecutorError::Absent {
            what: "the image",
            reason: "somebody removed it from the engine; it is got again next time".into(),
        }
    }

    #[cfg(test)]
    pub(super) fn for_tests(volumes: &[&str]) -> Self {
        let volumes = volumes.iter().map(|volume| (*volume).to_owned()).collect();
        Self { id: "sha256:0".into(), user: NOBODY.into(), volumes, fault: None, gone: AtomicBool::new(false) }
    }
}

/// Why no container can be made of an image with these volumes.
fn fault(volumes: &[String]) -> Option<String> {
    if volumes.len() > MOST_VOLUMES {
        return Some(format!("the image has {} volumes; {MOST_VOLUMES} are the most", volumes.len()));
    }
    let of_the_kernel = |path: &str| ["/proc", "/sys", "/dev"].iter().any(|top| Path::new(path).starts_with(top));
    let bad = |path: &&String| {
        !path.starts_with('/') || path.split('/').all(str::is_empty) || path.contains("..") || of_the_kernel(path)
    };
    volumes.iter().find(bad).map(|path| format!("the image has a volume at {path}, where there can be none"))
}

/// The user and group that a program is run as: never root, and none whose number is only known inside the image.
fn user_of(of_image: &str) -> String {
    let (user, group) = of_image.split_once(':').unwrap_or((of_image, ""));
    match (user.parse::<u32>(), group.parse::<u32>()) {
        (Ok(user), Ok(group)) if user > 0 && group > 0 => format!("{user}:{group}"),
        // Left out, the group would be root's.
        (Ok(user), _) if user > 0 => format!("{user}:{user}"),
        _ => NOBODY.into(),
    }
}

/// The digest that a reference is pinned to.
fn pinned(reference: &str) -> Option<Digest> {
    let (name, digest) = reference.rsplit_once("@sha256:")?;
    let mut bytes = [0; 32];
    (!name.is_empty() && digest.len() == 64).then_some(())?;
    for (byte, pair) in bytes.iter_mut().zip(digest.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn hex(digest: &Digest) -> String {
    blake3::Hash::from_bytes(*digest).to_hex().to_string()
}

/// The image with a digest, from the engine or from where the reference says.
pub(super) async fn get(
    engine: &Engine,
    reference: &str,
    digest: &Digest,
    settings: &Settings,
) -> Result<Image, ExecutorError> {
    if pinned(reference) != Some(*digest) {
        return Err(ExecutorError::WrongDigest);
    }
    if let Some(image) = find(engine, reference, digest).await? {
        return Ok(image);
    }
    pull(engine, reference, settings).await?;
    let missing = || ExecutorError::Engine(format!("{reference} was pulled, and is not there"));
    find(engine, reference, digest).await?.ok_or_else(missing)
}

/// Looks for an image among those that the engine has: by the digest of its manifest, which it keeps with what it pulled, or of its
/// configuration, which it knows of all. Either says what all of its bytes are.
async fn find(engine: &Engine, reference: &str, digest: &Digest) -> Result<Option<Image>, ExecutorError> {
    for name in [reference, &format!("sha256:{}", hex(digest))] {
        match engine.ask("looking for an image", engine.docker().inspect_image(name)).await {
            Ok(found) => return Image::new(found).map(Some),
            Err(AskError::Refused { status: 404, .. }) => {},
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

async fn pull(engine: &Engine, reference: &str, settings: &Settings) -> Result<(), ExecutorError> {
    let options = CreateImageOptions { from_image: Some(reference.to_owned()), ..Default::default() };
    let told = engine.docker().create_image(Some(options), None, None);
    match through(told, settings.stall, settings.pull).await {
        Ok(()) => Ok(()),
        Err(reason) => {
            Err(ExecutorError::Absent { what: "the image", reason: format!("{reference} cannot be pulled: {reason}") })
        },
    }
}

/// Hears a long answer to its end, as long as something is said again and again.
async fn through<T>(answers: impl Stream<Item = Result<T, Error>>, stall: Duration, most: Duration) -> Result<(), String> {
    let begun = Instant::now();
    let mut answers = pin!(answers);
    loop {
        match tokio::time::timeout(stall, answers.next()).await {
            Ok(None) => return Ok(()),
            Ok(Some(Ok(_))) if begun.elapsed() < most => {},
            Ok(Some(Ok(_))) => return Err(format!("it took more than {most:?}")),
            Ok(Some(Err(Error::DockerResponseServerError { message, .. }))) => return Err(message),
            Ok(Some(Err(error))) => return Err(error.to_string()),
            Err(_) => return Err(format!("nothing was heard for {stall:?}")),
        }
    }
}

/// Hands the images in a tarball to the engine, as `docker load` does. It takes the names that stand in it: only for a tarball of the
/// owner's own.
pub(super) async fn load(engine: &Engine, tarball: &Path, settings: &Settings) -> Result<(), ExecutorError> {
    let of = |source| ExecutorError::File { path: tarball.to_owned(), source };
    let file = tokio::fs::File::open(tarball).await.map_err(of)?;
    let pieces = futures::stream::try_unfold(file, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
        Ok::<_, std::io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    });
    let told = engine.docker().import_image_stream(ImportImageOptions { quiet: true, platform: None }, pieces, None);
    through(told, settings.pull, settings.pull)
        .await
        .map_err(|reason| ExecutorError::Engine(format!("{} cannot be loaded: {reason}", tarball.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_root() {
        let cases = [
            ("", NOBODY),
            ("root", NOBODY),
            ("0", NOBODY),
            ("0:0", NOBODY),
            ("postgres", NOBODY),
            ("1000", "1000:1000"),
            ("1000:0", "1000:1000"),
            ("1000:50", "1000:50"),
            ("1000:staff", "1000:1000"),
            ("-1", NOBODY),
            ("4294967296", NOBODY),
        ];
        for (of_image, user) in cases {
            assert_eq!(user_of(of_image), user, "{of_image}");
        }
    }

    #[test]
    fn a_reference_is_pinned_to_one_digest() {
        let digest = [0xab; 32];
        let reference = format!("127.0.0.1:5000/a/b@sha256:{}", hex(&digest));
        assert_eq!(pinned(&reference), Some(digest));
        for other in
            ["127.0.0.1:5000/a:latest", "a@sha256:ab", &reference[..reference.len() - 1], &reference[18..], "a@sha256:"]
        {
            assert_ne!(pinned(other), Some(digest), "{other}");
        }
    }

    #[test]
    fn volumes_are_where_they_can_be() {
        let of = |paths: &[&str]| fault(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["/data", "/var/lib/it"]), None);
        for bad in ["data", "/", "//", "/proc", "/proc/self", "/sys/fs", "/dev/shm", "/a/../proc"] {
            assert!(of(&[bad]).is_some(), "{bad}");
        }
        assert!(of(&["/a"; MOST_VOLUMES + 1]).is_some());
    }
}
