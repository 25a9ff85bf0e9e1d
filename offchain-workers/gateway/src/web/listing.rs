//! The page that lists a folder which has no index.

use std::fmt::Write;

use hyper::{
    header::{HeaderValue, CACHE_CONTROL},
    Response, StatusCode,
};
use idlewild_objects::{Listed, Listing};

use super::{
    body::Body,
    condition::Validators,
    page::{self, escape},
    path,
};

/// Entries of a page.
pub(super) const ENTRIES: usize = 1_000;

/// The page of `listing`: the folder `shown` of a site, whose keys all begin with `prefix`.
pub(super) fn page(shown: &str, prefix: &str, listing: &Listing, cache: HeaderValue) -> Response<Body> {
    let mut rows = String::new();
    if !shown.trim_matches('/').is_empty() {
        rows.push_str("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
    }
    for entry in &listing.entries {
        let key = match entry {
            Listed::Object(version) => &version.key,
            Listed::Prefix(prefix) => prefix,
        };
        let name = key.strip_prefix(prefix).unwrap_or(key);
        // The folder itself, if it is an object, is no entry in it.
        if name.is_empty() {
            continue;
        }
        let (size, modified) = match entry {
            Listed::Object(version) => {
                let modified = Validators::new(String::new(), version.modified).modified;
                (size(version.size), httpdate::fmt_http_date(modified))
            },
            Listed::Prefix(_) => (String::new(), String::new()),
        };
        let _ = writeln!(
            rows,
            "<tr><td><a href=\"{}\">{}</a></td><td class=\"n\">{size}</td><td>{modified}</td></tr>",
            escape(&reference(name)),
            escape(name)
        );
    }
    let next = listing.next.as_ref().map_or_else(String::new, |next| {
        let after = next.strip_prefix(prefix).unwrap_or(next);
        format!("<p><a href=\"?after={}\">More</a></p>", escape(&path::encode_value(after)))
    });
    let content = format!(
        "<table><thead><tr><th>Name</th><th class=\"n\">Bytes</th><th>Modified</th></tr></thead><tbody>\n{rows}</tbody></table>{next}"
    );
    let mut response = page::page(StatusCode::OK, &format!("/{}", shown.trim_start_matches('/')), &content);
    response.headers_mut().insert(CACHE_CONTROL, cache);
    response
}

/// A name as a reference from its folder. What stands before it keeps a name with a colon, or an empty segment, from being read as another
/// scheme or host.
fn reference(name: &str) -> String {
    format!("./{}", path::encode(name).trim_start_matches("/."))
}

/// Digits in groups of three.
fn size(bytes: u64) -> String {
    let digits = bytes.to_string();
    let mut text = String::new();
    for (number, digit) in digits.chars().enumerate() {
        if number > 0 && (digits.len() - number).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_legible() {
        assert_eq!(size(7), "7");
        assert_eq!(size(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn references_stay_in_their_folder() {
        assert_eq!(reference("javascript:alert(1)"), "./javascript%3Aalert%281%29");
        assert_eq!(reference("//host/"), ".///host/");
        assert_eq!(reference("a b?c#d"), "./a%20b%3Fc%23d");
    }
}
