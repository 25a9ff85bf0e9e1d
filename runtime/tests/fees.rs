//! What calls cost while blocks are not full. What a miner does for the network must be worth that: else nobody would do it.

use frame_support::weights::{Weight, WeightToFee as _};
use frame_system::ExtensionsWeightInfo as _;
use idlewild_runtime::{
    configs::{
        capacity::{FalseClaimSlash, LeastCapacityBond},
        providers::{MissSlash, StorageRates},
        system::RuntimeBlockWeights,
        transaction_payment::{TransactionByteFee, WeightToFee},
    },
    currency::MILLI_IDW,
    Balance, Runtime,
};
use idlewild_storage_primitives::terms::{Load, Rates};
use pallet_balances::WeightInfo as _;
use pallet_idlewild_capacity::{types::MAX_CLAIMS_IN_BLOCK, WeightInfo as _};
use pallet_idlewild_proofs::WeightInfo as _;
use pallet_idlewild_repair::WeightInfo as _;
use pallet_idlewild_slots::WeightInfo as _;
use pallet_transaction_payment::WeightInfo as _;

/// Bytes of an extrinsic that names a miner, a deal and a slot, signed and with all extensions; a good deal more than it has.
const EXTRINSIC: Balance = 180;

type Capacity = <Runtime as pallet_idlewild_capacity::Config>::WeightInfo;
type Extensions = <Runtime as frame_system::Config>::ExtensionsWeightInfo;
type Payment = <Runtime as pallet_transaction_payment::Config>::WeightInfo;
type Proofs = <Runtime as pallet_idlewild_proofs::Config>::WeightInfo;
type Repair = <Runtime as pallet_idlewild_repair::Config>::WeightInfo;
type Slots = <Runtime as pallet_idlewild_slots::Config>::WeightInfo;

/// What a signed extrinsic with a call of this weight costs: what its extensions look at is charged as well.
fn fee(call: Weight) -> Balance {
    let base = RuntimeBlockWeights::get().get(frame_support::dispatch::DispatchClass::Normal).base_extrinsic;
    let extensions = Extensions::check_mortality_mortal_transaction()
        .saturating_add(Extensions::check_nonce())
        .saturating_add(Payment::charge_transaction_payment());
    let weight = call.saturating_add(extensions);
    WeightToFee::weight_to_fee(&base) + WeightToFee::weight_to_fee(&weight) + TransactionByteFee::get() * EXTRINSIC
}

fn rates() -> Rates {
    StorageRates::get()
}

/// The slot that earns its repairer least.
fn smallest() -> Load {
    Load::slot(1)
}

#[test]
fn a_transfer_costs_a_few_thousandths_of_a_coin() {
    let fee = fee(<Runtime as pallet_balances::Config>::WeightInfo::transfer_allow_death());
    assert!(fee < 3 * MILLI_IDW, "{fee}");
}

#[test]
fn repairing_the_smallest_slot_of_the_widest_copy_is_worth_its_claim() {
    let widest = pallet_idlewild_deals::Pallet::<Runtime>::most_shards();
    assert_eq!(widest, 48);
    for shards in 2..=widest {
        let fee = fee(Repair::claim_repair(shards));
        let bounty = rates().bounty(smallest());
        assert!(fee < bounty, "a claim in a copy of {shards} costs {fee} and pays {bounty}");
    }
    // What the documentation says of class `standard`.
    let (claim, bounty) = (fee(Repair::claim_repair(24)), rates().bounty(smallest()));
    assert!((claim * 2).abs_diff(bounty) < bounty / 8, "a claim in a copy of 24 costs {claim} and pays {bounty}");
}

#[test]
fn reporting_what_was_never_appended_is_worth_its_fee() {
    let fee = fee(Slots::report_unappended());
    let bounty = rates().bounty(smallest());
    assert!(fee < bounty, "a report costs {fee} and pays {bounty}");
}

#[test]
fn reporting_a_miss_of_who_holds_little_is_worth_its_fee() {
    // Half of what a miss takes, and one bounty at most, is the reporter's: of one slot that is 2.5 mIDW, and about the fee.
    let few = Load { slots: 2, chunks: 2 };
    let taken = MissSlash::get().mul_floor(rates().bond(few));
    let paid = (taken / 2).min(rates().bounty(smallest()));
    let fee = fee(Proofs::report_missed());
    assert!(fee < paid, "a report costs {fee} and pays {paid}");
}

#[test]
fn a_false_claim_costs_over_ten_times_its_fee() {
    let fee = fee(Capacity::submit());
    assert!(FalseClaimSlash::get() >= 10 * fee, "{fee}");
    assert!(LeastCapacityBond::get() >= FalseClaimSlash::get());
}

#[test]
fn the_claims_of_a_block_take_a_quarter_of_it_at_most() {
    let most = RuntimeBlockWeights::get().max_block.ref_time();
    let claims = u64::from(MAX_CLAIMS_IN_BLOCK) * Capacity::submit().ref_time();
    assert!(4 * claims <= most, "{claims} of {most}");
    // A look at a claim that is refused takes no more than 50 microseconds of computing, and what it reads.
    assert!(100 * Capacity::refuse().ref_time() < Capacity::submit().ref_time());
}
