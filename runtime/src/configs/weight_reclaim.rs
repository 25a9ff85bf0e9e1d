//! Gives back to the block the proof size that an extrinsic was charged and did not use.

use crate::Runtime;

impl cumulus_pallet_weight_reclaim::Config for Runtime {
    // The pallet's own figures; it publishes no others.
    type WeightInfo = ();
}
