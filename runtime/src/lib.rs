//! The Idlewild runtime.
//!
//! This crate only composes: each pallet's configuration is in [`configs`], the runtime APIs in [`apis`], the genesis presets in
//! [`genesis_config_presets`]. Pallet indices and the order of [`TxExtension`] are the chain's ABI: wallets, hardware signers and
//! clients in other languages depend on them, and `tests/composition.rs` pins both.
//!
//! # Who holds the sudo key
//!
//! The sudo pallet is in the runtime so that a development chain can be steered. Its key is written only by the two presets for
//! development; a chain from any other genesis has no key, and then nobody can make a sudo call.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
// The runtime macro writes its public items here and passes no documentation on to them. The modules below are held to the rule.
#![allow(missing_docs)]

extern crate alloc;

#[cfg(feature = "std")]
mod wasm_binary {
    // Written by the wasm builder, which also adds what we do not use.
    #![allow(dead_code, unreachable_pub)]
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}
#[cfg(feature = "std")]
pub use wasm_binary::{WASM_BINARY, WASM_BINARY_BLOATY};

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[warn(missing_docs)]
pub mod configs;
#[warn(missing_docs)]
pub mod currency;
#[warn(missing_docs)]
pub mod genesis_config_presets;
#[warn(missing_docs)]
pub mod time;
#[warn(missing_docs)]
pub mod weights;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// Signs extrinsics: sr25519, ed25519 or ecdsa.
pub type Signature = MultiSignature;
/// An account: 32 bytes, whatever the scheme of its key.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How an extrinsic names an account. There are no account indices.
pub type Address = MultiAddress<AccountId, ()>;
/// An amount of plancks.
pub type Balance = u128;
/// The number of a block.
pub type BlockNumber = u32;
/// How many extrinsics an account has sent.
pub type Nonce = u32;
/// The hash of blocks, extrinsics and storage.
pub type Hash = sp_core::H256;
/// Identity of a block author.
pub type AuraId = sp_consensus_aura::sr25519::AuthorityId;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block with its justification.
pub type SignedBlock = generic::SignedBlock<Block>;
/// Either name of a block: its number or its hash.
pub type BlockId = generic::BlockId<Block>;
/// An extrinsic as it arrives.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// What is checked and charged around every extrinsic, in the order that the SDK's own chains use. There is none of our own,
/// so that any wallet or library that can sign for those chains can sign for this one.
pub type TxExtension = cumulus_pallet_weight_reclaim::StorageWeightReclaim<
    Runtime,
    (
        frame_system::AuthorizeCall<Runtime>,
        frame_system::CheckNonZeroSender<Runtime>,
        frame_system::CheckSpecVersion<Runtime>,
        frame_system::CheckTxVersion<Runtime>,
        frame_system::CheckGenesis<Runtime>,
        frame_system::CheckEra<Runtime>,
        frame_system::CheckNonce<Runtime>,
        frame_system::CheckWeight<Runtime>,
        pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
        frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    ),
>;

/// Storage migrations that run once, in the first block of a new version. The version of the XCM pallet's stored data is brought
/// up to date by every upgrade; it is a no-op when it already is.
pub type Migrations = (pallet_xcm::migration::MigrateToLatestXcmVersion<Runtime>,);

/// Executes blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

impl_opaque_keys! {
    /// The keys that a collator signs blocks with.
    pub struct SessionKeys {
        /// The key of the block author.
        pub aura: Aura,
    }
}

/// Name and version of this runtime. A release that changes what a block means raises `spec_version`; one that changes how an
/// extrinsic is encoded raises `transaction_version` too.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("idlewild"),
    impl_name: Cow::Borrowed("idlewild"),
    authoring_version: 1,
    spec_version: 1_000,
    impl_version: 0,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// The pallets and their indices. Never renumber: an index is part of every encoded call, event and error.
///
/// 0–9 the block itself · 10–19 money and accounts · 20–29 collators, whose order is also the order of their hooks · 30–39
/// other chains · 40–49 governance · 50–79 Idlewild's own.
#[frame_support::runtime]
mod runtime {
    /// The runtime.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(2)]
    pub type ParachainSystem = cumulus_pallet_parachain_system;
    #[runtime::pallet_index(3)]
    pub type ParachainInfo = staging_parachain_info;
    #[runtime::pallet_index(4)]
    pub type WeightReclaim = cumulus_pallet_weight_reclaim;

    #[runtime::pallet_index(10)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(11)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(12)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(13)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(14)]
    pub type Multisig = pallet_multisig;

    #[runtime::pallet_index(20)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(21)]
    pub type CollatorSelection = pallet_collator_selection;
    #[runtime::pallet_index(22)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(23)]
    pub type Aura = pallet_aura;
    #[runtime::pallet_index(24)]
    pub type AuraExt = cumulus_pallet_aura_ext;

    #[runtime::pallet_index(30)]
    pub type XcmpQueue = cumulus_pallet_xcmp_queue;
    #[runtime::pallet_index(31)]
    pub type PolkadotXcm = pallet_xcm;
    #[runtime::pallet_index(32)]
    pub type CumulusXcm = cumulus_pallet_xcm;
    #[runtime::pallet_index(33)]
    pub type MessageQueue = pallet_message_queue;

    #[runtime::pallet_index(40)]
    pub type Sudo = pallet_sudo;

    #[runtime::pallet_index(50)]
    pub type Clock = pallet_idlewild_clock;
    #[runtime::pallet_index(51)]
    pub type Randomness = pallet_idlewild_randomness;
    #[runtime::pallet_index(52)]
    pub type Providers = pallet_idlewild_providers;
    #[runtime::pallet_index(53)]
    pub type Proofs = pallet_idlewild_proofs;
    #[runtime::pallet_index(54)]
    pub type Deals = pallet_idlewild_deals;
    #[runtime::pallet_index(55)]
    pub type Slots = pallet_idlewild_slots;
    #[runtime::pallet_index(56)]
    pub type Repair = pallet_idlewild_repair;
    #[runtime::pallet_index(57)]
    pub type Emission = pallet_idlewild_emission;
    #[runtime::pallet_index(58)]
    pub type Capacity = pallet_idlewild_capacity;
    #[runtime::pallet_index(59)]
    pub type Escrow = pallet_idlewild_escrow;
    #[runtime::pallet_index(60)]
    pub type Organisations = pallet_idlewild_organisations;
    #[runtime::pallet_index(61)]
    pub type Apps = pallet_idlewild_apps;
    #[runtime::pallet_index(62)]
    pub type Offers = pallet_idlewild_offers;
    #[runtime::pallet_index(63)]
    pub type Trackers = pallet_idlewild_trackers;
    #[runtime::pallet_index(64)]
    pub type Market = pallet_idlewild_market;
    #[runtime::pallet_index(65)]
    pub type Projects = pallet_idlewild_projects;
    #[runtime::pallet_index(66)]
    pub type Services = pallet_idlewild_services;
    #[runtime::pallet_index(67)]
    pub type Names = pallet_idlewild_names;
    #[runtime::pallet_index(68)]
    pub type Gateways = pallet_idlewild_gateways;
    #[runtime::pallet_index(69)]
    pub type Buckets = pallet_idlewild_buckets;
    #[runtime::pallet_index(70)]
    pub type Shares = pallet_idlewild_shares;
}

cumulus_pallet_parachain_system::register_validate_block! {
    Runtime = Runtime,
    BlockExecutor = cumulus_pallet_aura_ext::BlockExecutor::<Runtime, Executive>,
}
