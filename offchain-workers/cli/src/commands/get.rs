//! `idlewild get`

use std::{
    future::Future,
    path::{Component, Path, PathBuf},
};

use anyhow::{bail, Context};
use idlewild_client::{Listing, Session};
use idlewild_storage::tree::Object;
use indicatif::ProgressBar;
use serde::Serialize;
use tokio::{fs::File, io::AsyncWriteExt};

use super::chosen::{self, below, InDoubt};
use crate::{
    args::{Common, Get},
    connection,
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

/// Fetches a file, or all files below a folder.
pub async fn run(common: &Common, get: Get) -> anyhow::Result<()> {
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
    unless_stopped(fetch(session, listing, object, range, &output, moved)).await?;
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
            tokio::fs::create_dir_all(parent).await.with_context(|| format!("{} cannot be made", parent.display()))?;
            let shown = bar.clone();
            fetch(session, listing, object, 0..object.size, output, move |bytes| shown.inc(bytes))
                .await
                .with_context(|| format!("{:?} did not come back; the files before it are there", object.path))?;
        }
        Ok(())
    };
    unless_stopped(fetching).await?;
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

/// Written aside and renamed: nobody ever sees half a file under its name.
async fn fetch(
    session: &Session,
    listing: &Listing,
    object: &Object<u64>,
    range: std::ops::Range<u64>,
    output: &Path,
    moved: impl Fn(u64) + Send + Sync,
) -> anyhow::Result<()> {
    let aside = Aside(aside_of(output));
    let mut file = File::create(&aside.0).await.with_context(|| format!("{} cannot be written", aside.0.display()))?;
    session.get(listing, object, range, &mut file, moved).await?;
    keep(file, &aside.0, output).await.with_context(|| format!("{} cannot be written", output.display()))
}

/// Gives a file its name, once all of it is on the disk.
async fn keep(file: File, aside: &Path, output: &Path) -> std::io::Result<()> {
    file.sync_all().await?;
    tokio::fs::rename(aside, output).await
}

/// A file on its way; what has not got its name in the end is removed.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // After the renaming there is none.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Gives up on Ctrl-C or SIGTERM, so that what is on its way is removed.
async fn unless_stopped(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let terminated = async {
        #[cfg(unix)]
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending().await
    };
    tokio::select! {
        outcome = work => outcome,
        _ = tokio::signal::ctrl_c() => bail!("stopped; what had come of an unfinished file was removed"),
        () = terminated => bail!("stopped; what had come of an unfinished file was removed"),
    }
}

fn free(output: &Path, force: bool) -> anyhow::Result<()> {
    if output.is_dir() {
        bail!("{} is a folder: choose another name with --output", output.display());
    }
    if !force && output.symlink_metadata().is_ok() {
        bail!("{} exists already: choose another name with --output, or give --force to replace it", output.display());
    }
    Ok(())
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

fn aside_of(output: &Path) -> PathBuf {
    let mut name = output.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    output.with_file_name(name)
}

#[cfg(test)]
mod tests {
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
        let aside = Aside(aside_of(&output));
        let file = File::create(&aside.0).await.unwrap();
        // Its name is taken by a folder, so that it cannot be given.
        std::fs::create_dir(&output).unwrap();
        assert!(keep(file, &aside.0, &output).await.is_err());
        let left = aside.0.clone();
        drop(aside);
        assert!(!left.exists());
    }
}
