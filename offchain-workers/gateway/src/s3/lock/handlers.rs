//! S3's operations on object lock.

use idlewild_objects::{Amendment, ConfigKind, Retention, Versioning};
use s3s::dto::{
    DefaultRetention, GetObjectLegalHoldInput, GetObjectLegalHoldOutput, GetObjectLockConfigurationInput,
    GetObjectLockConfigurationOutput, GetObjectRetentionInput, GetObjectRetentionOutput, ObjectLockConfiguration,
    ObjectLockEnabled, ObjectLockLegalHold, ObjectLockLegalHoldStatus, ObjectLockRetention, ObjectLockRetentionMode,
    ObjectLockRule, PutObjectLegalHoldInput, PutObjectLegalHoldOutput, PutObjectLockConfigurationInput,
    PutObjectLockConfigurationOutput, PutObjectRetentionInput, PutObjectRetentionOutput, Timestamp,
};
use s3s::{S3Error, S3ErrorCode, S3Result};

use super::{hold, may_follow, moment, retention, without_lock, DefaultLock, Mode, Period};
use crate::s3::desk::Desk;
use crate::s3::errors;

fn malformed(what: &'static str) -> S3Error {
    errors::refuse(S3ErrorCode::MalformedXML, what)
}

pub(crate) async fn get_object_lock_configuration(
    desk: &Desk<'_>,
    input: GetObjectLockConfigurationInput,
) -> S3Result<GetObjectLockConfigurationOutput> {
    if !desk.bucket(&input.bucket)?.object_lock {
        return Err(errors::refuse(
            S3ErrorCode::ObjectLockConfigurationNotFoundError,
            "Versions of this bucket cannot be locked.",
        ));
    }
    let default: Option<DefaultLock> = desk.load(&input.bucket, ConfigKind::ObjectLock)?;
    Ok(GetObjectLockConfigurationOutput { object_lock_configuration: Some(write(default)) })
}

pub(super) fn write(default: Option<DefaultLock>) -> ObjectLockConfiguration {
    let rule = default.map(|DefaultLock { mode, period }| {
        let (days, years) = match period {
            Period::Days(days) => (Some(days), None),
            Period::Years(years) => (None, Some(years)),
        };
        let mode = Some(ObjectLockRetentionMode::from_static(mode.name()));
        ObjectLockRule { default_retention: Some(DefaultRetention { days, mode, years }) }
    });
    ObjectLockConfiguration { object_lock_enabled: Some(ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED)), rule }
}

pub(super) fn read(given: &ObjectLockConfiguration) -> S3Result<Option<DefaultLock>> {
    if given.object_lock_enabled.as_ref().map(ObjectLockEnabled::as_str) != Some(ObjectLockEnabled::ENABLED) {
        return Err(malformed("ObjectLockEnabled must be Enabled; it cannot be switched off."));
    }
    let Some(rule) = &given.rule else { return Ok(None) };
    let Some(default) = &rule.default_retention else { return Err(malformed("A rule has a DefaultRetention.")) };
    let mode = default.mode.as_ref().and_then(|mode| Mode::parse(mode.as_str()));
    let mode = mode.ok_or_else(|| malformed("The mode must be GOVERNANCE or COMPLIANCE."))?;
    let period = match (default.days, default.years) {
        (Some(days), None) => Period::Days(days),
        (None, Some(years)) => Period::Years(years),
        _ => return Err(malformed("Give either Days or Years.")),
    };
    match period.days() {
        Some(_) => Ok(Some(DefaultLock { mode, period })),
        None => Err(errors::custom(
            "InvalidRetentionPeriod",
            hyper::StatusCode::BAD_REQUEST,
            "The period must be from 1 day to 100 years.",
        )),
    }
}

pub(crate) async fn put_object_lock_configuration(
    desk: &Desk<'_>,
    input: PutObjectLockConfigurationInput,
) -> S3Result<PutObjectLockConfigurationOutput> {
    let given = input.object_lock_configuration.ok_or_else(|| malformed("The request has no object lock configuration."))?;
    let default = read(&given)?;
    let bucket = desk.bucket(&input.bucket)?;
    if bucket.versioning != Versioning::Enabled {
        return Err(errors::refuse(
            S3ErrorCode::InvalidBucketState,
            "Only versions can be locked; switch versioning on first.",
        ));
    }
    if !bucket.object_lock {
        desk.store.enable_object_lock(&input.bucket).await.map_err(errors::bucket)?;
    }
    match default {
        Some(default) => desk.save(&input.bucket, ConfigKind::ObjectLock, &default).await?,
        None => desk.clear(&input.bucket, ConfigKind::ObjectLock).await?,
    }
    Ok(PutObjectLockConfigurationOutput::default())
}

fn needs_lock(desk: &Desk<'_>, bucket: &str) -> S3Result<()> {
    if desk.bucket(bucket)?.object_lock {
        Ok(())
    } else {
        Err(without_lock())
    }
}

fn none_set() -> S3Error {
    errors::refuse(S3ErrorCode::NoSuchObjectLockConfiguration, "The version has no retention.")
}

pub(crate) async fn get_object_retention(
    desk: &Desk<'_>,
    input: GetObjectRetentionInput,
) -> S3Result<GetObjectRetentionOutput> {
    needs_lock(desk, &input.bucket)?;
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    let Retention { mode, until } = version.retention.ok_or_else(none_set)?;
    Ok(GetObjectRetentionOutput {
        retention: Some(ObjectLockRetention {
            mode: Some(ObjectLockRetentionMode::from_static(Mode::from(mode).name())),
            retain_until_date: moment(until).map(Timestamp::from),
        }),
    })
}

pub(crate) async fn put_object_retention(
    desk: &Desk<'_>,
    input: PutObjectRetentionInput,
) -> S3Result<PutObjectRetentionOutput> {
    needs_lock(desk, &input.bucket)?;
    let given = input.retention.unwrap_or_default();
    let new = match (&given.mode, &given.retain_until_date) {
        (Some(mode), Some(until)) => Some(retention(mode.as_str(), until.clone().into(), desk.now)?),
        // An empty retention takes away the one that is there.
        (None, None) => None,
        _ => return Err(malformed("Give both Mode and RetainUntilDate, or neither to end the retention.")),
    };
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    let bypass_governance = input.bypass_governance_retention.unwrap_or(false);
    if !may_follow(version.retention, new, bypass_governance, desk.now) {
        return Err(errors::refuse(
            S3ErrorCode::AccessDenied,
            "The retention can only be made longer; in governance mode, x-amz-bypass-governance-retention does more, with a right to it.",
        ));
    }
    desk.amend(&input.bucket, &version, Amendment::Retention { retention: new, bypass_governance }).await?;
    Ok(PutObjectRetentionOutput::default())
}

pub(crate) async fn get_object_legal_hold(
    desk: &Desk<'_>,
    input: GetObjectLegalHoldInput,
) -> S3Result<GetObjectLegalHoldOutput> {
    needs_lock(desk, &input.bucket)?;
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    let status = if version.legal_hold { ObjectLockLegalHoldStatus::ON } else { ObjectLockLegalHoldStatus::OFF };
    Ok(GetObjectLegalHoldOutput {
        legal_hold: Some(ObjectLockLegalHold { status: Some(ObjectLockLegalHoldStatus::from_static(status)) }),
    })
}

pub(crate) async fn put_object_legal_hold(
    desk: &Desk<'_>,
    input: PutObjectLegalHoldInput,
) -> S3Result<PutObjectLegalHoldOutput> {
    needs_lock(desk, &input.bucket)?;
    let status = input.legal_hold.and_then(|hold| hold.status).ok_or_else(|| malformed("The request has no status."))?;
    let legal_hold = hold(status.as_str())?;
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    desk.amend(&input.bucket, &version, Amendment::LegalHold(legal_hold)).await?;
    Ok(PutObjectLegalHoldOutput::default())
}
