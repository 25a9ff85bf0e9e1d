//! Why calls are refused: a part of the pallet, in a file of its own.

use frame_support::pallet_macros::pallet_section;

/// The pallet's errors.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// There is no project of that number.
        NoSuchProject,
        /// The project has no chunk of that place.
        NoSuchChunk,
        /// The caller does not own the project.
        NotOwner,
        /// There are no tasks, too many, or too many of a chunk.
        BadTasks,
        /// A limit or the least of what a task needs is zero, it may write too much, or take longer than its chunk is declared to run.
        BadLimits,
        /// A chunk must run for a block at least, and no longer than a quarter of what trackers have.
        BadRun,
        /// The deadline is not in the future, or more than thirty days ahead.
        BadDeadline,
        /// There must be one to five replicas, and one alone of what is metered.
        BadReplicas,
        /// A chunk is paid less than the least for each block that it is declared to run.
        PriceTooLow,
        /// The price of all chunks is more than can be counted.
        PriceTooHigh,
        /// The input is not public, and the program is not metered: nobody could run its tasks again.
        InputNotPublic,
        /// No more projects can be numbered.
        TooManyProjects,
        /// The project gives out no more chunks: it was cancelled, or its deadline has passed.
        ProjectClosed,
        /// The project is not over.
        NotEnded,
        /// Chunks of the project are left: clean them first.
        ChunksLeft,
        /// No chunk of the project is left to be removed.
        NothingToClean,
        /// Nobody has touched the chunk.
        Untouched,
        /// No replica of the chunk is wanted.
        NoPlace,
        /// A provider of the same operator had the chunk in vain, and may not try again.
        Tried,
        /// The provider is of the project's owner.
        OwnProject,
        /// Another provider of the same operator is in the race, or has a replica.
        SameOperator,
        /// The machine is not what the project asks for.
        NotSuited,
        /// The machine's results could not be compared with those of the replicas that are there, or it is of another class of hosts than
        /// when it claimed.
        OtherHostClass,
        /// The provider takes no new work.
        NotActive,
        /// The provider has too little free.
        NoRoom,
        /// The provider has too little bond that stands for nothing else, less than it was drawn by, or less than every provider must have.
        BondTooLow,
        /// The provider is in the race already.
        AlreadyClaimed,
        /// The race is over, and its draw is not, or not acknowledged.
        DrawPending,
        /// As many as may be are in the race, and the seed of the race ranks all of them higher.
        RaceFull,
        /// The provider was not drawn for the chunk, or did not acknowledge in time.
        NotDrawn,
        /// The provider has no replica of the chunk.
        NoReplica,
        /// The provider committed already.
        AlreadyCommitted,
        /// The provider revealed already.
        AlreadyRevealed,
        /// The key of the input was not posted to the provider yet.
        NoKey,
        /// The key of the input was posted to the provider already.
        KeyPosted,
        /// The project's input is public.
        NotWrapped,
        /// The time for it is over.
        TooLate,
        /// It is too early for that.
        TooEarly,
        /// Not all replicas that are wanted have committed: what is shown now could be copied.
        NotAllCommitted,
        /// It is not drawn yet whether there is a second replica: what is shown now could be copied.
        CheckPending,
        /// It is not what was committed to.
        OtherCommitment,
        /// The output is not stored by the provider's operator since it began, or not for long enough.
        OutputNotStored,
        /// The deal with the output is that of another result.
        OutputUsed,
        /// The fuel is not that which the root says.
        FalseUse,
        /// No result of the chunk is agreed to.
        NotAgreed,
        /// Of this class of programs nobody can prove that a result is wrong.
        NotProvable,
        /// The result is not drawn to be run again, or was already.
        NotSampled,
        /// A tracker runs the result again, and has not answered.
        SamplePending,
        /// Trackers judge the chunk already.
        PanelPending,
        /// No time is over for anything.
        NothingDue,
        /// The account has not enough free coins for the deposit.
        NotEnoughCoins,
    }
}
