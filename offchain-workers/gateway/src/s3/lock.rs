//! Object lock: versions that nobody deletes before a time, or before somebody lets them go.

mod handlers;

use idlewild_objects::{ConfigKind, Retention, RetentionMode, Store};
use s3s::dto::{ObjectLockLegalHoldStatus, ObjectLockRetentionMode};
use s3s::{S3Error, S3ErrorCode, S3Result};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub(crate) use handlers::{
    get_object_legal_hold, get_object_lock_configuration, get_object_retention, put_object_legal_hold,
    put_object_lock_configuration, put_object_retention,
};

use super::{desk, errors};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DAYS_OF_YEAR: i32 = 365;
const MOST_DAYS: i32 = 100 * DAYS_OF_YEAR;

/// How firmly versions are kept, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Whoever may bypass governance can shorten and delete.
    Governance,
    /// Nobody can.
    Compliance,
}

impl Mode {
    fn parse(name: &str) -> Option<Self> {
        match name {
            ObjectLockRetentionMode::GOVERNANCE => Some(Self::Governance),
            ObjectLockRetentionMode::COMPLIANCE => Some(Self::Compliance),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Governance => ObjectLockRetentionMode::GOVERNANCE,
            Self::Compliance => ObjectLockRetentionMode::COMPLIANCE,
        }
    }
}

impl From<Mode> for RetentionMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Governance => Self::Governance,
            Mode::Compliance => Self::Compliance,
        }
    }
}

impl From<RetentionMode> for Mode {
    fn from(mode: RetentionMode) -> Self {
        match mode {
            RetentionMode::Governance => Self::Governance,
            RetentionMode::Compliance => Self::Compliance,
        }
    }
}

/// How long new versions of a bucket are kept where their writer says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// So many days.
    Days(i32),
    /// So many times 365 days.
    Years(i32),
}

impl Period {
    fn days(self) -> Option<i32> {
        let days = match self {
            Self::Days(days) => Some(days),
            Self::Years(years) => years.checked_mul(DAYS_OF_YEAR),
        };
        days.filter(|days| (1..=MOST_DAYS).contains(days))
    }
}

/// A bucket's default retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultLock {
    /// How firmly.
    pub mode: Mode,
    /// How long.
    pub period: Period,
}

impl DefaultLock {
    fn at(self, now: OffsetDateTime) -> Option<Retention> {
        let until = milliseconds(now).checked_add(i64::from(self.period.days()?).checked_mul(DAY_MS)?)?;
        Some(Retention { mode: self.mode.into(), until })
    }
}

fn milliseconds(time: OffsetDateTime) -> i64 {
    time.unix_timestamp().saturating_mul(1000).saturating_add(i64::from(time.millisecond()))
}

fn moment(milliseconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

fn without_lock() -> S3Error {
    errors::refuse(
        S3ErrorCode::InvalidRequest,
        "Versions of this bucket cannot be locked; set its object lock configuration first.",
    )
}

/// A retention that is asked for, which must end in the future.
fn retention(mode: &str, until: OffsetDateTime, now: OffsetDateTime) -> S3Result<Retention> {
    let mode = Mode::parse(mode)
        .ok_or_else(|| errors::refuse(S3ErrorCode::MalformedXML, "The mode must be GOVERNANCE or COMPLIANCE."))?;
    match until > now {
        true => Ok(Retention { mode: mode.into(), until: milliseconds(until) }),
        false => Err(errors::refuse(S3ErrorCode::InvalidArgument, "The date until which to retain must be in the future.")),
    }
}

fn hold(status: &str) -> S3Result<bool> {
    match status {
        ObjectLockLegalHoldStatus::ON => Ok(true),
        ObjectLockLegalHoldStatus::OFF => Ok(false),
        _ => Err(errors::refuse(S3ErrorCode::MalformedXML, "The status of a legal hold must be ON or OFF.")),
    }
}

/// The locks of a new version: what its writer asks for, else the bucket's default retention.
pub(crate) fn for_new(
    store: &Store,
    bucket: &str,
    mode: Option<&str>,
    until: Option<OffsetDateTime>,
    legal_hold: Option<&str>,
    now: OffsetDateTime,
) -> S3Result<(Option<Retention>, bool)> {
    let locks = store.bucket(bucket).is_some_and(|bucket| bucket.object_lock);
    if !locks {
        return match (mode, until, legal_hold) {
            (None, None, None) => Ok((None, false)),
            _ => Err(without_lock()),
        };
    }
    let legal_hold = legal_hold.map(hold).transpose()?.unwrap_or(false);
    let asked = match (mode, until) {
        (Some(mode), Some(until)) => Some(retention(mode, until, now)?),
        (None, None) => None,
        _ => {
            return Err(errors::refuse(
                S3ErrorCode::InvalidArgument,
                "Give both x-amz-object-lock-mode and x-amz-object-lock-retain-until-date, or neither.",
            ));
        },
    };
    if asked.is_some() {
        return Ok((asked, legal_hold));
    }
    let default: Option<DefaultLock> = desk::load(store, bucket, ConfigKind::ObjectLock)?;
    Ok((default.and_then(|default| default.at(now)), legal_hold))
}

/// Whether one retention may follow another: one that holds is only made longer, except in governance mode by who may bypass it.
fn may_follow(current: Option<Retention>, new: Option<Retention>, bypass: bool, now: OffsetDateTime) -> bool {
    let Some(current) = current.filter(|current| current.until > milliseconds(now)) else { return true };
    let stays = new.is_some_and(|new| new.mode == current.mode && new.until >= current.until);
    stays || (current.mode == RetentionMode::Governance && bypass)
}

#[cfg(test)]
mod tests;
