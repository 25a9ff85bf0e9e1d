//! Whom a statement is about.

use std::str::FromStr;

use idlewild_chain_client::AccountId32;
use serde_json::Value;

use super::parse::{At, PolicyError};

/// Whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// Anyone, signed or not.
    Anyone,
    /// Accounts, by their public keys.
    Accounts(Vec<[u8; 32]>),
}

impl Principals {
    /// Whether `account` is meant, or, for None, who signed nothing.
    #[must_use]
    pub fn cover(&self, account: Option<&[u8; 32]>) -> bool {
        match (self, account) {
            (Self::Anyone, _) => true,
            (Self::Accounts(accounts), Some(account)) => accounts.contains(account),
            (Self::Accounts(_), None) => false,
        }
    }

    pub(super) fn parse(value: &Value, at: &At<'_>) -> Result<Self, PolicyError> {
        match value {
            Value::String(text) if text == "*" => Ok(Self::Anyone),
            Value::Object(kinds) => {
                let mut all = Vec::new();
                for (kind, names) in kinds {
                    let at = at.key(kind);
                    if kind != "AWS" && kind != "CanonicalUser" {
                        return Err(at.error("is no kind of principal here; use \"AWS\" with addresses of accounts, or \"*\""));
                    }
                    for (name, at) in at.strings(names)? {
                        if name == "*" {
                            return Ok(Self::Anyone);
                        }
                        all.push(account(name).ok_or_else(|| {
                            at.error(format!(
                                "{name:?} is no account: give its SS58 address, its public key as 64 hex digits, or \"*\""
                            ))
                        })?);
                    }
                }
                if all.is_empty() {
                    return Err(at.error("names nobody"));
                }
                Ok(Self::Accounts(all))
            },
            _ => Err(at.error("must be \"*\" or an object such as {\"AWS\": [\"ADDRESS\"]}")),
        }
    }
}

/// An account by its SS58 address or hex public key, bare or in the form that tools for S3 write, `arn:aws:iam::ACCOUNT:root`.
fn account(text: &str) -> Option<[u8; 32]> {
    let text = match text.strip_prefix("arn:aws:iam::") {
        Some(rest) => rest.split_once(':').map_or(rest, |(account, _)| account),
        None => text,
    };
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() == 64 {
        let mut key = [0; 32];
        return hex::decode_to_slice(digits, &mut key).ok().map(|()| key);
    }
    AccountId32::from_str(text).ok().map(|account| account.0)
}

#[cfg(test)]
mod tests {
    use super::account;

    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    const KEY: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

    #[test]
    fn accounts_by_any_of_their_names() {
        let key = account(ALICE).unwrap();
        assert_eq!(hex::encode(key), KEY);
        for name in
            [KEY.to_owned(), format!("0x{KEY}"), format!("arn:aws:iam::{ALICE}:root"), format!("arn:aws:iam::{KEY}:user/a")]
        {
            assert_eq!(account(&name), Some(key), "{name}");
        }
        for wrong in
            ["", "alice", &KEY[1..], "arn:aws:iam::123456789012:root", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ"]
        {
            assert_eq!(account(wrong), None, "{wrong}");
        }
    }
}
