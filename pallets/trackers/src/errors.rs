//! Why calls are refused: a part of the pallet, in a file of its own.

use frame_support::pallet_macros::pallet_section;

/// The pallet's errors.
#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        /// There is no such seat, or it is vacant.
        NoSuchSeat,
        /// The seat is somebody else's.
        NotTracker,
        /// The account has a seat already.
        AlreadySeated,
        /// The account has too few coins.
        NotEnoughCoins,
        /// Nothing is missing of the bond.
        BondWhole,
        /// The tracker asked to leave.
        AlreadyLeaving,
        /// The tracker did not ask to leave, and something is left of the bond.
        NotLeaving,
        /// The seat is on a panel that is not over.
        SeatBusy,
        /// Draws that the seat is in, or not in, may still be made: the clock has to go on first.
        DrawsPending,
        /// There is no such panel, or it is over.
        NoSuchPanel,
        /// The seat has no place on the panel.
        NotOnPanel,
        /// The panel waits for its trackers, and not for a draw.
        NotDrawing,
        /// The panel waits for a draw.
        NotConvened,
        /// The randomness that the draw takes has not come yet.
        NoSeedYet,
        /// It can no more be done: time is over, and the panel can be closed.
        TooLate,
        /// Those whom the panel waits for still have time.
        TooEarly,
        /// The verdict is bound already.
        AlreadyCommitted,
        /// The verdict was not bound in time.
        NotCommitted,
        /// Others have not bound their verdicts yet, and could copy.
        NotAllCommitted,
        /// The verdict is known already.
        AlreadyRevealed,
        /// That is not what was bound.
        OtherCommitment,
        /// There is no such provider.
        NoSuchProvider,
        /// The provider is somebody else's.
        NotOperator,
        /// The provider is being graded.
        AlreadyGrading,
    }
}
