//! Shabal against another implementation, and nonces against their definition.

#![allow(clippy::unwrap_used)]

use hex_literal::hex;
use idlewild_capacity_primitives::{
    format::{payload, PlotFormat, Poc2, PocX, WARP, X1, X1_END},
    nonce::{Base, NONCE_WORDS},
    round::quality,
    shabal::shabal256,
    Scoop, NONCE_BYTES, SCOOPS,
};
use proptest::prelude::*;
use sha2::Digest as _;
use shabal::Shabal256;

const PLOT: PocX = PocX {
    seed: hex!("affeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffeaffe"),
    payload: hex!("99bc78ba577a95a11f1a344d4d2ae55f2f857b98"),
};
const POC2: Poc2 = Poc2 { account: 4297397359864028267 };

fn bytes_of(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn other_shabal(bytes: &[u8]) -> [u8; 32] {
    Shabal256::digest(bytes).into()
}

/// A nonce by its definition, word for word, with the other Shabal.
fn by_definition(base: &[u8]) -> Vec<u8> {
    let mut gathered = vec![0; NONCE_BYTES];
    gathered.extend_from_slice(base);
    let end = gathered.len();
    for at in (32..=NONCE_BYTES).rev().step_by(32) {
        let to = if NONCE_BYTES - at < 4096 { end } else { at + 4096 };
        let digest = other_shabal(&gathered[at..to]);
        gathered[at - 32..at].copy_from_slice(&digest);
    }
    let last = other_shabal(&gathered);
    gathered.truncate(NONCE_BYTES);
    gathered.iter_mut().enumerate().for_each(|(at, byte)| *byte ^= last[at % 32]);
    gathered
}

fn scoop_by_definition(nonce: &[u8], scoop: u16) -> Vec<u8> {
    let (near, far) = (usize::from(scoop) * 64, usize::from(SCOOPS - 1 - scoop) * 64);
    [&nonce[near..near + 32], &nonce[far + 32..far + 64]].concat()
}

#[test]
fn the_specification_has_this_hash_of_64_zeros() {
    let digest = bytes_of(&shabal256(&[0u32; 16]));
    assert_eq!(digest, hex!("da8f08c02a67ba9a56bdd0798e48ae0714215e093b5b850649a37718993f54a2"));
}

proptest! {
    #[test]
    fn every_message_hashes_as_elsewhere(words in prop::collection::vec(any::<u32>(), 0..200)) {
        prop_assert_eq!(bytes_of(&shabal256(&words)), other_shabal(&bytes_of(&words)));
    }
}

#[test]
fn long_messages_hash_as_elsewhere() {
    let words: Vec<u32> = (0..NONCE_WORDS as u32 + 15).map(|word| word.wrapping_mul(0x9E37_79B1)).collect();
    for length in [1023, 1024, 1025, 1039, NONCE_WORDS, NONCE_WORDS + 4, NONCE_WORDS + 15] {
        assert_eq!(bytes_of(&shabal256(&words[..length])), other_shabal(&bytes_of(&words[..length])), "{length} words");
    }
}

#[test]
fn nonces_are_what_their_definition_says() {
    let poc2 = by_definition(&[POC2.account.to_be_bytes(), 7u64.to_be_bytes()].concat());
    let pocx = by_definition(&[&PLOT.seed[..], &PLOT.payload, &u64::MAX.to_be_bytes()].concat());
    for scoop in [0, 1, 63, 64, 2047, 2048, 4094, 4095] {
        assert_eq!(POC2.scoop(7, scoop).unwrap().to_vec(), scoop_by_definition(&poc2, scoop), "PoC2, scoop {scoop}");
        assert_eq!(PLOT.scoop(u64::MAX, scoop).unwrap().to_vec(), scoop_by_definition(&pocx, scoop), "PoCX, scoop {scoop}");
    }
    assert_eq!(POC2.scoop(7, 4096), None);
}

#[test]
fn poc2_is_as_other_chains_have_it() {
    let signature = hex!("6ec823b5fd86c4aee9f7c3453cacaf4a43296f48ede77e70060ca8225c2855d0");
    let next = other_shabal(&[&signature[..], &POC2.account.to_be_bytes()].concat());
    assert_eq!(next, hex!("ba6f11e2fd1d1eb0a956f92d090da1dd3595c3d888a4ff3b3222c913be6f45b5"));
    assert_eq!(quality(&signature, &POC2.scoop(0, 0).unwrap()), 14592422770739690569);
    // What those chains call a deadline, at a base target of 70,312.
    assert_eq!(quality(&signature, &POC2.scoop(0, 3696).unwrap()) / 70312, 7157291745432);
}

#[test]
fn pocx_is_as_its_plotters_have_it() {
    let nonces: Vec<_> =
        (1337..1337 + 32u64).map(|nonce| idlewild_capacity_primitives::nonce::Nonce::new(&PLOT.base(nonce))).collect();
    let mut hasher = sha2::Sha256::new();
    for scoop in 0..SCOOPS {
        nonces.iter().for_each(|nonce| hasher.update(nonce.scoop(scoop).unwrap()));
    }
    assert_eq!(hasher.finalize()[..], hex!("acc0b40a22cf8ce8aabe361bd4b67bdb61b7367755ae9cb9963a68acaa6d322c"));
}

#[test]
fn level_one_combines_rows_and_columns() {
    let xor = |mut one: Scoop, other: Scoop| {
        one.iter_mut().zip(other).for_each(|(byte, mask)| *byte ^= mask);
        one
    };
    for (warp, column, scoop) in [(0, 0, 0), (0, 5, 9), (3, 4095, 1), ((1 << 51) - 1, 4095, 4095)] {
        let (first, second) = (2 * warp * WARP + column, (2 * warp + 1) * WARP + u64::from(scoop));
        let expected = xor(PLOT.scoop(first, scoop).unwrap(), PLOT.scoop(second, column as u16).unwrap());
        assert_eq!(X1(PLOT).scoop(warp * WARP + column, scoop), Some(expected), "warp {warp}, column {column}, scoop {scoop}");
    }
    assert_ne!(X1(PLOT).scoop(5, 9), X1(PLOT).scoop(9, 5), "row and column cannot change places");
    assert_ne!(X1(PLOT).scoop(5, 9), PLOT.scoop(5, 9), "level 0 is no level 1");
    assert_eq!(X1(PLOT).scoop(X1_END, 0), None);
    assert_eq!(X1(PLOT).scoop(u64::MAX, 0), None);
    assert_eq!(X1(PLOT).scoop(0, 4096), None);
}

#[test]
fn a_base_is_whole_words_and_no_longer_than_there_is_room() {
    assert_eq!(Base::from_bytes(&[1, 0, 0, 0, 2, 0, 0]).words(), [1]);
    assert_eq!(Base::from_bytes(&[7; 100]).words().len(), 15);
    assert_eq!(Base::from_bytes(&[]).words(), [0u32; 0]);
}

#[test]
fn each_account_has_a_payload() {
    assert_ne!(payload(&[1; 32]), payload(&[2; 32]));
    assert_eq!(payload(&[1; 32]), payload(&[1; 32]));
}
