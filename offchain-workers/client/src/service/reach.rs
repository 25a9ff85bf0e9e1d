//! Which addresses may be asked: those of the world. Whoever asks a private one on behalf of a stranger asks its own neighbours.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use idlewild_compute_primitives::view::LeaseView;

/// Why an endpoint is not asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    /// There is none yet.
    #[error("the lease has no endpoint yet: its provider has not accepted it")]
    Nowhere,
    /// It is no address.
    #[error("{0:?} is no address and port")]
    NoAddress(String),
    /// It is none of the world's.
    #[error("{0} is no address of the world: on a chain that is not for development nothing private is asked")]
    Private(IpAddr),
}

/// Where a lease is reached, if it may be asked there. `private` says whether addresses may be asked that the world cannot reach, as on
/// a chain for development.
pub fn endpoint(lease: &LeaseView, private: bool) -> Result<SocketAddr, ReachError> {
    if lease.key.is_none() || lease.endpoint.is_empty() {
        return Err(ReachError::Nowhere);
    }
    let text = String::from_utf8_lossy(&lease.endpoint);
    let address: SocketAddr = text.parse().map_err(|_| ReachError::NoAddress(text.into_owned()))?;
    match private || is_of_the_world(address.ip()) {
        true => Ok(address),
        false => Err(ReachError::Private(address.ip())),
    }
}

/// Whether an address is one that the whole world can reach, and nobody's own.
pub fn is_of_the_world(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_v4(ip),
        IpAddr::V6(ip) => is_v6(ip),
    }
}

fn is_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !is_special && !ip.is_loopback() && !ip.is_private() && !ip.is_link_local() && !ip.is_documentation()
}

fn is_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let [first, second, ..] = segments;
    let inner = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // An IPv4 address in other clothes is that address.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_v4(inner(high, low)),
        [0x2002, high, low, ..] => is_v4(inner(high, low)),
        // Of all IPv6 addresses those of 2000::/3 were given out.
        _ => first & 0xe000 == 0x2000 && !(first == 0x2001 && (second == 0x0db8 || second < 0x0200)) && first != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_private_is_of_the_world() {
        let private = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.254",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.1.1",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.1.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "100::1",
        ];
        for text in private {
            assert!(!is_of_the_world(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "9.9.9.9",
            "100.63.255.255",
            "172.32.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "2a01:4f8::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            assert!(is_of_the_world(text.parse().unwrap()), "{text}");
        }
    }
}
