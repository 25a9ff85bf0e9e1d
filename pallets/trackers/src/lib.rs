//! # Trackers
//!
//! Bonded auditors in seats, drawn at random for panels that judge: what the result of a chunk is, whether a service answers, how fast a
//! machine is.
//!
//! | when | what |
//! | --- | --- |
//! | [asked](Pallet::ask) | it is fixed who can be drawn: the seats that count at this moment |
//! | two blocks of the clock later | randomness that nobody could know is there, and anybody [convenes](Pallet::convene) the panel |
//! | for [`commit`](idlewild_compute_primitives::panel::PanelRules::commit) blocks of it | its trackers do the work and [bind](Pallet::commit) their verdicts |
//! | once all are bound, for [`reveal`](idlewild_compute_primitives::panel::PanelRules::reveal) more | they [show](Pallet::reveal) them |
//! | when all did, or time is over | anybody [closes](Pallet::close) what is over |
//!
//! Who is silent, in binding or in showing, loses its place, and others are drawn for it with randomness of their own: at most twice in
//! a round, unless enough of those that spoke agree. It is charged as well: for not showing what it bound always, and for binding nothing
//! where so many others did as have to agree. Silence of most may have a reason that is not theirs. As nothing is shown before every
//! verdict is bound, silence before that gives nothing away; who is drawn after others have shown theirs can know what they say, as the
//! parties of a dispute can. Then those that spoke decide. A dispute without an agreement doubles once: ten others are drawn, and eight of them have to
//! agree. Those of the first round are paid or charged by what these say.
//!
//! What cannot be judged, because it does not run or its input is not there, gets the verdict
//! [`UNKNOWN`](idlewild_compute_primitives::panel::UNKNOWN). It agrees with nothing. Where more than half of a panel say so it is over
//! without a verdict, and of a dispute they get a [part](idlewild_compute_primitives::panel::pay_for_trying) of the pay: who has the
//! impossible judged pays for it, and nobody who tried loses by it.
//!
//! A panel always ends. Where nobody convenes it in as much time as verdicts have, or too few seats are drawn to agree, it ends without a
//! verdict, or goes on with those that are there. Every wait is as long as the rules say, what follows it can be called by anybody, and no
//! call changes more than fifteen seats.
//!
//! Every tracker that said what the verdict is gets its pay from the question's escrow, an equal share of it where the escrow has less. In
//! a dispute, the others are charged like silent ones, those included that found it impossible to judge; of a probe they are only not paid;
//! and a grade is the middle of what was measured, so that everybody that measured is of the majority. Without a verdict nobody is paid but
//! as above.
//!
//! A charge is a fixed part of the bond. A seat with less than half of its bond is in no draw that is asked for from then on, until it is
//! [topped up](Pallet::top_up). Who leaves is still in the draws that were asked for before. So nobody gets out of a draw whose outcome is
//! known, nor into it.
//!
//! Draws look at numbers of seats, and those of vacant seats among them are looks for nothing. So a number that there never was costs
//! [`Config::SeatFee`], which is burned; vacant seats are taken first, and those of the highest numbers are forgotten.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod errors;
mod invariants;
mod panels;
mod seats;
pub mod types;
mod verdicts;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use types::{GradeTarget, OnVerdict};
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::vec::Vec;
    use frame_support::{
        dispatch::{PostDispatchInfo, WithPostDispatchInfo},
        pallet_prelude::*,
        traits::{
            fungible::{BalancedHold, Credit, Inspect, InspectHold, MutateHold},
            OnUnbalanced,
        },
    };
    use frame_system::pallet_prelude::*;
    use idlewild_compute_primitives::{
        commitment::Salt,
        draw::LOOKS,
        panel::{PanelRules, Question, MAX_PANEL},
        view::{PanelView, PanelsPage, SeatView},
        Balance, Clock, Digest, PanelId, ProviderId, SeatId,
    };

    use crate::{
        types::{GradeTarget, OnVerdict, Ordered, Panel, Seat, MAX_SEATS},
        WeightInfo,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: From<[u8; 32]> + Into<[u8; 32]>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_randomness::Config
        + pallet_idlewild_escrow::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What bonds are put on hold in.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = <Self as Config>::RuntimeHoldReason>
            + InspectHold<Self::AccountId>
            + BalancedHold<Self::AccountId>;
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;
        /// Who is told of verdicts, and knows whom questions are about.
        type OnVerdict: OnVerdict<Self::AccountId>;
        /// Where providers are.
        type Providers: GradeTarget<Self::AccountId>;
        /// Who gets what trackers are charged.
        type Treasury: OnUnbalanced<Credit<Self::AccountId, <Self as Config>::Currency>>;
        /// The bond of a seat.
        #[pallet::constant]
        type SeatBond: Get<Balance>;
        /// What a seat costs whose number there never was: it is burned. A vacant one costs nothing.
        #[pallet::constant]
        type SeatFee: Get<Balance>;
        /// What silence costs of a bond, and being of the minority in a dispute.
        #[pallet::constant]
        type SilenceCharge: Get<Balance>;
        /// What a tracker gets for measuring a provider's machine.
        #[pallet::constant]
        type GradeFee: Get<Balance>;
    }

    /// Why coins are on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for a tracker's verdicts.
        Seat,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Waits of panels; fixed at genesis.
    #[pallet::storage]
    pub type Rules<T> = StorageValue<_, PanelRules, ValueQuery>;

    /// Seats that are taken.
    #[pallet::storage]
    pub type Seats<T: Config> = StorageMap<_, Twox64Concat, SeatId, Seat<T::AccountId>>;

    /// The seat of each tracker.
    #[pallet::storage]
    pub type SeatOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, SeatId>;

    /// Seats that there are, vacant ones included: one more than the highest number.
    #[pallet::storage]
    pub type SeatCount<T> = StorageValue<_, SeatId, ValueQuery>;

    /// Vacant seats: a stack, as any of them will do for who comes next.
    #[pallet::storage]
    pub type Holes<T> = StorageMap<_, Twox64Concat, u32, SeatId>;

    /// Where each of them is on the stack, so that it can be taken out of the middle.
    #[pallet::storage]
    pub type HoleAt<T> = StorageMap<_, Twox64Concat, SeatId, u32>;

    /// How many of them there are.
    #[pallet::storage]
    pub type HoleCount<T> = StorageValue<_, u32, ValueQuery>;

    /// Panels that are not over.
    #[pallet::storage]
    pub type Panels<T: Config> = StorageMap<_, Twox64Concat, PanelId, Panel<T::AccountId>>;

    /// Their numbers in ascending order, for pages.
    #[pallet::storage]
    pub type Open<T> = StorageMap<_, Identity, Ordered, ()>;

    /// The panels that keep each seat busy, in ascending order.
    #[pallet::storage]
    pub type Sits<T> = StorageDoubleMap<_, Twox64Concat, SeatId, Identity, Ordered, ()>;

    /// The number of the next panel.
    #[pallet::storage]
    pub type NextPanel<T> = StorageValue<_, PanelId, ValueQuery>;

    /// Providers that are being graded, and by which panel.
    #[pallet::storage]
    pub type Grading<T> = StorageMap<_, Twox64Concat, ProviderId, PanelId>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Waits of panels; those of a live chain where none are given.
        pub rules: Option<PanelRules>,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let rules = self.rules.unwrap_or_default();
            assert!(
                crate::invariants::is_sound(&rules),
                "panels must have time to commit and to reveal, their seeds must be kept for as long as they can be convened, and \
                leaving must take longer than that"
            );
            Rules::<T>::put(rules);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A tracker took a seat.
        SeatTaken {
            /// The seat.
            seat: SeatId,
            /// Who.
            tracker: T::AccountId,
        },
        /// A seat's bond is whole again.
        ToppedUp {
            /// The seat.
            seat: SeatId,
            /// What was added.
            amount: Balance,
        },
        /// A tracker asked to leave: its seat is in no draw that is asked for from now on.
        Leaving {
            /// The seat.
            seat: SeatId,
            /// The block of the clock from which on it can be vacated.
            from: Clock,
        },
        /// A seat is vacant.
        Vacated {
            /// The seat.
            seat: SeatId,
            /// Whose it was.
            tracker: T::AccountId,
            /// What of the bond it got back.
            bond: Balance,
        },
        /// A tracker was charged: it was silent, or of the minority in a dispute.
        Charged {
            /// The seat.
            seat: SeatId,
            /// The panel.
            panel: PanelId,
            /// How much.
            amount: Balance,
        },
        /// A panel was asked for.
        Asked {
            /// The panel.
            panel: PanelId,
            /// What it is asked.
            question: Question,
        },
        /// Trackers were drawn.
        Convened {
            /// The panel.
            panel: PanelId,
            /// Its round.
            round: u8,
            /// The seats that were drawn now. Others may have a place already.
            seats: BoundedVec<SeatId, ConstU32<MAX_PANEL>>,
            /// The block of the clock until which verdicts can be bound.
            commit_until: Clock,
            /// The block of the clock until which they can be shown.
            reveal_until: Clock,
        },
        /// A tracker bound its verdict.
        Committed {
            /// The panel.
            panel: PanelId,
            /// The seat.
            seat: SeatId,
        },
        /// A tracker showed its verdict.
        Revealed {
            /// The panel.
            panel: PanelId,
            /// The seat.
            seat: SeatId,
            /// The verdict.
            verdict: Digest,
        },
        /// Time is over for silent trackers, and others will be drawn for their places.
        Redrawing {
            /// The panel.
            panel: PanelId,
            /// How many places.
            places: u32,
        },
        /// Time is over for what was waited for, and the panel goes on with those that are there.
        Continued {
            /// The panel.
            panel: PanelId,
            /// The block of the clock until which verdicts can be shown.
            reveal_until: Clock,
        },
        /// There was no agreement, and a panel of twice the size will be drawn.
        Doubled {
            /// The panel.
            panel: PanelId,
        },
        /// A tracker was paid.
        Paid {
            /// The panel.
            panel: PanelId,
            /// The seat.
            seat: SeatId,
            /// How much.
            amount: Balance,
        },
        /// A panel is over.
        Decided {
            /// The panel.
            panel: PanelId,
            /// What it was asked.
            question: Question,
            /// What it says, if enough of it agreed.
            verdict: Option<Digest>,
        },
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::SilenceCharge::get() > 0, "silence must cost something");
            assert!(T::SilenceCharge::get() <= T::SeatBond::get(), "silence cannot cost more than a seat's bond");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Waits of panels.
        pub fn rules() -> PanelRules {
            Rules::<T>::get()
        }

        /// A seat that is taken.
        pub fn seat(seat: SeatId) -> Option<SeatView> {
            Self::seat_view(seat)
        }

        /// The seat of a tracker.
        pub fn seat_of(tracker: [u8; 32]) -> Option<SeatView> {
            Self::seat_of_view(tracker)
        }

        /// Seats that are taken, by ascending number: those after `after`, and the number after which the next page begins.
        pub fn seats(after: Option<SeatId>, limit: u32) -> (Vec<SeatView>, Option<SeatId>) {
            Self::seats_view(after, limit)
        }

        /// A panel that is not over.
        pub fn panel(panel: PanelId) -> Option<PanelView> {
            Self::panel_view(panel)
        }

        /// The oldest panels that an account sits on, and of the oldest others those that anybody can convene now.
        pub fn panels_of(tracker: [u8; 32]) -> Vec<PanelView> {
            Self::panels_of_view(tracker)
        }

        /// Panels that are not over, by ascending number.
        pub fn open_panels(after: Option<PanelId>, limit: u32) -> PanelsPage {
            Self::open_panels_view(after, limit)
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Takes a seat among the trackers.
        ///
        /// ## Dispatch Origin
        /// Signed.
        ///
        /// ## Details
        /// Puts [`Config::SeatBond`] on hold. Where no seat is vacant, so that there has to be one more, [`Config::SeatFee`] is burned as
        /// well. The seat is in the draws that are asked for from now on. An account has one seat at most.
        ///
        /// ## Errors
        /// [`Error::AlreadySeated`], [`Error::NotEnoughCoins`]; those of the currency where an account has as many reasons to stay as
        /// it may.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::take_seat())]
        pub fn take_seat(origin: OriginFor<T>) -> DispatchResult {
            Self::do_take_seat(ensure_signed(origin)?)
        }

        /// Makes a seat's bond whole again after charges.
        ///
        /// ## Dispatch Origin
        /// Signed, by the seat's tracker.
        ///
        /// ## Details
        /// A seat with less than half of the bond is in no draws. From now on it is again. So that this cannot take it out of a draw that
        /// was asked for while its bond was enough, it has to wait until all of those were made.
        ///
        /// ## Errors
        /// [`Error::NoSuchSeat`], [`Error::NotTracker`], [`Error::AlreadyLeaving`], [`Error::BondWhole`], [`Error::DrawsPending`],
        /// [`Error::NotEnoughCoins`].
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::top_up())]
        pub fn top_up(origin: OriginFor<T>, seat: SeatId) -> DispatchResult {
            Self::do_top_up(ensure_signed(origin)?, seat)
        }

        /// Takes a seat out of the draws that are asked for from now on.
        ///
        /// ## Dispatch Origin
        /// Signed, by the seat's tracker.
        ///
        /// ## Details
        /// It stays in those that were asked for before, and can be charged. After [`PanelRules::leave`] it can be vacated. There is no
        /// way back but to take another seat.
        ///
        /// ## Errors
        /// [`Error::NoSuchSeat`], [`Error::NotTracker`], [`Error::AlreadyLeaving`].
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::leave())]
        pub fn leave(origin: OriginFor<T>, seat: SeatId) -> DispatchResult {
            Self::do_leave(ensure_signed(origin)?, seat)
        }

        /// Gives a tracker that left its bond back; the seat is vacant, and somebody else's to take.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// [`PanelRules::leave`] after it asked to leave, once it is on no panel any more. A seat whose bond is used up can be vacated as
        /// long after that happened, without its tracker. Vacant seats of the highest numbers are forgotten, up to
        /// [`MAX_FORGOTTEN`](crate::types::MAX_FORGOTTEN) by one call.
        ///
        /// ## Errors
        /// [`Error::NoSuchSeat`], [`Error::NotLeaving`], [`Error::DrawsPending`], [`Error::SeatBusy`].
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::vacate())]
        pub fn vacate(origin: OriginFor<T>, seat: SeatId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_vacate(seat)
        }

        /// Has trackers measure a provider's machine.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Puts [`Config::GradeFee`] for each of three trackers in escrow. What is not paid comes back when the panel is over.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::AlreadyGrading`], and those of
        /// [`open`](pallet_idlewild_escrow::Pallet::open).
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::ask_grade())]
        pub fn ask_grade(origin: OriginFor<T>, provider: ProviderId) -> DispatchResult {
            Self::do_ask_grade(ensure_signed(origin)?, provider)
        }

        /// Draws the trackers that a panel lacks.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// As soon as there is randomness, and for as long as verdicts then have. Parties of the question are passed over, and so is who
        /// was on the panel before. Where too few are drawn to agree, the panel is over without a verdict. Costs no fee where it draws;
        /// looks at seats that were not needed are refunded.
        ///
        /// ## Errors
        /// [`Error::NoSuchPanel`], [`Error::NotDrawing`], [`Error::TooLate`], [`Error::NoSeedYet`].
        #[pallet::call_index(5)]
        #[pallet::weight(Pallet::<T>::weight_to_convene(LOOKS))]
        pub fn convene(origin: OriginFor<T>, panel: PanelId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let looks = Self::do_convene(panel).map_err(|error| error.with_weight(Self::weight_to_convene(0)))?;
            Ok(PostDispatchInfo { actual_weight: Some(Self::weight_to_convene(looks)), pays_fee: Pays::No })
        }

        /// Binds a verdict, without showing it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the seat's tracker.
        ///
        /// ## Details
        /// `commitment` is [`of_verdict`](idlewild_compute_primitives::commitment::of_verdict). It binds the account as well, so that who
        /// copies that of another cannot show anything for it. Have verdict and salt on disk before. Where nothing can be found in time,
        /// bind [`UNKNOWN`](idlewild_compute_primitives::panel::UNKNOWN).
        ///
        /// ## Errors
        /// [`Error::NoSuchPanel`], [`Error::NotConvened`], [`Error::NotOnPanel`], [`Error::NotTracker`],
        /// [`Error::AlreadyCommitted`], [`Error::TooLate`].
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::commit())]
        pub fn commit(origin: OriginFor<T>, panel: PanelId, seat: SeatId, commitment: Digest) -> DispatchResult {
            Self::do_commit(ensure_signed(origin)?, panel, seat, commitment)
        }

        /// Shows a verdict that was bound.
        ///
        /// ## Dispatch Origin
        /// Signed, by the seat's tracker.
        ///
        /// ## Details
        /// Once everybody on the panel has bound theirs. Where somebody did not in time, [`close`](Self::close) comes first.
        ///
        /// ## Errors
        /// [`Error::NoSuchPanel`], [`Error::NotConvened`], [`Error::NotOnPanel`], [`Error::NotTracker`], [`Error::NotCommitted`],
        /// [`Error::AlreadyRevealed`], [`Error::NotAllCommitted`], [`Error::TooLate`], [`Error::OtherCommitment`].
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::reveal())]
        pub fn reveal(origin: OriginFor<T>, panel: PanelId, seat: SeatId, verdict: Digest, salt: Salt) -> DispatchResult {
            Self::do_reveal(ensure_signed(origin)?, panel, seat, verdict, salt)
        }

        /// Ends what a panel waits for: the panel, where everybody spoke, or a wait whose time is over.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// What follows is the verdict, another draw, or that those who are there go on: see the [pallet](crate). Costs no fee where
        /// anything could be closed.
        ///
        /// ## Errors
        /// [`Error::NoSuchPanel`], [`Error::TooEarly`].
        #[pallet::call_index(8)]
        #[pallet::weight(Pallet::<T>::weight_to_close(MAX_SEATS))]
        pub fn close(origin: OriginFor<T>, panel: PanelId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let seats = Self::do_close(panel).map_err(|error| error.with_weight(<T as Config>::WeightInfo::close(0)))?;
            Ok(PostDispatchInfo { actual_weight: Some(Self::weight_to_close(seats)), pays_fee: Pays::No })
        }
    }
}
