//! Room for slots and claims: other pallets ask [`Providers::has_room`] before they take any, so that no call can tell whether the
//! functions that take it refuse what is not there. Here they are asked themselves, outside of any call that would undo what
//! they did.

use idlewild_storage_primitives::terms::Load;
use pallet_idlewild_test_runtime::{account, call, Chain, Miner, Providers, BOB, COIN};
use sp_runtime::DispatchResult;

use crate::{holding, Error};

#[track_caller]
fn changes_nothing(attempt: impl FnOnce() -> DispatchResult, error: Error) {
    let before = Chain::state();
    assert_eq!(attempt(), Err(error.into()));
    assert_eq!(before, Chain::state(), "what was refused changed something");
}

#[test]
fn no_byte_is_given_away_twice() {
    Chain::run(|| {
        Miner::register_with(&account(0), 0, 8192, 1_000 * COIN);
        let before = Chain::state();
        changes_nothing(|| Providers::assign(0, Load::slot(9), 8193), Error::NoRoom);
        changes_nothing(|| Providers::reserve_bytes(0, 8193), Error::NoRoom);
        // All of it can be taken, for a slot and a claim; then there is not a byte left for either.
        assert_eq!(Providers::reserve_bytes(0, 4096), Ok(()));
        assert_eq!(Providers::assign(0, Load::slot(4), 4096), Ok(()));
        assert_eq!((Chain::miner(0).used, Chain::miner(0).load), (8192, Load::slot(4)));
        changes_nothing(|| Providers::assign(0, Load::slot(1), 1), Error::NoRoom);
        changes_nothing(|| Providers::reserve_bytes(0, 1), Error::NoRoom);
        // Given back, it is as if nothing had been taken.
        assert_eq!(Providers::free_bytes(0, 4096), Ok(()));
        assert_eq!(Providers::let_off(0, Load::slot(4)), Ok(()));
        assert_eq!(Providers::release(0, Load::slot(4), 4096), Ok(()));
        assert_eq!(before, Chain::state());
    });
}

#[test]
fn no_bond_stands_for_more_than_it_covers() {
    Chain::run(|| {
        Miner::register_with(&account(0), 0, 1 << 30, 10 * COIN);
        // The least bond covers 24 slots of four chunks.
        let slots = |count: u32| Load { slots: count, chunks: u64::from(count) * 4 };
        changes_nothing(|| Providers::assign(0, slots(25), 25 * 4096), Error::NoRoom);
        assert_eq!(Providers::assign(0, slots(24), 24 * 4096), Ok(()));
        changes_nothing(|| Providers::assign(0, slots(1), 4096), Error::NoRoom);
        // A claim takes capacity alone: the bond is asked for when it is completed.
        assert_eq!(Providers::reserve_bytes(0, 4096), Ok(()));
        assert_eq!(Providers::free_bytes(0, 4096), Ok(()));
        assert_eq!(Providers::let_off(0, slots(24)), Ok(()));
        assert_eq!(Providers::release(0, slots(24), 24 * 4096), Ok(()));
    });
}

#[test]
fn who_is_not_active_has_no_room() {
    Chain::run(|| {
        Miner::register(0);
        let refuses = || {
            changes_nothing(|| Providers::assign(0, Load::slot(4), 4096), Error::NoRoom);
            changes_nothing(|| Providers::reserve_bytes(0, 4096), Error::NoRoom);
        };
        Chain::does(&account(0), call::pause(0));
        refuses();
        Chain::does(&account(0), call::exit(0));
        refuses();
        // Of a miner that is not there nothing can be taken either.
        changes_nothing(|| Providers::assign(9, Load::slot(4), 4096), Error::NoRoom);
        changes_nothing(|| Providers::reserve_bytes(9, 4096), Error::NoSuchMiner);
    });
    Chain::run(|| {
        holding(400);
        Chain::pass_to(62);
        Chain::does(&BOB, call::report_missed(0));
        changes_nothing(|| Providers::assign(0, Load::slot(4), 4096), Error::NoRoom);
        changes_nothing(|| Providers::reserve_bytes(0, 4096), Error::NoRoom);
    });
}
