//! One version of an object as an answer: conditions, ranges, and the forms that it is had in.

use hyper::{
    header::{
        HeaderMap, HeaderName, HeaderValue, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
        CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LAST_MODIFIED, VARY,
    },
    Response, StatusCode,
};
use idlewild_objects::{ReadError, Version};

use super::{
    body::{self, Body, BodyError, Source},
    condition::{self, Outcome, Validators},
    export,
    format::Format,
    headers, media_type,
    multipart::{content_range, Multipart},
    page,
    path::query_value,
    place::Place,
    range::{self, Selection},
    Front, Stock,
};

/// The version's id, with which it can be asked for again.
const VERSION: HeaderName = HeaderName::from_static("x-idlewild-version");
/// Sites that share an origin, being named in the path, are kept from it and from each other.
const SANDBOX: &str = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

/// What to answer with.
pub(super) struct Job<'a> {
    /// Where it is.
    pub(super) place: &'a Place,
    /// Which version.
    pub(super) version: Version,
    /// The request's headers.
    pub(super) headers: &'a HeaderMap,
    /// Its query.
    pub(super) query: Option<&'a str>,
    /// Whether only the headers are asked for.
    pub(super) head: bool,
    /// In which form.
    pub(super) format: Format,
    /// How long the answer may be kept, unless the object says that.
    pub(super) cache: HeaderValue,
    /// Whether the version itself was asked for, so that nothing stored with it can say how long it is kept.
    pub(super) pinned: bool,
    /// Whether the site shares its origin with others.
    pub(super) shared_origin: bool,
}

/// The status of an answer whose bytes cannot be had.
pub(super) fn status_of(error: &BodyError) -> StatusCode {
    match error {
        BodyError::Read(ReadError::Gone) => StatusCode::NOT_FOUND,
        BodyError::Read(ReadError::Remote(_)) => StatusCode::BAD_GATEWAY,
        BodyError::Stalled(_) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Front {
    /// The answer with an object.
    pub(super) async fn object(&self, job: Job<'_>) -> Response<Body> {
        let etag = format!("{}{}", job.version.etag, job.format.tag_suffix());
        let validators = Validators::new(etag, job.version.modified);
        let mut headers = common(&job, &validators);
        match condition::check(job.headers, &validators) {
            Outcome::Proceed => {},
            Outcome::NotModified => {
                headers.remove(CONTENT_TYPE);
                headers.remove(CONTENT_DISPOSITION);
                return answer(StatusCode::NOT_MODIFIED, headers, body::empty());
            },
            Outcome::Failed => {
                return page::error(
                    StatusCode::PRECONDITION_FAILED,
                    "the object is not what the request's condition says; read it anew",
                );
            },
        }
        let Stock { store, exports, .. } = self.stock(job.place);
        let source = Source::of(store.clone(), job.version.clone(), self.options().patience, job.place.held.clone());
        match job.format {
            Format::Plain => self.bytes(job, headers, &validators, source).await,
            Format::Raw => match exports.blake3(&job.place.bucket.name, &job.version, &source).await {
                Ok(digest) => {
                    export::insert(&mut headers, export::BLAKE3, &hex::encode(digest));
                    self.bytes(job, headers, &validators, source).await
                },
                Err(error) => page::error(error.status(), &error.to_string()),
            },
            Format::Car | Format::Bao => {
                headers.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
                match exports.export(&job.place.bucket.name, &job.version, source, job.format, job.head, &mut headers).await {
                    Ok(export) => {
                        headers.insert(CONTENT_LENGTH, HeaderValue::from(export.length));
                        answer(StatusCode::OK, headers, export.bits.map_or_else(body::empty, body::streamed))
                    },
                    Err(error) => page::error(error.status(), &error.to_string()),
                }
            },
        }
    }

    /// Its bytes, or the ranges of them that are asked for.
    async fn bytes(&self, job: Job<'_>, mut headers: HeaderMap, it: &Validators, source: Source) -> Response<Body> {
        let size = job.version.size;
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        // A range is of a GET; a HEAD tells what a GET of the whole would.
        let selection = if !job.head && condition::range_stands(job.headers, it) {
            range::select(job.headers, size)
        } else {
            Selection::Whole
        };
        let (status, range) = match selection {
            Selection::Whole => (StatusCode::OK, 0..size),
            Selection::One(range) => {
                export::insert(&mut headers, CONTENT_RANGE, &content_range(&range, size));
                (StatusCode::PARTIAL_CONTENT, range)
            },
            Selection::Many(ranges) => {
                let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(media_type::BYTES);
                let multipart = Multipart::new(ranges, size, media_type);
                export::insert(&mut headers, CONTENT_TYPE, &multipart.media_type());
                headers.insert(CONTENT_LENGTH, HeaderValue::from(multipart.length()));
                return answer(StatusCode::PARTIAL_CONTENT, headers, body::streamed(multipart.bits(source)));
            },
            Selection::Unsatisfiable => {
                let mut response = page::error(
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    &format!("the object has {size} bytes, and none of the ranges has any of them; ask for others"),
                );
                export::insert(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{size}"));
                response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                return response;
            },
        };
        headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end.saturating_sub(range.start)));
        if job.head {
            return answer(status, headers, body::empty());
        }
        match source.open(range).await {
            Ok(bits) => answer(status, headers, body::streamed(bits)),
            Err(error) => {
                tracing::warn!(%error, bucket = job.place.bucket.name, key = job.version.key, "an object could not be read");
                page::error(status_of(&error), &error.to_string())
            },
        }
    }
}

fn answer(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The headers of every answer with this object.
fn common(job: &Job<'_>, it: &Validators) -> HeaderMap {
    let version = &job.version;
    let mut all = HeaderMap::new();
    headers::add_stored(&mut all, &version.headers);
    if job.pinned || !all.contains_key(CACHE_CONTROL) {
        all.insert(CACHE_CONTROL, job.cache.clone());
    }
    let media_type = match job.format.media_type() {
        Some(media_type) => media_type.to_string(),
        None => media_type::of(version.content_type.as_deref(), &version.key),
    };
    let media_type = HeaderValue::from_str(&media_type).unwrap_or_else(|_| HeaderValue::from_static(media_type::BYTES));
    all.insert(CONTENT_TYPE, media_type);
    if job.format != Format::Plain {
        // These bytes are not what the stored headers describe.
        all.remove(hyper::header::CONTENT_ENCODING);
        all.insert(
            CONTENT_DISPOSITION,
            headers::attachment(&format!("{}{}", file_name(&version.key), job.format.tag_suffix())),
        );
    } else if let Some(name) = query_value(job.query, "download") {
        let name = if name.is_empty() { file_name(&version.key) } else { &name };
        all.insert(CONTENT_DISPOSITION, headers::attachment(name));
    }
    export::insert(&mut all, ETAG, &it.quoted());
    export::insert(&mut all, LAST_MODIFIED, &httpdate::fmt_http_date(it.modified));
    all.insert(VARY, HeaderValue::from_static("accept"));
    if !version.id.is_null() {
        export::insert(&mut all, VERSION, &version.id.0);
    }
    if let Some(digest) = version.blake3 {
        export::insert(&mut all, export::BLAKE3, &hex::encode(digest));
    }
    headers::secure(&mut all);
    if job.shared_origin {
        all.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    }
    all
}

fn file_name(key: &str) -> &str {
    let name = key.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if name.is_empty() {
        "object"
    } else {
        name
    }
}
