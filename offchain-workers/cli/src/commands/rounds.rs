//! `idlewild rounds`

use std::collections::BTreeMap;

use idlewild_capacity_primitives::{
    emission::marked,
    view::{EmissionView, EstimateView, RecordView, RoundView, RoundsView},
    Balance,
};
use idlewild_chain_client::{coins::show_coins, AccountId32, CapacityClient, RpcClient};
use serde::Serialize;

use crate::{
    args::Common,
    output::{show, table},
};

/// The lottery of plotted space.
#[derive(Serialize)]
struct Rounds {
    network: Network,
    emission: Option<Emission>,
    open: Vec<Open>,
    closed: Vec<Closed>,
}

#[derive(Serialize)]
struct Network {
    nonces: u64,
    /// Counted in GiB, as everything that has 128 bits is shown as an amount.
    gib: f64,
    /// Bytes that a minute marks: each GiB of them makes a coin, half a coin in the second era, and so on.
    marked: u64,
    /// Rounds that this is known from.
    rounds: u32,
}

#[derive(Serialize)]
struct Emission {
    total: Balance,
    remaining: Balance,
    carry: Balance,
    era: u32,
}

#[derive(Serialize)]
struct Open {
    round: u32,
    challenge: Option<String>,
    begins: u32,
    closes: u32,
    now: u32,
    best: Option<u64>,
    miner: Option<String>,
}

#[derive(Serialize)]
struct Closed {
    round: u32,
    winner: Option<String>,
    quality: u64,
    reward: Balance,
}

/// Shows the size of the network, what is left to be made, and who won the last rounds.
pub async fn run(common: &Common, count: u32) -> anyhow::Result<()> {
    let chain = RpcClient::connect(&common.node).await?;
    let rounds = ask(&chain, count).await?;
    show(common.json, &rounds, || words(&rounds))?;
    Ok(())
}

async fn ask(chain: &dyn CapacityClient, count: u32) -> anyhow::Result<Rounds> {
    let mut closed: Vec<RecordView> = Vec::new();
    let mut from = None;
    let wanted = usize::try_from(count)?;
    while closed.len() < wanted {
        let page = chain.records(from).await?;
        closed.extend(page.records);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    closed.truncate(wanted);
    let RoundsView { now, rounds } = chain.final_rounds().await?;
    Ok(Rounds {
        network: network(chain.estimate().await?),
        emission: chain.emission().await?.map(emission),
        open: rounds.into_iter().map(|round| open(now, round)).collect(),
        closed: closed.into_iter().map(Closed::of).collect(),
    })
}

fn network(estimate: EstimateView) -> Network {
    let gib = estimate.bytes as f64 / (1u64 << 30) as f64;
    let marked = u64::try_from(marked(estimate.bytes)).unwrap_or(u64::MAX);
    Network { nonces: estimate.nonces, gib, marked, rounds: estimate.rounds }
}

fn emission(view: EmissionView) -> Emission {
    let EmissionView { pool, total } = view;
    Emission { total, remaining: pool.remaining, carry: pool.carry, era: pool.era }
}

fn open(now: u32, round: RoundView) -> Open {
    let (best, miner) = match round.best {
        Some(claim) => (Some(claim.quality), Some(AccountId32(claim.miner).to_string())),
        None => (None, None),
    };
    let challenge = round.challenge.map(hex::encode);
    Open { round: round.round, challenge, begins: round.begins, closes: round.closes, now, best, miner }
}

impl Closed {
    fn of(record: RecordView) -> Self {
        let winner = record.winner.map(|winner| AccountId32(winner).to_string());
        Self { round: record.round, winner, quality: record.seen.quality, reward: record.reward }
    }
}

fn words(rounds: &Rounds) -> String {
    let mut text = format!(
        "network    {:.1} GiB, {} nonces, as {} rounds tell\n",
        rounds.network.gib, rounds.network.nonces, rounds.network.rounds
    );
    if let Some(Emission { total, remaining, era, .. }) = &rounds.emission {
        let (left, all) = (show_coins(*remaining), show_coins(*total));
        text.push_str(&format!("emission   {left} of {all} are left, in era {era}\n"));
    }
    for open in &rounds.open {
        let best = match (&open.miner, open.best) {
            (Some(miner), Some(quality)) => format!("the best claim so far is {miner}'s, of quality {quality}"),
            _ if open.challenge.is_none() => "its challenge is not known yet".into(),
            _ => "no claim yet".into(),
        };
        text.push_str(&format!("round      {}, {} blocks to go: {best}\n", open.round, open.closes.saturating_sub(open.now)));
    }
    if rounds.closed.is_empty() {
        return text;
    }
    let mut wins: BTreeMap<&str, (u32, Balance)> = BTreeMap::new();
    for closed in &rounds.closed {
        let won = wins.entry(closed.winner.as_deref().unwrap_or("nobody")).or_default();
        *won = (won.0.saturating_add(1), won.1.saturating_add(closed.reward));
    }
    let mut sorted: Vec<_> = wins.into_iter().collect();
    sorted.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    let mut rows = vec![vec![format!("winner of the last {} rounds", rounds.closed.len()), "won".into(), "coins".into()]];
    rows.extend(sorted.into_iter().map(|(who, (count, coins))| vec![who.to_owned(), count.to_string(), show_coins(coins)]));
    text.push('\n');
    text.push_str(&table(&rows));
    text
}
