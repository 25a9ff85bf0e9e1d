//! What a plot holds, and what its file is called.

use std::{fmt, str::FromStr};

use idlewild_capacity_primitives::{
    format::{Payload, PlotFormat, Poc2, PocX, Seed, WARP, X1, X1_END},
    nonce::Base,
    Scoop, NONCE_BYTES, SCOOPS, SCOOP_BYTES,
};

/// Most warps of a plot, which is a petabyte: bytes and nonces are counted in 64 bits.
pub const MOST_WARPS: u64 = 1 << 20;
/// The end of an unfinished plot's name.
pub const UNFINISHED: &str = ".tmp";

/// What a plot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plot {
    /// Warps from the first of a seed on, at level 1: what the chain takes.
    X1 {
        /// Payload and seed.
        bound: PocX,
        /// How many.
        warps: u64,
    },
    /// The same at level 0, which the chain does not take.
    X0 {
        /// Payload and seed.
        bound: PocX,
        /// How many.
        warps: u64,
    },
    /// Nonces of another chain's format, to compare with its plotters.
    Poc2 {
        /// The account.
        of: Poc2,
        /// The first nonce.
        start: u64,
        /// How many.
        nonces: u64,
    },
}

/// Why a name is no plot's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It does not look like one.
    #[error(
        "{0:?} is no plot's name: those are PAYLOAD_SEED_WARPS_X1.pocx, with 40 and 64 hexadecimal digits, or ACCOUNT_START_NONCES"
    )]
    Shape(String),
    /// Its level is not one that is known.
    #[error("{name:?} is of level {level}; the chain takes level 1, and 0 is known")]
    Level {
        /// The name.
        name: String,
        /// The level.
        level: String,
    },
    /// It names more than there can be.
    #[error("{name:?} names {what}, and {limit}")]
    Range {
        /// The name.
        name: String,
        /// What is too much or too little.
        what: String,
        /// What there can be.
        limit: &'static str,
    },
}

impl Plot {
    /// Warps of level 1.
    pub fn x1(payload: Payload, seed: Seed, warps: u64) -> Self {
        Self::X1 { bound: PocX { seed, payload }, warps }
    }

    /// Nonces in its file.
    pub fn nonces(&self) -> u64 {
        match self {
            Self::X1 { warps, .. } | Self::X0 { warps, .. } => warps * WARP,
            Self::Poc2 { nonces, .. } => *nonces,
        }
    }

    /// The number of the first nonce.
    pub fn start(&self) -> u64 {
        match self {
            Self::X1 { .. } | Self::X0 { .. } => 0,
            Self::Poc2 { start, .. } => *start,
        }
    }

    /// Bytes of its file.
    pub fn bytes(&self) -> u64 {
        self.nonces() * NONCE_BYTES as u64
    }

    /// Warps of its file; the last one of a PoC2 plot may not be full.
    pub fn warps(&self) -> u64 {
        self.nonces().div_ceil(WARP)
    }

    /// Where in the file a scoop of a nonce is, which is counted from the plot's first.
    pub fn offset(&self, scoop: u16, nonce: u64) -> u64 {
        (u64::from(scoop) * self.nonces() + nonce) * SCOOP_BYTES as u64
    }

    /// Whether a scoop of the plot answers the chain.
    pub fn counts(&self) -> bool {
        matches!(self, Self::X1 { .. })
    }

    /// What a nonce of level 0 is made of.
    pub fn base(&self, nonce: u64) -> Base {
        match self {
            Self::X1 { bound, .. } | Self::X0 { bound, .. } => bound.base(nonce),
            Self::Poc2 { of, .. } => of.base(nonce),
        }
    }

    /// A scoop of a nonce, which is counted from the plot's first, made anew.
    pub fn remake(&self, scoop: u16, nonce: u64) -> Option<Scoop> {
        match self {
            Self::X1 { bound, .. } => X1(*bound).scoop(nonce, scoop),
            Self::X0 { bound, .. } => bound.scoop(nonce, scoop),
            Self::Poc2 { of, start, .. } => of.scoop(start.checked_add(nonce)?, scoop),
        }
    }

    fn check(self, name: &str) -> Result<Self, NameError> {
        let range = |what: String, limit| Err(NameError::Range { name: name.into(), what, limit });
        match self {
            Self::X1 { warps, .. } | Self::X0 { warps, .. } if !(1..=MOST_WARPS).contains(&warps) => {
                range(format!("{warps} warps"), "a plot has 1 to 1,048,576")
            },
            Self::Poc2 { nonces, .. } if !(1..=MOST_WARPS * WARP).contains(&nonces) => {
                range(format!("{nonces} nonces"), "a plot has 1 to 4,294,967,296")
            },
            Self::Poc2 { start, nonces, .. } if start.checked_add(nonces - 1).is_none() => range(
                format!("{nonces} nonces from {start} on"),
                "the last one there is has the number 18,446,744,073,709,551,615",
            ),
            plot => Ok(plot),
        }
    }
}

const _: () = assert!(MOST_WARPS * WARP * 2 <= X1_END && NONCE_BYTES == SCOOPS as usize * SCOOP_BYTES);

impl fmt::Display for Plot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bound, warps, level) = match self {
            Self::X1 { bound, warps } => (bound, warps, 1),
            Self::X0 { bound, warps } => (bound, warps, 0),
            Self::Poc2 { of, start, nonces } => return write!(f, "{}_{start}_{nonces}", of.account),
        };
        write!(f, "{}_{}_{warps}_X{level}.pocx", hex::encode_upper(bound.payload), hex::encode_upper(bound.seed))
    }
}

impl FromStr for Plot {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let shape = || NameError::Shape(name.into());
        let parts: Vec<&str> = name.split('_').collect();
        let plot = match parts[..] {
            [payload, seed, warps, level] => {
                let level = level.strip_suffix(".pocx").and_then(|level| level.strip_prefix('X')).ok_or_else(shape)?;
                let bound = PocX { seed: digits(seed).ok_or_else(shape)?, payload: digits(payload).ok_or_else(shape)? };
                let warps = number(warps).ok_or_else(shape)?;
                match level {
                    "0" => Self::X0 { bound, warps },
                    "1" => Self::X1 { bound, warps },
                    _ => return Err(NameError::Level { name: name.into(), level: level.into() }),
                }
            },
            [account, start, nonces] => Self::Poc2 {
                of: Poc2 { account: number(account).ok_or_else(shape)? },
                start: number(start).ok_or_else(shape)?,
                nonces: number(nonces).ok_or_else(shape)?,
            },
            _ => return Err(shape()),
        };
        plot.check(name)
    }
}

/// Hexadecimal digits of either case.
fn digits<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

/// A number as it is written: one plot has one name, so no plus, and no zeros before it.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
