//! A site as an answer: its redirects, its index and error documents, its folders, and its objects.

use hyper::{
    header::{HeaderMap, HeaderValue, ACCEPT_RANGES, CACHE_CONTROL, ETAG, LAST_MODIFIED},
    Response, StatusCode,
};
use idlewild_objects::{ListQuery, StoreError, Version, VersionId};

use super::{
    body::Body, format::Format, headers, listing, object::Job, page, path, path::query_value, place::Place, rules::Site, Front,
};
use crate::s3::website::Redirect;

/// The index of a folder where the bucket says nothing of it.
const INDEX: &str = "index.html";
/// A redirect that is stored with an object.
const REDIRECT: &str = "x-amz-website-redirect-location";

/// A request, as far as a site is concerned.
pub(super) struct Visit<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) query: Option<&'a str>,
    pub(super) head: bool,
    /// The host as the client wrote it, for redirects that change only the scheme.
    pub(super) host: &'a str,
}

/// What the store has for a key.
enum Found {
    Object(Box<Version>),
    /// It is there, and not for everyone.
    Denied,
    Nothing,
}

impl Front {
    /// The answer of a site.
    pub(super) async fn site(&self, place: &Place, visit: &Visit<'_>) -> Response<Body> {
        let format = match Format::asked(visit.query, visit.headers) {
            Ok(format) => format,
            Err(error) => return page::error(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        match self.try_site(place, visit, format).await {
            Ok(response) => response,
            Err(error) => {
                let status = match error {
                    StoreError::NoSuchBucket | StoreError::NoSuchKey | StoreError::NoSuchVersion => StatusCode::NOT_FOUND,
                    StoreError::BadKey => StatusCode::NOT_FOUND,
                    StoreError::Closed => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                if status.is_server_error() {
                    tracing::warn!(%error, bucket = place.bucket.name, "a site could not be read");
                }
                page::error(status, &error.to_string())
            },
        }
    }

    async fn try_site(&self, place: &Place, visit: &Visit<'_>, format: Format) -> Result<Response<Body>, StoreError> {
        if let Some(id) = query_value(visit.query, "version") {
            return self.version(place, visit, format, VersionId(id)).await;
        }
        if place.is_object {
            return Ok(match self.find(place, &place.path, None)? {
                Found::Object(version) => self.send(place, visit, format, *version, false).await,
                Found::Denied | Found::Nothing => missing(),
            });
        }
        let rules = self.stock(place).rules.site(&place.bucket.name);
        if let Some(moved) = rules.before(&place.path) {
            return Ok(redirect(place, visit, &moved));
        }
        let index = rules.index().unwrap_or(INDEX);
        let is_folder = place.path.is_empty() || place.path.ends_with('/');
        let path = if is_folder { format!("{}{index}", place.path) } else { place.path.clone() };
        match self.find(place, &place.key_of(&path), None)? {
            Found::Object(version) => return Ok(self.send(place, visit, format, *version, false).await),
            // Whether it is there is nobody's business who may not read it.
            Found::Denied | Found::Nothing => {},
        }
        if is_folder {
            // An object can have a key that ends with a slash.
            if let Found::Object(version) = self.find(place, &place.key_of(&place.path), None)? {
                if version.size > 0 {
                    return Ok(self.send(place, visit, format, *version, false).await);
                }
            }
            if let Some(response) = self.folder(place, visit)? {
                return Ok(response);
            }
        } else if self.is_folder(place, index)? {
            return Ok(page::redirect(StatusCode::FOUND, &with_query(place.url_of(&format!("{}/", place.path)), visit.query)));
        }
        if let Some(moved) = rules.after(&place.path, StatusCode::NOT_FOUND.as_u16()) {
            return Ok(redirect(place, visit, &moved));
        }
        if let Some(response) = self.error_document(place, visit, &rules).await? {
            return Ok(response);
        }
        Ok(missing())
    }

    /// A version by its id. The site's rules are about names, which may change, so none applies.
    async fn version(
        &self,
        place: &Place,
        visit: &Visit<'_>,
        format: Format,
        id: VersionId,
    ) -> Result<Response<Body>, StoreError> {
        let key = if place.is_object { place.path.clone() } else { place.key_of(&place.path) };
        Ok(match self.find(place, &key, Some(&id))? {
            // What is "null" can be written anew, and so is not kept forever.
            Found::Object(version) => {
                let pinned = !version.id.is_null();
                self.send(place, visit, format, *version, pinned).await
            },
            Found::Denied | Found::Nothing => page::error(
                StatusCode::NOT_FOUND,
                "the object has no such version that everyone may read; leave out the version to have the current one",
            ),
        })
    }

    fn find(&self, place: &Place, key: &str, version: Option<&VersionId>) -> Result<Found, StoreError> {
        let found = match self.stock(place).store.head(&place.bucket.name, key, version) {
            Ok(found) => found,
            Err(StoreError::BadKey | StoreError::NoSuchKey | StoreError::NoSuchVersion) => None,
            Err(error) => return Err(error),
        };
        let Some(found) = found.filter(|found| !found.is_delete_marker) else { return Ok(Found::Nothing) };
        Ok(if self.stock(place).rules.may_read(place, &found, version.is_some()) {
            Found::Object(Box::new(found))
        } else {
            Found::Denied
        })
    }

    async fn send(&self, place: &Place, visit: &Visit<'_>, format: Format, version: Version, pinned: bool) -> Response<Body> {
        if let Some(location) = headers::stored(&version.headers, REDIRECT).filter(|_| !pinned) {
            if let Some(location) = location.strip_prefix('/') {
                return page::redirect(StatusCode::MOVED_PERMANENTLY, &place.url_of(location));
            }
            if location.starts_with("http://") || location.starts_with("https://") {
                return page::redirect(StatusCode::MOVED_PERMANENTLY, location);
            }
        }
        self.object(Job {
            place,
            version,
            headers: visit.headers,
            query: visit.query,
            head: visit.head,
            format,
            cache: headers::cache_control(pinned, self.names().height(), place.until),
            pinned,
            shared_origin: place.shared_origin,
        })
        .await
    }

    /// The listing of a folder, if everyone may see it and there is anything in it.
    fn folder(&self, place: &Place, visit: &Visit<'_>) -> Result<Option<Response<Body>>, StoreError> {
        let prefix = place.key_of(&place.path);
        if !self.stock(place).rules.may_list(place, &prefix) {
            return Ok(None);
        }
        let after = query_value(visit.query, "after").map(|after| format!("{prefix}{after}"));
        let query =
            ListQuery { prefix: prefix.clone(), delimiter: Some("/".into()), after: after.clone(), limit: listing::ENTRIES };
        let listing = self.stock(place).store.list(&place.bucket.name, &query)?;
        if listing.entries.is_empty() && !place.path.is_empty() && after.is_none() {
            return Ok(None);
        }
        let cache = headers::cache_control(false, self.names().height(), place.until);
        Ok(Some(listing::page(&place.path, &prefix, &listing, cache)))
    }

    /// Whether the path, which is no object, is a folder that can be shown.
    fn is_folder(&self, place: &Place, index: &str) -> Result<bool, StoreError> {
        let folder = place.key_of(&format!("{}/", place.path));
        if let Found::Object(_) = self.find(place, &format!("{folder}{index}"), None)? {
            return Ok(true);
        }
        if !self.stock(place).rules.may_list(place, &folder) {
            return Ok(false);
        }
        let query = ListQuery { prefix: folder, delimiter: Some("/".into()), after: None, limit: 1 };
        Ok(!self.stock(place).store.list(&place.bucket.name, &query)?.entries.is_empty())
    }

    /// The site's own page for what is not there.
    async fn error_document(
        &self,
        place: &Place,
        visit: &Visit<'_>,
        rules: &Site,
    ) -> Result<Option<Response<Body>>, StoreError> {
        let Some(key) = rules.error() else { return Ok(None) };
        let Found::Object(version) = self.find(place, &place.key_of(key), None)? else { return Ok(None) };
        // Conditions and ranges are about what was asked for, which this is not.
        let none = HeaderMap::new();
        let visit = Visit { headers: &none, query: None, ..*visit };
        let mut response = self.send(place, &visit, Format::Plain, *version, false).await;
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::NOT_FOUND;
            let headers = response.headers_mut();
            headers.remove(ETAG);
            headers.remove(LAST_MODIFIED);
            headers.remove(ACCEPT_RANGES);
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Ok(Some(response))
    }
}

fn missing() -> Response<Body> {
    page::error(
        StatusCode::NOT_FOUND,
        "there is nothing here that everyone may read; check the path, or let everyone read it if it is yours",
    )
}

/// A redirect of the site's rules.
fn redirect(place: &Place, visit: &Visit<'_>, moved: &Redirect) -> Response<Body> {
    let status = StatusCode::from_u16(moved.status).ok().filter(StatusCode::is_redirection).unwrap_or(StatusCode::FOUND);
    let location = match (&moved.protocol, &moved.host) {
        (None, None) => place.url_of(&moved.key),
        // On another host the site's place in the path of this one means nothing.
        (None, Some(host)) => format!("//{host}{}", path::encode(&format!("/{}", moved.key))),
        (Some(protocol), Some(host)) => format!("{protocol}://{host}{}", path::encode(&format!("/{}", moved.key))),
        (Some(protocol), None) => format!("{protocol}://{}{}", visit.host, place.url_of(&moved.key)),
    };
    page::redirect(status, &location)
}

fn with_query(location: String, query: Option<&str>) -> String {
    match query {
        Some(query) if !query.is_empty() => format!("{location}?{query}"),
        _ => location,
    }
}
