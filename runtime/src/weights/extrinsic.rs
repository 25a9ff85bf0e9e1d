//! What any extrinsic costs before its call does something.

use frame_support::{
    parameter_types,
    weights::{constants::WEIGHT_REF_TIME_PER_MICROS, Weight},
};

parameter_types! {
    /// Decoding, checking the signature and running the extensions of a call that does nothing: 125 µs on the reference machine.
    pub const ExtrinsicBaseWeight: Weight = Weight::from_parts(125 * WEIGHT_REF_TIME_PER_MICROS, 0);
}
