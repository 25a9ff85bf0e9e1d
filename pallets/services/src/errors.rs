//! Why calls are refused: a part of the pallet, in a file of its own.

use frame_support::pallet_macros::pallet_section;

/// The pallet's errors.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// There is no service of that number, or it is over.
        NoSuchService,
        /// There is no lease of that number, or it is over.
        NoSuchLease,
        /// The signer did not deploy the service.
        NotOwner,
        /// The signer is neither the service's owner nor the provider's operator.
        NotParty,
        /// The service was stopped.
        Stopped,
        /// A service is a container image, and wants a machine that runs containers.
        NotAnImage,
        /// A service has one to sixteen instances; to have none, stop it.
        BadInstances,
        /// An instance takes some processor and some memory.
        NoResources,
        /// The highest rate is zero.
        NoRate,
        /// The term is shorter than a period.
        TermTooShort,
        /// There are no more numbers.
        TooMany,
        /// The service has no lease that costs something, so that there is nothing to pay further ahead.
        NoLease,
        /// The amount is zero.
        Nothing,
        /// The account has too few coins.
        NotEnoughCoins,
        /// The service has all of its instances.
        NothingWanted,
        /// The rate is higher than the service pays.
        TooDear,
        /// The provider is the owner's own.
        OwnProvider,
        /// The escrow has too little left for that.
        NotFunded,
        /// The service has as many leases as it may, those that are being closed included: finish them.
        TooManyLeases,
        /// The endpoint is not the address and the port of a host.
        BadEndpoint,
        /// The time to accept the lease is over.
        TooLate,
        /// The lease was accepted before.
        AlreadyAccepted,
        /// The lease was not accepted yet.
        NotAccepted,
        /// The lease is not live: no probe has answered yet.
        NotLive,
        /// The lease is being probed: wait for the trackers' verdict.
        ProbeOpen,
        /// The escrow has paid for a probe in this period.
        TooEarly,
        /// The voucher is not signed by the service's owner for this lease and this chain.
        BadSignature,
        /// The voucher is worth no more than what was redeemed, or than what the lease can cost by now.
        NothingMore,
        /// The lease is being closed.
        Closing,
        /// The lease is not being closed.
        NotClosing,
        /// A better voucher can still come.
        NotYet,
    }
}
