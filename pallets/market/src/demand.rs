//! What the market has to know of services, which another pallet keeps.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{dispatch::DispatchResult, traits::ConstU32, BoundedVec};
use idlewild_compute_primitives::{
    resources::{Resources, Wishes},
    Balance, OrganisationId, ProviderId, ServiceId,
};
use scale_info::TypeInfo;
use sp_runtime::DispatchError;

use crate::types::MAX_BARRED;

/// What a service wants of machines at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Need<AccountId> {
    /// Whose service it is: who may bid for it, and who may not be matched with it as a provider.
    pub owner: AccountId,
    /// The organisation that pays, if there is one: who works for its members alone may be proposed.
    pub organisation: Option<OrganisationId>,
    /// What an instance takes of a machine.
    pub resources: Resources,
    /// What else a machine must be.
    pub wishes: Wishes,
    /// The most that an instance may cost, in plancks a block.
    pub max_rate: Balance,
    /// Instances that have no machine yet.
    pub instances: u8,
    /// Providers that may not be proposed for it, since they took a lease of it before and turned away.
    pub barred: BoundedVec<ProviderId, ConstU32<MAX_BARRED>>,
}

/// Services, as the market sees them.
pub trait Demand<AccountId> {
    /// What a service wants. An error says that it takes no machine any more, because there is none of that number or it was stopped:
    /// then its orders and requests may be dropped by anybody. A service that has all of its instances is no error: it wants 0.
    fn need(service: ServiceId) -> Result<Need<AccountId>, DispatchError>;

    /// An instance of a service was matched: from now on a lease of these resources at this rate, in plancks a block.
    ///
    /// The market has taken the resources from the provider, with [`take_work`](pallet_idlewild_offers::Pallet::take_work), and let
    /// `stake` of its bond stand for that: something where the provider itself asked for the match, nothing where somebody proposed it.
    /// Both are the lease's from here on, and the lease gives them back when it ends, or takes the stake. [`Need::instances`] is one
    /// less afterwards. Where this is refused nothing of it is kept, and the provider stays free of it.
    fn matched(
        service: ServiceId,
        provider: ProviderId,
        rate: Balance,
        resources: &Resources,
        stake: Balance,
    ) -> DispatchResult;

    /// A service with this need, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn deploy(need: &Need<AccountId>) -> Result<ServiceId, DispatchError>;
}
