//! Every kernel against the rules that the chain compiles: in every lane, and in whatever does not fill them.

#![allow(clippy::unwrap_used)]

use idlewild_capacity::{
    judge::{best, qualities},
    kernel::{NotHere, MOST_LANES},
    Batch, InstructionSet, Kernel,
};
use idlewild_capacity_primitives::{
    format::{PlotFormat, Poc2, PocX},
    nonce::{Base, Nonce},
    round::quality,
    Scoop, SCOOPS, SCOOP_BYTES,
};
use proptest::prelude::*;

/// Compares some scoops of all nonces of a batch with those that the rules make one by one.
fn compare(kernel: Kernel, batch: &mut Batch, bases: &[Base]) {
    batch.make(bases);
    assert_eq!(batch.len(), bases.len());
    let nonces: Vec<Nonce> = bases.iter().map(Nonce::new).collect();
    let mut places = [[0; SCOOP_BYTES]; MOST_LANES];
    for number in (0..SCOOPS).step_by(61).chain([1, 2047, 2048, SCOOPS - 1]) {
        let made = batch.scoop(number, &mut places);
        for (lane, (made, nonce)) in made.iter().zip(&nonces).enumerate() {
            assert_eq!(Some(*made), nonce.scoop(number), "{} lane {lane} of {}, scoop {number}", kernel.set(), bases.len());
        }
    }
}

proptest! {
    // Each case makes some hundred nonces one by one.
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn every_lane_of_every_kernel_makes_the_nonce_of_its_base(
        seed: [u8; 32], payload: [u8; 20], account: u64, start: u64, taken in 1..=MOST_LANES,
    ) {
        for kernel in Kernel::all() {
            let mut batch = Batch::new(kernel);
            let numbers: Vec<u64> = (0..kernel.lanes() as u64).map(|lane| start.wrapping_add(lane)).collect();
            let long: Vec<Base> = numbers.iter().map(|number| PocX { seed, payload }.base(*number)).collect();
            let short: Vec<Base> = numbers.iter().map(|number| Poc2 { account }.base(*number)).collect();
            // The batch is used again: nothing of the longer bases may be left, nor of the lanes that are not taken.
            compare(kernel, &mut batch, &long);
            compare(kernel, &mut batch, &short);
            compare(kernel, &mut batch, &long[..taken.min(kernel.lanes())]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_kernel_judges_as_the_chain_does(
        challenge: [u8; 32],
        parts in prop::collection::vec(any::<([u8; 32], [u8; 32])>(), 0..100),
    ) {
        let scoops: Vec<Scoop> = parts.iter().map(|(one, other)| {
            let mut scoop = [0; SCOOP_BYTES];
            scoop[..32].copy_from_slice(one);
            scoop[32..].copy_from_slice(other);
            scoop
        }).collect();
        let expected: Vec<u64> = scoops.iter().map(|scoop| quality(&challenge, scoop)).collect();
        for kernel in Kernel::all() {
            prop_assert_eq!(&qualities(kernel, &challenge, &scoops), &expected, "{}", kernel.set());
            let wanted = expected.iter().enumerate().map(|(at, quality)| (*quality, at)).min();
            prop_assert_eq!(best(kernel, &challenge, &scoops), wanted, "{}", kernel.set());
        }
    }
}

#[test]
fn the_best_of_many_is_found_wherever_it_is() {
    let scoops: Vec<Scoop> = (0..3_001u32)
        .map(|number| {
            let mut scoop = [7; SCOOP_BYTES];
            scoop[..4].copy_from_slice(&number.to_le_bytes());
            scoop
        })
        .collect();
    let challenge = [9; 32];
    let expected = scoops.iter().enumerate().map(|(at, scoop)| (quality(&challenge, scoop), at)).min();
    for kernel in Kernel::all() {
        assert_eq!(best(kernel, &challenge, &scoops), expected, "{}", kernel.set());
        // It moves through all places of a part, and from one part to the next.
        let (_, at) = expected.unwrap();
        for shift in 0..70 {
            let turned: Vec<Scoop> = scoops[shift..].iter().chain(&scoops[..shift]).copied().collect();
            let place = (at + scoops.len() - shift) % scoops.len();
            assert_eq!(best(kernel, &challenge, &turned).unwrap().1, place, "{}", kernel.set());
        }
    }
}

#[test]
fn the_first_of_equals_is_the_best() {
    for kernel in Kernel::all() {
        assert_eq!(best(kernel, &[1; 32], &[[5; SCOOP_BYTES]; 2_500]).unwrap().1, 0);
        assert_eq!(best(kernel, &[1; 32], &[]), None);
    }
}

#[test]
fn a_kernel_exists_only_where_the_processor_has_its_instructions() {
    for set in InstructionSet::ALL {
        assert_eq!(set.name().parse(), Ok(set));
        match Kernel::new(set) {
            Ok(kernel) => assert!(Kernel::all().contains(&kernel) && kernel.set() == set),
            Err(missing) => assert_eq!(missing, NotHere(set)),
        }
    }
    assert!(Kernel::all().contains(&Kernel::best()));
    let unknown = "mmx".parse::<InstructionSet>().unwrap_err();
    assert_eq!(unknown.to_string(), r#"no kernel is called "mmx": there are scalar, sse2, avx2 and avx512"#);
}
