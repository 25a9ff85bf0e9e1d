//! The interface of the chain, generated from its committed metadata (`metadata.scale`, refreshed by `scripts/metadata.sh`).
//!
//! Types that this project owns are its own here too: what the chain decodes is what the daemons encode, from one definition.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::all)]

#[subxt::subxt(
    runtime_metadata_path = "metadata.scale",
    derive_for_all_types = "Clone, Debug",
    substitute_type(
        path = "idlewild_storage_primitives::geometry::Geometry",
        with = "::subxt::utils::Static<::idlewild_storage_primitives::geometry::Geometry>"
    ),
    substitute_type(
        path = "idlewild_storage_primitives::receipt::SlotReceipt",
        with = "::subxt::utils::Static<::idlewild_storage_primitives::receipt::SlotReceipt>"
    ),
    substitute_type(
        path = "idlewild_storage_primitives::sum_range::Leaf",
        with = "::subxt::utils::Static<::idlewild_storage_primitives::sum_range::Leaf>"
    ),
    substitute_type(
        path = "idlewild_storage_primitives::sum_range::Node",
        with = "::subxt::utils::Static<::idlewild_storage_primitives::sum_range::Node>"
    ),
    substitute_type(
        path = "idlewild_storage_primitives::proof::ChunkProof",
        with = "::subxt::utils::Static<::idlewild_storage_primitives::proof::ChunkProof>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::project::ProjectSpec",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::project::ProjectSpec>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::project::ServiceSpec",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::project::ServiceSpec>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::program::Program",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::program::Program>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::program::Category",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::program::Category>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::resources::Resources",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::resources::Resources>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::resources::Attributes",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::resources::Attributes>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::resources::Prices",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::resources::Prices>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::lot::Lot",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::lot::Lot>"
    ),
    substitute_type(
        path = "idlewild_compute_primitives::commitment::Finding",
        with = "::subxt::utils::Static<::idlewild_compute_primitives::commitment::Finding>"
    ),
    substitute_type(
        path = "idlewild_buckets_primitives::head::Head",
        with = "::subxt::utils::Static<::idlewild_buckets_primitives::head::Head>"
    ),
    substitute_type(
        path = "pallet_idlewild_gateways::types::Scopes",
        with = "::subxt::utils::Static<::idlewild_buckets_primitives::scopes::Scopes>"
    ),
    substitute_type(
        path = "idlewild_names_primitives::record::Record",
        with = "::subxt::utils::Static<::idlewild_names_primitives::record::Record>"
    ),
    substitute_type(
        path = "idlewild_names_primitives::record::RecordKey",
        with = "::subxt::utils::Static<::idlewild_names_primitives::record::RecordKey>"
    )
)]
pub mod idlewild {}

pub(crate) use idlewild::{runtime_types, tx, Event as RootEvent};
