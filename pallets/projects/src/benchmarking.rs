//! Benchmarks of the calls. Chunks have as many replicas as they may, and whoever is involved is paid, slashed or remembered.

use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{traits::fungible::InspectHold, BoundedVec};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    chunk::{Stage, Step, MAX_BATCH, MAX_CLAIMS},
    commitment::of_finding,
    draw::SEED_AFTER,
    panel::Question,
    program::Class,
};
use pallet_idlewild_clock::Now;
use pallet_idlewild_offers::benchmark_setup::{bond, Peer};
use pallet_idlewild_trackers::OnVerdict;

use crate::{
    benchmark_setup::{
        agreed, all_at, alter, chunk, enrich, finding, owner, pass_challenge, project, providers, revealed, seed, spec, NOW,
    },
    types::{place, Claim, Kind, Race, Sample, MOST_REPLICAS},
    *,
};

const SALT: [u8; 16] = [9; 16];

/// The last of some providers.
fn last<AccountId: Clone>(all: &[Peer<AccountId>]) -> Result<Peer<AccountId>, BenchmarkError> {
    all.last().cloned().ok_or(BenchmarkError::Stop("there is no provider"))
}

fn batch<Item>(items: impl Iterator<Item = Item>) -> types::Batch<Item> {
    BoundedVec::truncate_from(items.collect())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() -> Result<(), BenchmarkError> {
        let (caller, organisation) = owner::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), spec::<T>(Class::Pinned, 100, organisation));

        assert_eq!(Projects::<T>::iter().count(), 1);
        Ok(())
    }

    /// Chunks with four replicas, for whose last place five were drawn and did not come.
    #[benchmark]
    fn claim(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Pinned, n)?;
        let all = providers::<T>(MOST_REPLICAS * 2)?;
        let caller = last(&all)?;
        for index in 0..n {
            let running = all_at(all.get(..4).unwrap_or_default(), |_| Step::Running { until: NOW });
            chunk::<T>(id, index, Kind::Compared, Stage::Working { since: None }, &running)?;
            alter::<T>(id, index, |chunk| {
                chunk.wanted = 5;
                chunk.host_class = [7; 8];
                let drawn = all.iter().skip(4).take(MOST_REPLICAS as usize).map(|peer| (peer.id, 1));
                chunk.race = Race::Drawn { until: NOW - 1, wanted: 5, left: BoundedVec::truncate_from(drawn.collect()) };
            });
            all.iter().skip(4).take(5).for_each(|peer| WorkOf::<T>::insert(peer.id, place(id, index), ()));
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(caller.operator), id, caller.id, batch(0..n));

        assert_eq!(WorkOf::<T>::iter_prefix(caller.id).count(), n as usize);
        Ok(())
    }

    /// Chunks that as many claimed as may be: the draw is made, and all but those who were drawn are taken off their lists.
    #[benchmark]
    fn acknowledge(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Pinned, n)?;
        let all = providers::<T>(MAX_CLAIMS)?;
        let caller = last(&all)?;
        for index in 0..n {
            chunk::<T>(id, index, Kind::Compared, Stage::Open, &[])?;
            let enter = |peer: &Peer<T::AccountId>| Claim {
                provider: peer.id,
                operator: peer.operator.clone(),
                // So that it is drawn.
                bond: if peer.id == caller.id { bond::<T>() } else { 1 },
                host_class: [7; 8],
                is_trusted: true,
            };
            let claims = all.iter().map(enter).collect::<Vec<_>>();
            alter::<T>(id, index, |chunk| chunk.race = Race::Open { since: NOW, claims: BoundedVec::truncate_from(claims) });
            all.iter().for_each(|peer| WorkOf::<T>::insert(peer.id, place(id, index), ()));
        }
        let moment = NOW + Rules::<T>::get().race + SEED_AFTER;
        Now::<T>::put(moment);
        seed::<T>(moment);
        #[extrinsic_call]
        _(RawOrigin::Signed(caller.operator), id, caller.id, batch(0..n));

        assert!(Chunks::<T>::iter_values().all(|chunk| chunk.replicas.len() == 1));
        Ok(())
    }

    #[benchmark]
    fn commit(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Pinned, n)?;
        let all = providers::<T>(MOST_REPLICAS)?;
        let caller = last(&all)?;
        for index in 0..n {
            let mut replicas = all_at(&all, |_| Step::Committed { commitment: [1; 32], at: NOW });
            if let Some((_, step)) = replicas.last_mut() {
                *step = Step::Running { until: NOW };
            }
            chunk::<T>(id, index, Kind::Compared, Stage::Working { since: None }, &replicas)?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(caller.operator), id, caller.id, batch((0..n).map(|index| (index, [1; 32]))));

        assert!(Chunks::<T>::iter_values().all(|chunk| chunk.stage == Stage::Working { since: Some(NOW) }));
        Ok(())
    }

    /// The last of five results, of which none is like another: everybody is paid for the time, and the program falls.
    #[benchmark]
    fn reveal(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Pinned, n)?;
        let all = providers::<T>(MOST_REPLICAS)?;
        let caller = last(&all)?;
        let mut found = finding(99);
        found.output =
            T::Outputs::store(&caller.operator).map_err(|_| BenchmarkError::Stop("an output could not be stored"))?;
        let account: [u8; 32] = caller.operator.clone().into();
        for index in 0..n {
            let mut replicas = all_at(&all, revealed::<T>);
            if let Some((_, step)) = replicas.last_mut() {
                *step = Step::Committed { commitment: of_finding(id, index, &found, &SALT, &account), at: NOW };
            }
            chunk::<T>(id, index, Kind::Compared, Stage::Working { since: Some(NOW) }, &replicas)?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(caller.operator), id, caller.id, batch((0..n).map(|index| (index, found, SALT))));

        assert!(Chunks::<T>::iter_values().all(|chunk| chunk.is_final()));
        Ok(())
    }

    /// Five that committed and did not reveal lose their bonds.
    #[benchmark]
    fn advance() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let id = project::<T>(Class::Deterministic, 1)?;
        let all = providers::<T>(MOST_REPLICAS)?;
        let replicas = all_at(&all, |_| Step::Committed { commitment: [1; 32], at: NOW });
        chunk::<T>(id, 0, Kind::Proven, Stage::Working { since: Some(NOW) }, &replicas)?;
        Now::<T>::put(NOW + Rules::<T>::get().reveal + 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0);

        assert!(Chunks::<T>::get(id, 0).is_some_and(|chunk| chunk.stage == Stage::Open));
        Ok(())
    }

    #[benchmark]
    fn challenge() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        enrich::<T>(&caller)?;
        let (id, _) = agreed::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0);

        assert_eq!(Asks::<T>::iter().count(), 1);
        Ok(())
    }

    #[benchmark]
    fn sample() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let (id, _) = agreed::<T>(1)?;
        Sampled::<T>::put(idlewild_compute_primitives::trust::CERTAIN);
        Now::<T>::put(NOW + SEED_AFTER);
        seed::<T>(NOW + SEED_AFTER);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0);

        assert_eq!(Asks::<T>::iter().count(), 1);
        Ok(())
    }

    #[benchmark]
    fn finalise(n: Linear<1, MAX_BATCH>) -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let (id, _) = agreed::<T>(n)?;
        Sampled::<T>::put(0);
        pass_challenge::<T>();
        seed::<T>(NOW + SEED_AFTER);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, batch(0..n));

        assert!(Chunks::<T>::iter_values().all(|chunk| chunk.is_final()));
        Ok(())
    }

    #[benchmark]
    fn wrap() -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Metered, 1)?;
        let owner = Projects::<T>::get(id).map(|project| project.owner).ok_or(BenchmarkError::Stop("there is no project"))?;
        let all = providers::<T>(1)?;
        let provider = last(&all)?.id;
        let running = [(provider, Step::Running { until: NOW })];
        chunk::<T>(id, 0, Kind::Metered, Stage::Working { since: None }, &running)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, 0, provider, [1; 80]);

        assert_eq!(Keys::<T>::iter().count(), 1);
        Ok(())
    }

    /// One that nobody has touched, so that it is over with this.
    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Deterministic, 100)?;
        let owner = Projects::<T>::get(id).map(|project| project.owner).ok_or(BenchmarkError::Stop("there is no project"))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id);

        assert!(Projects::<T>::get(id).is_some_and(|project| project.ended.is_some()));
        Ok(())
    }

    /// The same.
    #[benchmark]
    fn expire() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let id = project::<T>(Class::Deterministic, 100)?;
        Now::<T>::put(NOW + 1_001);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id);

        assert!(Projects::<T>::get(id).is_some_and(|project| project.ended.is_some()));
        Ok(())
    }

    #[benchmark]
    fn clean(n: Linear<1, MAX_CLEANED>) -> Result<(), BenchmarkError> {
        let (id, _) = agreed::<T>(n)?;
        let owner = Projects::<T>::get(id).map(|project| project.owner).ok_or(BenchmarkError::Stop("there is no project"))?;
        Projects::<T>::mutate_extant(id, |project| project.ended = Some(NOW));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, n);

        assert_eq!(Chunks::<T>::iter().count(), 0);
        Ok(())
    }

    #[benchmark]
    fn close() -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Deterministic, 1)?;
        let owner = Projects::<T>::get(id).map(|project| project.owner).ok_or(BenchmarkError::Stop("there is no project"))?;
        Projects::<T>::mutate_extant(id, |project| project.ended = Some(NOW));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id);

        assert!(!Projects::<T>::contains_key(id));
        Ok(())
    }

    /// A challenger is right about five that lied.
    #[benchmark]
    fn decided() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        enrich::<T>(&caller)?;
        let (id, _) = agreed::<T>(1)?;
        Pallet::<T>::challenge(RawOrigin::Signed(caller.clone()).into(), id, 0)?;

        #[block]
        {
            <Pallet<T> as OnVerdict<T::AccountId>>::decided(Question::Dispute { project: id, chunk: 0 }, Some([8; 32]));
        }

        assert!(Chunks::<T>::get(id, 0).is_some_and(|chunk| chunk.replicas.is_empty() && chunk.sample == Sample::Undrawn));
        let reason = HoldReason::Challenge.into();
        assert_eq!(<T as pallet_idlewild_escrow::Config>::Currency::balance_on_hold(&reason, &caller), 0);
        Ok(())
    }

    #[benchmark]
    fn is_party() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        enrich::<T>(&caller)?;
        let (id, all) = agreed::<T>(1)?;
        Pallet::<T>::challenge(RawOrigin::Signed(caller).into(), id, 0)?;
        let operator = last(&all)?.operator;
        let found;

        #[block]
        {
            found = <Pallet<T> as OnVerdict<T::AccountId>>::is_party(&Question::Dispute { project: id, chunk: 0 }, &operator);
        }

        assert!(found);
        Ok(())
    }
}
