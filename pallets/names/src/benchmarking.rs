//! Benchmarks of the calls. Paths are as deep and as long as they may be, and records as large.

use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_names_primitives::{
    commitment::commitment,
    name::MAX_LABEL,
    path::{join, MAX_DEPTH},
    record::{ObjectRef, Record, RecordKey, MAX_OBJECT_PATH, MAX_TEXT, MAX_TEXT_KEY},
    Balance, NodeId,
};
use pallet_idlewild_clock::{Now, Pallet as Clock};

use crate::{
    types::{Label, NodePath, MAX_OPERATORS, MAX_RECLAIMED},
    *,
};

/// An account with coins enough for anything here.
fn rich<T: Config>(name: &'static str, index: u32) -> Result<T::AccountId, BenchmarkError> {
    let who: T::AccountId = account(name, index, 0);
    let bytes = (MAX_TEXT as Balance).saturating_add(MAX_TEXT_KEY as Balance).saturating_mul(2);
    let record = T::ItemDeposit::get().saturating_add(T::ByteDeposit::get().saturating_mul(bytes));
    let records = record.saturating_mul(Balance::from(MAX_RECLAIMED).saturating_mul(2));
    let nodes = T::NodeDeposit::get().saturating_mul(20);
    let rents = T::BaseRate::get().saturating_mul(10_000);
    let coins = records.saturating_add(nodes).saturating_add(rents).saturating_add(T::Premium::get());
    T::Currency::mint_into(&who, coins.saturating_add(T::Currency::minimum_balance()).saturating_mul(2))?;
    Ok(who)
}

/// A name as long as one can be, whose skeleton is twice as long.
fn label() -> Label {
    BoundedVec::truncate_from(vec![b'w'; MAX_LABEL as usize])
}

fn path(depth: usize) -> NodePath {
    let label = label();
    BoundedVec::truncate_from(join(vec![label.as_slice(); depth]))
}

/// Lets the clock move on, as far as these calls look at it.
fn pass<T: Config>(blocks: u32) {
    Now::<T>::mutate(|now| *now = now.saturating_add(blocks));
}

fn hash_of<T: Config>(who: &T::AccountId) -> [u8; 32] {
    commitment(&Clock::<T>::genesis(), &label(), &who.clone().into(), &[7; 32])
}

fn committed<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
    Pallet::<T>::do_commit(who.clone(), hash_of::<T>(who))?;
    pass::<T>(Rules::<T>::get().min_age);
    Ok(())
}

/// A name, and subnames of the same label down to `depth`; the deepest one's number.
fn registered<T: Config>(owner: &T::AccountId, depth: usize) -> Result<NodeId, BenchmarkError> {
    committed::<T>(owner)?;
    Pallet::<T>::do_register(owner.clone(), label(), [7; 32], 1, Balance::MAX)?;
    for above in 1..depth {
        Pallet::<T>::do_create_sub(owner.clone(), &path(above), label(), owner.clone())?;
    }
    Ok(NextNode::<T>::get().saturating_sub(1))
}

fn key(index: u32) -> RecordKey {
    let mut key = vec![b'x'; MAX_TEXT_KEY];
    let digits = [b'a'.saturating_add((index / 26) as u8), b'a'.saturating_add((index % 26) as u8)];
    key.iter_mut().zip(digits).for_each(|(byte, digit)| *byte = digit);
    RecordKey::Text(key)
}

fn text(byte: u8) -> Record {
    Record::Text(vec![byte; MAX_TEXT])
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// One that was made before, and is too old.
    #[benchmark]
    fn commit() -> Result<(), BenchmarkError> {
        let who = rich::<T>("who", 0)?;
        let hash = hash_of::<T>(&who);
        Pallet::<T>::do_commit(who.clone(), hash)?;
        pass::<T>(Rules::<T>::get().max_age.saturating_add(1));

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), hash);

        assert_eq!(Commits::<T>::get(who, hash).map(|made| made.at), Some(Clock::<T>::now()));
        Ok(())
    }

    /// A name that was released just before, so that there is a premium.
    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        let former = rich::<T>("former", 0)?;
        registered::<T>(&former, 1)?;
        Pallet::<T>::do_release(former, label())?;
        let who = rich::<T>("who", 0)?;
        committed::<T>(&who)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), label(), [7; 32], 1, Balance::MAX);

        assert_eq!(Nodes::<T>::get(1).map(|node| node.owner), Some(who));
        Ok(())
    }

    #[benchmark]
    fn renew() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        registered::<T>(&owner, 1)?;
        let before = Pallet::<T>::latest(&label()).map(|latest| latest.term.ends);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), label(), 1, Balance::MAX);

        assert!(Pallet::<T>::latest(&label()).map(|latest| latest.term.ends) > before);
        Ok(())
    }

    #[benchmark]
    fn transfer() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let node = registered::<T>(&owner, MAX_DEPTH)?;
        Pallet::<T>::do_set_record(owner.clone(), &path(MAX_DEPTH), key(0), Some(text(b'x')))?;
        let to = rich::<T>("to", 0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), path(MAX_DEPTH), to.clone());

        assert_eq!(Nodes::<T>::get(node).map(|node| node.owner), Some(to));
        Ok(())
    }

    #[benchmark]
    fn set_operator() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let node = registered::<T>(&owner, MAX_DEPTH)?;
        for index in 1..MAX_OPERATORS {
            Pallet::<T>::do_set_operator(owner.clone(), &path(MAX_DEPTH), account("operator", index, 0), true)?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), path(MAX_DEPTH), account("operator", 0, 0), true);

        assert_eq!(Nodes::<T>::get(node).map(|node| node.operators.len() as u32), Some(MAX_OPERATORS));
        Ok(())
    }

    /// In place of another's.
    #[benchmark]
    fn set_record() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let operator = rich::<T>("operator", 0)?;
        let node = registered::<T>(&owner, MAX_DEPTH)?;
        Pallet::<T>::do_set_operator(owner.clone(), &path(MAX_DEPTH), operator.clone(), true)?;
        let object = ObjectRef::Bucket { bucket: u64::MAX, path: vec![b'x'; MAX_OBJECT_PATH] };
        Pallet::<T>::do_set_record(operator, &path(MAX_DEPTH), RecordKey::Object, Some(Record::Object(object)))?;
        let object = ObjectRef::Bucket { bucket: u64::MAX, path: vec![b'y'; MAX_OBJECT_PATH] };
        let value = Some(Record::Object(object));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), path(MAX_DEPTH), RecordKey::Object, value.clone());

        assert_eq!(Records::<T>::get(node, RecordKey::Object).map(|kept| kept.record), value);
        Ok(())
    }

    #[benchmark]
    fn create_sub() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let parent = registered::<T>(&owner, MAX_DEPTH - 1)?;
        let to: T::AccountId = account("to", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), path(MAX_DEPTH - 1), label(), to);

        assert!(Children::<T>::contains_key(parent, label()));
        Ok(())
    }

    /// By the owner of what it is under.
    #[benchmark]
    fn remove_sub() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let parent = registered::<T>(&owner, MAX_DEPTH - 1)?;
        Pallet::<T>::do_create_sub(owner.clone(), &path(MAX_DEPTH - 1), label(), account("other", 0, 0))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), path(MAX_DEPTH));

        assert!(!Children::<T>::contains_key(parent, label()));
        Ok(())
    }

    /// In place of another.
    #[benchmark]
    fn set_reverse() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let node = registered::<T>(&owner, MAX_DEPTH)?;
        Pallet::<T>::do_set_reverse(owner.clone(), Some(path(1)))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), Some(path(MAX_DEPTH)));

        assert_eq!(Reverses::<T>::get(owner).map(|reverse| reverse.node), Some(node));
        Ok(())
    }

    #[benchmark]
    fn release() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        registered::<T>(&owner, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), label());

        assert!(Pallet::<T>::registered(&label()).is_none());
        Ok(())
    }

    /// Records of a subname as deep as one can be, which is gone because the name is. Each was set by somebody else.
    #[benchmark]
    fn reclaim(n: Linear<1, MAX_RECLAIMED>) -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner", 0)?;
        let node = registered::<T>(&owner, MAX_DEPTH)?;
        for index in 0..n {
            let operator = rich::<T>("operator", index)?;
            Pallet::<T>::do_set_operator(owner.clone(), &path(MAX_DEPTH), operator.clone(), true)?;
            Pallet::<T>::do_set_record(operator.clone(), &path(MAX_DEPTH), key(index), Some(text(b'x')))?;
            Pallet::<T>::do_set_operator(owner.clone(), &path(MAX_DEPTH), operator, false)?;
        }
        Pallet::<T>::do_release(owner, label())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account("anybody", 0, 0)), node, n);

        assert!(!Nodes::<T>::contains_key(node));
        Ok(())
    }

    #[benchmark]
    fn uncommit() -> Result<(), BenchmarkError> {
        let who = rich::<T>("who", 0)?;
        let hash = hash_of::<T>(&who);
        Pallet::<T>::do_commit(who.clone(), hash)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), hash);

        assert!(!Commits::<T>::contains_key(who, hash));
        Ok(())
    }
}
