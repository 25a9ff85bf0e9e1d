//! What somebody shared or published, by what refers to it.

use std::{
    io::{self, Seek},
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::{bail, Context};
use idlewild_client::share::{Opened, Reference};
use idlewild_files::whole_file::FileError;
use serde::Serialize;
use tokio::{fs::File, io::AsyncWriteExt};
use zeroize::Zeroizing;

use super::{free, keep, last_name, taken, within, STOPPED};
use crate::{
    args::{Common, Get},
    commands::{share, stopping::unless_stopped},
    connection, disk,
    output::{bytes_bar, plain, show},
    quantities::show_bytes,
};

#[derive(Serialize)]
struct Done {
    /// Without the key of a link.
    reference: String,
    file: String,
    bytes: u64,
    /// Whether the bytes have the hash that stands on chain.
    checked: bool,
    seconds: f64,
}

/// The reference that a path is, if it is one.
pub(super) fn of(path: &str) -> anyhow::Result<Option<Reference>> {
    if path == "-" {
        let mut line = Zeroizing::new(String::new());
        io::stdin().read_line(&mut line).context("standard input cannot be read")?;
        return Ok(Some(line.trim().parse()?));
    }
    share::shared(path)
}

/// Fetches it.
pub(super) async fn run(common: &Common, get: &Get, reference: &Reference) -> anyhow::Result<()> {
    let begun = std::time::Instant::now();
    let (session, chain) = match reference {
        Reference::Share { key: None, .. } => connection::sharing(common).await?,
        // Whoever has the key needs no account.
        Reference::Share { .. } | Reference::Publication(_) => connection::reader(common).await?,
    };
    let opened = session.open_reference(&*chain, reference).await?;
    let range = match &get.range {
        Some(range) => Some(range.within(opened.size()).map_err(anyhow::Error::msg)?),
        None => None,
    };
    if range.is_some() && opened.is_promised() {
        eprintln!(
            "warning: the hash on chain is that of the whole file. These bytes are checked against what its owner's deals hold, which \
             is the same unless its owner lies; get the whole file to be sure"
        );
    }
    let to_terminal = get.output.as_deref().is_some_and(|output| output.as_os_str() == "-");
    let output = match &get.output {
        Some(output) if to_terminal || !output.is_dir() => output.clone(),
        Some(folder) => folder.join(name_of(&opened)?),
        None => name_of(&opened)?,
    };
    if !to_terminal {
        free(&output, get.force)?;
    }
    let bytes = range.as_ref().map_or(opened.size(), |range| range.end.saturating_sub(range.start));
    let bar = bytes_bar(common.json, bytes);
    let shown = bar.clone();
    let moved = move |bytes| shown.inc(bytes);
    let fetching = async {
        match to_terminal {
            true => print(&opened, range.clone(), moved).await,
            false => keep_at(&opened, range.clone(), &output, get.force, moved).await,
        }
    };
    let outcome = unless_stopped(STOPPED, fetching).await;
    bar.finish_and_clear();
    outcome?;
    if to_terminal {
        return Ok(());
    }
    let checked = opened.is_promised() && range.is_none();
    let (reference, file) = (shown_without_key(reference), output.display().to_string());
    let done = Done { reference, file, bytes, checked, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || {
        let checked = if done.checked { ", with the hash that stands on chain" } else { "" };
        format!("{}: {}{checked} in {:.1} s", plain(&done.file), show_bytes(done.bytes), done.seconds)
    })?;
    Ok(())
}

/// Writes what was opened, or some bytes of it, to `output`: all of it is there and checked before it has that name.
pub async fn keep_at(
    opened: &Opened,
    range: Option<Range<u64>>,
    output: &Path,
    force: bool,
    moved: impl Fn(u64) + Send + Sync,
) -> anyhow::Result<()> {
    let unwritten = || format!("{} cannot be written", output.display());
    let (file, aside) = disk::beside(output).with_context(unwritten)?;
    let mut file = File::from_std(file);
    copy(opened, range, &mut file, moved).await?;
    match keep(file, aside, output, force).await {
        Ok(()) => Ok(()),
        Err(FileError::Exists) => bail!("{}", taken(output)),
        Err(FileError::Io(error)) => Err(error).with_context(unwritten),
    }
}

async fn copy(
    opened: &Opened,
    range: Option<Range<u64>>,
    file: &mut File,
    moved: impl Fn(u64) + Send + Sync,
) -> anyhow::Result<()> {
    match range {
        Some(range) => opened.copy_range(range, file, moved).await?,
        None => opened.copy(file, moved).await?,
    }
    Ok(())
}

/// Writes to standard output, and what is checked as a whole only after that: it is put into a file without a name until then.
async fn print(opened: &Opened, range: Option<Range<u64>>, moved: impl Fn(u64) + Send + Sync) -> anyhow::Result<()> {
    let mut out = tokio::io::stdout();
    match range {
        Some(range) => opened.copy_range(range, &mut out, moved).await?,
        None if !opened.is_promised() => opened.copy(&mut out, moved).await?,
        None => {
            let aside = tempfile::tempfile().context("there is no room for what is checked before it is written")?;
            let mut file = File::from_std(aside.try_clone()?);
            opened.copy(&mut file, moved).await?;
            file.flush().await?;
            let mut aside = aside;
            aside.rewind()?;
            tokio::io::copy(&mut File::from_std(aside), &mut out).await?;
        },
    }
    out.flush().await?;
    Ok(())
}

/// What somebody else called the file, as a name here.
fn name_of(opened: &Opened) -> anyhow::Result<PathBuf> {
    let name = last_name(opened.name());
    within(name).with_context(|| format!("the file was called {:?}", plain(name)))
}

fn shown_without_key(reference: &Reference) -> String {
    match reference {
        Reference::Share { share, .. } => Reference::Share { share: *share, key: None }.to_string(),
        publication => publication.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use idlewild_shares_primitives::link::ShareLink;

    use super::*;

    #[test]
    fn what_begins_like_a_reference_is_one_or_is_refused() {
        assert_eq!(of("photos/beach.jpg").unwrap(), None);
        assert_eq!(of("idlewild:publication/3").unwrap(), Some(Reference::Publication(3)));
        let link = ShareLink { share: 7, key: [0xab; 32] }.to_string();
        assert_eq!(of(&link).unwrap(), Some(Reference::Share { share: 7, key: Some([0xab; 32]) }));
        let said = of(&link.replace("abab", "abba")).unwrap_err().to_string();
        assert!(said.contains("checksum") && !said.contains("abba"), "{said}");
        assert!(of("idlewild:photos").is_err());
    }

    #[test]
    fn an_answer_never_has_the_key_of_a_link() {
        let link = Reference::Share { share: 7, key: Some([0xab; 32]) };
        assert_eq!(shown_without_key(&link), "idlewild:share/7");
        assert_eq!(shown_without_key(&Reference::Publication(3)), "idlewild:publication/3");
    }
}
