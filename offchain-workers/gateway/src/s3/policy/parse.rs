//! The text of a policy, and what is wrong with it and where.

use std::fmt;

use serde_json::{Map, Value};

use super::condition::Conditions;
use super::principal::Principals;
use super::{json, pattern, Effect, Policy, Statement, MAX_BYTES};
use crate::s3::access::{Action, Level};

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at} {what}")]
pub struct PolicyError {
    /// Where, as a path into the document.
    pub at: String,
    /// What is wrong there, and what would be right.
    pub what: String,
}

/// A place in the document. Written out only where something is wrong there.
#[derive(Clone, Copy)]
pub(super) enum At<'a> {
    /// The document.
    Document,
    /// A member of an object.
    Key(&'a At<'a>, &'a str),
    /// An element of an array.
    Index(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("The policy"),
            Self::Key(Self::Document, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

impl At<'_> {
    pub(super) fn key<'b>(&'b self, key: &'b str) -> At<'b> {
        At::Key(self, key)
    }

    pub(super) fn error(&self, what: impl Into<String>) -> PolicyError {
        PolicyError { at: self.to_string(), what: what.into() }
    }

    /// A string, or an array of them.
    pub(super) fn strings<'b>(&'b self, value: &'b Value) -> Result<Vec<(&'b str, At<'b>)>, PolicyError> {
        let strings = match value {
            Value::String(text) => vec![(text.as_str(), *self)],
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let at = At::Index(self, index);
                    item.as_str().map(|text| (text, at)).ok_or_else(|| at.error("must be a string"))
                })
                .collect::<Result<_, _>>()?,
            _ => return Err(self.error("must be a string or an array of strings")),
        };
        match strings.is_empty() {
            true => Err(self.error("is empty; name at least one")),
            false => Ok(strings),
        }
    }
}

/// Reads the policy of `bucket`.
pub(super) fn policy(text: &str, bucket: &str) -> Result<Policy, PolicyError> {
    let at = At::Document;
    if text.len() > MAX_BYTES {
        return Err(at.error(format!("has {} bytes, and {MAX_BYTES} are the most; say it in fewer statements", text.len())));
    }
    let value = json::read(text).map_err(|error| at.error(format!("is not JSON: {error}")))?;
    let Value::Object(members) = &value else { return Err(at.error("must be a JSON object")) };
    known(members, &["Version", "Id", "Statement"], &at)?;
    match members.get("Version").map(Value::as_str) {
        None | Some(Some("2012-10-17" | "2008-10-17")) => {},
        Some(_) => return Err(at.key("Version").error("must be \"2012-10-17\"")),
    }
    if members.get("Id").is_some_and(|id| !id.is_string()) {
        return Err(at.key("Id").error("must be a string"));
    }
    let key = at.key("Statement");
    let statements = match members.get("Statement") {
        Some(Value::Array(items)) if !items.is_empty() => items
            .iter()
            .enumerate()
            .map(|(index, item)| statement(item, bucket, &At::Index(&key, index)))
            .collect::<Result<_, _>>()?,
        Some(one @ Value::Object(_)) => vec![statement(one, bucket, &key)?],
        _ => return Err(key.error("must be an array of statements, at least one")),
    };
    Ok(Policy { statements })
}

fn known(members: &Map<String, Value>, names: &[&str], at: &At<'_>) -> Result<(), PolicyError> {
    match members.keys().find(|key| !names.contains(&key.as_str())) {
        Some(key) => Err(at.key(key).error(format!("is not supported; there is {}", names.join(", ")))),
        None => Ok(()),
    }
}

fn statement(value: &Value, bucket: &str, at: &At<'_>) -> Result<Statement, PolicyError> {
    let Value::Object(members) = value else { return Err(at.error("must be an object")) };
    known(members, &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"], at)?;
    let need = |name| members.get(name).ok_or_else(|| at.error(format!("has no {name}")));
    let sid = match members.get("Sid") {
        None => None,
        Some(Value::String(sid)) => Some(sid.clone()),
        Some(_) => return Err(at.key("Sid").error("must be a string")),
    };
    let effect = match need("Effect")?.as_str() {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err(at.key("Effect").error("must be \"Allow\" or \"Deny\"")),
    };
    let principals = Principals::parse(need("Principal")?, &at.key("Principal"))?;
    let resources = resources(need("Resource")?, bucket, &at.key("Resource"))?;
    let actions = actions(need("Action")?, &resources, &at.key("Action"))?;
    let conditions = match members.get("Condition") {
        None => Conditions::default(),
        Some(value) => Conditions::parse(value, &at.key("Condition"))?,
    };
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

/// Resources, each as what follows `arn:aws:s3:::`.
fn resources(value: &Value, bucket: &str, at: &At<'_>) -> Result<Vec<String>, PolicyError> {
    let mut all = Vec::new();
    for (text, at) in at.strings(value)? {
        let name = match text.strip_prefix("arn:aws:s3:::") {
            Some(name) => name,
            None if text == "*" => text,
            None => {
                return Err(at.error(format!(
                    "{text:?} is no resource: write \"arn:aws:s3:::{bucket}\" or \"arn:aws:s3:::{bucket}/KEY\""
                )));
            },
        };
        if name.contains("${") {
            return Err(at.error("has a variable, and there are none here; write it out, or use * and ?"));
        }
        let of = name.split_once('/').map_or(name, |(of, _)| of);
        if !pattern::matches(of.as_bytes(), bucket.as_bytes()) {
            return Err(at.error(format!("{text:?} is not of this bucket, {bucket}")));
        }
        all.push(name.to_owned());
    }
    Ok(all)
}

/// Actions, as all that the names and wildcards mean.
fn actions(value: &Value, resources: &[String], at: &At<'_>) -> Result<Vec<Action>, PolicyError> {
    let (mut all, mut buckets, mut objects) = (Vec::new(), false, false);
    for name in resources {
        // A star may stand for a slash too.
        objects |= name.contains('/') || name.contains('*');
        buckets |= !name.contains('/');
    }
    for (text, at) in at.strings(value)? {
        let named = named(text);
        if named.is_empty() {
            return Err(
                at.error(format!("{text:?} is no action; there is \"s3:GetObject\", \"s3:ListBucket\", \"s3:*\" and so on"))
            );
        }
        let fits = |action: &Action| match action.level() {
            Level::Bucket => buckets,
            Level::Object => objects,
            Level::Service => false,
        };
        if !named.iter().any(fits) {
            let wanted = if buckets {
                "objects: add a resource \"arn:aws:s3:::BUCKET/*\""
            } else {
                "the bucket: add it as a resource, without a /"
            };
            return Err(at.error(format!("{text:?} applies to no resource of the statement; it is asked of {wanted}")));
        }
        all.extend(named);
    }
    Ok(all)
}

fn named(text: &str) -> Vec<Action> {
    let name = match text.split_at_checked(3) {
        Some((service, name)) if service.eq_ignore_ascii_case("s3:") => name,
        _ if text == "*" => text,
        _ => return Vec::new(),
    };
    let name = name.to_ascii_lowercase();
    let is = |action: &Action| pattern::matches(name.as_bytes(), action.name().to_ascii_lowercase().as_bytes());
    Action::ALL.iter().copied().filter(is).collect()
}
