//! Why calls are refused: a part of the pallet, in a file of its own.

use frame_support::pallet_macros::pallet_section;

/// The pallet's errors.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// The name is not 3 to 63 lower-case letters, digits and hyphens, or has a hyphen at an edge or beside another.
        BadName,
        /// The label is not 1 to 63 lower-case letters, digits and hyphens, or has a hyphen at an edge or beside another.
        BadLabel,
        /// Paths begin with that word: nobody gets it.
        Reserved,
        /// A name can be paid for 1 to 10 periods, and no further ahead than 10.
        BadPeriods,
        /// The caller made that commitment already, and it is not too old.
        AlreadyCommitted,
        /// The caller made no such commitment: commit to the name, its owner and the salt first.
        NoCommitment,
        /// The commitment is too fresh: wait for some blocks.
        TooFresh,
        /// The commitment is too old: make it anew.
        TooOld,
        /// The name is somebody's.
        NameTaken,
        /// A name that looks like this one is somebody's.
        LooksTaken,
        /// It costs more than the caller wants to pay: ask for the price anew.
        PriceTooHigh,
        /// There is no such name or subname.
        NoSuchName,
        /// The name's term is over: renew it first.
        Lapsed,
        /// The caller does not own the name or subname.
        NotOwner,
        /// The caller neither owns the name nor is its operator.
        NotAllowed,
        /// The account owns it already.
        SameOwner,
        /// The account is an operator already, or the owner, who may do all; or it was none.
        SameOperator,
        /// It has as many operators as it can: remove one first.
        TooManyOperators,
        /// It has as many records as it can: remove one first.
        TooManyRecords,
        /// It has no such record.
        NoSuchRecord,
        /// The record is not of that key, or too long, or text that is not UTF-8.
        BadRecord,
        /// There is such a subname: remove it first.
        LabelTaken,
        /// Subnames cannot be so deep: 8 labels with the name at most.
        TooDeep,
        /// It is a name and no subname: release it.
        NotSubname,
        /// The caller has no reverse record.
        NoReverse,
        /// The account has no coins, so that no deposit can be on hold there.
        NoSuchAccount,
        /// The caller has not enough free coins for the price and the deposit, beside those that keep its account alive.
        NotEnoughCoins,
        /// There is nothing of that number, or no more.
        NoSuchNode,
        /// The name stands, or may be renewed: nothing of it can be reclaimed.
        StillStands,
        /// All but the name itself is reclaimed, which is kept on record until no premium is asked for it: try then.
        PremiumRuns,
        /// At least one record has to be reclaimed at once, and at most 32.
        BadLimit,
        /// No more names can be numbered.
        TooMany,
    }
}
