//! Golden vectors: what every build of these rules must compute, on whatever machine.
//!
//! The expected values come from an independent implementation, written from the specifications of BLAKE2b, BLAKE3 and SCALE.
//! [`check`] computes all of them anew. Tests call it natively and inside the wasm runtime, so that a miner's proof and its
//! verification can never drift apart.

use alloc::vec::Vec;
use codec::Encode;
use hex_literal::hex;

use crate::{
    admission, challenge, chunk,
    geometry::{self, Geometry},
    hash::hash,
    receipt::{registration_message, Receipt, StoreRequest},
    sum_range::{Leaf, Node, Peaks},
    Root,
};

/// A hash, as a vector names it.
type Digest = [u8; 32];

const HASH: Digest = hex!("da0ea14c450e5b5ecb6bad6baaa383295e5434bdce07ca3d386e6bd036410464");
/// Number and hash of a leaf.
const LEAVES: [(u8, Digest); 3] = [
    (0, hex!("9f31863a02e9dc3db363ef86f6df78b67a6a5bb983c7c0f716286f05b13c38a3")),
    (1, hex!("efb4819ebcb61dd894f5f24d2035a92c019e1e0fbbe3032ba3475748f56d2645")),
    (40, hex!("01d1305b504470787826beac7b1570151fb7b7c6cd51ddd0df3a1992ef2ac4d6")),
];
/// The hash of the node above leaves 0 and 1.
const JOIN: Digest = hex!("150f3a4d71c92d9ae8a1efbbbd258dc400df97936214bab9e675d6fb71166418");
/// Number of leaves, and the hash of the encoded peaks above them.
const PEAKS: [(u8, Digest); 8] = [
    (0, hex!("569ed9e4a5463896190447e6ffe37c394c4d77ce470aa29ad762e0286b896832")),
    (1, hex!("947c05bfd692f24c3f2b9b56499ac63c257d84c6c68dab8a19e3565818c9d66c")),
    (2, hex!("b81d804cc1cdbe049d5bc5dd1ed8eac68e8340b68a58c1dd23adcee08066a4d3")),
    (3, hex!("10104b636d0dbeeb38abb50577acc65fed3848afd549836149ca2a5aa32448ed")),
    (7, hex!("99914a3d7c29c5f745b68b59ad501f69d4d09197567a328321780d03f7ecdbcb")),
    (8, hex!("31f20fa21e2c1f223b3cebfbbf5ed9d9c0b9f3fecaf21ecdac1c8a9b05e659ff")),
    (13, hex!("a4e3ad1429e51aca2a99c587661d6a2855dff66fdd7e7de50e44e485dcaf0416")),
    (100, hex!("8cdf91f39ee149ec979b9908e5288fc88d3d3fdb846496415ef585714e85499d")),
];
/// The hash of the encoded peaks above 13 leaves of which leaves 5 and 12 are cleared.
const CLEARED: Digest = hex!("403da7c53ab90d50fdfee1e4eb19dfb9ed59447d47c1ebdd73a66afbb8228590");
/// Seed byte, miner, challenge, total, position.
const POSITIONS: [(u8, u32, u32, u64, u64); 6] = [
    (0, 0, 0, 1, 0),
    (1, 0, 0, 1000, 198),
    (1, 0, 1, 1000, 477),
    (1, 7, 0, 1099511640121, 227040484903),
    (255, 4294967295, 7, 18446744073709551615, 8176967816343265081),
    (9, 3, 5, 3, 1),
];
/// Miner, length of a period, clock, period, the period's start.
const SCHEDULE: [(u32, u32, u32, u32, u32); 8] = [
    (0, 20, 0, 0, 0),
    (0, 20, 19, 0, 0),
    (0, 20, 20, 1, 20),
    (1, 20, 0, 0, 0),
    (1, 20, 5, 0, 0),
    (1, 20, 100, 5, 91),
    (12345, 600, 6000, 10, 5424),
    (7, 0, 9, 9, 9),
];
/// Bytes of a shard, chunk, root, hash of the chunk's path.
#[rustfmt::skip]
const CHUNKS: [(u32, u32, Root, Digest); 26] = [
    (1, 0, hex!("68a4bd2fafb95914128d5a5b89c268c9993f498fd04748cdb453dcaf8670a995"), hex!("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")),
    (64, 0, hex!("cd0f6732dcbe64c2b354e7b043f7a80791a62622ab4c09232eb82b5393ec4693"), hex!("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")),
    (1023, 0, hex!("68b88f2d8c5ad65f1c7b5dedb871228e8eca33edeb82792d877081c698e1c36e"), hex!("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")),
    (1024, 0, hex!("da5c30d9686eb37b46ae85e752b67e31ea535ebe2ada25b2d52c6d0ce160f01c"), hex!("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")),
    (1025, 0, hex!("04668733ab9e282b9fab9bd46eabb572f1a9fb6b7d853a0c27095ec5bbab15ad"), hex!("03efa2a67deb7db4ae9faa6e516cc8c351f1f19ddf5868042105c0b4ab561f91")),
    (1025, 1, hex!("04668733ab9e282b9fab9bd46eabb572f1a9fb6b7d853a0c27095ec5bbab15ad"), hex!("d0b9ac3e7cbd4522fb34f96ccc998366104ab0e0ebfd9ebfc8a91c4774424cea")),
    (2048, 0, hex!("33acaf88dfb83ba6cf682c0ed5e15d85424bbe3682a275408e1388c672af4e9a"), hex!("d3c7c4066462c22dbcbfd10760e4b48141c5780ef9aa70563585feb4f0a1419f")),
    (2048, 1, hex!("33acaf88dfb83ba6cf682c0ed5e15d85424bbe3682a275408e1388c672af4e9a"), hex!("fb00fc55c27dc884e6e82b4c6bcc565dde6aa3d2d3cd0f06d283c78c9803db57")),
    (2049, 0, hex!("ddcdca87303390002869163895d76ddd1d87c51aa8161a535f1270299eb6359d"), hex!("758e144fa52922a370d7be17bb2285576c272faf9e7e1a6c80fdf66a347c60f7")),
    (2049, 1, hex!("ddcdca87303390002869163895d76ddd1d87c51aa8161a535f1270299eb6359d"), hex!("9c6608374dd2022c8689755a59f3cfad093697f692e6a7cb00cac7359f313535")),
    (2049, 2, hex!("ddcdca87303390002869163895d76ddd1d87c51aa8161a535f1270299eb6359d"), hex!("62b82949d224d7b0431c8b849b8c3014750e723fbd6959c3adba551e177ef9c4")),
    (3072, 0, hex!("768141f7ccca24c8bdc605113fd83470593513371d1b893d293c8495352c3bda"), hex!("1d0f59b70041ed3319b6d675a34ba64e6976b3b8d262c88d5c476d396c517e40")),
    (3072, 1, hex!("768141f7ccca24c8bdc605113fd83470593513371d1b893d293c8495352c3bda"), hex!("7dcdfb7979f616a457874c28c7ba788c91627809d0a692402b075e6f7a070772")),
    (3072, 2, hex!("768141f7ccca24c8bdc605113fd83470593513371d1b893d293c8495352c3bda"), hex!("c6c1fc0f4a399b28e0d435062b4172210965a4d165c1ecc07e7ae6309428f651")),
    (5000, 0, hex!("8b5a1e8813b77b57dc821aea52fc75646b43ce109c862003eddd68dbb3dcfce6"), hex!("8b6b076f2d372282431faa9175e9b873e7c8193b19294ace572319a728713ca5")),
    (5000, 2, hex!("8b5a1e8813b77b57dc821aea52fc75646b43ce109c862003eddd68dbb3dcfce6"), hex!("900c2ff8e2eba216da9cc9c9e34be1ef5f319471626832cd383ec299c566db17")),
    (5000, 4, hex!("8b5a1e8813b77b57dc821aea52fc75646b43ce109c862003eddd68dbb3dcfce6"), hex!("bbbae7d146fa023ff8af93afb2004c68091b89538f2ca781386e6371449e6cd3")),
    (65536, 0, hex!("9d35a209338d5a6dbe7dd655855f1e763b3b44dadbebccc596390b800cccf4f7"), hex!("8dc2b962bc7248aa1eae583de844afc106740cd7ae34d4b86c93bbb60ea14bc1")),
    (65536, 32, hex!("9d35a209338d5a6dbe7dd655855f1e763b3b44dadbebccc596390b800cccf4f7"), hex!("d09ab6edf415379bb0b332b8d4ce9070f2dd32c5200c3aeec76df29f5b1bd443")),
    (65536, 63, hex!("9d35a209338d5a6dbe7dd655855f1e763b3b44dadbebccc596390b800cccf4f7"), hex!("f46e692dd599c459bf3b96ebc21d1b1eab1c26788b79e068deac550b674f0e22")),
    (65537, 0, hex!("c6830cce49b7decaef9872488e8f393c980d50f29e45e3347aab28e10e3bb86e"), hex!("c2d1b44a696debd46174074fa8dcf2c36ca8ac6e5df8d7d74aa81ff17c11736f")),
    (65537, 32, hex!("c6830cce49b7decaef9872488e8f393c980d50f29e45e3347aab28e10e3bb86e"), hex!("fdf6eff394e4cdab2f5211eba207c7b564dfcf8c31c396f8aa55e10d614382e7")),
    (65537, 64, hex!("c6830cce49b7decaef9872488e8f393c980d50f29e45e3347aab28e10e3bb86e"), hex!("f4870efb83fb0ea659bc94503c60980f5df393c8d1327f9c9ddaf649b851bc56")),
    (1048577, 0, hex!("b5085c44c14e4dd58f0810e447ba5ae5e610f0d7f3aa01f5ded3a5a6b01c058c"), hex!("394ef6ce58f1cf2f510aef26e42ff7c8961f7942f984e73c513e24e81502fc9d")),
    (1048577, 512, hex!("b5085c44c14e4dd58f0810e447ba5ae5e610f0d7f3aa01f5ded3a5a6b01c058c"), hex!("22854af05a7eea749aca9407bcbc0f5c401da2188afbeb2cc9f173680596f041")),
    (1048577, 1024, hex!("b5085c44c14e4dd58f0810e447ba5ae5e610f0d7f3aa01f5ded3a5a6b01c058c"), hex!("c7d1937a0324d940dafcdd2c758816c9837eeef8752de4756efe40253dd73793")),
];
/// Bytes of plaintext, data shards, bytes sealed, bytes of a shard, its chunks.
const GEOMETRY: [(u32, u8, u32, u32, u32); 6] = [
    (1, 4, 17, 64, 1),
    (65536, 4, 65552, 16448, 17),
    (65537, 16, 65569, 4160, 5),
    (67108864, 16, 67125248, 4195328, 4097),
    (67108864, 20, 67125248, 3356288, 3278),
    (1000000, 20, 1000256, 50048, 49),
];
/// Hashes of the signed messages.
const RECEIPT: Digest = hex!("01346ad04975defd894c48f7d89a5722e752257890013cfa8c9976e268b42fe7");
const REQUEST: Digest = hex!("cfa4bcda067a05cb05aeaa0efef7e72fc6edb19a0672f223bfb85c3a4c59f646");
const REGISTRATION: Digest = hex!("0652435670a55047bc5ffc94767350547c17793016e04a998e1c03ccbf48981a");
/// Salt byte, copy, miner, draw.
const DRAWS: [(u8, u8, u32, u64); 3] =
    [(0, 0, 0, 6497204420870867933), (1, 2, 3, 6242656070656493747), (255, 3, 4294967295, 12624614144557136364)];

/// Computes every vector and names the first kind that differs.
pub fn check() -> Result<(), &'static str> {
    ensure(hash(b"idlewild") == HASH, "hash")?;
    check_range()?;
    check_challenges()?;
    check_chunks()?;
    check_geometry()?;
    check_messages()?;
    let draws = DRAWS.iter().all(|(salt, copy, miner, draw)| admission::draw(&[*salt; 16], *copy, *miner) == *draw);
    ensure(draws, "admission draws")
}

fn ensure(holds: bool, what: &'static str) -> Result<(), &'static str> {
    holds.then_some(()).ok_or(what)
}

/// Leaf `number` of the vectors.
pub fn leaf(number: u8) -> Leaf {
    let n = u32::from(number);
    let count = n.wrapping_mul(n).wrapping_mul(37).checked_rem(4000).unwrap_or(0).wrapping_add(1);
    Leaf { deal: u64::from(n.wrapping_add(1000)), copy: number % 3, slot: number, root: [number; 32], count }
}

/// The `len` bytes of the vectors' shard of that length: a linear congruence seeded with the length.
pub fn shard(len: u32) -> Vec<u8> {
    let mut state = len;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

fn peaks_over(leaves: u8) -> Option<Peaks> {
    let mut peaks = Peaks::default();
    for number in 0..leaves {
        peaks.append(leaf(number).node()).ok()?;
    }
    Some(peaks)
}

fn check_range() -> Result<(), &'static str> {
    ensure(LEAVES.iter().all(|(number, expected)| leaf(*number).node().hash == *expected), "leaf hashes")?;
    let joined = Node::join(&leaf(0).node(), &leaf(1).node()).ok_or("node hashes")?;
    ensure(joined.hash == JOIN, "node hashes")?;
    for (leaves, expected) in &PEAKS {
        let peaks = peaks_over(*leaves).ok_or("peaks")?;
        ensure(hash(&peaks.encode()) == *expected, "peaks")?;
    }
    // Leaf 5 stands in the first mountain of eight, leaf 12 is a mountain of its own.
    let node = |number: u8| leaf(number).node();
    let pair = |left: u8| Node::join(&node(left), &node(left.wrapping_add(1))).ok_or("clearing");
    let left_half = Node::join(&pair(0)?, &pair(2)?).ok_or("clearing")?;
    let path = [node(4), pair(6)?, left_half];
    let mut peaks = peaks_over(13).ok_or("clearing")?;
    let total = peaks.total();
    let start = (0..5).fold(0u64, |sum, number| sum.wrapping_add(u64::from(leaf(number).count)));
    ensure(peaks.locate(start, 5, &leaf(5), &path) == Ok(0), "positions of leaves")?;
    let last = total.wrapping_sub(1);
    ensure(peaks.locate(last, 12, &leaf(12), &[]) == Ok(leaf(12).count.wrapping_sub(1)), "positions of leaves")?;
    ensure(peaks.locate(start, 12, &leaf(12), &[]).is_err(), "positions of leaves")?;
    ensure(peaks.replace(5, node(5), Node::CLEARED, &path).is_ok(), "clearing")?;
    ensure(peaks.replace(12, node(12), Node::CLEARED, &[]).is_ok(), "clearing")?;
    ensure(hash(&peaks.encode()) == CLEARED, "clearing")
}

fn check_challenges() -> Result<(), &'static str> {
    let drawn = POSITIONS
        .iter()
        .all(|(seed, miner, j, total, expected)| challenge::position(&[*seed; 32], *miner, *j, *total) == Some(*expected));
    ensure(drawn && challenge::position(&[0; 32], 0, 0, 0).is_none(), "challenge positions")?;
    let scheduled = SCHEDULE.iter().all(|(miner, length, clock, period, start)| {
        let schedule = challenge::Schedule::new(*miner, *length);
        schedule.period(*clock) == *period && schedule.start(*period) == *start
    });
    ensure(scheduled, "period schedules")
}

fn check_chunks() -> Result<(), &'static str> {
    let mut bytes: Vec<u8> = Vec::new();
    for (len, index, root, path_hash) in &CHUNKS {
        if bytes.len() != *len as usize {
            bytes = shard(*len);
        }
        ensure(blake3::hash(&bytes).as_bytes() == root, "shard roots")?;
        let path = chunk::path(&bytes, *index).ok_or("chunk paths")?;
        ensure(hash(&path.concat()) == *path_hash, "chunk paths")?;
        let start = (*index as usize).checked_mul(crate::CHUNK_BYTES).ok_or("chunk bounds")?;
        let length = geometry::chunk_len(*len, *index).ok_or("chunk bounds")?;
        let chunk = start.checked_add(length).and_then(|end| bytes.get(start..end)).ok_or("chunk bounds")?;
        let count = geometry::chunks(*len);
        ensure(chunk::verify(root, count, *index, chunk, &path).is_ok(), "chunk proofs")?;
        let mut altered = chunk.to_vec();
        altered.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        ensure(chunk::verify(root, count, *index, &altered, &path).is_err(), "refusal of altered chunks")?;
    }
    Ok(())
}

fn check_geometry() -> Result<(), &'static str> {
    let agrees = GEOMETRY.iter().all(|(plain, data, sealed, shard_len, chunks)| {
        let geometry = Geometry { data: *data, parity: 1 };
        geometry::sealed_len(*plain) == *sealed
            && geometry.shard_len(*sealed) == Some(*shard_len)
            && geometry::chunks(*shard_len) == *chunks
    });
    ensure(agrees, "sizes of shards")
}

fn check_messages() -> Result<(), &'static str> {
    let (owner, salt, root, genesis) = ([1; 32], [2; 16], [5; 32], [9; 32]);
    let receipt = Receipt { owner, salt, slot: 3, miner: 4, root, length: 6, term: 7, least_price: 8, valid_until: 9 };
    ensure(hash(&receipt.message(&genesis)) == RECEIPT, "receipts")?;
    let request = StoreRequest { owner, salt, slot: 3, miner: 4, root, length: 6, term: 7, price: 8, valid_until: 9 };
    ensure(hash(&request.message(&genesis)) == REQUEST, "store requests")?;
    ensure(hash(&registration_message(&genesis, &[1; 32], &[2; 32])) == REGISTRATION, "registrations")
}
