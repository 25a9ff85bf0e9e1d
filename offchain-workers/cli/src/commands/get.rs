//! `idlewild get`

pub mod reference;

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use anyhow::{bail, Context};
use idlewild_client::{Listing, Session};
use idlewild_files::{
    folder,
    whole_file::{self, FileError},
};
use idlewild_storage::tree::Object;
use indicatif::ProgressBar;
use serde::Serialize;
use tempfile::TempPath;
use tokio::{fs::File, io::AsyncWriteExt};

use super::{
    chosen::{self, below, InDoubt},
    stopping::unless_stopped,
};
use crate::{
    args::{Common, Get},
    connection, disk,
    output::{bytes_bar, plain, show},
    quantities::show_bytes,
};

#[derive(Serialize)]
struct Done {
    path: String,
    file: String,
    bytes: u64,
    seconds: f64,
}

#[derive(Serialize)]
struct DoneFolder {
    path: String,
    folder: String,
    files: Vec<String>,
    bytes: u64,
    seconds: f64,
}

const STOPPED: &str = "stopped; what had come of an unfinished file was removed";

/// Fetches a file, all files below a folder, or what somebody shared or published.
pub async fn run(common: &Common, get: Get) -> anyhow::Result<()> {
    if let Some(reference) = reference::of(&get.path)? {
        return reference::run(common, &get, &reference).await;
    }
    // Told before anything is asked of anybody, where it can be.
    if let Some(output) = get.output.as_deref().filter(|output| output.as_os_str() != "-" && !output.is_dir()) {
        free(output, get.force)?;
    }
    let session = connection::session(common).await?;
    let begun = std::time::Instant::now();
    let listing = session.list().await?;
    // Another word than --force, which replaces files here: what is older must not replace what is newer unasked.
    let in_doubt = InDoubt::new(get.readable, "--readable");
    if listing.tree.get(&get.path).is_some() {
        let object = chosen::file(&listing, &get.path, in_doubt)?;
        return get_file(common, &get, &session, &listing, object, begun).await;
    }
    let objects = chosen::folder(&listing, &get.path, in_doubt)?;
    get_folder(common, &get, &session, &listing, &objects, begun).await
}

async fn get_file(
    common: &Common,
    get: &Get,
    session: &Session,
    listing: &Listing,
    object: &Object<u64>,
    begun: std::time::Instant,
) -> anyhow::Result<()> {
    let range = match &get.range {
        Some(range) => range.within(object.size).map_err(anyhow::Error::msg)?,
        None => 0..object.size,
    };
    let bytes = range.end - range.start;
    let name = last_name(&get.path);
    let output = match &get.output {
        Some(output) if output.as_os_str() != "-" && output.is_dir() => output.join(name),
        Some(output) => output.clone(),
        None => PathBuf::from(name),
    };
    let to_terminal = output.as_os_str() == "-";
    if !to_terminal {
        free(&output, get.force)?;
    }
    let bar = bytes_bar(common.json, bytes);
    let shown = bar.clone();
    let moved = move |bytes| shown.inc(bytes);
    if to_terminal {
        let mut out = tokio::io::stdout();
        session.get(listing, object, range, &mut out, moved).await?;
        out.flush().await?;
        bar.finish_and_clear();
        return Ok(());
    }
    unless_stopped(STOPPED, fetch(session, listing, object, range, (output.as_path(), get.force), moved)).await?;
    bar.finish_and_clear();
    let (path, file) = (get.path.clone(), output.display().to_string());
    let done = Done { path, file, bytes, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || format!("{}: {} in {:.1} s", plain(&done.file), show_bytes(done.bytes), done.seconds))?;
    Ok(())
}

async fn get_folder(
    common: &Common,
    get: &Get,
    session: &Session,
    listing: &Listing,
    objects: &[&Object<u64>],
    begun: std::time::Instant,
) -> anyhow::Result<()> {
    if get.range.is_some() {
        bail!("{:?} is a folder, and --range is for one file: name the file", get.path);
    }
    let folder = match &get.output {
        Some(output) if output.as_os_str() == "-" => {
            bail!("{:?} is a folder of {} files, which cannot all go to standard output: name one", get.path, objects.len())
        },
        Some(output) => output.clone(),
        None => PathBuf::from(Some(last_name(&get.path)).filter(|name| !name.is_empty()).unwrap_or(".")),
    };
    // All are checked before the first is fetched.
    let mut outputs = Vec::new();
    for object in objects {
        let output = folder.join(within(below(&object.path, &get.path).unwrap_or_default())?);
        free(&output, get.force)?;
        outputs.push(output);
    }
    let bytes = objects.iter().map(|object| object.size).sum();
    let bar: ProgressBar = bytes_bar(common.json, bytes);
    let fetching = async {
        for (object, output) in objects.iter().zip(&outputs) {
            let parent = output.parent().unwrap_or(Path::new("."));
            folder::make(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
            let shown = bar.clone();
            fetch(session, listing, object, 0..object.size, (output.as_path(), get.force), move |bytes| shown.inc(bytes))
                .await
                .with_context(|| format!("{:?} did not come back; the files before it are there", object.path))?;
        }
        Ok(())
    };
    unless_stopped(STOPPED, fetching).await?;
    bar.finish_and_clear();
    let files = outputs.iter().map(|output| output.display().to_string()).collect();
    let seconds = begun.elapsed().as_secs_f64();
    let done = DoneFolder { path: get.path.clone(), folder: folder.display().to_string(), files, bytes, seconds };
    show(common.json, &done, || {
        let count = done.files.len();
        format!("{}: {count} files, {} in {:.1} s", plain(&done.folder), show_bytes(done.bytes), done.seconds)
    })?;
    Ok(())
}

/// Written aside and renamed: nobody ever sees half a file under its name. `force` says whether it may replace another, which may
/// have come there since that was looked at.
async fn fetch(
    session: &Session,
    listing: &Listing,
    object: &Object<u64>,
    range: std::ops::Range<u64>,
    (output, force): (&Path, bool),
    moved: impl Fn(u64) + Send + Sync,
) -> anyhow::Result<()> {
    let unwritten = || format!("{} cannot be written", output.display());
    let (file, aside) = disk::beside(output).with_context(unwritten)?;
    let mut file = File::from_std(file);
    session.get(listing, object, range, &mut file, moved).await?;
    match keep(file, aside, output, force).await {
        Ok(()) => Ok(()),
        Err(FileError::Exists) => bail!("{}", taken(output)),
        Err(FileError::Io(error)) => Err(error).with_context(unwritten),
    }
}

/// Gives a file its name, once all of it is on the disk. What does not get it is removed.
async fn keep(file: File, aside: TempPath, output: &Path, force: bool) -> Result<(), FileError> {
    file.sync_all().await.map_err(FileError::Io)?;
    let output = output.to_owned();
    let naming = tokio::task::spawn_blocking(move || whole_file::name(aside, &output, force));
    naming.await.map_err(|broken| FileError::Io(io::Error::other(broken)))?
}

fn free(output: &Path, force: bool) -> anyhow::Result<()> {
    if output.is_dir() {
        bail!("{} is a folder: choose another name with --output", output.display());
    }
    if !force && output.symlink_metadata().is_ok() {
        bail!("{}", taken(output));
    }
    Ok(())
}

fn taken(output: &Path) -> String {
    format!("{} exists already: choose another name with --output, or give --force to replace it", output.display())
}

fn last_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// A stored path as one below a folder here, out of which it must not lead.
fn within(path: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(path);
    if path.components().next().is_none() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        bail!("{path:?} cannot be a file's name here: get it alone, with --output");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_folder_may_end_in_a_slash() {
        assert_eq!(last_name("a/b/"), "b");
    }

    #[test]
    fn no_stored_path_leads_out_of_the_folder() {
        assert_eq!(within("a/b").unwrap(), PathBuf::from("a/b"));
        for path in ["../a", "/a", "a/../../b", ""] {
            assert!(within(path).is_err(), "{path}");
        }
    }

    #[test]
    fn what_exists_is_not_replaced_unless_told() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        assert!(free(&file, false).is_ok());
        std::fs::write(&file, "old").unwrap();
        assert!(free(&file, false).is_err());
        assert!(free(&file, true).is_ok());
        assert!(free(home.path(), true).is_err(), "a folder is never replaced");
        std::os::unix::fs::symlink("/nowhere", home.path().join("link")).unwrap();
        assert!(free(&home.path().join("link"), false).is_err());
    }

    #[tokio::test]
    async fn a_file_that_is_not_kept_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let output = home.path().join("file");
        let (file, aside) = disk::beside(&output).unwrap();
        let left = aside.to_path_buf();
        // Its name is taken by a folder, so that it cannot be given.
        std::fs::create_dir(&output).unwrap();
        assert!(keep(File::from_std(file), aside, &output, true).await.is_err());
        assert!(!left.exists());
    }

    #[tokio::test]
    async fn a_file_that_came_during_the_fetch_is_replaced_only_where_that_is_told() {
        let home = tempfile::tempdir().unwrap();
        let output = home.path().join("file");
        for (force, left) in [(false, "theirs"), (true, "ours")] {
            let (mut file, aside) = disk::beside(&output).unwrap();
            file.write_all(b"ours").unwrap();
            std::fs::write(&output, "theirs").unwrap();
            let kept = keep(File::from_std(file), aside, &output, force).await;
            assert!(if force { kept.is_ok() } else { matches!(kept, Err(FileError::Exists)) }, "{kept:?}");
            assert_eq!(std::fs::read_to_string(&output).unwrap(), left);
            assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1, "nothing else is left behind");
        }
    }

    #[test]
    fn a_link_that_somebody_laid_is_not_written_through() {
        let home = tempfile::tempdir().unwrap();
        let (output, theirs) = (home.path().join("file"), home.path().join("theirs"));
        std::fs::write(&theirs, "theirs").unwrap();
        // What a part could be called by who foresees its number.
        let part = home.path().join(format!("file.{}.part", std::process::id()));
        std::os::unix::fs::symlink(&theirs, part).unwrap();
        let (mut file, _aside) = disk::beside(&output).unwrap();
        file.write_all(b"ours").unwrap();
        assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "theirs");
    }

    #[tokio::test]
    async fn what_was_got_may_be_read_by_whom_other_files_may() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let (output, other) = (home.path().join("a/b/file"), home.path().join("other"));
        folder::make(output.parent().unwrap()).unwrap();
        let (file, aside) = disk::beside(&output).unwrap();
        keep(File::from_std(file), aside, &output, false).await.unwrap();
        std::fs::write(&other, "").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&output), mode(&other));
    }
}
