//! Having a machine measured by others: `/idlewild/machine/1`.
//!
//! One measurement a stream. Messages are SCALE behind a little-endian u32 length, as where shards are moved.
//!
//! ```text
//! tracker                                        provider
//! Hello { panel, seat, account, key, signature } ->
//!                                                <- Ready | Refused
//! Ping, Core, Memory, Write, Read, in any order  ->
//!                                                <- Pong | Marks | Digest | Written
//! ```
//!
//! Each question has a seed of its own, so that its answer cannot be there before it is asked ([`work`]), and the tracker looks at how
//! long the answer takes. A provider works for nobody but those who sit on an open panel about its machine, for one of them at a time,
//! and for each only so often.

mod serving;

use codec::{Decode, Encode};
use idlewild_compute::benchmark::work::{self, Mark};
use idlewild_compute_primitives::{Digest, PanelId, PeerKey, SeatId};
use idlewild_network::StreamProtocol;

pub use serving::{Measured, Serving};

/// The protocol's name.
pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/idlewild/machine/1");
/// Context of the signature under [`Hello`].
const HELLO: &[u8] = b"idlewild/machine/1/hello";

/// Who measures, and on behalf of which panel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Hello {
    /// The panel.
    pub panel: PanelId,
    /// The tracker's seat.
    pub seat: SeatId,
    /// The tracker's account.
    pub account: [u8; 32],
    /// The peer key that it asks under: nobody else can use what it signed.
    pub key: PeerKey,
    /// The account's signature under [`signed`].
    pub signature: [u8; 64],
}

/// What a tracker signs to be worked for.
pub fn signed(genesis: &[u8; 32], panel: PanelId, seat: SeatId, provider: &PeerKey, tracker: &PeerKey) -> Vec<u8> {
    (HELLO, genesis, panel, seat, provider, tracker).encode()
}

/// What a provider is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Ask {
    /// Nothing: how long the way takes.
    Ping,
    /// [`work::core`].
    Core {
        /// What it follows from.
        seed: Digest,
        /// Cores at once.
        lanes: u32,
        /// How much.
        rounds: u32,
    },
    /// [`work::memory`].
    Memory {
        /// What it follows from.
        seed: Digest,
        /// Cores at once.
        lanes: u32,
        /// How much.
        passes: u32,
    },
    /// [`work::write`].
    Write {
        /// What it follows from.
        seed: Digest,
        /// How much.
        bytes: u64,
    },
    /// [`work::read`] of what was written last.
    Read {
        /// What its hash is under.
        key: Digest,
    },
}

impl Ask {
    /// Whether it is no more than anybody may ask of a machine with so many cores to lend.
    fn is_modest(&self, cores: u32) -> bool {
        let fits = |lanes: u32| (1..=cores.min(work::MOST_LANES)).contains(&lanes);
        match *self {
            Self::Ping | Self::Read { .. } => true,
            Self::Core { lanes, rounds, .. } => fits(lanes) && rounds <= work::MOST_ROUNDS,
            Self::Memory { lanes, passes, .. } => fits(lanes) && passes <= work::MOST_PASSES,
            Self::Write { bytes, .. } => bytes <= work::MOST_FILE,
        }
    }
}

/// What a provider says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// It can be asked.
    Ready,
    /// It works for somebody else at the moment.
    Busy,
    /// It does not do that, and why.
    Refused(Why),
    /// To [`Ask::Ping`].
    Pong,
    /// To [`Ask::Core`].
    Marks(Vec<Vec<Mark>>),
    /// To [`Ask::Memory`] and [`Ask::Read`].
    Digest(Digest),
    /// To [`Ask::Write`].
    Written,
}

/// Why a provider does not do what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Why {
    /// The account did not sign that for this peer.
    NotSigned,
    /// It does not sit on an open panel about this provider.
    NotOnPanel,
    /// It was worked for often enough.
    TooOften,
    /// It is more than may be asked.
    TooMuch,
    /// The machine could not do it.
    Unable,
}

/// How many cores are measured of a machine that lends so many thousandths of them.
pub fn lanes(cpu_milli: u32) -> u32 {
    (cpu_milli / 1_000).clamp(1, work::MOST_LANES)
}

#[cfg(test)]
mod tests {
    use codec::DecodeAll;
    use idlewild_network::transfer::wire::MAX_FRAME;

    use super::*;

    #[test]
    fn the_longest_answer_fits_into_a_message() {
        let marks = work::core(&[1; 32], 2, 1);
        let most = vec![marks[0].clone(); work::MOST_LANES as usize];
        let bytes = Answer::Marks(most.clone()).encode();
        assert!(bytes.len() <= MAX_FRAME, "{}", bytes.len());
        assert_eq!(Answer::decode_all(&mut bytes.as_slice()).unwrap(), Answer::Marks(most));
    }

    #[test]
    fn nobody_may_ask_for_more_than_is_needed() {
        let seed = [0; 32];
        for (ask, modest) in [
            (Ask::Core { seed, lanes: 2, rounds: work::MOST_ROUNDS }, true),
            (Ask::Core { seed, lanes: 3, rounds: 1 }, false),
            (Ask::Core { seed, lanes: 0, rounds: 1 }, false),
            (Ask::Core { seed, lanes: 1, rounds: work::MOST_ROUNDS + 1 }, false),
            (Ask::Memory { seed, lanes: 1, passes: work::MOST_PASSES + 1 }, false),
            (Ask::Write { seed, bytes: work::MOST_FILE + 1 }, false),
            (Ask::Write { seed, bytes: work::MOST_FILE }, true),
        ] {
            assert_eq!(ask.is_modest(2), modest, "{ask:?}");
        }
        assert_eq!((lanes(0), lanes(2_500), lanes(u32::MAX)), (1, 2, work::MOST_LANES));
    }

    #[test]
    fn what_is_signed_is_for_one_panel_one_provider_and_one_peer() {
        let (genesis, provider, tracker) = ([1; 32], [2; 32], [3; 32]);
        let one = signed(&genesis, 4, 5, &provider, &tracker);
        for other in [
            signed(&[9; 32], 4, 5, &provider, &tracker),
            signed(&genesis, 9, 5, &provider, &tracker),
            signed(&genesis, 4, 9, &provider, &tracker),
            signed(&genesis, 4, 5, &[9; 32], &tracker),
            signed(&genesis, 4, 5, &provider, &[9; 32]),
        ] {
            assert_ne!(one, other);
        }
    }
}
