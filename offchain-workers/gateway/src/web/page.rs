//! The pages that the gateway writes itself. Whatever of them comes from others is escaped.

use std::fmt::Write;

use hyper::{
    header::{HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER},
    Response, StatusCode,
};

use super::{body, headers, media_type, Body};

/// Our pages run and load nothing, and nobody frames them.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}\
table{width:100%;border-collapse:collapse}td,th{padding:.2rem .5rem;text-align:left}td.n,th.n{text-align:right}\
td{overflow-wrap:anywhere}code{overflow-wrap:anywhere}";

/// Text as it stands in HTML, in attributes too.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // These turn round the order in which text is read, and so hide what a key is.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{fffd}'),
            other if other.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A page of HTML; `title` is text and `content` is HTML.
pub(super) fn page(status: StatusCode, title: &str, content: &str) -> Response<Body> {
    let mut html = String::with_capacity(content.len().saturating_add(1_024));
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>\n{content}\n</body></html>\n",
        title = escape(title)
    );
    let length = html.len();
    let mut response = Response::new(body::full(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type::HTML));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers::secure(headers);
    response
}

/// A page that says what went wrong, why, and what to do. It is not to be kept: the next try may go well.
pub(super) fn error(status: StatusCode, explanation: &str) -> Response<Body> {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let mut response = page(status, &title, &format!("<p>{}</p>", escape(&sentence(explanation))));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// The answer to a method that the front does not have.
pub(super) fn method_not_allowed() -> Response<Body> {
    let mut response = error(
        StatusCode::METHOD_NOT_ALLOWED,
        "names are read here with GET and HEAD and written by S3; use the gateway's S3 address to change what they hold",
    );
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(super::METHODS));
    response
}

/// A redirect. `location` is encoded already.
pub(super) fn redirect(status: StatusCode, location: &str) -> Response<Body> {
    let Ok(value) = HeaderValue::from_str(location) else {
        return error(
            StatusCode::NOT_FOUND,
            "the site redirects to an address that no header can hold; its owner can correct that",
        );
    };
    let shown = escape(location);
    let mut response = page(status, "Elsewhere", &format!("<p>It is at <a href=\"{shown}\">{shown}</a>.</p>"));
    response.headers_mut().insert(LOCATION, value);
    response
}

/// Errors are written without capital and full stop, so that they can stand within others.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).chain(std::iter::once('.')).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_from_its_place() {
        assert_eq!(escape("<a href=\"x\" on='y'>&"), "&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;");
        assert_eq!(escape("a\u{202e}b\nc"), "a\u{fffd}b\u{fffd}c");
    }
}
