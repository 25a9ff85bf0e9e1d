//! S3's operations on CORS rules.

use idlewild_objects::ConfigKind;
use s3s::dto::{
    DeleteBucketCorsInput, DeleteBucketCorsOutput, GetBucketCorsInput, GetBucketCorsOutput, PutBucketCorsInput,
    PutBucketCorsOutput,
};
use s3s::{S3ErrorCode, S3Result};

use super::{parse, Cors};
use crate::s3::desk::Desk;

pub(crate) async fn get_bucket_cors(desk: &Desk<'_>, input: GetBucketCorsInput) -> S3Result<GetBucketCorsOutput> {
    let cors: Cors =
        desk.need(&input.bucket, ConfigKind::Cors, S3ErrorCode::NoSuchCORSConfiguration, "The bucket has no CORS rules.")?;
    Ok(GetBucketCorsOutput { cors_rules: Some(parse::write(cors)) })
}

pub(crate) async fn put_bucket_cors(desk: &Desk<'_>, input: PutBucketCorsInput) -> S3Result<PutBucketCorsOutput> {
    let cors = parse::read(input.cors_configuration)?;
    desk.save(&input.bucket, ConfigKind::Cors, &cors).await?;
    Ok(PutBucketCorsOutput::default())
}

pub(crate) async fn delete_bucket_cors(desk: &Desk<'_>, input: DeleteBucketCorsInput) -> S3Result<DeleteBucketCorsOutput> {
    desk.clear(&input.bucket, ConfigKind::Cors).await?;
    Ok(DeleteBucketCorsOutput::default())
}
