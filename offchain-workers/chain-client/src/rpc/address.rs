//! Addresses of nodes, as people write them.

use crate::error::ConnectError;

/// The WebSocket address of the node at `url`.
pub(super) fn websocket(url: &str) -> Result<String, ConnectError> {
    let wrong = |reason: &str| ConnectError::Address { url: url.to_owned(), reason: reason.to_owned() };
    let (scheme, rest) = url.trim().split_once("://").ok_or_else(|| wrong("it does not begin with ws:// or wss://"))?;
    if rest.trim_matches('/').is_empty() {
        return Err(wrong("it names no host"));
    }
    match scheme.to_ascii_lowercase().as_str() {
        "ws" | "http" => Ok(format!("ws://{rest}")),
        "wss" | "https" => Ok(format!("wss://{rest}")),
        other => Err(wrong(&format!("nodes do not speak {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_address_is_a_websocket() {
        assert_eq!(websocket("ws://127.0.0.1:9944").ok().as_deref(), Some("ws://127.0.0.1:9944"));
        assert_eq!(websocket("http://node:9944/").ok().as_deref(), Some("ws://node:9944/"));
        assert_eq!(websocket("HTTPS://node").ok().as_deref(), Some("wss://node"));
        assert_eq!(websocket("wss://node/path").ok().as_deref(), Some("wss://node/path"));
    }

    #[test]
    fn what_is_no_address_is_named() {
        for (url, reason) in [("127.0.0.1:9944", "ws://"), ("ftp://node", "ftp"), ("ws://", "no host"), ("", "ws://")] {
            let error = websocket(url).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|error| error.contains(reason)), "{url}: {error:?}");
        }
    }

    #[tokio::test]
    async fn a_dead_node_is_told_at_once() {
        let begun = std::time::Instant::now();
        let error = crate::RpcClient::connect("ws://127.0.0.1:1").await.err().map(|error| error.to_string());
        assert!(
            error.as_ref().is_some_and(|error| error.contains("no node answers") && error.contains("refused")),
            "{error:?}"
        );
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    }
}
