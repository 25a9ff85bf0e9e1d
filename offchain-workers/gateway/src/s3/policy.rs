//! The policy of a bucket: who may do what with it, in the JSON that S3 has for that. A deny wins over every allow.

mod condition;
mod handlers;
mod json;
mod parse;
mod pattern;
mod principal;

use condition::Conditions;

pub(crate) use handlers::{delete_bucket_policy, get_bucket_policy, get_bucket_policy_status, put_bucket_policy};
pub use parse::PolicyError;
pub use principal::Principals;

use super::access::{Action, Level};

/// Bytes of a policy at most.
pub const MAX_BYTES: usize = 20 * 1024;

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    sid: Option<String>,
    effect: Effect,
    principals: Principals,
    actions: Vec<Action>,
    resources: Vec<String>,
    conditions: Conditions,
}

/// A policy, read and found sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    statements: Vec<Statement>,
}

/// A policy as it is stored: as it came, since that is what is given back.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct StoredPolicy {
    pub(crate) text: String,
}

/// What is asked of a policy.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who signed; none for who did not.
    pub account: Option<&'a [u8; 32]>,
    /// What.
    pub action: Action,
    /// Of which bucket.
    pub bucket: &'a str,
    /// Of which object, where it is asked of one.
    pub key: Option<&'a str>,
    /// What conditions can ask of, by keys in lower case.
    pub context: &'a [(String, String)],
}

/// What a policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it, and none denies it.
    Allow {
        /// Whether only statements that let anyone in do.
        public: bool,
    },
    /// A statement denies it.
    Deny {
        /// Its name, if it has one.
        sid: Option<String>,
    },
    /// No statement is about it.
    Silent,
}

impl Policy {
    /// Reads the policy of `bucket`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str, bucket: &str) -> Result<Self, PolicyError> {
        parse::policy(text, bucket)
    }

    /// What it says to `question`.
    #[must_use]
    pub fn judge(&self, question: &Question<'_>) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in self.statements.iter().filter(|statement| statement.is_about(question)) {
            match statement.effect {
                Effect::Deny => return Verdict::Deny { sid: statement.sid.clone() },
                Effect::Allow => {
                    let so_far = !matches!(verdict, Verdict::Allow { public: false });
                    verdict = Verdict::Allow { public: so_far && statement.is_public() };
                },
            }
        }
        verdict
    }

    /// Whether it lets anyone in.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.statements.iter().any(Statement::is_public)
    }
}

impl Statement {
    fn is_about(&self, question: &Question<'_>) -> bool {
        self.actions.contains(&question.action)
            && self.principals.cover(question.account)
            && self.is_of(question)
            && self.conditions.hold(question.context)
    }

    fn is_of(&self, question: &Question<'_>) -> bool {
        let mut name = question.bucket.to_owned();
        match (question.action.level(), question.key) {
            (Level::Object, Some(key)) => {
                name.push('/');
                name.push_str(key);
            },
            // Something of an object that is not named is nothing that a resource can name.
            (Level::Object, None) | (Level::Service, _) => return false,
            (Level::Bucket, _) => {},
        }
        self.resources.iter().any(|resource| pattern::matches(resource.as_bytes(), name.as_bytes()))
    }

    fn is_public(&self) -> bool {
        self.effect == Effect::Allow && self.principals == Principals::Anyone && !self.conditions.narrow()
    }
}

#[cfg(test)]
mod tests;
