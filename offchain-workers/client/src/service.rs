//! What a service's owner, its provider and trackers have to agree on beside the chain.
//!
//! | module | concern |
//! | --- | --- |
//! | [`settings`] | how a service is run: a file of its bundle, which everybody can read |
//! | [`wire`] | what the endpoint of a lease answers beside the service itself |
//! | [`ask`] | asking it: who is behind it, whether it is well, what it wrote last |
//! | [`reach`] | which addresses may be asked |
//! | [`machines`] | which machines would run it, and for how much |

pub mod ask;
pub mod machines;
pub mod reach;
pub mod settings;
pub mod wire;

pub use settings::Settings;
