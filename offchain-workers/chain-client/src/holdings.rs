//! What an account has: coins that it can spend, and coins on hold, each for its reason.

use idlewild_storage_primitives::Balance;
use serde::Serialize;

/// The coins of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountBalance {
    /// Coins that can be spent, but for the existential deposit.
    pub free: Balance,
    /// Coins on hold: bonds, deals.
    pub held: Balance,
}

/// The same, with what those on hold are for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holdings {
    /// The sums.
    #[serde(flatten)]
    pub balance: AccountBalance,
    /// Coins on hold by their reasons.
    pub holds: Vec<Hold>,
}

/// Coins on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// What for.
    pub reason: HoldReason,
    /// How many.
    pub amount: Balance,
}

/// What coins are on hold for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// Pay and bounties of deals.
    Deals,
    /// What a miner answers with.
    MinerBond,
    /// What an account that claims rounds answers with.
    ClaimBond,
    /// Fees of claims that may win their rounds.
    ClaimFees,
    /// Pay of jobs and services to come.
    Escrows,
    /// What a provider answers with.
    ProviderBond,
    /// What a tracker answers with.
    TrackerBond,
    /// What the chain keeps of jobs.
    Jobs,
    /// Saying that an agreed result is wrong.
    Challenges,
    /// Saying whether services answer.
    Reports,
    /// What the chain keeps of organisations.
    Organisations,
    /// What the chain keeps of apps.
    Apps,
    /// What the chain keeps of gateways and who may use them.
    Gateways,
    /// What the chain keeps of buckets and who may write them.
    Buckets,
    /// What the chain keeps of names.
    Names,
    /// What the chain keeps of shares and publications.
    Shares,
    /// Anything else: keys of collators, proxies, multisigs and what comes with later chains.
    Other,
}

impl HoldReason {
    /// The same in words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Deals => "stored files: pay and bounties to come",
            Self::MinerBond => "bond of a miner",
            Self::ClaimBond => "bond of plots",
            Self::ClaimFees => "fees of claims of rounds",
            Self::Escrows => "jobs and services: pay to come",
            Self::ProviderBond => "bond of a provider",
            Self::TrackerBond => "bond of a tracker",
            Self::Jobs => "deposits of jobs",
            Self::Challenges => "results said to be wrong",
            Self::Reports => "services said not to answer",
            Self::Organisations => "deposits of organisations",
            Self::Apps => "deposits of apps",
            Self::Gateways => "deposits of gateways",
            Self::Buckets => "deposits of buckets",
            Self::Names => "deposits of names",
            Self::Shares => "deposits of shares and publications",
            Self::Other => "other deposits",
        }
    }
}

impl Holdings {
    /// What was found on chain, in which a reason may come twice and some coins have none.
    pub fn new(balance: AccountBalance, found: impl IntoIterator<Item = (HoldReason, Balance)>) -> Self {
        let mut by_reason = std::collections::BTreeMap::<HoldReason, Balance>::new();
        let mut add = |reason, amount| {
            let sum = by_reason.entry(reason).or_default();
            *sum = Balance::saturating_add(*sum, amount);
        };
        let mut left = balance.held;
        for (reason, amount) in found {
            add(reason, amount);
            left = left.saturating_sub(amount);
        }
        add(HoldReason::Other, left);
        let holds = by_reason.into_iter().filter(|(_, amount)| *amount > 0).map(|(reason, amount)| Hold { reason, amount });
        Self { balance, holds: holds.collect() }
    }

    /// All coins of the account.
    pub fn total(&self) -> Balance {
        self.balance.free.saturating_add(self.balance.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_hold_is_accounted_for_to_the_last_coin() {
        let balance = AccountBalance { free: 5, held: 100 };
        let found = [(HoldReason::Escrows, 20), (HoldReason::Other, 3), (HoldReason::Deals, 0), (HoldReason::MinerBond, 50)];
        let holdings = Holdings::new(balance, found);
        let holds: Vec<_> = holdings.holds.iter().map(|hold| (hold.reason, hold.amount)).collect();
        assert_eq!(holds, [(HoldReason::MinerBond, 50), (HoldReason::Escrows, 20), (HoldReason::Other, 30)]);
        assert_eq!(holdings.total(), 105);
        assert_eq!(Holdings::new(AccountBalance { free: 5, held: 0 }, []).holds, []);
    }
}
