//! What nonces are made of, and which of their bytes are a scoop.
//!
//! [`Poc2`] is what plotters of other chains have made for years; here it serves to compare with them. [`PocX`] binds a nonce to an
//! account's payload and to a plot's seed. The chain takes [`X1`], in which a scoop is made of two nonces that lie in rows and
//! columns of two warps: of PoC2, half of a plot can be left out and made again within a round, and undoing that here takes a
//! whole warp of nonces for one scoop.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use idlewild_storage_primitives::hash::hash;
use scale_info::TypeInfo;

use crate::{
    nonce::{scoops_of_two, Base, Nonce},
    Scoop, SCOOPS,
};

/// Nonces of a warp: as many as a nonce has scoops.
pub const WARP: u64 = SCOOPS as u64;
/// The first number that no nonce of level 1 has: the second of the two nonces that it is made of has no number.
pub const X1_END: u64 = 1 << 63;

/// What an account's plots are bound to.
pub type Payload = [u8; 20];
/// What tells an account's plots apart.
pub type Seed = [u8; 32];

/// How nonces become scoops.
pub trait PlotFormat {
    /// What the nonce of a number is made of.
    fn base(&self, nonce: u64) -> Base;

    /// A scoop of the nonce of a number, made anew. `None` where there is no such nonce or scoop.
    fn scoop(&self, nonce: u64, scoop: u16) -> Option<Scoop> {
        Nonce::new(&self.base(nonce)).scoop(scoop)
    }
}

/// Plots of an account that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poc2 {
    /// The account.
    pub account: u64,
}

impl PlotFormat for Poc2 {
    fn base(&self, nonce: u64) -> Base {
        let mut bytes = [0; 16];
        let (account, number) = bytes.split_at_mut(8);
        account.copy_from_slice(&self.account.to_be_bytes());
        number.copy_from_slice(&nonce.to_be_bytes());
        Base::from_bytes(&bytes)
    }
}

/// Plots of a payload and a seed: level 0, of which higher ones are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PocX {
    /// What tells an account's plots apart.
    pub seed: Seed,
    /// What an account's plots are bound to.
    pub payload: Payload,
}

impl PlotFormat for PocX {
    fn base(&self, nonce: u64) -> Base {
        let mut bytes = [0; 60];
        let parts = self.seed.iter().chain(&self.payload).copied().chain(nonce.to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        Base::from_bytes(&bytes)
    }
}

/// Level 1 of [`PocX`]: what the chain takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct X1(pub PocX);

impl X1 {
    /// The two scoops of level 0 that a scoop of level 1 is made of, each as nonce and scoop. `None` where there is none.
    pub fn parts(nonce: u64, scoop: u16) -> Option<[(u64, u16); 2]> {
        if nonce >= X1_END || scoop >= SCOOPS {
            return None;
        }
        let (warp, column) = (nonce / WARP, nonce % WARP);
        let first = warp.checked_mul(2 * WARP)?.checked_add(column)?;
        let second = warp.checked_mul(2 * WARP)?.checked_add(WARP)?.checked_add(u64::from(scoop))?;
        Some([(first, scoop), (second, column as u16)])
    }
}

impl PlotFormat for X1 {
    fn base(&self, nonce: u64) -> Base {
        self.0.base(nonce)
    }

    fn scoop(&self, nonce: u64, scoop: u16) -> Option<Scoop> {
        let [(first, row), (second, column)] = Self::parts(nonce, scoop)?;
        let [mut made, other] = scoops_of_two([&self.base(first), &self.base(second)], [row, column])?;
        made.iter_mut().zip(other).for_each(|(byte, mask)| *byte ^= mask);
        Some(made)
    }
}

/// The payload of an account: nobody else gains by its plots.
pub fn payload(account: &[u8; 32]) -> Payload {
    let mut named = [0; 45];
    named.iter_mut().zip(b"idlewild-plot".iter().chain(account)).for_each(|(to, from)| *to = *from);
    let [payload @ .., _, _, _, _, _, _, _, _, _, _, _, _] = hash(&named);
    payload
}
