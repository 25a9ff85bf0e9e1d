//! Golden vectors: what every build of these rules must compute, on whatever machine.
//!
//! The expected values come from other implementations: of BLAKE2b, of Shabal, and of the integer rules. [`check`] computes all of
//! them anew. Tests call it natively and inside the wasm runtime, so that a miner's claim and its verification can never drift apart.

use hex_literal::hex;

use crate::{
    emission::Emission,
    estimate::Sums,
    format::{payload, Payload, PlotFormat, Poc2, PocX, Seed, X1},
    round::{asked_scoop, fold, next_challenge, quality},
    shabal::shabal256,
    Challenge, Quality, RoundIndex,
};

type Digest = [u8; 32];

/// Of 64 zero bytes.
const SHABAL: Digest = hex!("da8f08c02a67ba9a56bdd0798e48ae0714215e093b5b850649a37718993f54a2");
/// Of account 4297397359864028267, nonce 0: scoop and quality.
const POC2_CHALLENGE: Challenge = hex!("6ec823b5fd86c4aee9f7c3453cacaf4a43296f48ede77e70060ca8225c2855d0");
const POC2: (u16, Quality) = (0, 14592422770739690569);
const SEED: Seed = hex!("affeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffe");
const PAYLOAD: Payload = hex!("99bc78ba577a95a11f1a344d4d2ae55f2f857b98");
/// Of level 1: nonce, scoop and quality, for the challenge below.
const X1_NONCE: (u64, u16, Quality) = (5 * 4096 + 4095, 1, 10587280815796978047);
/// Of 32 ones.
const ACCOUNT_PAYLOAD: Payload = hex!("34b548cd12ee54fb5a418734c3cfc28fed151226");
/// Of 32 ones and 32 twos; then with 32 threes before and 32 fours behind.
const BLOCKS: Digest = hex!("e57f4460323417269af7e8424e2e3c87b981029ea7669c813621f439231d6b6d");
const CHALLENGE: Challenge = hex!("a803bfd1edb67b8024dd2e8f5bc3318043727bef33267a0c5d25e73c55903879");
/// Round and scoop of that challenge.
const ASKED: [(RoundIndex, u16); 4] = [(0, 3852), (1, 2804), (77, 2577), (u32::MAX, 481)];
/// Hits, sum of qualities, nonces, bound.
const ESTIMATES: [(u32, u128, u64, Quality); 3] = [
    (1440, 6184752906240, 4291984679, 17191807942),
    (2, 18446744073709551616, 1, 18446744073709551615),
    (721, 1180591620717411315769, 11, 6707906935894382405),
];
const UNIT: u128 = 1_000_000_000_000;
/// Coins that remain, carry and its era, bytes; what the minute makes, and carry and era after it.
type Minute = (u128, u128, u32, u128, u128, u128, u32);
const MINUTES: [Minute; 3] = [
    (1073741824000000000000, 0, 0, 384307168202282325, 682666666666045, 842833920, 0),
    (536870912000000000005, 7, 0, 1152921504606846976, 1024000000000002, 1073741831, 1),
    (1048576000000000000, 2147483657, 1, 123456789012345678, 214163390169, 355725898240, 10),
];

/// Computes every vector and names the first kind that differs.
pub fn check() -> Result<(), &'static str> {
    let digest = shabal256(&[0u32; 16]);
    ensure(digest.iter().flat_map(|word| word.to_le_bytes()).eq(SHABAL), "shabal")?;
    let (scoop, hit) = POC2;
    let made = Poc2 { account: 4297397359864028267 }.scoop(0, scoop);
    ensure(made.is_some_and(|made| quality(&POC2_CHALLENGE, &made) == hit), "poc2")?;
    let (nonce, scoop, hit) = X1_NONCE;
    let made = X1(PocX { seed: SEED, payload: PAYLOAD }).scoop(nonce, scoop);
    ensure(made.is_some_and(|made| quality(&CHALLENGE, &made) == hit), "x1")?;
    ensure(payload(&[1; 32]) == ACCOUNT_PAYLOAD, "payload")?;
    ensure(fold(&[1; 32], &[2; 32]) == BLOCKS, "blocks")?;
    ensure(next_challenge(&[3; 32], &BLOCKS, &[4; 32]) == CHALLENGE, "challenge")?;
    ensure(ASKED.iter().all(|(round, scoop)| asked_scoop(&CHALLENGE, *round) == *scoop), "scoop")?;
    let estimates = |(hits, qualities, nonces, bound): &_| {
        let sums = Sums { hits: *hits, qualities: *qualities };
        sums.nonces() == *nonces && sums.bound() == *bound
    };
    ensure(ESTIMATES.iter().all(estimates), "estimate")?;
    let minutes = |(remaining, carry, era, bytes, made, later_carry, later_era): &_| {
        let mut emission = Emission { remaining: *remaining, carry: *carry, era: *era };
        emission.minute(*bytes, UNIT) == *made && emission.carry == *later_carry && emission.era == *later_era
    };
    ensure(MINUTES.iter().all(minutes), "emission")
}

fn ensure(holds: bool, what: &'static str) -> Result<(), &'static str> {
    if holds {
        Ok(())
    } else {
        Err(what)
    }
}
