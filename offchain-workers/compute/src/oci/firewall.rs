//! What a container on a network may reach: the world, and neither this machine nor any private network.
//!
//! Each lease has two chains of its own: one for what its bridge forwards, which DOCKER-USER jumps to, and one for what comes to this
//! machine itself, which INPUT jumps to. Answers to who connected from outside go through both.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use super::command::{self, CommandError};
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
/// The chain that the engine jumps to before its own rules, and never touches.
const FORWARDED: &str = "DOCKER-USER";
const TO_HOST: &str = "INPUT";
/// Seconds for which others may hold the tables.
const LOCKED: &str = "10";
const LIMIT: Duration = Duration::from_secs(20);

/// The machine's packet filter.
#[async_trait]
pub trait Tables: Send + Sync + 'static {
    /// `iptables` with these arguments.
    async fn ask(&self, arguments: &[&str]) -> Result<String, CommandError>;

    /// `iptables-restore --noflush` with this input: all of it comes to stand, or nothing.
    async fn restore(&self, rules: &str) -> Result<(), CommandError>;
}

/// That of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Iptables;

#[async_trait]
impl Tables for Iptables {
    async fn ask(&self, arguments: &[&str]) -> Result<String, CommandError> {
        let waiting = ["-w", LOCKED].iter().chain(arguments);
        command::run("iptables", waiting.map(|argument| (*argument).to_owned()).collect(), String::new(), LIMIT).await
    }

    async fn restore(&self, rules: &str) -> Result<(), CommandError> {
        let arguments = ["-w", LOCKED, "--noflush"].map(str::to_owned).to_vec();
        command::run("iptables-restore", arguments, rules.to_owned(), LIMIT).await.map(drop)
    }
}

/// The fences around the bridges of a worker's leases.
#[derive(Clone)]
pub(super) struct Firewall(Arc<dyn Tables>);

impl Firewall {
    pub(super) fn new(tables: Arc<dyn Tables>) -> Self {
        Self(tables)
    }

    /// Refuses where no fence can be raised.
    pub(super) async fn check(&self) -> Result<(), ExecutorError> {
        match self.0.ask(&["-S", FORWARDED]).await {
            Ok(_) => Ok(()),
            Err(error) => Err(unenforceable(&error)),
        }
    }

    /// Raises the fence around a bridge, which need not be there yet. One that stands is made as it should be, without a moment
    /// at which it does not stand.
    pub(super) async fn raise(&self, chain: &str, bridge: &str) -> Result<(), ExecutorError> {
        let of = |error| unenforceable(&error);
        self.0.restore(&rules(chain)).await.map_err(of)?;
        for (from, to) in [(FORWARDED, chain.to_owned()), (TO_HOST, to_host(chain))] {
            let jump = ["-i", bridge, "-j", &to];
            if self.0.ask(&[&["-C", from][..], &jump].concat()).await.is_err() {
                self.0.ask(&[&["-I", from, "1"][..], &jump].concat()).await.map_err(of)?;
            }
        }
        Ok(())
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
        let listed = self.0.ask(&["-S"]).await?;
        let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
        for line in &lines {
            let target = line.iter().skip_while(|word| **word != "-j").nth(1);
            if line.first() == Some(&"-A") && target.is_some_and(|target| is_meant(target)) {
                self.0.ask(&[&["-D"], &line[1..]].concat()).await?;
            }
        }
        let chains: Vec<_> = lines
            .iter()
            .filter(|line| line.first() == Some(&"-N"))
            .filter_map(|line| line.get(1).copied())
            .filter(|name| is_meant(name))
            .collect();
        for chain in &chains {
            self.0.ask(&["-F", chain]).await?;
            self.0.ask(&["-X", chain]).await?;
        }
        // Each fence has two.
        Ok(chains.len().div_ceil(2))
    }
}

fn to_host(chain: &str) -> String {
    format!("{chain}-IN")
}

/// Both chains. Naming a chain empties it, and all of it is done at once.
fn rules(chain: &str) -> String {
    let host = to_host(chain);
    let answers = "-m conntrack --ctstate ESTABLISHED,RELATED -j RETURN";
    let mut text = format!("*filter\n:{chain} - [0:0]\n:{host} - [0:0]\n-A {chain} {answers}\n");
    for network in CLOSED {
        text += &format!("-A {chain} -d {network} -j DROP\n");
    }
    text += &format!("-A {host} {answers}\n-A {host} -j DROP\nCOMMIT\n");
    text
}

fn unenforceable(error: &CommandError) -> ExecutorError {
    let reason = format!(
        "{error}; services need iptables with the chain {FORWARDED}, which the engine makes unless it was told not to, and a worker \
         that may change them (root)"
    );
    ExecutorError::Unenforceable { limit: "what a service reaches", reason }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{collections::BTreeMap, sync::Mutex};

    use super::*;

    /// Tables in memory. They take nothing that iptables does not.
    #[derive(Default)]
    pub(in crate::oci) struct Fake(Mutex<BTreeMap<String, Vec<String>>>);

    impl Fake {
        fn new() -> Arc<Self> {
            let chains = [FORWARDED, TO_HOST].map(|name| (name.to_owned(), vec!["-j RETURN".to_owned()]));
            Arc::new(Self(Mutex::new(chains.into())))
        }

        fn chain(&self, name: &str) -> Option<Vec<String>> {
            self.0.lock().unwrap().get(name).cloned()
        }
    }

    fn no(reason: &str) -> CommandError {
        CommandError::Failed { program: "iptables".into(), reason: reason.into() }
    }

    #[async_trait]
    impl Tables for Fake {
        async fn ask(&self, arguments: &[&str]) -> Result<String, CommandError> {
            let mut chains = self.0.lock().unwrap();
            if arguments == ["-S"] {
                let made = chains.keys().filter(|name| *name != TO_HOST).map(|name| format!("-N {name}"));
                let rules = chains.iter().flat_map(|(name, rules)| rules.iter().map(move |rule| format!("-A {name} {rule}")));
                return Ok(made.chain(rules).collect::<Vec<_>>().join("\n"));
            }
            let jump = format!("-j {}", arguments[1]);
            let is_used = chains.values().flatten().any(|rule| rule.ends_with(&jump));
            let rest = arguments.get(2..).unwrap_or_default().join(" ");
            let chain = chains.get_mut(arguments[1]).ok_or_else(|| no("no such chain"))?;
            match arguments[0] {
                "-S" => {},
                "-C" => drop(chain.iter().find(|rule| **rule == rest).ok_or_else(|| no("no such rule"))?),
                "-I" => chain.insert(0, rest.strip_prefix("1 ").unwrap().to_owned()),
                "-D" => {
                    let at = chain.iter().position(|rule| *rule == rest).ok_or_else(|| no("no such rule"))?;
                    chain.remove(at);
                },
                "-F" => chain.clear(),
                "-X" if is_used || !chain.is_empty() => return Err(no("in use")),
                "-X" => drop(chains.remove(arguments[1])),
                other => panic!("{other}"),
            }
            Ok(String::new())
        }

        async fn restore(&self, rules: &str) -> Result<(), CommandError> {
            let mut chains = self.0.lock().unwrap();
            assert!(rules.starts_with("*filter\n") && rules.ends_with("COMMIT\n"));
            for line in rules.lines() {
                if let Some(chain) = line.strip_prefix(':') {
                    chains.insert(chain.split(' ').next().unwrap().into(), Vec::new());
                } else if let Some(rule) = line.strip_prefix("-A ") {
                    let (chain, rule) = rule.split_once(' ').unwrap();
                    chains.get_mut(chain).unwrap().push(rule.into());
                }
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_fence_stands_once_and_comes_before_what_the_engine_allows() {
        let tables = Fake::new();
        let firewall = Firewall::new(tables.clone());
        firewall.check().await.unwrap();
        for _ in 0..2 {
            firewall.raise("IDLEWILD-w-1", "idw1").await.unwrap();
        }
        assert_eq!(tables.chain(FORWARDED).unwrap(), ["-i idw1 -j IDLEWILD-w-1", "-j RETURN"]);
        assert_eq!(tables.chain(TO_HOST).unwrap(), ["-i idw1 -j IDLEWILD-w-1-IN", "-j RETURN"]);
        let rules = tables.chain("IDLEWILD-w-1").unwrap();
        assert!(rules[0].contains("ESTABLISHED") && rules[0].ends_with("RETURN"), "answers come first");
        for closed in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"] {
            assert!(rules.contains(&format!("-d {closed} -j DROP")), "{closed}");
        }
        assert_eq!(tables.chain("IDLEWILD-w-1-IN").unwrap().last().unwrap(), "-j DROP");
    }

    #[tokio::test]
    async fn nobody_elses_fence_is_lowered() {
        let tables = Fake::new();
        let firewall = Firewall::new(tables.clone());
        let chains = ["IDLEWILD-w-1", "IDLEWILD-w-2", "IDLEWILD-w-3", "IDLEWILD-x-1"];
        for chain in chains {
            firewall.raise(chain, &format!("b{}", &chain[9..])).await.unwrap();
        }
        let standing = || chains.map(|chain| tables.chain(chain).is_some() && tables.chain(&to_host(chain)).is_some());
        firewall.lower("IDLEWILD-w-1").await.unwrap();
        firewall.lower("IDLEWILD-w-1").await.unwrap();
        assert_eq!(standing(), [false, true, true, true]);
        assert_eq!(firewall.sweep("IDLEWILD-w-", &["IDLEWILD-w-3".into()]).await.unwrap(), 1);
        assert_eq!(standing(), [false, false, true, true]);
        assert_eq!(tables.chain(TO_HOST).unwrap().len(), 3);
    }

    #[tokio::test]
    async fn without_the_engines_chain_there_is_no_fence() {
        let firewall = Firewall::new(Arc::new(Fake::default()));
        for outcome in [firewall.check().await, firewall.raise("IDLEWILD-w-1", "b").await] {
            assert!(matches!(outcome, Err(ExecutorError::Unenforceable { .. })));
        }
    }
}
