//! What the handlers of configurations work with.

use idlewild_objects::{Amendment, Bucket, BucketError, ConfigKind, Store, Version, Versioning};
use s3s::{S3ErrorCode, S3Result};
use serde::de::DeserializeOwned;
use serde::Serialize;
use time::OffsetDateTime;

use super::{document, errors, keys};

/// What a handler needs to know of the gateway and of the request.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The store.
    pub store: &'a Store,
    /// The owner of all its buckets, as shown to clients.
    pub owner_id: &'a str,
    /// The time of the request.
    pub now: OffsetDateTime,
}

impl Desk<'_> {
    /// The bucket of that name.
    pub(super) fn bucket(&self, name: &str) -> S3Result<Bucket> {
        self.store.bucket(name).ok_or_else(|| errors::bucket(BucketError::NoSuchBucket))
    }

    /// A version of an object, the current one where none is named. Delete markers are none that can be configured.
    pub(super) fn object(&self, bucket: &str, key: &str, version: Option<&str>) -> S3Result<Version> {
        let id = keys::version(version)?;
        let found = self.store.head(bucket, key, id.as_ref()).map_err(errors::store)?;
        match (found, version) {
            (Some(found), Some(_)) if found.is_delete_marker => Err(errors::refuse(
                S3ErrorCode::MethodNotAllowed,
                "The version is a delete marker; name a version of the object.",
            )),
            (Some(found), _) if !found.is_delete_marker => Ok(found),
            (_, Some(_)) => {
                Err(errors::refuse(S3ErrorCode::NoSuchVersion, "The object has no such version; list its versions."))
            },
            (_, None) => Err(errors::refuse(S3ErrorCode::NoSuchKey, "There is no such object.")),
        }
    }

    /// Changes a version of an object. It is durable when this returns.
    pub(super) async fn amend(&self, bucket: &str, version: &Version, change: Amendment) -> S3Result<()> {
        self.store.amend(bucket, &version.key, Some(&version.id), change).await.map(|_| ()).map_err(errors::store)
    }

    /// A version's id as clients are told it: not at all where the bucket never kept versions.
    pub(super) fn version_id(&self, bucket: &str, version: &Version) -> Option<String> {
        let kept = self.store.bucket(bucket).is_some_and(|bucket| bucket.versioning != Versioning::Off);
        kept.then(|| version.id.0.clone())
    }

    /// A configuration of a bucket, if it is set.
    pub(super) fn load<T: DeserializeOwned>(&self, bucket: &str, kind: ConfigKind) -> S3Result<Option<T>> {
        load(self.store, bucket, kind)
    }

    /// A configuration that must be set, or the error of S3 for its absence.
    pub(super) fn need<T: DeserializeOwned>(
        &self,
        bucket: &str,
        kind: ConfigKind,
        code: S3ErrorCode,
        absent: &'static str,
    ) -> S3Result<T> {
        self.load(bucket, kind)?.ok_or_else(|| errors::refuse(code, absent))
    }

    /// Sets a configuration. It is durable when this returns.
    pub(super) async fn save<T: Serialize>(&self, bucket: &str, kind: ConfigKind, content: &T) -> S3Result<()> {
        let bytes = document::encode(content).map_err(|error| {
            errors::refuse(S3ErrorCode::InternalError, format!("The configuration was not stored: {error}."))
        })?;
        self.store.set_config(bucket, kind, Some(bytes)).await.map_err(errors::bucket)
    }

    /// Removes a configuration, if it is set.
    pub(super) async fn clear(&self, bucket: &str, kind: ConfigKind) -> S3Result<()> {
        self.store.set_config(bucket, kind, None).await.map_err(errors::bucket)
    }
}

/// A configuration of a bucket, if it is set.
pub(super) fn load<T: DeserializeOwned>(store: &Store, bucket: &str, kind: ConfigKind) -> S3Result<Option<T>> {
    let Some(bytes) = store.config(bucket, kind).map_err(errors::bucket)? else { return Ok(None) };
    document::decode(&bytes).map(Some).map_err(|error| {
        errors::refuse(S3ErrorCode::InternalError, format!("The bucket's configuration cannot be read; set it again: {error}."))
    })
}
