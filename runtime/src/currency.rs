//! The native coin, IDW, and what it costs to keep something on chain.

use crate::Balance;

/// The smallest unit: one IDW is 10^12 of them.
pub const PLANCK: Balance = 1;
/// A thousandth of an IDW.
pub const MILLI_IDW: Balance = 1_000_000_000 * PLANCK;
/// One coin.
pub const IDW: Balance = 1_000 * MILLI_IDW;

/// Decimals that wallets show, and that the metadata hash commits to.
pub const DECIMALS: u8 = 12;
/// Symbol that wallets show, and that the metadata hash commits to.
pub const SYMBOL: &str = "IDW";

/// An account that holds less than this is removed.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_IDW;

/// The refundable deposit for `items` storage entries that hold `bytes` bytes together.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
    items as Balance * 10 * MILLI_IDW + bytes as Balance * (MILLI_IDW / 10)
}
