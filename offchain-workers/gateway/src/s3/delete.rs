//! DeleteObject and DeleteObjects.

use futures::{stream, StreamExt};
use idlewild_objects::{Conditions, VersionId};
use s3s::{
    dto::{
        DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error, ObjectIdentifier,
    },
    S3ErrorCode, S3Request, S3Response, S3Result,
};

use super::{
    access::Action,
    authority::{Visit, Wish},
    conditions,
    errors::{self, refuse},
    keys, Front,
};

/// Keys of one request at most.
const MOST_KEYS: usize = 1_000;
/// Deletes at a time: enough for the store to make them durable together.
const AT_ONCE: usize = 64;

/// One object or version.
struct Target<'a> {
    bucket: &'a str,
    key: &'a str,
    version: Option<VersionId>,
    conditions: Conditions,
    bypass: bool,
}

struct Gone {
    version: Option<VersionId>,
    is_delete_marker: bool,
}

async fn delete(front: &Front, visit: &Visit, target: &Target<'_>) -> S3Result<Gone> {
    let version = target.version.as_ref();
    if target.bypass {
        front.allow(visit, &Wish::object(Action::BypassGovernanceRetention, target.bucket, target.key, version))?;
    }
    let deleted = front
        .store()
        .delete(target.bucket, target.key, version, &target.conditions, target.bypass)
        .await
        .map_err(errors::delete)?;
    Ok(Gone { version: deleted.version, is_delete_marker: deleted.marker })
}

/// Removes an object, or a version of it for good.
pub(crate) async fn delete_object(
    front: &Front,
    req: S3Request<DeleteObjectInput>,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    let visit = Visit::of(&req.extensions);
    let input = req.input;
    front.bucket(&input.bucket)?;
    let target = Target {
        bucket: &input.bucket,
        key: &input.key,
        version: keys::version(input.version_id.as_deref())?,
        conditions: conditions::writing(input.if_match.as_ref(), None),
        bypass: input.bypass_governance_retention.unwrap_or(false),
    };
    let gone = delete(front, &visit, &target).await?;
    let named = target.version.clone();
    Ok(S3Response::new(DeleteObjectOutput {
        delete_marker: gone.is_delete_marker.then_some(true),
        version_id: named.or(gone.version.filter(|_| gone.is_delete_marker)).map(|id| id.0),
        request_charged: None,
    }))
}

/// Removes many. Each is answered for on its own.
pub(crate) async fn delete_objects(
    front: &Front,
    req: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let visit = &Visit::of(&req.extensions);
    let input = &req.input;
    front.bucket(&input.bucket)?;
    let objects = &input.delete.objects;
    if objects.is_empty() || objects.len() > MOST_KEYS {
        return Err(refuse(S3ErrorCode::MalformedXML, "A request deletes 1 to 1,000 objects; send several requests"));
    }
    let bypass = input.bypass_governance_retention.unwrap_or(false);
    let deletes: Vec<_> = objects
        .iter()
        .map(|object| async move {
            let target = target(&input.bucket, object, bypass)?;
            let action = if target.version.is_some() { Action::DeleteObjectVersion } else { Action::DeleteObject };
            front.allow(visit, &Wish::object(action, target.bucket, target.key, target.version.as_ref()))?;
            delete(front, visit, &target).await
        })
        .collect();
    let results: Vec<S3Result<Gone>> = stream::iter(deletes).buffered(AT_ONCE).collect().await;
    let mut deleted = Vec::new();
    let mut failed = Vec::new();
    for (object, result) in objects.iter().zip(results) {
        match result {
            Ok(_) if input.delete.quiet.unwrap_or(false) => {},
            Ok(gone) => deleted.push(DeletedObject {
                delete_marker: gone.is_delete_marker.then_some(true),
                delete_marker_version_id: gone.version.filter(|_| gone.is_delete_marker).map(|id| id.0),
                key: Some(object.key.clone()),
                version_id: object.version_id.clone(),
            }),
            Err(error) => {
                let (code, message) = errors::parts(&error);
                failed.push(Error {
                    code: Some(code),
                    key: Some(object.key.clone()),
                    message: Some(message),
                    version_id: object.version_id.clone(),
                });
            },
        }
    }
    Ok(S3Response::new(DeleteObjectsOutput { deleted: Some(deleted), errors: Some(failed), request_charged: None }))
}

fn target<'a>(bucket: &'a str, object: &'a ObjectIdentifier, bypass: bool) -> S3Result<Target<'a>> {
    keys::check(&object.key)?;
    Ok(Target {
        bucket,
        key: &object.key,
        version: keys::version(object.version_id.as_deref())?,
        conditions: Conditions { if_match: object.e_tag.as_ref().map(|etag| etag.value().to_owned()), ..Conditions::default() },
        bypass,
    })
}
