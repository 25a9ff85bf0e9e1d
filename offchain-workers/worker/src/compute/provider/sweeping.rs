//! What an earlier run left on the disk and nobody needs.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::Place;

/// Most bytes of modules that are kept from one start to the next; those that were fetched first go first.
const MODULES: u64 = 2 << 30;

/// Removes the folders of chunks of which there is no record, and modules beyond what is kept. What cannot be removed stays.
pub(super) fn sweep(folder: &Path, known: &[Place]) {
    let swept = sweep_chunks(&folder.join("work"), known).and_then(|()| sweep_modules(&folder.join("programs"), MODULES));
    match swept {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(folder = %folder.display(), %error, "what an earlier run left could not be removed");
        },
        _ => {},
    }
}

fn sweep_chunks(work: &Path, known: &[Place]) -> io::Result<()> {
    if !work.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(work)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_known = known.iter().any(|(project, chunk)| name.to_str() == Some(format!("{project}-{chunk}").as_str()));
        if !is_known {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn sweep_modules(programs: &Path, most: u64) -> io::Result<()> {
    if !programs.is_dir() {
        return Ok(());
    }
    let mut modules: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(programs)? {
        let entry = entry?;
        let about = entry.metadata()?;
        modules.push((about.modified()?, about.len(), entry.path()));
    }
    modules.sort_unstable();
    let mut all = modules.iter().fold(0u64, |sum, (_, bytes, _)| sum.saturating_add(*bytes));
    for (_, bytes, path) in modules {
        if all <= most {
            break;
        }
        fs::remove_file(path)?;
        all = all.saturating_sub(bytes);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_what_nobody_needs_goes() {
        let folder = tempfile::tempdir().unwrap();
        sweep(folder.path(), &[]);
        for name in ["work/1-2/out", "work/1-3/out", "programs"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        for (age, name) in [(3, "old"), (2, "middle"), (1, "new")] {
            let file = fs::File::create(folder.path().join("programs").join(name)).unwrap();
            file.set_len(10).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age * 60)).unwrap();
        }
        sweep(folder.path(), &[(1, 3)]);
        assert!(!folder.path().join("work/1-2").exists() && folder.path().join("work/1-3/out").exists());
        sweep_modules(&folder.path().join("programs"), 20).unwrap();
        let left = |name: &str| folder.path().join("programs").join(name).exists();
        assert!(!left("old") && left("middle") && left("new"));
    }
}
