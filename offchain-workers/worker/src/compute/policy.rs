//! Whom and what this machine works for: its owner's choice, on top of what the chain allows.
//!
//! Of each kind of thing there are two lists: what is denied never runs, and where anything is allowed by name nothing else of its kind
//! is. A job has to pass all of them.

use std::str::FromStr;

use idlewild_chain_client::AccountId32;
use idlewild_compute::owner::{
    hours::{are_open, Moment, Window},
    Limits,
};
use idlewild_compute_primitives::{program::Category, Digest, OrganisationId};
use serde::Deserialize;

/// What is taken, and what is not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Choice<T> {
    /// Nothing else, where there is anything.
    pub allow: Vec<T>,
    /// These never.
    pub deny: Vec<T>,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { allow: Vec::new(), deny: Vec::new() }
    }
}

impl<T: PartialEq> Choice<T> {
    /// Whether something is taken; what has no name is, where none has to be on a list.
    fn takes(&self, what: Option<&T>) -> bool {
        match what {
            Some(what) => !self.deny.contains(what) && (self.allow.is_empty() || self.allow.contains(what)),
            None => self.allow.is_empty(),
        }
    }

    fn is_any(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    /// Something on both lists.
    fn conflict(&self) -> Option<&T> {
        self.allow.iter().find(|allowed| self.deny.contains(allowed))
    }
}

/// An account by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Requester(pub [u8; 32]);

impl TryFrom<String> for Requester {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let account = AccountId32::from_str(&text).map_err(|error| format!("{text:?} is no address: {error}"))?;
        Ok(Self(account.0))
    }
}

/// A module's or an image's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pinned(pub Digest);

impl TryFrom<String> for Pinned {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut digest = Digest::default();
        let digits = text.trim_start_matches("sha256:");
        hex::decode_to_slice(digits, &mut digest)
            .map_err(|_| format!("{text:?} is no digest: write its 64 hexadecimal digits"))?;
        Ok(Self(digest))
    }
}

/// `[compute.policy]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// What apps are for. A program that is no app's version is of no category.
    pub categories: Choice<Category>,
    /// Accounts that work is done for.
    pub requesters: Choice<Requester>,
    /// Programs, by their digests.
    pub programs: Choice<Pinned>,
    /// Organisations that pay.
    pub organisations: Choice<OrganisationId>,
    /// When new work is begun, in the machine's own time; always, where there are none. `limits.hours` says when anything runs at all.
    pub hours: Vec<Window>,
}

/// What a policy decides by.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Who asks.
    pub requester: [u8; 32],
    /// What is to be run.
    pub program: Digest,
    /// What the app is for that it is a version of.
    pub category: Option<Category>,
    /// Who pays, if that is an organisation.
    pub organisation: Option<OrganisationId>,
}

/// What is not taken, and by which part of the policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // Each says what it is.
pub enum Refusal {
    #[error("compute.policy.categories does not take {}", .0.map_or("programs that are no app's".to_owned(), |category| format!("{category:?}")))]
    Category(Option<Category>),
    #[error("compute.policy.requesters does not take {}", AccountId32(*.0))]
    Requester([u8; 32]),
    #[error("compute.policy.programs does not take {}", hex::encode(.0))]
    Program(Digest),
    #[error("compute.policy.organisations does not take {}", .0.map_or("jobs that no organisation pays for".to_owned(), |id| format!("organisation {id}")))]
    Organisation(Option<OrganisationId>),
}

impl Policy {
    /// Whether this is worked for, at any time.
    pub fn admit(&self, subject: &Subject) -> Result<(), Refusal> {
        if !self.categories.takes(subject.category.as_ref()) {
            return Err(Refusal::Category(subject.category));
        }
        if !self.requesters.takes(Some(&Requester(subject.requester))) {
            return Err(Refusal::Requester(subject.requester));
        }
        if !self.programs.takes(Some(&Pinned(subject.program))) {
            return Err(Refusal::Program(subject.program));
        }
        if !self.organisations.takes(subject.organisation.as_ref()) {
            return Err(Refusal::Organisation(subject.organisation));
        }
        Ok(())
    }

    /// Whether anybody's service may run here: whoever is matched in the book cannot choose, and loses its stake where it turns away.
    pub fn takes_any_service(&self) -> bool {
        let Self { categories, requesters, programs, organisations, .. } = self;
        categories.takes(Some(&Category::Services)) && requesters.is_any() && programs.is_any() && organisations.is_any()
    }

    /// Whether new work is begun at this moment.
    pub fn is_open(&self, moment: Moment) -> bool {
        are_open(&self.hours, moment)
    }

    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let both = [
            self.categories.conflict().map(|category| format!("categories: {category:?}")),
            self.requesters.conflict().map(|account| format!("requesters: {}", AccountId32(account.0))),
            self.programs.conflict().map(|program| format!("programs: {}", hex::encode(program.0))),
            self.organisations.conflict().map(|organisation| format!("organisations: {organisation}")),
        ];
        if let Some(both) = both.into_iter().flatten().next() {
            return Err(format!("compute.policy.{both} is allowed and denied: take it off one of the two lists"));
        }
        // What a window must be is said in one place.
        let errors = Limits { hours: self.hours.clone(), ..Limits::default() }.errors();
        errors.first().map_or(Ok(()), |error| Err(format!("compute.policy.{error}")))
    }
}

#[cfg(test)]
mod tests {
    use idlewild_compute::owner::hours::Day;

    use super::*;

    const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    fn subject() -> Subject {
        Subject { requester: [1; 32], program: [2; 32], category: Some(Category::Rendering), organisation: Some(3) }
    }

    fn policy(text: &str) -> Policy {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn nothing_said_takes_everything() {
        let policy = policy("");
        assert_eq!(policy.admit(&subject()), Ok(()));
        assert_eq!(policy.admit(&Subject { category: None, organisation: None, ..subject() }), Ok(()));
        assert!(policy.is_open(Moment { day: Day::Mon, minute: 0 }));
    }

    #[test]
    fn only_who_is_not_choosy_takes_any_service() {
        for (text, takes) in [
            ("", true),
            ("categories = { deny = [\"mining\"] }", true),
            ("categories = { allow = [\"services\"] }", true),
            ("categories = { deny = [\"services\"] }", false),
            ("categories = { allow = [\"rendering\"] }", false),
            ("organisations = { deny = [3] }", false),
            ("organisations = { allow = [3] }", false),
        ] {
            assert_eq!(policy(text).takes_any_service(), takes, "{text}");
        }
        assert!(!policy(&format!("requesters = {{ deny = [\"{BOB}\"] }}")).takes_any_service());
        assert!(!policy(&format!("programs = {{ allow = [\"{}\"] }}", "00".repeat(32))).takes_any_service());
    }

    #[test]
    fn each_list_is_asked() {
        let ones = hex::encode([2u8; 32]);
        for (text, refusal) in [
            ("categories = { deny = [\"rendering\"] }".to_owned(), Refusal::Category(Some(Category::Rendering))),
            ("categories = { allow = [\"life-science\"] }".to_owned(), Refusal::Category(Some(Category::Rendering))),
            (format!("requesters = {{ allow = [\"{BOB}\"] }}"), Refusal::Requester([1; 32])),
            (format!("requesters = {{ deny = [\"{}\"] }}", AccountId32([1; 32])), Refusal::Requester([1; 32])),
            (format!("programs = {{ deny = [\"sha256:{ones}\"] }}"), Refusal::Program([2; 32])),
            (format!("programs = {{ allow = [\"{}\"] }}", "00".repeat(32)), Refusal::Program([2; 32])),
            ("organisations = { deny = [3] }".to_owned(), Refusal::Organisation(Some(3))),
            ("organisations = { allow = [4] }".to_owned(), Refusal::Organisation(Some(3))),
        ] {
            let policy = policy(&text);
            assert_eq!(policy.check(), Ok(()));
            assert_eq!(policy.admit(&subject()), Err(refusal), "{text}");
        }
        let all = format!("categories = {{ allow = [\"rendering\"] }}\nprograms = {{ allow = [\"{ones}\"] }}\norganisations = {{ allow = [3, 4], deny = [5] }}");
        assert_eq!(policy(&all).admit(&subject()), Ok(()));
        // What has no name is on no list.
        let nameless = Subject { category: None, organisation: None, ..subject() };
        assert_eq!(policy("categories = { deny = [\"mining\"] }").admit(&nameless), Ok(()));
        assert_eq!(policy("categories = { allow = [\"rendering\"] }").admit(&nameless), Err(Refusal::Category(None)));
        assert_eq!(policy("organisations = { allow = [3] }").admit(&nameless), Err(Refusal::Organisation(None)));
    }

    #[test]
    fn new_work_has_hours() {
        let policy = policy("hours = [{ from = \"22:00\", to = \"06:00\" }]");
        assert!(policy.is_open(Moment { day: Day::Mon, minute: 23 * 60 }));
        assert!(!policy.is_open(Moment { day: Day::Mon, minute: 12 * 60 }));
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for wrong in [
            "category = {}",
            "categories = { allow = [\"games\"] }",
            "requesters = { deny = [\"Bob\"] }",
            "programs = { deny = [\"12\"] }",
        ] {
            assert!(toml::from_str::<Policy>(wrong).is_err(), "{wrong}");
        }
        let error = policy("organisations = { allow = [3], deny = [3] }").check().unwrap_err();
        assert!(error.contains("compute.policy.organisations: 3 is allowed and denied"), "{error}");
        let error = policy("hours = [{ from = \"06:00\", to = \"06:00\" }]").check().unwrap_err();
        assert!(error.contains("compute.policy.hours[0]"), "{error}");
    }
}
