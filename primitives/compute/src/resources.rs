//! What a machine has, what a job needs, whether the one fits the other, and what it costs.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{Balance, OrganisationId};

/// Blocks of the clock in an hour: prices are per hour, so that cheap dimensions have digits, and bills are per block.
pub const BLOCKS_PER_HOUR: u32 = 600;

/// Amounts of each dimension. What is rented of a machine, or all of it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Resources {
    /// Thousandths of a processor core.
    pub cpu_milli: u32,
    /// Mebibytes of memory.
    pub ram_mib: u32,
    /// Mebibytes of disk.
    pub disk_mib: u32,
    /// Graphics processors.
    pub gpus: u32,
    /// Mebibytes of memory of each of them.
    pub vram_mib: u32,
    /// Kilobits per second to the network.
    pub up_kbps: u32,
    /// Kilobits per second from the network.
    pub down_kbps: u32,
}

/// A dimension of [`Resources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // As the fields.
pub enum Dimension {
    CpuMilli,
    RamMib,
    DiskMib,
    Gpus,
    VramMib,
    UpKbps,
    DownKbps,
}

impl Resources {
    /// All dimensions with their amounts.
    pub fn dimensions(&self) -> [(Dimension, u32); 7] {
        use Dimension::*;
        [
            (CpuMilli, self.cpu_milli),
            (RamMib, self.ram_mib),
            (DiskMib, self.disk_mib),
            (Gpus, self.gpus),
            (VramMib, self.vram_mib),
            (UpKbps, self.up_kbps),
            (DownKbps, self.down_kbps),
        ]
    }

    /// Whether there is enough of everything. Memory of graphics processors is each one's own, and is compared and not shared out.
    pub fn covers(&self, need: &Self) -> bool {
        self.lacks(need).is_empty()
    }

    /// The dimensions of which there is too little: which one, what is needed, what there is.
    pub fn lacks(&self, need: &Self) -> Vec<(Dimension, u32, u32)> {
        let pairs = self.dimensions().into_iter().zip(need.dimensions());
        pairs
            .filter(|((_, have), (_, want))| have < want)
            .map(|((dimension, have), (_, want))| (dimension, want, have))
            .collect()
    }

    /// What is left after `part` is taken, or `None` where there is too little.
    pub fn less(&self, part: &Self) -> Option<Self> {
        Some(Self {
            cpu_milli: self.cpu_milli.checked_sub(part.cpu_milli)?,
            ram_mib: self.ram_mib.checked_sub(part.ram_mib)?,
            disk_mib: self.disk_mib.checked_sub(part.disk_mib)?,
            gpus: self.gpus.checked_sub(part.gpus)?,
            vram_mib: (self.vram_mib >= part.vram_mib).then_some(self.vram_mib)?,
            up_kbps: self.up_kbps.checked_sub(part.up_kbps)?,
            down_kbps: self.down_kbps.checked_sub(part.down_kbps)?,
        })
    }

    /// What there is after `part` came back.
    pub fn plus(&self, part: &Self) -> Self {
        Self {
            cpu_milli: self.cpu_milli.saturating_add(part.cpu_milli),
            ram_mib: self.ram_mib.saturating_add(part.ram_mib),
            disk_mib: self.disk_mib.saturating_add(part.disk_mib),
            gpus: self.gpus.saturating_add(part.gpus),
            vram_mib: self.vram_mib,
            up_kbps: self.up_kbps.saturating_add(part.up_kbps),
            down_kbps: self.down_kbps.saturating_add(part.down_kbps),
        }
    }
}

/// Plancks for a unit of each dimension and an hour of the clock.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Prices {
    /// For a thousandth of a core.
    pub cpu_milli: u64,
    /// For a mebibyte of memory.
    pub ram_mib: u64,
    /// For a mebibyte of disk.
    pub disk_mib: u64,
    /// For a graphics processor.
    pub gpu: u64,
    /// For a kilobit per second to the network.
    pub up_kbps: u64,
    /// For a kilobit per second from the network.
    pub down_kbps: u64,
}

impl Prices {
    /// What resources cost in a block, rounded up.
    pub fn rate(&self, of: &Resources) -> Balance {
        let each = [
            (of.cpu_milli, self.cpu_milli),
            (of.ram_mib, self.ram_mib),
            (of.disk_mib, self.disk_mib),
            (of.gpus, self.gpu),
            (of.up_kbps, self.up_kbps),
            (of.down_kbps, self.down_kbps),
        ];
        // Six products of 32 and 64 bits are far below 2^128.
        let hour: Balance = each.into_iter().map(|(amount, price)| Balance::from(amount).saturating_mul(price.into())).sum();
        hour.div_ceil(BLOCKS_PER_HOUR.into())
    }
}

/// A processor's instruction set.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Arch {
    /// x86-64.
    #[default]
    Amd64,
    /// AArch64.
    Arm64,
    /// 64-bit RISC-V.
    Riscv64,
}

/// How well tenants are kept apart, each tier better than the one before.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Namespaces and cgroups of one kernel.
    #[default]
    Container,
    /// The same, with users of their own.
    Remapped,
    /// A machine of its own under a hypervisor.
    Virtual,
}

/// What a provider can run.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase", default, deny_unknown_fields)]
pub struct Runtimes {
    /// WASI modules.
    pub wasi: bool,
    /// Containers.
    pub oci: bool,
}

/// What is true of a machine and cannot be divided.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Attributes {
    /// Where it is: two letters of ISO 3166, or zeros where its owner does not say.
    pub region: [u8; 2],
    /// Its processor.
    pub arch: Arch,
    /// How it keeps tenants apart.
    pub tier: Tier,
    /// What it can run.
    pub runtimes: Runtimes,
    /// The model of its graphics processors, by the number under which trackers measured it; 0 where it has none.
    pub gpu_model: u16,
    /// What results of one container are compared within: processor model and engine version, hashed.
    pub host_class: [u8; 8],
    /// The organisation whose members alone it works for.
    pub only_for: Option<OrganisationId>,
}

/// What a job asks of a machine beyond amounts. What is `None` may be anything.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Wishes {
    /// Where it must be.
    pub region: Option<[u8; 2]>,
    /// Its processor; a WASI module runs on any.
    pub arch: Option<Arch>,
    /// How well it must keep tenants apart at least.
    pub tier: Tier,
    /// What it must be able to run.
    pub runtimes: Runtimes,
    /// The model of graphics processor.
    pub gpu_model: Option<u16>,
    /// What its results must be comparable with. Who runs pinned containers on machines that it knows names their class: else the first
    /// provider that is drawn decides it, and a class that nobody else is of checks nobody.
    pub host_class: Option<[u8; 8]>,
}

/// Why a machine is not what a job asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mismatch {
    /// It is elsewhere.
    Region,
    /// It has another processor.
    Arch,
    /// It keeps tenants less apart.
    Tier,
    /// It cannot run the kind of program.
    Runtime,
    /// It has another graphics processor.
    GpuModel,
    /// Its results are of another class of hosts.
    HostClass,
    /// It works for an organisation's members alone.
    Organisation,
}

impl Attributes {
    /// Every wish that this machine does not meet, where `member_of` is the organisation that pays.
    pub fn misses(&self, wishes: &Wishes, member_of: Option<OrganisationId>) -> Vec<Mismatch> {
        let runs = (self.runtimes.wasi || !wishes.runtimes.wasi) && (self.runtimes.oci || !wishes.runtimes.oci);
        let checks = [
            (wishes.region.is_none_or(|region| region == self.region), Mismatch::Region),
            (wishes.arch.is_none_or(|arch| arch == self.arch), Mismatch::Arch),
            (self.tier >= wishes.tier, Mismatch::Tier),
            (runs, Mismatch::Runtime),
            (wishes.gpu_model.is_none_or(|model| model == self.gpu_model), Mismatch::GpuModel),
            (wishes.host_class.is_none_or(|class| class == self.host_class), Mismatch::HostClass),
            (self.only_for.is_none_or(|only| Some(only) == member_of), Mismatch::Organisation),
        ];
        checks.into_iter().filter(|(met, _)| !met).map(|(_, mismatch)| mismatch).collect()
    }
}

/// How fast a machine is, in thousandths of the reference machine, as trackers measured it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Grade {
    /// One core.
    pub core: u32,
    /// Bandwidth of memory.
    pub memory: u32,
    /// The disk.
    pub disk: u32,
    /// A graphics processor; 0 where there is none.
    pub gpu: u32,
}

impl Default for Grade {
    /// As the reference machine.
    fn default() -> Self {
        Self { core: 1_000, memory: 1_000, disk: 1_000, gpu: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: Resources = Resources {
        cpu_milli: 4_000,
        ram_mib: 8_192,
        disk_mib: 10_240,
        gpus: 2,
        vram_mib: 16_384,
        up_kbps: 10_000,
        down_kbps: 50_000,
    };

    #[test]
    fn every_dimension_that_lacks_is_told() {
        assert!(HOST.covers(&HOST));
        let need = Resources { cpu_milli: 4_001, vram_mib: 20_000, ..HOST };
        assert_eq!(HOST.lacks(&need), [(Dimension::CpuMilli, 4_001, 4_000), (Dimension::VramMib, 20_000, 16_384)]);
        assert_eq!(HOST.less(&need), None);
    }

    #[test]
    fn what_is_taken_and_comes_back_is_what_was_there() {
        let part = Resources { cpu_milli: 500, ram_mib: 100, gpus: 1, vram_mib: 16_384, ..Default::default() };
        let left = HOST.less(&part).unwrap();
        assert_eq!((left.cpu_milli, left.gpus, left.vram_mib), (3_500, 1, 16_384));
        assert_eq!(left.plus(&part), HOST);
    }

    #[test]
    fn a_rate_is_rounded_up_and_never_overflows() {
        let prices = Prices { cpu_milli: 1, ..Default::default() };
        assert_eq!(prices.rate(&Resources { cpu_milli: 1, ..Default::default() }), 1);
        assert_eq!(prices.rate(&Resources { cpu_milli: 1_200, ..Default::default() }), 2);
        let most = u32::MAX;
        let all = Resources {
            cpu_milli: most,
            ram_mib: most,
            disk_mib: most,
            gpus: most,
            vram_mib: most,
            up_kbps: most,
            down_kbps: most,
        };
        let dear = Prices {
            cpu_milli: u64::MAX,
            ram_mib: u64::MAX,
            disk_mib: u64::MAX,
            gpu: u64::MAX,
            up_kbps: u64::MAX,
            down_kbps: u64::MAX,
        };
        assert_eq!(dear.rate(&all), (6 * u128::from(most) * u128::from(u64::MAX)).div_ceil(600));
    }

    #[test]
    fn each_wish_that_is_not_met_is_told() {
        let host = Attributes { runtimes: Runtimes { wasi: true, oci: false }, only_for: Some(7), ..Default::default() };
        assert_eq!(host.misses(&Wishes { runtimes: Runtimes { wasi: true, oci: false }, ..Default::default() }, Some(7)), []);
        let wishes = Wishes {
            region: Some(*b"NO"),
            arch: Some(Arch::Arm64),
            tier: Tier::Virtual,
            runtimes: Runtimes { wasi: false, oci: true },
            gpu_model: Some(1),
            host_class: Some([1; 8]),
        };
        let all = [
            Mismatch::Region,
            Mismatch::Arch,
            Mismatch::Tier,
            Mismatch::Runtime,
            Mismatch::GpuModel,
            Mismatch::HostClass,
            Mismatch::Organisation,
        ];
        assert_eq!(host.misses(&wishes, Some(8)), all);
    }
}
