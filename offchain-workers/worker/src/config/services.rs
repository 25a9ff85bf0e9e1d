//! `[compute.services]`

use std::net::{IpAddr, Ipv4Addr};

use idlewild_compute_primitives::lot::{Lot, LotClass, SIZES};
use serde::Deserialize;

/// Most asks that stand in the book for one machine: the chain has room for as many.
const MAX_LOTS: usize = 64;

/// `[compute.services]`: containers that run for as long as their lease, and that the world can reach.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// The address under which the world reaches this machine; it stands on chain with a port.
    pub address: IpAddr,
    /// Where services listen.
    #[serde(default = "everywhere")]
    pub listen: IpAddr,
    /// The first and the last port that services are reached at. The world must be let in at all of them.
    pub ports: [u16; 2],
    /// Most services at a time.
    #[serde(default = "leases")]
    pub most: u16,
    /// Most connections of one service at a time.
    #[serde(default = "connections")]
    pub connections: u32,
    /// Sizes of standard lots that stand in the order book, each as often as it is listed here. What stands there is kept free of jobs.
    #[serde(default)]
    pub lots: Vec<u8>,
}

fn everywhere() -> IpAddr {
    Ipv4Addr::UNSPECIFIED.into()
}

fn leases() -> u16 {
    16
}

fn connections() -> u32 {
    512
}

impl Services {
    /// What all lots take of the line each way, in kilobits a second.
    pub(super) fn kbps_of_lots(&self) -> u32 {
        // Lots of a size take the same whatever their class.
        let (gpu_model, arch, region, tier, containers) = Default::default();
        let class = LotClass { gpu_model, arch, region, tier, containers };
        let of = |size: &u8| Lot { class, size: *size }.resources().map_or(0, |lot| lot.up_kbps.max(lot.down_kbps));
        self.lots.iter().map(of).fold(0, u32::saturating_add)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let Self { address, ports: [first, last], most, connections, lots, .. } = self;
        if address.is_unspecified() || address.is_multicast() {
            return Err(format!("compute.services.address {address} is no place that others can reach: name one address"));
        }
        if *first == 0 || first > last {
            return Err(format!("compute.services.ports [{first}, {last}] is no range: name the first port and the last one"));
        }
        if *most == 0 || *connections == 0 {
            return Err("compute.services.most and compute.services.connections are 1 or more: to run no services, take the \
                        section [compute.services] away"
                .into());
        }
        if let Some(size) = lots.iter().find(|size| **size >= SIZES) {
            return Err(format!("compute.services.lots has {size}, and sizes of lots are below {SIZES}"));
        }
        if lots.len() > MAX_LOTS {
            return Err(format!("compute.services.lots has {} sizes, and {MAX_LOTS} can stand in the book", lots.len()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Services, String> {
        let services: Services = toml::from_str(text).map_err(|error| error.to_string())?;
        services.check().map(|()| services)
    }

    #[test]
    fn an_address_and_ports_are_enough() {
        let services = read("address = \"203.0.113.5\"\nports = [30000, 30099]").unwrap();
        assert_eq!((services.most, services.connections), (16, 512));
        assert!(services.listen.is_unspecified() && services.lots.is_empty());
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_name() {
        for (text, word) in [
            ("address = \"0.0.0.0\"\nports = [1, 2]", "address"),
            ("address = \"203.0.113.5\"\nports = [2, 1]", "ports"),
            ("address = \"203.0.113.5\"\nports = [0, 1]", "ports"),
            ("address = \"203.0.113.5\"\nports = [1, 2]\nmost = 0", "most"),
            ("address = \"203.0.113.5\"\nports = [1, 2]\nlots = [12]", "lots"),
            ("address = \"203.0.113.5\"\nports = [1, 2]\nport = 3", "port"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
