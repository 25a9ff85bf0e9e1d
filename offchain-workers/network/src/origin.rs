//! Where a connection comes from. Peer keys cost nothing, so limits that hold for one peer alone hold nobody back.

use std::net::{IpAddr, Ipv6Addr};

use libp2p::{multiaddr::Protocol, Multiaddr};

/// The bits of an IPv6 address that name a customer's network; the others are its own to choose.
const NETWORK_BITS: u32 = 64;

/// An IPv4 address, or a /64 network of IPv6 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin(IpAddr);

impl Origin {
    /// The origin of a remote address; `None` where it has none, or is this machine itself and that does not count.
    pub(crate) fn of(address: &Multiaddr, counts_loopback: bool) -> Option<Self> {
        let ip = match address.iter().next()? {
            Protocol::Ip4(ip) => IpAddr::V4(ip),
            Protocol::Ip6(ip) => IpAddr::V6(ip).to_canonical(),
            _ => return None,
        };
        if ip.is_loopback() && !counts_loopback {
            return None;
        }
        Some(Self(match ip {
            IpAddr::V4(_) => ip,
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(u128::BITS.saturating_sub(NETWORK_BITS)).unwrap_or(u128::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & mask))
            },
        }))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> Option<Origin> {
        Origin::of(&address.parse().unwrap(), false)
    }

    #[test]
    fn a_customer_has_one_origin_whatever_the_port_and_the_rest_of_its_address() {
        let one = origin("/ip4/203.0.113.7/tcp/1");
        assert!(one.is_some());
        assert_eq!(one, origin("/ip4/203.0.113.7/udp/2/quic-v1"));
        assert_eq!(one, origin("/ip6/::ffff:203.0.113.7/tcp/3"));
        assert_ne!(one, origin("/ip4/203.0.113.8/tcp/1"));
        let six = origin("/ip6/2001:db8:1:2::1/tcp/1");
        assert_eq!(six, origin("/ip6/2001:db8:1:2:ffff::9/tcp/1"));
        assert_ne!(six, origin("/ip6/2001:db8:1:3::1/tcp/1"));
    }

    #[test]
    fn this_machine_counts_only_where_it_is_told_to() {
        for here in ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1"] {
            assert_eq!(origin(here), None);
            assert!(Origin::of(&here.parse().unwrap(), true).is_some());
        }
    }
}
