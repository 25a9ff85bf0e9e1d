//! The operations of S3, each handed to the module that knows it.

use s3s::{dto::*, S3Request, S3Response, S3Result, S3};

use super::{
    access::Action,
    acl, attributes,
    authority::{Visit, Wish},
    buckets, copy, cors, delete, encryption,
    forward::{self, asked},
    get, keys, lifecycle, list, lock, multipart, ownership, parts, policy, public_block, put, tagging, unsupported, uploads,
    versioning, versions, website, Front,
};

macro_rules! operations {
    (
        buckets { $($bucket:ident::$run:ident $run_input:ident $run_output:ident;)* }
        objects { $($object:ident::$act:ident $act_input:ident $act_output:ident;)* }
        bodies { $($body:ident::$take:ident $take_input:ident $take_output:ident;)* }
        descriptions { $($about:ident::$tell:ident $tell_input:ident $tell_output:ident;)* }
        configurations { $($config:ident::$set:ident $set_input:ident $set_output:ident;)* }
        others { $($others:tt)* }
    ) => {
        #[async_trait::async_trait]
        impl S3 for Front {
            $(
                async fn $run(&self, req: S3Request<$run_input>) -> S3Result<S3Response<$run_output>> {
                    $bucket::$run(self, req).await
                }
            )*
            // What objects are is for the gateway to say that writes the bucket.
            $(
                async fn $act(&self, req: S3Request<$act_input>) -> S3Result<S3Response<$act_output>> {
                    forward::whole(self, &asked!(req)).await?;
                    $object::$act(self, req).await
                }
            )*
            $(
                async fn $take(&self, mut req: S3Request<$take_input>) -> S3Result<S3Response<$take_output>> {
                    let trailing = req.trailing_headers.clone();
                    forward::streamed(self, &asked!(req), &mut req.input.body, trailing).await?;
                    $body::$take(self, req).await
                }
            )*
            $(
                async fn $tell(&self, req: S3Request<$tell_input>) -> S3Result<S3Response<$tell_output>> {
                    forward::whole(self, &asked!(req)).await?;
                    Ok(S3Response::new($about::$tell(&self.desk(), req.input).await?))
                }
            )*
            // These decide who may ask here, and so are of here until they are everywhere.
            $(
                async fn $set(&self, req: S3Request<$set_input>) -> S3Result<S3Response<$set_output>> {
                    Ok(S3Response::new($config::$set(&self.desk(), req.input).await?))
                }
            )*
            $($others)*
        }
    };
}

operations! {
    buckets {
        buckets::create_bucket CreateBucketInput CreateBucketOutput;
        buckets::head_bucket HeadBucketInput HeadBucketOutput;
        buckets::list_buckets ListBucketsInput ListBucketsOutput;
        buckets::delete_bucket DeleteBucketInput DeleteBucketOutput;
        buckets::get_bucket_location GetBucketLocationInput GetBucketLocationOutput;
    }
    objects {
        get::get_object GetObjectInput GetObjectOutput;
        get::head_object HeadObjectInput HeadObjectOutput;
        attributes::get_object_attributes GetObjectAttributesInput GetObjectAttributesOutput;
        copy::copy_object CopyObjectInput CopyObjectOutput;
        delete::delete_object DeleteObjectInput DeleteObjectOutput;
        delete::delete_objects DeleteObjectsInput DeleteObjectsOutput;
        list::list_objects ListObjectsInput ListObjectsOutput;
        list::list_objects_v2 ListObjectsV2Input ListObjectsV2Output;
        versions::list_object_versions ListObjectVersionsInput ListObjectVersionsOutput;
        multipart::create_multipart_upload CreateMultipartUploadInput CreateMultipartUploadOutput;
        multipart::complete_multipart_upload CompleteMultipartUploadInput CompleteMultipartUploadOutput;
        multipart::abort_multipart_upload AbortMultipartUploadInput AbortMultipartUploadOutput;
        parts::upload_part_copy UploadPartCopyInput UploadPartCopyOutput;
        uploads::list_parts ListPartsInput ListPartsOutput;
        uploads::list_multipart_uploads ListMultipartUploadsInput ListMultipartUploadsOutput;
    }
    bodies {
        put::put_object PutObjectInput PutObjectOutput;
        parts::upload_part UploadPartInput UploadPartOutput;
    }
    descriptions {
        acl::get_object_acl GetObjectAclInput GetObjectAclOutput;
        acl::put_object_acl PutObjectAclInput PutObjectAclOutput;
        lock::get_object_retention GetObjectRetentionInput GetObjectRetentionOutput;
        lock::get_object_legal_hold GetObjectLegalHoldInput GetObjectLegalHoldOutput;
        lock::put_object_legal_hold PutObjectLegalHoldInput PutObjectLegalHoldOutput;
        tagging::get_object_tagging GetObjectTaggingInput GetObjectTaggingOutput;
        tagging::put_object_tagging PutObjectTaggingInput PutObjectTaggingOutput;
        tagging::delete_object_tagging DeleteObjectTaggingInput DeleteObjectTaggingOutput;
    }
    configurations {
        policy::get_bucket_policy GetBucketPolicyInput GetBucketPolicyOutput;
        policy::put_bucket_policy PutBucketPolicyInput PutBucketPolicyOutput;
        policy::delete_bucket_policy DeleteBucketPolicyInput DeleteBucketPolicyOutput;
        policy::get_bucket_policy_status GetBucketPolicyStatusInput GetBucketPolicyStatusOutput;
        public_block::get_public_access_block GetPublicAccessBlockInput GetPublicAccessBlockOutput;
        public_block::put_public_access_block PutPublicAccessBlockInput PutPublicAccessBlockOutput;
        public_block::delete_public_access_block DeletePublicAccessBlockInput DeletePublicAccessBlockOutput;
        acl::get_bucket_acl GetBucketAclInput GetBucketAclOutput;
        acl::put_bucket_acl PutBucketAclInput PutBucketAclOutput;
        ownership::get_bucket_ownership_controls GetBucketOwnershipControlsInput GetBucketOwnershipControlsOutput;
        ownership::put_bucket_ownership_controls PutBucketOwnershipControlsInput PutBucketOwnershipControlsOutput;
        ownership::delete_bucket_ownership_controls DeleteBucketOwnershipControlsInput DeleteBucketOwnershipControlsOutput;
        cors::get_bucket_cors GetBucketCorsInput GetBucketCorsOutput;
        cors::put_bucket_cors PutBucketCorsInput PutBucketCorsOutput;
        cors::delete_bucket_cors DeleteBucketCorsInput DeleteBucketCorsOutput;
        lifecycle::get_bucket_lifecycle_configuration GetBucketLifecycleConfigurationInput GetBucketLifecycleConfigurationOutput;
        lifecycle::put_bucket_lifecycle_configuration PutBucketLifecycleConfigurationInput PutBucketLifecycleConfigurationOutput;
        lifecycle::delete_bucket_lifecycle DeleteBucketLifecycleInput DeleteBucketLifecycleOutput;
        lock::get_object_lock_configuration GetObjectLockConfigurationInput GetObjectLockConfigurationOutput;
        lock::put_object_lock_configuration PutObjectLockConfigurationInput PutObjectLockConfigurationOutput;
        tagging::get_bucket_tagging GetBucketTaggingInput GetBucketTaggingOutput;
        tagging::put_bucket_tagging PutBucketTaggingInput PutBucketTaggingOutput;
        tagging::delete_bucket_tagging DeleteBucketTaggingInput DeleteBucketTaggingOutput;
        website::get_bucket_website GetBucketWebsiteInput GetBucketWebsiteOutput;
        website::put_bucket_website PutBucketWebsiteInput PutBucketWebsiteOutput;
        website::delete_bucket_website DeleteBucketWebsiteInput DeleteBucketWebsiteOutput;
        versioning::get_bucket_versioning GetBucketVersioningInput GetBucketVersioningOutput;
        versioning::put_bucket_versioning PutBucketVersioningInput PutBucketVersioningOutput;
        encryption::get_bucket_encryption GetBucketEncryptionInput GetBucketEncryptionOutput;
        encryption::put_bucket_encryption PutBucketEncryptionInput PutBucketEncryptionOutput;
        encryption::delete_bucket_encryption DeleteBucketEncryptionInput DeleteBucketEncryptionOutput;
        unsupported::get_bucket_logging GetBucketLoggingInput GetBucketLoggingOutput;
        unsupported::put_bucket_logging PutBucketLoggingInput PutBucketLoggingOutput;
        unsupported::get_bucket_notification_configuration GetBucketNotificationConfigurationInput GetBucketNotificationConfigurationOutput;
        unsupported::put_bucket_notification_configuration PutBucketNotificationConfigurationInput PutBucketNotificationConfigurationOutput;
        unsupported::get_bucket_replication GetBucketReplicationInput GetBucketReplicationOutput;
        unsupported::put_bucket_replication PutBucketReplicationInput PutBucketReplicationOutput;
        unsupported::delete_bucket_replication DeleteBucketReplicationInput DeleteBucketReplicationOutput;
    }
    others {
        async fn put_object_retention(&self, req: S3Request<PutObjectRetentionInput>) -> S3Result<S3Response<PutObjectRetentionOutput>> {
            forward::whole(self, &asked!(req)).await?;
            let (visit, input) = (Visit::of(&req.extensions), req.input);
            if input.bypass_governance_retention.unwrap_or(false) {
                let version = keys::version(input.version_id.as_deref())?;
                let wish = Wish::object(Action::BypassGovernanceRetention, &input.bucket, &input.key, version.as_ref());
                self.allow(&visit, &wish)?;
            }
            Ok(S3Response::new(lock::put_object_retention(&self.desk(), input).await?))
        }
    }
}
