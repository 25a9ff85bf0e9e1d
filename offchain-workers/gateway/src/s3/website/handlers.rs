//! S3's operations on a bucket's website.

use idlewild_objects::ConfigKind;
use s3s::dto::{
    DeleteBucketWebsiteInput, DeleteBucketWebsiteOutput, GetBucketWebsiteInput, GetBucketWebsiteOutput, PutBucketWebsiteInput,
    PutBucketWebsiteOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::{parse, Website};
use crate::s3::desk::Desk;
use crate::s3::errors;

pub(crate) async fn get_bucket_website(desk: &Desk<'_>, input: GetBucketWebsiteInput) -> S3Result<GetBucketWebsiteOutput> {
    let website: Website =
        desk.need(&input.bucket, ConfigKind::Website, S3ErrorCode::NoSuchWebsiteConfiguration, "The bucket is not a website.")?;
    Ok(parse::write(website))
}

pub(crate) async fn put_bucket_website(desk: &Desk<'_>, input: PutBucketWebsiteInput) -> S3Result<PutBucketWebsiteOutput> {
    let website = parse::read(&input.website_configuration)
        .map_err(|error| errors::refuse(S3ErrorCode::InvalidArgument, error.to_string()))?;
    desk.save(&input.bucket, ConfigKind::Website, &website).await?;
    Ok(PutBucketWebsiteOutput::default())
}

pub(crate) async fn delete_bucket_website(
    desk: &Desk<'_>,
    input: DeleteBucketWebsiteInput,
) -> S3Result<DeleteBucketWebsiteOutput> {
    desk.clear(&input.bucket, ConfigKind::Website).await?;
    Ok(DeleteBucketWebsiteOutput::default())
}
