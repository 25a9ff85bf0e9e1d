//! What can be asked of a bucket: S3's actions as policies name them, what each is asked of, and which right it takes.

use idlewild_buckets_primitives::scopes::Rights;

/// What an action is asked of, which decides the resources that can name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The gateway as a whole.
    Service,
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

macro_rules! actions {
    ($($action:ident $name:literal $right:ident $level:ident $doc:literal)*) => {
        /// An action of S3, as policies name it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $doc] $action,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$action),*];

            /// The name in a policy, without `s3:`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$action => $name,)* }
            }

            /// The right that a credential needs for it.
            #[must_use]
            pub fn right(self) -> Rights {
                match self { $(Self::$action => Rights::$right,)* }
            }

            /// What it is asked of.
            #[must_use]
            pub fn level(self) -> Level {
                match self { $(Self::$action => Level::$level,)* }
            }
        }
    };
}

actions! {
    ListAllMyBuckets "ListAllMyBuckets" LIST Service "List the buckets."
    CreateBucket "CreateBucket" CONFIGURE Bucket "Create a bucket."
    DeleteBucket "DeleteBucket" CONFIGURE Bucket "Delete an empty bucket."
    ListBucket "ListBucket" LIST Bucket "List a bucket's objects, or ask whether there is such a bucket."
    ListBucketVersions "ListBucketVersions" LIST Bucket "List all versions of a bucket's objects."
    ListBucketMultipartUploads "ListBucketMultipartUploads" LIST Bucket "List uploads that are not complete."
    GetBucketLocation "GetBucketLocation" LIST Bucket "Ask for a bucket's region."
    GetBucketVersioning "GetBucketVersioning" LIST Bucket "Ask whether versions are kept."
    PutBucketVersioning "PutBucketVersioning" CONFIGURE Bucket "Say whether versions are kept."
    GetBucketPolicy "GetBucketPolicy" CONFIGURE Bucket "Read the policy."
    PutBucketPolicy "PutBucketPolicy" CONFIGURE Bucket "Set the policy."
    DeleteBucketPolicy "DeleteBucketPolicy" CONFIGURE Bucket "Remove the policy."
    GetBucketPolicyStatus "GetBucketPolicyStatus" CONFIGURE Bucket "Ask whether the policy lets anyone in."
    GetBucketAcl "GetBucketAcl" CONFIGURE Bucket "Read a bucket's ACL."
    PutBucketAcl "PutBucketAcl" CONFIGURE Bucket "Set a bucket's ACL."
    GetBucketCors "GetBucketCORS" LIST Bucket "Read the CORS rules."
    PutBucketCors "PutBucketCORS" CONFIGURE Bucket "Set or remove the CORS rules."
    GetLifecycle "GetLifecycleConfiguration" LIST Bucket "Read the lifecycle rules."
    PutLifecycle "PutLifecycleConfiguration" CONFIGURE Bucket "Set or remove the lifecycle rules."
    GetBucketTagging "GetBucketTagging" LIST Bucket "Read a bucket's tags."
    PutBucketTagging "PutBucketTagging" CONFIGURE Bucket "Set or remove a bucket's tags."
    GetBucketWebsite "GetBucketWebsite" LIST Bucket "Read the website's configuration."
    PutBucketWebsite "PutBucketWebsite" CONFIGURE Bucket "Set the website's configuration."
    DeleteBucketWebsite "DeleteBucketWebsite" CONFIGURE Bucket "Remove the website's configuration."
    GetEncryption "GetEncryptionConfiguration" LIST Bucket "Ask how objects are encrypted."
    PutEncryption "PutEncryptionConfiguration" CONFIGURE Bucket "Say how objects are to be encrypted."
    GetPublicAccessBlock "GetBucketPublicAccessBlock" CONFIGURE Bucket "Read what is kept from the public."
    PutPublicAccessBlock "PutBucketPublicAccessBlock" CONFIGURE Bucket "Set what is kept from the public."
    GetOwnershipControls "GetBucketOwnershipControls" CONFIGURE Bucket "Read whether ACLs count."
    PutOwnershipControls "PutBucketOwnershipControls" CONFIGURE Bucket "Set whether ACLs count."
    GetObjectLock "GetBucketObjectLockConfiguration" LIST Bucket "Read the default retention."
    PutObjectLock "PutBucketObjectLockConfiguration" CONFIGURE Bucket "Set the default retention."
    GetBucketLogging "GetBucketLogging" CONFIGURE Bucket "Ask where access is logged."
    PutBucketLogging "PutBucketLogging" CONFIGURE Bucket "Set where access is logged."
    GetBucketNotification "GetBucketNotification" CONFIGURE Bucket "Ask who is told of changes."
    PutBucketNotification "PutBucketNotification" CONFIGURE Bucket "Set who is told of changes."
    GetReplication "GetReplicationConfiguration" CONFIGURE Bucket "Ask where objects are copied to."
    PutReplication "PutReplicationConfiguration" CONFIGURE Bucket "Set where objects are copied to."
    GetAccelerate "GetAccelerateConfiguration" CONFIGURE Bucket "Ask whether transfers are accelerated."
    PutAccelerate "PutAccelerateConfiguration" CONFIGURE Bucket "Set whether transfers are accelerated."
    GetRequestPayment "GetBucketRequestPayment" CONFIGURE Bucket "Ask who pays for requests."
    PutRequestPayment "PutBucketRequestPayment" CONFIGURE Bucket "Set who pays for requests."
    GetObject "GetObject" READ Object "Read an object."
    GetObjectVersion "GetObjectVersion" READ Object "Read a certain version of an object."
    GetObjectAttributes "GetObjectAttributes" READ Object "Read an object's attributes."
    GetObjectVersionAttributes "GetObjectVersionAttributes" READ Object "Read the attributes of a certain version."
    GetObjectAcl "GetObjectAcl" READ Object "Read an object's ACL."
    GetObjectVersionAcl "GetObjectVersionAcl" READ Object "Read the ACL of a certain version."
    GetObjectTagging "GetObjectTagging" READ Object "Read an object's tags."
    GetObjectVersionTagging "GetObjectVersionTagging" READ Object "Read the tags of a certain version."
    GetObjectRetention "GetObjectRetention" READ Object "Read until when an object is kept."
    GetObjectLegalHold "GetObjectLegalHold" READ Object "Read whether an object is held."
    PutObject "PutObject" WRITE Object "Write an object."
    PutObjectAcl "PutObjectAcl" CONFIGURE Object "Set an object's ACL."
    PutObjectVersionAcl "PutObjectVersionAcl" CONFIGURE Object "Set the ACL of a certain version."
    PutObjectTagging "PutObjectTagging" WRITE Object "Set an object's tags."
    PutObjectVersionTagging "PutObjectVersionTagging" WRITE Object "Set the tags of a certain version."
    DeleteObjectTagging "DeleteObjectTagging" WRITE Object "Remove an object's tags."
    DeleteObjectVersionTagging "DeleteObjectVersionTagging" WRITE Object "Remove the tags of a certain version."
    PutObjectRetention "PutObjectRetention" WRITE Object "Set until when an object is kept."
    PutObjectLegalHold "PutObjectLegalHold" WRITE Object "Hold an object, or let it go."
    BypassGovernanceRetention "BypassGovernanceRetention" CONFIGURE Object "Pass over a retention in governance mode."
    AbortMultipartUpload "AbortMultipartUpload" WRITE Object "Abort an upload."
    ListMultipartUploadParts "ListMultipartUploadParts" WRITE Object "List the parts of an upload."
    DeleteObject "DeleteObject" DELETE Object "Delete an object."
    DeleteObjectVersion "DeleteObjectVersion" DELETE Object "Delete a certain version for good."
}

impl Action {
    /// The action behind an operation of S3's API; `versioned` where the request names a version. None for those unknown here.
    ///
    /// Operations that touch a second object (copies) or many (`DeleteObjects`) are known by what they do to the bucket that they
    /// are sent to: who carries them out asks for the others too.
    #[must_use]
    pub fn of(operation: &str, versioned: bool) -> Option<Self> {
        let pick = |plain, version| Some(if versioned { version } else { plain });
        match operation {
            "GetObject" | "HeadObject" | "SelectObjectContent" | "GetObjectTorrent" => {
                pick(Self::GetObject, Self::GetObjectVersion)
            },
            "GetObjectAttributes" => pick(Self::GetObjectAttributes, Self::GetObjectVersionAttributes),
            "GetObjectAcl" => pick(Self::GetObjectAcl, Self::GetObjectVersionAcl),
            "PutObjectAcl" => pick(Self::PutObjectAcl, Self::PutObjectVersionAcl),
            "GetObjectTagging" => pick(Self::GetObjectTagging, Self::GetObjectVersionTagging),
            "PutObjectTagging" => pick(Self::PutObjectTagging, Self::PutObjectVersionTagging),
            "DeleteObjectTagging" => pick(Self::DeleteObjectTagging, Self::DeleteObjectVersionTagging),
            "DeleteObject" => pick(Self::DeleteObject, Self::DeleteObjectVersion),
            "DeleteObjects" => Some(Self::DeleteObject),
            "PutObject"
            | "PostObject"
            | "CopyObject"
            | "CreateMultipartUpload"
            | "UploadPart"
            | "UploadPartCopy"
            | "CompleteMultipartUpload"
            | "RestoreObject" => Some(Self::PutObject),
            "ListParts" => Some(Self::ListMultipartUploadParts),
            "ListBuckets" | "ListDirectoryBuckets" => Some(Self::ListAllMyBuckets),
            "HeadBucket" | "ListObjects" | "ListObjectsV2" => Some(Self::ListBucket),
            "ListObjectVersions" => Some(Self::ListBucketVersions),
            "ListMultipartUploads" => Some(Self::ListBucketMultipartUploads),
            "DeleteBucketCors" => Some(Self::PutBucketCors),
            "GetBucketLifecycleConfiguration" => Some(Self::GetLifecycle),
            "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => Some(Self::PutLifecycle),
            "GetBucketCors" => Some(Self::GetBucketCors),
            "PutBucketCors" => Some(Self::PutBucketCors),
            "DeleteBucketTagging" => Some(Self::PutBucketTagging),
            "GetBucketEncryption" => Some(Self::GetEncryption),
            "PutBucketEncryption" | "DeleteBucketEncryption" => Some(Self::PutEncryption),
            "GetPublicAccessBlock" => Some(Self::GetPublicAccessBlock),
            "PutPublicAccessBlock" | "DeletePublicAccessBlock" => Some(Self::PutPublicAccessBlock),
            "DeleteBucketOwnershipControls" => Some(Self::PutOwnershipControls),
            "GetObjectLockConfiguration" => Some(Self::GetObjectLock),
            "PutObjectLockConfiguration" => Some(Self::PutObjectLock),
            "GetBucketNotificationConfiguration" => Some(Self::GetBucketNotification),
            "PutBucketNotificationConfiguration" => Some(Self::PutBucketNotification),
            "GetBucketReplication" => Some(Self::GetReplication),
            "PutBucketReplication" | "DeleteBucketReplication" => Some(Self::PutReplication),
            "GetBucketAccelerateConfiguration" => Some(Self::GetAccelerate),
            "PutBucketAccelerateConfiguration" => Some(Self::PutAccelerate),
            _ => Self::ALL.iter().copied().find(|action| action.name() == operation),
        }
    }

    /// Whether it changes nothing and tells nothing of how a bucket is set up, so that strangers may be let in.
    #[must_use]
    pub fn is_read(self) -> bool {
        self.right() == Rights::READ || self.right() == Rights::LIST
    }

    /// Whether a bucket's or an object's READ of an ACL covers it.
    #[must_use]
    pub fn is_acl_read(self) -> bool {
        matches!(
            self,
            Self::GetObject
                | Self::GetObjectVersion
                | Self::ListBucket
                | Self::ListBucketVersions
                | Self::ListBucketMultipartUploads
        )
    }
}
