//! What may befall a transaction on its way into a block.

use idlewild_chain_client::Call;

/// What befalls a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The node takes it and loses it. Its sender is told nothing until it would have expired.
    Lose,
    /// The node takes it, then throws it out of its pool, and says so.
    Drop,
    /// The node finds it invalid and does not take it.
    Refuse,
    /// It waits in the pool until [`MemoryChain::release`](crate::MemoryChain::release).
    Hold,
    /// It is in a block, which refuses it as `the test.Denied`.
    Deny,
    /// It is in a block, which refuses it as `Capacity.TooManyInBlock`: somebody else's claims have taken all places.
    Crowd,
    /// The node takes it, and the connection breaks before it can say so.
    LoseAnswer,
}

/// Which transactions a fault befalls.
pub(crate) struct Rule {
    pub(crate) fault: Fault,
    /// How many more of them.
    pub(crate) left: u32,
    pub(crate) meant: Box<dyn Fn(&Call) -> bool + Send>,
}
