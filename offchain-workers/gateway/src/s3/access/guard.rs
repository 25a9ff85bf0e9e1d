//! Decisions for a store: what its buckets say, read where it is asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use idlewild_buckets_primitives::scopes::Rights;
use idlewild_objects::{BucketError, ConfigKind, Store, StoreError};

use super::{may, Ask, Decision, Level, Rules};
use crate::s3::acl::BucketAcl;
use crate::s3::document::{self, DocumentError};
use crate::s3::ownership::Ownership;
use crate::s3::policy::{Policy, StoredPolicy};
use crate::s3::public_block::PublicBlock;

/// Policies that are kept read at most.
const KEPT: usize = 1024;

/// Why there is no decision. Nothing is allowed then.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The bucket cannot be read, or there is none.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The object cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A configuration cannot be read.
    #[error("the bucket's {what} cannot be read, set it again: {source}")]
    Document {
        /// Which.
        what: &'static str,
        /// Why.
        source: DocumentError,
    },
}

/// A policy, and the document that it was read from.
type Parsed = (Bytes, Arc<Policy>);

/// Decides for the buckets of a store.
#[derive(Clone)]
pub struct Guard {
    store: Store,
    /// Policies by buckets, each with the document that it was read from: to read one takes far longer than to compare two.
    policies: Arc<Mutex<HashMap<String, Parsed>>>,
}

impl Guard {
    /// Of `store`.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, policies: Arc::default() }
    }

    /// Decides. The ACL of an object is looked up where it matters and is not in the question.
    ///
    /// # Errors
    /// Where the bucket cannot be read, or there is none.
    pub fn check(&self, ask: &Ask<'_>) -> Result<Decision, AccessError> {
        if ask.action.level() == Level::Service {
            return Ok(may(&Rules::default(), ask));
        }
        let rules = match self.rules(ask.bucket) {
            Ok(rules) => rules,
            // Else nobody could set again what cannot be read.
            Err(AccessError::Document { .. })
                if ask.action.right() == Rights::CONFIGURE && ask.caller.is_some_and(|one| one.owner) =>
            {
                Rules::default()
            },
            Err(error) => return Err(error),
        };
        let decision = may(&rules, ask);
        let matters = !decision.is_allow() && ask.object_acl.is_none() && ask.action.is_acl_read() && !rules.acls_off;
        let Some(key) = ask.key.filter(|_| matters) else { return Ok(decision) };
        let acl = self.store.head(ask.bucket, key, ask.version)?.and_then(|version| version.acl);
        Ok(acl.map_or(decision, |acl| may(&rules, &Ask { object_acl: Some(&acl), ..*ask })))
    }

    /// What a bucket says about access.
    ///
    /// # Errors
    /// Where it cannot be read, or there is none.
    pub fn rules(&self, bucket: &str) -> Result<Rules, AccessError> {
        let acl: Option<BucketAcl> = self.read(bucket, ConfigKind::Acl, "ACL")?;
        let block: Option<PublicBlock> = self.read(bucket, ConfigKind::PublicAccess, "public access block")?;
        let ownership: Option<Ownership> = self.read(bucket, ConfigKind::Ownership, "ownership controls")?;
        Ok(Rules {
            policy: self.policy(bucket)?,
            acl: acl.unwrap_or_default().canned,
            acls_off: ownership.is_some_and(|ownership| ownership.acls_off()),
            block: block.unwrap_or_default(),
            website: self.store.config(bucket, ConfigKind::Website)?.is_some(),
        })
    }

    fn read<T: serde::de::DeserializeOwned>(
        &self,
        bucket: &str,
        kind: ConfigKind,
        what: &'static str,
    ) -> Result<Option<T>, AccessError> {
        let Some(bytes) = self.store.config(bucket, kind)? else { return Ok(None) };
        document::decode(&bytes).map(Some).map_err(|source| AccessError::Document { what, source })
    }

    fn policy(&self, bucket: &str) -> Result<Option<Arc<Policy>>, AccessError> {
        let mut policies = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bytes) = self.store.config(bucket, ConfigKind::Policy)? else {
            policies.remove(bucket);
            return Ok(None);
        };
        if let Some((_, policy)) = policies.get(bucket).filter(|(read_from, _)| *read_from == bytes) {
            return Ok(Some(policy.clone()));
        }
        let wrong = |source| AccessError::Document { what: "policy", source };
        let stored: StoredPolicy = document::decode(&bytes).map_err(wrong)?;
        let policy = Policy::parse(&stored.text, bucket).map_err(|error| wrong(DocumentError::Content(error.to_string())))?;
        let policy = Arc::new(policy);
        if policies.len() >= KEPT {
            policies.clear();
        }
        policies.insert(bucket.to_owned(), (bytes, policy.clone()));
        Ok(Some(policy))
    }
}
