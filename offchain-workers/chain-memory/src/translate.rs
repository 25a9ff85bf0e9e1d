//! Between the words of daemons and those of the runtime.

use frame_support::{
    traits::{ConstU32, PalletsInfoAccess},
    BoundedVec,
};
use idlewild_capacity_primitives::round::tag;
use idlewild_chain_client::{Call, Clearing, DealRequest, Event, HoldReason};
use pallet_idlewild_deals::types::Request;
use pallet_idlewild_test_runtime::{AccountId, AllPalletsWithSystem, RuntimeCall, RuntimeEvent, RuntimeHoldReason, Test};
use sp_runtime::{DispatchError, ModuleError};

use crate::{translate_compute, translate_gateways, translate_shares};

type Coins = pallet_balances::Call<Test>;
type Deals = pallet_idlewild_deals::Call<Test>;
type Miners = pallet_idlewild_providers::Call<Test>;
type Proving = pallet_idlewild_proofs::Call<Test>;
type Ranges = pallet_idlewild_slots::Call<Test>;
type Repairs = pallet_idlewild_repair::Call<Test>;
type Rounds = pallet_idlewild_capacity::Call<Test>;

/// What coins are on hold for, in the daemons' words.
pub(crate) fn hold_reason(reason: RuntimeHoldReason) -> HoldReason {
    use pallet_idlewild_capacity::HoldReason as Rounds;
    use pallet_idlewild_projects::HoldReason as Jobs;
    match reason {
        RuntimeHoldReason::Deals(_) => HoldReason::Deals,
        RuntimeHoldReason::Providers(_) => HoldReason::MinerBond,
        RuntimeHoldReason::Capacity(Rounds::Bond) => HoldReason::ClaimBond,
        RuntimeHoldReason::Capacity(Rounds::Fee) => HoldReason::ClaimFees,
        RuntimeHoldReason::Escrow(_) => HoldReason::Escrows,
        RuntimeHoldReason::Offers(_) => HoldReason::ProviderBond,
        RuntimeHoldReason::Trackers(_) => HoldReason::TrackerBond,
        RuntimeHoldReason::Projects(Jobs::Project) => HoldReason::Jobs,
        RuntimeHoldReason::Projects(Jobs::Challenge) => HoldReason::Challenges,
        RuntimeHoldReason::Services(_) => HoldReason::Reports,
        RuntimeHoldReason::Organisations(_) => HoldReason::Organisations,
        RuntimeHoldReason::Apps(_) => HoldReason::Apps,
        RuntimeHoldReason::Gateways(_) => HoldReason::Gateways,
        RuntimeHoldReason::Buckets(_) => HoldReason::Buckets,
        RuntimeHoldReason::Names(_) => HoldReason::Names,
        RuntimeHoldReason::Shares(_) => HoldReason::Shares,
    }
}

/// What a transaction asks for, all of which is done or nothing: several calls where they come as a batch.
pub(crate) fn runtime_calls(call: Call) -> Result<Vec<RuntimeCall>, String> {
    match call {
        Call::Batch(calls) => calls.into_iter().map(runtime_call).collect(),
        call => Ok(vec![runtime_call(call)?]),
    }
}

/// A call in the runtime's words, or why it could not even be decoded there.
pub(crate) fn runtime_call(call: Call) -> Result<RuntimeCall, String> {
    Ok(match call {
        Call::TransferCoins { to, amount } => Coins::transfer_keep_alive { dest: AccountId::new(to), value: amount }.into(),
        Call::Register { peer_key, peer_signature, endpoint, capacity, price, bond } => {
            let endpoint = bounded(endpoint.into_bytes())?;
            Miners::register { peer_key, peer_signature, endpoint, capacity, price, bond }.into()
        },
        Call::AddBond { miner, amount } => Miners::add_bond { miner, amount }.into(),
        Call::WithdrawBond { miner, amount } => Miners::withdraw_bond { miner, amount }.into(),
        Call::SetCapacity { miner, capacity } => Miners::set_capacity { miner, capacity }.into(),
        Call::SetEndpoint { miner, endpoint } => {
            Miners::set_endpoint { miner, endpoint: bounded(endpoint.into_bytes())? }.into()
        },
        Call::SetPrice { miner, price } => Miners::set_price { miner, price }.into(),
        Call::Pause { miner } => Miners::pause { miner }.into(),
        Call::Resume { miner } => Miners::resume { miner }.into(),
        Call::Exit { miner } => Miners::exit { miner }.into(),
        Call::Remove { miner } => Miners::remove { miner }.into(),
        Call::Prove { miner, period, proofs } => Proving::prove { miner, period, proofs: bounded(proofs)? }.into(),
        Call::ReportMissed { miner } => Proving::report_missed { miner }.into(),
        Call::CreateDeals { requests } => {
            let requests = requests.into_iter().map(request).collect::<Result<Vec<_>, _>>()?;
            Deals::create_deals { requests: bounded(requests)? }.into()
        },
        Call::FillSlots { deal, receipts } => Deals::fill_slots { deal, receipts: bounded(receipts)? }.into(),
        Call::Settle { deals } => Deals::settle { deals: bounded(deals)? }.into(),
        Call::DecideProbation { deal, slot } => Deals::decide_probation { deal, slot }.into(),
        Call::TopUp { deal, amount } => Deals::top_up { deal, amount }.into(),
        Call::Extend { deal, term, max_price } => Deals::extend { deal, term, max_price }.into(),
        Call::Cancel { deal } => Deals::cancel { deal }.into(),
        Call::TransferDeal { deal, to, manifest } => {
            Deals::transfer { deal, to: AccountId::new(to), manifest: bounded(manifest)? }.into()
        },
        Call::Append { miner, slots } => Ranges::append { miner, slots: bounded(slots)? }.into(),
        Call::Clear { miner, clearings } => {
            let clearings = clearings.into_iter().map(clearing).collect::<Result<Vec<_>, _>>()?;
            Ranges::clear { miner, clearings: bounded(clearings)? }.into()
        },
        Call::ReportUnappended { deal, slot } => Ranges::report_unappended { deal, slot }.into(),
        Call::DeclareLost { miner, deal, slot, index, path } => {
            Ranges::declare_lost { miner, deal, slot, index, path: bounded(path)? }.into()
        },
        Call::ClaimRepair { miner, deal, slot } => Repairs::claim_repair { miner, deal, slot }.into(),
        Call::CompleteRepair { miner, deal, slot } => Repairs::complete_repair { miner, deal, slot }.into(),
        Call::DropClaims { miner } => Repairs::drop_claims { miner }.into(),
        Call::Compute(call) => translate_compute::runtime_call(call)?,
        Call::BondCapacity { amount } => Rounds::bond { amount }.into(),
        Call::UnbondCapacity { amount } => Rounds::unbond { amount }.into(),
        Call::ClaimRound { of, round, challenge, seed, nonce, quality } => {
            let miner = of.map(AccountId::new);
            Rounds::submit { miner, round, tag: tag(&challenge), seed, nonce, quality }.into()
        },
        Call::Gateway(call) => translate_gateways::gateway_call(call)?,
        Call::Bucket(call) => translate_gateways::bucket_call(call)?,
        Call::Name(call) => translate_gateways::name_call(call)?,
        Call::Share(call) => translate_shares::share_call(call)?,
        Call::Act(call) => translate_gateways::act(runtime_call(*call)?),
        Call::Batch(_) => return Err("a batch stands for itself, and in no other call".to_owned()),
    })
}

/// What a list that is too long meets in a node: it is not decoded.
pub(crate) fn bounded<T, const MOST: u32>(list: Vec<T>) -> Result<BoundedVec<T, ConstU32<MOST>>, String> {
    let length = list.len();
    list.try_into().map_err(|_| format!("a list of {length} was sent where at most {MOST} are taken"))
}

fn request(request: DealRequest) -> Result<Request, String> {
    let DealRequest { salt, geometry, copies, shard_len, term, price, roots, receipts, manifest } = request;
    let (roots, receipts, manifest) = (bounded(roots)?, bounded(receipts)?, bounded(manifest)?);
    Ok(Request { salt, geometry, copies, shard_len, term, price, roots, receipts, manifest })
}

fn clearing(clearing: Clearing) -> Result<pallet_idlewild_slots::Clearing, String> {
    let Clearing { leaf, index, path } = clearing;
    Ok(pallet_idlewild_slots::Clearing { leaf, index, path: bounded(path)? })
}

/// Which pallet refused a call, and with which error.
pub(crate) fn refusal(error: DispatchError) -> (String, String) {
    match error {
        DispatchError::Module(ModuleError { index, message, .. }) => {
            let pallets = AllPalletsWithSystem::infos();
            let pallet = pallets.into_iter().find(|pallet| pallet.index == usize::from(index));
            let pallet = pallet.map_or("an unknown pallet", |pallet| pallet.name);
            (pallet.to_owned(), message.unwrap_or("an unknown error").to_owned())
        },
        error => ("the runtime".to_owned(), format!("{error:?}")),
    }
}

/// An event that daemons act on, in their words.
pub(crate) fn event(event: RuntimeEvent) -> Option<Event> {
    match event {
        RuntimeEvent::Providers(event) => provider(event),
        RuntimeEvent::Proofs(event) => proof(event),
        RuntimeEvent::Deals(event) => deal(event),
        RuntimeEvent::Slots(event) => slot(event),
        RuntimeEvent::Repair(event) => repair(event),
        RuntimeEvent::Capacity(event) => capacity(event),
        event @ (RuntimeEvent::Gateways(_) | RuntimeEvent::Buckets(_) | RuntimeEvent::Names(_)) => {
            translate_gateways::event(event)
        },
        RuntimeEvent::Shares(event) => translate_shares::event(event),
        event => translate_compute::event(event),
    }
}

fn provider(event: pallet_idlewild_providers::Event<Test>) -> Option<Event> {
    use pallet_idlewild_providers::Event as E;
    Some(match event {
        E::Registered { miner, operator, peer_key, .. } => Event::Registered { miner, operator: operator.into(), peer_key },
        E::Slashed { miner, amount, burned } => Event::Slashed { miner, amount, burned },
        _ => return None,
    })
}

fn proof(event: pallet_idlewild_proofs::Event<Test>) -> Option<Event> {
    use pallet_idlewild_proofs::Event as E;
    Some(match event {
        E::Proven { miner, period, .. } => Event::Proven { miner, period },
        E::Missed { miner, periods, .. } => Event::Missed { miner, periods },
        E::Failed { miner, .. } => Event::Failed { miner },
        _ => return None,
    })
}

fn deal(event: pallet_idlewild_deals::Event<Test>) -> Option<Event> {
    use pallet_idlewild_deals::Event as E;
    Some(match event {
        E::Created { deal, owner, salt, filled, slots, held, .. } => {
            Event::Created { deal, owner: owner.into(), salt, filled, slots, held }
        },
        E::Skipped { owner, salt } => Event::Skipped { owner: owner.into(), salt },
        E::Assigned { deal, slot, miner } => Event::Assigned { deal, slot, miner },
        E::Paid { deal, miner, amount } => Event::Paid { deal, miner, amount },
        E::BountyPaid { deal, slot, miner, amount, .. } => Event::BountyPaid { deal, slot, miner, amount },
        E::SlotOpened { deal, slot, .. } => Event::SlotOpened { deal, slot },
        E::Closed { deal, refunded } => Event::Closed { deal, refunded },
        _ => return None,
    })
}

fn slot(event: pallet_idlewild_slots::Event<Test>) -> Option<Event> {
    use pallet_idlewild_slots::Event as E;
    Some(match event {
        E::Appended { miner, deal, slot, index } => Event::Appended { miner, deal, slot, index },
        E::Cleared { miner, deal, slot, index } => Event::Cleared { miner, deal, slot, index },
        E::Lost { miner, deal, slot, index } => Event::Lost { miner, deal, slot, index },
        _ => return None,
    })
}

fn repair(event: pallet_idlewild_repair::Event<Test>) -> Option<Event> {
    use pallet_idlewild_repair::Event as E;
    Some(match event {
        E::Claimed { miner, deal, slot, .. } => Event::Claimed { miner, deal, slot },
        E::Repaired { miner, deal, slot, index, bounty } => Event::Repaired { miner, deal, slot, index, bounty },
        _ => return None,
    })
}

fn capacity(event: pallet_idlewild_capacity::Event<Test>) -> Option<Event> {
    use pallet_idlewild_capacity::Event as E;
    Some(match event {
        E::Claimed { round, miner, quality, .. } => Event::RoundClaimed { round, miner: miner.into(), quality },
        E::ClaimedFalsely { round, miner, slashed } => Event::RoundClaimedFalsely { round, miner: miner.into(), slashed },
        E::RoundClosed { round, winner, reward, .. } => Event::RoundClosed { round, winner: winner.map(Into::into), reward },
        _ => return None,
    })
}
