//! Who may do what: a credential's scopes, the bucket's policy, its ACLs and its website, in one decision for all fronts.

mod action;
mod guard;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use idlewild_buckets_primitives::scopes::Scopes;
use idlewild_objects::VersionId;
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

pub use action::{Action, Level};
pub use guard::{AccessError, Guard};

use super::acl::Canned;
use super::policy::{Policy, Question, Verdict};
use super::public_block::PublicBlock;

/// Who signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that the credential was issued to.
    pub account: [u8; 32],
    /// Whether that is the owner of the buckets.
    pub owner: bool,
    /// What the credential may do.
    pub scopes: Scopes,
}

impl Caller {
    /// Whether the credential is for this bucket, by its id on chain; none while it has none.
    #[must_use]
    pub fn sees(&self, bucket: Option<u64>) -> bool {
        match (&self.scopes.buckets, bucket) {
            (None, _) => true,
            (Some(buckets), Some(bucket)) => buckets.contains(&bucket),
            (Some(_), None) => false,
        }
    }
}

/// By which way a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// S3's API.
    S3,
    /// A web page under a name, where a bucket with a website lets everyone read.
    Web,
}

/// A question: may this be done?
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What.
    pub action: Action,
    /// With which bucket; empty for what is of none.
    pub bucket: &'a str,
    /// That bucket's id on chain, where it has one.
    pub bucket_id: Option<u64>,
    /// With which object, where it is about one.
    pub key: Option<&'a str>,
    /// With which version of it; the current one where none is named.
    pub version: Option<&'a VersionId>,
    /// Who asks; none without a signature.
    pub caller: Option<&'a Caller>,
    /// By which way.
    pub door: Door,
    /// The ACL of the version that is asked for, where it is known.
    pub object_acl: Option<&'a str>,
    /// The address that the request came from.
    pub peer: Option<IpAddr>,
    /// Whether it came over TLS.
    pub secure: bool,
    /// When.
    pub now: OffsetDateTime,
    /// The prefix of a listing.
    pub prefix: Option<&'a str>,
    /// The delimiter of a listing.
    pub delimiter: Option<&'a str>,
}

/// What a bucket says about access.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Its policy.
    pub policy: Option<Arc<Policy>>,
    /// Its own ACL.
    pub acl: Canned,
    /// Whether ACLs count for nothing.
    pub acls_off: bool,
    /// What is kept from the public.
    pub block: PublicBlock,
    /// Whether it is a website.
    pub website: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be done.
    Allow,
    /// It may not.
    Deny(Refusal),
}

impl Decision {
    /// Whether it may be done.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        *self == Self::Allow
    }
}

/// Why something may not be done, for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The policy denies it.
    Policy {
        /// The name of the statement, if it has one.
        sid: Option<String>,
    },
    /// Nothing gives the credential this right.
    Scopes(Action),
    /// Nothing lets strangers read this.
    Anonymous,
    /// Strangers change nothing, whatever a policy says.
    AnonymousWrite,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy { sid: Some(sid) } => {
                write!(f, "The statement {sid:?} of the bucket's policy denies this; whoever owns the bucket can change it.")
            },
            Self::Policy { sid: None } => {
                f.write_str("The bucket's policy denies this; whoever owns the bucket can change it.")
            },
            Self::Scopes(action) => write!(
                f,
                "Neither this credential's scopes nor the bucket's policy allow s3:{}; whoever owns the bucket can widen them.",
                action.name()
            ),
            Self::Anonymous => f.write_str("This is not public; sign the request with a credential of this gateway."),
            Self::AnonymousWrite => f.write_str("Only signed requests can do this, as the owner pays for what they change."),
        }
    }
}

/// Decides, as S3 does: a deny of the policy first, then whatever allows it: the credential, the policy, an ACL, and for web
/// pages that the bucket is a website. Two things are other than there. Strangers never change anything, because the owner would
/// pay for it. And an owner can always change the policy, with a credential that may configure, so that nobody locks himself out.
#[must_use]
pub fn may(rules: &Rules, ask: &Ask<'_>) -> Decision {
    let scoped =
        ask.caller.is_some_and(|caller| caller.sees(ask.bucket_id) && caller.scopes.rights.contains(ask.action.right()));
    if ask.action.level() == Level::Service {
        // Which buckets are in the answer is a matter of each of them.
        let listed = ask.caller.is_some_and(|caller| caller.scopes.rights.contains(ask.action.right()));
        return if listed { Decision::Allow } else { refuse(ask) };
    }
    let verdict = rules.policy.as_ref().map_or(Verdict::Silent, |policy| {
        let context = context(ask);
        policy.judge(&Question {
            account: ask.caller.map(|caller| &caller.account),
            action: ask.action,
            bucket: ask.bucket,
            key: ask.key,
            context: &context,
        })
    });
    let mends = matches!(ask.action, Action::GetBucketPolicy | Action::PutBucketPolicy | Action::DeleteBucketPolicy);
    if mends && scoped && ask.caller.is_some_and(|caller| caller.owner) {
        return Decision::Allow;
    }
    if let Verdict::Deny { sid } = verdict {
        return Decision::Deny(Refusal::Policy { sid });
    }
    if scoped {
        return Decision::Allow;
    }
    if ask.caller.is_none() && !ask.action.is_read() {
        return Decision::Deny(Refusal::AnonymousWrite);
    }
    let by_policy = match verdict {
        Verdict::Allow { public } => !(public && rules.block.restrict_public_buckets),
        Verdict::Deny { .. } | Verdict::Silent => false,
    };
    if by_policy || by_acl(rules, ask) || by_website(rules, ask) {
        Decision::Allow
    } else {
        refuse(ask)
    }
}

fn refuse(ask: &Ask<'_>) -> Decision {
    Decision::Deny(match ask.caller {
        Some(_) => Refusal::Scopes(ask.action),
        None if ask.action.is_read() => Refusal::Anonymous,
        None => Refusal::AnonymousWrite,
    })
}

/// A bucket's ACL is about listing it, an object's about reading that object.
fn by_acl(rules: &Rules, ask: &Ask<'_>) -> bool {
    if rules.acls_off || !ask.action.is_acl_read() {
        return false;
    }
    let acl = match ask.action.level() {
        Level::Object => ask.object_acl.and_then(Canned::of),
        _ => Some(rules.acl),
    };
    match acl {
        Some(Canned::PublicRead) => !rules.block.ignore_public_acls,
        // Whoever has a credential is somebody whom the owner knows, so that this is not public.
        Some(Canned::AuthenticatedRead) => ask.caller.is_some(),
        _ => false,
    }
}

fn by_website(rules: &Rules, ask: &Ask<'_>) -> bool {
    rules.website && ask.door == Door::Web && ask.action == Action::GetObject && !rules.block.restrict_public_buckets
}

fn context(ask: &Ask<'_>) -> Vec<(String, String)> {
    let mut all = vec![("aws:securetransport".to_owned(), ask.secure.to_string())];
    let mut add = |key: &str, value: Option<String>| all.extend(value.map(|value| (key.to_owned(), value)));
    add("aws:currenttime", ask.now.format(&Rfc3339).ok());
    add("aws:sourceip", ask.peer.map(|peer| peer.to_string()));
    add("s3:prefix", ask.prefix.map(str::to_owned));
    add("s3:delimiter", ask.delimiter.map(str::to_owned));
    all
}

#[cfg(test)]
mod tests;
