//! Amounts of coins, read and written as people do.

use idlewild_storage_primitives::Balance;

/// One coin in plancks.
pub const COIN: Balance = 1_000_000_000_000;

/// Reads an amount of coins with up to twelve decimals, such as `1.5` or `1.5 IDW`.
pub fn parse_coins(text: &str) -> Result<Balance, String> {
    let wrong = || format!("{text:?} is not an amount of coins: write a number with at most 12 decimals, such as 1.5");
    let number = text.trim().trim_end_matches("IDW").trim();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 12 || !digits(whole) || !digits(decimals) {
        return Err(wrong());
    }
    let whole: Balance = whole.parse().map_err(|_| wrong())?;
    let decimals: Balance = format!("{decimals:0<12}").parse().map_err(|_| wrong())?;
    whole.checked_mul(COIN).and_then(|plancks| plancks.checked_add(decimals)).ok_or_else(wrong)
}

/// Writes an amount of plancks as coins, without needless zeros.
pub fn show_coins(plancks: Balance) -> String {
    let decimals = format!("{:012}", plancks % COIN);
    let decimals = decimals.trim_end_matches('0');
    match decimals {
        "" => format!("{} IDW", plancks / COIN),
        decimals => format!("{}.{decimals} IDW", plancks / COIN),
    }
}
