//! What an account can be called: its name is a file's name.

/// Most characters of a name.
const MOST: usize = 64;

/// No account can be called that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' cannot be an account's name; use 1 to {MOST} of the letters a-z and A-Z, digits, '-' and '_'")]
pub struct NameError(pub String);

pub(super) fn check(name: &str) -> Result<(), NameError> {
    let fits = (1..=MOST).contains(&name.len());
    if fits && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        Ok(())
    } else {
        Err(NameError(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_lead_out_of_the_folder() {
        for bad in ["", ".", "..", "a/b", "../a", "a.json", "ä", "a b", "\0", &"a".repeat(65)] {
            assert_eq!(check(bad), Err(NameError(bad.into())));
        }
        for good in ["a", "Alice-2_b", &"a".repeat(64)] {
            check(good).unwrap();
        }
    }
}
