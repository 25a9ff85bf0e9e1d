//! `[compute]` and `[tracker]`.

use std::path::PathBuf;

use idlewild_compute::owner::Limits;
use idlewild_compute_primitives::{project::OUTPUT_STAYS, resources::Prices};
use idlewild_storage_primitives::{geometry::Geometry, Balance};
use serde::Deserialize;

use super::{coins, Engine, Oci, Services};
use crate::compute::policy::Policy;

/// `[compute]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compute {
    /// The folder of programs, of chunks that run, and of what was promised: it must not be lost while chunks run.
    pub folder: PathBuf,
    /// What the provider answers with.
    #[serde(deserialize_with = "coins")]
    pub bond: Balance,
    /// Where the machine is: two letters of ISO 3166, or nothing.
    #[serde(default)]
    pub region: String,
    /// Whether to run WASI modules.
    #[serde(default = "yes")]
    pub wasi: bool,
    /// How containers are run.
    #[serde(default)]
    pub oci: Oci,
    /// How services are run, which the world reaches: none are where this is not said.
    pub services: Option<Services>,
    /// What is asked.
    #[serde(default)]
    pub prices: Asked,
    /// When and how much of the machine is lent out.
    #[serde(default)]
    pub limits: Limits,
    /// Whom and what is worked for.
    #[serde(default)]
    pub policy: Policy,
    /// How outputs are stored.
    #[serde(default)]
    pub outputs: Outputs,
}

/// `[compute.prices]`: coins for an hour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// For a core.
    #[serde(deserialize_with = "coins")]
    pub core: Balance,
    /// For a GiB of memory.
    #[serde(deserialize_with = "coins")]
    pub memory: Balance,
    /// For a GiB of disk.
    #[serde(deserialize_with = "coins")]
    pub disk: Balance,
    /// For a graphics processor.
    #[serde(deserialize_with = "coins")]
    pub gpu: Balance,
}

impl Default for Asked {
    fn default() -> Self {
        const MILLI: Balance = 1_000_000_000;
        Self { core: 50 * MILLI, memory: 5 * MILLI, disk: MILLI / 10, gpu: 500 * MILLI }
    }
}

impl Asked {
    /// The same for the units of the chain, rounded up.
    pub fn prices(&self) -> Prices {
        let of = |amount: Balance, units: Balance| u64::try_from(amount.div_ceil(units)).unwrap_or(u64::MAX);
        Prices {
            cpu_milli: of(self.core, 1_000),
            ram_mib: of(self.memory, 1_024),
            disk_mib: of(self.disk, 1_024),
            gpu: of(self.gpu, 1),
            up_kbps: 0,
            down_kbps: 0,
        }
    }
}

/// Outputs are stored before a result is bound, and others may take as long again until it can be revealed.
const LEAST_TERM: u32 = 2 * OUTPUT_STAYS;

/// `[compute.outputs]`
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outputs {
    /// Data and parity shards.
    pub data: u8,
    /// Parity shards.
    pub parity: u8,
    /// How long they are kept, in blocks of the clock; the chain's shortest term, or four hours if that is longer, where it is 0.
    pub term: u32,
    /// The most that the outputs of one chunk may cost.
    #[serde(deserialize_with = "coins")]
    pub most: Balance,
}

impl Default for Outputs {
    fn default() -> Self {
        Self { data: 2, parity: 1, term: 0, most: 1_000_000_000_000 }
    }
}

impl Outputs {
    /// Their geometry.
    pub fn geometry(&self) -> Geometry {
        Geometry { data: self.data, parity: self.parity }
    }
}

impl Compute {
    /// Its region in the chain's words.
    pub fn region(&self) -> [u8; 2] {
        self.region.as_bytes().try_into().unwrap_or_default()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let is_region = self.region.len() == 2 && self.region.bytes().all(|byte| byte.is_ascii_uppercase());
        if !self.region.is_empty() && !is_region {
            return Err(format!("compute.region {:?} is not two capital letters, such as \"NO\"", self.region));
        }
        if !self.wasi && self.oci.engine != Engine::On {
            return Err(
                "the compute role might run nothing: set compute.wasi to true or compute.oci.engine to \"on\", or take the \
                        section [compute] away"
                    .into(),
            );
        }
        self.oci.check("compute.oci")?;
        if let Some(services) = &self.services {
            services.check()?;
            if !services.lots.is_empty() && !self.policy.takes_any_service() {
                return Err("compute.services.lots stands in the book, where anybody's service is matched, and compute.policy does not \
                            take everybody's: who turns away loses a stake. Take the lots away, or the lists of the policy"
                    .into());
            }
            let (needed, up, down) = (services.kbps_of_lots(), self.limits.up_kbps, self.limits.down_kbps);
            if needed > up.min(down) {
                return Err(format!(
                    "compute.services.lots takes {needed} kbit/s of the line each way, and compute.limits lends {up} up and {down} \
                     down: set compute.limits.up_kbps and down_kbps to what the line has to spare, or take lots away"
                ));
            }
        }
        if let Some(error) = self.limits.errors().first() {
            return Err(format!("compute.limits: {error}"));
        }
        self.policy.check()?;
        if self.outputs.data == 0 {
            return Err("compute.outputs.data is 0: an output has one data shard at least".into());
        }
        if (1..LEAST_TERM).contains(&self.outputs.term) {
            return Err(format!(
                "compute.outputs.term is {}, and {LEAST_TERM} is the least: the chain takes no result whose output does not stay for \
                 {OUTPUT_STAYS} blocks after it was revealed",
                self.outputs.term
            ));
        }
        Ok(())
    }
}

/// `[tracker]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tracker {
    /// The folder of what is run again and of what will be said: it must not be lost while a panel judges.
    pub folder: PathBuf,
    /// How containers are run again, where the compute role does not run any.
    #[serde(default)]
    pub oci: Oci,
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Compute, String> {
        let compute: Compute =
            toml::from_str(&format!("folder = \"compute\"\nbond = \"200\"\n{text}")).map_err(|error| error.to_string())?;
        compute.check().map(|()| compute)
    }

    #[test]
    fn of_the_line_is_lent_what_its_owner_says() {
        let silent = read("").unwrap().limits;
        assert_eq!((silent.up_kbps, silent.down_kbps), (0, 0));
        let said = read("[limits]\nup_kbps = 5000\ndown_kbps = 20000").unwrap().limits;
        assert_eq!((said.up_kbps, said.down_kbps), (5_000, 20_000));
    }

    #[test]
    fn lots_that_the_line_cannot_carry_are_refused() {
        let with = |limits: &str| {
            read(&format!("[limits]\n{limits}\n[services]\naddress = \"203.0.113.5\"\nports = [1, 2]\nlots = [0, 0, 1]"))
        };
        for limits in ["", "up_kbps = 4000", "up_kbps = 4000\ndown_kbps = 3999"] {
            let refused = with(limits).unwrap_err();
            assert!(refused.contains("4000 kbit/s") && refused.contains("compute.limits.up_kbps"), "{refused}");
        }
        assert!(with("up_kbps = 4000\ndown_kbps = 4000").is_ok());
    }
}
