//! Fences in a table in memory. It takes nothing that iptables does not.

use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Mutex,
    },
};

use super::*;

const CHAIN: &str = "IDLEWILD-w-1";

#[derive(Default)]
struct Fake {
    chains: Mutex<BTreeMap<String, Vec<String>>>,
    /// How often it was changed.
    changes: AtomicUsize,
    /// How many changes fail before one does not.
    failing: AtomicUsize,
    /// Whether what is set does not stay.
    forgets: AtomicBool,
}

impl Fake {
    fn new() -> Arc<Self> {
        let chains =
            [FORWARDED, TO_HOST].map(|name| (name.to_owned(), vec!["-p tcp -j TCPMSS --clamp-mss-to-pmtu".to_owned()]));
        Arc::new(Self { chains: Mutex::new(chains.into()), ..Default::default() })
    }

    fn chain(&self, name: &str) -> Option<Vec<String>> {
        self.chains.lock().unwrap().get(name).cloned()
    }

    fn set(&self, chain: &str, change: impl FnOnce(&mut Vec<String>)) {
        change(self.chains.lock().unwrap().get_mut(chain).unwrap());
    }

    fn changed(&self) -> usize {
        self.changes.load(Ordering::SeqCst)
    }
}

fn no(reason: &str) -> CommandError {
    CommandError::Failed { program: "iptables".into(), reason: reason.into() }
}

fn apply(chains: &mut BTreeMap<String, Vec<String>>, line: &str) -> Result<(), CommandError> {
    if let Some(declared) = line.strip_prefix(':') {
        chains.insert(declared.strip_suffix(" - [0:0]").unwrap().into(), Vec::new());
        return Ok(());
    }
    let (what, rest) = line.split_once(' ').unwrap();
    let (name, rule) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_used = chains.values().flatten().any(|rule| target(rule) == Some(name));
    let chain = chains.get_mut(name).ok_or_else(|| no("no such chain"))?;
    match what {
        "-A" => chain.push(rule.into()),
        "-I" => chain.insert(0, rule.strip_prefix("1 ").unwrap().into()),
        "-D" => {
            let at = chain.iter().position(|known| *known == rule).ok_or_else(|| no("no such rule"))?;
            chain.remove(at);
        },
        "-F" => chain.clear(),
        "-X" if is_used || !chain.is_empty() => return Err(no("in use")),
        "-X" => drop(chains.remove(name)),
        other => panic!("{other}"),
    }
    Ok(())
}

#[async_trait]
impl Tables for Fake {
    async fn rules(&self) -> Result<String, CommandError> {
        let chains = self.chains.lock().unwrap();
        if chains.is_empty() {
            return Err(no("no such table"));
        }
        let is_own = |name: &&String| [FORWARDED, TO_HOST].contains(&name.as_str());
        let policies = chains.keys().filter(is_own).map(|name| format!("-P {name} ACCEPT"));
        let made = chains.keys().filter(|name| !is_own(name)).map(|name| format!("-N {name}"));
        let rules = chains.iter().flat_map(|(name, rules)| rules.iter().map(move |rule| format!("-A {name} {rule}")));
        Ok(policies.chain(made).chain(rules).map(|line| line + "\n").collect())
    }

    async fn change(&self, rules: &str) -> Result<(), CommandError> {
        self.changes.fetch_add(1, Ordering::SeqCst);
        if self.failing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(no("resource temporarily unavailable"));
        }
        let rules = rules.strip_prefix("*mangle\n").and_then(|rules| rules.strip_suffix("COMMIT\n")).unwrap();
        let mut chains = self.chains.lock().unwrap();
        let mut changed = chains.clone();
        for line in rules.lines() {
            apply(&mut changed, line)?;
        }
        if !self.forgets.load(Ordering::SeqCst) {
            *chains = changed;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_fence_stands_once_and_comes_before_everything_else() {
    let tables = Fake::new();
    let firewall = Firewall::new(tables.clone());
    firewall.check().await.unwrap();
    assert!(!firewall.stands(CHAIN, "idw1").await.unwrap());
    for _ in 0..2 {
        firewall.raise(CHAIN, "idw1").await.unwrap();
        assert!(firewall.stands(CHAIN, "idw1").await.unwrap());
    }
    assert_eq!(tables.changed(), 1, "one that stands is left alone");
    assert_eq!(tables.chain(FORWARDED).unwrap()[0], "-i idw1 -j IDLEWILD-w-1");
    assert_eq!(tables.chain(TO_HOST).unwrap()[0], "-i idw1 -j IDLEWILD-w-1-IN");
    assert_eq!([FORWARDED, TO_HOST].map(|name| tables.chain(name).unwrap().len()), [2, 2]);
    let rules = tables.chain(CHAIN).unwrap();
    assert!(
        rules[0].contains("ESTABLISHED") && rules[0].contains("REPLY") && rules[0].ends_with("RETURN"),
        "answers come first"
    );
    for closed in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"] {
        assert!(rules.contains(&format!("-d {closed} -j DROP")), "{closed}");
    }
    assert_eq!(tables.chain("IDLEWILD-w-1-IN").unwrap().last().unwrap(), "-j DROP");
    // Another fence before it takes nothing from it.
    firewall.raise("IDLEWILD-x-1", "idw2").await.unwrap();
    assert!(firewall.stands(CHAIN, "idw1").await.unwrap() && tables.changed() == 2);
}

#[tokio::test]
async fn whatever_is_done_to_a_fence_it_is_seen_and_mended() {
    let tables = Fake::new();
    let firewall = Firewall::new(tables.clone());
    let all = || tables.chains.lock().unwrap().clone();
    firewall.raise(CHAIN, "idw1").await.unwrap();
    let good = all();
    type Harm = fn(&mut Vec<String>);
    let harms: [(&str, Harm); 7] = [
        (FORWARDED, Vec::clear),
        (TO_HOST, |rules| drop(rules.remove(0))),
        (FORWARDED, |rules| rules.insert(0, "-j ACCEPT".into())),
        (FORWARDED, |rules| rules.push(rules[0].clone())),
        (CHAIN, Vec::clear),
        (CHAIN, |rules| drop(rules.remove(3))),
        ("IDLEWILD-w-1-IN", |rules| rules.insert(0, "-j RETURN".into())),
    ];
    for (chain, harm) in harms {
        tables.set(chain, harm);
        assert!(!firewall.stands(CHAIN, "idw1").await.unwrap(), "{chain}: {:?}", all());
        firewall.raise(CHAIN, "idw1").await.unwrap();
        assert!(firewall.stands(CHAIN, "idw1").await.unwrap(), "{chain}: {:?}", all());
        assert_eq!(all()[CHAIN], good[CHAIN]);
        assert_eq!(leading(&of(&tables.rules().await.unwrap(), FORWARDED), CHAIN).count(), 1);
    }
    // So is one that is gone altogether, even around another bridge than it was.
    all().keys().for_each(|name| tables.set(name, Vec::clear));
    firewall.raise(CHAIN, "idw1").await.unwrap();
    assert!(!firewall.stands(CHAIN, "idw2").await.unwrap());
    firewall.raise(CHAIN, "idw2").await.unwrap();
    assert_eq!(tables.chain(FORWARDED).unwrap(), ["-i idw2 -j IDLEWILD-w-1"]);
}

#[tokio::test]
async fn nobody_elses_fence_is_lowered() {
    let tables = Fake::new();
    let firewall = Firewall::new(tables.clone());
    let chains = [CHAIN, "IDLEWILD-w-2", "IDLEWILD-w-3", "IDLEWILD-x-1"];
    for chain in chains {
        firewall.raise(chain, &format!("b{}", &chain[9..])).await.unwrap();
    }
    let standing = || chains.map(|chain| tables.chain(chain).is_some() && tables.chain(&to_host(chain)).is_some());
    firewall.lower(CHAIN).await.unwrap();
    let changed = tables.changed();
    firewall.lower(CHAIN).await.unwrap();
    assert_eq!((standing(), tables.changed()), ([false, true, true, true], changed));
    assert_eq!(firewall.sweep("IDLEWILD-w-", &["IDLEWILD-w-3".into()]).await.unwrap(), 1);
    assert_eq!(standing(), [false, false, true, true]);
    assert_eq!(tables.chain(TO_HOST).unwrap().len(), 3);
    // One of which only half is left.
    tables.chains.lock().unwrap().remove("IDLEWILD-w-3-IN");
    tables.set(TO_HOST, Vec::clear);
    assert_eq!(firewall.sweep("IDLEWILD-w-", &[]).await.unwrap(), 1);
    assert_eq!(tables.chain(FORWARDED).unwrap().len(), 2);
}

#[tokio::test]
async fn what_others_are_in_the_way_of_is_tried_again_and_not_for_ever() {
    let tables = Fake::new();
    let firewall = Firewall::new(tables.clone());
    tables.failing.store(2, Ordering::SeqCst);
    firewall.raise(CHAIN, "idw1").await.unwrap();
    assert!(firewall.stands(CHAIN, "idw1").await.unwrap());
    tables.failing.store(usize::MAX, Ordering::SeqCst);
    assert!(firewall.lower(CHAIN).await.unwrap_err().to_string().contains("temporarily unavailable"));
}

#[tokio::test]
async fn without_a_fence_that_stays_there_is_none() {
    let firewall = Firewall::new(Arc::new(Fake::default()));
    for outcome in [firewall.check().await, firewall.raise(CHAIN, "b").await, firewall.stands(CHAIN, "b").await.map(drop)] {
        assert!(matches!(outcome, Err(ExecutorError::Unenforceable { .. })));
    }
    let tables = Fake::new();
    tables.forgets.store(true, Ordering::SeqCst);
    let error = Firewall::new(tables.clone()).raise(CHAIN, "b").await.unwrap_err();
    assert!(matches!(&error, ExecutorError::Unenforceable { .. }) && error.to_string().contains("do not stay"), "{error}");
    assert_eq!(tables.changed(), ATTEMPTS as usize);
}
