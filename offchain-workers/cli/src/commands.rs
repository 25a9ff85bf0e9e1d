//! What happens, one file a command.

pub mod account;
pub(crate) mod chosen;
pub mod completions;
pub mod extend;
mod fate;
pub mod gateway;
pub mod get;
pub mod image;
pub mod job;
pub mod ls;
pub mod miners;
pub mod name;
pub mod offers;
pub mod put;
pub mod rm;
pub mod rounds;
pub mod run;
pub mod service;
pub mod share;
pub mod stat;
mod stopping;
pub mod top_up;
pub mod transfer;

use idlewild_chain_client::{Outcome, SubmitError};

use crate::args::{Cli, Command};
use fate::Failure;

/// Carries out what was typed.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let Cli { common, command } = cli;
    match command {
        Command::Account(command) => account::run(&common, command).await,
        Command::Balance { of } => account::balance(&common, of.as_deref()).await,
        Command::Transfer(transfer) => transfer::run(&common, transfer).await,
        Command::Put(put) => put::run(&common, put).await,
        Command::Get(get) => get::run(&common, get).await,
        Command::Ls { prefix } => ls::run(&common, &prefix).await,
        Command::Stat { path, force } => stat::run(&common, &path, force).await,
        Command::Rm(rm) => rm::run(&common, rm).await,
        Command::Extend(extend) => extend::run(&common, extend).await,
        Command::TopUp(top_up) => top_up::run(&common, top_up).await,
        Command::Share(share) => share::share(&common, share).await,
        Command::Shares(which) => share::shares(&common, which).await,
        Command::Unshare { shares } => share::unshare(&common, shares).await,
        Command::Publish(publish) => share::publish(&common, publish).await,
        Command::Publications { of } => share::publications(&common, of.as_deref()).await,
        Command::Unpublish { publications } => share::unpublish(&common, publications).await,
        Command::Miners => miners::run(&common).await,
        Command::Rounds { count } => rounds::run(&common, count).await,
        Command::Run(run) => run::run(&common, run).await,
        Command::Job(command) => job::run(&common, command).await,
        Command::Image(command) => image::run(&common, command).await,
        Command::Service(command) => service::run(&common, command).await,
        Command::Name(command) => name::run(&common, command).await,
        Command::Gateway(gateway) => gateway::run(&common, gateway).await,
        Command::Offers(filter) => offers::run(&common, &filter).await,
        Command::Completions { shell } => completions::run(shell),
    }
}

/// What became of one deal of many.
#[derive(serde::Serialize)]
pub(crate) struct Each {
    deal: u64,
    #[serde(flatten)]
    failure: Option<Failure>,
}

impl Each {
    fn new(deal: u64, outcome: Result<Outcome, SubmitError>) -> Self {
        Self { deal, failure: outcome.err().map(Failure::from) }
    }

    /// How many went well.
    fn done(all: &[Self]) -> usize {
        all.iter().filter(|each| each.failure.is_none()).count()
    }

    /// An error that names those that did not go well, if any. `look` says where one can see what became of a deal.
    fn all_done(all: &[Self], look: &str) -> anyhow::Result<()> {
        let failures = || all.iter().filter_map(|each| Some((each.deal, each.failure.as_ref()?)));
        let each: Vec<String> = failures().map(|(deal, failure)| format!("deal {deal}: {}", failure.error)).collect();
        fate::all_went_well(all.len(), "deals' transactions", failures().map(|(_, failure)| failure), look)
            .map_err(|error| anyhow::anyhow!("{error}\n{}", each.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_whose_transaction_may_still_be_carried_out_is_told_from_one_that_was_refused() {
        let unknown = SubmitError::Unknown { hash: "0xab".into(), reason: "gone".into() };
        let outcome = Outcome { block: 3, block_hash: [0; 32], events: Vec::new() };
        let all = [Each::new(1, Ok(outcome)), Each::new(2, Err(unknown)), Each::new(3, Err(SubmitError::CannotPay))];
        assert_eq!(Each::done(&all), 1);
        let told = serde_json::to_value(&all).unwrap();
        assert_eq!(told[0], serde_json::json!({ "deal": 1 }));
        assert_eq!((&told[1]["fate"], &told[1]["hash"]), (&"unknown".into(), &"0xab".into()));
        assert_eq!((&told[2]["fate"], told[2].get("hash")), (&"refused".into(), None));
        let said = Each::all_done(&all, "see `idlewild stat`").unwrap_err().to_string();
        assert!(said.contains("see `idlewild stat`, or look for transaction 0xab"), "{said}");
        assert!(said.contains("deal 2: what became") && said.contains("deal 3: the account"), "{said}");
        assert!(Each::all_done(&all[..1], "").is_ok());
    }
}
