//! What a client says of an object beside its bytes.

use idlewild_objects::{NewVersion, Version};
use s3s::{
    dto::{Metadata, Timestamp, TimestampFormat},
    S3ErrorCode, S3Result,
};
use time::OffsetDateTime;

use super::{
    access::Action,
    acl,
    authority::{Visit, Wish},
    errors::refuse,
    lock, tagging, Front,
};

/// The most bytes of all names and values of a user's own metadata.
const USER_BYTES: usize = 2 << 10;
/// What S3's storage classes are called. All are kept in the same way here.
const CLASSES: [&str; 11] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
    "OUTPOSTS",
    "SNOW",
    "EXPRESS_ONEZONE",
];

/// Names of the headers that the store keeps for an object.
pub(crate) mod header {
    pub(crate) const CACHE_CONTROL: &str = "cache-control";
    pub(crate) const CONTENT_DISPOSITION: &str = "content-disposition";
    pub(crate) const CONTENT_ENCODING: &str = "content-encoding";
    pub(crate) const CONTENT_LANGUAGE: &str = "content-language";
    pub(crate) const EXPIRES: &str = "expires";
    pub(crate) const WEBSITE_REDIRECT: &str = "x-amz-website-redirect-location";
}

/// All that a PUT, a copy and the beginning of an upload say in the same words.
#[derive(Default)]
pub(crate) struct Described {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) content_type: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) website_redirect: Option<String>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) storage_class: Option<String>,
    pub(crate) tagging: Option<String>,
    pub(crate) canned_acl: Option<String>,
    pub(crate) grants: bool,
    pub(crate) lock_mode: Option<String>,
    pub(crate) lock_until: Option<Timestamp>,
    pub(crate) legal_hold: Option<String>,
    pub(crate) encryption: Option<String>,
    pub(crate) own_key: bool,
}

/// Takes it out of an input of s3s.
macro_rules! describe {
    ($input:expr) => {
        $crate::s3::metadata::Described {
            bucket: $input.bucket.clone(),
            key: $input.key.clone(),
            content_type: $input.content_type.take(),
            cache_control: $input.cache_control.take(),
            content_disposition: $input.content_disposition.take(),
            content_encoding: $input.content_encoding.take(),
            content_language: $input.content_language.take(),
            expires: $input.expires.take(),
            website_redirect: $input.website_redirect_location.take(),
            metadata: $input.metadata.take(),
            storage_class: $input.storage_class.take().map(|class| class.as_str().to_owned()),
            tagging: $input.tagging.take(),
            canned_acl: $input.acl.take().map(|acl| acl.as_str().to_owned()),
            grants: $input.grant_full_control.is_some()
                || $input.grant_read.is_some()
                || $input.grant_read_acp.is_some()
                || $input.grant_write_acp.is_some(),
            lock_mode: $input.object_lock_mode.take().map(|mode| mode.as_str().to_owned()),
            lock_until: $input.object_lock_retain_until_date.take(),
            legal_hold: $input.object_lock_legal_hold_status.take().map(|hold| hold.as_str().to_owned()),
            encryption: $input.server_side_encryption.take().map(|kind| kind.as_str().to_owned()),
            own_key: $input.sse_customer_algorithm.is_some() || $input.sse_customer_key.is_some(),
        }
    };
}

pub(crate) use describe;

impl Described {
    /// What the store keeps. Fails for what it cannot keep, or the visitor may not say.
    pub(crate) fn into_new(self, front: &Front, visit: &Visit) -> S3Result<NewVersion> {
        if self.own_key || self.encryption.as_deref().is_some_and(|kind| kind != "AES256") {
            return Err(refuse(
                S3ErrorCode::NotImplemented,
                "Objects are encrypted under their bucket's key; keys of KMS and of customers are not taken. Encrypt before you send, or leave the header out",
            ));
        }
        if self.storage_class.as_deref().is_some_and(|class| !CLASSES.contains(&class)) {
            return Err(refuse(S3ErrorCode::InvalidStorageClass, "The storage class you specified is not valid; use STANDARD"));
        }
        let mut user: Vec<(String, String)> = self.metadata.unwrap_or_default().into_iter().collect();
        user.sort();
        if user.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > USER_BYTES {
            return Err(refuse(
                S3ErrorCode::MetadataTooLarge,
                "Your metadata headers exceed the maximum allowed metadata size of 2 KiB; shorten them",
            ));
        }
        let tags = self.tagging.as_deref().map(tagging::from_header).transpose()?.unwrap_or_default();
        let acl = acl::for_new_object(front.store(), &self.bucket, self.canned_acl.as_deref(), self.grants)?;
        if acl.is_some() {
            front.allow(visit, &Wish::object(Action::PutObjectAcl, &self.bucket, &self.key, None))?;
        }
        let until = self.lock_until.map(OffsetDateTime::from);
        let (retention, legal_hold) = lock::for_new(
            front.store(),
            &self.bucket,
            self.lock_mode.as_deref(),
            until,
            self.legal_hold.as_deref(),
            OffsetDateTime::now_utc(),
        )?;
        let mut headers = Vec::new();
        let mut keep = |name: &str, value: Option<String>| {
            headers.extend(value.filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value)));
        };
        keep(header::CACHE_CONTROL, self.cache_control);
        keep(header::CONTENT_DISPOSITION, self.content_disposition);
        keep(header::CONTENT_ENCODING, self.content_encoding.map(|text| without_chunks(&text)));
        keep(header::CONTENT_LANGUAGE, self.content_language);
        keep(header::EXPIRES, self.expires.map(|time| http_date(&time)));
        keep(header::WEBSITE_REDIRECT, self.website_redirect);
        Ok(NewVersion {
            content_type: self.content_type,
            headers,
            user,
            tags,
            acl,
            retention,
            legal_hold,
            ..NewVersion::default()
        })
    }
}

/// `aws-chunked` says how a body was sent, not how it is encoded.
fn without_chunks(encodings: &str) -> String {
    let kept: Vec<&str> =
        encodings.split(',').map(str::trim).filter(|one| !one.is_empty() && !one.eq_ignore_ascii_case("aws-chunked")).collect();
    kept.join(",")
}

fn http_date(time: &Timestamp) -> String {
    let mut text = Vec::new();
    match time.format(TimestampFormat::HttpDate, &mut text) {
        Ok(()) => String::from_utf8(text).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// A header that was kept with a version.
pub(crate) fn kept(version: &Version, name: &str) -> Option<String> {
    version.headers.iter().find(|(kept, _)| kept.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

/// When a version expires in caches.
pub(crate) fn expires(version: &Version) -> Option<Timestamp> {
    Timestamp::parse(TimestampFormat::HttpDate, &kept(version, header::EXPIRES)?).ok()
}

/// A version's own metadata, as answers give it.
pub(crate) fn user(version: &Version) -> Option<Metadata> {
    (!version.user.is_empty()).then(|| version.user.iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_of_the_transfer_is_not_the_objects() {
        assert_eq!(without_chunks("aws-chunked"), "");
        assert_eq!(without_chunks("aws-chunked, gzip"), "gzip");
        assert_eq!(without_chunks("br,gzip"), "br,gzip");
    }
}
