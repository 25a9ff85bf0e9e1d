//! A bucket as a website: which document stands for a folder, which for an error, and what is elsewhere.

mod handlers;
mod parse;

use serde::{Deserialize, Serialize};

pub(crate) use handlers::{delete_bucket_website, get_bucket_website, put_bucket_website};

use super::document::{self, DocumentError};

/// How a bucket is a website.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Website {
    /// Where everything is, if it is all elsewhere.
    elsewhere: Option<Elsewhere>,
    /// What follows a folder in the key of the document that stands for it.
    index: Option<String>,
    /// The key of the document that is shown with errors.
    error: Option<String>,
    rules: Vec<Rule>,
}

/// Another host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Elsewhere {
    host: String,
    protocol: Option<Protocol>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    Http,
    Https,
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// What is redirected, and to where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Rule {
    /// Keys that begin so.
    prefix: Option<String>,
    /// Only with this error.
    status: Option<u16>,
    protocol: Option<Protocol>,
    host: Option<String>,
    replace: Option<Replace>,
    code: Option<u16>,
}

/// What becomes of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Replace {
    Prefix(String),
    Key(String),
}

/// Where a reader is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// With which status.
    pub status: u16,
    /// By which protocol; that of the request, where none is said.
    pub protocol: Option<String>,
    /// To which host; that of the request, where none is said.
    pub host: Option<String>,
    /// To which key: not encoded, and without a slash before it.
    pub key: String,
}

const MOVED: u16 = 301;

impl Website {
    /// Reads the configuration of a bucket as it is stored.
    ///
    /// # Errors
    /// Where it is damaged, or of a later form.
    pub fn parse(document: &[u8]) -> Result<Self, DocumentError> {
        document::decode(document)
    }

    /// What follows a folder in the key of the document that stands for it.
    #[must_use]
    pub fn index(&self) -> Option<&str> {
        self.index.as_deref()
    }

    /// The key of the document that is shown with errors.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Where a reader is sent who asks for `key`, before anything is looked up.
    #[must_use]
    pub fn before(&self, key: &str) -> Option<Redirect> {
        if let Some(Elsewhere { host, protocol }) = &self.elsewhere {
            let protocol = protocol.map(|protocol| protocol.name().to_owned());
            return Some(Redirect { status: MOVED, protocol, host: Some(host.clone()), key: key.to_owned() });
        }
        self.redirect(key, None)
    }

    /// Where a reader is sent who asked for `key` and would be told of an error.
    #[must_use]
    pub fn after(&self, key: &str, status: u16) -> Option<Redirect> {
        self.redirect(key, Some(status))
    }

    fn redirect(&self, key: &str, status: Option<u16>) -> Option<Redirect> {
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.status == status && rule.prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix)))?;
        let rest = rule.prefix.as_deref().and_then(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
        let to = match &rule.replace {
            Some(Replace::Prefix(prefix)) => format!("{prefix}{rest}"),
            Some(Replace::Key(key)) => key.clone(),
            None => key.to_owned(),
        };
        Some(Redirect {
            status: rule.code.unwrap_or(MOVED),
            protocol: rule.protocol.map(|protocol| protocol.name().to_owned()),
            host: rule.host.clone(),
            // The slash before a path is the client's to write: two would be another host.
            key: to.trim_start_matches('/').to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
