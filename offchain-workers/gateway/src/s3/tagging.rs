//! Tags of buckets and objects: names with values, which lifecycle rules and bills can go by.

use std::collections::HashSet;

use idlewild_objects::{Amendment, ConfigKind};
use percent_encoding::percent_decode_str;
use s3s::dto::{
    DeleteBucketTaggingInput, DeleteBucketTaggingOutput, DeleteObjectTaggingInput, DeleteObjectTaggingOutput,
    GetBucketTaggingInput, GetBucketTaggingOutput, GetObjectTaggingInput, GetObjectTaggingOutput, PutBucketTaggingInput,
    PutBucketTaggingOutput, PutObjectTaggingInput, PutObjectTaggingOutput, Tag, Tagging,
};
use s3s::{S3ErrorCode, S3Result};

use super::desk::Desk;
use super::errors;

/// Tags, in the order in which they were given.
type Tags = Vec<(String, String)>;

const OF_OBJECT: usize = 10;
const OF_BUCKET: usize = 50;
const KEY_CHARACTERS: usize = 128;
const VALUE_CHARACTERS: usize = 256;

fn check(tags: &Tags, most: usize) -> S3Result<()> {
    let wrong = |what: String| Err(errors::refuse(S3ErrorCode::InvalidTag, what));
    if tags.len() > most {
        return wrong(format!("There are {} tags, and {most} are the most.", tags.len()));
    }
    let mut keys = HashSet::new();
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > KEY_CHARACTERS {
            return wrong(format!("A tag's key has 1 to {KEY_CHARACTERS} characters."));
        }
        if value.chars().count() > VALUE_CHARACTERS {
            return wrong(format!("The value of {key:?} has more than {VALUE_CHARACTERS} characters."));
        }
        if key.starts_with("aws:") {
            return wrong(format!("The key {key:?} begins with \"aws:\", which nobody can set."));
        }
        if key.chars().chain(value.chars()).any(char::is_control) {
            return wrong(format!("The tag {key:?} has control characters."));
        }
        if !keys.insert(key) {
            return wrong(format!("The key {key:?} is there twice; name each once."));
        }
    }
    Ok(())
}

/// The tags of a document, at most so many.
fn read(tagging: Tagging, most: usize) -> S3Result<Tags> {
    let pair = |tag: Tag| match (tag.key, tag.value) {
        (Some(key), Some(value)) => Ok((key, value)),
        _ => Err(errors::refuse(S3ErrorCode::MalformedXML, "A tag has a Key and a Value.")),
    };
    let tags = tagging.tag_set.into_iter().map(pair).collect::<S3Result<Tags>>()?;
    check(&tags, most)?;
    Ok(tags)
}

fn write(tags: Tags) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect()
}

/// The tags of a new object, from its `x-amz-tagging`: `a=1&b=2`.
pub(crate) fn from_header(text: &str) -> S3Result<Tags> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned());
        decoded.map_err(|_| {
            errors::refuse(S3ErrorCode::InvalidArgument, "x-amz-tagging is not UTF-8; encode it as the query of a URL.")
        })
    };
    let mut tags = Tags::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        // More are refused in the end, but not before all of a header's were taken.
        if tags.len() > OF_OBJECT {
            break;
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        tags.push((decode(key)?, decode(value)?));
    }
    check(&tags, OF_OBJECT)?;
    Ok(tags)
}

pub(crate) async fn get_bucket_tagging(desk: &Desk<'_>, input: GetBucketTaggingInput) -> S3Result<GetBucketTaggingOutput> {
    let tags: Tags = desk.need(&input.bucket, ConfigKind::Tags, S3ErrorCode::NoSuchTagSet, "The bucket has no tags.")?;
    Ok(GetBucketTaggingOutput { tag_set: write(tags) })
}

pub(crate) async fn put_bucket_tagging(desk: &Desk<'_>, input: PutBucketTaggingInput) -> S3Result<PutBucketTaggingOutput> {
    let tags = read(input.tagging, OF_BUCKET)?;
    desk.save(&input.bucket, ConfigKind::Tags, &tags).await?;
    Ok(PutBucketTaggingOutput::default())
}

pub(crate) async fn delete_bucket_tagging(
    desk: &Desk<'_>,
    input: DeleteBucketTaggingInput,
) -> S3Result<DeleteBucketTaggingOutput> {
    desk.clear(&input.bucket, ConfigKind::Tags).await?;
    Ok(DeleteBucketTaggingOutput::default())
}

pub(crate) async fn get_object_tagging(desk: &Desk<'_>, input: GetObjectTaggingInput) -> S3Result<GetObjectTaggingOutput> {
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    Ok(GetObjectTaggingOutput { version_id: desk.version_id(&input.bucket, &version), tag_set: write(version.tags) })
}

pub(crate) async fn put_object_tagging(desk: &Desk<'_>, input: PutObjectTaggingInput) -> S3Result<PutObjectTaggingOutput> {
    let tags = read(input.tagging, OF_OBJECT)?;
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    desk.amend(&input.bucket, &version, Amendment::Tags(tags)).await?;
    Ok(PutObjectTaggingOutput { version_id: desk.version_id(&input.bucket, &version) })
}

pub(crate) async fn delete_object_tagging(
    desk: &Desk<'_>,
    input: DeleteObjectTaggingInput,
) -> S3Result<DeleteObjectTaggingOutput> {
    let version = desk.object(&input.bucket, &input.key, input.version_id.as_deref())?;
    desk.amend(&input.bucket, &version, Amendment::Tags(Tags::new())).await?;
    Ok(DeleteObjectTaggingOutput { version_id: desk.version_id(&input.bucket, &version) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(all: &[(&str, &str)]) -> Tags {
        all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_header_is_read_as_a_query() {
        assert_eq!(from_header("a=1&b=x%3Dy+z&c").unwrap(), pairs(&[("a", "1"), ("b", "x=y z"), ("c", "")]));
        assert_eq!(from_header("").unwrap(), pairs(&[]));
        for wrong in ["a=1&a=2", "=1", "aws:a=1", "a=%00", "a=%ff"] {
            assert!(from_header(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tags_are_few_and_short() {
        let many = |count: usize| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join("&");
        assert_eq!(from_header(&many(OF_OBJECT)).unwrap().len(), OF_OBJECT);
        assert_eq!(from_header(&many(OF_OBJECT + 1)).unwrap_err().code(), &S3ErrorCode::InvalidTag);
        let long = |key: usize, value: usize| from_header(&format!("{}={}", "k".repeat(key), "v".repeat(value)));
        assert!(long(KEY_CHARACTERS, VALUE_CHARACTERS).is_ok());
        assert!(long(KEY_CHARACTERS + 1, 0).is_err());
        assert!(long(1, VALUE_CHARACTERS + 1).is_err());
    }

    proptest! {
        #[test]
        fn no_header_panics(text in any::<String>()) {
            if let Ok(tags) = from_header(&text) {
                prop_assert!(check(&tags, OF_OBJECT).is_ok());
            }
        }
    }
}
