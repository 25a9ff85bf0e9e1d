//! Which site a request is for, by its host.

use std::net::IpAddr;

use hyper::{header::HOST, Request};

/// The most labels that a name of a host may have.
const MAX_LABELS: usize = 8;

/// Which site a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Site {
    /// That of a name: its labels, the top name first.
    Name(Vec<String>),
    /// None: the name is in the path.
    Plain,
}

/// Why a host is not served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum HostError {
    /// None, several, or not the form of a host.
    #[error("the request says not, or not clearly, which host it is for; send one Host header")]
    Malformed,
    /// A host of somebody else: served under it, the site of a name would be in a strange origin.
    #[error("this gateway does not serve the host {0}; open NAME.localhost in its place")]
    Misdirected(String),
    /// One of ours, but nothing that can be registered.
    #[error("{0} cannot be a name: its labels have 1 to 63 of a-z, 0-9 and hyphens, and begin and end with no hyphen")]
    BadName(String),
}

/// The site that `request` is for; `domains` are those that names are under.
pub(super) fn site<B>(request: &Request<B>, domains: &[String]) -> Result<Site, HostError> {
    let host = authority(request)?;
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return if address.is_loopback() { Ok(Site::Plain) } else { Err(HostError::Misdirected(host)) };
    }
    for domain in domains {
        if host == *domain {
            return Ok(Site::Plain);
        }
        let Some(name) = host.strip_suffix(domain.as_str()).and_then(|rest| rest.strip_suffix('.')) else { continue };
        let labels: Vec<String> = name.split('.').rev().map(String::from).collect();
        if labels.len() > MAX_LABELS || !labels.iter().all(|label| is_label(label)) {
            return Err(HostError::BadName(name.into()));
        }
        return Ok(Site::Name(labels));
    }
    Err(HostError::Misdirected(host))
}

/// The host that a request names, in lower case, without its port.
fn authority<B>(request: &Request<B>) -> Result<String, HostError> {
    let text = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => {
            let mut hosts = request.headers().get_all(HOST).iter();
            let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(HostError::Malformed) };
            host.to_str().map_err(|_| HostError::Malformed)?
        },
    };
    // An IPv6 address has colons of its own, in brackets.
    let (host, port) = match text.rfind(']') {
        Some(end) => text.split_at(end.saturating_add(1)),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port_is_one = match port.strip_prefix(':') {
        Some(port) => port.is_empty() || port.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let letters_are_ours = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte));
    if host.is_empty() || host.len() > 253 || !port_is_one || !letters_are_ours {
        return Err(HostError::Malformed);
    }
    Ok(host)
}

/// Whether a label can be one of a name. Whoever knows names decides; this keeps out what nobody could have registered.
pub(super) fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str) -> Result<Site, HostError> {
        let request = Request::builder().uri("/").header(HOST, host).body(()).unwrap();
        site(&request, &["localhost".to_string()])
    }

    #[test]
    fn a_names_labels_are_turned_round() {
        assert_eq!(of("name.localhost:8080"), Ok(Site::Name(vec!["name".into()])));
        assert_eq!(of("Sub.Name.LOCALHOST."), Ok(Site::Name(vec!["name".into(), "sub".into()])));
    }

    #[test]
    fn loopback_has_no_site_of_its_own() {
        for host in ["127.0.0.1:1", "127.0.0.1", "[::1]:8080", "[::1]", "localhost", "localhost:80"] {
            assert_eq!(of(host), Ok(Site::Plain), "{host}");
        }
    }

    #[test]
    fn other_hosts_are_misdirected() {
        for host in ["example.com", "192.0.2.1", "name.localhost.example.com", "evillocalhost", "[2001:db8::1]:80"] {
            assert!(matches!(of(host), Err(HostError::Misdirected(_))), "{host}");
        }
    }

    #[test]
    fn strange_names_are_refused() {
        for host in ["-a.localhost", "a-.localhost", "a..localhost", ".localhost", "a_b.localhost"] {
            assert!(matches!(of(host), Err(HostError::BadName(_))), "{host}");
        }
    }

    #[test]
    fn malformed_hosts_are_refused() {
        for host in ["", "a.localhost:99999", "a.localhost:x", "a@b.localhost", "a/b", "a b.localhost", ":80"] {
            assert_eq!(of(host), Err(HostError::Malformed), "{host}");
        }
        let two = Request::builder().uri("/").header(HOST, "a.localhost").header(HOST, "b.localhost").body(()).unwrap();
        assert_eq!(site(&two, &["localhost".into()]), Err(HostError::Malformed));
    }

    #[test]
    fn the_request_line_outranks_the_header() {
        let request = Request::builder().uri("http://a.localhost/").header(HOST, "b.localhost").body(()).unwrap();
        assert_eq!(site(&request, &["localhost".into()]), Ok(Site::Name(vec!["a".into()])));
    }
}
