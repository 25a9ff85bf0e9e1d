//! Fees. A call that does nothing costs 0.1 mIDW, and 1.6 mIDW for what the extensions of every signed extrinsic look at. All
//! that an extrinsic pays goes to the collators.

use super::collator_selection::StakingPot;
use crate::{currency::MILLI_IDW, weights::ExtrinsicBaseWeight, Balance, Balances, Runtime, RuntimeEvent};
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstU8},
    weights::{ConstantMultiplier, Weight, WeightToFee as WeightToFeeT},
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
    traits::{Bounded, One},
    FixedPointNumber, Perquintill,
};

/// Price of the time that the smallest extrinsic takes.
pub const BASE_EXTRINSIC_FEE: Balance = MILLI_IDW / 10;
/// Price of a byte of storage proof.
///
/// The clock skips blocks whose ordinary extrinsics take more than 70 % of the proof that they may bring, which is 5.5 MB: keeping
/// it still that way costs 0.82 IDW a block, as much as by length.
pub const PROOF_BYTE_FEE: Balance = 150_000;

parameter_types! {
    /// Price of a byte of an extrinsic.
    ///
    /// The other parts of a fee rise while blocks are full; this one never does, so that it has to be dear enough as it is. What
    /// it guards is the clock, which skips blocks whose ordinary extrinsics take more than 70 % of the 3.75 MiB that they may:
    /// keeping it still costs 2,752,512 bytes a block. At 300,000 plancks that is 0.83 IDW a block and 11,890 IDW a day. A proof
    /// of 20 KB, which gets no fee back unless it is valid, is 6.1 mIDW, and a transfer of 150 bytes 0.045 mIDW.
    pub const TransactionByteFee: Balance = 300_000;
    /// Fees rise while blocks are fuller than this.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    /// How fast they rise: full blocks for a day multiply a fee by about two.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
    /// Fees never fall below the listed price, so that on a quiet chain a fee can be known in advance.
    pub MinimumMultiplier: Multiplier = Multiplier::one();
    /// There is no ceiling: a price that cannot rise is a price at which a block can be kept full.
    pub MaximumMultiplier: Multiplier = Multiplier::max_value();
}

/// Charges for time or for proof size, whichever costs more: the scarcer of the two is what an extrinsic takes from the others.
pub struct WeightToFee;

impl WeightToFeeT for WeightToFee {
    type Balance = Balance;

    fn weight_to_fee(weight: &Weight) -> Balance {
        let base = Balance::from(ExtrinsicBaseWeight::get().ref_time()).max(1);
        let time = Balance::from(weight.ref_time()).saturating_mul(BASE_EXTRINSIC_FEE) / base;
        let proof = Balance::from(weight.proof_size()).saturating_mul(PROOF_BYTE_FEE);
        time.max(proof)
    }
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, ResolveTo<StakingPot, Balances>>;
    type WeightToFee = WeightToFee;
    type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
    type FeeMultiplierUpdate =
        TargetedFeeAdjustment<Runtime, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}
