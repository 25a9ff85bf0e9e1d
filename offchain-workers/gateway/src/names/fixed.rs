//! Names from a list: for tests, and for a gateway that runs without a chain.

use std::collections::BTreeMap;

use async_trait::async_trait;
use idlewild_storage_primitives::Clock;

use super::{Names, NamesError, Resolution, Target};

/// A list of names that never changes.
#[derive(Debug, Clone, Default)]
pub struct FixedNames(BTreeMap<String, Target>);

impl FixedNames {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a path of names (`name`, or `name/sub` with the top name first) and what it points to.
    pub fn with(mut self, path: impl Into<String>, target: Target) -> Self {
        self.0.insert(path.into(), target);
        self
    }
}

#[async_trait]
impl Names for FixedNames {
    async fn resolve(&self, path: &str) -> Result<Option<Resolution>, NamesError> {
        let labels: Vec<&str> = path.split('/').collect();
        Ok((1..=labels.len()).rev().find_map(|count| {
            let target = self.0.get(&labels.get(..count)?.join("/"))?;
            Some(Resolution { labels: count, target: target.clone(), until: Clock::MAX })
        }))
    }

    fn height(&self) -> Option<Clock> {
        None
    }
}
