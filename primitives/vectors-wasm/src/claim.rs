//! How good the answers of one account's nonces are, as the chain finds out about a claim: it makes the scoop and hashes it.

use idlewild_capacity_primitives::{
    format::{PlotFormat, Poc2, PocX, X1},
    round::quality,
    Challenge, Quality,
};

/// What is asked.
pub const CHALLENGE: Challenge = [3; 32];
/// Whose nonces of PoC2.
pub const POC2: Poc2 = Poc2 { account: 4297397359864028267 };
/// Whose nonces of level 1.
pub const LEVEL_1: X1 = X1(PocX { seed: [1; 32], payload: [2; 20] });

/// Of a nonce of level 1. `None` where there is no such nonce or scoop.
pub fn x1(nonce: u64, scoop: u16) -> Option<Quality> {
    Some(quality(&CHALLENGE, &LEVEL_1.scoop(nonce, scoop)?))
}

/// Of a PoC2 nonce.
pub fn poc2(nonce: u64, scoop: u16) -> Option<Quality> {
    Some(quality(&CHALLENGE, &POC2.scoop(nonce, scoop)?))
}
