//! # Deals
//!
//! The contract for one segment: which miners hold which shards, for how long, at what price, and the coins behind it.
//!
//! A deal stands in the block that takes its miners' signed receipts; shards without a receipt can be filled later. Funds for the
//! whole term and a reserve for bounties are held from the owner. A miner earns a slot's rate for each whole period that it
//! proved while the slot was sealed in its range; [`Pallet::settle`] pays that out at any time and closes deals whose
//! term is over, giving the owner back what was not earned.
//!
//! Money: what is on hold for an owner under [`HoldReason::Deal`] is, to the unit, the sum over its deals of funds, reserve,
//! an extension's funds, and reserve bounties of repairers on probation.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod access;
mod creation;
mod invariants;
mod money;
mod receipts;
mod settlement;
mod term;
pub mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

/// Told when a deal is closed.
pub trait OnClosed {
    /// Forgets what is kept of `deal`'s slots.
    fn on_closed(deal: idlewild_storage_primitives::DealId);

    /// Keeps the most that there can be to forget about a deal of `slots` slots.
    #[cfg(feature = "runtime-benchmarks")]
    fn fill(_deal: idlewild_storage_primitives::DealId, _slots: u8) {}
}

impl OnClosed for () {
    fn on_closed(_: idlewild_storage_primitives::DealId) {}
}

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::vec::Vec;
    use frame_support::{
        dispatch::{PostDispatchInfo, WithPostDispatchInfo},
        pallet_prelude::*,
        traits::fungible::{Inspect, Mutate, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{
        deal::{Source, MAX_SLOTS},
        view::{DealView, EarningsPage, RepairablePage, SlotsPage, TermsView},
        Balance, Clock, DealId, MinerId, Salt, SlotIndex,
    };

    use crate::{
        settlement::Settled,
        types::{Deal, Manifest, Receipts, Request, Roots, Unfilled},
        OnClosed, WeightInfo,
    };

    pub use idlewild_storage_primitives::limits::{MAX_BATCH, MAX_SETTLED};

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_providers::Config
        + pallet_idlewild_proofs::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// The native coin.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + Mutate<Self::AccountId>
            + MutateHold<Self::AccountId, Reason = <Self as Config>::RuntimeHoldReason>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
        /// Told when a deal is closed, so that other pallets forget its slots.
        type OnClosed: OnClosed;
        /// Most data shards of a copy; the least is one.
        #[pallet::constant]
        type MaxData: Get<u8>;
        /// Most parity shards of a copy; the least is one.
        #[pallet::constant]
        type MaxParity: Get<u8>;
        /// Most copies.
        #[pallet::constant]
        type MaxCopies: Get<u8>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Pay and bounties of deals.
        #[codec(index = 0)]
        Deal,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next deal.
    #[pallet::storage]
    pub type NextDeal<T> = StorageValue<_, DealId, ValueQuery>;

    /// Deals by number.
    #[pallet::storage]
    pub type Deals<T: Config> = StorageMap<_, Twox64Concat, DealId, Deal<T::AccountId>>;

    /// The roots of each open deal's shards.
    #[pallet::storage]
    pub type ShardRoots<T> = StorageMap<_, Twox64Concat, DealId, Roots>;

    /// Each open deal's encrypted manifest.
    #[pallet::storage]
    pub type Manifests<T> = StorageMap<_, Twox64Concat, DealId, Manifest>;

    /// The open deals of each owner.
    #[pallet::storage]
    pub type DealsOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, DealId, ()>;

    /// Salts that are spent, by who created a deal with them.
    #[pallet::storage]
    pub type Salts<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, Salt, DealId>;

    /// Closed deals whose records stay until no receipt for them can be valid, in the order of their closing.
    #[pallet::storage]
    pub type Lingering<T> = StorageMap<_, Twox64Concat, u64, DealId>;

    /// The first place in [`Lingering`], and the next that is free.
    #[pallet::storage]
    pub type LingeringEnds<T> = StorageValue<_, (u64, u64), ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A deal stands.
        Created {
            /// Its number.
            deal: DealId,
            /// The account that pays.
            owner: T::AccountId,
            /// Its salt.
            salt: Salt,
            /// When its term ends, on the clock.
            end: Clock,
            /// Slots that a miner took.
            filled: u8,
            /// Slots in all.
            slots: u8,
            /// Coins put on hold.
            held: Balance,
        },
        /// A deal was left out, because too few of its slots could be filled; the others of the call stand.
        Skipped {
            /// Its owner.
            owner: T::AccountId,
            /// Its salt, which stays unused.
            salt: Salt,
        },
        /// A miner took a slot and must append it in time.
        Assigned {
            /// The deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// The miner.
            miner: MinerId,
        },
        /// A slot with a valid receipt stayed unfilled.
        SlotUnfilled {
            /// The deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// The miner that signed.
            miner: MinerId,
            /// Why.
            reason: Unfilled,
        },
        /// A miner was paid for periods that it proved.
        Paid {
            /// The deal.
            deal: DealId,
            /// The miner.
            miner: MinerId,
            /// How much.
            amount: Balance,
        },
        /// A repairer proved itself and was paid its bounty.
        BountyPaid {
            /// The deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// The repairer.
            miner: MinerId,
            /// Where the bounty was kept.
            source: Source,
            /// How much.
            amount: Balance,
        },
        /// A slot waits for a repairer.
        SlotOpened {
            /// The deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// Where the bounty is kept.
            source: Source,
        },
        /// A deal's reserve for bounties was raised.
        ToppedUp {
            /// The deal.
            deal: DealId,
            /// By how much.
            amount: Balance,
        },
        /// A deal will go on after its present term.
        Extended {
            /// The deal.
            deal: DealId,
            /// When it will end, on the clock.
            end: Clock,
            /// The price from then on, in plancks per GiB and period.
            price: Balance,
            /// Slots whose holders go along; the others will be open.
            accepted: u8,
            /// Coins put on hold.
            held: Balance,
        },
        /// A deal's owner ended it before its time.
        Cancelled {
            /// The deal.
            deal: DealId,
        },
        /// A deal has another owner.
        Transferred {
            /// The deal.
            deal: DealId,
            /// Who paid until now.
            from: T::AccountId,
            /// Who pays from now on.
            to: T::AccountId,
        },
        /// A deal is over and paid out.
        Closed {
            /// The deal.
            deal: DealId,
            /// What its owner got back.
            refunded: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no deal of that number.
        NoSuchDeal,
        /// The caller does not own the deal.
        NotOwner,
        /// The deal is over.
        DealOver,
        /// The deal has no slot of that number.
        NoSuchSlot,
        /// The numbers of shards or copies are out of bounds.
        BadGeometry,
        /// The length of a shard is zero, not a multiple of 64 bytes, or beyond the largest segment.
        BadShardLength,
        /// There is not one root for each slot.
        BadRoots,
        /// The term is shorter than the shortest or longer than the longest.
        BadTerm,
        /// This owner used the salt before.
        SaltUsed,
        /// Two receipts are for the same slot, or the slot was filled before.
        SlotTaken,
        /// A receipt names a miner that never existed.
        UnknownMiner,
        /// A receipt has expired.
        ReceiptExpired,
        /// A receipt is valid for longer than receipts may be.
        ReceiptTooLong,
        /// A receipt's least price is above the deal's price.
        PriceTooLow,
        /// A receipt's signature is not the miner's for this owner, deal, slot, root, length, term and price.
        BadReceipt,
        /// A miner's draw for this salt is beyond its share of the network.
        NotAdmitted,
        /// One operator has too many slots of a copy.
        TooManyOfOperator,
        /// The owner has not enough free coins for the deal's term and bounties.
        NotEnoughCoins,
        /// The deal was transferred, so that receipts for its creator no longer count; repair fills its slots.
        WasTransferred,
        /// The deal has an extension already, which must begin before the next.
        ExtensionPending,
        /// No holder would go on at that price.
        NobodyAccepts,
        /// The deal is younger than the shortest term.
        TooYoung,
        /// The amount is zero.
        NothingToAdd,
        /// No more deals can be numbered.
        TooManyDeals,
        /// The account that is to own the deal does not exist; it must have coins of its own first.
        NoSuchAccount,
        /// Nobody is on probation in the slot, or how it went cannot be told yet.
        Undecided,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Everything a client must know to build a deal.
        pub fn terms() -> TermsView {
            Self::terms_view()
        }

        /// A deal with its slots, roots and manifest.
        pub fn deal(id: DealId) -> Option<DealView> {
            Self::view(id)
        }

        /// The open deals of an account, in the order in which the state has them, from the one behind `after`.
        pub fn deals_of(owner: T::AccountId, after: Option<DealId>, limit: u32) -> Vec<DealView> {
            Self::deals_page(&owner, after, limit)
        }

        /// The slots of open deals after `after` that a miner answers for, by ascending number of the deal.
        pub fn slots_of(miner: MinerId, after: Option<DealId>, limit: u32) -> SlotsPage {
            Self::slots_page(miner, after, limit)
        }

        /// What settling deals after `after` would pay a miner now, by ascending number of the deal.
        pub fn earnings(miner: MinerId, after: Option<DealId>, limit: u32) -> EarningsPage {
            Self::earnings_page(miner, after, limit)
        }

        /// The slots of deals after `after` that wait for a repairer, by ascending number of the deal.
        pub fn repairable(after: Option<DealId>, limit: u32) -> RepairablePage {
            Self::repairable_page(after, limit)
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Creates deals from what miners signed.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner that receipts name.
        ///
        /// ## Details
        /// Pay for the whole term and bounties for as many slots as a copy has parity shards are put on hold. A miner that
        /// is short of capacity, bond or status leaves its slot unfilled, with an event; where a copy falls below its data
        /// shards and half its parity shards, that deal alone is skipped.
        ///
        /// ## Errors
        /// Of requests: [`Error::BadGeometry`], [`Error::BadShardLength`], [`Error::BadRoots`], [`Error::BadTerm`],
        /// [`Error::SaltUsed`], [`Error::NotEnoughCoins`], [`Error::TooManyDeals`]. Of receipts: [`Error::SlotTaken`],
        /// [`Error::NoSuchSlot`], [`Error::UnknownMiner`], [`Error::ReceiptExpired`], [`Error::ReceiptTooLong`],
        /// [`Error::PriceTooLow`], [`Error::BadReceipt`], [`Error::NotAdmitted`], [`Error::TooManyOfOperator`].
        #[pallet::call_index(0)]
        #[pallet::weight(requests.iter().fold(Weight::zero(), |sum, request| {
            sum.saturating_add(<T as Config>::WeightInfo::create_deals(request.receipts.len() as u32))
        }))]
        pub fn create_deals(origin: OriginFor<T>, requests: BoundedVec<Request, ConstU32<MAX_BATCH>>) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            requests.into_iter().try_for_each(|request| Self::do_create(&owner, request))
        }

        /// Fills slots that had no receipt when the deal was created.
        ///
        /// ## Dispatch Origin
        /// Signed, by the deal's owner, who must have created it.
        ///
        /// ## Details
        /// An extension that is due is begun first, and receipts must be for the term with it.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::DealOver`], [`Error::WasTransferred`], and those of receipts at
        /// [`create_deals`](Pallet::create_deals).
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::fill_slots(receipts.len() as u32).saturating_add(Pallet::<T>::most_to_begin()))]
        pub fn fill_slots(origin: OriginFor<T>, deal: DealId, receipts: Receipts) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            let used = <T as Config>::WeightInfo::fill_slots(receipts.len() as u32);
            let most = used.saturating_add(Self::to_begin(deal));
            let begun = Self::do_fill(owner, deal, receipts).map_err(|error| error.with_weight(most))?;
            Ok(Some(used.saturating_add(begun)).into())
        }

        /// Pays miners what they proved, decides probations that are over, begins extensions that are due, and closes deals whose
        /// term is over.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// Charged for the widest deals at first; what the deals' slots do not need is refunded. There is no fee where it closes
        /// deals and nothing else: so what is left to pay is paid at the latest then, and bonds are free soon after the term. A
        /// repairer that did not prove its probation loses two bounties of its bond, as if it had declared the slot lost. Deals
        /// that are gone or closed already are passed over, as somebody else may have been quicker; where there are more of those
        /// than of others that are closed, there is a fee.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`] where none of the deals is there.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::settle(MAX_SLOTS).saturating_mul(deals.len() as u64))]
        pub fn settle(origin: OriginFor<T>, deals: BoundedVec<DealId, ConstU32<MAX_SETTLED>>) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let mut used = Weight::zero();
            let [mut gone, mut closed, mut stands] = [0u32; 3];
            let mut found = deals.is_empty();
            for deal in deals {
                let (settled, slots) = Self::do_settle(deal)?;
                used = used.saturating_add(<T as Config>::WeightInfo::settle(slots));
                found |= settled != Settled::Gone;
                match settled {
                    Settled::Gone | Settled::WasClosed => gone = gone.saturating_add(1),
                    Settled::Closed => closed = closed.saturating_add(1),
                    Settled::GoesOn => stands = stands.saturating_add(1),
                }
            }
            ensure!(found, Error::<T>::NoSuchDeal.with_weight(used));
            let is_free = closed > 0 && closed >= gone && stands == 0;
            Ok(PostDispatchInfo { actual_weight: Some(used), pays_fee: if is_free { Pays::No } else { Pays::Yes } })
        }

        /// Adds coins to a deal's reserve for bounties.
        ///
        /// ## Dispatch Origin
        /// Signed, by the deal's owner.
        ///
        /// ## Details
        /// They are put on hold with the rest of the deal's coins. The reserve pays who fills a slot that never had a holder,
        /// or whose holder did not go along with an extension; what a miner lost is paid for out of that miner's bond. Where
        /// the reserve falls short of a bounty, the repairer gets what there is. What is left when the deal closes is the
        /// owner's again.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::DealOver`], [`Error::NothingToAdd`],
        /// [`Error::NotEnoughCoins`].
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::top_up())]
        pub fn top_up(origin: OriginFor<T>, deal: DealId, #[pallet::compact] amount: Balance) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_top_up(owner, deal, amount)
        }

        /// Lets a deal go on for `term` blocks after its present end.
        ///
        /// ## Dispatch Origin
        /// Signed, by the deal's owner.
        ///
        /// ## Details
        /// Holders whose posted price is at most `max_price` go along and are all paid the highest of those prices; the other
        /// slots are open for repair from the old end on. The extension's pay is put on hold at once.
        ///
        /// One price for all, and the highest, because a deal has one price, as when it was made: repairers take it too, and a
        /// holder has no reason to post more than it needs. A holder that posts much more cannot make the owner pay it:
        /// `max_price` leaves it out.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::DealOver`], [`Error::ExtensionPending`], [`Error::BadTerm`],
        /// [`Error::NobodyAccepts`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::extend())]
        pub fn extend(
            origin: OriginFor<T>,
            deal: DealId,
            term: Clock,
            #[pallet::compact] max_price: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_extend(owner, deal, term, max_price)
        }

        /// Ends a deal that has lasted for the shortest term: it is settled now, and its owner gets back the rest.
        ///
        /// ## Dispatch Origin
        /// Signed, by the deal's owner.
        ///
        /// ## Details
        /// An extension that is due is begun first, so that holders are paid for what they proved since the old end. A repairer
        /// whose probation is cut short has its bounty where it proved every period so far, and at least one.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::DealOver`], [`Error::TooYoung`].
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::cancel())]
        pub fn cancel(origin: OriginFor<T>, deal: DealId) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            let used = Self::do_cancel(owner, deal)?;
            Ok(Some(used).into())
        }

        /// Gives a deal to another account, with the coins behind it and a manifest that wraps the data keys for it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the deal's owner.
        ///
        /// ## Details
        /// The new owner is not asked. All that is on hold for the deal moves to it and stays on hold: from then on the deal
        /// pays out of the new owner's coins, and what it gives back is the new owner's. [`fill_slots`](Pallet::fill_slots) is
        /// refused for good, even after a transfer to oneself or back, because receipts name the account that created the deal;
        /// repair fills what is still empty. What the manifest says is not checked.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::DealOver`], [`Error::NoSuchAccount`].
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::transfer())]
        pub fn transfer(origin: OriginFor<T>, deal: DealId, to: T::AccountId, manifest: Manifest) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_transfer(owner, deal, to, manifest)
        }

        /// Decides a repairer's probation that is over: pays the bounty, or opens the slot again.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// A [settlement](Pallet::settle) does so too, for all slots; this is for one, and costs as much less, so that a bounty
        /// can be had before the deal is worth settling. What the repairer proved is paid first, and an extension that is due is
        /// begun, which decides all probations. Charged as if one were due; the rest is refunded, also on an error.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::DealOver`], [`Error::NoSuchSlot`], [`Error::Undecided`].
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::decide_probation().saturating_add(Pallet::<T>::most_to_begin()))]
        pub fn decide_probation(origin: OriginFor<T>, deal: DealId, slot: SlotIndex) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let used = <T as Config>::WeightInfo::decide_probation();
            let most = used.saturating_add(Self::to_begin(deal));
            let begun = Self::do_decide(deal, slot).map_err(|error| error.with_weight(most))?;
            Ok(Some(used.saturating_add(begun)).into())
        }
    }
}
