//! The compute market: who runs jobs and services, who judges, and what that costs.

use crate::{
    currency::{deposit, IDW, MILLI_IDW},
    time::{DAYS, MINUTES},
    AccountId, Balance, Balances, Clock, Offers, Projects, Runtime, RuntimeHoldReason, Services, Trackers,
};
use frame_support::{parameter_types, traits::tokens::imbalance::ResolveTo, PalletId};
use idlewild_compute_primitives::{
    lease::probe_cost, project::is_output_kept, resources::Grade, view::ComputeTerms, Clock as Moment, DealId, ProviderId,
};
use pallet_idlewild_projects::Outputs;
use pallet_idlewild_trackers::GradeTarget;
use sp_runtime::traits::AccountIdConversion;

/// The rules of the compute market, and the clock.
pub fn compute_terms() -> ComputeTerms {
    ComputeTerms {
        now: Clock::now(),
        deadlines: Projects::deadlines(),
        trust: Offers::trust(),
        leases: Services::rules(),
        panels: Trackers::rules(),
        least_bond: LeastComputeBond::get(),
        seat_bond: SeatBond::get(),
        seat_fee: SeatFee::get(),
        stake: Stake::get(),
        project_deposit: ProjectDeposit::get(),
        probe: probe_cost(ProbePay::get()),
    }
}

parameter_types! {
    /// What belongs to everybody: fees for being late, and the treasury's part of what is slashed.
    pub TreasuryAccount: AccountId = PalletId(*b"idw/trsy").into_account_truncating();
    /// For an organisation: its record, with a name of 64 bytes.
    pub const OrganisationDeposit: Balance = deposit(2, 160);
    /// For each member.
    pub const MemberDeposit: Balance = deposit(1, 104);
    /// For an app: its record and its name.
    pub const AppDeposit: Balance = deposit(2, 240);
    /// For each version.
    pub const VersionDeposit: Balance = deposit(1, 200);
    /// A provider's bond before its first chunk.
    pub const LeastComputeBond: Balance = 10 * IDW;
    /// Longer than any draw in which a bond counts.
    pub const BondStays: u32 = 10 * MINUTES;
    /// What a tracker answers with.
    pub const SeatBond: Balance = 100 * IDW;
    /// What it costs that there is one seat more, burned.
    pub const SeatFee: Balance = 10 * IDW;
    /// What silence costs of a tracker's bond.
    pub const SilenceCharge: Balance = 5 * IDW;
    /// What a tracker gets for measuring a machine.
    pub const GradeFee: Balance = 100 * MILLI_IDW;
    /// What stands of a provider's bond for an ask, and for the lease that becomes of it: what two probes cost, which is what an
    /// instance that never begins costs its owner.
    pub const Stake: Balance = 60 * MILLI_IDW;
    /// What a tracker gets for a probe.
    pub const ProbePay: Balance = 10 * MILLI_IDW;
    /// How long a project that is over is kept for its owner.
    pub const KeepProjects: u32 = 7 * DAYS;
    /// For a project: its record, its places in two lists, and its escrow.
    pub const ProjectDeposit: Balance = deposit(4, 720);
}

impl pallet_idlewild_escrow::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_idlewild_organisations::Config for Runtime {
    type WeightInfo = pallet_idlewild_organisations::weights::SubstrateWeight<Runtime>;
    type OrganisationDeposit = OrganisationDeposit;
    type MemberDeposit = MemberDeposit;
}

impl pallet_idlewild_apps::Config for Runtime {
    type WeightInfo = pallet_idlewild_apps::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AppDeposit = AppDeposit;
    type VersionDeposit = VersionDeposit;
}

impl pallet_idlewild_offers::Config for Runtime {
    type WeightInfo = pallet_idlewild_offers::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type LeastBond = LeastComputeBond;
    type BondStays = BondStays;
}

/// The machines that trackers grade.
pub struct Machines;

impl GradeTarget<AccountId> for Machines {
    fn operator_of(provider: ProviderId) -> Option<AccountId> {
        Offers::get(provider).ok().map(|record| record.operator)
    }

    fn graded(provider: ProviderId, grade: Grade) {
        Offers::set_grade(provider, grade);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn provider_of(operator: &AccountId) -> Result<ProviderId, sp_runtime::DispatchError> {
        let registered = pallet_idlewild_offers::benchmark_setup::register_of::<Runtime>(operator.clone(), u32::MAX);
        registered.map(|peer| peer.id).map_err(|_| sp_runtime::DispatchError::Other("no provider could be registered"))
    }
}

impl pallet_idlewild_trackers::Config for Runtime {
    type WeightInfo = pallet_idlewild_trackers::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type OnVerdict = (Projects, Services);
    type Providers = Machines;
    type Treasury = ResolveTo<TreasuryAccount, Balances>;
    type SeatBond = SeatBond;
    type SeatFee = SeatFee;
    type SilenceCharge = SilenceCharge;
    type GradeFee = GradeFee;
}

impl pallet_idlewild_market::Config for Runtime {
    type WeightInfo = pallet_idlewild_market::weights::SubstrateWeight<Runtime>;
    type Stake = Stake;
    type Demand = Services;
}

/// Outputs are in deals of the storage network: as many shards of a copy must have been taken as restore it, and the deal must be of the run
/// that it is the output of.
pub struct InDeals;

impl Outputs<AccountId> for InDeals {
    fn is_stored(deal: DealId, by: &AccountId, since: Moment) -> bool {
        let Some(deal) = pallet_idlewild_deals::Deals::<Runtime>::get(deal) else { return false };
        // What was stored by the provider may be the requester's by now.
        let stored_by = deal.creator.as_ref().unwrap_or(&deal.owner);
        let held = |copy: u8| {
            let slots = (0u8..).zip(&deal.slots).filter(|(_, slot)| slot.holder().is_some());
            slots.filter(|(index, _)| deal.geometry.locate(*index).is_some_and(|(of, _)| of == copy)).count()
        };
        let is_kept = is_output_kept(deal.created, deal.last_end(), since, Clock::now());
        is_kept && stored_by == by && (0..deal.copies).any(|copy| held(copy) >= usize::from(deal.geometry.data))
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn store(by: &AccountId) -> Result<DealId, sp_runtime::DispatchError> {
        use idlewild_storage_primitives::{deal::Slot, ledger::Start};
        use pallet_idlewild_deals::benchmark_setup::{deal, widest};
        let slots = widest(Slot::Held { miner: 0, start: Start::Count(0) });
        let id = deal::<Runtime>(by, slots).map_err(|_| sp_runtime::DispatchError::Other("no deal could be made"))?;
        // The shortest term of a chain for tests may be shorter than outputs have to stay.
        let end = Clock::now().saturating_add(idlewild_compute_primitives::project::OUTPUT_STAYS);
        pallet_idlewild_deals::Deals::<Runtime>::mutate_extant(id, |deal| deal.end = deal.end.max(end));
        Ok(id)
    }
}

impl pallet_idlewild_projects::Config for Runtime {
    type WeightInfo = pallet_idlewild_projects::weights::SubstrateWeight<Runtime>;
    type Outputs = InDeals;
    type Treasury = ResolveTo<TreasuryAccount, Balances>;
    type Keep = KeepProjects;
    type ProjectDeposit = ProjectDeposit;
}

impl pallet_idlewild_services::Config for Runtime {
    type WeightInfo = pallet_idlewild_services::weights::SubstrateWeight<Runtime>;
    type Treasury = ResolveTo<TreasuryAccount, Balances>;
    type ProbePay = ProbePay;
}
