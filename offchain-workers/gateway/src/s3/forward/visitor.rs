//! For whom a request is passed on. The gateway that was asked first decides whether he may do it; the one that does it decides again, of
//! the same visitor: what a request implies, as an ACL that comes with an object, is only looked at there.

use idlewild_buckets_primitives::scopes::{Rights, Scopes};

use crate::s3::{access::Caller, authority::Visit};

/// The header.
pub(crate) const FOR: &str = "x-idlewild-for";
/// The first word of the header, for a later form of it.
const FORM: &str = "1";
/// Where there is nobody, or no address.
const NONE: &str = "-";

/// Writes it down, for a request about one bucket.
pub(crate) fn text(visit: &Visit, bucket: u64) -> String {
    let peer = visit.peer.map_or_else(|| NONE.to_owned(), |peer| peer.to_string());
    match &visit.caller {
        None => format!("{FORM} {NONE} {peer}"),
        Some(caller) => format!(
            "{FORM} {} {peer} {} {} {}",
            hex::encode(caller.account),
            caller.scopes.rights.0,
            u8::from(caller.owner),
            u8::from(caller.sees(Some(bucket)))
        ),
    }
}

/// Reads it. None where it is not of this form: an unknown one may mean less than is understood of it.
pub(crate) fn read(text: &str, bucket: u64) -> Option<Visit> {
    let words: Vec<&str> = text.split(' ').collect();
    let peer = |word: &str| match word {
        NONE => Some(None),
        peer => peer.parse().ok().map(Some),
    };
    let flag = |word: &str| match word {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    };
    match words.as_slice() {
        [FORM, NONE, from] => Some(Visit { caller: None, peer: peer(from)? }),
        [FORM, account, from, rights, owner, sees] => {
            let mut bytes = [0; 32];
            hex::decode_to_slice(account, &mut bytes).ok()?;
            let rights = Rights(rights.parse().ok()?);
            // A credential of other buckets has no right to this one, but a policy may speak of its account.
            let buckets = if flag(sees)? { vec![bucket] } else { Vec::new() };
            let scopes = Scopes { rights, buckets: Some(buckets) };
            Some(Visit { caller: Some(Caller { account: bytes, owner: flag(owner)?, scopes }), peer: peer(from)? })
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(buckets: Option<Vec<u64>>) -> Caller {
        Caller { account: [5; 32], owner: false, scopes: Scopes { rights: Rights::READ, buckets } }
    }

    #[test]
    fn a_visitor_arrives_with_no_more_than_he_had() {
        let there = |visit: &Visit| read(&text(visit, 7), 7).unwrap();
        let peer = Some("10.1.2.3".parse().unwrap());
        let everywhere = there(&Visit { caller: Some(caller(None)), peer });
        assert_eq!((everywhere.caller, everywhere.peer), (Some(caller(Some(vec![7]))), peer));
        let here = there(&Visit { caller: Some(caller(Some(vec![3, 7]))), peer: None });
        assert_eq!((here.caller, here.peer), (Some(caller(Some(vec![7]))), None));
        let elsewhere = there(&Visit { caller: Some(caller(Some(vec![3]))), peer });
        assert!(!elsewhere.caller.unwrap().sees(Some(7)));
        let nobody = there(&Visit { caller: None, peer });
        assert_eq!((nobody.caller, nobody.peer), (None, peer));
    }

    #[test]
    fn what_is_not_understood_is_nobody() {
        let account = "05".repeat(32);
        for bad in
            ["", "1", "2 - -", "1 - nowhere", &format!("1 {account} - 31 1"), &format!("1 {account} - 31 2 1"), "1 ab - 31 1 1"]
        {
            assert!(read(bad, 7).is_none(), "{bad}");
        }
    }
}
