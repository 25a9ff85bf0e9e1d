//! # Capacity
//!
//! A lottery among those who keep space plotted, and the measure of how much of it there is.
//!
//! A round lasts a minute of the relay chain. It asks a question of every plotted nonce, the account that claims the best answer wins
//! the round, and what the minute emits for capacity is the winner's. The best answers of a day tell how large all plots are together.
//!
//! | when | what |
//! | --- | --- |
//! | a round's first block | the blocks of the round before are all there, and are the challenge's inputs |
//! | three relay-chain blocks after the last of them | randomness that nobody could know when it was built makes the challenge |
//! | until half of the next round is over | claims are taken, so that no author of a last block decides |
//! | then | the round closes: it is recorded, its minute is emitted, and the winner gets its claim's fee back |
//!
//! What a claim costs: the fee of its verification, which is on hold until the round closes or a better claim is verified, and then
//! the collators'; a bond that has stood for a while; and of that bond a part that is destroyed where the claim is false. That part
//! follows the reward, so that it does not pay to fill the places for claims with false ones while others claim again. What is stale, worse, of another fork or
//! too much is refused before it is verified, for the small fee that such a look takes.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod claims;
mod invariants;
mod rounds;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        dispatch::WithPostDispatchInfo,
        pallet_prelude::*,
        sp_runtime::traits::{BlockNumberProvider, Convert},
        traits::{
            fungible::{BalancedHold, Credit, Inspect, InspectHold, MutateHold},
            Contains, OnUnbalanced,
        },
    };
    use frame_system::pallet_prelude::*;
    use idlewild_capacity_primitives::{
        estimate::{Seen, Sums, RING},
        format::Seed,
        round::Tag,
        view::{EmissionView, EstimateView, RecordPage, RoundRules, RoundsView},
        Balance, Challenge, Quality, RoundIndex,
    };

    use crate::{
        types::{Bond, Record, Round, LIVE_RULES, MAX_LENGTH},
        WeightInfo,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: From<[u8; 32]> + Into<[u8; 32]>>
        + pallet_idlewild_randomness::Config
        + pallet_idlewild_emission::Config
    {
        /// Weights of calls and hooks.
        type WeightInfo: WeightInfo;
        /// What bonds and fees are put on hold in.
        type Coins: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + InspectHold<Self::AccountId>
            + BalancedHold<Self::AccountId>;
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;
        /// The relay-chain block that the current block builds on: what rounds are timed by.
        type RelayBlock: BlockNumberProvider<BlockNumber = u32>;
        /// What a weight costs at the moment.
        type FeeOf: Convert<Weight, Balance>;
        /// Who gets the fees of claims that did not win.
        type OnFee: OnUnbalanced<Credit<Self::AccountId, Self::Coins>>;
        /// For which account which other one may claim: the account first.
        type MayClaimFor: Contains<(Self::AccountId, Self::AccountId)>;
        /// Least bond of an account that claims. More is wanted where a false claim costs more.
        #[pallet::constant]
        type LeastCapacityBond: Get<Balance>;
        /// Part of the bond that a false claim costs at least: ten times the fee or more.
        #[pallet::constant]
        type FalseClaimSlash: Get<Balance>;
    }

    /// Why coins are on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for an account's claims.
        Bond,
        /// They are the fee of a claim that may win its round.
        Fee,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// How rounds run; fixed at genesis.
    #[pallet::storage]
    pub type Rules<T> = StorageValue<_, RoundRules, ValueQuery, LiveRules>;

    /// Rules of a live chain.
    pub struct LiveRules;

    impl Get<RoundRules> for LiveRules {
        fn get() -> RoundRules {
            LIVE_RULES
        }
    }

    /// The round that is on. Nothing before the chain's first block has ended.
    #[pallet::storage]
    pub type Current<T: Config> = StorageValue<_, Round<T::AccountId>>;

    /// The round before, as long as it takes claims.
    #[pallet::storage]
    pub type Previous<T: Config> = StorageValue<_, Round<T::AccountId>>;

    /// The last challenge that was made.
    #[pallet::storage]
    pub type LastChallenge<T> = StorageValue<_, Challenge, ValueQuery>;

    /// What the round that is on takes its challenge from, and the relay-chain block from which on randomness is new enough for it:
    /// until it has one.
    #[pallet::storage]
    pub type Waiting<T> = StorageValue<_, ([u8; 32], u32)>;

    /// Rounds that were recorded.
    #[pallet::storage]
    pub type Recorded<T> = StorageValue<_, u32, ValueQuery>;

    /// The last of them, each at its number modulo [`RING`].
    #[pallet::storage]
    pub type History<T: Config> = StorageMap<_, Identity, u32, Record<T::AccountId>>;

    /// Sums over a day of rounds, of which those that never were count as what genesis expects.
    #[pallet::storage]
    pub type Day<T> = StorageValue<_, Sums, ValueQuery>;

    /// What stands for each account's claims.
    #[pallet::storage]
    pub type Bonds<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Bond>;

    /// Claims that were verified in this block.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type InBlock<T> = StorageValue<_, u8, ValueQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// How rounds run; as on a live chain where nothing is given.
        pub rules: Option<RoundRules>,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let rules = self.rules.unwrap_or(LIVE_RULES);
            assert!(rules.length >= 4, "a round must be four relay-chain blocks long, or no claim can get into it");
            assert!(
                rules.length <= MAX_LENGTH,
                "a round can be 64 relay-chain blocks long at most, or its places are cheaply filled"
            );
            assert!(rules.nonces > 0, "a network without a nonce has no lottery: say how many there are at least");
            Rules::<T>::put(rules);
            let seen = Seen::of(rules.nonces);
            let mut day = Sums::default();
            (0..RING).for_each(|_| day.add(seen));
            Day::<T>::put(day);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account put up a bond, or more of it.
        Bonded {
            /// The account.
            miner: T::AccountId,
            /// How much more.
            amount: Balance,
            /// All of it.
            bond: Balance,
        },
        /// An account took bond back.
        Unbonded {
            /// The account.
            miner: T::AccountId,
            /// How much.
            amount: Balance,
            /// What is left.
            bond: Balance,
        },
        /// A round's challenge is known.
        RoundOpened {
            /// The round.
            round: RoundIndex,
            /// What it asks.
            challenge: Challenge,
        },
        /// A claim was verified and is the best of its round so far.
        Claimed {
            /// The round.
            round: RoundIndex,
            /// Whose plot it is.
            miner: T::AccountId,
            /// The nonce.
            nonce: u64,
            /// How good it is.
            quality: Quality,
        },
        /// The fee of a claim was spent that was the best before: it is no more on hold.
        FeeSpent {
            /// Whose claim it is.
            miner: T::AccountId,
            /// How much it is.
            fee: Balance,
        },
        /// A claim was verified and is false.
        ClaimedFalsely {
            /// The round.
            round: RoundIndex,
            /// Whose claim it is.
            miner: T::AccountId,
            /// What it cost of the bond.
            slashed: Balance,
        },
        /// A round closed.
        RoundClosed {
            /// The round.
            round: RoundIndex,
            /// Whose claim won, if there was one.
            winner: Option<T::AccountId>,
            /// What the winner got.
            reward: Balance,
            /// Whether the round counts: not where under half of its blocks were built, or took claims.
            recorded: bool,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The round takes no claims: it is closed, or its challenge is not known yet.
        RoundNotOpen,
        /// The claim answers another challenge than the round's: it was made on another fork.
        OtherChallenge,
        /// The signer may not claim for this account.
        NotPlotter,
        /// The claim is not better than the best of its round.
        NotBetter,
        /// The claim is worse than a network of this size would ever need.
        TooPoor,
        /// There is no nonce of this number.
        NoSuchNonce,
        /// The account's claims of this round were verified as often as may be.
        TooManyOfAccount,
        /// As many claims were verified in this block as may be: try the next.
        TooManyInBlock,
        /// The round has had as many claims verified as may be.
        TooManyOfRound,
        /// The account has no bond for capacity.
        NotBonded,
        /// The bond would be, or is, less than the least, or less than a false claim of this round costs.
        BondTooLow,
        /// The bond has not stood for long enough.
        BondTooYoung,
        /// The account has too few coins.
        NotEnoughCoins,
        /// The amount is zero.
        Nothing,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            InBlock::<T>::kill();
            Self::note_parent();
            // What `on_finalize` will take: a block can only be charged for it before it is filled.
            let closing = <T as Config>::WeightInfo::close_and_begin();
            closing.max(<T as Config>::WeightInfo::close_and_open())
        }

        fn on_finalize(_: BlockNumberFor<T>) {
            Self::advance();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The rounds that take claims, or will soon: the latest first.
        pub fn rounds() -> RoundsView {
            Self::rounds_view()
        }

        /// How rounds run.
        pub fn rules() -> RoundRules {
            Self::rules_view()
        }

        /// What stands for an account's claims, and the rounds that are left until they are taken.
        pub fn bond_of(miner: [u8; 32]) -> Option<(Balance, u32)> {
            Self::bond_of_view(miner)
        }

        /// Whether an account may claim for another one, or for itself.
        pub fn may_claim_for(miner: [u8; 32], signer: [u8; 32]) -> bool {
            Self::may_claim_for_view(miner, signer)
        }

        /// What is known of the network's space.
        pub fn estimate() -> EstimateView {
            Self::estimate_view()
        }

        /// Some rounds that closed, the latest first: from number `from` on back, counted from the chain's first, or from the latest.
        pub fn history(from: Option<u32>) -> RecordPage {
            Self::history_view(from)
        }

        /// What is left of the coins from space, if there is a pool.
        pub fn emission() -> Option<EmissionView> {
            Self::emission_view()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Puts up a bond for claims, or more of it.
        ///
        /// ## Dispatch Origin
        /// Signed.
        ///
        /// ## Details
        /// Claims are taken once the bond has been the least or more for [`RoundRules::bond_age`] rounds. A round may want more:
        /// [`Round::slash`]. What is added for that need not age.
        ///
        /// ## Errors
        /// [`Error::Nothing`], [`Error::BondTooLow`], [`Error::NotEnoughCoins`]; those of the currency where an account has as many
        /// reasons to stay as it may.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::bond())]
        pub fn bond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            Self::do_bond(ensure_signed(origin)?, amount)
        }

        /// Takes bond back: all of it, or so much that the least is left.
        ///
        /// ## Dispatch Origin
        /// Signed.
        ///
        /// ## Details
        /// At once: a claim is judged when it is made, so that nothing can still be due.
        ///
        /// ## Errors
        /// [`Error::Nothing`], [`Error::NotBonded`], [`Error::BondTooLow`], [`Error::NotEnoughCoins`] where the bond is less.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::unbond())]
        pub fn unbond(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            Self::do_unbond(ensure_signed(origin)?, amount)
        }

        /// Claims that a nonce of an account's plots answers a round with this quality.
        ///
        /// ## Dispatch Origin
        /// Signed by the account whose plot it is, or for `miner` by one that may claim for it ([`Config::MayClaimFor`]).
        ///
        /// ## Details
        /// The nonce is of level 1, and `tag` is of the challenge that it answers. What is stale, worse than the best claim, of another
        /// fork or too much is refused before it is verified, and most of the fee is refunded. A claim that holds is the best so far;
        /// its fee is on hold on the miner's account until the round closes, and refunded if it wins. A claim that is false costs the
        /// signer the fee and the miner [`Round::slash`] of the bond, which counts as put up anew; and the call succeeds, so that all
        /// that is kept.
        ///
        /// Call it by itself. Inside of another call (a batch, `proxy`) what was verified is paid for by the signer as well, though the
        /// fee is on hold; `proxy` gives nothing back for what was refused; and in a batch that is rolled back as a whole nothing is
        /// kept: no claim, no place and no slash.
        ///
        /// ## Errors
        /// [`Error::NotPlotter`], [`Error::RoundNotOpen`], [`Error::OtherChallenge`], [`Error::TooPoor`], [`Error::NotBetter`],
        /// [`Error::NoSuchNonce`], [`Error::NotBonded`], [`Error::BondTooLow`], [`Error::BondTooYoung`], [`Error::TooManyOfAccount`],
        /// [`Error::TooManyInBlock`], [`Error::TooManyOfRound`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::submit())]
        pub fn submit(
            origin: OriginFor<T>,
            miner: Option<T::AccountId>,
            round: RoundIndex,
            tag: Tag,
            seed: Seed,
            nonce: u64,
            quality: Quality,
        ) -> DispatchResultWithPostInfo {
            let signer = ensure_signed(origin)?;
            let admitted = Self::miner_of(signer, miner)
                .and_then(|miner| Self::admit(miner, round, tag, nonce, quality))
                .map_err(|error| error.with_weight(<T as Config>::WeightInfo::refuse()))?;
            let holds = Self::judge(admitted, seed, nonce, quality)?;
            // A fee that is on hold is not taken once more.
            Ok(if holds { Pays::No } else { Pays::Yes }.into())
        }
    }
}
