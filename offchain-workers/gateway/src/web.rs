//! Sites over HTTP: `http://NAME.localhost:PORT/path`, and where a host of its own cannot be had,
//! `http://127.0.0.1:PORT/name/NAME/path` or `/idlewild/content_NAME/path`.
//!
//! A name leads to a bucket, and the path to an object in it, if everyone may read that; or to one published file. Buckets and publications
//! have paths of their own as well, `/bucket/NUMBER/path` and `/publication/NUMBER/name`. What is not this gateway's own and public on chain
//! is in another store, and everyone may read all of it. Anyone can ask for the same bytes in a form that
//! proves itself: `?format=raw` (the bytes and their BLAKE3), `?format=car` (a CAR file, see [`car`]), `?format=bao` (a verified
//! stream, see [`bao`]). `?version=ID` asks for a certain version, `?download=NAME` for a download.

mod bao;
mod body;
mod car;
mod cid;
mod condition;
mod export;
mod format;
mod headers;
mod host;
mod listing;
mod media_type;
mod multipart;
mod object;
mod page;
mod path;
mod place;
mod public;
mod range;
mod rules;
mod site;

use std::{sync::Arc, time::Duration};

use hyper::{
    header::{HeaderMap, HeaderName, HeaderValue, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, CONTENT_LENGTH, ORIGIN, VARY},
    http::request::Parts,
    Method, Request, Response, StatusCode,
};
use idlewild_objects::Store;

pub use self::body::{Body, BodyError};
use self::{
    export::Exports,
    host::{HostError, Site},
    place::Place,
    rules::Rules,
    site::Visit,
};
use crate::{names::Names, public::Public, serve::Peer};

/// The methods of the front.
const METHODS: &str = "GET, HEAD, OPTIONS";
/// What a browser says when it fetches the script of a service worker.
const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");

/// How many seconds ago it was so that the name leads there, where whoever knows names cannot be asked.
const STALE: HeaderName = HeaderName::from_static("x-idlewild-stale");

/// How the front is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Domains that names are under, in lower case.
    pub domains: Vec<String>,
    /// The longest wait for a piece of an object.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { domains: vec!["localhost".into()], patience: Duration::from_secs(60) }
    }
}

/// The HTTP front.
#[derive(Clone)]
pub struct Front(Arc<Inner>);

struct Inner {
    own: Stock,
    others: Option<(Arc<Public>, Stock)>,
    names: Arc<dyn Names>,
    options: Options,
}

/// A store, and what goes with showing it.
struct Stock {
    store: Store,
    rules: Rules,
    exports: Exports,
}

impl Front {
    /// Over the objects of `store`, under the names of `names`.
    pub fn new(store: Store, names: Arc<dyn Names>, options: Options) -> Self {
        Self::beside(store, None, names, options)
    }

    /// The same, and over what others made public.
    pub fn beside(store: Store, public: Option<Arc<Public>>, names: Arc<dyn Names>, options: Options) -> Self {
        let own = Stock { rules: Rules::new(store.clone()), store, exports: Exports::default() };
        let others = public.map(|public| {
            let store = public.store().clone();
            (public, Stock { rules: Rules::of_public(store.clone()), store, exports: Exports::default() })
        });
        Self(Arc::new(Inner { own, others, names, options }))
    }

    /// The store of this gateway's own buckets.
    fn store(&self) -> &Store {
        &self.0.own.store
    }

    fn public(&self) -> Option<&Arc<Public>> {
        self.0.others.as_ref().map(|(public, _)| public)
    }

    /// Where the bucket of a place is.
    fn stock(&self, place: &Place) -> &Stock {
        match &self.0.others {
            Some((_, others)) if place.held.is_some() => others,
            _ => &self.0.own,
        }
    }

    fn names(&self) -> &dyn Names {
        &*self.0.names
    }

    fn options(&self) -> &Options {
        &self.0.options
    }

    /// Whether a request is for a site, where this front shares a listener with another.
    pub fn serves<B>(&self, request: &Request<B>) -> bool {
        match host::site(request, &self.options().domains) {
            Ok(Site::Name(_)) | Err(HostError::BadName(_)) => true,
            Ok(Site::Plain) => place::is_site(request.uri().path()),
            Err(_) => false,
        }
    }

    /// Answers a request. Its body is not read.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body> {
        let site = host::site(&request, &self.options().domains);
        let (parts, _) = request.into_parts();
        let mut response = self.respond(&parts, site).await;
        if parts.method == Method::HEAD {
            *response.body_mut() = body::empty();
        }
        response
    }

    async fn respond(&self, parts: &Parts, site: Result<Site, HostError>) -> Response<Body> {
        let site = match site {
            Ok(site) => site,
            Err(error) => {
                let status = match error {
                    HostError::Malformed => StatusCode::BAD_REQUEST,
                    HostError::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
                    HostError::BadName(_) => StatusCode::NOT_FOUND,
                };
                return page::error(status, &error.to_string());
            },
        };
        let head = parts.method == Method::HEAD;
        if !head && parts.method != Method::GET && parts.method != Method::OPTIONS {
            return page::method_not_allowed();
        }
        let path = match path::decode(parts.uri.path()) {
            Ok(path) if path.starts_with('/') => path,
            // `OPTIONS *` asks what the server can do as a whole.
            Ok(_) if parts.method == Method::OPTIONS => return options(HeaderMap::new()),
            Ok(_) => return page::error(StatusCode::BAD_REQUEST, "the path does not begin with a slash; write the whole path"),
            Err(error) => return page::error(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        if site == Site::Plain && path == "/" && parts.method != Method::OPTIONS {
            return welcome();
        }
        if site == Site::Plain && parts.headers.contains_key(SERVICE_WORKER) {
            // It would stand between all sites of this origin and their visitors.
            return page::error(StatusCode::FORBIDDEN, "sites on a shared host have no service workers; open NAME.localhost");
        }
        let is_preflight = parts.method == Method::OPTIONS && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if parts.method == Method::OPTIONS && !is_preflight {
            return options(HeaderMap::new());
        }
        let mut response = self.visit(parts, &site, &path, is_preflight).await;
        let stale = place::name_of(&site, &path).and_then(|name| self.names().stale(&name));
        if let Some(since) = stale {
            export::insert(response.headers_mut(), STALE, &since.as_secs().to_string());
        }
        response
    }

    /// Answers a request for what a site has.
    async fn visit(&self, parts: &Parts, site: &Site, path: &str, is_preflight: bool) -> Response<Body> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
        let place = match self.place(site, path, peer).await {
            Ok(place) => place,
            Err(response) => return *response,
        };
        if is_preflight {
            return match self.stock(&place).rules.preflight(&place.bucket.name, &parts.headers) {
                Ok(headers) => options(headers),
                Err(reason) => page::error(StatusCode::FORBIDDEN, &reason),
            };
        }
        let head = parts.method == Method::HEAD;
        let visit = Visit { headers: &parts.headers, query: parts.uri.query(), head, host: shown_host(parts) };
        let mut response = self.site(&place, &visit).await;
        self.share(&place, parts, &mut response);
        if let Some(hash) = &place.hash {
            if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
                export::insert(response.headers_mut(), export::HASH, &hex::encode(hash));
            }
        }
        response
    }

    /// Adds what the bucket says about pages of other origins.
    fn share(&self, place: &Place, parts: &Parts, response: &mut Response<Body>) {
        if !parts.headers.contains_key(ORIGIN) {
            return;
        }
        for (name, value) in &self.stock(place).rules.sharing(&place.bucket.name, &parts.method, &parts.headers) {
            if name == VARY {
                response.headers_mut().append(name, value.clone());
            } else {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
}

fn shown_host(parts: &Parts) -> &str {
    match parts.uri.authority() {
        Some(authority) => authority.as_str(),
        None => parts.headers.get(hyper::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
    }
}

fn options(mut headers: HeaderMap) -> Response<Body> {
    headers.insert(ALLOW, HeaderValue::from_static(METHODS));
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers::secure(&mut headers);
    let mut response = Response::new(body::empty());
    *response.headers_mut() = headers;
    response
}

fn welcome() -> Response<Body> {
    page::page(
        StatusCode::OK,
        "Idlewild",
        "<p>This is a gateway. The site of a name is at <code>http://NAME.localhost</code> with this port, and at \
         <code>/name/NAME/</code> here. What others made public is at <code>/bucket/NUMBER/</code> and \
         <code>/publication/NUMBER</code>.</p>",
    )
}
