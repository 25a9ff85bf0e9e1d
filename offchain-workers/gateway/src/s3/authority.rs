//! Who signed a request, and whether he may do what it says.

use std::net::IpAddr;

use hyper::http::Extensions;
use idlewild_objects::VersionId;
use percent_encoding::percent_decode_str;
use s3s::{
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
    S3ErrorCode, S3Result,
};
use time::OffsetDateTime;

use super::{
    access::{self, AccessError, Action, Ask, Caller, Decision, Door},
    errors::{self, refuse},
    forward::{self, Relay, FOR},
    keys, Front,
};
use crate::{
    credentials::Credential,
    peers::{
        key::{self, PeerId},
        wire::{NONCE, WANTED},
    },
    serve::Peer,
};

/// Answers s3s's questions about keys and rights.
pub(super) struct Authority(Front);

impl Authority {
    pub(super) fn new(front: Front) -> Self {
        Self(front)
    }

    async fn credential(&self, access_key: &str) -> S3Result<Credential> {
        match self.0.keyring().credential(access_key).await {
            Ok(Some(credential)) => Ok(credential),
            Ok(None) => Err(refuse(
                S3ErrorCode::InvalidAccessKeyId,
                "There is no such access key at this gateway, or it was revoked; ask the owner for another",
            )),
            Err(error) => {
                tracing::warn!(%error, "an access key could not be looked up");
                Err(refuse(S3ErrorCode::ServiceUnavailable, error.to_string()))
            },
        }
    }
}

impl Authority {
    /// For whom another gateway asks. It is shown that this one is the one that it meant to ask.
    fn passed_on(&self, cx: &mut S3AccessContext<'_>, id: &PeerId, credential: &Credential) -> S3Result<Visit> {
        let said = |name: &str| cx.headers().get(name).and_then(|value| value.to_str().ok());
        let proof = said(NONCE.as_str()).map(|nonce| key::proof(&credential.secret, nonce));
        let visit = match said(FOR) {
            Some(text) => forward::visitor_of(text, id.bucket),
            // It asks for itself what the bucket is called here, and for nothing else.
            None if cx.s3_op().name() == "ListBuckets" => {
                if let Some(wanted) = self.0.settings().wanted.as_ref().filter(|_| said(WANTED.as_str()).is_some()) {
                    wanted(id.bucket);
                }
                let caller = Caller { account: credential.user, owner: true, scopes: credential.scopes.clone() };
                Some(Visit { caller: Some(caller), peer: None })
            },
            None => None,
        };
        if let Some((relay, proof)) = cx.extensions_mut().get::<Relay>().cloned().zip(proof) {
            relay.prove(proof);
        }
        // Its key is for one bucket. What it says of the visitor is taken for that one alone.
        let name = cx.s3_path().get_bucket_name();
        let is_of_bucket = name.is_none_or(|name| self.0.store().bucket(name).is_some_and(|one| one.id == Some(id.bucket)));
        visit.filter(|_| is_of_bucket).ok_or_else(|| {
            refuse(
                S3ErrorCode::AccessDenied,
                "This key of another gateway is not for that; update both gateways to the same version",
            )
        })
    }
}

#[async_trait::async_trait]
impl S3Auth for Authority {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        Ok(SecretKey::from(self.credential(access_key).await?.secret.as_str()))
    }
}

#[async_trait::async_trait]
impl S3Access for Authority {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        if let Some(relay) = cx.extensions_mut().get::<Relay>().cloned() {
            relay.aim(cx.s3_path().get_bucket_name().unwrap_or_default(), cx.s3_path().get_object_key());
        }
        let visit = match cx.credentials().map(|credentials| credentials.access_key.clone()) {
            None => Visit { caller: None, peer: peer(cx.extensions_mut()) },
            Some(access_key) => {
                let credential = self.credential(&access_key).await?;
                match access_key.parse::<PeerId>() {
                    Ok(id) => self.passed_on(cx, &id, &credential)?,
                    Err(_) => {
                        let owner = credential.user == self.0.settings().owner;
                        let caller = Caller { account: credential.user, owner, scopes: credential.scopes };
                        Visit { caller: Some(caller), peer: peer(cx.extensions_mut()) }
                    },
                }
            },
        };
        let query = |name: &str| value_of(cx.uri().query().unwrap_or_default(), name);
        let version = keys::version(query("versionId").as_deref())?;
        let Some(action) = Action::of(cx.s3_op().name(), version.is_some()) else {
            return Err(refuse(S3ErrorCode::NotImplemented, format!("{} is not offered by this gateway", cx.s3_op().name())));
        };
        let key = cx.s3_path().get_object_key();
        if let Some(key) = key {
            keys::check(key)?;
        }
        self.0.allow(
            &visit,
            &Wish {
                action,
                bucket: cx.s3_path().get_bucket_name().unwrap_or_default(),
                key,
                version: version.as_ref(),
                prefix: query("prefix").as_deref(),
                delimiter: query("delimiter").as_deref(),
            },
        )?;
        cx.extensions_mut().insert(visit);
        Ok(())
    }
}

/// Who sent a request, and from where. It is among the extensions of every request that a handler gets.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) caller: Option<Caller>,
    pub(crate) peer: Option<IpAddr>,
}

impl Visit {
    /// Of a request that passed the check above.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or(Self { caller: None, peer: None })
    }
}

/// What somebody wants to do.
pub(crate) struct Wish<'a> {
    pub(crate) action: Action,
    pub(crate) bucket: &'a str,
    pub(crate) key: Option<&'a str>,
    pub(crate) version: Option<&'a VersionId>,
    pub(crate) prefix: Option<&'a str>,
    pub(crate) delimiter: Option<&'a str>,
}

impl<'a> Wish<'a> {
    /// With one object.
    pub(crate) fn object(action: Action, bucket: &'a str, key: &'a str, version: Option<&'a VersionId>) -> Self {
        Self { action, bucket, key: Some(key), version, prefix: None, delimiter: None }
    }
}

impl Front {
    /// Fails unless the visitor may do that.
    pub(crate) fn allow(&self, visit: &Visit, wish: &Wish<'_>) -> S3Result<()> {
        let ask = Ask {
            action: wish.action,
            bucket: wish.bucket,
            bucket_id: self.store().bucket(wish.bucket).and_then(|bucket| bucket.id),
            key: wish.key,
            version: wish.version,
            caller: visit.caller.as_ref(),
            door: Door::S3,
            object_acl: None,
            peer: visit.peer,
            secure: self.settings().secure,
            now: OffsetDateTime::now_utc(),
            prefix: wish.prefix,
            delimiter: wish.delimiter,
        };
        let decision = match wish.action {
            // A bucket that is not there yet has no rules.
            Action::CreateBucket => Ok(access::may(&access::Rules::default(), &ask)),
            _ => self.guard().check(&ask),
        };
        match decision {
            Ok(Decision::Allow) => Ok(()),
            Ok(Decision::Deny(refusal)) => Err(refuse(S3ErrorCode::AccessDenied, refusal.to_string())),
            Err(AccessError::Bucket(error)) => Err(errors::bucket(error)),
            Err(AccessError::Store(error)) => Err(errors::store(error)),
            Err(error @ AccessError::Document { .. }) => Err(refuse(S3ErrorCode::InternalError, error.to_string())),
        }
    }
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<Peer>().map(|peer| peer.0.ip())
}

/// A parameter of a query, decoded; none where it is not there or is no text.
pub(crate) fn value_of(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key)? == name).then(|| decoded(value)).flatten()
    })
}

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_found_under_its_whole_name_and_decoded() {
        let query = "prefix=a%2Fb+c&x-prefix=no&empty&versionId=%FF";
        assert_eq!(value_of(query, "prefix").as_deref(), Some("a/b c"));
        assert_eq!(value_of(query, "empty").as_deref(), Some(""));
        assert_eq!(value_of(query, "fix"), None);
        assert_eq!(value_of(query, "versionId"), None, "not UTF-8");
    }
}
