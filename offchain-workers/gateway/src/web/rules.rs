//! What a bucket's owner says about its site: who may read, its documents and redirects, and which other origins may use it.
//!
//! Where the owner's word cannot be read, nobody may read anything and no rule applies.

use hyper::{header::HeaderMap, Method};
use idlewild_objects::{ConfigKind, Store, Version};
use time::OffsetDateTime;

use super::place::Place;
use crate::s3::{
    access::{Action, Ask, Door, Guard},
    cors,
    website::{Redirect, Website},
};

/// The rules of a site.
pub(super) struct Site(Option<Website>);

impl Site {
    /// The name of the document that stands for a folder.
    pub(super) fn index(&self) -> Option<&str> {
        self.0.as_ref().and_then(Website::index)
    }

    /// The path of the document that stands for what is missing.
    pub(super) fn error(&self) -> Option<&str> {
        self.0.as_ref().and_then(Website::error)
    }

    /// Where `path` is, whatever there is at it.
    pub(super) fn before(&self, path: &str) -> Option<Redirect> {
        self.0.as_ref().and_then(|website| website.before(path))
    }

    /// Where `path` is, if asking for it ended with `status`.
    pub(super) fn after(&self, path: &str, status: u16) -> Option<Redirect> {
        self.0.as_ref().and_then(|website| website.after(path, status))
    }
}

/// The rules of all buckets.
pub(super) struct Rules {
    store: Store,
    /// None where everyone may read everything, as everyone has the key.
    guard: Option<Guard>,
}

impl Rules {
    /// Of the buckets of `store`.
    pub(super) fn new(store: Store) -> Self {
        Self { guard: Some(Guard::new(store.clone())), store }
    }

    /// Of buckets that are public on chain.
    pub(super) fn of_public(store: Store) -> Self {
        Self { guard: None, store }
    }

    /// The rules of a bucket's site.
    pub(super) fn site(&self, bucket: &str) -> Site {
        let Ok(Some(document)) = self.store.config(bucket, ConfigKind::Website) else { return Site(None) };
        match Website::parse(&document) {
            Ok(website) => Site(Some(website)),
            Err(error) => {
                tracing::warn!(%error, bucket, "the rules of a site cannot be read, so none applies; set them again");
                Site(None)
            },
        }
    }

    /// Whether everyone may read this version; `by_id` if it was asked for by its id.
    pub(super) fn may_read(&self, place: &Place, version: &Version, by_id: bool) -> bool {
        let action = if by_id { Action::GetObjectVersion } else { Action::GetObject };
        self.allows(&Ask {
            key: Some(&version.key),
            version: by_id.then_some(&version.id),
            object_acl: version.acl.as_deref(),
            ..ask(action, place)
        })
    }

    /// Whether everyone may list the keys that begin with `prefix`.
    pub(super) fn may_list(&self, place: &Place, prefix: &str) -> bool {
        self.allows(&Ask { prefix: Some(prefix), delimiter: Some("/"), ..ask(Action::ListBucket, place) })
    }

    fn allows(&self, ask: &Ask<'_>) -> bool {
        let Some(guard) = &self.guard else { return true };
        match guard.check(ask) {
            Ok(decision) => decision.is_allow(),
            Err(error) => {
                tracing::warn!(%error, bucket = ask.bucket, "who may read a bucket cannot be known, so nobody may");
                false
            },
        }
    }

    /// The headers for a browser that asks whether it may ask, or why it may not.
    pub(super) fn preflight(&self, bucket: &str, headers: &HeaderMap) -> Result<HeaderMap, String> {
        cors::preflight(&self.store, bucket, headers).map_err(|refusal| refusal.to_string())
    }

    /// The headers for a page of another origin.
    pub(super) fn sharing(&self, bucket: &str, method: &Method, headers: &HeaderMap) -> HeaderMap {
        cors::response_headers(&self.store, bucket, method, headers)
    }
}

fn ask(action: Action, place: &Place) -> Ask<'_> {
    Ask {
        action,
        bucket: &place.bucket.name,
        bucket_id: place.bucket.id,
        key: None,
        version: None,
        caller: None,
        door: Door::Web,
        object_acl: None,
        peer: place.peer,
        // The listener speaks plain HTTP; what stands before it is not known here.
        secure: false,
        now: OffsetDateTime::now_utc(),
        prefix: None,
        delimiter: None,
    }
}
