//! In which form an object is asked for.

use hyper::header::{HeaderMap, ACCEPT};

use super::path::query_value;

/// Media type of a raw block.
const RAW: &str = "application/vnd.ipld.raw";
/// Media type of a CAR file.
const CAR: &str = "application/vnd.ipld.car";

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// As it was stored, with its own type.
    Plain,
    /// Its bytes and their BLAKE3.
    Raw,
    /// Blocks that can be checked one by one.
    Car,
    /// A stream that can be checked as it comes.
    Bao,
}

/// A form that there is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object is had as format=raw, car or bao; choose one of them, or leave it out")]
pub(super) struct UnknownFormat;

impl Format {
    /// What the query asks for, else what the client accepts by name.
    pub(super) fn asked(query: Option<&str>, headers: &HeaderMap) -> Result<Self, UnknownFormat> {
        match query_value(query, "format").as_deref() {
            Some("raw") => Ok(Self::Raw),
            Some("car") => Ok(Self::Car),
            Some("bao") => Ok(Self::Bao),
            Some(_) => Err(UnknownFormat),
            None => Ok(Self::accepted(headers)),
        }
    }

    fn accepted(headers: &HeaderMap) -> Self {
        headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .find_map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let media_type = parts.next()?;
                let refused = parts.any(|part| {
                    part.split_once('=').is_some_and(|(key, value)| {
                        key.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0)
                    })
                });
                match media_type {
                    _ if refused => None,
                    _ if media_type.eq_ignore_ascii_case(RAW) => Some(Self::Raw),
                    _ if media_type.eq_ignore_ascii_case(CAR) => Some(Self::Car),
                    _ => None,
                }
            })
            .unwrap_or(Self::Plain)
    }

    /// What tells its entity tag from that of the stored form: the bytes, or their type, are others.
    pub(super) fn tag_suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Raw => ".raw",
            Self::Car => ".car",
            Self::Bao => ".bao",
        }
    }

    /// Its media type; none where it is the object's own.
    pub(super) fn media_type(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Raw => Some(RAW),
            Self::Car => Some("application/vnd.ipld.car; version=1; order=dfs; dups=y"),
            Self::Bao => Some("application/vnd.idlewild.bao"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: Option<&str>, accept: &str) -> Result<Format, UnknownFormat> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        Format::asked(query, &headers)
    }

    #[test]
    fn the_query_outranks_the_header() {
        assert_eq!(of(Some("format=raw"), CAR), Ok(Format::Raw));
        assert_eq!(of(Some("a=b&format=bao"), "*/*"), Ok(Format::Bao));
        assert_eq!(of(Some("format=zip"), "*/*"), Err(UnknownFormat));
    }

    #[test]
    fn a_form_is_accepted_by_name_only() {
        assert_eq!(of(None, "*/*"), Ok(Format::Plain));
        assert_eq!(of(None, "application/*"), Ok(Format::Plain));
        assert_eq!(of(None, "text/html, application/vnd.ipld.car; version=1;q=0.5"), Ok(Format::Car));
        assert_eq!(of(None, "application/vnd.ipld.car;q=0, Application/Vnd.Ipld.Raw"), Ok(Format::Raw));
    }
}
