//! The S3 front: a store's buckets and objects, as clients of S3 expect them.

use std::{fmt, sync::Arc, time::Duration};

use idlewild_objects::{Bucket, Store};
use s3s::{dto, service::S3ServiceBuilder, S3Result};
use time::OffsetDateTime;

use crate::{credentials::Keyring, peers::Peers};

pub mod access;
pub mod acl;
pub mod cors;
pub mod desk;
pub mod document;
pub mod lifecycle;
pub mod lock;
pub mod policy;
pub mod tagging;
pub mod versioning;
pub mod website;

mod acknowledge;
mod attributes;
mod authority;
mod body;
mod buckets;
mod checksums;
mod chunks;
mod conditions;
mod copy;
mod delete;
mod encryption;
mod envelope;
mod errors;
mod forward;
mod get;
mod keys;
mod list;
mod listing_text;
mod messages;
mod metadata;
mod multipart;
mod operations;
mod ownership;
mod parts;
mod public_block;
mod put;
mod signed;
mod unsupported;
mod uploads;
mod versions;

pub use envelope::S3Service;

/// The most bytes of a request that is XML. A list of 10,000 parts with their checksums has a third of it.
const XML_BYTES: usize = 8 << 20;
/// The most bytes of a form's file: s3s holds it in memory.
const FORM_FILE_BYTES: u64 = 64 << 20;
/// The most bytes of a form's other fields, and of one of them.
const FORM_FIELDS_BYTES: usize = 1 << 20;
const FORM_FIELD_BYTES: usize = 64 << 10;
const FORM_PARTS: usize = 100;
/// How far a client's clock may be off.
const CLOCK_SKEW_SECONDS: u32 = 15 * 60;

/// Tells whoever stores buckets on the network that somebody waits for one.
pub type Hurry = Arc<dyn Fn(&str) + Send + Sync>;

/// Tells whoever writes buckets on the network that another gateway waits for its turn with one, by its number.
pub type Wanted = Arc<dyn Fn(u64) + Send + Sync>;

/// How the front is run.
#[derive(Clone)]
pub struct Settings {
    /// The account that owns the buckets.
    pub owner: [u8; 32],
    /// What clients are told the region is.
    pub region: String,
    /// The domain that buckets are subdomains of, for clients that put them there. Paths work always.
    pub domain: Option<String>,
    /// How long a client may wait for the network before it is told that it has not happened yet.
    pub acknowledge_within: Duration,
    /// Who is told that somebody waits for a bucket.
    pub hurry: Option<Hurry>,
    /// Whether clients come by TLS, which something before this ends.
    pub secure: bool,
    /// Other gateways of the same owner, which write some of the buckets.
    pub peers: Option<Arc<Peers>>,
    /// Who is told that one of them waits for its turn.
    pub wanted: Option<Wanted>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            owner: [0; 32],
            region: "idlewild".into(),
            domain: None,
            acknowledge_within: Duration::from_secs(300),
            hurry: None,
            secure: false,
            peers: None,
            wanted: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("region", &self.region).field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// Why there is no front.
#[derive(Debug, thiserror::Error)]
pub enum FrontError {
    /// The domain cannot be one.
    #[error("{0:?} is no domain that buckets can be subdomains of; give one such as s3.example.org")]
    Domain(String),
}

/// The front of one store.
#[derive(Clone)]
pub struct Front(Arc<Inner>);

struct Inner {
    store: Store,
    keyring: Arc<dyn Keyring>,
    guard: access::Guard,
    settings: Settings,
    owner_id: String,
}

impl Front {
    /// The front of a store.
    pub fn new(store: Store, keyring: Arc<dyn Keyring>, settings: Settings) -> Self {
        let guard = access::Guard::new(store.clone());
        let owner_id = hex::encode(settings.owner);
        Self(Arc::new(Inner { store, keyring, guard, settings, owner_id }))
    }

    /// What answers requests; see [`crate::serve::serve`].
    pub fn service(&self) -> Result<S3Service, FrontError> {
        let mut builder = S3ServiceBuilder::new(self.clone());
        builder.set_auth(authority::Authority::new(self.clone()));
        builder.set_access(authority::Authority::new(self.clone()));
        let mut config = s3s::config::S3Config::default();
        config.xml_max_body_size = XML_BYTES;
        config.post_object_max_file_size = FORM_FILE_BYTES;
        config.form_max_field_size = FORM_FIELD_BYTES;
        config.form_max_fields_size = FORM_FIELDS_BYTES;
        config.form_max_parts = FORM_PARTS;
        config.presigned_url_max_skew_time_secs = CLOCK_SKEW_SECONDS;
        builder.set_config(Arc::new(s3s::config::StaticConfigProvider::new(Arc::new(config))));
        if let Some(domain) = &self.0.settings.domain {
            let host = s3s::host::SingleDomain::new(domain).map_err(|_| FrontError::Domain(domain.clone()))?;
            builder.set_host(host);
        }
        Ok(S3Service::new(self.clone(), builder.build()))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn guard(&self) -> &access::Guard {
        &self.0.guard
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn keyring(&self) -> &dyn Keyring {
        &*self.0.keyring
    }

    /// What the handlers of configurations work with.
    pub(crate) fn desk(&self) -> desk::Desk<'_> {
        desk::Desk { store: &self.0.store, owner_id: &self.0.owner_id, now: OffsetDateTime::now_utc() }
    }

    /// The bucket of that name.
    pub(crate) fn bucket(&self, name: &str) -> S3Result<Bucket> {
        self.desk().bucket(name)
    }

    /// The owner of everything, as answers name it.
    pub(crate) fn owner(&self) -> dto::Owner {
        dto::Owner { display_name: None, id: Some(self.0.owner_id.clone()) }
    }
}
