//! Standard lots, and the geometric ladder of prices.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{
    resources::{Arch, Resources, Runtimes, Tier, Wishes},
    Balance,
};

/// A lot of size 0: a quarter of a core and what goes with it. Each size is twice the one before.
pub const SMALLEST: Resources =
    Resources { cpu_milli: 250, ram_mib: 512, disk_mib: 1_024, gpus: 0, vram_mib: 0, up_kbps: 1_000, down_kbps: 1_000 };
/// Sizes of lots: up to 2^11 quarters of a core.
pub const SIZES: u8 = 12;
/// A lot with graphics processors has one at size 0, and twice as many with each size up to this.
pub const GPU_SIZES: u8 = 4;
/// Steps of the ladder of prices, each 1 % above the one below.
pub const TICKS: u16 = 4_096;

/// What lots of one book have in common.
#[derive(
    Clone,
    Copy,
    Debug,
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LotClass {
    /// The model of graphics processor; 0 for none.
    pub gpu_model: u16,
    /// The processor.
    pub arch: Arch,
    /// Where: two letters of ISO 3166, or zeros for anywhere.
    pub region: [u8; 2],
    /// How well tenants are kept apart.
    pub tier: Tier,
    /// Whether it is for containers, or for modules alone.
    pub containers: bool,
}

/// A book: lots of one class and size.
#[derive(
    Clone,
    Copy,
    Debug,
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lot {
    /// The class.
    pub class: LotClass,
    /// The size, below [`SIZES`].
    pub size: u8,
}

impl Lot {
    /// What a lot is, or `None` where there is none of that size.
    pub fn resources(&self) -> Option<Resources> {
        if self.size >= SIZES {
            return None;
        }
        let times = 1u32.checked_shl(self.size.into())?;
        let of = |amount: u32| amount.checked_mul(times);
        let gpus = match self.class.gpu_model {
            0 => 0,
            _ if self.size >= GPU_SIZES => return None,
            _ => times,
        };
        Some(Resources {
            cpu_milli: of(SMALLEST.cpu_milli)?,
            ram_mib: of(SMALLEST.ram_mib)?,
            disk_mib: of(SMALLEST.disk_mib)?,
            gpus,
            vram_mib: 0,
            up_kbps: of(SMALLEST.up_kbps)?,
            down_kbps: of(SMALLEST.down_kbps)?,
        })
    }

    /// What a machine has to be for it.
    pub fn wishes(&self) -> Wishes {
        Wishes {
            region: (self.class.region != [0; 2]).then_some(self.class.region),
            arch: Some(self.class.arch),
            tier: self.class.tier,
            runtimes: Runtimes { wasi: !self.class.containers, oci: self.class.containers },
            gpu_model: (self.class.gpu_model != 0).then_some(self.class.gpu_model),
            host_class: None,
        }
    }
}

/// The price at a step of the ladder, in plancks a block: 1.01^tick, at 64 bits of fraction, and a planck more with each of the first
/// steps, where 1 % is less than a planck.
///
/// `None` beyond [`TICKS`]. The same integers on every machine.
pub fn price_at(tick: u16) -> Option<Balance> {
    if tick >= TICKS {
        return None;
    }
    // 1.01^tick by squaring, with 64 bits of mantissa and an exponent: relative error below 2^-58.
    let (mut base, mut power) = ((1u128 << 63, 0i32), u32::from(tick));
    let mut factor = normal(((101u128 << 63) / 100, 0));
    while power > 0 {
        if power & 1 == 1 {
            base = product(base, factor);
        }
        factor = product(factor, factor);
        power >>= 1;
    }
    let (mantissa, exponent) = base;
    let shift = 63 - exponent;
    let price = match u32::try_from(shift) {
        Ok(shift) => mantissa.checked_shr(shift).unwrap_or(0),
        Err(_) => mantissa.checked_shl(shift.unsigned_abs()).unwrap_or(Balance::MAX),
    };
    Some(price.saturating_add(u128::from(tick.min(FLAT))))
}

/// Steps at the foot of the ladder where 1 % is less than a planck.
const FLAT: u16 = 512;

/// Two numbers `mantissa / 2^63 * 2^exponent`, multiplied.
fn product(a: (u128, i32), b: (u128, i32)) -> (u128, i32) {
    normal((a.0.saturating_mul(b.0) >> 63, a.1.saturating_add(b.1)))
}

/// With a mantissa from 2^63 up to 2^64.
fn normal((mut mantissa, mut exponent): (u128, i32)) -> (u128, i32) {
    while mantissa >= 1 << 64 {
        mantissa >>= 1;
        exponent = exponent.saturating_add(1);
    }
    (mantissa, exponent)
}

/// The highest step whose price is no more than this, or `None` for a price below the first.
pub fn tick_of(price: Balance) -> Option<u16> {
    let (mut low, mut high) = (0u16, TICKS);
    while low < high {
        let middle = low.midpoint(high);
        match price_at(middle) {
            Some(at) if at <= price => low = middle.saturating_add(1),
            _ => high = middle,
        }
    }
    low.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_higher_and_about_one_percent() {
        let mut last = price_at(0).unwrap();
        assert_eq!(last, 1);
        for tick in 1..TICKS {
            let price = price_at(tick).unwrap();
            assert!(price > last, "{tick}");
            if tick > 2_000 {
                let ratio = price as f64 / last as f64;
                assert!((ratio - 1.01).abs() < 1e-6, "{tick}: {ratio}");
            }
            assert_eq!(tick_of(price), Some(tick));
            assert_eq!(tick_of(price - 1), Some(tick - 1));
            last = price;
        }
        assert_eq!(price_at(TICKS), None);
        assert_eq!(tick_of(0), None);
        assert_eq!(tick_of(Balance::MAX), Some(TICKS - 1));
        assert!(last > 10u128.pow(17));
    }

    #[test]
    fn sizes_double() {
        let class = LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true };
        assert_eq!(Lot { class, size: 0 }.resources(), Some(SMALLEST));
        assert_eq!(Lot { class, size: 3 }.resources().unwrap().cpu_milli, 2_000);
        assert_eq!(Lot { class, size: SIZES }.resources(), None);
        let gpu = LotClass { gpu_model: 5, ..class };
        assert_eq!(Lot { class: gpu, size: 2 }.resources().unwrap().gpus, 4);
        assert_eq!(Lot { class: gpu, size: GPU_SIZES }.resources(), None);
    }
}
