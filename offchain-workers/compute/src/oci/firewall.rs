//! What a container on a network may reach: the world, and neither this machine nor any private network.
//!
//! Each lease has two chains of its own: one for what its bridge forwards, and one for what comes to this machine itself. Answers to
//! who connected from outside go through both.
//!
//! They stand in a table that the engine never touches. Its own chain for others' rules, DOCKER-USER, does not do: whenever a network
//! is made, the engine takes the jump to it away and puts it back, and until then (10 to 20 ms on an idle machine) everything goes
//! through. Each change is made at once, so that a process that is killed leaves a whole fence or none.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use rand::Rng;
use tokio::sync::{Mutex, MutexGuard};

use super::{
    command::{self, CommandError},
    names,
};
use crate::executor::ExecutorError;

/// Networks that no container reaches: this one, private ones, carriers', this machine's and neighbours' own with the addresses at
/// which clouds tell secrets, those that belong to nobody, and everybody at once.
const CLOSED: [&str; 11] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
];
/// Who connected from outside is answered. What the container began itself is not, even where that was at a moment without a fence.
/// Rules are written as iptables prints them, by which they are found again.
const ANSWERS: &str = "-m conntrack --ctstate RELATED,ESTABLISHED --ctdir REPLY -j RETURN";
/// It comes before the table `filter`, which the engine and most firewalls use, and after ports of this machine were mapped to those of
/// containers.
const TABLE: &str = "mangle";
const FORWARDED: &str = "FORWARD";
const TO_HOST: &str = "INPUT";
/// Seconds for which others may hold the tables.
const LOCKED: &str = "10";
const LIMIT: Duration = Duration::from_secs(20);
/// How often a change is tried: others change the tables as well.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

/// The table of the machine's packet filter that fences stand in.
#[async_trait]
pub trait Tables: Send + Sync + 'static {
    /// All of its rules, as `iptables -S` prints them.
    async fn rules(&self) -> Result<String, CommandError>;

    /// Changes them as `iptables-restore --noflush` does: all of it comes to stand, or nothing.
    async fn change(&self, rules: &str) -> Result<(), CommandError>;
}

/// That of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Iptables;

#[async_trait]
impl Tables for Iptables {
    async fn rules(&self) -> Result<String, CommandError> {
        let arguments = ["-w", LOCKED, "-t", TABLE, "-S"].map(str::to_owned).to_vec();
        command::run("iptables", arguments, String::new(), LIMIT).await
    }

    async fn change(&self, rules: &str) -> Result<(), CommandError> {
        let arguments = ["-w", LOCKED, "--noflush"].map(str::to_owned).to_vec();
        command::run("iptables-restore", arguments, rules.to_owned(), LIMIT).await.map(drop)
    }
}

/// The fences around the bridges of a worker's leases.
#[derive(Clone)]
pub(super) struct Firewall {
    tables: Arc<dyn Tables>,
    alone: Arc<Mutex<()>>,
}

impl Firewall {
    pub(super) fn new(tables: Arc<dyn Tables>) -> Self {
        Self { tables, alone: Arc::default() }
    }

    /// Held while networks and their fences come or go together: who still removes what an earlier start of a lease had must not take
    /// the fence of a later one away, and leave the network.
    pub(super) async fn alone(&self) -> MutexGuard<'_, ()> {
        self.alone.lock().await
    }

    /// Refuses where no fence can be raised.
    pub(super) async fn check(&self) -> Result<(), ExecutorError> {
        self.tables.rules().await.map(drop).map_err(|error| unenforceable(&error))
    }

    /// Raises the fence around a bridge, which need not be there yet, and sees that it stands. One that does not stand as it should is
    /// made so without a moment at which there is less of it.
    pub(super) async fn raise(&self, chain: &str, bridge: &str) -> Result<(), ExecutorError> {
        self.settle(|listed| mended(listed, chain, bridge)).await.map_err(|error| unenforceable(&error))
    }

    /// Whether a fence stands.
    pub(super) async fn stands(&self, chain: &str, bridge: &str) -> Result<bool, ExecutorError> {
        let listed = self.tables.rules().await.map_err(|error| unenforceable(&error))?;
        Ok(mended(&listed, chain, bridge).is_none())
    }

    /// Takes a fence away; it is no fault that none stands.
    pub(super) async fn lower(&self, chain: &str) -> Result<(), CommandError> {
        self.remove(|name| name == chain || name == to_host(chain)).await.map(drop)
    }

    /// Takes all fences of a worker away but those that are kept, and tells how many there were.
    pub(super) async fn sweep(&self, prefix: &str, keep: &[String]) -> Result<usize, CommandError> {
        self.remove(|name| name.starts_with(prefix) && !keep.iter().any(|kept| name == kept || name == to_host(kept))).await
    }

    async fn remove(&self, is_meant: impl Fn(&str) -> bool + Send + Sync) -> Result<usize, CommandError> {
        let mut removed = BTreeSet::new();
        self.settle(|listed| {
            let jumps = listed.lines().filter_map(|line| line.trim().strip_prefix("-A "));
            let jumps = jumps.filter(|rule| target(rule).is_some_and(&is_meant)).map(|rule| format!("-D {rule}\n"));
            let chains: Vec<_> =
                listed.lines().filter_map(|line| line.trim().strip_prefix("-N ")).filter(|name| is_meant(name)).collect();
            removed.extend(chains.iter().map(|name| (*name).to_owned()));
            let emptied = chains.iter().map(|name| format!("-F {name}\n"));
            let text: String = jumps.chain(emptied).chain(chains.iter().map(|name| format!("-X {name}\n"))).collect();
            (!text.is_empty()).then_some(text)
        })
        .await?;
        // Each fence has two.
        Ok(removed.len().div_ceil(2))
    }

    /// Changes the table until nothing is left to be changed, for others may change it in between.
    async fn settle(&self, mut wanting: impl FnMut(&str) -> Option<String> + Send) -> Result<(), CommandError> {
        let mut outcome = Ok(());
        for attempt in 0..ATTEMPTS {
            if attempt > 1 {
                // What failed together is not tried again together.
                let pause = PAUSE.mul_f64(f64::from(attempt) * rand::thread_rng().gen_range(0.5..1.5));
                tokio::time::sleep(pause).await;
            }
            let listed = match self.tables.rules().await {
                Ok(listed) => listed,
                Err(error) => {
                    outcome = Err(error);
                    continue;
                },
            };
            match wanting(&listed) {
                None => return Ok(()),
                Some(rules) => outcome = self.tables.change(&format!("*{TABLE}\n{rules}COMMIT\n")).await,
            }
        }
        outcome.and_then(|()| {
            let reason = format!("rules do not stay as they are set; does another program change the table {TABLE}?");
            Err(CommandError::Failed { program: "iptables".into(), reason })
        })
    }
}

fn to_host(chain: &str) -> String {
    format!("{chain}-IN")
}

/// The chain that a rule jumps to, or what it does.
fn target(rule: &str) -> Option<&str> {
    rule.split_whitespace().skip_while(|word| *word != "-j").nth(1)
}

/// The rules of a chain.
fn of<'a>(listed: &'a str, chain: &str) -> Vec<&'a str> {
    let within = |line: &'a str| line.trim().strip_prefix("-A ")?.strip_prefix(chain)?.strip_prefix(' ');
    listed.lines().filter_map(within).collect()
}

/// What is to be done so that a fence stands, if anything is.
fn mended(listed: &str, chain: &str, bridge: &str) -> Option<String> {
    let host = to_host(chain);
    let mut forwarded = vec![ANSWERS.to_owned()];
    forwarded.extend(CLOSED.iter().map(|network| format!("-d {network} -j DROP")));
    let fences = [(FORWARDED, chain, forwarded), (TO_HOST, &host, vec![ANSWERS.to_owned(), "-j DROP".to_owned()])];
    let stands = fences.iter().all(|(from, to, rules)| {
        let (jump, jumps) = (jump(bridge, to), of(listed, from));
        // It stands once, and nothing but other fences is asked before it.
        let first = jumps.iter().take_while(|rule| target(rule).is_some_and(|to| to.starts_with(names::CHAINS)));
        of(listed, to) == *rules && first.filter(|rule| **rule == jump).count() == 1 && leading(&jumps, to).count() == 1
    });
    if stands {
        return None;
    }
    let mut text = String::new();
    for (from, to, rules) in &fences {
        // Naming a chain makes or empties it.
        text += &format!(":{to} - [0:0]\n");
        text.extend(rules.iter().map(|rule| format!("-A {to} {rule}\n")));
        text.extend(leading(&of(listed, from), to).map(|rule| format!("-D {from} {rule}\n")));
        text += &format!("-I {from} 1 {}\n", jump(bridge, to));
    }
    Some(text)
}

fn jump(bridge: &str, to: &str) -> String {
    format!("-i {bridge} -j {to}")
}

/// The rules that lead to a chain.
fn leading<'a>(rules: &'a [&'a str], to: &'a str) -> impl Iterator<Item = &'a &'a str> {
    rules.iter().filter(move |rule| target(rule) == Some(to))
}

fn unenforceable(error: &CommandError) -> ExecutorError {
    let reason = format!("{error}; what is on a network needs iptables, and a worker that may change its rules (root)");
    ExecutorError::Unenforceable { limit: "what a service reaches", reason }
}

#[cfg(test)]
mod tests;
