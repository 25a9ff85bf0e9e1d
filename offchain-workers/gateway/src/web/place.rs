//! Where a request leads: which bucket, and what of it.

use std::{net::IpAddr, sync::Arc};

use hyper::{Response, StatusCode};
use idlewild_objects::Bucket;
use idlewild_storage_primitives::Clock;

use super::{
    body::Body,
    host::{self, Site},
    page, path,
    public::Wanted,
    Front,
};
use crate::names::{BucketRef, NamesError, Resolution, Target};

/// What paths begin with that have a number in the place of a name.
const BUCKET: &str = "bucket";
const PUBLICATION: &str = "publication";

/// Most labels of a path that can be names.
const MAX_LABELS: usize = 8;

/// What of a bucket a request is about.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) bucket: Bucket,
    /// What stands before the path in each key.
    pub(super) prefix: String,
    /// The path within the site, without its leading slash.
    pub(super) path: String,
    /// The path of the site's root within its host, encoded: empty, or `/name/…` without a slash at its end.
    pub(super) base: String,
    /// Whether the name is of this one object, which is no folder.
    pub(super) is_object: bool,
    /// The height until which the name holds.
    pub(super) until: Clock,
    /// Whether the site shares its host with others.
    pub(super) shared_origin: bool,
    /// Who asks.
    pub(super) peer: Option<IpAddr>,
    /// Of what others made public: it stays here as long as this lives.
    pub(super) held: Option<Arc<()>>,
    /// The BLAKE3 on chain, of a publication.
    pub(super) hash: Option<[u8; 32]>,
}

impl Place {
    /// The key of a path of the site.
    pub(super) fn key_of(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The URL of a path of the site, on the same host.
    pub(super) fn url_of(&self, path: &str) -> String {
        if self.base.is_empty() {
            path::encode(&format!("/{path}"))
        } else {
            format!("{}{}", self.base, path::encode(&format!("/{path}")).trim_start_matches("/."))
        }
    }
}

/// A name in a path: what stands before it, its labels as far as the path goes, and all segments.
struct Named<'a> {
    before: usize,
    segments: Vec<&'a str>,
}

impl Front {
    /// Where a request for this site and path leads, or the answer that says why it leads nowhere.
    pub(super) async fn place(&self, site: &Site, path: &str, peer: Option<IpAddr>) -> Result<Place, Box<Response<Body>>> {
        match site {
            Site::Name(labels) => {
                let name = labels.join("/");
                let resolution = self.resolve(&name).await?;
                if resolution.labels != labels.len() {
                    return Err(Box::new(no_such_name(&name)));
                }
                let path = path.strip_prefix('/').unwrap_or(path).to_owned();
                let way = Way { path, base: String::new(), until: resolution.until, shared_origin: false, peer };
                self.found(resolution.target, way).await
            },
            Site::Plain => {
                if let Some(numbered) = numbered(path) {
                    return self.numbered(numbered, peer).await;
                }
                let named = named(path).ok_or_else(|| Box::new(nowhere()))?;
                let name = named.name();
                if name.is_empty() {
                    return Err(Box::new(page::error(
                        StatusCode::NOT_FOUND,
                        "a path names a site as /name/NAME/ or /idlewild/content_NAME/, where the labels of a name have 1 to 63 of a-z, \
                         0-9 and hyphens; correct the name",
                    )));
                }
                let resolution = self.resolve(&name).await?;
                let taken = named.before.saturating_add(resolution.labels);
                let base = named.base(taken);
                let rest = named.segments.get(taken..).unwrap_or_default();
                if rest.is_empty() && matches!(resolution.target, Target::Bucket { .. }) {
                    // Without the slash, the site's own references would lead to its parent.
                    return Err(Box::new(page::redirect(StatusCode::FOUND, &format!("{base}/"))));
                }
                let way = Way { path: rest.join("/"), base, until: resolution.until, shared_origin: true, peer };
                self.found(resolution.target, way).await
            },
        }
    }

    async fn resolve(&self, name: &str) -> Result<Resolution, Box<Response<Body>>> {
        match self.names().resolve(name).await {
            Ok(Some(resolution)) if resolution.labels > 0 => Ok(resolution),
            Ok(_) => Err(Box::new(no_such_name(name))),
            Err(error) => {
                tracing::warn!(%error, name, "a name could not be looked up");
                let status = match error {
                    NamesError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
                    NamesError::TimedOut(_) => StatusCode::GATEWAY_TIMEOUT,
                };
                Err(Box::new(page::error(status, &error.to_string())))
            },
        }
    }

    /// Where a path below something leads.
    async fn found(&self, target: Target, way: Way) -> Result<Place, Box<Response<Body>>> {
        let Way { path, base, until, shared_origin, peer } = way;
        let (bucket, prefix, path, is_object) = match target {
            Target::Bucket { bucket, prefix } => {
                let slash = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
                (bucket, format!("{prefix}{slash}"), path, false)
            },
            Target::Object { bucket, key } if path.is_empty() => (bucket, String::new(), key, true),
            Target::Object { .. } => {
                return Err(Box::new(page::error(
                    StatusCode::NOT_FOUND,
                    "the name is of one object, so there is nothing below it; leave out the path",
                )))
            },
            Target::Publication(id) => {
                return self.publication(Wanted { id, path, base, until, shared_origin, peer }).await;
            },
            Target::Other(what) => {
                return Err(Box::new(page::error(
                    StatusCode::NOT_FOUND,
                    &format!("the name is registered but has no site: it has {what}; its owner can set a record of a bucket or an object"),
                )))
            },
        };
        let (bucket, held) = self.bucket(&bucket).await?;
        Ok(Place { bucket, prefix, path, base, is_object, until, shared_origin, peer, held, hash: None })
    }

    /// A bucket of this gateway, or one that its owner made public.
    async fn bucket(&self, bucket: &BucketRef) -> Result<(Bucket, Option<Arc<()>>), Box<Response<Body>>> {
        let own = match bucket {
            BucketRef::Local(name) => self.store().bucket(name),
            BucketRef::Id(id) => self.store().buckets().into_iter().find(|bucket| bucket.id == Some(*id)),
        };
        match (own, bucket) {
            (Some(own), _) => Ok((own, None)),
            (None, BucketRef::Id(id)) => self.others_bucket(*id).await.map(|found| (found.bucket, Some(found.held))),
            (None, BucketRef::Local(name)) => Err(Box::new(page::error(
                StatusCode::NOT_FOUND,
                &format!("the name is of bucket {name}, which this gateway does not have; check the name"),
            ))),
        }
    }

    /// Where a path leads that begins with the number of a bucket or a publication.
    async fn numbered(&self, numbered: Numbered<'_>, peer: Option<IpAddr>) -> Result<Place, Box<Response<Body>>> {
        let Numbered { kind, number, rest } = numbered;
        let id = number.parse::<u64>().ok().filter(|id| id.to_string() == number).ok_or_else(|| {
            Box::new(page::error(
                StatusCode::NOT_FOUND,
                &format!("{kind}s have numbers; write /{kind}/NUMBER/, with digits alone"),
            ))
        })?;
        let base = format!("/{kind}/{id}");
        let way = Way { path: rest.unwrap_or_default().to_owned(), base, until: Clock::MAX, shared_origin: true, peer };
        if kind == PUBLICATION {
            return self.found(Target::Publication(id), way).await;
        }
        if rest.is_none() {
            // Without the slash, the site's own references would lead to its parent.
            return Err(Box::new(page::redirect(StatusCode::FOUND, &format!("{}/", way.base))));
        }
        self.found(Target::Bucket { bucket: BucketRef::Id(id), prefix: String::new() }, way).await
    }
}

/// How a request came to what it leads to.
struct Way {
    path: String,
    base: String,
    until: Clock,
    shared_origin: bool,
    peer: Option<IpAddr>,
}

/// A number in a path: of what kind, and what follows it, if a slash does.
#[derive(Debug, PartialEq, Eq)]
struct Numbered<'a> {
    kind: &'a str,
    number: &'a str,
    rest: Option<&'a str>,
}

fn numbered(path: &str) -> Option<Numbered<'_>> {
    let (kind, after) = path.strip_prefix('/')?.split_once('/')?;
    let (number, rest) = after.split_once('/').map_or((after, None), |(number, rest)| (number, Some(rest)));
    [BUCKET, PUBLICATION].contains(&kind).then_some(Numbered { kind, number, rest })
}

impl Named<'_> {
    /// The path of names that the segments may begin with.
    fn name(&self) -> String {
        let mut labels: Vec<&str> = Vec::new();
        for (number, segment) in self.segments.iter().skip(self.before).take(MAX_LABELS).enumerate() {
            let label = if number == 0 { self.first_label(segment) } else { segment };
            if !host::is_label(label) {
                break;
            }
            labels.push(label);
        }
        labels.join("/")
    }

    /// `content_NAME` after `idlewild`, `NAME` after `name`.
    fn first_label<'a>(&self, segment: &'a str) -> &'a str {
        if self.segments.first() == Some(&"idlewild") {
            segment.strip_prefix("content_").unwrap_or_default()
        } else {
            segment
        }
    }

    fn base(&self, taken: usize) -> String {
        self.segments.iter().take(taken).map(|segment| path::encode(&format!("/{segment}"))).collect()
    }
}

fn named(path: &str) -> Option<Named<'_>> {
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    matches!(segments.first(), Some(&"name" | &"idlewild")).then_some(Named { before: 1, segments })
}

/// The name by which a request for this site and path goes.
pub(super) fn name_of(site: &Site, path: &str) -> Option<String> {
    match site {
        Site::Name(labels) => Some(labels.join("/")),
        Site::Plain => named(path).map(|named| named.name()),
    }
}

/// Whether a path leads to a site or a publication, by a name or a number.
pub(super) fn is_site(path: &str) -> bool {
    named(path).is_some() || numbered(path).is_some()
}

fn no_such_name(name: &str) -> Response<Body> {
    page::error(
        StatusCode::NOT_FOUND,
        &format!("the name {name} is not registered, or its term is over; check how it is written, or register it"),
    )
}

fn nowhere() -> Response<Body> {
    page::error(
        StatusCode::NOT_FOUND,
        "sites are at NAME.localhost, or here at /name/NAME/, /idlewild/content_NAME/, /bucket/NUMBER/ and /publication/NUMBER; \
         open one of these",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_paths() {
        for (path, name) in [
            ("/name/alice/docs/a.html", "alice/docs"),
            ("/name/alice", "alice"),
            ("/name/alice/", "alice"),
            ("/idlewild/content_alice/x/y", "alice/x/y"),
            ("/idlewild/alice/x", ""),
            ("/name/Alice/x", ""),
            ("/name//x", ""),
            ("/name", ""),
        ] {
            assert_eq!(named(path).unwrap().name(), name, "{path}");
        }
        assert!(named("/other/alice").is_none() && named("name/alice").is_none());
    }

    #[test]
    fn numbers_in_paths() {
        let of = |kind, number, rest| Some(Numbered { kind, number, rest });
        assert_eq!(numbered("/bucket/7"), of("bucket", "7", None));
        assert_eq!(numbered("/bucket/7/"), of("bucket", "7", Some("")));
        assert_eq!(numbered("/bucket/7/a/b"), of("bucket", "7", Some("a/b")));
        assert_eq!(numbered("/publication/x"), of("publication", "x", None));
        assert_eq!(numbered("/bucket"), None);
        assert_eq!(numbered("/name/bucket/7"), None);
    }

    #[test]
    fn the_root_of_a_site_in_a_path() {
        let named = named("/idlewild/content_alice/docs/a b").unwrap();
        assert_eq!(named.base(3), "/idlewild/content%5Falice/docs".replace("%5F", "_"));
    }
}
