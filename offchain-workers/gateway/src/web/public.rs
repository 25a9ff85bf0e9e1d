//! What others made public, as places.

use std::net::IpAddr;

use hyper::{Response, StatusCode};
use idlewild_storage_primitives::Clock;

use super::{body::Body, page, place::Place, Front};
use crate::public::{Found, PublicError};

/// Where a publication is asked for.
pub(super) struct Wanted {
    /// Its number.
    pub(super) id: u64,
    /// What follows it in the path, decoded.
    pub(super) path: String,
    /// The path up to there, encoded.
    pub(super) base: String,
    /// The height until which what led there holds.
    pub(super) until: Clock,
    /// Whether it shares its host with others.
    pub(super) shared_origin: bool,
    /// Who asks.
    pub(super) peer: Option<IpAddr>,
}

impl Front {
    /// A bucket of another owner, which is not in this gateway's own store.
    pub(super) async fn others_bucket(&self, id: u64) -> Result<Found, Box<Response<Body>>> {
        let Some(public) = self.public() else {
            let reason = format!(
                "this gateway does not serve bucket {id}, and shows none of others: ask a gateway that its owner has granted it to"
            );
            return Err(Box::new(page::error(StatusCode::NOT_FOUND, &reason)));
        };
        public.bucket(id).await.map_err(|error| refused(&error))
    }

    /// A published file.
    pub(super) async fn publication(&self, wanted: Wanted) -> Result<Place, Box<Response<Body>>> {
        let Wanted { id, path, base, until, shared_origin, peer } = wanted;
        let Some(public) = self.public() else {
            let reason = format!(
                "this gateway shows no publications of others, as it has no chain or is set so; \
                 `idlewild get idlewild:publication/{id}` fetches it without a gateway"
            );
            return Err(Box::new(page::error(StatusCode::NOT_FOUND, &reason)));
        };
        let found = public.publication(id).await.map_err(|error| refused(&error))?;
        let Some(file) = found.file else { return Err(refused(&PublicError::NoPublication(id))) };
        if !path.is_empty() && path != file.key {
            let reason = format!("publication {id} is one file, {}; leave out what follows its number", file.key);
            return Err(Box::new(page::error(StatusCode::NOT_FOUND, &reason)));
        }
        Ok(Place {
            bucket: found.bucket,
            prefix: String::new(),
            path: file.key,
            base,
            is_object: true,
            until,
            shared_origin,
            peer,
            held: Some(found.held),
            hash: Some(file.hash),
        })
    }
}

/// The page that says why something public is not shown.
fn refused(error: &PublicError) -> Box<Response<Body>> {
    use crate::public::remote::RemoteError;
    let status = match error {
        PublicError::NoBucket(_) | PublicError::NotPublic(_) | PublicError::NoPublication(_) => StatusCode::NOT_FOUND,
        PublicError::Withdrawn(_) => StatusCode::GONE,
        PublicError::TooLarge { .. } | PublicError::History { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        PublicError::WrongKey(_) | PublicError::Commit { .. } | PublicError::Lies { .. } => StatusCode::BAD_GATEWAY,
        PublicError::Remote(RemoteError::Miners(_)) => StatusCode::BAD_GATEWAY,
        PublicError::TooSlow(_) => StatusCode::GATEWAY_TIMEOUT,
        PublicError::Remote(RemoteError::Chain(_)) | PublicError::NoRoom | PublicError::Pending | PublicError::Broken => {
            StatusCode::SERVICE_UNAVAILABLE
        },
        PublicError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Box::new(page::error(status, &error.to_string()))
}
