//! Whether what a write asks for holds.

use crate::{
    error::{DeleteError, PutError, StoreError},
    records::Kept,
    version::Conditions,
};

/// Why a condition does not hold.
pub(crate) enum Unmet {
    /// There is nothing to match.
    NoSuchKey,
    /// It is another one.
    Failed,
}

impl From<Unmet> for PutError {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::NoSuchKey => StoreError::NoSuchKey.into(),
            Unmet::Failed => Self::PreconditionFailed,
        }
    }
}

impl From<Unmet> for DeleteError {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::NoSuchKey => StoreError::NoSuchKey.into(),
            Unmet::Failed => Self::PreconditionFailed,
        }
    }
}

impl Conditions {
    /// Whether they hold where this is the current version; none, where there is none or it is a delete marker.
    pub(crate) fn check(&self, current: Option<&Kept>) -> Result<(), Unmet> {
        if self.is_empty() {
            return Ok(());
        }
        let etag = current.map(|current| current.version.etag.to_string());
        if let Some(wanted) = &self.if_match {
            match &etag {
                None => return Err(Unmet::NoSuchKey),
                Some(etag) if !names(wanted, etag) => return Err(Unmet::Failed),
                Some(_) => {},
            }
        }
        if let Some(unwanted) = &self.if_none_match {
            if etag.as_ref().is_some_and(|etag| names(unwanted, etag)) {
                return Err(Unmet::Failed);
            }
        }
        if let Some(at) = self.if_modified_at {
            match current {
                None => return Err(Unmet::NoSuchKey),
                Some(current) if current.version.modified != at => return Err(Unmet::Failed),
                Some(_) => {},
            }
        }
        Ok(())
    }
}

/// Whether a list of ETags names this one.
fn names(list: &str, etag: &str) -> bool {
    list.split(',').map(|name| name.trim().trim_matches('"')).any(|name| name == "*" || name.eq_ignore_ascii_case(etag))
}
