//! The chain's ABI and its prices. A failure here means that existing wallets, clients or stored data would break.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::{Contains, GetCallMetadata, InstanceFilter, PalletsInfoAccess},
    weights::{Weight, WeightToFee as _},
};
use idlewild_runtime::{
    apis::RUNTIME_API_VERSIONS,
    configs::{
        proxy::ProxyType,
        system::{RuntimeBlockLength, RuntimeBlockWeights, SS58Prefix, MAXIMUM_BLOCK_WEIGHT},
        transaction_payment::{TransactionByteFee, WeightToFee},
    },
    currency::{IDW, MILLI_IDW},
    weights::ExtrinsicBaseWeight,
    AllPalletsWithSystem, Runtime, RuntimeCall, TxExtension,
};
use sp_keyring::Sr25519Keyring::Bob;
use sp_runtime::{traits::TransactionExtension, Perbill};

#[test]
fn pallet_indices_stay() {
    let pallets: Vec<_> = AllPalletsWithSystem::infos().into_iter().map(|info| (info.index, info.name)).collect();
    assert_eq!(
        pallets,
        [
            (0, "System"),
            (1, "Timestamp"),
            (2, "ParachainSystem"),
            (3, "ParachainInfo"),
            (4, "WeightReclaim"),
            (10, "Balances"),
            (11, "TransactionPayment"),
            (12, "Utility"),
            (13, "Proxy"),
            (14, "Multisig"),
            (20, "Authorship"),
            (21, "CollatorSelection"),
            (22, "Session"),
            (23, "Aura"),
            (24, "AuraExt"),
            (30, "XcmpQueue"),
            (31, "PolkadotXcm"),
            (32, "CumulusXcm"),
            (33, "MessageQueue"),
            (40, "Sudo"),
            (50, "Clock"),
            (51, "Randomness"),
            (52, "Providers"),
            (53, "Proofs"),
            (54, "Deals"),
            (55, "Slots"),
            (56, "Repair"),
            (57, "Emission"),
            (58, "Capacity"),
            (59, "Escrow"),
            (60, "Organisations"),
            (61, "Apps"),
            (62, "Offers"),
            (63, "Trackers"),
            (64, "Market"),
            (65, "Projects"),
            (66, "Services"),
            (67, "Names"),
            (68, "Gateways"),
            (69, "Buckets"),
            (70, "Shares"),
        ]
    );
}

#[test]
fn transaction_extensions_keep_their_order() {
    let names: Vec<_> = <TxExtension as TransactionExtension<RuntimeCall>>::metadata()
        .into_iter()
        .map(|extension| extension.identifier)
        .collect();
    assert_eq!(
        names,
        [
            "AuthorizeCall",
            "CheckNonZeroSender",
            "CheckSpecVersion",
            "CheckTxVersion",
            "CheckGenesis",
            "CheckMortality",
            "CheckNonce",
            "CheckWeight",
            "ChargeTransactionPayment",
            "CheckMetadataHash",
            "StorageWeightReclaim",
        ]
    );
}

#[test]
fn a_node_finds_the_apis_it_needs() {
    fn has<T: sp_api::RuntimeApiInfo + ?Sized>() -> bool {
        RUNTIME_API_VERSIONS.contains(&(T::ID, T::VERSION))
    }
    type Block = idlewild_runtime::Block;
    assert!(has::<dyn sp_consensus_aura::AuraApi<Block, idlewild_runtime::AuraId>>());
    assert!(has::<dyn cumulus_primitives_aura::AuraUnincludedSegmentApi<Block>>());
    assert!(has::<dyn cumulus_primitives_core::KeyToIncludeInRelayProof<Block>>());
    assert!(has::<dyn cumulus_primitives_core::GetParachainInfo<Block>>());
    assert!(has::<dyn sp_genesis_builder::GenesisBuilder<Block>>());
    assert!(has::<dyn frame_support::view_functions::runtime_api::RuntimeViewFunction<Block>>());
}

#[test]
fn the_relay_chain_is_asked_for_its_randomness() {
    use cumulus_primitives_core::{
        relay_chain::well_known_keys::CURRENT_BLOCK_RANDOMNESS,
        runtime_decl_for_key_to_include_in_relay_proof::KeyToIncludeInRelayProof, RelayStorageKey,
    };
    let request = <Runtime as KeyToIncludeInRelayProof<idlewild_runtime::Block>>::keys_to_prove();
    assert!(matches!(&request.keys[..], [RelayStorageKey::Top(key)] if key.as_slice() == CURRENT_BLOCK_RANDOMNESS));
}

#[test]
fn addresses_have_the_generic_prefix() {
    assert_eq!(SS58Prefix::get(), 42);
}

#[test]
fn fees_are_what_the_documentation_says() {
    assert_eq!(WeightToFee::weight_to_fee(&ExtrinsicBaseWeight::get()), MILLI_IDW / 10);
    // Time and proof do not add up: the dearer one is charged.
    let time = Weight::from_parts(ExtrinsicBaseWeight::get().ref_time(), 0);
    let proof = Weight::from_parts(0, 1_024);
    assert_eq!(
        WeightToFee::weight_to_fee(&(time + proof)),
        WeightToFee::weight_to_fee(&time).max(WeightToFee::weight_to_fee(&proof))
    );
    let block = WeightToFee::weight_to_fee(&MAXIMUM_BLOCK_WEIGHT);
    assert!(block > IDW && block < 10 * IDW, "filling a block costs {block}");
}

#[test]
fn nobody_stops_the_clock_with_bytes_for_small_change() {
    // A block whose ordinary extrinsics have more than 70 % of the bytes that they may have is not counted.
    let longest = *RuntimeBlockLength::get().max.get(DispatchClass::Normal);
    let crowded = Perbill::from_percent(70).mul_floor(longest) + 1;
    let block = TransactionByteFee::get() * u128::from(crowded);
    assert!(block > IDW * 8 / 10, "{block} for a block");
    assert!(block * u128::from(idlewild_runtime::time::DAYS) > 10_000 * IDW);
    // And those whom the clock protects can pay for their bytes.
    let proof = TransactionByteFee::get() * 20 * 1_024;
    assert!(proof < 10 * MILLI_IDW, "{proof} for a proof");
}

#[test]
fn a_call_to_other_chains_is_charged_for_what_it_can_take() {
    let send = pallet_xcm::Call::<Runtime>::force_suspension { suspended: true };
    let weight = RuntimeCall::from(send).get_dispatch_info().call_weight;
    assert!(weight.ref_time() > 0 && weight.proof_size() > 0, "{weight:?}");
    let sending = <idlewild_runtime::weights::XcmWeight as pallet_xcm::WeightInfo>::send();
    assert!(sending.proof_size() > u64::from(idlewild_runtime::configs::xcmp_queue::MAX_MESSAGE_PAGE));
    assert!(RuntimeBlockWeights::get().max_block.all_gt(sending));
}

#[test]
fn hooks_account_for_the_proof_of_what_they_touch() {
    use frame_support::traits::Hooks;
    let genesis = idlewild_runtime::RuntimeGenesisConfig::default();
    let storage = sp_runtime::BuildStorage::build_storage(&genesis).unwrap();
    sp_io::TestExternalities::from(storage).execute_with(|| {
        let clock = <idlewild_runtime::Clock as Hooks<u32>>::on_initialize(1);
        let draw = <idlewild_runtime::Randomness as Hooks<u32>>::on_initialize(1);
        // A few values; sixteen places of the ring, of which each is some levels down.
        assert!(clock.proof_size() >= 1_024, "{clock:?}");
        assert!(draw.proof_size() >= 16 * 1_024, "{draw:?}");
        assert!(RuntimeBlockWeights::get().max_block.div(20).all_gt(clock + draw), "and fit what is left for hooks");
    });
}

fn transfer() -> RuntimeCall {
    pallet_balances::Call::transfer_keep_alive { dest: Bob.to_account_id().into(), value: 1 }.into()
}

#[test]
fn a_proxy_can_do_only_what_its_kind_allows() {
    let remark = RuntimeCall::from(frame_system::Call::remark { remark: vec![] });
    let batch = RuntimeCall::from(pallet_utility::Call::batch { calls: vec![] });
    let leave = RuntimeCall::from(pallet_collator_selection::Call::leave_intent {});
    let in_the_name_of_another = RuntimeCall::from(pallet_proxy::Call::proxy {
        real: Bob.to_account_id().into(),
        force_proxy_type: None,
        call: Box::new(transfer()),
    });

    for call in [&remark, &batch, &leave, &in_the_name_of_another, &transfer()] {
        assert!(ProxyType::Any.filter(call));
    }
    for call in [&remark, &batch, &leave] {
        assert!(ProxyType::NonTransfer.filter(call));
    }
    for call in [&in_the_name_of_another, &transfer()] {
        assert!(!ProxyType::NonTransfer.filter(call));
        assert!(!ProxyType::Miner.filter(call));
    }
    for call in [&remark, &leave] {
        assert!(!ProxyType::Miner.filter(call));
    }
    assert!(ProxyType::Miner.filter(&batch));
}

#[test]
fn a_gateway_can_make_no_call_that_carries_another() {
    use idlewild_runtime::configs::gateways::Acts;
    let store = || RuntimeCall::from(pallet_idlewild_deals::Call::create_deals { requests: Default::default() });
    assert!(Acts::contains(&store()));
    let create = pallet_idlewild_buckets::Call::create { label: Default::default(), sealed: Default::default(), grant: None };
    assert!(Acts::contains(&create.into()));
    for call in [
        RuntimeCall::from(pallet_idlewild_gateways::Call::act { call: Box::new(store()) }),
        pallet_utility::Call::batch { calls: vec![store()] }.into(),
        pallet_utility::Call::as_derivative { index: 0, call: Box::new(store()) }.into(),
        pallet_proxy::Call::proxy { real: Bob.to_account_id().into(), force_proxy_type: None, call: Box::new(store()) }.into(),
        pallet_multisig::Call::as_multi_threshold_1 { other_signatories: vec![], call: Box::new(store()) }.into(),
        pallet_sudo::Call::sudo { call: Box::new(store()) }.into(),
        transfer(),
        // Of the buckets that it writes it ends what it stored and prolongs what is stored, and nothing else of its owner's.
        pallet_idlewild_deals::Call::cancel { deal: 0 }.into(),
        pallet_idlewild_deals::Call::extend { deal: 0, term: 1, max_price: 1 }.into(),
        pallet_idlewild_deals::Call::top_up { deal: 0, amount: 1 }.into(),
        pallet_idlewild_deals::Call::settle { deals: Default::default() }.into(),
    ] {
        assert!(!Acts::contains(&call), "{call:?}");
    }
    // By the names in the metadata: whoever adds a call to one of these pallets, or a pallet, has decided about it.
    let taken = ["create_deals", "fill_slots"];
    let refused = ["extend", "top_up", "cancel", "settle", "transfer", "decide_probation"];
    let names: Vec<_> = taken.into_iter().chain(refused).collect();
    assert!(RuntimeCall::get_call_names("Deals").iter().all(|name| names.contains(name)), "a call of Deals is neither");
}

#[test]
fn no_proxy_can_appoint_one_that_may_do_more() {
    use ProxyType::{Any, Miner, NonTransfer, Plotter};
    for kind in [Any, NonTransfer, Miner, Plotter] {
        assert!(Any.is_superset(&kind));
        assert!(kind.is_superset(&kind));
    }
    let limited = [NonTransfer, Miner, Plotter];
    for (one, other) in limited.iter().flat_map(|one| [Any, NonTransfer, Miner, Plotter].map(|other| (one, other))) {
        assert_eq!(one.is_superset(&other), *one == other);
    }
}
