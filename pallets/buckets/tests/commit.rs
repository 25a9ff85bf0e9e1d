//! `commit`: the heads of a bucket.

use super::*;

#[test]
fn the_holder_takes_the_place_of_what_there_was() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&first, commit(id, head(1, 1, 1), &[]));
        Chain::does(&first, commit(id, head(1, 2, 2), &[1]));
        let replaced = BoundedVec::truncate_from(vec![[1; 32]]);
        assert!(saw(Event::Committed { bucket: id, gateway: first.clone(), head: head(1, 2, 2), replaced }));
        assert_eq!(heads(id), [head(1, 2, 2)]);
        // The next holder goes on from there, from any number.
        Chain::does(&first, release(id));
        Chain::does(&second, acquire(id, MIN_LEASE));
        Chain::does(&second, commit(id, head(2, 0, 3), &[2]));
        assert_eq!(heads(id), [head(2, 0, 3)]);
    });
}

#[test]
fn who_was_cut_off_adds_its_line_and_the_holder_merges_it() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&first, commit(id, head(1, 1, 1), &[]));
        Chain::pass(MIN_LEASE);
        // While nobody else writes, too.
        Chain::does(&first, commit(id, head(1, 2, 2), &[1]));
        Chain::does(&second, acquire(id, MIN_LEASE));
        Chain::does(&second, commit(id, head(2, 1, 11), &[2]));
        Chain::does(&first, commit(id, head(1, 3, 3), &[]));
        assert_eq!(heads(id), [head(1, 3, 3), head(2, 1, 11)]);
        Chain::does(&first, commit(id, head(1, 4, 4), &[3]));
        // What is not of its own line it leaves alone.
        Chain::refuses(&first, commit(id, head(1, 5, 5), &[11]), Error::NotOwnLine);
        Chain::refuses(&first, commit(id, head(1, 5, 5), &[4, 11]), Error::NotOwnLine);
        Chain::refuses(&first, commit(id, head(2, 5, 5), &[]), Error::WrongEpoch);
        Chain::does(&second, commit(id, head(2, 2, 12), &[4, 11]));
        assert_eq!(heads(id), [head(2, 2, 12)]);
        // Also then it may still bring what it has; but once it held another epoch, nothing of the old one.
        Chain::does(&first, commit(id, head(1, 5, 5), &[]));
        Chain::does(&second, release(id));
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::refuses(&first, commit(id, head(1, 6, 6), &[]), Error::WrongEpoch);
        Chain::does(&first, commit(id, head(3, 1, 6), &[5, 12]));
        assert_eq!(heads(id), [head(3, 1, 6)]);
    });
}

#[test]
fn a_head_is_later_than_what_it_takes_the_place_of() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        Chain::does(&first, commit(id, head(1, 5, 50), &[]));
        Chain::refuses(&first, commit(id, head(1, 4, 60), &[50]), Error::NotLater);
        Chain::refuses(&first, commit(id, head(1, 5, 40), &[50]), Error::NotLater);
        Chain::refuses(&first, commit(id, head(1, 6, 50), &[50]), Error::AlreadyHead);
        Chain::does(&first, commit(id, head(1, 5, 60), &[50]));
        Chain::does(&first, commit(id, head(1, 9, 70), &[]));
        Chain::refuses(&first, commit(id, head(1, 8, 80), &[60, 70]), Error::NotLater);
        assert_eq!(heads(id), [head(1, 5, 60), head(1, 9, 70)]);
    });
}

#[test]
fn heads_are_there_once_and_so_many() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::does(&first, acquire(id, MIN_LEASE));
        let most = MAX_HEADS as u8;
        // Whatever order they come in, they are in order.
        (0..most).rev().for_each(|byte| Chain::does(&first, commit(id, head(1, byte.into(), byte), &[])));
        assert!(heads(id).is_sorted() && heads(id).len() == usize::from(most));
        Chain::refuses(&first, commit(id, head(1, 3, 3), &[]), Error::AlreadyHead);
        Chain::refuses(&first, commit(id, head(1, 90, 3), &[]), Error::AlreadyHead);
        Chain::refuses(&first, commit(id, head(1, 90, 90), &[]), Error::HeadsFull);
        Chain::refuses(&first, commit(id, head(1, 90, 90), &[99]), Error::NoSuchHead);
        Chain::refuses(&first, commit(id, head(1, 90, 90), &[2, 2]), Error::NoSuchHead);
        let all: Vec<u8> = (0..most).collect();
        Chain::does(&first, commit(id, head(1, 90, 90), &all));
        assert_eq!(heads(id), [head(1, 90, 90)]);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        let by = |who: &AccountId, epoch| Chain::call(who, commit(id, head(epoch, 1, 1), &[]));
        // Nobody held an epoch yet.
        for epoch in [0, 1, u32::MAX] {
            assert_eq!(by(&first, epoch), Err(Error::WrongEpoch.into()));
        }
        Chain::does(&first, acquire(id, MIN_LEASE));
        for epoch in [0, 2] {
            assert_eq!(by(&first, epoch), Err(Error::WrongEpoch.into()));
        }
        assert_eq!(by(&second, 1), Err(Error::WrongEpoch.into()));
        for stranger in [ALICE, BOB, serve(&ALICE, 2, 0)] {
            Chain::refuses(&stranger, commit(id, head(1, 1, 1), &[]), Error::NotGranted);
        }
        Chain::refuses(&first, commit(9, head(1, 1, 1), &[]), Error::NoSuchBucket);
        Chain::does(&first, retire(&first));
        Chain::refuses(&first, commit(id, head(1, 1, 1), &[]), Error::NotGranted);
    });
}
