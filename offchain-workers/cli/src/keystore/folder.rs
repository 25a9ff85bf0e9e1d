//! Where the accounts of a user are.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Nobody says where accounts are to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither --home, IDLEWILD_HOME, XDG_DATA_HOME nor HOME says where accounts are kept; set one of them")]
pub struct FolderError;

/// The folder of accounts: `keys` in `home` or, without one, in the user's data folder.
pub fn folder_of(home: Option<&Path>) -> Result<PathBuf, FolderError> {
    if let Some(home) = home {
        return Ok(home.join("keys"));
    }
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share"))).ok_or(FolderError)?;
    Ok(data.join("idlewild/keys"))
}
