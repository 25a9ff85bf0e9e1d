//! What the chain tells of projects: a part of the pallet, in a file of its own.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A project was created.
        Created {
            /// Its number.
            project: ProjectId,
            /// Whose it is.
            owner: T::AccountId,
            /// Its escrow.
            escrow: EscrowId,
            /// Its chunks.
            chunks: u32,
            /// What is held for them.
            held: Balance,
        },
        /// A provider wants a chunk.
        Claimed {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
        },
        /// A claim gave way to one that ranks higher in a race that was full.
        Displaced {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Whose claim it was.
            provider: ProviderId,
        },
        /// Providers were drawn for a chunk.
        Drawn {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Who.
            providers: BoundedVec<ProviderId, ConstU32<MOST_REPLICAS>>,
            /// The last block of the clock in which they can acknowledge.
            until: Clock,
        },
        /// A provider began to run a chunk.
        Began {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
            /// What of its bond stands for it.
            bond: Balance,
            /// The last block of the clock in which it can commit, or by which the input's key has to be posted.
            until: Clock,
        },
        /// The key of the input was posted to a provider.
        KeyPosted {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
            /// The last block of the clock in which it can commit.
            until: Clock,
        },
        /// A provider's result is bound.
        Committed {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
        },
        /// All results that are wanted are bound.
        AllCommitted {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Whether it is still to be drawn whether there is a second replica: nothing can be revealed before.
            waits_for_check: bool,
            /// The last block of the clock in which results can be revealed, where it does not wait for that.
            until: Clock,
        },
        /// It was drawn whether a lone replica is checked by a second one.
        Checked {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Whether it is.
            checked: bool,
        },
        /// A provider's result is known.
        Revealed {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
            /// The root of what it found.
            root: Digest,
            /// What it is to be paid for that.
            bill: Balance,
        },
        /// Results differ, and one more replica is wanted.
        Differed {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Replicas that are wanted now.
            wanted: u8,
        },
        /// A result was agreed to.
        Agreed {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The root of it.
            root: Digest,
        },
        /// The one provider that found a result has lost another one since: it is checked after all.
        Doubted {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
        },
        /// A tracker is asked to run a result again, by chance.
        Sampling {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The panel.
            panel: PanelId,
        },
        /// A tracker ran a result again, or did not.
        WasSampled {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Whether it found the same, if it answered.
            passed: Option<bool>,
        },
        /// Somebody says that an agreed result is wrong.
        Challenged {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Who.
            who: T::AccountId,
            /// What that account has on hold for it.
            deposit: Balance,
        },
        /// A challenge is over.
        ChallengeOver {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Whose it was.
            who: T::AccountId,
            /// The deposit.
            deposit: Balance,
            /// Whether the result was right, so that the deposit is lost.
            is_lost: bool,
        },
        /// A challenger was right and has a part of what was slashed.
        Rewarded {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// Who.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// Trackers are asked what a chunk's result is.
        Disputed {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The panel.
            panel: PanelId,
        },
        /// A provider has a chunk no longer, without a result.
        Dropped {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
            /// Why.
            why: Dropped,
        },
        /// A provider lost a result.
        Lost {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
            /// What of its bond that cost.
            slashed: Balance,
        },
        /// A provider was paid.
        Paid {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The provider.
            provider: ProviderId,
            /// How much.
            amount: Balance,
        },
        /// Nobody has a chunk any more: it is given out anew.
        Reopened {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
        },
        /// A chunk is over.
        Finished {
            /// The project.
            project: ProjectId,
            /// The chunk.
            chunk: ChunkIndex,
            /// The root of its result, if it has one.
            root: Option<Digest>,
            /// What of its share went back.
            refunded: Balance,
        },
        /// Chunks of a project that nobody works on are no longer given out.
        Shut {
            /// The project.
            project: ProjectId,
            /// Chunks that nobody had touched, and that are over now.
            untouched: u32,
            /// What of their shares went back: all of it.
            refunded: Balance,
        },
        /// All chunks of a project are over, and its escrow is closed.
        Ended {
            /// The project.
            project: ProjectId,
        },
        /// Chunks of a project that is over were removed.
        Cleaned {
            /// The project.
            project: ProjectId,
            /// How many.
            chunks: u32,
        },
        /// A project that is over was removed.
        Closed {
            /// The project.
            project: ProjectId,
        },
    }
}
