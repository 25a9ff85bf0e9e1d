//! Websites as S3 writes them.

use s3s::dto::{
    Condition, ErrorDocument, GetBucketWebsiteOutput, IndexDocument, Protocol as Scheme, Redirect, RedirectAllRequestsTo,
    RoutingRule, WebsiteConfiguration,
};

use super::{Elsewhere, Protocol, Replace, Rule, Website};

/// Why a configuration is not one.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct WebsiteError(String);

const RULES: usize = 50;
const KEY_BYTES: usize = 1024;

fn wrong<T>(what: impl Into<String>) -> Result<T, WebsiteError> {
    Err(WebsiteError(what.into()))
}

/// Reads a configuration.
pub(super) fn read(given: &WebsiteConfiguration) -> Result<Website, WebsiteError> {
    let rules = given.routing_rules.as_deref().unwrap_or_default();
    if let Some(all) = &given.redirect_all_requests_to {
        if given.index_document.is_some() || given.error_document.is_some() || !rules.is_empty() {
            return wrong("RedirectAllRequestsTo stands alone: take out the other elements, or it.");
        }
        let elsewhere =
            Some(Elsewhere { host: host(&all.host_name)?, protocol: all.protocol.as_ref().map(protocol).transpose()? });
        return Ok(Website { elsewhere, index: None, error: None, rules: Vec::new() });
    }
    let Some(index) = &given.index_document else {
        return wrong("An IndexDocument, or else RedirectAllRequestsTo, is needed.");
    };
    if index.suffix.is_empty() || index.suffix.contains('/') || index.suffix.len() > KEY_BYTES {
        return wrong("The IndexDocument's suffix is a name such as index.html, without a slash.");
    }
    let error = given.error_document.as_ref().map(|document| key(&document.key)).transpose()?;
    if error.as_ref().is_some_and(String::is_empty) {
        return wrong("The ErrorDocument's key is empty.");
    }
    if rules.len() > RULES {
        return wrong(format!("There are {} routing rules, and {RULES} are the most.", rules.len()));
    }
    let rules = rules
        .iter()
        .enumerate()
        .map(|(at, given)| rule(given).map_err(|WebsiteError(what)| WebsiteError(format!("Routing rule {}: {what}", at + 1))));
    Ok(Website { elsewhere: None, index: Some(index.suffix.clone()), error, rules: rules.collect::<Result<_, _>>()? })
}

fn rule(given: &RoutingRule) -> Result<Rule, WebsiteError> {
    let (prefix, status) = match &given.condition {
        None => (None, None),
        Some(condition) => {
            if condition.key_prefix_equals.is_none() && condition.http_error_code_returned_equals.is_none() {
                return wrong("its condition is empty; leave it out, or say KeyPrefixEquals or HttpErrorCodeReturnedEquals.");
            }
            let prefix = condition.key_prefix_equals.as_deref().map(key).transpose()?;
            let status = condition.http_error_code_returned_equals.as_deref();
            (prefix, status.map(|text| code(text, 400..600)).transpose()?)
        },
    };
    let to = &given.redirect;
    let replace = match (&to.replace_key_prefix_with, &to.replace_key_with) {
        (Some(_), Some(_)) => return wrong("it has both ReplaceKeyPrefixWith and ReplaceKeyWith; take one."),
        (Some(prefix), None) => Some(Replace::Prefix(key(prefix)?)),
        (None, Some(name)) => Some(Replace::Key(key(name)?)),
        (None, None) => None,
    };
    let rule = Rule {
        prefix,
        status,
        protocol: to.protocol.as_ref().map(protocol).transpose()?,
        host: to.host_name.as_deref().map(host).transpose()?,
        replace,
        code: to.http_redirect_code.as_deref().map(|text| code(text, 300..400)).transpose()?,
    };
    // Every reader would come back for ever.
    if rule.protocol.is_none() && rule.host.is_none() && rule.replace.is_none() {
        return wrong("it sends readers to where they are; say a host, a protocol, or what to replace.");
    }
    Ok(rule)
}

fn code(text: &str, range: std::ops::Range<u16>) -> Result<u16, WebsiteError> {
    match text.parse() {
        Ok(code) if range.contains(&code) => Ok(code),
        _ => wrong(format!("{text:?} is no status from {} to {}.", range.start, range.end - 1)),
    }
}

fn key(text: &str) -> Result<String, WebsiteError> {
    match text.len() > KEY_BYTES || text.chars().any(char::is_control) {
        true => wrong(format!("a key has at most {KEY_BYTES} bytes and no control characters.")),
        false => Ok(text.to_owned()),
    }
}

/// A host, with a port if need be. What else were in it would go into the headers of an answer.
fn host(text: &str) -> Result<String, WebsiteError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    match !text.is_empty() && text.len() <= 255 && text.bytes().all(fits) {
        true => Ok(text.to_owned()),
        false => wrong(format!("{text:?} is no host; write it without a protocol and without a path.")),
    }
}

fn protocol(scheme: &Scheme) -> Result<Protocol, WebsiteError> {
    [Protocol::Http, Protocol::Https]
        .into_iter()
        .find(|protocol| protocol.name() == scheme.as_str())
        .ok_or_else(|| WebsiteError("The protocol must be http or https.".into()))
}

/// Writes a configuration.
pub(super) fn write(website: Website) -> GetBucketWebsiteOutput {
    let scheme = |protocol: Protocol| Scheme::from_static(protocol.name());
    let rules: Vec<_> = website
        .rules
        .into_iter()
        .map(|rule| {
            let condition = Condition {
                http_error_code_returned_equals: rule.status.map(|status| status.to_string()),
                key_prefix_equals: rule.prefix,
            };
            let (replace_key_prefix_with, replace_key_with) = match rule.replace {
                Some(Replace::Prefix(prefix)) => (Some(prefix), None),
                Some(Replace::Key(key)) => (None, Some(key)),
                None => (None, None),
            };
            let redirect = Redirect {
                host_name: rule.host,
                http_redirect_code: rule.code.map(|code| code.to_string()),
                protocol: rule.protocol.map(scheme),
                replace_key_prefix_with,
                replace_key_with,
            };
            RoutingRule { condition: (condition != Condition::default()).then_some(condition), redirect }
        })
        .collect();
    GetBucketWebsiteOutput {
        error_document: website.error.map(|key| ErrorDocument { key }),
        index_document: website.index.map(|suffix| IndexDocument { suffix }),
        redirect_all_requests_to: website
            .elsewhere
            .map(|elsewhere| RedirectAllRequestsTo { host_name: elsewhere.host, protocol: elsewhere.protocol.map(scheme) }),
        routing_rules: (!rules.is_empty()).then_some(rules),
    }
}
