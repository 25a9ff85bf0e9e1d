//! Files and folders on this machine, as a put takes them.
//!
//! A link that is named is followed; links within folders are left out and told, as they may lead anywhere, also in circles. So are
//! pipes, sockets and devices, which have no bytes to keep.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use idlewild_client::put::Source;
use idlewild_storage::packer::ObjectMeta;

/// Why what was named cannot be put.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// It cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It has no name to be stored under.
    #[error("{0} has no name that a file could be stored under: name the files and folders in it")]
    NoName(PathBuf),
    /// The name is not text.
    #[error("the name of {0} is not UTF-8: rename it, or leave it out")]
    NotText(PathBuf),
    /// It is neither a file nor a folder.
    #[error("{path} is {what} and has no bytes that could be stored")]
    Special {
        /// Where.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Two files would have one path.
    #[error(
        "{first} and {second} would both be stored as {path:?}, and one would replace the other. Put them apart with --to, or \
         put the folder that holds both"
    )]
    Twice {
        /// The path.
        path: String,
        /// A file.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// There is nothing.
    #[error("there is no file to store in what was given")]
    Nothing,
}

/// What is put.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The files.
    pub sources: Vec<Source>,
    /// What was left out of folders, and what each is.
    pub left_out: Vec<(PathBuf, &'static str)>,
}

/// Finds the files of `paths`, which are stored below `prefix`.
pub fn gather(paths: &[PathBuf], prefix: &str) -> Result<Gathered, GatherError> {
    let mut gathered = Gathered::default();
    for path in paths {
        let known = fs::metadata(path).map_err(|source| GatherError::Read { path: path.clone(), source })?;
        // `.` and `..` have the names of the folders that they stand for.
        let name = match path.file_name() {
            Some(name) => name.to_owned(),
            None => fs::canonicalize(path)
                .map_err(|source| GatherError::Read { path: path.clone(), source })?
                .file_name()
                .ok_or_else(|| GatherError::NoName(path.clone()))?
                .to_owned(),
        };
        let name = name.to_str().ok_or_else(|| GatherError::NotText(path.clone()))?;
        let stored = join(prefix.trim_matches('/'), name);
        if let Some(what) = special(&known) {
            return Err(GatherError::Special { path: path.clone(), what });
        }
        gathered.add(path, &known, stored)?;
    }
    let mut seen: HashMap<&str, &Path> = HashMap::new();
    for Source { file, meta } in &gathered.sources {
        if let Some(first) = seen.insert(&meta.path, file) {
            return Err(GatherError::Twice { path: meta.path.clone(), first: first.to_owned(), second: file.clone() });
        }
    }
    if gathered.sources.is_empty() {
        return Err(GatherError::Nothing);
    }
    Ok(gathered)
}

impl Gathered {
    fn add(&mut self, path: &Path, known: &fs::Metadata, stored: String) -> Result<(), GatherError> {
        let unread = |source| GatherError::Read { path: path.to_owned(), source };
        if !known.is_dir() {
            let modified = known.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            let modified = modified.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0);
            let file = std::path::absolute(path).map_err(unread)?;
            self.sources.push(Source { file, meta: ObjectMeta { path: stored, size: known.len(), modified } });
            return Ok(());
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries: Vec<PathBuf> = entries.map_err(unread)?.into_iter().map(|entry| entry.path()).collect();
        entries.sort();
        for entry in entries {
            let known = fs::symlink_metadata(&entry).map_err(|source| GatherError::Read { path: entry.clone(), source })?;
            match special(&known) {
                Some(what) => self.left_out.push((entry, what)),
                None => {
                    let name = entry.file_name().and_then(|name| name.to_str());
                    let stored = join(&stored, name.ok_or_else(|| GatherError::NotText(entry.clone()))?);
                    self.add(&entry, &known, stored)?;
                },
            }
        }
        Ok(())
    }
}

fn join(prefix: &str, name: &str) -> String {
    match prefix {
        "" => name.to_owned(),
        prefix => format!("{prefix}/{name}"),
    }
}

/// What it is, where it is neither a file nor a folder.
fn special(known: &fs::Metadata) -> Option<&'static str> {
    let kind = known.file_type();
    if kind.is_file() || kind.is_dir() {
        return None;
    }
    if kind.is_symlink() {
        return Some("a link");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some("a device")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(gathered: &Gathered) -> Vec<&str> {
        gathered.sources.iter().map(|source| source.meta.path.as_str()).collect()
    }

    #[test]
    fn folders_are_walked_and_links_and_special_files_left_out() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("photos");
        fs::create_dir_all(folder.join("b")).unwrap();
        fs::write(folder.join("a"), "1").unwrap();
        fs::write(folder.join("b/c"), "2").unwrap();
        std::os::unix::fs::symlink(&folder, folder.join("circle")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
        let gathered = gather(std::slice::from_ref(&folder), "/to/").unwrap();
        assert_eq!(stored(&gathered), ["to/photos/a", "to/photos/b/c"]);
        assert_eq!(gathered.left_out, [(folder.join("circle"), "a link"), (folder.join("socket"), "a socket")]);
        let dotted = gather(&[folder.join("b/..")], "").unwrap();
        assert_eq!(stored(&dotted), ["photos/a", "photos/b/c"]);
        let named = gather(&[folder.join("circle")], "").unwrap();
        assert_eq!(stored(&named), ["circle/a", "circle/b/c"]);
        let socket = gather(&[folder.join("socket")], "").unwrap_err();
        assert!(socket.to_string().contains("is a socket"), "{socket}");
        assert!(matches!(gather(&["/".into()], ""), Err(GatherError::NoName(_))));
    }

    #[test]
    fn two_files_cannot_have_one_path() {
        let home = tempfile::tempdir().unwrap();
        for folder in ["a", "b"] {
            fs::create_dir(home.path().join(folder)).unwrap();
            fs::write(home.path().join(folder).join("x"), folder).unwrap();
        }
        let error = gather(&[home.path().join("a/x"), home.path().join("b/x")], "").unwrap_err();
        assert!(matches!(error, GatherError::Twice { ref path, .. } if path == "x"), "{error}");
        assert_eq!(gather(&[home.path().join("a"), home.path().join("b")], "").unwrap().sources.len(), 2);
    }

    #[test]
    fn nothing_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        assert!(matches!(gather(&[home.path().to_owned()], ""), Err(GatherError::Nothing)));
        assert!(matches!(gather(&[home.path().join("none")], ""), Err(GatherError::Read { .. })));
    }
}
