//! `idlewild transfer`

use idlewild_chain_client::{
    coins::{parse_coins, show_coins},
    AccountId32, Call, Outcome, SubmitError,
};
use serde::Serialize;

use super::fate::{self, Failure, Fate};
use crate::{
    args::{Common, Transfer},
    connection,
    output::show,
};

#[derive(Serialize)]
struct Sent {
    to: String,
    amount: u128,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u32>,
    #[serde(flatten)]
    failure: Option<Failure>,
}

impl Sent {
    fn new(to: [u8; 32], amount: u128, outcome: Result<Outcome, SubmitError>) -> Self {
        let to = AccountId32(to).to_string();
        match outcome {
            Ok(outcome) => Self { to, amount, block: Some(outcome.block), failure: None },
            Err(error) => Self { to, amount, block: None, failure: Some(error.into()) },
        }
    }

    fn line(&self) -> String {
        let sent = format!("{} to {}", show_coins(self.amount), self.to);
        match (&self.failure, self.block) {
            (Some(Failure { error, fate: Fate::Refused, .. }), _) => format!("NOT {sent}: {error}"),
            (Some(Failure { error, fate: Fate::Unknown, .. }), _) => format!("PERHAPS {sent}: {error}"),
            (None, block) => format!("{sent} in block {}", block.unwrap_or_default()),
        }
    }
}

/// An error where not all transfers are known to have gone through.
fn all_sent(sent: &[Sent]) -> anyhow::Result<()> {
    let failures = sent.iter().filter_map(|sent| sent.failure.as_ref());
    fate::all_went_well(sent.len(), "transfers", failures, "`idlewild account balance ADDRESS` shows what a receiver has")
}

/// Sends coins to one account after the other.
pub async fn run(common: &Common, transfer: Transfer) -> anyhow::Result<()> {
    let amount = parse_coins(&transfer.amount).map_err(anyhow::Error::msg)?;
    // All of them are read before any coin is sent.
    let receivers: Vec<[u8; 32]> =
        transfer.to.iter().map(|to| connection::public_key(common, Some(to))).collect::<Result<_, _>>()?;
    let (_, submitter) = connection::submitter(common).await?;
    // Sent together, numbered in order; each is waited for.
    let sending = receivers.iter().map(|to| submitter.submit(Call::TransferCoins { to: *to, amount }));
    let outcomes = futures::future::join_all(sending).await;
    let sent: Vec<Sent> = receivers.into_iter().zip(outcomes).map(|(to, outcome)| Sent::new(to, amount, outcome)).collect();
    show(common.json, &sent, || sent.iter().map(Sent::line).collect::<Vec<_>>().join("\n"))?;
    all_sent(&sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_send_again_what_may_have_been_sent() {
        let unknown = SubmitError::Unknown { hash: "0xab".into(), reason: "the node stopped reporting".into() };
        let sent = [Sent::new([1; 32], 5, Err(unknown)), Sent::new([2; 32], 5, Err(SubmitError::CannotPay))];
        assert!(sent[0].line().starts_with("PERHAPS 0.000000000005 IDW to ") && sent[0].line().contains("0xab"));
        assert!(sent[1].line().starts_with("NOT "));
        let said = all_sent(&sent[..1]).unwrap_err().to_string();
        assert!(
            !said.contains("again") && said.contains("`idlewild account balance ADDRESS`") && said.contains("0xab"),
            "{said}"
        );
        assert!(all_sent(&sent[1..]).unwrap_err().to_string().contains("sent again"));
        let told = serde_json::to_value(&sent[0]).unwrap();
        assert_eq!((&told["fate"], &told["hash"], told.get("block")), (&"unknown".into(), &"0xab".into(), None));
        let outcome = Outcome { block: 7, block_hash: [0; 32], events: Vec::new() };
        let done = serde_json::to_value([Sent::new([1; 32], 5, Ok(outcome))]).unwrap();
        assert_eq!((&done[0]["block"], done[0].get("fate"), done[0].get("error")), (&7.into(), None, None));
    }
}
