//! Seeds: one for each moment of the clock, from the first randomness at or after it, and none that anybody could choose.

mod parent_hash;
mod relay;
