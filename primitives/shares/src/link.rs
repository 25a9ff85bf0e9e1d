//! How a share and a publication are written down for others.
//!
//! | text | what it refers to |
//! | --- | --- |
//! | `idlewild:share/7` | a share, for the account that its key is sealed to |
//! | `idlewild:share/7#…` | a share, for whoever has this link: the key and a checksum follow |
//! | `idlewild:publication/7` | a publication, for everybody |
//!
//! The checksum is of the number too, so that a digit that was lost on the way is told before anything is fetched.

use core::{
    fmt::{self, Debug, Display, Formatter},
    str::FromStr,
};

use codec::Encode;
use idlewild_storage_primitives::hash::hash;

use crate::{PublicationId, ShareId};

const SHARE: &str = "idlewild:share/";
const PUBLICATION: &str = "idlewild:publication/";
/// Bytes of a checksum.
const CHECKSUM: usize = 4;
/// Bytes behind the `#`.
const FRAGMENT: usize = 32 + CHECKSUM;

/// A share and its key, for whoever has it.
#[derive(Clone, PartialEq, Eq)]
pub struct ShareLink {
    /// The share.
    pub share: ShareId,
    /// The bundle's key.
    pub key: [u8; 32],
}

/// What can be written down for others.
#[derive(Clone, PartialEq, Eq)]
pub enum Reference {
    /// A share.
    Share {
        /// Its number.
        share: ShareId,
        /// The bundle's key. Where there is none, it is sealed to the account that opens the share.
        key: Option<[u8; 32]>,
    },
    /// A publication.
    Publication(PublicationId),
}

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It begins like none.
    Unknown,
    /// There is no number where one must be.
    BadNumber,
    /// What is behind the `#` is no key of the right length.
    BadKey,
    /// The checksum is of another link.
    WrongChecksum,
    /// It is a reference without a key, where one is needed.
    NoKey,
}

impl Display for LinkError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "a link begins with idlewild:share/ or idlewild:publication/",
            Self::BadNumber => "the link has no number behind its last slash: a part of it is missing",
            Self::BadKey => "the link has not 72 hexadecimal digits behind the #: a part of it is missing or was added",
            Self::WrongChecksum => "the link's checksum is not that of its number and key: ask for the link again",
            Self::NoKey => "the link has no key: it is for the account that it was shared with",
        })
    }
}

impl core::error::Error for LinkError {}

impl Display for ShareLink {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sum = checksum(self.share, &self.key);
        write!(f, "{SHARE}{}#{}{}", self.share, const_hex::encode(self.key), const_hex::encode(sum))
    }
}

// Whoever reads the key can read the bundle, so that no log shows it.
impl Debug for ShareLink {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{SHARE}{}#…", self.share)
    }
}

impl FromStr for ShareLink {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        match text.parse()? {
            Reference::Share { share, key: Some(key) } => Ok(Self { share, key }),
            Reference::Share { key: None, .. } | Reference::Publication(_) => Err(LinkError::NoKey),
        }
    }
}

impl From<ShareLink> for Reference {
    fn from(ShareLink { share, key }: ShareLink) -> Self {
        Self::Share { share, key: Some(key) }
    }
}

impl Display for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { share, key: Some(key) } => Display::fmt(&ShareLink { share: *share, key: *key }, f),
            Self::Share { share, key: None } => write!(f, "{SHARE}{share}"),
            Self::Publication(publication) => write!(f, "{PUBLICATION}{publication}"),
        }
    }
}

impl Debug for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { share, key: Some(key) } => Debug::fmt(&ShareLink { share: *share, key: *key }, f),
            public => Display::fmt(public, f),
        }
    }
}

impl FromStr for Reference {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        if let Some(publication) = text.strip_prefix(PUBLICATION) {
            return Ok(Self::Publication(number(publication)?));
        }
        let rest = text.strip_prefix(SHARE).ok_or(LinkError::Unknown)?;
        let Some((share, fragment)) = rest.split_once('#') else {
            return Ok(Self::Share { share: number(rest)?, key: None });
        };
        let share = number(share)?;
        let key = key(share, fragment)?;
        Ok(Self::Share { share, key: Some(key) })
    }
}

/// A number as it is written here: no sign, and no zeros before it.
fn number(text: &str) -> Result<u64, LinkError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain).ok_or(LinkError::BadNumber)
}

/// The key behind a `#`.
fn key(share: ShareId, fragment: &str) -> Result<[u8; 32], LinkError> {
    let bytes = Some(fragment).filter(|fragment| fragment.len() == 2 * FRAGMENT);
    let bytes: [u8; FRAGMENT] = bytes.and_then(|hex| const_hex::decode_to_array(hex).ok()).ok_or(LinkError::BadKey)?;
    let (key, sum) = bytes.split_first_chunk::<32>().ok_or(LinkError::BadKey)?;
    if *sum == checksum(share, key) {
        Ok(*key)
    } else {
        Err(LinkError::WrongChecksum)
    }
}

fn checksum(share: ShareId, key: &[u8; 32]) -> [u8; CHECKSUM] {
    let [a, b, c, d, ..] = hash(&(share, key).encode());
    [a, b, c, d]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use alloc::{
        format,
        string::{String, ToString},
    };

    use proptest::prelude::*;

    use super::*;

    fn written() -> String {
        ShareLink { share: 41, key: [0xab; 32] }.to_string()
    }

    #[test]
    fn references_are_read_as_they_are_written() {
        for reference in [
            Reference::Publication(0),
            Reference::Publication(u64::MAX),
            Reference::Share { share: 7, key: None },
            Reference::Share { share: u64::MAX, key: Some([0; 32]) },
        ] {
            assert_eq!(reference.to_string().parse(), Ok(reference));
        }
        assert_eq!("idlewild:publication/12".parse(), Ok(Reference::Publication(12)));
        assert_eq!("idlewild:share/12".parse(), Ok(Reference::Share { share: 12, key: None }));
    }

    /// Links lie in mailboxes for years, so that their form must never change.
    #[test]
    fn a_link_stays() {
        let key = "ab".repeat(32);
        assert_eq!(written(), format!("idlewild:share/41#{key}9253bbd0"));
    }

    #[test]
    fn no_log_shows_a_key() {
        let link = ShareLink { share: 41, key: [0xab; 32] };
        let shown = [format!("{link:?}"), format!("{:?}", Reference::from(link))];
        assert_eq!(shown, ["idlewild:share/41#…", "idlewild:share/41#…"]);
        assert_eq!(format!("{:?}", Reference::Publication(3)), "idlewild:publication/3");
    }

    #[test]
    fn what_is_wrong_with_a_link_is_told() {
        let read = |text: &str| text.parse::<Reference>().unwrap_err();
        for text in ["", "share/7", "idlewild:bucket/7", "Idlewild:share/7", " idlewild:share/7"] {
            assert_eq!(read(text), LinkError::Unknown, "{text}");
        }
        for number in ["", "x", "-1", "+1", "01", "1 ", "18446744073709551616", "1/2"] {
            assert_eq!(read(&format!("idlewild:share/{number}")), LinkError::BadNumber, "{number}");
            assert_eq!(read(&format!("idlewild:publication/{number}")), LinkError::BadNumber, "{number}");
        }
        let whole = written();
        let head = whole.split('#').next().unwrap();
        let prefixed = format!("0x{}", "a".repeat(70));
        for fragment in ["", "abc", &"a".repeat(71), &"a".repeat(73), &"g".repeat(72), &"é".repeat(36), &prefixed] {
            assert_eq!(read(&format!("{head}#{fragment}")), LinkError::BadKey, "{fragment}");
        }
        assert_eq!(read(&whole.replace("/41#", "/42#")), LinkError::WrongChecksum);
        assert_eq!("idlewild:share/7".parse::<ShareLink>(), Err(LinkError::NoKey));
        assert_eq!("idlewild:publication/7".parse::<ShareLink>(), Err(LinkError::NoKey));
    }

    proptest! {
        #[test]
        fn any_link_is_read_as_it_is_written(share: u64, key: [u8; 32]) {
            let link = ShareLink { share, key };
            prop_assert_eq!(link.to_string().parse::<ShareLink>(), Ok(link.clone()));
            prop_assert_eq!(link.to_string().parse::<Reference>(), Ok(link.into()));
        }

        #[test]
        fn a_digit_that_was_changed_is_noticed(at in 0usize..72, digit in 0u8..16) {
            let whole = written();
            let at = whole.find('#').unwrap() + 1 + at;
            let digit = char::from_digit(digit.into(), 16).unwrap();
            prop_assume!(!whole[at..].starts_with(digit));
            let mut changed = whole.clone();
            changed.replace_range(at..=at, &digit.to_string());
            prop_assert_eq!(changed.parse::<Reference>(), Err(LinkError::WrongChecksum));
        }

        #[test]
        fn a_reference_without_a_key_is_written_in_one_way(text in "idlewild:(share|publication)/[0-9]{1,21}") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(reference.to_string(), text);
            }
        }
    }
}
