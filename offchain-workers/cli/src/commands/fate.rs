//! What is known of a transaction that did not go through: whether it may be sent again.

use anyhow::bail;
use idlewild_chain_client::SubmitError;
use serde::Serialize;

/// What became of a transaction without an answer that it was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// Refused, or no block took it while it was valid: it did nothing and never will.
    Refused,
    /// It may have been carried out, or may still be.
    Unknown,
}

/// A transaction that has no good end.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Failure {
    pub(crate) error: String,
    pub(crate) fate: Fate,
    /// Its hash, where the node has told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        let (fate, hash) = match &error {
            SubmitError::Refused { .. } | SubmitError::Invalid(_) | SubmitError::CannotPay => (Fate::Refused, None),
            SubmitError::Expired { hash } => (Fate::Refused, Some(hash.clone())),
            SubmitError::Unknown { hash, .. } => (Fate::Unknown, Some(hash.clone())),
            // A number that is out of date may be that of the transaction itself, carried out in a block that the pool forgot.
            SubmitError::Nonce | SubmitError::Rpc(_) | SubmitError::TimedOut(_) => (Fate::Unknown, None),
        };
        Self { error: error.to_string(), fate, hash }
    }
}

/// An error that says which of `all` transactions may be sent again and which may not, if any failed. `what` names them, and
/// `look` says where the outcome of one can be seen.
pub(crate) fn all_went_well<'a>(
    all: usize,
    what: &str,
    failures: impl Iterator<Item = &'a Failure>,
    look: &str,
) -> anyhow::Result<()> {
    let (unknown, refused): (Vec<_>, Vec<_>) = failures.partition(|failure| failure.fate == Fate::Unknown);
    let mut said = Vec::new();
    if !refused.is_empty() {
        said.push(format!(
            "{} of {all} {what} did not go through, and will not: once the cause is gone, those alone can be sent again",
            refused.len()
        ));
    }
    if !unknown.is_empty() {
        let hashes: Vec<&str> = unknown.iter().filter_map(|failure| failure.hash.as_deref()).collect();
        let hashes = match hashes.as_slice() {
            [] => String::new(),
            hashes => format!(", or look for transaction {}", hashes.join(", ")),
        };
        said.push(format!(
            "what became of {} of {all} {what} is not known, and they may still be carried out. \
             Do not repeat them before you have looked: {look}{hashes}",
            unknown.len()
        ));
    }
    if said.is_empty() {
        return Ok(());
    }
    if unknown.len().saturating_add(refused.len()) < all {
        said.push("the others are done".to_owned());
    }
    bail!("{}", said.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn refused() -> Failure {
        SubmitError::CannotPay.into()
    }

    fn unknown() -> Failure {
        SubmitError::Unknown { hash: "0xab".into(), reason: "the node stopped reporting".into() }.into()
    }

    fn said(all: usize, failures: &[Failure]) -> String {
        all_went_well(all, "transfers", failures.iter(), "`idlewild account balance`").unwrap_err().to_string()
    }

    #[test]
    fn only_what_certainly_did_nothing_may_be_sent_again() {
        let only_refused = said(3, &[refused()]);
        assert!(only_refused.contains("1 of 3") && only_refused.contains("sent again"), "{only_refused}");
        assert!(only_refused.ends_with("the others are done") && !only_refused.contains("not known"), "{only_refused}");
        let only_unknown = said(1, &[unknown()]);
        assert!(!only_unknown.contains("sent again") && !only_unknown.contains("did not go through"), "{only_unknown}");
        assert!(!only_unknown.contains("the others"), "{only_unknown}");
        for part in ["Do not repeat", "`idlewild account balance`", "0xab"] {
            assert!(only_unknown.contains(part), "{only_unknown}");
        }
        assert_eq!(said(3, &[refused(), unknown()]).lines().count(), 3);
        assert!(all_went_well(3, "transfers", [].iter(), "").is_ok());
    }

    #[test]
    fn each_error_has_its_fate() {
        let of = |error: SubmitError| Failure::from(error).fate;
        let expired: Failure = SubmitError::Expired { hash: "0xcd".into() }.into();
        assert_eq!((expired.fate, expired.hash.as_deref()), (Fate::Refused, Some("0xcd")));
        assert_eq!(
            of(SubmitError::Refused { pallet: "Deals".into(), name: "TooYoung".into(), docs: String::new() }),
            Fate::Refused
        );
        for error in [SubmitError::TimedOut(Duration::from_secs(1)), SubmitError::Rpc("gone".into()), SubmitError::Nonce] {
            assert_eq!(of(error), Fate::Unknown);
        }
    }
}
