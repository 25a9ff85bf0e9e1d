//! One module for each pallet: its parameters and the choices behind them.

pub mod aura;
pub mod aura_ext;
pub mod authorship;
pub mod balances;
pub mod capacity;
pub mod clock;
pub mod collator_selection;
pub mod compute;
pub mod message_queue;
pub mod multisig;
pub mod parachain_info;
pub mod parachain_system;
pub mod providers;
pub mod proxy;
pub mod randomness;
pub mod session;
pub mod storage;
pub mod sudo;
pub mod system;
pub mod timestamp;
pub mod transaction_payment;
pub mod utility;
pub mod weight_reclaim;
pub mod xcm;
pub mod xcmp_queue;
