//! # Projects
//!
//! Batch projects: a requester's tasks in chunks, run by providers who commit to what they found before anybody shows it, compared, and
//! paid from an escrow.
//!
//! A project is one record however many tasks it has; a chunk has a record from its first claim on. Creating, cancelling and expiring
//! a project take the same whatever its size. There are no hooks: deadlines count the [clock](pallet_idlewild_clock), and whatever time
//! alone allows can be done by anybody, so that honest workers are paid even if the requester vanishes.
//!
//! ## States of a chunk
//!
//! | state | next | when, and by whom | money |
//! | --- | --- | --- | --- |
//! | Open: no replica | race | a provider [claims](Pallet::claim); for `race` blocks so may others | the chunk's share is in escrow |
//! | race | draw | two blocks later randomness picks by bond: `places` of them | nothing: claims are free, and of too many a seed keeps some [by their bonds](idlewild_compute_primitives::race) |
//! | drawn | Working | within `acknowledge` who was drawn [acknowledges](Pallet::acknowledge); else the place is free again | the chunk's bond is locked; silence costs reputation |
//! | Working, running | committed | until the replica's own deadline it [commits](Pallet::commit) | late: 1 % of the bond to the treasury, where somebody else is done with the same chunk |
//! | Working, all committed | reveals due | at once; for a lone trusted replica, randomness of two blocks later says whether it gets a second one first | the machine is free again |
//! | Working, a replica missing | race | as above; when who committed has waited for `adjudicate`, it goes on without | D1 and D2: one alone that nobody came to check goes unpaid and free, and the chunk is Open |
//! | Working, reveals due | compared | within `reveal` each [reveals](Pallet::reveal) | silence forfeits what losing does |
//! | compared, all equal | Agreed | at once | 80 % of each bill |
//! | compared, D0, not equal | Disputed | at once | trackers are asked |
//! | compared, D1 or D2, not equal | Agreed, Working or Final | at once: more than half agree, or one more replica up to five, or nobody can tell | a minority is not paid; where nobody can tell, the time is paid and the program falls to D3 |
//! | Agreed | Final | after `challenge` anybody [finalises](Pallet::finalise) | the other 20 %, the fee burned, the bond free, the rest of the share back |
//! | Agreed, D0 | Disputed | within `challenge` anybody [challenges](Pallet::challenge), or a [sample](Pallet::sample) found something else | a challenger's deposit: what a panel costs |
//! | Disputed | Final, Open | the panel's verdict | who is right is paid; who is wrong is slashed the bond of the chunk: 50 % for checks and a challenger, who has the first fifth of that, 30 % requester, 20 % treasury |
//! | Disputed | Final | the panel cannot agree | nobody is slashed, the time is paid |
//!
//! [`Pallet::advance`] makes every step for which a deadline has passed.
//!
//! ## What keeps it honest
//!
//! - *There is nothing to copy.* No replica reveals before all that are wanted have committed, and whether a lone one gets a second is
//!   drawn before it reveals. (Had the lone one to reveal first, the second could copy it.) Of D0, nobody becomes an ordinary replica after
//!   anything was shown: where a second run is wanted then (the others were silent, nobody came, or the provider lost elsewhere since), a
//!   tracker does it. Of D1 and D2 a later replica can know what earlier ones showed; nothing is slashed there for it, and every vote was
//!   bound to somebody else's bond.
//! - *A bill is as certain as the result.* The fuel of D0 is in the root that is compared ([`used_in`]). Other reports only lower a bill: it
//!   is never more than what the machine was reserved for, nor than the price.
//! - *A chunk spends its own share.* [`escrow_of_chunk`] is set aside for each, and what slashes bring in; its `left` never goes below
//!   what its replicas may still cost. Trackers are paid from an escrow of each panel's own, filled with what is over.
//! - *Replicas are of different operators*, and none is the owner's. A clique with share f of all bonds still fills k places with f^k.
//! - *A score costs a fee*, and is given for a result that was checked as it had to be.
//! - *Nothing is looked at or judged for nothing*: a chunk has a least price, and a project's owner has a deposit on hold.
//! - *Only a proven wrong result of D0 is slashed*, or silence after a commitment to one; of other classes never.
//! - *Randomness that nobody asked for in time* (it is kept for 2,048 blocks) counts against who waited: the check and the sample take
//!   place; a race begins anew.
//!
//! An input that is not public is for metered programs alone. Its key is [posted](Pallet::wrap) to each provider, and only then its time
//! begins; who is left without it goes free.
//!
//! [`used_in`]: idlewild_compute_primitives::outcome::used_in
//! [`escrow_of_chunk`]: idlewild_compute_primitives::money::escrow_of_chunk

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod agreement;
mod case;
mod claims;
mod creation;
mod ending;
mod errors;
mod events;
mod invariants;
mod judging;
mod money;
mod revealing;
mod running;
pub mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use weights::WeightInfo;

/// Where outputs are kept.
pub trait Outputs<AccountId> {
    /// Whether what a deal says is stored, `by` put it there at `since` or later, and it stays for
    /// [`OUTPUT_STAYS`](idlewild_compute_primitives::project::OUTPUT_STAYS) from now on.
    fn is_stored(deal: idlewild_compute_primitives::DealId, by: &AccountId, since: idlewild_compute_primitives::Clock) -> bool;

    /// Stores something, and says in which deal.
    #[cfg(feature = "runtime-benchmarks")]
    fn store(by: &AccountId) -> Result<idlewild_compute_primitives::DealId, sp_runtime::DispatchError>;
}

// What the macro writes expects what it knows to be there, and one of the calls carries all that is asked for.
#[allow(clippy::expect_used, clippy::large_enum_variant)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        dispatch::{PostDispatchInfo, WithPostDispatchInfo},
        pallet_prelude::*,
        traits::{fungible::Credit, OnUnbalanced},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_compute_primitives::{
        chunk::Deadlines,
        commitment::SealedKey,
        project::ProjectSpec,
        trust::{Chance, CERTAIN, SAMPLED},
        view::{ChunkView, ChunksPage, DutiesPage, OpenChunksPage, ProjectView, ProjectsPage},
        Balance, ChunkIndex, Clock, DealId, Digest, EscrowId, PanelId, ProjectId, ProviderId,
    };

    use crate::{
        types::{Asked, Batch, Chunk, Commitment, Dropped, Place, Project, Reveal, Subject, MOST_REPLICAS},
        Outputs, WeightInfo,
    };

    /// Most chunks that one call of [`clean`](Pallet::clean) removes.
    pub const MAX_CLEANED: u32 = 64;
    /// A project's number as a key, such that keys are in the order of the numbers.
    pub type Ordered = [u8; 8];
    /// Coins that were taken from somebody and are nobody's until it is said whose.
    pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as pallet_idlewild_escrow::Config>::Currency>;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: From<[u8; 32]> + Into<[u8; 32]>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_randomness::Config
        + pallet_idlewild_escrow::Config<RuntimeHoldReason: From<HoldReason>>
        + pallet_idlewild_organisations::Config
        + pallet_idlewild_apps::Config
        + pallet_idlewild_offers::Config<Currency = <Self as pallet_idlewild_escrow::Config>::Currency>
        + pallet_idlewild_trackers::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// Where outputs are kept.
        type Outputs: Outputs<Self::AccountId>;
        /// Who gets fees for being late, and the treasury's part of what is slashed.
        type Treasury: OnUnbalanced<CreditOf<Self>>;
        /// How long a project that is over is kept for its owner to fetch results, in blocks of the clock. Then anybody may remove it.
        #[pallet::constant]
        type Keep: Get<Clock>;
        /// What its owner has on hold for a project's record.
        #[pallet::constant]
        type ProjectDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for saying that an agreed result is wrong.
        #[codec(index = 0)]
        Challenge,
        /// They stand for what the chain keeps of a project.
        #[codec(index = 1)]
        Project,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Deadlines of chunks; fixed at genesis.
    #[pallet::storage]
    pub type Rules<T> = StorageValue<_, Deadlines, ValueQuery>;

    /// How likely an agreed result is run again by a tracker; fixed at genesis.
    #[pallet::storage]
    pub type Sampled<T> = StorageValue<_, Chance, ValueQuery>;

    /// The number of the next project.
    #[pallet::storage]
    pub type NextProject<T> = StorageValue<_, ProjectId, ValueQuery>;

    /// Projects by number.
    #[pallet::storage]
    pub type Projects<T: Config> = StorageMap<_, Twox64Concat, ProjectId, Project<T::AccountId>>;

    /// Chunks that somebody claimed once. Those without a record are open.
    #[pallet::storage]
    pub type Chunks<T: Config> = StorageDoubleMap<_, Twox64Concat, ProjectId, Twox64Concat, ChunkIndex, Chunk<T::AccountId>>;

    /// Projects that are not over, in ascending order.
    #[pallet::storage]
    pub type OpenProjects<T> = StorageMap<_, Identity, Ordered, ()>;

    /// The projects of each owner, in ascending order.
    #[pallet::storage]
    pub type ProjectsOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, Ordered, ()>;

    /// The chunks that each provider is in a race for, was drawn for, or has a replica of that is not over, in ascending order.
    #[pallet::storage]
    pub type WorkOf<T> = StorageDoubleMap<_, Twox64Concat, ProviderId, Identity, Place, ()>;

    /// Keys of inputs that are not public, sealed to the providers that have the chunk.
    #[pallet::storage]
    pub type Keys<T> = StorageDoubleMap<_, Identity, Place, Twox64Concat, ProviderId, SealedKey>;

    /// Panels that have not decided.
    #[pallet::storage]
    pub type Asks<T: Config> = StorageMap<_, Twox64Concat, Subject, Asked<T::AccountId>>;

    /// The deals with what was shown of chunks that there is a record of: each holds one result.
    #[pallet::storage]
    pub type UsedOutputs<T> = StorageMap<_, Twox64Concat, DealId, ()>;

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// Deadlines of chunks; those of a live chain where none are given.
        pub deadlines: Option<Deadlines>,
        /// How likely an agreed result is run again by a tracker, in millionths.
        pub sampled: Chance,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self { deadlines: None, sampled: SAMPLED, _config: core::marker::PhantomData }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let deadlines = self.deadlines.unwrap_or_default();
            assert!(
                crate::invariants::is_sound(&deadlines),
                "deadlines of chunks must leave time for randomness to come, and a panel must have time for four runs of a chunk"
            );
            assert!(self.sampled <= CERTAIN, "a chance is in millionths, and none is more than certain");
            Rules::<T>::put(deadlines);
            Sampled::<T>::put(self.sampled);
        }
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
        /// Deadlines of chunks.
        pub fn deadlines() -> Deadlines {
            Rules::<T>::get()
        }

        /// A project.
        pub fn project(id: ProjectId) -> Option<ProjectView> {
            Self::project_view(id)
        }

        /// Some projects, by ascending number: those after `after`, or the first ones.
        pub fn projects(after: Option<ProjectId>, limit: u32) -> ProjectsPage {
            Self::projects_page(after, limit)
        }

        /// The same, of one owner.
        pub fn projects_of(owner: [u8; 32], after: Option<ProjectId>, limit: u32) -> ProjectsPage {
            Self::projects_of_page(&owner.into(), after, limit)
        }

        /// A chunk.
        pub fn chunk(project: ProjectId, index: ChunkIndex) -> Option<ChunkView> {
            Self::chunk_view(project, index)
        }

        /// Some chunks of a project, by ascending place: those after `after`, or the first ones.
        pub fn chunks(project: ProjectId, after: Option<ChunkIndex>, limit: u32) -> ChunksPage {
            Self::chunks_page(project, after, limit)
        }

        /// Some chunks that a provider could claim now, and that pay what it asks for their time, by ascending project and place. A page may
        /// be empty though there is a next one.
        /// Who begins at another place each time races less with others.
        pub fn open_chunks(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> OpenChunksPage {
            Self::open_chunks_page(provider, after, limit)
        }

        /// Some of what a provider has to do now, by ascending project and place. A page may be empty though there is a next one.
        pub fn duties(provider: ProviderId, after: Option<(ProjectId, ChunkIndex)>, limit: u32) -> DutiesPage {
            Self::duties_page(provider, after, limit)
        }

        /// The key of a chunk's input, sealed to a provider, where it is not public and was posted.
        pub fn key_for(project: ProjectId, chunk: ChunkIndex, provider: ProviderId) -> Option<SealedKey> {
            Self::key_view(project, chunk, provider)
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Creates a project, and puts what all of its chunks may cost in escrow.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will own the project.
        ///
        /// ## Details
        /// For each chunk there is held what five replicas, their fees and one panel of trackers cost; what a chunk does not need comes back
        /// when it is over. The organisation pays, where one is named and the caller's quota has room for it. The caller has
        /// [`Config::ProjectDeposit`] on hold besides, until the project is removed. A provider must be able to run the program's form,
        /// whatever `wishes` says. What is in the input is not looked at.
        ///
        /// ## Errors
        /// [`Error::BadTasks`], [`Error::BadLimits`], [`Error::BadRun`], [`Error::PriceTooLow`], [`Error::BadReplicas`],
        /// [`Error::InputNotPublic`], [`Error::BadDeadline`], [`Error::PriceTooHigh`], [`Error::TooManyProjects`],
        /// [`Error::NotEnoughCoins`]; those of [`check`](pallet_idlewild_apps::Pallet::check), [`book`](pallet_idlewild_organisations::Pallet::book) and
        /// [`open`](pallet_idlewild_escrow::Pallet::open).
        #[pallet::call_index(0)]
        pub fn create(origin: OriginFor<T>, spec: ProjectSpec) -> DispatchResult {
            Self::do_create(ensure_signed(origin)?, spec)
        }

        /// Says that a provider wants chunks.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// The first claim of a chunk begins a race, in which others may claim it too; two blocks after the race randomness draws among
        /// them by their bonds. Nothing is taken for a claim. Who is drawn and does not [acknowledge](Self::acknowledge) in time counts as
        /// late once, also where it claimed more than it has room and bond for. Where a race has as many claims as it may, the one that ranks
        /// lowest gives way to one that ranks higher, by [bond and chance](idlewild_compute_primitives::race).
        /// All chunks are claimed, or none.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::ProjectClosed`], [`Error::NoPlace`], [`Error::Tried`],
        /// [`Error::OwnProject`], [`Error::SameOperator`], [`Error::NotSuited`], [`Error::OtherHostClass`], [`Error::NotActive`],
        /// [`Error::NoRoom`], [`Error::BondTooLow`], [`Error::DrawPending`], [`Error::AlreadyClaimed`], [`Error::RaceFull`], and those of
        /// [`operated`](pallet_idlewild_offers::Pallet::operated).
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::claim(chunks.len() as u32))]
        pub fn claim(
            origin: OriginFor<T>,
            project: ProjectId,
            provider: ProviderId,
            chunks: Batch<ChunkIndex>,
        ) -> DispatchResult {
            Self::do_claim(ensure_signed(origin)?, project, provider, chunks)
        }

        /// Begins to run chunks that a provider was drawn for.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// From now on the project's resources are taken of what the provider has free, until it commits, and a part of its bond stands for
        /// the chunk, until its result is final: as much as its score asked for when it claimed. Who is drawn is decided by the seed of the second block of the clock after the race, and
        /// can be known from [`chunk`](Self::chunk). All chunks are begun, or none.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NotDrawn`], [`Error::ProjectClosed`],
        /// [`Error::BondTooLow`], [`Error::NotSuited`], [`Error::OtherHostClass`], [`Error::NoPlace`]; those of
        /// [`operated`](pallet_idlewild_offers::Pallet::operated) and [`take_work`](pallet_idlewild_offers::Pallet::take_work).
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::acknowledge(chunks.len() as u32))]
        pub fn acknowledge(
            origin: OriginFor<T>,
            project: ProjectId,
            provider: ProviderId,
            chunks: Batch<ChunkIndex>,
        ) -> DispatchResult {
            Self::do_acknowledge(ensure_signed(origin)?, project, provider, chunks)
        }

        /// Binds what a provider found, without showing it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Each commitment is [`of_finding`](idlewild_compute_primitives::commitment::of_finding) for the operator's account: it can be
        /// opened to nothing else, and by nobody else. Keep finding and salt safe first: who cannot reveal loses what a liar loses.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NoReplica`], [`Error::AlreadyCommitted`],
        /// [`Error::NoKey`], [`Error::TooLate`], and those of [`operated`](pallet_idlewild_offers::Pallet::operated).
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::commit(commitments.len() as u32))]
        pub fn commit(
            origin: OriginFor<T>,
            project: ProjectId,
            provider: ProviderId,
            commitments: Batch<Commitment>,
        ) -> DispatchResult {
            Self::do_commit(ensure_signed(origin)?, project, provider, commitments)
        }

        /// Shows what a provider found.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// The output must be stored by then, in a deal of its own that was made since the provider began, and of a deterministic program `used` must be what the root says. Send this only when
        /// [`duties`](Self::duties) lists it: a call that is refused has shown what it says all the same. The last one that reveals has
        /// results compared, and is paid with the others where they agree.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NoReplica`], [`Error::NotAllCommitted`],
        /// [`Error::CheckPending`], [`Error::TooLate`], [`Error::AlreadyRevealed`], [`Error::OtherCommitment`],
        /// [`Error::OutputNotStored`], [`Error::OutputUsed`], [`Error::FalseUse`], and those of [`operated`](pallet_idlewild_offers::Pallet::operated).
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::reveal(reveals.len() as u32))]
        pub fn reveal(
            origin: OriginFor<T>,
            project: ProjectId,
            provider: ProviderId,
            reveals: Batch<Reveal>,
        ) -> DispatchResult {
            Self::do_reveal(ensure_signed(origin)?, project, provider, reveals)
        }

        /// Makes every step of a chunk for which a deadline has passed, or randomness has come.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// Makes a draw, takes their places from those who did not acknowledge, commit or reveal in time, decides whether a lone replica
        /// gets a second one, goes on without replicas that nobody came for, and ends a chunk that is not given out any more.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NothingDue`].
        #[pallet::call_index(5)]
        // A verdict against five takes from them what silence takes, and a bit more.
        #[pallet::weight(<T as Config>::WeightInfo::advance().max(<T as Config>::WeightInfo::decided()))]
        pub fn advance(origin: OriginFor<T>, project: ProjectId, chunk: ChunkIndex) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_advance(project, chunk)
        }

        /// Says that a result that was agreed to is wrong.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// A deposit as large as the pay of a panel is put on hold, and trackers are asked. It is lost to the requester, who pays the panel,
        /// where the result stands; else it is released, and a tenth of what is slashed is the challenger's, and four tenths less what
        /// trackers were paid. While a tracker is asked by chance nobody can; the time for it begins anew when that has answered.
        /// Where trackers cannot agree, the result stands and the deposit is released.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NotAgreed`], [`Error::NotProvable`],
        /// [`Error::TooLate`], [`Error::SamplePending`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(6)]
        pub fn challenge(origin: OriginFor<T>, project: ProjectId, chunk: ChunkIndex) -> DispatchResult {
            Self::do_challenge(ensure_signed(origin)?, project, chunk)
        }

        /// Has a tracker run a result again that was drawn for it.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// The draw is by the seed of the second block of the clock after the result was agreed to. [`finalise`](Self::finalise) would do
        /// the same later. Only results of deterministic programs are drawn.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NotAgreed`], [`Error::TooEarly`],
        /// [`Error::NotSampled`].
        #[pallet::call_index(7)]
        pub fn sample(origin: OriginFor<T>, project: ProjectId, chunk: ChunkIndex) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_sample(project, chunk)
        }

        /// Pays the rest for results that nobody can challenge any more, and gives back what their chunks did not need.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// A result that was drawn for it, or that one provider alone found who has lost another one since, is checked instead: by a
        /// tracker, or by one more replica where trackers cannot judge.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NoSuchChunk`], [`Error::Untouched`], [`Error::NotAgreed`], [`Error::TooEarly`],
        /// [`Error::SamplePending`].
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::finalise(chunks.len() as u32))]
        pub fn finalise(origin: OriginFor<T>, project: ProjectId, chunks: Batch<ChunkIndex>) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_finalise(project, chunks)
        }

        /// Posts the key of an input that is not public, sealed to a provider that has a chunk.
        ///
        /// ## Dispatch Origin
        /// Signed, by the project's owner.
        ///
        /// ## Details
        /// Its time to run begins now. Whether the key is right is between the two of them: such a project is metered.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NotOwner`], [`Error::NotWrapped`], [`Error::NoSuchChunk`], [`Error::Untouched`],
        /// [`Error::KeyPosted`], [`Error::NoReplica`], [`Error::AlreadyCommitted`], [`Error::TooLate`].
        #[pallet::call_index(9)]
        pub fn wrap(
            origin: OriginFor<T>,
            project: ProjectId,
            chunk: ChunkIndex,
            provider: ProviderId,
            key: SealedKey,
        ) -> DispatchResult {
            Self::do_wrap(ensure_signed(origin)?, project, chunk, provider, key)
        }

        /// Gives out no more chunks of a project.
        ///
        /// ## Dispatch Origin
        /// Signed, by the project's owner, or by that of the organisation that pays.
        ///
        /// ## Details
        /// The shares of chunks that nobody has touched come back at once. A chunk that somebody works on goes on, with further replicas if
        /// it needs them; one that was claimed and never begun ends with [`advance`](Self::advance).
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NotOwner`], [`Error::ProjectClosed`].
        #[pallet::call_index(10)]
        pub fn cancel(origin: OriginFor<T>, project: ProjectId) -> DispatchResult {
            Self::do_cancel(ensure_signed(origin)?, project)
        }

        /// The same once the project's deadline has passed.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// As [`cancel`](Self::cancel).
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::TooEarly`], [`Error::ProjectClosed`].
        #[pallet::call_index(11)]
        pub fn expire(origin: OriginFor<T>, project: ProjectId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_expire(project)
        }

        /// Removes the records of some chunks of a project that is over, and with them where their outputs are.
        ///
        /// ## Dispatch Origin
        /// Signed, by the project's owner, or by anyone once it has been over for [`Config::Keep`].
        ///
        /// ## Details
        /// At most `limit` of them, and no more than 64; what less than that costs is refunded.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NotEnded`], [`Error::TooEarly`], [`Error::NothingToClean`].
        #[pallet::call_index(12)]
        #[pallet::weight(<T as Config>::WeightInfo::clean((*limit).min(MAX_CLEANED)))]
        pub fn clean(origin: OriginFor<T>, project: ProjectId, limit: u32) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let removed = Self::do_clean(who, project, limit.min(MAX_CLEANED))
                .map_err(|error| error.with_weight(<T as Config>::WeightInfo::clean(0)))?;
            Ok(PostDispatchInfo::from(Some(<T as Config>::WeightInfo::clean(removed))))
        }

        /// Removes a project that is over, and of which no chunk is left.
        ///
        /// ## Dispatch Origin
        /// Signed, by the project's owner, or by anyone once it has been over for [`Config::Keep`].
        ///
        /// ## Details
        /// Its escrow was closed when its last chunk was over. Its owner's deposit is released.
        ///
        /// ## Errors
        /// [`Error::NoSuchProject`], [`Error::NotEnded`], [`Error::TooEarly`], [`Error::ChunksLeft`].
        #[pallet::call_index(13)]
        pub fn close(origin: OriginFor<T>, project: ProjectId) -> DispatchResult {
            Self::do_close(ensure_signed(origin)?, project)
        }
    }
}
