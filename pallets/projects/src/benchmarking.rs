//! Benchmarks of the calls. Chunks have as many replicas as they may, each of providers of their own, and whoever is involved is paid,
//! slashed or remembered.

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
        agreed, all_at, alter, chunk, enrich, finding, others, owner, pass_challenge, price, project, providers, revealed,
        seed, shut, spec, winner, NOW,
    },
    types::{place, Claim, Kind, Race, MOST_REPLICAS},
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
        let caller = last(&providers::<T>(0, 1)?)?;
        for index in 0..n {
            let all = others::<T>(index, MOST_REPLICAS * 2 - 1)?;
            let running = all_at(all.get(..4).unwrap_or_default(), |_| Step::Running { until: NOW });
            chunk::<T>(id, index, Kind::Compared, Stage::Working { since: None }, &running)?;
            alter::<T>(id, index, |chunk| {
                chunk.wanted = 5;
                chunk.host_class = [7; 8];
                let drawn = all.iter().skip(4).map(|peer| winner::<T>(peer.id));
                chunk.race = Race::Drawn { until: NOW - 1, wanted: 5, left: BoundedVec::truncate_from(drawn.collect()) };
            });
            all.iter().skip(4).for_each(|peer| WorkOf::<T>::insert(peer.id, place(id, index), ()));
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
        let caller = last(&providers::<T>(0, 1)?)?;
        for index in 0..n {
            let mut all = others::<T>(index, MAX_CLAIMS - 1)?;
            all.push(caller.clone());
            chunk::<T>(id, index, Kind::Compared, Stage::Open, &[])?;
            let enter = |peer: &Peer<T::AccountId>| Claim {
                provider: peer.id,
                operator: peer.operator.clone(),
                // So that it is drawn.
                bond: if peer.id == caller.id { bond::<T>() } else { 1 },
                host_class: [7; 8],
                chance: 0,
                stands: price::<T>(),
            };
            let claims = all.iter().map(enter).collect::<Vec<_>>();
            let claims = BoundedVec::truncate_from(claims);
            alter::<T>(id, index, |chunk| chunk.race = Race::Open { since: NOW, seed: [5; 32], passed: 0, claims });
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
        let caller = last(&providers::<T>(0, 1)?)?;
        for index in 0..n {
            let mut all = others::<T>(index, MOST_REPLICAS - 1)?;
            all.push(caller.clone());
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
        let caller = last(&providers::<T>(0, 1)?)?;
        let account: [u8; 32] = caller.operator.clone().into();
        let mut reveals = Vec::new();
        for index in 0..n {
            let mut all = others::<T>(index, MOST_REPLICAS - 1)?;
            all.push(caller.clone());
            let mut found = finding(99);
            found.output =
                T::Outputs::store(&caller.operator).map_err(|_| BenchmarkError::Stop("an output could not be stored"))?;
            reveals.push((index, found, SALT));
            let mut replicas = all_at(&all, revealed::<T>);
            if let Some((_, step)) = replicas.last_mut() {
                *step = Step::Committed { commitment: of_finding(id, index, &found, &SALT, &account), at: NOW };
            }
            chunk::<T>(id, index, Kind::Compared, Stage::Working { since: Some(NOW) }, &replicas)?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(caller.operator), id, caller.id, batch(reveals.into_iter()));

        assert!(Chunks::<T>::iter_values().all(|chunk| chunk.is_final()));
        Ok(())
    }

    /// Five did not acknowledge and four are late, which leaves one that nobody came to check, of a project that is given out no more and
    /// is over with it.
    #[benchmark]
    fn advance() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let id = project::<T>(Class::Pinned, 1)?;
        let all = providers::<T>(0, MOST_REPLICAS * 2)?;
        let mut replicas = all_at(&all, |_| Step::Running { until: NOW });
        if let Some((_, step)) = replicas.first_mut() {
            *step = Step::Committed { commitment: [1; 32], at: NOW };
        }
        chunk::<T>(id, 0, Kind::Compared, Stage::Working { since: None }, &replicas)?;
        alter::<T>(id, 0, |chunk| {
            let drawn = all.iter().skip(5).map(|peer| winner::<T>(peer.id));
            chunk.race = Race::Drawn { until: NOW, wanted: 5, left: BoundedVec::truncate_from(drawn.collect()) };
            chunk.waits = Some(NOW);
        });
        all.iter().skip(5).for_each(|peer| WorkOf::<T>::insert(peer.id, place(id, 0), ()));
        shut::<T>(id);
        Now::<T>::put(NOW + Rules::<T>::get().adjudicate + 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0);

        assert!(Projects::<T>::get(id).is_some_and(|project| project.ended.is_some()));
        assert_eq!(WorkOf::<T>::iter().count(), 0);
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
        let top = pallet_idlewild_offers::types::TOP_SCORE;
        let all = || pallet_idlewild_offers::Providers::<T>::iter_values();
        assert!(all().all(|record| record.score == top), "a score was not written");
        Ok(())
    }

    #[benchmark]
    fn wrap() -> Result<(), BenchmarkError> {
        let id = project::<T>(Class::Metered, 1)?;
        let owner = Projects::<T>::get(id).map(|project| project.owner).ok_or(BenchmarkError::Stop("there is no project"))?;
        let all = providers::<T>(0, 1)?;
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

    /// A challenger is right about five that lied, of a project that is given out no more and is over with it.
    #[benchmark]
    fn decided() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        enrich::<T>(&caller)?;
        let (id, _) = agreed::<T>(1)?;
        Pallet::<T>::challenge(RawOrigin::Signed(caller.clone()).into(), id, 0)?;
        shut::<T>(id);

        #[block]
        {
            <Pallet<T> as OnVerdict<T::AccountId>>::decided(Question::Dispute { project: id, chunk: 0 }, Some([8; 32]));
        }

        assert!(Chunks::<T>::get(id, 0).is_some_and(|chunk| chunk.replicas.is_empty() && chunk.is_final()));
        assert!(Projects::<T>::get(id).is_some_and(|project| project.ended.is_some()));
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
