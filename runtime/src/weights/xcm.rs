//! Weights of the XCM pallet's calls.
//!
//! The pallet publishes none but for its tests. These are no measurements either but upper bounds, by what a call can do at most:
//! well above what the SDK's system parachains measured on the reference machine for the same calls, and with the proof of a full
//! page of outgoing messages where one may be touched. `scripts/weights.sh` measures only our own pallets.

use crate::weights::InMemoryDbWeight;
use frame_support::weights::{
    constants::{WEIGHT_REF_TIME_PER_MICROS, WEIGHT_REF_TIME_PER_NANOS},
    Weight,
};

/// A message page that is read to be added to, with the records of its queue.
const PAGE_PROOF: u64 = 128 * 1_024;
/// The few records that everything else touches.
const RECORDS_PROOF: u64 = 32 * 1_024;

/// Upper bounds for the XCM pallet's calls.
pub struct XcmWeight;

impl XcmWeight {
    /// Moves assets, or sends a message, or both: at most a dozen records and a page of messages.
    fn heavy() -> Weight {
        Weight::from_parts(1_000 * WEIGHT_REF_TIME_PER_MICROS, PAGE_PROOF)
            .saturating_add(InMemoryDbWeight::get().reads_writes(16, 8))
    }

    /// Reads and writes records of the pallet itself.
    fn light() -> Weight {
        Weight::from_parts(100 * WEIGHT_REF_TIME_PER_MICROS, RECORDS_PROOF)
            .saturating_add(InMemoryDbWeight::get().reads_writes(8, 4))
    }
}

impl pallet_xcm::WeightInfo for XcmWeight {
    fn send() -> Weight {
        Self::heavy()
    }

    fn teleport_assets() -> Weight {
        Self::heavy()
    }

    fn reserve_transfer_assets() -> Weight {
        Self::heavy()
    }

    fn transfer_assets() -> Weight {
        Self::heavy()
    }

    // What the program itself does comes on top of this.
    fn execute() -> Weight {
        Self::light()
    }

    fn force_xcm_version() -> Weight {
        Self::light()
    }

    fn force_default_xcm_version() -> Weight {
        Self::light()
    }

    fn force_subscribe_version_notify() -> Weight {
        Self::heavy()
    }

    fn force_unsubscribe_version_notify() -> Weight {
        Self::heavy()
    }

    fn force_suspension() -> Weight {
        Self::light()
    }

    fn migrate_supported_version() -> Weight {
        Self::light()
    }

    fn migrate_version_notifiers() -> Weight {
        Self::light()
    }

    fn already_notified_target() -> Weight {
        Self::light()
    }

    fn notify_current_targets() -> Weight {
        Self::heavy()
    }

    fn notify_target_migration_fail() -> Weight {
        Self::light()
    }

    fn migrate_version_notify_targets() -> Weight {
        Self::light()
    }

    fn migrate_and_notify_old_targets() -> Weight {
        Self::heavy()
    }

    fn new_query() -> Weight {
        Self::light()
    }

    fn take_response() -> Weight {
        Self::light()
    }

    fn claim_assets(n: u32) -> Weight {
        Self::light().saturating_mul(u64::from(n).saturating_add(1))
    }

    fn add_authorized_alias() -> Weight {
        Self::light()
    }

    fn remove_authorized_alias() -> Weight {
        Self::light()
    }

    fn weigh_message(n: u32) -> Weight {
        Weight::from_parts(10 * WEIGHT_REF_TIME_PER_MICROS, 0)
            .saturating_add(Weight::from_parts(200 * WEIGHT_REF_TIME_PER_NANOS, 0).saturating_mul(n.into()))
    }

    fn decode_xcm(n: u32) -> Weight {
        Weight::from_parts(5 * WEIGHT_REF_TIME_PER_MICROS, 0)
            .saturating_add(Weight::from_parts(50 * WEIGHT_REF_TIME_PER_NANOS, 0).saturating_mul(n.into()))
    }
}
