//! What goes wrong, as S3 clients are told: a code that they know, and a message that says what to do.

use std::borrow::Cow;

use hyper::{HeaderMap, StatusCode};
use idlewild_objects::{BucketError, CompleteError, DeleteError, PutError, ReadError, StoreError};
use s3s::{S3Error, S3ErrorCode};

/// An error with its message.
pub(crate) fn refuse(code: S3ErrorCode, message: impl Into<Cow<'static, str>>) -> S3Error {
    S3Error::with_message(code, message)
}

/// An error of a kind that s3s has no code for.
pub(crate) fn custom(code: &'static str, status: StatusCode, message: impl Into<Cow<'static, str>>) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(status);
    error
}

/// The same error with more fields in its head.
pub(crate) fn with_headers(mut error: S3Error, more: HeaderMap) -> S3Error {
    error.set_headers(more);
    error
}

pub(crate) fn store(error: StoreError) -> S3Error {
    let code = match &error {
        StoreError::NoSuchBucket => S3ErrorCode::NoSuchBucket,
        StoreError::NoSuchKey => S3ErrorCode::NoSuchKey,
        StoreError::NoSuchVersion => S3ErrorCode::NoSuchVersion,
        StoreError::NoSuchUpload => S3ErrorCode::NoSuchUpload,
        StoreError::BadKey | StoreError::BadPart => S3ErrorCode::InvalidArgument,
        StoreError::NotAllowed(_) => S3ErrorCode::InvalidRequest,
        StoreError::ObjectLocked => S3ErrorCode::AccessDenied,
        // 507 says what it is to people; clients that know S3 alone see an error of the server's, and try again later.
        StoreError::Full => return custom("InsufficientStorage", StatusCode::INSUFFICIENT_STORAGE, error.to_string()),
        StoreError::Stale | StoreError::Closed => S3ErrorCode::ServiceUnavailable,
        StoreError::Io(_) | StoreError::Damaged(_) => {
            tracing::error!(%error, "the store failed");
            S3ErrorCode::InternalError
        },
    };
    refuse(code, error.to_string())
}

pub(crate) fn bucket(error: BucketError) -> S3Error {
    let message = error.to_string();
    let code = match error {
        BucketError::AlreadyExists => S3ErrorCode::BucketAlreadyOwnedByYou,
        BucketError::BadName => S3ErrorCode::InvalidBucketName,
        BucketError::NotEmpty => S3ErrorCode::BucketNotEmpty,
        BucketError::NoSuchBucket => S3ErrorCode::NoSuchBucket,
        BucketError::OtherId | BucketError::Locks => S3ErrorCode::InvalidBucketState,
        BucketError::Store(error) => return store(error),
    };
    refuse(code, message)
}

pub(crate) fn put(error: PutError) -> S3Error {
    match error {
        PutError::PreconditionFailed => refuse(S3ErrorCode::PreconditionFailed, error.to_string()),
        PutError::Store(error) => store(error),
    }
}

pub(crate) fn delete(error: DeleteError) -> S3Error {
    match error {
        DeleteError::PreconditionFailed => refuse(S3ErrorCode::PreconditionFailed, error.to_string()),
        DeleteError::ObjectLocked => refuse(S3ErrorCode::AccessDenied, error.to_string()),
        DeleteError::Store(error) => store(error),
    }
}

pub(crate) fn complete(error: CompleteError) -> S3Error {
    let message = error.to_string();
    let code = match error {
        CompleteError::NoSuchUpload => S3ErrorCode::NoSuchUpload,
        CompleteError::InvalidPart(_) => S3ErrorCode::InvalidPart,
        CompleteError::InvalidPartOrder => S3ErrorCode::InvalidPartOrder,
        CompleteError::TooSmall(_) => S3ErrorCode::EntityTooSmall,
        CompleteError::PreconditionFailed => S3ErrorCode::PreconditionFailed,
        CompleteError::Store(error) => return store(error),
    };
    refuse(code, message)
}

pub(crate) fn read(error: &ReadError) -> S3Error {
    let code = match error {
        ReadError::Gone => S3ErrorCode::NoSuchKey,
        ReadError::Range => S3ErrorCode::InvalidRange,
        ReadError::Remote(_) => S3ErrorCode::ServiceUnavailable,
        ReadError::Io(_) => {
            tracing::error!(%error, "the store failed to read");
            S3ErrorCode::InternalError
        },
    };
    refuse(code, error.to_string())
}

/// The code and the message, for the entries of an answer about many keys.
pub(crate) fn parts(error: &S3Error) -> (String, String) {
    (error.code().as_str().to_owned(), error.message().unwrap_or_default().to_owned())
}
